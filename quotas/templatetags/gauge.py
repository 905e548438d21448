"""A half-circle that shows a figure against its target; the numbers stand beneath it in words."""

import math
from typing import Any

from django import template

from quotas.queries.table import Line

register = template.Library()
RADIUS, MIDDLE, BASE = 80, 100, 92


@register.inclusion_tag("quotas/gauge.html")
def gauge(line: Line) -> dict[str, Any]:
    """The area's places per 1,000 residents: filled arc = actual, stroke = target."""
    value, target = line.per_thousand.value, line.target_value
    top = max(value or 0, target or 0) * 5 / 4 or 1
    angle = math.pi * float((target or 0) / top)
    ends = [(MIDDLE - reach * math.cos(angle), BASE - reach * math.sin(angle)) for reach in (RADIUS - 15, RADIUS + 15)]
    return {
        "line": line,
        "filled": f"{float((value or 0) / top) * 100:.1f}",
        "mark": [f"{number:.1f}" for point in ends for number in point] if target else None,
        "under": value is not None and target is not None and value < target,
    }

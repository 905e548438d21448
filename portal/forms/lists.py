"""What lists of business rows have in common: they are cut by area, among the areas of whoever looks."""

from collections.abc import Iterable
from typing import Any

import django_filters as df
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.models import Area
from portal.permissions import BUSINESS_ROLES
from portal.queries.areas import to_choose_from


class ByArea(df.FilterSet):
    """A list's filter by area. Where there is nothing to choose between, there is no such filter."""

    area = df.ChoiceFilter(label=_("Area"), method="by_area", empty_label=_("All"))
    area_path = "area_path"

    def __init__(self, *args: Any, by: Any, roles: Iterable[str] = BUSINESS_ROLES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas: dict[str, Area] = {area.code: area for area in to_choose_from(by, roles)}
        if len(self.areas) > 1:
            self.filters["area"].extra["choices"] = [(code, area.name) for code, area in self.areas.items()]
        else:
            del self.filters["area"]

    def by_area(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Everything under the area."""
        return rows.filter(**{f"{self.area_path}__startswith": self.areas[value].path})

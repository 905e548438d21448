"""What subsidies add to pages and commands of the portal."""

from django.utils.translation import gettext_lazy as _

from portal.runs import RunKind
from subsidies.actions import closing


def run_kinds() -> list[RunKind]:
    """Closing a month."""
    return [RunKind(closing.KIND, _("Closing a month"), closing.compute_chunk, closing.finish)]

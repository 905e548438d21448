"""What subsidies add to pages and commands of the portal."""

from django.utils.translation import gettext_lazy as _

from portal.panels import Problem
from portal.runs import RunKind
from subsidies.actions import closing
from subsidies.queries import ledger


def run_kinds() -> list[RunKind]:
    """Closing a month."""
    return [RunKind(closing.KIND, _("Closing a month"), closing.compute_chunk, closing.finish)]


def ledger_checks() -> list[Problem]:
    """The whole ledger against the law and itself."""
    return ledger.problems()

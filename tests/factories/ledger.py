"""Reading the ledger in tests: who came in which order, what each claim came to."""

from portal.dates import Month
from providers.models import Provider
from subsidies.models import Claim, Line


def ranks(month: str) -> dict[str, int | None]:
    """The order of the children who compete for recognised places, from each child's newest line of the month."""
    lines = Line.objects.filter(period=Month.parse(month).first).order_by("id")
    return dict(lines.values_list("subject_key", "rank"))


def claims_of(provider: Provider) -> list[tuple[str, str, str, int, int]]:
    """(policy, first month, last month, sequence, fen) of every claim of a provider, in order."""
    rows = Claim.objects.filter(provider=provider).order_by("policy__code", "from_month", "sequence")
    return [
        (claim.policy.code, f"{claim.from_month:%Y-%m}", f"{claim.to_month:%Y-%m}", claim.sequence, claim.lines_fen)
        for claim in rows.select_related("policy")
    ]

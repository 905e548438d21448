"""Reading and proving the ledger."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet, Sum

from portal import canonical
from portal.dates import Month
from portal.panels import Problem
from subsidies.models import CarriedBalance, Claim, Line
from subsidies.queries import recount

TOLD = 50  # problems of one kind that are named; the rest is counted


def of_month(month: Month, area_path: str) -> QuerySet[Line]:
    """Lines for a month at providers under an area, in a fixed order."""
    rows = Line.objects.filter(period=month.first, provider__area_path__startswith=area_path)
    return rows.order_by("policy__code", "provider__code", "unit", "subject_key", "payee", "seq")


# What a line is in its claim's hash (money.md, Hash): codes and amounts, no ids, times or names. Case dimensions come
# last and are replaced by what they hold.
HASHED = (
    "policy__code", "policy_version__number", "unit", "subject_key", "provider__code", "payee", "period", "seq",
    "amount_fen", "case__dimensions",
)  # fmt: skip
FEN = HASHED.index("amount_fen")
ORDER = ("policy__code", "period", "unit", "subject_key", "payee", "seq")


def canonical_row(values: Sequence[Any]) -> list[Any]:
    """One line as hashed, from the values of HASHED."""
    return [*values[:-1], None if values[-1] is None else json.loads(values[-1])]


def hash_of(claim: Claim) -> str:
    """The hash of a claim's lines, computed from the rows."""
    rows = claim.lines.order_by(*ORDER).values_list(*HASHED)
    return canonical.digest_rows(canonical_row(values) for values in rows)


def problems(since: Month | None = None) -> list[Problem]:
    """Everything wrong with the ledger: amounts that are not the law's, claims that do not add up, forged lines.

    `since`: look only at that month and later ones, and at claims that reach into them.
    """
    return [*_named(_amounts(since)), *_named(_claims(since)), *_named(_balances())]


def _named(found: Iterator[Problem]) -> list[Problem]:
    kept = list(found)
    if len(kept) <= TOLD:
        return kept
    return [*kept[:TOLD], Problem(kept[0].where.split(":")[0], f"and {len(kept) - TOLD} more")]


def _amounts(since: Month | None) -> Iterator[Problem]:
    """Σ of lines against the naive recomputation; months that the next run will compute anyway are left out."""
    waiting = recount.waiting()
    waiting_since = {code: min(month for other, month in waiting if other == code) for code, _month in waiting}
    for key, law_fen, posted_fen in recount.differences(since):
        if (key.provider, key.period) in waiting:
            continue
        # What waits at another provider may move this child's later months.
        elsewhere = recount.providers_of(key.subject_key)
        if any(waiting_since.get(code, key.period) < key.period or (code, key.period) in waiting for code in elsewhere):
            continue
        yield Problem(
            f"line: {key.policy} {key.unit} {key.subject_key} {key.provider} {key.payee} {key.period:%Y-%m}",
            f"the law gives {law_fen} fen, posted are {posted_fen}",
        )


def _claims(since: Month | None) -> Iterator[Problem]:
    """Stored totals and hashes against the lines."""
    lines: dict[int, list[list[Any]]] = {}
    claims = Claim.objects.filter(to_month__gte=since.first) if since else Claim.objects.all()
    rows = Line.objects.filter(claim__in=claims).order_by(*ORDER).values_list("claim", *HASHED)
    for claim_id, *values in rows.iterator(10_000):
        lines.setdefault(claim_id, []).append(values)
    for claim in claims.select_related("provider", "policy").order_by("pk"):
        own = lines.get(claim.pk, [])
        where = f"claim: {claim.provider.code} {claim.policy.code} {claim.from_month:%Y-%m} no. {claim.sequence}"
        total = sum(values[FEN] for values in own)
        if total != claim.lines_fen:
            yield Problem(where, f"its lines add up to {total} fen, the claim says {claim.lines_fen}")
        if claim.line_count != len(own):
            yield Problem(where, f"it has {len(own)} lines, the claim says {claim.line_count}")
        if own and canonical.digest_rows(canonical_row(values) for values in own) != claim.hash:
            yield Problem(where, "its lines are not those its hash was made of")


def _balances() -> Iterator[Problem]:
    """Balances stay inside one provider and policy, and what is carried is what the claims say."""
    sums = {"carried_in": "to_claim", "carried_out": "from_claim"}
    for name, side in sums.items():
        found = dict(CarriedBalance.objects.order_by().values_list(side).annotate(Sum("fen")))
        for pk, stored, code in Claim.objects.exclude(**{f"{name}_fen": 0}).values_list(
            "pk", f"{name}_fen", "provider__code"
        ):
            # A submitted debt that no later claim has taken yet stands in the claim alone.
            if stored != found.get(pk, 0) and not (name == "carried_out" and stored < found.get(pk, 0)):
                yield Problem(f"balance: {code} claim {pk}", f"{name} is {stored} fen, balances say {found.get(pk, 0)}")
    crossing = CarriedBalance.objects.select_related("from_claim__provider", "to_claim__provider").order_by("pk")
    for row in crossing:
        one, other = row.from_claim, row.to_claim
        if (one.provider_id, one.policy_id) != (other.provider_id, other.policy_id):
            yield Problem(f"balance: {one.provider.code}", "was carried to another provider or policy")

"""Reviewed claims stand in a public notice (公示): institutions and totals, never children."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import clock, notices, states, workdays
from portal.models import Area, PublicNotice, User
from portal.permissions import scopes_of
from providers.actions.news import said
from providers.models import ClassGroup, Fee, InclusiveAgreement, Mode
from subsidies.actions.claims.confirming import law_of
from subsidies.actions.claims.holding import check_turn, check_versions, hold, next_steps
from subsidies.actions.claims.refusals import NotYourTurn
from subsidies.models import Claim, ClaimState
from subsidies.queries.chains import chains_of
from subsidies.rules import chain as rules
from subsidies.states import CLAIM

KIND = "subsidy"
DEFAULT_WORKDAYS = 5


@transaction.atomic
def publish_claims(
    claim_ids: Iterable[int], *, versions: Mapping[int, int] | None = None, by: User
) -> list[PublicNotice]:
    """Publish these reviewed claims, a notice for each policy and period; pressing twice is once.

    Each stands the working days its policy says. Raises NotYourTurn, HasInterest, SamePerson, StaleState,
    portal.notices.AlreadyPublished.
    """
    held = hold(claim_ids)
    claims = [claim for claim in held if claim.state != ClaimState.NOTICED]
    if not claims:
        return sorted({claim.notice for claim in held if claim.notice}, key=lambda notice: notice.pk)
    check_versions(claims, versions)
    steps = next_steps(claims)
    check_turn(claims, steps, ClaimState.NOTICED, by=by)
    role = next(step.role for step in steps.values() if step is not None)
    groups: dict[tuple[int, Any], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.policy_id, claim.from_month), []).append(claim)
    return [_publish(group, _office_area(group, role, by), by) for _key, group in sorted(groups.items())]


def _office_area(claims: Sequence[Claim], role: str, by: User) -> Area:
    """The area of the office that publishes: the smallest one of this person's that covers all the claims."""
    paths = [
        office.area_path
        for office in scopes_of(by)
        if office.role == role and all(claim.area_path.startswith(office.area_path) for claim in claims)
    ]
    if not paths:
        raise NotYourTurn
    return Area.objects.get(path=max(paths, key=len))


def _publish(claims: Sequence[Claim], area: Area, by: User) -> PublicNotice:
    first = claims[0]
    law = law_of(first)
    period = period_text(first)
    notice = notices.publish(
        KIND,
        f"subsidies.Claim:{first.policy.code}:{area.code}:{first.from_month:%Y-%m}:{min(claim.pk for claim in claims)}",
        area=area,
        title=said(
            _("%(area)s: %(policy)s, %(period)s, planned payments"),
            area=area.name,
            policy=first.policy.title,
            period=period,
        ),
        rows=published_rows(claims, period),
        workdays_standing=law.terms.publicity_workdays if law else DEFAULT_WORKDAYS,
        by=by,
    )
    today = clock.today()
    chains = chains_of({claim.area_path for claim in claims}, today)
    for claim in claims:
        step = rules.following(chains[claim.area_path], ClaimState.NOTICED)
        states.move(
            claim,
            ClaimState.NOTICED,
            machine=CLAIM,
            by=by,
            verb="publish_claim",
            notice=notice,
            due=workdays.add(notice.last_day, step.workdays) if step else None,
        )
    return notice


def period_text(claim: Claim) -> str:
    """2025-06, or 2025-01–2025-06."""
    if claim.from_month == claim.to_month:
        return f"{claim.from_month:%Y-%m}"
    return f"{claim.from_month:%Y-%m}–{claim.to_month:%Y-%m}"


def published_rows(claims: Sequence[Claim], period: str) -> list[dict[str, Any]]:
    """The published table (domain §7 d): name, address, fee, classes, inclusive places, subsidy, amount."""
    paid = sorted((claim for claim in claims if claim.paid_fen), key=lambda claim: claim.provider.code)
    ids = [claim.provider_id for claim in paid]
    day = clock.today()
    in_force = {"retracted_at__isnull": True, "during__contains": day}
    fees: dict[int, int] = {}
    for provider_id, fen in Fee.objects.filter(class_group__provider__in=ids, mode=Mode.FULL, **in_force).values_list(
        "class_group__provider", "amount_fen"
    ):
        fees[provider_id] = min(fen, fees.get(provider_id, fen))
    agreements = InclusiveAgreement.objects.filter(provider__in=ids, **in_force)
    places = dict(agreements.values_list("provider", "places"))
    bands: dict[int, list[str]] = {}
    for group in ClassGroup.objects.filter(provider__in=ids, closed_on__isnull=True).order_by("band"):
        label = said(group.get_band_display())
        if label not in bands.setdefault(group.provider_id, []):
            bands[group.provider_id].append(label)
    return [
        {
            "key": claim.provider.code,
            "name": claim.provider.name,
            "address": claim.provider.address,
            "fee_fen": fees.get(claim.provider_id),
            "bands": "、".join(bands.get(claim.provider_id, [])),
            "inclusive_places": places.get(claim.provider_id),
            "policy": claim.policy.title,
            "period": period,
            "amount_fen": claim.paid_fen,
        }
        for claim in paid
    ]

"""News of subsidies for offices, as rows: what is to be paid, what is due, what a close has corrected."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal import clock, outbox, workdays
from portal.models import Membership, Role, Run, User
from portal.money import yuan
from portal.permissions import people_holding
from providers.actions.news import said
from subsidies.models import Claim, ClaimState
from subsidies.queries.claims import totals, waiting_for

NEAR = 2  # working days


def _offices(roles: Iterable[str]) -> QuerySet[Membership]:
    held = Membership.objects.filter(
        role__in=list(roles), ended_at__isnull=True, during__contains=clock.today(), user__is_active=True
    )
    return held.select_related("user", "area").order_by("pk")


def tell_finance(claims: Iterable[Claim]) -> None:
    """These claims were released: finance over their areas is told what waits for a payment list, policy by policy."""
    groups: dict[tuple[int, dt.date], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.policy_id, claim.from_month].append(claim)
    offices = list(_offices([Role.FINANCE])) if groups else []
    for group in groups.values():
        for office in offices:
            own = [claim for claim in group if claim.area_path.startswith(office.area.path)]
            fen = sum(claim.paid_fen for claim in own)
            if not fen:
                continue
            first = min(own, key=lambda claim: claim.pk)
            params = {
                "n": len(own), "yuan": yuan(fen), "policy": first.policy.title, "month": f"{first.from_month:%Y-%m}",
            }  # fmt: skip
            outbox.tell_person(
                office.user,
                said(_("%(month)s: %(n)s claims released, %(yuan)s yuan to pay"), **params),
                said(_("“%(policy)s”: the notice has ended without open objection. Put them on a payment list."),
                     **params),
                key=f"claims-released:{first.public_id}:{clock.today()}:{office.user_id}",
            )  # fmt: skip


def tell_auditors(run: Run, *, corrections: int, fen: int) -> None:
    """A close posted differences to months that were settled: auditors over the area are told how much moved."""
    if not corrections:
        return
    params = {"month": run.params["month"], "n": corrections, "yuan": yuan(fen)}
    for person in people_holding(Role.AUDITOR, run.area_path):
        outbox.tell_person(
            person,
            said(_("The close of %(month)s posted %(n)s corrections"), **params),
            said(_("Lines posted before changed by %(yuan)s yuan in all, up and down. Each says what it corrects."),
                 **params),
            key=f"close-corrected:{run.public_id}:{person.pk}",
        )  # fmt: skip


def remind_offices(on: dt.date) -> int:
    """Every morning: officials are told of claims that wait for them and are due within two working days, or whose
    notice has ended; once a due day. Gives how many people have some.
    """
    last, found = workdays.add(on, NEAR), 0
    people = {row.user_id: row.user for row in _offices([Role.SUBDISTRICT, Role.DISTRICT, Role.CITY])}
    for person in people.values():
        found += _remind(person, on, last)
    return found


def _remind(person: User, on: dt.date, last: dt.date) -> bool:
    told = False
    for queue in waiting_for(person, on):
        ended = Q(notice__last_day__lt=on)  # nothing can be released while its notice stands: told when it has ended
        ready = ended if queue.state == ClaimState.RELEASED else Q(due__lte=last)
        sums = totals(queue.rows.filter(ready, due__gte=on))
        if not sums["count"]:
            continue
        told = True
        params = {"n": sums["count"], "yuan": yuan(sums["fen"]), "day": sums["due"]}
        outbox.tell_person(
            person,
            said(_("%(n)s claims wait for you until %(day)s"), **params),
            said(_("%(yuan)s yuan in all. Look at them under Claims; let them pass, or send them back."), **params),
            key=f"claims-wait:{queue.state}:{sums['due']}:{person.pk}",
        )
    return told

"""A district's decision to suspend a class or a provider for a major hazard, and to let it go on."""

from django.db import transaction
from django.utils.translation import gettext as _

from inspections.actions import refusals
from inspections.actions.visits import open_major, people_of
from inspections.models import ClassSuspension, Decision, DecisionKind, Finding
from inspections.permissions import can_decide, can_suspend
from portal import clock, outbox
from portal.audit import record
from portal.models import User
from portal.problems import NotAllowed
from providers import search_rows
from providers.actions import standing
from providers.actions.facts import facts_changed
from providers.actions.spans import follow, in_force
from providers.models import ClassGroup, Provider, Standing


@transaction.atomic
def suspend(finding_id: int, *, class_group_id: int | None, reason: str, basis: str, by: User) -> Decision:
    """Stop the affected class, or the whole provider when no class is named (停业整改), from today on."""
    provider = standing.lock(Finding.objects.values_list("provider_id", flat=True).get(pk=finding_id))
    finding = Finding.objects.select_for_update(no_key=True, of=("self",)).get(pk=finding_id)
    finding.provider = provider
    if not can_suspend(by, finding):
        raise NotAllowed
    today = clock.today()
    group = None
    if class_group_id is not None:
        group = ClassGroup.objects.filter(pk=class_group_id, provider=provider).first()
        if group is None:
            raise refusals.ForeignItem
    stopped = provider.standing == Standing.SUSPENDED
    if stopped or (group and ClassSuspension.objects.filter(in_force(today), class_group=group).exists()):
        raise refusals.SuspendedAlready
    decision = Decision.objects.create(
        number=next_number(provider, DecisionKind.SUSPEND), kind=DecisionKind.SUSPEND, provider=provider,
        class_group=group, finding=finding, area_path=provider.area_path, reason=reason, basis=basis,
        from_day=today, decided_by=by, decided_at=clock.now(),
    )  # fmt: skip
    if group is not None:
        follow(ClassSuspension, of={"class_group": group}, from_day=today, decision=decision)
        facts_changed(provider.pk, from_day=today, cause="class_suspended")
        search_rows.rewrite(provider.pk)
    else:
        standing.suspend(provider.pk, by=by, reason=decision.number, from_day=today)
    _tell(decision, _("Decision %(number)s: suspended from today") % {"number": decision.number})
    return decision


@transaction.atomic
def resume(decision_id: int, *, reason: str, by: User) -> Decision:
    """Let the class or the provider go on, once its major hazards are cleared; pressing twice decides once."""
    stopped = Decision.objects.select_related("class_group", "finding").get(pk=decision_id, kind=DecisionKind.SUSPEND)
    provider = standing.lock(stopped.provider_id)
    if not can_decide(by, provider.area_path, provider):
        raise NotAllowed
    if existing := Decision.objects.filter(lifts=stopped).first():
        return existing
    hazards = open_major(provider.pk)
    if stopped.class_group_id is not None:
        hazards = hazards.filter(class_group=stopped.class_group_id)
    if count := hazards.count():
        raise refusals.HazardsOpen(count=count)
    today = clock.today()
    decision = Decision.objects.create(
        number=next_number(provider, DecisionKind.RESUME), kind=DecisionKind.RESUME, provider=provider,
        class_group=stopped.class_group, finding=stopped.finding, lifts=stopped, area_path=provider.area_path,
        reason=reason, basis=stopped.basis, from_day=today, decided_by=by, decided_at=clock.now(),
    )  # fmt: skip
    if stopped.class_group is not None:
        follow(ClassSuspension, of={"class_group": stopped.class_group}, from_day=today)
        facts_changed(provider.pk, from_day=today, cause="class_resumed")
        search_rows.rewrite(provider.pk)
    else:
        standing.reopen(provider.pk, by=by, reason=decision.number, from_day=today)
    _tell(decision, _("Decision %(number)s: service may go on") % {"number": decision.number})
    return decision


def next_number(provider: Provider, kind: str) -> str:
    """JD-<provider>-<year>-<n> (决定): unique because the provider is locked."""
    stem = f"JD-{provider.code}-{clock.today().year}-"
    return f"{stem}{Decision.objects.filter(number__startswith=stem).count() + 1}"


def _tell(decision: Decision, subject: str) -> None:
    record(decision, "decide", by=decision.decided_by, number=decision.number, kind=decision.kind,
           class_group=decision.class_group.code if decision.class_group else None)  # fmt: skip
    for person in people_of(decision.provider):
        outbox.tell_person(person, subject, decision.reason, key=f"decision:{decision.number}:{person.pk}")

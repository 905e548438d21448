"""What is done about a hazard: record, answer, clear, send back, extend, withdraw."""

import datetime as dt
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from inspections import rules
from inspections.actions import refusals
from inspections.actions.visits import deciders_over, people_of
from inspections.models import (
    AnswerVerdict,
    ChecklistItem,
    Finding,
    FindingAnswer,
    FindingExtension,
    FindingFile,
    FindingState,
    Level,
    Visit,
    VisitState,
)
from inspections.permissions import can_answer, can_check, can_decide, is_inspector_of
from inspections.states import FINDING
from portal import clock, files, law, outbox
from portal.audit import record
from portal.models import User
from portal.problems import NotAllowed
from portal.states import check_version, move
from providers.actions import standing
from providers.actions.facts import facts_changed
from providers.models import ClassGroup

TERMS = {Level.GENERAL: "hazard.general_days", Level.MAJOR: "hazard.major_days"}


@transaction.atomic
def record_finding(
    visit_id: int, *, item_id: int | None, level: str, text: str, basis: str, class_group_id: int | None = None,
    photos: Sequence[UploadedFile] = (), by: User,
) -> Finding:  # fmt: skip
    """Write down a hazard while the visit is under way; its due day follows from level and law (domain §6.2)."""
    provider = standing.lock(Visit.objects.values_list("provider_id", flat=True).get(pk=visit_id))
    visit = Visit.objects.select_for_update(no_key=True, of=("self",)).get(pk=visit_id)
    visit.provider = provider
    if not is_inspector_of(by, visit):
        raise NotAllowed
    if visit.state != VisitState.UNDER_WAY:
        raise refusals.VisitIsOver
    if level == Level.MAJOR and not photos:
        raise refusals.FindingNeedsPhoto
    if item_id and not ChecklistItem.objects.filter(pk=item_id, checklist=visit.checklist_id).exists():
        raise refusals.ForeignItem
    if class_group_id and not ClassGroup.objects.filter(pk=class_group_id, provider=visit.provider_id).exists():
        raise refusals.ForeignItem
    today = clock.today()
    said = {
        "visit": visit, "item_id": item_id, "class_group_id": class_group_id, "level": level, "text": text,
        "basis": basis, "found_on": today,
    }  # fmt: skip
    if existing := Finding.objects.exclude(state=FindingState.WITHDRAWN).filter(**said).first():
        return existing  # the button was pressed twice
    finding = Finding.objects.create(
        **said, number=next_number(visit), provider=visit.provider, area_path=visit.area_path,
        due_on=rules.due_on(today, law.value(TERMS[Level(level)], visit.area_path, today)), found_by=by,
        recorded_at=clock.now(),
    )  # fmt: skip
    keep_files(finding, photos, by=by)
    record(finding, "record_finding", by=by, number=finding.number, level=level, due_on=finding.due_on.isoformat())
    if level == Level.MAJOR:  # an open major hazard may stop the month's subsidy
        facts_changed(visit.provider_id, from_day=today, cause="major_hazard")
    return finding


def next_number(visit: Visit) -> str:
    """ZG-<provider>-<day>-<n> (整改): unique because the provider is locked."""
    stem = f"ZG-{visit.provider.code}-{clock.today():%Y%m%d}-"
    return f"{stem}{Finding.objects.filter(number__startswith=stem).count() + 1}"


def keep_files(
    finding: Finding, uploads: Sequence[UploadedFile], *, by: User, answer: FindingAnswer | None = None
) -> None:
    """Keep photos and papers with the finding or with its answer. Raises UnwantedFile."""
    accept = files.PHOTOS if answer is None else files.PAPERS
    FindingFile.objects.bulk_create(
        FindingFile(finding=finding, answer=answer, file=files.store(upload, by=by, accept=accept))
        for upload in uploads
    )


@transaction.atomic
def answer_finding(
    finding_id: int, *, text: str, uploads: Sequence[UploadedFile] = (), version: int | None = None, by: User
) -> FindingAnswer:
    """The provider says what was put right, with evidence; the inspectors are told."""
    finding = _locked(finding_id)
    if not can_answer(by, finding):
        raise NotAllowed
    check_version(finding, version)
    move(finding, FindingState.ANSWERED, machine=FINDING, by=by, verb="answer_finding")
    answer = FindingAnswer.objects.create(
        finding=finding, round=finding.answers.count() + 1, text=text, answered_by=by, answered_at=clock.now()
    )
    keep_files(finding, uploads, by=by, answer=answer)
    for person in {finding.visit.lead, finding.visit.second}:
        outbox.tell_person(
            person,
            _("Finding %(number)s was answered") % {"number": finding.number},
            _("Check the evidence, then close the finding or send it back."),
            key=f"finding-answered:{finding.number}:{answer.round}:{person.pk}",
        )
    return answer


@transaction.atomic
def clear_finding(finding_id: int, *, note: str = "", version: int | None = None, by: User) -> Finding:
    """The inspector accepts the answer: the hazard is cleared as of today."""
    finding = _locked(finding_id)
    if not can_check(by, finding):
        raise NotAllowed
    check_version(finding, version)
    today = clock.today()
    move(finding, FindingState.CLEARED, machine=FINDING, by=by, verb="clear_finding", cleared_on=today, cleared_by=by)
    _decide_answer(finding, AnswerVerdict.ACCEPTED, note, by)
    if finding.level == Level.MAJOR:
        facts_changed(finding.provider_id, from_day=finding.found_on, cause="major_hazard_cleared")
    _tell_people(finding, _("Finding %(number)s is cleared"), _("The inspector accepted the answer."), "cleared")
    return finding


@transaction.atomic
def send_back(finding_id: int, *, reason: str, version: int | None = None, by: User) -> Finding:
    """The inspector does not accept the answer and says why; the due day stays."""
    finding = _locked(finding_id)
    if not can_check(by, finding):
        raise NotAllowed
    check_version(finding, version)
    move(finding, FindingState.OPEN, machine=FINDING, by=by, verb="send_back")
    answer = _decide_answer(finding, AnswerVerdict.SENT_BACK, reason, by)
    _tell_people(finding, _("Finding %(number)s was sent back"), reason, f"sent-back:{answer.round}")
    return finding


@transaction.atomic
def withdraw_finding(finding_id: int, *, reason: str, by: User) -> Finding:
    """Take back a finding that was recorded by mistake: a decider's act, not the finder's own."""
    finding = _locked(finding_id)
    if by.pk == finding.found_by_id or not can_decide(by, finding.area_path, finding.provider):
        raise NotAllowed
    move(
        finding, FindingState.WITHDRAWN, machine=FINDING, by=by, verb="withdraw_finding",
        withdrawn_at=clock.now(), withdraw_reason=reason,
    )  # fmt: skip
    if finding.level == Level.MAJOR:
        facts_changed(finding.provider_id, from_day=finding.found_on, cause="major_hazard_withdrawn")
    _tell_people(finding, _("Finding %(number)s was withdrawn"), reason, "withdrawn")
    return finding


@transaction.atomic
def ask_extension(finding_id: int, *, until: dt.date, reason: str, by: User) -> FindingExtension:
    """The provider asks for more time, once; at most the legal term again (domain §6.2)."""
    finding = _locked(finding_id)
    if not can_answer(by, finding):
        raise NotAllowed
    if finding.state != FindingState.OPEN or FindingExtension.objects.filter(finding=finding).exists():
        raise refusals.ExtendedAlready
    latest = latest_extension(finding)
    if not finding.due_on < until <= latest:
        raise refusals.ExtensionTooLong(due=finding.due_on.isoformat(), latest=latest.isoformat())
    asked = FindingExtension.objects.create(
        finding=finding, until=until, reason=reason, asked_by=by, asked_at=clock.now()
    )
    record(finding, "ask_extension", by=by, until=until.isoformat())
    for person in deciders_over(finding.area_path):
        outbox.tell_person(
            person,
            _("More time is asked for finding %(number)s") % {"number": finding.number},
            _("Until %(day)s. Approve it or refuse it.") % {"day": until},
            key=f"extension-asked:{finding.number}:{person.pk}",
        )
    return asked


def latest_extension(finding: Finding) -> dt.date:
    """The last day an extension can reach: the legal term once more."""
    return rules.due_on(finding.due_on, law.value(TERMS[Level(finding.level)], finding.area_path, finding.found_on))


@transaction.atomic
def decide_extension(finding_id: int, *, approve: bool, by: User) -> FindingExtension:
    """The district approves or refuses more time; approved, the due day moves."""
    finding = _locked(finding_id)
    if not can_decide(by, finding.area_path, finding.provider):
        raise NotAllowed
    asked = FindingExtension.objects.select_for_update(no_key=True).filter(finding=finding).first()
    if asked is None:
        raise refusals.NothingAsked
    if asked.approved is not None:
        return asked
    asked.approved, asked.decided_by, asked.decided_at = approve, by, clock.now()
    asked.save(update_fields=["approved", "decided_by", "decided_at"])
    if approve:
        finding.due_on = asked.until
        finding.version += 1
        finding.save(update_fields=["due_on", "version"])
    record(finding, "approve_extension" if approve else "refuse_extension", by=by, until=asked.until.isoformat())
    subject = (
        _("More time for finding %(number)s is approved")
        if approve
        else _("More time for finding %(number)s is refused")
    )
    _tell_people(finding, subject, _("To be put right by %(day)s.") % {"day": finding.due_on}, "extension")
    return asked


def _locked(finding_id: int) -> Finding:
    rows = Finding.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("provider", "visit__lead", "visit__second").get(pk=finding_id)


def _decide_answer(finding: Finding, verdict: str, reason: str, by: User) -> FindingAnswer:
    answer = finding.answers.latest("round")
    answer.verdict, answer.reason, answer.decided_by, answer.decided_at = verdict, reason, by, clock.now()
    answer.save(update_fields=["verdict", "reason", "decided_by", "decided_at"])
    return answer


def _tell_people(finding: Finding, subject: str, body: str, news: str) -> None:
    for person in people_of(finding.provider):
        outbox.tell_person(
            person, subject % {"number": finding.number}, body, key=f"finding:{finding.number}:{news}:{person.pk}"
        )

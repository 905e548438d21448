"""Public notices (公示): publish, let the working days pass, hear objections; only then may what was named go on.

A notice names institutions, never children. The day it is published does not count; it stands for the whole of its last
working day.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal import audit, clock, workdays
from portal.models import Area, NoticeState, Objection, PublicNotice, User
from portal.problems import Refusal
from portal.states import Machine, Moves, move

NOTICE_MOVES: Moves = {
    NoticeState.STANDING: {NoticeState.ENDED, NoticeState.WITHDRAWN},
    NoticeState.ENDED: set(),
    NoticeState.WITHDRAWN: set(),
}
MACHINE = Machine("notice", PublicNotice, NOTICE_MOVES, title="Public notice (公示)")
MACHINES = [MACHINE]


class AlreadyPublished(Refusal):
    """The same subject stands in a notice already."""

    code = "already-published"
    text = _("This already stands in a public notice until %(last_day)s.")


class NoticeStands(Refusal):
    """The notice has not stood long enough, was withdrawn, or an objection is open."""

    code = "notice-stands"
    text = _("The public notice has not ended yet: its last day is %(last_day)s.")


class NoticeOver(Refusal):
    """Objections are heard while the notice stands."""

    code = "notice-over"
    text = _("This notice ended on %(last_day)s; objections are no longer taken here.")


class AlreadyAnswered(Refusal):
    """An objection is answered once."""

    code = "already-answered"
    status = 412
    text = _("This objection was already answered on %(when)s.")


@transaction.atomic
def publish(
    kind: str,
    subject: str,
    *,
    area: Area,
    title: str,
    rows: Sequence[dict[str, Any]],
    workdays_standing: int,
    by: User | None,
) -> PublicNotice:
    """Publish a notice today; its last day is `workdays_standing` working days on. Once per subject while it stands.

    `subject` is `app.Model:key`; each row is what the public table shows, with a `key` that objections may name.
    Raises AlreadyPublished, MissingCalendar.
    """
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)  # two people publishing the same wait here
    if standing := PublicNotice.objects.filter(subject=subject, state=NoticeState.STANDING).first():
        raise AlreadyPublished(last_day=standing.last_day.isoformat())
    today = clock.today()
    notice = PublicNotice.objects.create(
        kind=kind,
        subject=subject,
        area=area,
        area_path=area.path,
        title=title,
        rows=list(rows),
        from_day=today,
        last_day=workdays.add(today, workdays_standing),
        workdays=workdays_standing,
        published_by=by,
        published_at=clock.now(),
    )
    audit.record(notice, "publish_notice", by=by, after=NoticeState.STANDING, about=subject, rows=len(notice.rows))
    return notice


def open_objections(notice: PublicNotice) -> QuerySet[Objection]:
    """Objections that nobody has answered yet."""
    return notice.objections.filter(answered_at__isnull=True)


def obstacle(notice: PublicNotice, on: dt.date) -> Refusal | None:
    """Why what the notice names may not go on, or None: the message is for the officer who waits."""
    if notice.state == NoticeState.WITHDRAWN:
        return NoticeStands(_("The public notice was withdrawn. Publish again after the correction."))
    if on <= notice.last_day:
        return NoticeStands(last_day=notice.last_day.isoformat())
    if waiting := open_objections(notice).count():
        return NoticeStands(_("%(count)s objection(s) to the public notice wait for an answer."), count=waiting)
    return None


def may_proceed(notice: PublicNotice, on: dt.date) -> bool:
    """Whether the notice has stood its working days and every objection is answered."""
    return obstacle(notice, on) is None


def check_may_proceed(notice: PublicNotice, on: dt.date) -> None:
    """Raise NoticeStands with the reason unless `may_proceed`."""
    if refusal := obstacle(notice, on):
        raise refusal


def latest(subject: str) -> PublicNotice | None:
    """The newest notice about a subject."""
    return PublicNotice.objects.filter(subject=subject).order_by("-id").first()


@transaction.atomic
def end_due(*, on: dt.date | None = None) -> int:
    """Close the notices whose last day has passed; the nightly task calls it. Gives how many."""
    day = on or clock.today()
    due = PublicNotice.objects.filter(state=NoticeState.STANDING, last_day__lt=day).order_by("id")
    found = list(due.select_for_update(no_key=True, skip_locked=True))
    for notice in found:
        move(notice, NoticeState.ENDED, machine=MACHINE, by=None, verb="end_notice")
    return len(found)


@transaction.atomic
def withdraw(notice_id: int, *, reason: str, by: User | None) -> PublicNotice:
    """Take a notice back before it ends, because what it names must be corrected."""
    notice = PublicNotice.objects.select_for_update(no_key=True).get(pk=notice_id)
    move(notice, NoticeState.WITHDRAWN, machine=MACHINE, by=by, verb="withdraw_notice", detail={"reason": reason[:200]})
    return notice


@transaction.atomic
def object_to(notice_id: int, *, text: str, contact: str, row_key: str = "") -> Objection:
    """Anybody objects to a standing notice or to one of its rows. Raises NoticeOver.

    The contact is for the answering officer; it never enters the audit trail.
    """
    notice = PublicNotice.objects.select_for_update(no_key=True).get(pk=notice_id)
    if notice.state != NoticeState.STANDING or clock.today() > notice.last_day:
        raise NoticeOver(last_day=notice.last_day.isoformat())
    known = {str(row.get("key", "")) for row in notice.rows}
    said = {"notice": notice, "row_key": row_key if row_key in known else "", "text": text, "contact": contact}
    if existing := Objection.objects.filter(**said, answered_at__isnull=True).first():
        return existing  # the button was pressed twice
    objection = Objection.objects.create(**said, raised_at=clock.now())
    audit.record(notice, "object_to_notice", by=None, objection=str(objection.public_id), row=objection.row_key)
    return objection


@transaction.atomic
def answer(objection_id: int, *, text: str, upheld: bool, by: User) -> Objection:
    """An officer answers an objection, once. Upheld means: withdraw or correct what was published."""
    objection = (
        Objection.objects.select_for_update(no_key=True, of=("self",)).select_related("notice").get(pk=objection_id)
    )
    if objection.answered_at:
        raise AlreadyAnswered(when=objection.answered_at.date().isoformat())
    objection.answer, objection.upheld = text, upheld
    objection.answered_by, objection.answered_at = by, clock.now()
    objection.save(update_fields=["answer", "upheld", "answered_by", "answered_at"])
    audit.record(objection.notice, "answer_objection", by=by, objection=str(objection.public_id), upheld=upheld)
    return objection

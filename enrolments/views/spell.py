"""One spell of care: what is known, who did what, and the few things that can be done to it."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from enrolments.actions import children, spells, taking
from enrolments.forms.spell import AnnulForm, EndForm, ForgetForm, IdentityForm, MoveForm, RevealForm
from enrolments.models import Enrolment, EnrolmentState
from enrolments.permissions import may_keep_roll, may_reveal
from enrolments.queries import roll
from enrolments.views.enrol import spell_url
from enrolments.views.reach import kept_roll, own_spell, seen_spells
from portal import clock
from portal.dates import DateRange, Month, completed_months
from portal.models import AuditEvent
from portal.permissions import signed_in
from portal.problems import Refusal
from portal.verbs import verb_text
from providers.views.editing import answer, status_of

REASONS = dict(RevealForm.REASONS)
STATE_KINDS = {EnrolmentState.ACTIVE: "good", EnrolmentState.ENDED: "neutral", EnrolmentState.ANNULLED: "warn"}


@signed_in
def spell(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people or a district officer see one child's spell, masked; one tap to what can be done."""
    found = get_object_or_404(seen_spells(request), public_id=public_id)
    return render(request, "enrolments/spell.html", _page(request, found))


@signed_in
@require_POST
def reveal(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Somebody who needs it opens the child's identity for this one answer, on record with the reason. Two taps."""
    found = get_object_or_404(seen_spells(request), public_id=public_id)
    form = RevealForm(request.POST)
    context: dict[str, Any] = {}
    if form.is_valid():
        person, guardians = children.reveal(found, by=request.user, reason=form.cleaned_data["reason"])
        context = {"person": person, "carers": guardians, "revealed": True}
    response = render(request, "enrolments/spell.html", _page(request, found) | {"reveal": form} | context)
    response["Cache-Control"] = "no-store"
    return response


@signed_in
def end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people end or shorten the spell; the place is free from the day after. One page."""
    found = own_spell(request, public_id)
    form = EndForm(request.POST or None, initial={"version": found.version, "last_day": clock.today()})

    def act() -> None:
        values = form.cleaned_data
        spells.end_enrolment(
            found.pk, last_day=values["last_day"], reason=values["reason"], version=values["version"], by=request.user
        )

    return _done(request, form, act, found, _("The spell ends on the day you gave.")) or _ask(
        request, "enrolments/spell_end.html", found, form
    )


@signed_in
def move(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people let the child go on in another class or mode from a day on. One page."""
    found = own_spell(request, public_id)
    start = {"version": found.version, "first_day": clock.today(), "mode": found.mode}
    form = MoveForm(request.POST or None, initial=start, provider=found.provider)

    def act() -> None:
        values = form.cleaned_data
        spells.move_to_class(
            found.pk, class_group_id=values["class_group"].pk, mode=values["mode"], from_day=values["first_day"],
            fee_fen=values["fee_fen"], version=values["version"], by=request.user,
        )  # fmt: skip

    context = {"free_rows": roll.free_from(found.provider_id, clock.today()), "free_day": clock.today()}
    return _done(request, form, act, found, _("The child goes on in the new class.")) or _ask(
        request, "enrolments/spell_move.html", found, form, **context
    )


@signed_in
def annul(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people take back a spell that never was. One page, two taps."""
    found = own_spell(request, public_id)
    form = AnnulForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        values = form.cleaned_data
        spells.annul(found.pk, reason=values["reason"], version=values["version"], by=request.user)

    return _done(request, form, act, found, _("The spell is annulled.")) or _ask(
        request, "enrolments/spell_annul.html", found, form
    )


@signed_in
def identity(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people add the document of a child that came without one. One page."""
    found = own_spell(request, public_id)
    form = IdentityForm(request.POST or None, birth_date=found.child.birth_date)
    if request.method == "POST" and form.is_valid():
        area = found.area_path
        if children.record_identity(found.child_id, person=form.person, by=request.user, area_path=area):
            messages.success(request, _("The document is on record."))
        else:
            messages.warning(
                request, _("Another record has this number. The district office decides whether both are one child.")
            )
        return redirect(spell_url(found))
    return _ask(request, "enrolments/spell_identity.html", found, form)


@signed_in
def forget(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people delete who a child is, after it has left and a guardian has asked. One page, two taps."""
    found = own_spell(request, public_id)
    form = ForgetForm(request.POST or None, initial={"asked_on": clock.today()})

    def act() -> None:
        children.forget_on_request(found, asked_on=form.cleaned_data["asked_on"], by=request.user)

    said = _("Name, number and guardians are deleted. Days of care and subsidies stay on record without them.")
    return _done(request, form, act, found, said) or _ask(request, "enrolments/spell_forget.html", found, form)


@signed_in
@require_POST
def hold(request: HttpRequest, public_id: uuid.UUID, child_id: uuid.UUID) -> HttpResponse:
    """A provider's people turn a held place into an enrolment, or give it back. One tap."""
    provider = kept_roll(request, public_id)
    group_id = request.POST.get("group", "")
    found = [
        one
        for one in roll.holds_of(provider.pk)
        if one.child.public_id == child_id and str(one.class_group.pk) == group_id
    ]
    try:
        for one in found[:1]:
            if "enrol" in request.POST:
                made = taking.take_place(
                    one.class_group.pk, child_id=one.child.pk, mode=one.mode, during=DateRange(one.first, one.end),
                    by=request.user,
                )  # fmt: skip
                messages.success(request, _("The child is enrolled."))
                return redirect(spell_url(made))
            taking.release(one.class_group.pk, child_id=one.child.pk, by=request.user)
            messages.success(request, _("The place is free again."))
    except Refusal as fact:
        messages.error(request, fact.message)
    return redirect("enrolments:roll", public_id)


def _done(request: HttpRequest, form: Any, act: Any, found: Enrolment, said: str) -> HttpResponse | None:
    return answer(request, form, act, said=said, to=lambda: spell_url(found))


def _ask(request: HttpRequest, template: str, found: Enrolment, form: Any, **context: Any) -> HttpResponse:
    page = {"spell": found, "provider": found.provider, "form": form, "name": _name(found)} | context
    return render(request, template, page, status=status_of(request))


def _name(found: Enrolment) -> str:
    known = getattr(found.child, "identity", None)
    return known.mask if known else found.child.key


def _to_come(found: Enrolment, today: dt.date) -> bool:
    return found.during.upper is None or found.during.upper > today


def _reason(event: AuditEvent) -> Any:
    """Why it was done, where somebody said so."""
    reason = event.detail.get("reason", "")
    return REASONS.get(reason, reason)


def _page(request: HttpRequest, found: Enrolment) -> dict[str, Any]:
    """A spell's facts, its months, its history and what this person may do."""
    own = may_keep_roll(request.user, found.provider)
    today = clock.today()
    over = not _to_come(found, today)
    state = EnrolmentState.ENDED if over and found.state == EnrolmentState.ACTIVE else EnrolmentState(found.state)
    return {
        "spell": found,
        "provider": found.provider,
        "name": _name(found),
        "known": getattr(found.child, "identity", None),
        "guardians": list(found.child.guardians.order_by("pk")),
        "months": completed_months(found.child.birth_date, today),
        "state": state,
        "tag": STATE_KINDS[state],
        "first": found.during.lower,
        "last": DateRange.of(found.during).last,
        "own": own,
        "live": found.state != EnrolmentState.ANNULLED,
        "left": over or found.state == EnrolmentState.ANNULLED,
        "may_reveal": may_reveal(request.user, found),
        "reveal": RevealForm(),
        "revealed": False,
        "person": None,
        "carers": (),
        "attendance": roll.attendance_of(found),
        "events": [
            {"title": verb_text(event.verb), "at": event.at, "by": event.actor, "text": _reason(event)}
            for event in roll.history_of(found)
        ],
        "month": Month.of(today),
    }

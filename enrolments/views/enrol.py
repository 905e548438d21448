"""Enrolling a child, one thing a page: child, guardian, place, check. What was typed waits sealed in a draft."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from enrolments import ages
from enrolments.actions import drafts, refusals
from enrolments.actions.enrolling import Wish, enrol, rehearse
from enrolments.forms.enrol import ChildForm, GuardianForm, LookForm, PlaceForm
from enrolments.models import IdentityKind
from enrolments.queries.roll import free_from, open_classes
from enrolments.views.reach import kept_roll
from portal import clock
from portal.dates import add_months, completed_months
from portal.identifiers import mask_identity, mask_name, mask_phone
from portal.permissions import signed_in
from portal.problems import Refusal
from providers.models import Mode, Provider

STEPS = ("child", "guardian", "place")
TITLES = {
    "child": _l("The child"),
    "guardian": _l("Guardian and consent"),
    "place": _l("Class, mode and days"),
    "check": _l("Check and enrol"),
}
FIELD_OF = {  # where a refusal is shown
    refusals.NoFreePlace: "class_group",
    refusals.OutsideBand: "class_group",
    refusals.SeatedElsewhere: "first_day",
    refusals.BornLater: "first_day",
    refusals.HoldTooLong: "hold_until",
}


@signed_in
def step(request: HttpRequest, public_id: uuid.UUID, step: str) -> HttpResponse:
    """A provider's people fill one page and go on; nothing typed is lost. One tap a page."""
    provider = kept_roll(request, public_id)
    typed = drafts.read(request.user, provider.pk)
    if any(earlier not in typed for earlier in STEPS[: STEPS.index(step)]):
        return redirect("enrolments:enrol", public_id, STEPS[0])
    form = _form(step, provider, typed, request.POST or None)
    looking = "look" in request.POST
    if request.method == "POST" and not looking and form.is_valid() and _fits(form, step, provider, typed, request):
        drafts.keep(request.user, provider.pk, step, _plain(form))
        following = (*STEPS, "check")[STEPS.index(step) + 1]
        return redirect(_url(provider, "check" if request.GET.get("back") == "check" else following))
    context = _frame(provider, step) | {"form": form, "typed": typed}
    if step == "place":
        context |= _free(provider, form["first_day"].value())
    status = 422 if request.method == "POST" and not looking else 200
    return render(request, f"enrolments/enrol_{step}.html", context, status=status)


@signed_in
def check(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people look everything over and enrol the child; one tap."""
    provider = kept_roll(request, public_id)
    typed = drafts.read(request.user, provider.pk)
    if request.method == "POST" and not typed:  # the second press of the button
        return redirect("enrolments:roll", public_id)
    if missing := [name for name in STEPS if name not in typed]:
        return redirect("enrolments:enrol", public_id, missing[0])
    wish, refused = _wish(provider, typed), None
    if wish is None:
        return redirect("enrolments:enrol", public_id, "place")
    if request.method == "POST":
        try:
            _child, spell = enrol(wish, by=request.user)
        except Refusal as fact:
            refused = fact.message
        else:
            drafts.discard(request.user, provider.pk)
            messages.success(request, _("The child is enrolled.") if spell else _("The place is held."))
            return (
                redirect(spell_url(spell))
                if spell
                else redirect(f"{reverse('enrolments:roll', args=[public_id])}#holds")
            )
    context = _frame(provider, "check") | {"rows": _answers(provider, wish), "refused": refused, "wish": wish}
    context["very_young"] = ages.age_in_class(wish.group.band, _months(wish)) == ages.VERY_YOUNG
    context["turns_three_on"] = add_months(wish.birth_date, 36)
    return render(request, "enrolments/enrol_check.html", context, status=422 if refused else 200)


@signed_in
@require_POST
def discard(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people throw what they typed away; one tap."""
    provider = kept_roll(request, public_id)
    drafts.discard(request.user, provider.pk)
    return redirect("enrolments:roll", public_id)


@signed_in
@require_GET
def free(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The table of free places from a day on, asked for by the place page while the day is typed."""
    provider = kept_roll(request, public_id)
    return render(request, "enrolments/_free.html", _free(provider, request.GET.get("first_day")))


def _form(step: str, provider: Provider, typed: dict[str, Any], data: Any) -> Form:
    """The step's form with what was typed before."""
    if step == "place":
        initial = {"first_day": clock.today(), "mode": Mode.FULL} | typed.get(step, {})
        return PlaceForm(data, initial=initial, provider=provider)
    initial = typed.get(step, {})
    if step == "child":
        return ChildForm(data, initial={"kind": IdentityKind.RESIDENT} | initial)
    return GuardianForm(data, initial=initial)


def _plain(form: Form) -> dict[str, Any]:
    """A form's values as the draft keeps them."""
    values = {name: form.cleaned_data.get(name) for name in form.fields}
    if group := values.get("class_group"):
        values["class_group"] = str(group.public_id)
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def _fits(form: Form, step: str, provider: Provider, typed: dict[str, Any], request: HttpRequest) -> bool:
    """Whether the place could be taken now; what stands in the way is shown at its field."""
    if step != "place":
        return True
    wish = _wish(provider, typed | {"place": _plain(form)})
    try:
        if wish is None:
            raise Http404
        rehearse(wish, by=request.user)
    except Refusal as fact:
        name = next((FIELD_OF[kind] for kind in type(fact).__mro__ if kind in FIELD_OF), None)
        form.add_error(name, fact.message)
        return False
    return True


def _wish(provider: Provider, typed: dict[str, Any]) -> Wish | None:
    """What the typed pages ask for, read through their forms again; None when one no longer holds."""
    child, guardian = ChildForm(typed["child"]), GuardianForm(typed["guardian"])
    place = PlaceForm(typed["place"], provider=provider)
    if not (child.is_valid() and guardian.is_valid() and place.is_valid()):
        return None
    return Wish(
        person=child.person,
        birth_date=child.cleaned_data["birth_date"],
        birth_order=child.cleaned_data["birth_order"],
        guardian=guardian.carer,
        group=place.cleaned_data["class_group"],
        mode=place.cleaned_data["mode"],
        during=place.during,
        fee_fen=place.cleaned_data["fee_fen"],
        contract_on=place.cleaned_data["contract_on"],
        expires_at=place.expires_at,
    )


def _answers(provider: Provider, wish: Wish) -> list[tuple[Any, Any, str]]:
    """Check your answers: label, value, where to change it. The number and the telephone stay masked."""
    child, guardian, place = (f"{_url(provider, name)}?back=check" for name in STEPS)
    days = _("from %(first)s") % {"first": wish.during.start}
    if wish.during.last:
        days = _("from %(first)s to %(last)s") % {"first": wish.during.start, "last": wish.during.last}
    rows = [
        (_("Child's name"), mask_name(wish.person.name), child),
        (IdentityKind(wish.person.kind).label, mask_identity(wish.person.number), child),
        (_("Birth date"), wish.birth_date.isoformat(), child),
        (_("Guardian"), f"{mask_name(wish.guardian.name)} {mask_phone(wish.guardian.phone)}", guardian),
        (_("Class"), f"{wish.group.name} · {wish.group.get_band_display()}", place),
        (_("Mode of care"), Mode(wish.mode).label, place),
        (_("Days of care"), days, place),
        (_("Age on the first day"), _("%(months)s months") % {"months": _months(wish)}, ""),
    ]
    if wish.expires_at:
        until = (wish.expires_at - dt.timedelta(seconds=1)).astimezone(clock.SHANGHAI).date()
        rows.append((_("Held until the end of"), until.isoformat(), place))
    return rows


def _months(wish: Wish) -> int:
    return completed_months(wish.birth_date, wish.during.start)


def _free(provider: Provider, typed: Any) -> dict[str, Any]:
    """Free places by class from the typed day on; from today while the day makes no sense."""
    look = LookForm({"first_day": typed})
    day = (look.cleaned_data["first_day"] if look.is_valid() else None) or clock.today()
    return {"free_day": day, "free_rows": free_from(provider.pk, day), "provider": provider}


def _frame(provider: Provider, step: str) -> dict[str, Any]:
    """What every page of the errand shows."""
    names = (*STEPS, "check")
    number = names.index(step)
    return {
        "provider": provider,
        "step": step,
        "title": TITLES[step],
        "steps": [str(TITLES[name]) for name in names],
        "number": number + 1,
        "back": _url(provider, names[number - 1]) if number else reverse("enrolments:roll", args=[provider.public_id]),
        "closed": not open_classes(provider.pk, clock.today()).exists(),
    }


def _url(provider: Provider, step: str) -> str:
    if step == "check":
        return reverse("enrolments:enrol_check", args=[provider.public_id])
    return reverse("enrolments:enrol", args=[provider.public_id, step])


def spell_url(spell: Any) -> str:
    """A spell's page."""
    return reverse("enrolments:spell", args=[spell.public_id])

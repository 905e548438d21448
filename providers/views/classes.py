"""Classes of a filed provider: opened, changed and closed by its owner."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import clock
from portal.permissions import signed_in
from providers.actions import classes as actions
from providers.forms.manage import CloseForm, FeeForm, OpenForm, PlacesForm
from providers.models import ClassGroup, Provider
from providers.queries.profile import class_rows
from providers.views.editing import answer, own_provider, pressed, status_of


@signed_in
def index(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The owner sees every class with places and fees; one tap to change one."""
    provider = own_provider(request, public_id, owner=True)
    context = {"provider": provider, "rows": class_rows(provider, clock.today())}
    context["later"] = provider.class_groups.filter(opened_on__gt=clock.today())
    context["closed"] = provider.class_groups.filter(closed_on__lte=clock.today()).order_by("code")
    return render(request, "providers/manage/classes.html", context)


@signed_in
def new(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The owner opens a class from a day on; one page."""
    provider = own_provider(request, public_id, owner=True)
    form = OpenForm(request.POST or None)

    def act() -> None:
        values = form.cleaned_data
        actions.open_class(
            provider.pk, name=values["name"], band=values["band"], places=values["places"], fees=form.fees,
            from_day=values["from_day"], by=request.user,
        )  # fmt: skip

    done = answer(request, form, act, said=_("The class is open."), to=lambda: _list(provider))
    page = {"provider": provider, "form": form}
    return done or render(request, "providers/manage/class_new.html", page, status=status_of(request))


@signed_in
def change(request: HttpRequest, public_id: uuid.UUID, class_id: uuid.UUID) -> HttpResponse:
    """The owner changes places or a fee from a day on, or closes the class; one page, one button each."""
    provider = own_provider(request, public_id, owner=True)
    group = get_object_or_404(provider.class_groups, public_id=class_id)
    row = next((row for row in class_rows(provider, clock.today()) if row.group.pk == group.pk), None)
    start = {"version": group.version, "from_day": max(clock.today(), group.opened_on)}
    sent = {name: request.POST if pressed(request, name) else None for name in ("places", "fee", "close")}
    forms = {
        "places": PlacesForm(sent["places"], initial=start | {"places": row.places if row else None}, prefix="places"),
        "fee": FeeForm(sent["fee"], initial=start, prefix="fee"),
        "close": CloseForm(sent["close"], initial=start, prefix="close"),
    }
    for name, act in _acts(request, group, forms).items():
        pressed_here = sent[name] is not None
        if pressed_here and (done := answer(request, forms[name], act, said=_("Saved."), to=lambda: _list(provider))):
            return done
    fees = group.fees.filter(retracted_at__isnull=True, during__overlap=(clock.today(), None)).order_by(
        "mode", "during"
    )
    page = {"provider": provider, "group": group, "row": row, "forms": forms, "fees": fees}
    return render(request, "providers/manage/class.html", page, status=status_of(request))


def _acts(request: HttpRequest, group: ClassGroup, forms: dict) -> dict:
    """What each button of the page does."""

    def places() -> None:
        v = forms["places"].cleaned_data
        actions.change_places(
            group.pk, places=v["places"], from_day=v["from_day"], version=v["version"], by=request.user
        )

    def fee() -> None:
        v = forms["fee"].cleaned_data
        actions.set_fee(
            group.pk, mode=v["mode"], amount_fen=v["amount"], from_day=v["from_day"], version=v["version"],
            by=request.user,
        )  # fmt: skip

    def close() -> None:
        v = forms["close"].cleaned_data
        actions.close_class(group.pk, from_day=v["from_day"], version=v["version"], by=request.user)

    return {"places": places, "fee": fee, "close": close}


def _list(provider: Provider) -> str:
    return reverse("providers:classes", args=[provider.public_id])

"""My account and invitations that were sent to me."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.actions import people
from portal.forms.people import AcceptForm, ProfileForm
from portal.models import Membership, User
from portal.permissions import public, signed_in
from portal.problems import Refusal


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Everybody with a login corrects name and phone and finds password, two-step login and sessions; one form."""
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        people.change_profile(request.user, name=form.cleaned_data["name"], phone=form.cleaned_data["phone"])
        messages.success(request, _("Your details are saved."))
        return redirect("account")
    held = Membership.objects.filter(user=request.user).select_related("area").order_by("ended_at", "during", "id")
    return render(request, "portal/account.html", {"form": form, "held": held})


@public
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody invited opens the mailed link, chooses a password or accepts with their account; one form."""
    try:
        offered = people.open_invitation(token)
    except Refusal as refusal:
        return render(request, "portal/invitation_gone.html", {"message": refusal.message}, status=404)
    owner = User.objects.filter(email__iexact=offered.email).first()
    mine = owner is not None and owner == request.user
    form = AcceptForm(request.POST or None, initial={"name": offered.name}) if owner is None else None
    error = ""
    if request.method == "POST" and (mine or (form and form.is_valid())):
        try:
            person = people.accept(token, by=request.user if mine else None, **_new_account(form))
        except Refusal as refusal:
            error = refusal.message
        else:
            if not mine:
                login(request, person, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(request, _("Welcome. The office is yours from today."))
            return redirect("home")
    context = {"offered": offered, "form": form, "mine": mine, "error": error}
    return render(request, "portal/invitation.html", context)


def _new_account(form: AcceptForm | None) -> dict[str, str]:
    """What a new account needs of the form."""
    return {name: form.cleaned_data[name] for name in ("username", "password", "name")} if form else {}

"""Who holds which office in my area: for those who grant them, and for the auditor."""

import django_filters
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.actions import people
from portal.forms.people import GrantForm, InviteForm
from portal.models import Membership, Role
from portal.permissions import officials
from portal.problems import Refusal
from portal.queries.people import KEEPERS, READERS, current, matching, memberships_for, open_invitations_for


class MembershipFilter(django_filters.FilterSet):
    """By person, office, area and whether the office is still held."""

    q = django_filters.CharFilter(method="search", label=gettext_lazy("Name, user name or e-mail"))
    role = django_filters.ChoiceFilter(
        label=gettext_lazy("Office"), choices=Role.choices, empty_label=gettext_lazy("All")
    )
    area = django_filters.CharFilter(method="under", label=gettext_lazy("Area (name or code)"))
    ended = django_filters.ChoiceFilter(
        method="held", label=gettext_lazy("State"), empty_label=gettext_lazy("Held now"),
        choices=[("yes", gettext_lazy("Ended")), ("all", gettext_lazy("All"))],
    )  # fmt: skip

    class Meta:
        model = Membership
        fields: list[str] = []

    def search(self, queryset: QuerySet, name: str, text: str) -> QuerySet:
        """Part of a name or address."""
        return queryset.filter(matching(text.strip()))

    def under(self, queryset: QuerySet, name: str, text: str) -> QuerySet:
        """Part of an area's name, or all offices under a code."""
        text = text.strip()
        return (
            queryset.filter(area__path__contains=f"{text}/")
            if text.isdigit()
            else queryset.filter(area__name__icontains=text)
        )

    def held(self, queryset: QuerySet, name: str, text: str) -> QuerySet:
        """Handled in `filter_queryset`: without a choice only offices held now are shown."""
        return queryset

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Offices held now unless asked otherwise."""
        found = super().filter_queryset(queryset)
        match self.form.cleaned_data.get("ended"):
            case "yes":
                return found.filter(ended_at__isnull=False)
            case "all":
                return found
        return current(found)


@officials(*READERS)
def index(request: HttpRequest) -> HttpResponse:
    """A keeper of an area looks somebody up or ends an office; one tap to invite, one to end."""
    found = MembershipFilter(request.GET, memberships_for(request.user))
    page = Paginator(found.qs.order_by("area__path", "role", "user__name", "id"), 25).get_page(request.GET.get("page"))
    for held in page:
        held.may_end = (
            not held.ended_at
            and held.user_id != request.user.pk
            and people.may_grant(request.user, held.role, held.area)
        )
    invitations = list(open_invitations_for(request.user).order_by("-invited_at")[:20])
    context = {
        "filter": found,
        "page": page,
        "invitations": invitations,
        "may_invite": people.roles_to_grant(request.user),
    }
    return render(request, "portal/people.html", context)


@officials(*KEEPERS)
def invite(request: HttpRequest) -> HttpResponse:
    """A keeper offers an office to somebody by mail; one form."""
    form = InviteForm(request.POST or None, by=request.user)

    def link(token: str) -> str:
        return request.build_absolute_uri(reverse("invitation", args=[token]))

    if request.method == "POST" and form.is_valid():
        try:
            offered = people.invite(**form.cleaned_data, link=link, by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": offered.email})
            return redirect("people")
    return render(request, "portal/office_form.html", {"form": form, "inviting": True})


@officials(*KEEPERS)
def grant(request: HttpRequest) -> HttpResponse:
    """A keeper gives an office to somebody who has an account; one form."""
    form = GrantForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            people.grant(data["who"], data["role"], data["area"], department=data["department"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("%(name)s now holds the office.") % {"name": data["who"].name})
            return redirect("people")
    return render(request, "portal/office_form.html", {"form": form, "inviting": False})


@officials(*KEEPERS)
def end(request: HttpRequest, membership_id: int) -> HttpResponse:
    """A keeper ends an office; a question, then a tap."""
    held = get_object_or_404(memberships_for(request.user), pk=membership_id)
    error = ""
    if request.method == "POST":
        try:
            people.end(held.pk, by=request.user)
        except Refusal as refusal:
            error = refusal.message
        else:
            messages.success(request, _("The office has ended. The record of it stays."))
            return redirect("people")
    return render(request, "portal/office_end.html", {"held": held, "error": error}, status=403 if error else 200)


@require_POST
@officials(*KEEPERS)
def revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """A keeper takes an invitation back; one tap."""
    offered = get_object_or_404(open_invitations_for(request.user), pk=invitation_id)
    people.revoke(offered.pk, by=request.user)
    messages.success(request, _("The invitation was taken back; its link no longer works."))
    return redirect("people")

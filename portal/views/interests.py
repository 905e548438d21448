"""Interests an official declares (回避申报), so that others decide."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.actions import interests
from portal.models import Interest
from portal.panels import collect
from portal.permissions import officials
from portal.problems import Refusal


class InterestForm(forms.Form):
    """In which provider, and why."""

    provider_code = forms.CharField(
        label=gettext_lazy("Code of the provider"),
        help_text=gettext_lazy("It stands on the provider's page."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("For example: a relative works there, or I hold a share."),
        max_length=200,
    )

    def clean_provider_code(self) -> str:
        """A code that a provider has; a slip would protect nobody."""
        code = self.cleaned_data["provider_code"].strip()
        if not collect("provider_name", code):
            message = _(
                "There is no provider with the code %(provider)s. The code stands on its page, like P-440105-0001."
            )
            raise forms.ValidationError(message % {"provider": code})
        return code


@officials()
def page(request: HttpRequest) -> HttpResponse:
    """An official declares before deciding; one form, and one tap to say that it has ended."""
    form = InterestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            interests.declare(**form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error("provider_code", refusal.message)
        else:
            messages.success(request, _("Declared. From now on others decide about this provider."))
            return redirect("interests")
    mine = list(Interest.objects.filter(user=request.user).order_by("-declared_at", "-id"))
    for one in mine:
        one.provider_name = next(iter(collect("provider_name", one.provider_code)), "")
    return render(request, "portal/interests.html", {"form": form, "mine": mine})


@require_POST
@officials()
def end(request: HttpRequest, interest_id: int) -> HttpResponse:
    """The interest has ended; one tap."""
    interests.end(get_object_or_404(Interest, pk=interest_id, user=request.user).pk, by=request.user)
    messages.success(request, _("The interest ends today."))
    return redirect("interests")

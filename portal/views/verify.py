"""Anybody with a printed paper asks: is this code ours, and is what it stands for unchanged since (验真)?"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.canonical import chained, parse_short_code
from portal.models import Seal
from portal.panels import Sealed, collect
from portal.permissions import public
from portal.seal import GENESIS
from portal.wording import Fault


class CodeForm(forms.Form):
    """The code as printed under the QR."""

    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        help_text=gettext_lazy("12 letters and digits, printed beside the QR code, like 7QF2-M9XK-03RT."),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """The code in its printed form; slips of the pen are named."""
        try:
            return parse_short_code(self.cleaned_data["code"])
        except Fault as fault:
            raise forms.ValidationError(_(fault.msgid) % fault.params) from fault


@public
def page(request: HttpRequest) -> HttpResponse:
    """A bank clerk or parent types the code of a paper in hand; two taps."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("verify_code", code=form.cleaned_data["code"])
    return render(request, "portal/verify.html", {"form": form, "checked": None})


@public
def code(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever scanned the QR of a paper sees at once whether it is unchanged; no tap."""
    form = CodeForm({"code": code})
    if not form.is_valid():
        return render(request, "portal/verify.html", {"form": form, "checked": None}, status=404)
    seals = list(Seal.objects.filter(short_code=form.cleaned_data["code"]).order_by("id"))
    papers = [check(seal) for seal in seals]
    context = {"form": form, "checked": form.cleaned_data["code"], "papers": papers}
    return render(request, "portal/verify.html", context, status=200 if papers else 404)


def check(seal: Seal) -> dict[str, Any]:
    """What we can say of a seal: its link fits the one before, and the content behind it has the digest it had."""
    before = Seal.objects.filter(chain=seal.chain, number=seal.number - 1).values_list("hash", flat=True).first()
    link_holds = seal.hash == chained(before or GENESIS, seal.content_hash)
    known: list[Sealed] = collect("verify", seal)
    content_holds = all(paper.content_hash in (None, seal.content_hash) for paper in known)
    return {
        "title": known[0].title if known else _("A paper issued here"),
        "facts": [*(fact for paper in known for fact in paper.facts)],
        "url": known[0].url if known else "",
        "seal": seal,
        "holds": link_holds and content_holds,
    }

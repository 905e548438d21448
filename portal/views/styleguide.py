"""The living style page: every component with sample content, for designers and the accessibility tests (demo only)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.permissions import public

SHANGHAI = ZoneInfo("Asia/Shanghai")


class SampleForm(forms.Form):
    """One field of every sort."""

    name = forms.CharField(
        label=gettext_lazy("Name of the provider"),
        help_text=gettext_lazy("As on the registration certificate."),
        max_length=60,
    )
    fee = forms.DecimalField(
        label=gettext_lazy("Fee (yuan a month)"), decimal_places=2, widget=forms.TextInput(attrs={"class": "short"})
    )
    opened_on = forms.DateField(
        label=gettext_lazy("First day of care"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("C", gettext_lazy("Community point")), ("F", gettext_lazy("Family childcare point"))],
    )
    modes = forms.MultipleChoiceField(
        label=gettext_lazy("Modes of care"),
        help_text=gettext_lazy("Tick all that are offered."),
        choices=[("full", gettext_lazy("Full day")), ("half", gettext_lazy("Half day"))],
        widget=forms.CheckboxSelectMultiple,
    )
    inclusive = forms.ChoiceField(
        label=gettext_lazy("Inclusive agreement"),
        choices=[("1", gettext_lazy("Yes")), ("0", gettext_lazy("No"))],
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
    )
    paper = forms.FileField(
        label=gettext_lazy("Fire safety certificate"), help_text=gettext_lazy("PDF or picture, up to 10 MB.")
    )
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    true = forms.BooleanField(label=gettext_lazy("Everything stated here is true."))


class SampleFilter(forms.Form):
    """What a list page asks."""

    q = forms.CharField(label=gettext_lazy("Name or credit code"), required=False, widget=forms.SearchInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("All")), ("C", gettext_lazy("Community point"))],
    )
    since = forms.DateField(label=gettext_lazy("Filed since"), required=False, widget=forms.DateInput({"type": "date"}))
    free = forms.BooleanField(label=gettext_lazy("Free places only"), required=False)


def sample_tasks() -> list[dict[str, object]]:
    """To-do items in every urgency."""
    return [
        {"title": _("Answer the finding of 3 July"), "url": "#", "hint": _("Fire exit blocked"), "days_left": -1},
        {"title": _("Confirm this month's places"), "url": "#", "hint": _("Last confirmed on 5 June"), "days_left": 2},
        {"title": _("Check the statement"), "url": "#", "days_left": 9, "status": ("NEW", _("New"), "info")},
    ]


def sample_lines() -> list[dict[str, object]]:
    """An explained amount."""
    return [
        {
            "title": _("Rate"),
            "clause": _("Scheme 1 of 2025, article 4 (1)"),
            "numbers": [(_("Community point"), ""), (_("three stars"), ""), (_("band 12–24 months"), "")],
            "result": "¥300.00",
        },
        {
            "title": _("Attendance"),
            "clause": _("Scheme 1 of 2025, article 6"),
            "numbers": [(_("days attended"), 14), (_("days needed"), 15)],
            "rounding": _("half up to the fen"),
            "result": "× 0",
        },
    ]


@public
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component; not found where neither DEBUG nor DEMO is on."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    form = SampleForm(request.GET if "bad" in request.GET else None)
    rows = [
        {
            "name": _("Sample childcare centre %(n)s") % {"n": n},
            "places": 40 + n,
            "fee": 181300 + n * 1050,
            "due": n - 3,
        }
        for n in range(1, 6)
    ]
    paginator = Paginator(range(178), 20)
    at = datetime(2025, 7, 9, 14, 30, tzinfo=SHANGHAI)
    context = {
        "form": form,
        "filter_form": SampleFilter(request.GET),
        "rows": rows,
        "page": paginator.page(3),
        "tasks": sample_tasks(),
        "lines": sample_lines(),
        "tiles": [
            {"label": _("Places"), "value": "108,800", "unit": _("places"), "who": _("City"), "when": date(2025, 7, 9)},
            {"label": _("Inclusive"), "value": "62.1", "unit": "%", "kind": "good", "note": _("target 60 %")},
            {"label": _("Overdue findings"), "value": "3", "kind": "bad", "url": "#"},
            {"label": _("Claims to check"), "value": "17", "kind": "warn", "url": "#"},
        ],
        "facts": [
            (_("Name of the provider"), "示例·晨光托育园", "#"),
            (_("Address"), "示例路 18 号", "#"),
            (_("Phone"), "", "#"),
        ],
        "events": [
            {"title": _("Recorded as conforming"), "at": at, "by": _("District officer"), "kind": "good"},
            {
                "title": _("Returned"),
                "at": at,
                "by": _("District officer"),
                "text": _("Two papers are missing."),
                "kind": "warn",
            },
            {"title": _("Submitted"), "at": date(2025, 7, 1), "by": "示例·晨光托育园"},
        ],
        "steps": [_("Submitted"), _("Receipt"), {"label": _("Check"), "note": _("15 working days")}, _("Published")],
        "files": [
            {
                "kind": _("Fire safety certificate"),
                "name": "xiaofang.pdf",
                "url": "#",
                "size": 1_300_000,
                "status": ("OK", _("Accepted"), "good"),
            },
            {"kind": _("Premises"), "name": _("not handed in"), "status": ("MISSING", _("Missing"), "warn")},
        ],
        "bars": [
            {"label": _("Haizhu"), "value": 6.34, "target": 5.5},
            {"label": _("Yuexiu"), "value": 5.02, "target": 5.5},
            {"label": _("Tianhe"), "value": 5.5, "target": 5.5},
        ],
        "months": [{"label": f"2025-{n:02d}", "short": f"{n}", "value": 78 + n * 2} for n in range(1, 7)],
        "tabs": [
            {"label": _("All"), "url": request.path, "current": True, "count": 178},
            {"label": _("Waiting"), "url": "?bad=1", "count": 4},
        ],
        "figures": [(_("Places"), "60"), (_("Enrolled"), "52"), (_("Free"), "8")],
        "grid_days": range(1, 15),
        "grid_names": ["示例·安安", "示例·乐乐", "示例·朵朵"],
        "due": date(2025, 7, 18),
        "fen": 123450,
        "day": at,
    }
    return render(request, "portal/styleguide.html", context)

"""Registering and filing a provider, one thing per page; the same pages put a returned filing right."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import clock, files, law
from portal.models import Draft, StoredFile
from portal.permissions import public, signed_in
from portal.problems import MissingLaw, StaleState
from providers.actions import applying, drafts, filing
from providers.forms.register import DeclarationForm
from providers.models import Band, FilingState
from providers.permissions import filings_visible_to, may_run
from providers.queries.applications import STEPS, faults_of, unfinished
from providers.queries.limits import limits_at
from providers.rules import documents
from providers.views import summary
from providers.views.steps import PAGES, title_of

CITY_KEYS = ("filing.receipt_workdays", "filing.decision_workdays")


class Errand:
    """What the pages work on: the person's new registration, or the correction of one returned filing."""

    def __init__(self, request: HttpRequest, public_id: uuid.UUID | None) -> None:
        self.filing = None
        self.kind = applying.REGISTER
        if public_id is not None:
            self.filing = get_object_or_404(filings_visible_to(request.user), public_id=public_id)
            if self.filing.state != FilingState.RETURNED or not may_run(request.user, self.filing.provider):
                raise Http404
            self.kind = drafts.correction_kind(self.filing)
        self.draft = drafts.draft_of(request.user, self.kind)

    @property
    def data(self) -> dict[str, Any]:
        """What was typed so far; a correction begins with what was filed."""
        if self.draft is not None:
            return self.draft.data
        return self.filing.snapshot if self.filing else {}

    @property
    def stamp(self) -> str:
        """The version of the draft that a page shows."""
        return applying.stamp(self.draft)

    def url(self, step: str) -> str:
        """The page of a step, or of the check at the end."""
        about = [] if self.filing is None else [self.filing.public_id]
        errand = "register" if self.filing is None else "correct"
        if step == "check":
            return reverse(f"providers:{errand}_check", args=about)
        return reverse(f"providers:{errand}_step", args=[*about, step])

    def paper_url(self, code: str) -> str:
        """Where a paper handed in earlier can be looked at."""
        if self.filing is not None:
            return reverse("providers:correct_paper", args=[self.filing.public_id, code])
        return reverse("providers:draft_paper", args=[code])

    def faults_at(self, step: str) -> list[str]:
        """What the officer named for this step when the filing was returned."""
        if self.filing is None:
            return []
        open_faults = self.filing.faults.filter(cured_at__isnull=True)
        return [fault.text for fault in open_faults if fault.item.split(":")[0] == step]


@public
def guide(request: HttpRequest) -> HttpResponse:
    """A newcomer reads what is needed before beginning (办事指南); one tap to begin."""
    area_path = _city_path()
    terms = {key.split(".")[1]: _term(key, area_path) for key in CITY_KEYS}
    context = {
        "papers": documents.required("PRIVATE_FP", serves_meals=True),
        "family_papers": documents.required("FAMILY", serves_meals=False),
        "limits": [(Band(limit.band).label, limit) for limit in limits_at(area_path, clock.today())],
        "terms": terms,
        "begun": request.user.is_authenticated and drafts.draft_of(request.user) is not None,
        "signup_url": f"{reverse('account_signup')}?next={reverse('providers:register_step', args=[STEPS[0]])}",
    }
    return render(request, "providers/register/guide.html", context)


@signed_in
def step(request: HttpRequest, step: str, public_id: uuid.UUID | None = None) -> HttpResponse:
    """A provider's owner fills one page and goes on; nothing typed is lost. One tap a page."""
    errand = Errand(request, public_id)
    page = PAGES[step](errand.data, request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if "add" in request.POST and step == "classes":
            page.add_row()
        elif _kept(request, errand, step, page):
            return redirect(_next(request, errand, step))
        status = 422
    context = {"page": page, "errand": errand, "step": step, "title": title_of(step), "number": STEPS.index(step) + 1}
    context |= {"steps": [title_of(name) for name in (*STEPS, "check")], "faults": errand.faults_at(step)}
    context["back"] = errand.url(STEPS[STEPS.index(step) - 1]) if step != STEPS[0] else ""
    return render(request, page.template, context, status=status)


def _kept(request: HttpRequest, errand: Errand, step: str, page: Any) -> bool:
    """Whether the page was kept whole; of papers the good ones are kept even when others are not."""
    whole = page.is_valid()
    if not whole and step != "papers":
        return False
    value = page.value(request.user) if whole else page.salvage(request.user)
    try:
        errand.draft = drafts.keep_step(
            errand.kind, step, value, seen=request.POST.get("seen"), by=request.user, begin=errand.data
        )
    except StaleState as stale:
        page.refuse(stale.message)
        errand.draft = drafts.draft_of(request.user, errand.kind)
        return False
    return whole


@signed_in
def check(request: HttpRequest, public_id: uuid.UUID | None = None) -> HttpResponse:
    """A provider's owner looks everything over, signs the declaration and hands it in; two taps."""
    errand = Errand(request, public_id)
    if request.method == "POST" and errand.draft is None and errand.filing is None:
        return _already(request)
    form = DeclarationForm(request.POST or None)
    faults, status = faults_of(errand.data, provider=errand.filing.provider if errand.filing else None), 200
    if request.method == "POST" and form.is_valid() and not faults:
        draft = errand.draft or drafts.begin_correction(errand.filing, by=request.user)
        try:
            case = filing.file(draft.pk, seen=request.POST.get("seen"), by=request.user)
            messages.success(request, _("Handed in. The health department now has it."))
            return redirect("providers:filing", case.public_id)
        except filing.AlreadyFiled:
            return _already(request)
        except StaleState as stale:
            form.add_error(None, stale.message)
            errand = Errand(request, public_id)
    if request.method == "POST":
        status = 422
    context = {"errand": errand, "form": form, "faults": summary.faults(faults, errand.url), "number": len(STEPS) + 1}
    context |= {"parts": summary.parts(errand.data, errand.url), "steps": [title_of(s) for s in (*STEPS, "check")]}
    context |= {"papers": summary.papers(errand.data, errand.paper_url), "back": errand.url(STEPS[-1])}
    context |= {"papers_url": f"{errand.url('papers')}?back=check"}
    return render(request, "providers/register/check.html", context, status=status)


@signed_in
@require_POST
def correct(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's owner begins putting a returned filing right; one tap."""
    errand = Errand(request, public_id)
    drafts.begin_correction(errand.filing, by=request.user)
    return redirect(errand.url("check"))


@signed_in
def discard(request: HttpRequest) -> HttpResponse:
    """A person throws the draft of a registration away; one tap after a question."""
    if request.method == "POST":
        drafts.discard(applying.REGISTER, by=request.user)
        messages.success(request, _("The draft was thrown away."))
        return redirect("providers:register")
    return render(request, "providers/register/discard.html")


@signed_in
def draft_paper(request: HttpRequest, kind: str, public_id: uuid.UUID | None = None) -> HttpResponse:
    """Whoever types the filing looks at a paper handed in on an earlier page."""
    errand = Errand(request, public_id)
    paper = (errand.data.get("papers") or {}).get(kind)
    if paper is None:
        raise Http404
    return files.response(get_object_or_404(StoredFile, public_id=paper["file"]), inline=True)


def _next(request: HttpRequest, errand: Errand, step: str) -> str:
    """The next page; back to the overview when that is where the change began."""
    if request.GET.get("back") == "check" or errand.filing is not None:
        return errand.url("check")
    return errand.url((*STEPS, "check")[STEPS.index(step) + 1])


def _already(request: HttpRequest) -> HttpResponse:
    """A second press of the button ends where the first one did."""
    messages.info(request, filing.AlreadyFiled().message)
    return redirect("providers:mine")


def _city_path() -> str:
    from_settings = summary.city()
    return from_settings.path if from_settings else ""


def _term(key: str, area_path: str) -> int | None:
    """A term of the law in working days, or None where nobody has entered it."""
    try:
        return law.value(key, area_path, clock.today())
    except MissingLaw:
        return None


def draft_summary(draft: Draft | None) -> int:
    """How many steps of a draft are filled."""
    return len(STEPS) - len(unfinished(draft.data)) if draft else 0

"""Papers, staff, account, free places and people of a provider, kept up to date by its owner or staff."""

import datetime as dt
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import clock, files
from portal.dates import ONE_DAY
from portal.permissions import signed_in
from providers.actions import accounts, inclusive, papers, posts, staff, vacancies
from providers.actions.contact import update_contact
from providers.forms.manage import (
    AccountForm,
    AgreementForm,
    ContactForm,
    NewPaperForm,
    PostForm,
    StaffForm,
    UntilForm,
    VacancyForm,
)
from providers.models import ClassGroup, Document, Employment, FilingState, PayeeAccount, Post, Provider, StaffRole
from providers.permissions import can_recognise, papers_visible_to, visible_to
from providers.queries.profile import class_rows
from providers.queries.staff import staff_rows
from providers.rules.documents import KINDS
from providers.rules.setting import Setting, carers_for
from providers.views.editing import answer, number_in, own_provider, status_of


@signed_in
def paper_list(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The owner sees which papers run out and hands in newer ones; one page."""
    provider = own_provider(request, public_id, owner=True)
    form = NewPaperForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind")})

    def act() -> None:
        values = form.cleaned_data
        papers.add_paper(
            provider.pk, kind=values["kind"], upload=values["file"], from_day=None, to_day=_after(values["to"]),
            by=request.user,
        )  # fmt: skip

    here = lambda: reverse("providers:papers", args=[public_id])  # noqa: E731 - a name for one address
    done = answer(request, form, act, said=_("The paper is kept."), to=here)
    current = provider.documents.filter(replaced_at__isnull=True).select_related("file").order_by("kind")
    rows = [_paper_row(document) for document in current]
    page = {"provider": provider, "form": form, "papers": rows}
    return done or render(request, "providers/manage/papers.html", page, status=status_of(request))


@signed_in
def paper(request: HttpRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    """Owner or officer opens a paper of a provider they may see."""
    provider = get_object_or_404(papers_visible_to(request.user), public_id=public_id)
    document = get_object_or_404(Document.objects.select_related("file"), file__public_id=file_id, provider=provider)
    return files.response(document.file, inline=True)


@signed_in
def staff_list(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The owner enters who works here and since when; one page."""
    provider = own_provider(request, public_id, owner=True)
    if request.method == "POST" and "end" in request.POST:
        spell = get_object_or_404(Employment, pk=number_in(request.POST["end"]), provider=provider)
        staff.end_employment(spell.pk, from_day=clock.today(), by=request.user)
        return redirect("providers:staff", public_id)
    form = StaffForm(request.POST or None)

    def act() -> None:
        v = form.cleaned_data
        staff.employ(
            provider.pk, name=v["name"], identity=v["identity"] or None, role=v["role"], from_day=v["from_day"],
            education=v["education"], by=request.user,
        )  # fmt: skip

    done = answer(request, form, act, said=_("Entered."), to=lambda: reverse("providers:staff", args=[public_id]))
    page = {"provider": provider, "form": form, **_team(provider)}
    return done or render(request, "providers/manage/staff.html", page, status=status_of(request))


def _team(provider: Provider) -> dict:
    """Who works here, and whether the carers are enough for every place."""
    today = clock.today()
    rows = staff_rows(provider, today)
    classes = tuple((row.group.band, row.places) for row in class_rows(provider, today))
    carers = sum(row.spell.role == StaffRole.CARER for row in rows)
    return {"rows": rows, "carers": carers, "needed": carers_for(Setting(provider.kind, classes), today)}


@signed_in
def account(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The owner says where subsidies are paid; one page."""
    provider = own_provider(request, public_id, owner=True)
    form = AccountForm(request.POST or None, initial={"holder": provider.name})

    def act() -> None:
        v = form.cleaned_data
        accounts.set_payee_account(
            provider.pk, holder=v["holder"], bank=v["bank"], number=v["number"], from_day=v["from_day"], by=request.user
        )

    done = answer(request, form, act, said=_("The account is kept."), to=lambda: _manage(public_id))
    known = PayeeAccount.objects.filter(provider=provider, retracted_at__isnull=True).order_by("-during")
    page = {"provider": provider, "form": form, "accounts": known}
    return done or render(request, "providers/manage/account.html", page, status=status_of(request))


@signed_in
def contact(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The owner changes phone, head or introduction, which need no filing; one page."""
    provider = own_provider(request, public_id, owner=True)
    start = {"phone": provider.phone, "head": provider.head, "intro": provider.intro, "version": provider.version}
    form = ContactForm(request.POST or None, initial=start)
    done = answer(
        request,
        form,
        lambda: update_contact(provider.pk, by=request.user, **form.cleaned_data),
        said=_("Saved."),
        to=lambda: _manage(public_id),
    )
    page = {"provider": provider, "form": form}
    return done or render(request, "providers/manage/contact.html", page, status=status_of(request))


@signed_in
def vacancy(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Owner or staff of a provider with a roll elsewhere tell free places; one page, monthly."""
    provider = own_provider(request, public_id)
    rows = [row.group for row in class_rows(provider, clock.today())]
    forms = [VacancyForm(request.POST or None, group=group, initial=_last(group)) for group in rows]
    until = UntilForm(request.POST or None, initial={"valid_until": clock.today().replace(day=28)})

    def act() -> None:
        free = {f.group.pk: (f.cleaned_data["free_full"], f.cleaned_data["free_half"]) for f in forms}
        vacancies.declare_vacancies(
            provider.pk, free=free, valid_until=until.cleaned_data["valid_until"], by=request.user
        )

    whole = [form.is_valid() for form in forms] if request.method == "POST" else []
    done = None
    if all(whole):
        done = answer(request, until, act, said=_("Parents see the new numbers."), to=lambda: _manage(public_id))
    page = {"provider": provider, "forms": forms, "until": until}
    return done or render(request, "providers/manage/vacancy.html", page, status=status_of(request))


@signed_in
def people(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The owner lets others work here or ends their access; one page."""
    provider = own_provider(request, public_id, owner=True)
    form = PostForm(request.POST if "end" not in request.POST and request.method == "POST" else None)
    if request.method == "POST" and "end" in request.POST:
        post = get_object_or_404(Post, pk=number_in(request.POST["end"]), provider=provider)
        posts.end_post(post.pk, by=request.user)
        return redirect("providers:people", public_id)

    def act() -> None:
        posts.grant_post(
            provider.pk, user=form.cleaned_data["username"], role=form.cleaned_data["role"], by=request.user
        )

    done = answer(request, form, act, said=_("Granted."), to=lambda: reverse("providers:people", args=[public_id]))
    held = provider.posts.filter(ended_at__isnull=True).select_related("user").order_by("role", "pk")
    page = {"provider": provider, "form": form, "posts": held}
    return done or render(request, "providers/manage/people.html", page, status=status_of(request))


@signed_in
def agreement(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The district officer recognises inclusive places; one page."""
    provider = get_object_or_404(visible_to(request.user).select_related("street__parent"), public_id=public_id)
    if not can_recognise(request.user, provider):
        raise Http404
    groups = [row.group for row in class_rows(provider, clock.today())]
    start = {"version": provider.version, "from_day": clock.today()}
    form = AgreementForm(request.POST or None, groups=groups, asked=_asked(provider), initial=start)

    def act() -> None:
        v = form.cleaned_data
        inclusive.recognise_inclusive(
            provider.pk, number=v["number"], places=form.places, fee_cap_fen=v["fee_cap"], from_day=v["from_day"],
            to_day=_after(v["to_day"]), version=v["version"], by=request.user,
        )  # fmt: skip

    done = answer(request, form, act, said=_("Recognised."), to=lambda: reverse("providers:profile", args=[public_id]))
    spans = provider.agreements.filter(retracted_at__isnull=True).order_by("-during")
    page = {"provider": provider, "form": form, "agreements": spans}
    return done or render(request, "providers/manage/agreement.html", page, status=status_of(request))


def _asked(provider: Provider) -> dict[str, int]:
    """Inclusive places that the filing asked for, by class code: the first proposal for the officer."""
    filing = provider.filings.filter(state=FilingState.CONFORMING).order_by("-decided_at").first()
    filed = filing.snapshot.get("classes", []) if filing else []
    return {f"{provider.code}-{number:02d}": group.get("inclusive", 0) for number, group in enumerate(filed, 1)}


def _paper_row(document: Document) -> dict:
    """A paper for the `uploads` list, with how long it is still valid."""
    last = document.valid.upper if document.valid else None
    row = {
        "kind": _(KINDS[document.kind].name) if document.kind in KINDS else document.kind,
        "name": document.file.name,
        "size": document.file.size,
        "url": reverse("providers:paper", args=[document.provider.public_id, document.file.public_id]),
    }
    if last is not None:
        days = (last - clock.today()).days - 1
        row["note"] = _("Valid until %(day)s") % {"day": last - ONE_DAY}
        if days < 0:
            row["status"] = ("out", _("Has run out"), "bad")
        elif days <= 60:
            row["status"] = ("soon", _("Runs out soon"), "warn")
    return row


def _last(group: ClassGroup) -> dict:
    """What was declared last, to start from."""
    last = group.declarations.order_by("-declared_at", "-pk").first()
    return {"free_full": last.free_full, "free_half": last.free_half} if last else {}


def _after(last: dt.date | None) -> dt.date | None:
    """The first day after a last day, as spans end."""
    return None if last is None else last + ONE_DAY


def _manage(public_id: uuid.UUID) -> str:
    return reverse("providers:manage", args=[public_id])

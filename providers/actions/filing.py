"""The way of a filing (备案): handed in, received, returned with all faults at once, found conforming or not."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from portal import clock, law, notices, workdays
from portal.models import Area, Draft, User
from portal.problems import NotAllowed, Refusal
from portal.states import check_version, move
from providers.actions import applying
from providers.actions.news import said, tell_owners
from providers.actions.standing import lock, set_standing
from providers.models import Fault, FilingCase, FilingPurpose, FilingState, Provider, Standing
from providers.permissions import can_decide, may_run
from providers.queries.applications import STEPS, faults_of
from providers.states import FILING


class AlreadyFiled(Refusal):
    """The draft is gone: this was handed in before, perhaps by the same press of the button."""

    code = "already-filed"
    text = _("This was handed in already. You find it under “My providers”.")


class Incomplete(Refusal):
    """What was typed does not yet make a filing; the faults say where."""

    code = "incomplete"
    status = 422
    text = _("%(count)s thing(s) must be put right before this can be handed in.")

    def __init__(self, faults: Sequence[Any]) -> None:
        self.faults = list(faults)
        super().__init__(count=len(self.faults))


class NoFaults(Refusal):
    """A filing is returned with the faults to put right, all at once."""

    code = "no-faults"
    status = 422
    text = _("Name at least one fault: what must be put right, and where.")


class NoReasons(Refusal):
    """Non-conformity is told and published with its reasons."""

    code = "no-reasons"
    status = 422
    text = _("Give the reasons: they are sent to the provider and published.")


@transaction.atomic
def file(draft_id: int, *, seen: str | None, by: User) -> FilingCase:
    """Hand in a draft: a new provider with its first filing, or a returned filing put right. Pressing twice files once.

    `seen` is the draft's stamp on the page that was looked at. Raises AlreadyFiled, StaleDraft, Incomplete.
    """
    draft = Draft.objects.select_for_update().filter(pk=draft_id, user=by).first()
    if draft is None:
        raise AlreadyFiled
    applying.check_stamp(draft, seen)
    filing = _returned_case(draft, by)
    if faults := faults_of(draft.data, provider=filing.provider if filing else None):
        raise Incomplete(faults)
    if filing is None:
        provider = applying.register(draft.data, by=by)
        filing = FilingCase.objects.create(
            provider=provider, area_path=provider.area_path, purpose=FilingPurpose.FIRST, created_at=clock.now()
        )
    else:
        applying.correct(filing.provider, draft.data, by=by)
        filing.faults.filter(cured_at__isnull=True).update(cured_at=clock.now())
    applying.keep_papers(filing.provider, draft.data, by=by)
    _submit(filing, draft.data, by=by)
    draft.delete()
    return filing


def _returned_case(draft: Draft, by: User) -> FilingCase | None:
    """The returned filing that a correction draft belongs to, locked."""
    if (public_id := applying.corrected_filing(draft)) is None:
        return None
    filing = FilingCase.objects.select_for_update(no_key=True).filter(public_id=public_id).first()
    if filing is None or not may_run(by, filing.provider):
        raise NotAllowed
    return filing


def _submit(filing: FilingCase, data: dict[str, Any], *, by: User) -> None:
    """Move to SUBMITTED and start the receipt's clock."""
    today = clock.today()
    path = filing.provider.area_path
    move(
        filing,
        FilingState.SUBMITTED,
        machine=FILING,
        by=by,
        verb="file",
        snapshot={step: data[step] for step in STEPS},
        area_path=path,
        submitted_at=clock.now(),
        submitted_by=by,
        receipt_due=workdays.add(today, law.value("filing.receipt_workdays", path, today)),
    )


def _opened(filing_id: int, version: int | None, by: User) -> FilingCase:
    """The filing as an officer decides on it: provider first, then the case, in the version that was looked at."""
    lock(FilingCase.objects.values_list("provider_id", flat=True).get(pk=filing_id))
    filing = (
        FilingCase.objects.select_for_update(no_key=True, of=("self",)).select_related("provider").get(pk=filing_id)
    )
    if not can_decide(by, filing):
        raise NotAllowed
    check_version(filing, version)
    return filing


@transaction.atomic
def receive(filing_id: int, *, version: int | None = None, by: User) -> FilingCase:
    """Give the receipt (回执) with its number; the 15 working days of the decision begin (办法 art. 10)."""
    filing = _opened(filing_id, version, by)
    today = clock.today()
    move(
        filing,
        FilingState.RECEIVED,
        machine=FILING,
        by=by,
        verb="receive",
        number=filing.number or _next_number(filing.area_path, today),
        received_at=clock.now(),
        received_by=by,
        decision_due=workdays.add(today, law.value("filing.decision_workdays", filing.area_path, today)),
    )
    tell_owners(
        filing.provider,
        _("Your filing was received: %(number)s"),
        _(
            "The receipt of “%(name)s” can be printed on its page. The health department now checks the filing; its "
            "answer is due by %(due)s."
        ),
        key=f"filing-received:{filing.public_id}",
        number=filing.number,
        name=filing.provider.name,
        due=filing.decision_due,
    )
    return filing


@transaction.atomic
def return_for_correction(
    filing_id: int, *, faults: Sequence[tuple[str, str]], version: int | None = None, by: User
) -> FilingCase:
    """Return a filing with every fault at once (一次性告知): pairs of (step or paper, what to put right)."""
    filing = _opened(filing_id, version, by)
    named = list(dict.fromkeys((item.strip(), text.strip()) for item, text in faults if text.strip()))
    if not named:
        raise NoFaults
    move(
        filing, FilingState.RETURNED, machine=FILING, by=by, verb="return_for_correction", detail={"faults": len(named)}
    )
    round_number = (filing.faults.order_by("-round").values_list("round", flat=True).first() or 0) + 1
    Fault.objects.bulk_create(Fault(filing=filing, round=round_number, item=item, text=text) for item, text in named)
    tell_owners(
        filing.provider,
        _("Your filing needs %(count)s correction(s)"),
        _("“%(name)s”: open the filing, put the named points right and hand it in again."),
        key=f"filing-returned:{filing.public_id}:{round_number}",
        count=len(named),
        name=filing.provider.name,
    )
    return filing


@transaction.atomic
def find_conforming(filing_id: int, *, version: int | None = None, by: User) -> FilingCase:
    """Record that the filing conforms: the provider is filed, its classes open with their places, parents find it."""
    filing = _opened(filing_id, version, by)
    today = clock.today()
    move(
        filing,
        FilingState.CONFORMING,
        machine=FILING,
        by=by,
        verb="find_conforming",
        decided_at=clock.now(),
        decided_by=by,
    )
    provider = filing.provider
    Provider.objects.filter(pk=provider.pk).update(confirmed_at=filing.submitted_at)
    applying.open_filed_classes(provider, filing.snapshot, from_day=today, by=by)
    set_standing(
        provider,
        Standing.ACTIVE,
        from_day=today,
        by=by,
        verb="become_filed",
        filed_on=today,
        detail={"filing": str(filing.public_id)},
    )
    tell_owners(
        provider,
        _("Your filing is complete: %(number)s"),
        _("“%(name)s” is filed as of %(day)s and can be found by parents."),
        key=f"filing-conforming:{filing.public_id}",
        number=filing.number,
        name=provider.name,
        day=today,
    )
    return filing


@transaction.atomic
def find_non_conforming(filing_id: int, *, reasons: str, version: int | None = None, by: User) -> FilingCase:
    """Record that the filing does not conform; the reasons go to the provider and to the public notices."""
    filing = _opened(filing_id, version, by)
    if not reasons.strip():
        raise NoReasons
    move(
        filing,
        FilingState.NON_CONFORMING,
        machine=FILING,
        by=by,
        verb="find_non_conforming",
        decided_at=clock.now(),
        decided_by=by,
        reasons=reasons.strip(),
    )
    provider = filing.provider
    district = Area.objects.get(code=district_code(filing.area_path))
    notices.publish(
        "filing",
        f"providers.FilingCase:{filing.public_id}",
        area=district,
        title=said(_("Filing that does not conform: %(name)s"), name=provider.name),
        rows=[{"key": filing.number, "name": provider.name, "reasons": filing.reasons}],
        workdays_standing=law.value("notice.workdays", filing.area_path, clock.today()),
        by=by,
    )
    tell_owners(
        provider,
        _("Your filing does not conform: %(number)s"),
        _("“%(name)s”: %(reasons)s You may file again after the correction."),
        key=f"filing-non-conforming:{filing.public_id}",
        number=filing.number,
        name=provider.name,
        reasons=filing.reasons,
    )
    return filing


@transaction.atomic
def withdraw(filing_id: int, *, version: int | None = None, by: User) -> FilingCase:
    """The provider takes its filing back before the receipt, or gives up correcting it."""
    filing = (
        FilingCase.objects.select_for_update(no_key=True, of=("self",)).select_related("provider").get(pk=filing_id)
    )
    if not may_run(by, filing.provider):
        raise NotAllowed
    check_version(filing, version)
    move(filing, FilingState.WITHDRAWN, machine=FILING, by=by, verb="withdraw_filing")
    return filing


def district_code(area_path: str) -> str:
    """Whose health department keeps the filing: the area above the subdistrict (a city without districts itself)."""
    return area_path.rstrip("/").split("/")[-2]


def _next_number(area_path: str, on: dt.date) -> str:
    """The next filing number of the district and year, e.g. 备440105-2025-0007; one writer at a time."""
    head = f"备{district_code(area_path)}-{on.year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"filing-number:{head}"])
    last = (
        FilingCase.objects.filter(number__startswith=head).order_by("-number").values_list("number", flat=True).first()
    )
    return f"{head}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"

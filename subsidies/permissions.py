"""Who may see and do what with claims (domain §10.1): the provider its own, offices their areas, children rarely."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from portal import clock
from portal.models import Interest, Role
from portal.permissions import has_role, holds, prefixes, within
from providers import permissions as of_providers
from providers.models import Provider
from subsidies.models import Claim, ClaimState, ConflictFlag, Line, PaymentBatch

READERS = frozenset({Role.SUBDISTRICT, Role.DISTRICT, Role.CITY, Role.FINANCE, Role.AUDITOR})
# Domain §10.1: subdistrict and district check child by child; the city and finance see sums.
LINE_READERS = frozenset({Role.SUBDISTRICT, Role.DISTRICT, Role.AUDITOR})
CLOSERS = frozenset({Role.CITY, Role.DISTRICT})
PAYERS = frozenset({Role.FINANCE})
BATCH_READERS = frozenset({Role.FINANCE, Role.CITY, Role.DISTRICT, Role.AUDITOR})
POLICY_KEEPERS = frozenset({Role.CITY})


def claims_visible_to(user: Any) -> QuerySet[Claim]:
    """Claims of own providers and those under the person's areas, as a UNION of prefixes."""
    parts = [Claim.objects.filter(area_path__startswith=path).values("pk") for path in prefixes(user, READERS)]
    if getattr(user, "is_authenticated", False):
        parts.append(Claim.objects.filter(provider__in=of_providers.mine(user).values("pk")).values("pk"))
    if not parts:
        return Claim.objects.none()
    return Claim.objects.filter(pk__in=parts[0].union(*parts[1:]) if parts[1:] else parts[0])


def official_claims(user: Any) -> QuerySet[Claim]:
    """Claims under the person's areas, without own providers."""
    return within(Claim.objects.all(), user, READERS)


def own_claims(user: Any) -> QuerySet[Claim]:
    """Claims of the person's own providers."""
    return Claim.objects.filter(provider__in=of_providers.mine(user).values("pk"))


def reads_lines(user: Any, claim: Claim) -> str:
    """How the person reads the claim: `own` with masks, `office` by masked key, or not child by child: an empty
    text.
    """
    if of_providers.works_at(user, claim.provider):
        return "own"
    return "office" if holds(user, LINE_READERS, claim.area_path) else ""


def lines_visible_to(user: Any) -> QuerySet[Line]:
    """Lines under the areas of those who may read the ledger child by child."""
    return within(Line.objects.all(), user, LINE_READERS, path="provider__area_path")


def can_confirm(user: Any, claim: Claim) -> bool:
    """Whether the person states the claim for the provider: its owner, not who started the run."""
    open_claim = claim.state in (ClaimState.PREPARED, ClaimState.RETURNED)
    return open_claim and claim.started_by_id != user.pk and of_providers.may_run(user, claim.provider)


def may_close(user: Any, area_path: str) -> bool:
    """Whether the person starts the close of an area."""
    return holds(user, CLOSERS, area_path)


def interests_of(user: Any, provider_ids: Iterable[int]) -> set[int]:
    """Of these providers those the person must stay out of: a declared interest, or a post there. Two queries."""
    ids = set(provider_ids)
    codes = Interest.objects.filter(user=user, during__contains=clock.today()).values("provider_code")
    declared = Provider.objects.filter(pk__in=ids, code__in=codes).values_list("pk", flat=True)
    works = of_providers.mine(user).filter(pk__in=ids).values_list("pk", flat=True)
    return set(declared) | set(works)


def batches_visible_to(user: Any) -> QuerySet[PaymentBatch]:
    """Payment lists under the person's areas."""
    return within(PaymentBatch.objects.all(), user, BATCH_READERS)


def flags_visible_to(user: Any) -> QuerySet[ConflictFlag]:
    """Double enrolments at providers under the areas of those who resolve them."""
    return within(ConflictFlag.objects.all(), user, LINE_READERS - {Role.SUBDISTRICT}, path="provider__area_path")


def is_reader(user: Any) -> bool:
    """Whether the person holds an office that reads claims."""
    return has_role(user, *READERS)

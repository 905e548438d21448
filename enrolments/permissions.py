"""Who may see which child's spell: the provider's own people, and of officials only the district, a drawn sample."""

from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Value, Window
from django.db.models.functions import MD5, Cast, Concat, Greatest, RowNumber

from enrolments.models import Child, ChildIdentity, Enrolment, EnrolmentState
from portal import clock
from portal.dates import Month
from portal.models import Role
from portal.permissions import holds, prefixes, under
from providers import permissions as of_providers
from providers.models import Provider

# Domain §10.1: the district reads a sample of the roll, the city aggregates, finance totals, the subdistrict nothing.
SAMPLE_READERS = frozenset({Role.DISTRICT})
TOTALS_READERS = frozenset({Role.DISTRICT, Role.CITY, Role.FINANCE, Role.AUDITOR})
SAMPLE_SHARE_PERCENT, SAMPLE_AT_LEAST = 20, 5


def own(user: Any) -> QuerySet[Enrolment]:
    """Every spell at the person's own providers."""
    return Enrolment.objects.filter(provider__in=of_providers.mine(user).values("pk"))


def sampled(queryset: QuerySet[Enrolment], month: Month) -> QuerySet[Enrolment]:
    """This month's sample: a fifth of each provider's spells, at least five, drawn by nobody's hand."""
    running = queryset.filter(during__overlap=tuple(month.during)).exclude(state=EnrolmentState.ANNULLED)
    lot = MD5(Concat(Cast("public_id", CharField()), Value(str(month))))
    drawn = running.annotate(
        lot=Window(RowNumber(), partition_by=F("provider_id"), order_by=lot),
        share=Window(Count("pk"), partition_by=F("provider_id")) * SAMPLE_SHARE_PERCENT / 100 + 1,
    ).filter(lot__lte=Greatest(F("share"), Value(SAMPLE_AT_LEAST)))
    return Enrolment.objects.filter(pk__in=drawn.values("pk"))


def visible_to(user: Any) -> QuerySet[Enrolment]:
    """Spells of own providers, and of the sample under the areas of a district officer; nothing for anybody else."""
    found = own(user)
    if areas := prefixes(user, SAMPLE_READERS):
        sample = sampled(Enrolment.objects.filter(under(areas)), Month.of(clock.today()))
        return Enrolment.objects.filter(pk__in=found.values("pk").union(sample.values("pk")))
    return found


def totals_visible_to(user: Any) -> QuerySet[Provider]:
    """Providers whose numbers of children, never the children, the person's office reads."""
    return Provider.objects.filter(under(prefixes(user, TOTALS_READERS)))


def may_keep_roll(user: Any, provider: Provider) -> bool:
    """Whether the person may enrol, end and enter attendance there: its people, while it keeps its roll here."""
    return provider.keeps_roll and of_providers.works_at(user, provider)


def may_reveal(user: Any, enrolment: Enrolment) -> bool:
    """Whether the person may open a child's identity: its provider's people, or the district officer of the area."""
    return of_providers.works_at(user, enrolment.provider) or holds(user, SAMPLE_READERS, enrolment.area_path)


def duplicates_visible_to(user: Any) -> QuerySet[ChildIdentity]:
    """Identities whose number another child has too, where the district officer's area saw either child."""
    areas = prefixes(user, SAMPLE_READERS)
    seen = Enrolment.objects.filter(under(areas)).values("child")
    clashing = ChildIdentity.objects.filter(child__identity_key__isnull=True, child__same_as__isnull=True)
    return clashing.filter(child__in=seen) | clashing.filter(
        number_key__in=Child.objects.filter(pk__in=seen, identity_key__isnull=False).values("identity_key")
    )

"""Two records with one number, side by side."""

from dataclasses import dataclass

from enrolments.models import Child, ChildIdentity, Enrolment, EnrolmentState
from portal.dates import DateRange


@dataclass(frozen=True)
class Record:
    """One of the two, masked, with its spells; `overlaps` counts spells at the same time as one of the other."""

    child: Child
    mask: str
    spells: list[Enrolment]
    overlaps: int


def original_of(identity: ChildIdentity) -> Child:
    """The child that had the number first."""
    return Child.objects.select_related("identity").get(identity_key=identity.number_key)


def side_by_side(first: Child, second: Child) -> list[Record]:
    """Both records for the officer who decides."""
    spells: dict[int, list[Enrolment]] = {first.pk: [], second.pk: []}
    every = Enrolment.objects.filter(child__in=spells).exclude(state=EnrolmentState.ANNULLED)
    for spell in every.select_related("provider__street__parent", "class_group").order_by("during"):
        spells[spell.child_id].append(spell)
    return [
        Record(child, _mask(child), spells[child.pk], sum(_meets(one, spells[other.pk]) for one in spells[child.pk]))
        for child, other in ((first, second), (second, first))
    ]


def _mask(child: Child) -> str:
    """Who it is; of a child whose identity was deleted its key, of which only the check value of the number is left."""
    identity = getattr(child, "identity", None)
    return identity.mask if identity else child.key


def _meets(spell: Enrolment, others: list[Enrolment]) -> bool:
    return any(DateRange.of(spell.during).overlaps(DateRange.of(other.during)) for other in others)

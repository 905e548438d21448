"""Finding a child by what is sealed: numbers by their keys, a name by opening the provider's own roll in memory."""

from enrolments.identity import Carer, Person, open_person
from enrolments.models import Enrolment, EnrolmentState, Guardian, IdentityKind
from enrolments.queries.roll import with_people
from portal.identifiers import parse_mobile, tidy
from portal.wording import Fault

MOST = 50


def find_children(provider_id: int, text: str) -> list[Enrolment]:
    """Spells at the provider whose child has this number or name (a part does), or whose guardian this mobile."""
    spells = with_people(Enrolment.objects.filter(provider=provider_id)).exclude(state=EnrolmentState.ANNULLED)
    spells = spells.order_by("-during", "pk")
    text = text.strip()
    keys = [Person("", kind, tidy(text)).key for kind in IdentityKind.values]
    if found := list(spells.filter(child__identity__number_key__in=keys)[:MOST]):
        return found
    try:
        carers = Guardian.objects.filter(phone_key=Carer("", parse_mobile(text), "").key)
        return list(spells.filter(child__in=carers.values("child"))[:MOST])
    except Fault:
        pass
    family = spells.filter(child__identity__mask__startswith=text[:1]) if text else spells.none()
    return [spell for spell in family if text in open_person(spell.child.identity).name][:MOST]

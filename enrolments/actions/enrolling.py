"""A provider enrols a child: who it is, who cares for it and which place, in one act."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from enrolments.actions.children import register_child
from enrolments.actions.taking import hold_place, take_place
from enrolments.identity import Carer, Person
from enrolments.models import Child, Enrolment
from portal.dates import DateRange
from portal.models import User
from providers.models import ClassGroup


@dataclass(frozen=True)
class Wish:
    """What a family wants: this child in this class, enrolled, or held until `expires_at`."""

    person: Person
    birth_date: dt.date
    birth_order: int | None
    guardian: Carer
    group: ClassGroup
    mode: str
    during: DateRange
    fee_fen: int | None = None
    contract_on: dt.date | None = None
    expires_at: dt.datetime | None = None


@transaction.atomic
def enrol(wish: Wish, *, by: User) -> tuple[Child, Enrolment | None]:
    """Register the child and give it the place; the enrolment is None when the place is only held.

    Raises what `register_child`, `take_place` and `hold_place` raise; then nothing is stored.
    """
    child = register_child(
        person=wish.person,
        birth_date=wish.birth_date,
        birth_order=wish.birth_order,
        guardian=wish.guardian,
        by=by,
        area_path=wish.group.provider.area_path,
    )
    if wish.expires_at is not None:
        hold_place(
            wish.group.pk, child_id=child.pk, mode=wish.mode, during=wish.during, expires_at=wish.expires_at, by=by
        )
        return child, None
    return child, take_place(
        wish.group.pk,
        child_id=child.pk,
        mode=wish.mode,
        during=wish.during,
        fee_fen=wish.fee_fen,
        contract_on=wish.contract_on,
        by=by,
    )


def rehearse(wish: Wish, *, by: User) -> None:
    """Do it all and take it back, so that a page can say now what would stand in the way later."""
    with transaction.atomic():
        enrol(wish, by=by)
        transaction.set_rollback(True)

"""The machine of a spell of care: it runs, ends, or turns out never to have been."""

from enrolments.models import Enrolment, EnrolmentState
from portal.states import Machine, Moves

ENROLMENT_MOVES: Moves = {
    EnrolmentState.ACTIVE: {EnrolmentState.ENDED, EnrolmentState.ANNULLED},
    EnrolmentState.ENDED: {EnrolmentState.ANNULLED},
    EnrolmentState.ANNULLED: set(),  # a child who comes after all begins a new spell
}

ENROLMENT = Machine("enrolment", Enrolment, ENROLMENT_MOVES, title="Spell of care (入托登记)")

MACHINES: list[Machine] = [ENROLMENT]

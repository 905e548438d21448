"""Statements that wait for their owner are told shortly before they are due, once."""

import datetime as dt

import pytest

from portal.models import OutgoingMessage
from subsidies.actions import claims
from subsidies.actions.claims.reminding import remind
from subsidies.models import Claim
from subsidies.tasks import remind_of_statements
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 1)


@pytest.fixture
def claim(city):
    make.policy(valid_from=MAY)
    at = make.recognised()
    make.account(at.provider)
    make.stay(at, "2025-05", 3)
    make.close("2025-05")
    return Claim.objects.get()


@pytest.fixture
def office(claim):
    return make.Office.over(claim.provider)


def told(office) -> list[str]:
    found = OutgoingMessage.objects.filter(user=office.owner, channel="INBOX", key__startswith="claim-due")
    return list(found.values_list("subject", flat=True))


def test_the_owner_is_told_two_working_days_before(claim, office):
    Claim.objects.update(due=dt.date(2025, 7, 14))  # Monday; a Thursday is two working days before
    assert remind(dt.date(2025, 7, 9)) == 0
    assert told(office) == []
    assert remind(dt.date(2025, 7, 10)) == remind(dt.date(2025, 7, 11)) == 1
    assert len(told(office)) == 1 and "2025-05" in told(office)[0]


def test_who_has_confirmed_is_left_alone(claim, office):
    Claim.objects.update(due=dt.date(2025, 7, 11))
    claims.confirm_claim(claim.pk, by=office.owner)
    assert remind_of_statements() == 0
    assert told(office) == []

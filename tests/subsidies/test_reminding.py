"""Statements that wait for their owner are told shortly before they are due, once."""

import datetime as dt

import pytest
from django.urls import reverse

from enrolments.models import Enrolment
from portal.models import OutgoingMessage
from subsidies.actions import claims
from subsidies.actions.claims.reminding import remind
from subsidies.actions.news import remind_offices
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


# --- offices: read on their inbox page ---


def inbox(client_of, person) -> list[str]:
    return [message.subject for message in client_of(person).get(reverse("inbox")).context["page"]]


def test_finance_is_told_what_was_released(claim, office, client_of):
    make.advance(claim, "NOTICED", office)
    assert inbox(client_of, office.finance) == []
    make.advance(claim, "RELEASED", office)
    assert inbox(client_of, office.finance) == ["2025-05：1 份申领单已核准，待拨付 500.00 元"]


def test_an_office_is_told_of_claims_two_working_days_before_they_are_due(claim, office, client_of):
    claims.confirm_claim(claim.pk, by=office.owner)
    Claim.objects.update(due=dt.date(2025, 7, 14))
    assert remind_offices(dt.date(2025, 7, 9)) == 0
    assert remind_offices(dt.date(2025, 7, 10)) == remind_offices(dt.date(2025, 7, 11)) == 1
    assert inbox(client_of, office.subdistrict) == ["1 份申领单等待您办理，最迟 2025-07-14"]
    assert inbox(client_of, office.district) == []


def test_who_releases_is_told_when_the_notice_has_ended(claim, office, client_of):
    make.advance(claim, "NOTICED", office)
    claim.refresh_from_db()
    assert remind_offices(claim.notice.last_day) == 0
    assert remind_offices(claim.notice.last_day + dt.timedelta(days=1)) == 1
    assert len(inbox(client_of, office.city)) == 1


def test_auditors_are_told_what_a_close_has_corrected(claim, office, client_of, official):
    auditor = official("AUDITOR", "4401", "AUDIT")
    make.close("2025-05")
    assert inbox(client_of, auditor) == []
    make.annul(Enrolment.objects.get())
    make.close("2025-05")
    assert inbox(client_of, auditor) == ["2025-05 结算写入 1 笔更正"]
    assert "500.00" in OutgoingMessage.objects.get(user=auditor, channel="INBOX").body

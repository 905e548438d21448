"""The ledger is proven by itself: each night what changed and this cap year, on the first of a month everything."""

import datetime as dt

import pytest

from portal import runs
from portal.dates import Month
from portal.models import Area, OutgoingMessage, Run
from subsidies import tasks
from subsidies.actions import checking, closing
from subsidies.actions.closing import start_close
from subsidies.models import Claim
from tests.factories import portal as of_portal
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
CAP = [{"cap": "months_per_year", "months": 2, "clause": "general"}]


@pytest.fixture
def boy(city):
    """A child paid two months a year in 2024 and 2025, with three months attended in each; checked once, in order."""
    make.policy(valid_from=dt.date(2024, 1, 1), caps=CAP)
    spell = make.spell(make.child("boy"), make.recognised(), dt.date(2024, 9, 9))
    for month in ("2024-10", "2024-11", "2024-12", "2025-03", "2025-04", "2025-05"):
        make.attend(spell, month, 3)
    make.close("2025-05")
    assert make.posted() == 200_000
    assert night(11) == 0
    return spell


def night(day, month=7):
    """What the night's check finds; the same night twice is once."""
    with make.clock_at(2025, month, day):
        assert tasks.check_ledger() and tasks.check_ledger()
        run = Run.objects.get(kind=checking.KIND, key=dt.date(2025, month, day).isoformat())
        runs.work(run.pk)
    run.refresh_from_db()
    assert run.state == "DONE", run.error
    return run.result.get("problems")


def forge(spell, month):
    """Somebody changes attendance without an action, so without a mark."""
    spell.attendance.filter(month=Month.parse(month).first).update(days="-" * 31)


def test_a_forgotten_mark_of_this_cap_year_is_found_the_next_night_and_the_city_is_told(boy):
    officer = of_portal.official("CITY", "4401")
    forge(boy, "2025-03")  # and so May is paid instead
    for _twice in range(2):
        assert night(12) == 2
    [message] = OutgoingMessage.objects.filter(user=officer, channel="INBOX")
    assert "2025-07-12" in message.subject
    provider = boy.provider.code
    assert message.body.splitlines() == [
        f"line: TEST INFANT_MONTH boy {provider} PROVIDER 2025-03: the law gives 0 fen, posted are 50000",
        f"line: TEST INFANT_MONTH boy {provider} PROVIDER 2025-05: the law gives 50000 fen, posted are 0",
    ]
    assert make.posted() == 200_000, "a check posts nothing"


def test_an_old_year_is_proven_on_the_first_of_the_month(boy):
    forge(boy, "2024-10")
    assert night(12) == 0
    assert night(1, month=8) == 2


def test_everything_is_proven_in_every_month_also_when_its_first_night_was_missed(boy):
    forge(boy, "2024-10")
    assert night(4, month=8) == 2
    assert night(5, month=8) == 0, "and once is enough"


def test_there_is_no_second_check_while_one_waits(boy):
    with make.clock_at(2025, 7, 14):
        tasks.check_ledger()
    with make.clock_at(2025, 7, 15):
        tasks.check_ledger()
    assert [run.key for run in Run.objects.filter(kind=checking.KIND, state="QUEUED")] == ["2025-07-14"]


def test_an_old_year_is_proven_from_the_month_on_in_which_something_was_marked(boy):
    at = make.recognised().provider
    for day, found in ((12, 0), (13, 1)):
        with make.clock_at(2025, 7, day):
            make.mark(at, "2024-11")
            make.close("2025-05")
        assert night(day) == found, "October is not looked at, but it is one of the two months of its year"
        forge(boy, "2024-10")  # December would be paid instead


def test_a_claim_that_does_not_add_up_is_found_where_it_reaches_into_the_months_looked_at(boy):
    claim = Claim.objects.get()
    Claim.objects.filter(pk=claim.pk).update(lines_fen=claim.lines_fen + 1, paid_fen=claim.paid_fen + 1)
    assert night(12) == 1


def test_nothing_is_said_in_the_middle_of_a_close(boy):
    with make.clock_at(2025, 7, 12):
        start_close(Month(2025, 6), area=Area.objects.get(code="4401"), by=None)
    forge(boy, "2025-03")
    assert night(12) is None
    runs.work(Run.objects.get(kind=closing.KIND, key="2025-06@4401").pk)
    assert night(13) == 2


def test_what_a_check_came_to_is_said_in_a_sentence(boy):
    run = Run(result={"lines": 1_234, "problems": 0})
    assert "1,234" in checking.came_to(run)
    for result in ({"waits_for_a_close": 1}, {"lines": 1, "problems": 2}):
        assert checking.came_to(Run(result=result))

"""A public notice stands its working days, holidays and make-up days counted; an open objection blocks."""

import datetime as dt

import pytest

from portal import clock, notices
from portal.models import AuditEvent, NoticeState
from portal.problems import MissingCalendar, StaleState
from portal.views.notices import table_of

pytestmark = pytest.mark.django_db


def on(text: str):
    return clock.freeze(dt.datetime.fromisoformat(f"{text}T10:00+08:00"))


def publish(city, by=None, days=5, subject="subsidies.Batch:1"):
    return notices.publish(
        "PAYMENT", subject, area=city["4401"], title="示例公示", rows=[{"key": "P-1", "name": "示例·一"}],
        workdays_standing=days, by=by,
    )  # fmt: skip


def test_five_working_days_from_a_thursday_end_on_the_next_thursday(city):
    notice = publish(city)
    assert (notice.from_day, notice.last_day) == (dt.date(2025, 7, 10), dt.date(2025, 7, 17))
    assert not notices.may_proceed(notice, notice.last_day)
    assert notices.may_proceed(notice, dt.date(2025, 7, 18))


def test_the_national_holiday_and_its_make_up_day_count_as_they_are(city):
    with on("2025-09-26"):  # Friday; 28 September (Sunday) is a make-up day, 1 to 8 October is the holiday
        assert publish(city).last_day == dt.date(2025, 10, 10)


def test_a_year_without_calendar_is_said_and_not_guessed(city):
    with on("2026-12-31"), pytest.raises(MissingCalendar, match="2027"):
        publish(city)


def test_the_same_subject_stands_once(city):
    publish(city)
    with pytest.raises(notices.AlreadyPublished, match="2025-07-17"):
        publish(city)


def test_an_open_objection_blocks_until_it_is_answered(city, official):
    notice = publish(city)
    objection = notices.object_to(notice.pk, text="金额不对", contact="13800138000", row_key="P-1")
    later = dt.date(2025, 7, 18)
    with pytest.raises(notices.NoticeStands, match="1"):
        notices.check_may_proceed(notice, later)
    notices.answer(objection.pk, text="已核对，无误", upheld=False, by=official("DISTRICT", "440105"))
    assert notices.may_proceed(notice, later)
    with pytest.raises(notices.AlreadyAnswered):
        notices.answer(objection.pk, text="again", upheld=True, by=official("DISTRICT", "440105"))


def test_objections_are_heard_to_the_last_day_only(city):
    notice = publish(city)
    with on("2025-07-17"):
        notices.object_to(notice.pk, text="x", contact="y")
    with on("2025-07-18"), pytest.raises(notices.NoticeOver):
        notices.object_to(notice.pk, text="x", contact="y")


def test_an_objection_may_only_name_a_row_of_the_notice_and_its_contact_stays_out_of_the_audit(city):
    notice = publish(city)
    objection = notices.object_to(notice.pk, text="关于13900139000", contact="13800138000", row_key="P-2")
    assert objection.row_key == ""
    assert "138" not in str(list(AuditEvent.objects.values()))


def test_a_withdrawn_notice_never_lets_anything_go_on_and_may_be_published_again(city, official):
    by = official("CITY", "4401")
    notice = publish(city, by=by)
    notice = notices.withdraw(notice.pk, reason="correction", by=by)
    assert not notices.may_proceed(notice, dt.date(2026, 1, 1))
    assert publish(city, by=by).pk != notice.pk
    assert notices.latest("subsidies.Batch:1").state == NoticeState.STANDING


def test_the_nightly_task_ends_what_is_over_once(city):
    notice = publish(city)
    with on("2025-07-17"):
        assert notices.end_due() == 0
    with on("2025-07-18"):
        assert notices.end_due() == 1
        assert notices.end_due() == 0
    notice.refresh_from_db()
    assert notice.state == NoticeState.ENDED
    assert notices.may_proceed(notice, dt.date(2025, 7, 18))
    with pytest.raises(StaleState):
        stale = publish(city)
        type(stale).objects.filter(pk=stale.pk).update(state=NoticeState.WITHDRAWN)
        notices.move(stale, NoticeState.ENDED, machine=notices.MACHINE, by=None, verb="end_notice")


def test_what_all_published_rows_share_stands_above_the_table_once(city):
    rows = [
        {"key": f"P-{n}", "name": f"示例·{n}", "policy": "示例办法", "period": "2025-05", "amount_fen": 100}
        for n in "12"
    ]
    notice = notices.publish("PAYMENT", "x:1", area=city["4401"], title="示例", rows=rows, workdays_standing=5, by=None)
    shown = table_of(notice)
    assert [text for _head, text in shown["common"]] == ["2025-05", "示例办法"]
    assert [str(head) for head, _number in shown["heads"]] == ["机构", "金额（元）"]
    assert [[text for _head, text, _number in row] for row in shown["rows"]] == [["示例·1", "1.00"], ["示例·2", "1.00"]]
    rows[1]["period"] = "2025-06"
    other = notices.publish("PAYMENT", "x:2", area=city["4401"], title="示例", rows=rows, workdays_standing=5, by=None)
    assert [text for _head, text in table_of(other)["common"]] == ["示例办法"]
    one = notices.publish(
        "PAYMENT", "x:3", area=city["4401"], title="示例", rows=rows[:1], workdays_standing=5, by=None
    )
    assert table_of(one)["common"] == [], "a single row keeps its columns"

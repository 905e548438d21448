"""Children of the demo city who changed provider this summer, through the actions both owners' forms call.

Nobody's day is lost: the spell at the first provider ends, the next begins the day after, its days are entered. June's
close gives the month to the provider with more days.
"""

import datetime as dt
from contextlib import AbstractContextManager

from django.db import connection

from enrolments.actions.attendance import enter
from enrolments.actions.spells import end_enrolment
from enrolments.actions.taking import take_place
from enrolments.letters import NONE, Change
from enrolments.models import Enrolment
from portal import clock, workdays
from portal.dates import ONE_DAY, DateRange, Month
from portal.demo.people import HOME_DISTRICT
from portal.models import User
from providers.demo.load import story

LAST_DAYS = [dt.date(2025, 6, 15), dt.date(2025, 6, 30), dt.date(2025, 6, 30), dt.date(2025, 6, 30)]
# Children who stay for months to come, each with a class of the same kind at another provider; never the story's.
CANDIDATES = """
SELECT e.id, here.user_id, g.id, there.user_id, f.amount_fen
FROM enrolments_enrolment e JOIN enrolments_child c ON c.id = e.child_id
JOIN providers_provider p ON p.id = e.provider_id
JOIN providers_classgroup own ON own.id = e.class_group_id
JOIN providers_post here ON here.provider_id = p.id AND here.role = 'OWNER'
CROSS JOIN LATERAL (
    SELECT g.id, g.provider_id FROM providers_classgroup g JOIN providers_provider o ON o.id = g.provider_id
    WHERE o.keeps_roll AND o.id <> p.id AND o.code LIKE %(home)s AND o.code <> %(story)s AND g.band = own.band
    ORDER BY md5(e.public_id::text || g.code) LIMIT 1
) g
JOIN providers_post there ON there.provider_id = g.provider_id AND there.role = 'OWNER'
JOIN providers_fee f ON f.class_group_id = g.id AND f.mode = 'full' AND f.during @> DATE '2025-06-15'
WHERE p.code LIKE %(home)s AND p.code <> %(story)s AND own.band = 'OLDER' AND e.mode = 'full'
  AND lower(e.during) < DATE '2025-03-01' AND upper(e.during) > DATE '2025-10-01'
ORDER BY md5(e.public_id::text) LIMIT %(most)s
"""


def load() -> str:
    """Four transfers; gives how many."""
    with connection.cursor() as cursor:
        params = {"home": f"{HOME_DISTRICT}%", "story": story().code, "most": len(LAST_DAYS)}
        cursor.execute(CANDIDATES, params)
        rows = cursor.fetchall()
    for last_day, row in zip(LAST_DAYS, rows, strict=True):
        transfer(last_day, *row)
    return f"{len(rows)} transfers"


def transfer(last_day: dt.date, enrolment_id: int, here: int, class_id: int, there: int, fee_fen: int) -> None:
    """One child: out of the first provider, into the next, and the days since."""
    owners = User.objects.in_bulk([here, there])
    until = DateRange.of(Enrolment.objects.get(pk=enrolment_id).during).end
    with at(workdays.add(last_day + ONE_DAY, -1)):
        old = end_enrolment(enrolment_id, last_day=last_day, by=owners[here], reason="家庭搬迁，转入其他机构")
        new = take_place(
            class_id, child_id=old.child_id, mode="full", during=DateRange(last_day + ONE_DAY, until), by=owners[there],
            fee_fen=fee_fen, contract_on=last_day,
        )  # fmt: skip
    come_every_day(new, until=dt.date(2025, 7, 9), by=owners[there])


def come_every_day(spell: Enrolment, *, until: dt.date, by: User) -> None:
    """Enter the new spell's days, each month when it is over, the present one up to yesterday."""
    during = DateRange.of(spell.during)
    for month in dict.fromkeys([Month.of(during.start), Month.of(until)]):
        last = min(month.last, until)
        days = [month.first + n * ONE_DAY for n in range((last - month.first).days + 1)]
        changes = [
            Change(spell.pk, day, NONE, "F") for day in days if day >= during.start and workdays.is_working(day)
        ]  # fmt: skip
        with at(last, hour=17):
            enter(spell.provider_id, month=month, changes=changes, by=by)


def at(day: dt.date, hour: int = 15) -> AbstractContextManager[None]:
    """The clock at an hour of a day."""
    return clock.freeze(dt.datetime.combine(day, dt.time(hour), clock.SHANGHAI))

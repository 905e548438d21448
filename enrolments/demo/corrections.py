"""Corrections of attendance in the demo city, through the action an owner's form calls, each with its reason.

Those of 2024 lie before the scheme in force and move no money. Those of April and May 2025 were made when the months
had been paid: a child is found to have come on a day too many or too few, and the next close posts the difference.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from enrolments.actions.attendance import enter
from enrolments.letters import Change
from portal import clock, workdays
from portal.dates import Month
from portal.demo.people import HOME_DISTRICT
from portal.models import User
from providers.demo.load import story

THRESHOLD = 15  # days that the demo's scheme pays for
CAME = {"full": "F", "am": "A", "pm": "P"}
TOO_MANY, TOO_FEW, WRONG_WORD = (
    "家长补交请假条，当日未到园",
    "考勤机漏记，有监护人签到记录",
    "病假条补交，事假改登病假",
)
QUIET = [Month(2024, number) for number in range(8, 13)]  # months that no policy in force pays for
PAID = [Month(2025, 4), Month(2025, 5)]
# Children of a month with just so many days, in an order of their own; never the story's: the tour reads its statement.
CANDIDATES = """
SELECT e.provider_id, o.user_id, e.id, a.days, e.mode
FROM enrolments_attendancemonth a JOIN enrolments_enrolment e ON e.id = a.enrolment_id
JOIN providers_provider p ON p.id = e.provider_id
JOIN providers_post o ON o.provider_id = p.id AND o.role = 'OWNER'
WHERE a.month = %(month)s AND p.code LIKE %(area)s AND p.code <> %(story)s AND a.days ~ %(pattern)s
  AND length(a.days) - length(translate(a.days, 'FAP', '')) = ANY(%(attended)s)
ORDER BY md5(e.public_id::text || a.month) LIMIT %(most)s
"""


@dataclass(frozen=True)
class Wrong:
    """One wrong cell: whose, on which day, what stood there and what is right."""

    provider: int
    owner: int
    change: Change
    reason: str


def load() -> str:
    """Corrections of the past year; gives how many."""
    made = 0
    for month in QUIET:
        made += correct(month, wrong_words(month, 5), on=workdays.on_or_after((month + 1).first + dt.timedelta(days=8)))
    for month, day in zip(PAID, (dt.date(2025, 6, 26), dt.date(2025, 6, 27)), strict=True):
        made += correct(month, miscounted(month, 6, 5), on=day)
    return f"{made} days corrected"


def miscounted(month: Month, too_many: int, too_few: int) -> list[Wrong]:
    """Children of the home district who came a day less, or a day more, than was entered, at the edge of the law."""
    found = []
    for attended, count, pattern, reason in (
        (THRESHOLD, too_many, "[FAP]", TOO_MANY),
        (THRESHOLD - 1, too_few, "[SL-]", TOO_FEW),
    ):
        for provider, owner, enrolment, days, mode in rows(month, HOME_DISTRICT, [attended], pattern, count):
            index = next(i for i, letter in enumerate(days) if letter in pattern[1:-1])
            after = "L" if attended == THRESHOLD else CAME[mode]
            found.append(Wrong(provider, owner, change(enrolment, month, index, days[index], after), reason))
    return found


def wrong_words(month: Month, count: int) -> list[Wrong]:
    """Leave that was sickness, anywhere in the city."""
    return [
        Wrong(provider, owner, change(enrolment, month, days.index("L"), "L", "S"), WRONG_WORD)
        for provider, owner, enrolment, days, _ in rows(month, "", list(range(16, 24)), "L", count)
    ]


def change(enrolment: int, month: Month, index: int, before: str, after: str) -> Change:
    """The cell of the month's day at an index."""
    return Change(enrolment, month.first + dt.timedelta(days=index), before, after)


def rows(month: Month, area: str, attended: list[int], pattern: str, most: int) -> list[tuple]:
    """Candidates: (provider, owner, enrolment, letters, mode)."""
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {
            "month": month.first, "area": f"{area}%", "story": story().code, "pattern": pattern, "attended": attended,
            "most": most,
        })  # fmt: skip
        return cursor.fetchall()


def correct(month: Month, wrong: list[Wrong], *, on: dt.date) -> int:
    """Put the cells right on a day, provider by provider; gives how many."""
    owners = User.objects.in_bulk({one.owner for one in wrong})
    together: dict[tuple[int, int, str], list[Change]] = defaultdict(list)
    for one in wrong:
        together[one.provider, one.owner, one.reason].append(one.change)
    with clock.freeze(dt.datetime.combine(on, dt.time(16), clock.SHANGHAI)):
        return sum(
            enter(provider, month=month, changes=changes, by=owners[owner], reason=reason)
            for (provider, owner, reason), changes in together.items()
        )

"""The demo city's subsidies: its invented policy in force, six months closed by the run itself, five of them paid.

The lines are the engine's own. That claims of past months went their way is written set-based, with one audit event a
month; the month under way stands at a different step in every district, so that every office has something to do.
"""

import datetime as dt
from collections.abc import Iterable

import yaml
from django.conf import settings
from django.db import connection
from django.db.models import F

from enrolments.demo.corrections import correct, miscounted
from portal import audit, clock, notices, runs, workdays
from portal.dates import Month
from portal.demo.bulk import settle
from portal.demo.people import HOME_DISTRICT, HOME_STREETS
from portal.demo.steps import DemoStep, public_id
from portal.models import Area, AreaLevel, OutgoingMessage, RunState, User
from providers.models import Provider
from subsidies.actions import closing
from subsidies.actions.claims.noticing import DEFAULT_WORKDAYS, KIND, published_rows
from subsidies.actions.claims.paying import fingerprint
from subsidies.actions.claims.reminding import remind
from subsidies.actions.news import remind_offices, tell_finance
from subsidies.actions.policies import load_policy
from subsidies.models import ApprovalChain, Claim, Fund, Line, PaymentBatch, Policy
from subsidies.rules import chain

PAID = [Month(2025, number) for number in range(1, 6)]
UNDER_WAY = Month(2025, 6)
BUDGET_FEN = 5_000_000_000

# Where June stands, by district code; the home district is mixed so that each of its offices has work.
STANDS = {"440103": "RELEASED", "440104": "NOTICED", "440106": "NOTICED", "440115": "REVIEWED", "440112": "CHECKED"}
ORDER = ("PREPARED", "CONFIRMED", "CHECKED", "REVIEWED", "NOTICED", "RELEASED", "EXPORTED")

# Who acts on a claim c of provider p: the owner, the subdistrict's officer, the district's, the city's.
MOVE = """
UPDATE subsidies_claim c SET state = %(state)s, version = c.version + %(rank)s, due = %(due)s,
    confirmed_by_id = CASE WHEN %(rank)s >= 1 THEN owner.user_id END, confirmed_at = %(confirmed)s,
    checked_by_id = CASE WHEN %(rank)s >= 2 THEN street.user_id END, checked_at = %(checked)s,
    reviewed_by_id = CASE WHEN %(rank)s >= 3 THEN district.user_id END, reviewed_at = %(reviewed)s,
    released_by_id = CASE WHEN %(rank)s >= 5 THEN %(city)s END, released_at = %(released)s,
    notice_id = %(notice)s, batch_id = %(batch)s
FROM providers_provider p
JOIN providers_post owner ON owner.provider_id = p.id AND owner.role = 'OWNER'
JOIN portal_membership street ON street.area_id = p.street_id AND street.role = 'SUBDISTRICT'
JOIN portal_area area ON area.id = p.street_id
JOIN portal_membership district ON district.area_id = area.parent_id AND district.role = 'DISTRICT'
JOIN portal_user officer ON officer.id = district.user_id AND officer.username NOT LIKE 'district2%%'
WHERE p.id = c.provider_id AND c.id = ANY(%(claims)s)
"""
SAY_ON_MONTH_PAGE = """
INSERT INTO providers_monthreturn (provider_id, month, item, confirmed_at, confirmed_by_id, detail)
SELECT c.provider_id, c.from_month, 'statement', c.confirmed_at, c.confirmed_by_id,
       jsonb_build_object('claim', c.public_id, 'hash', c.hash)
FROM subsidies_claim c WHERE c.id = ANY(%s) ON CONFLICT DO NOTHING
"""


def load_policies() -> str:
    """The invented scheme in force, two real ones in the library, who approves, and the year's money."""
    city = Area.objects.get(level=AreaLevel.CITY)
    by = User.objects.get(username="city2")
    for name, adopt in (("demo-2025-1", True), ("shanxi-2025", False), ("hunan-2024", False)):
        text = (settings.BASE_DIR / "policies" / f"{name}.yaml").read_text(encoding="utf-8")
        load_policy(yaml.safe_load(text), by=by, adopt=adopt)
    ApprovalChain.objects.create(
        area=city, steps=chain.written(chain.DEFAULT), valid_during=(dt.date(2025, 1, 1), None), recorded_at=clock.now()
    )
    policy = Policy.objects.get(standing="ADOPTED")
    Fund.objects.create(policy=policy, area=city, year=2025, budget_fen=BUDGET_FEN, document="示例〔2025〕预算1号")
    return f"{Policy.objects.count()} policies"


def close(month: Month, *, area: Area | None = None, by: User | None = None) -> None:
    """Close a month with the run as shipped, in this process: the whole city's by the system unless told otherwise."""
    run = closing.start_close(month, area=area or Area.objects.get(level=AreaLevel.CITY), by=by)
    runs.work(run.pk)
    run.refresh_from_db()
    if run.state != RunState.DONE:
        raise RuntimeError(f"closing {month} of the demo city failed: {run.error}")


def on_day(day: dt.date) -> dt.datetime:
    """Ten in the morning of a day in the city."""
    return dt.datetime.combine(day, dt.time(10), clock.SHANGHAI)


def load_paid_months() -> str:
    """January to May: closed, passed, published, paid by the end of June."""
    policy = Policy.objects.get(standing="ADOPTED")
    for month in PAID:
        begins = workdays.on_or_after((month + 1).first)
        with clock.freeze(on_day(begins)):
            close(month)
        days = [workdays.add(begins, later) for later in (2, 4, 6)]
        publish_day, release_day, pay_day = (workdays.add(begins, later) for later in (7, 13, 15))
        claims = list(Claim.objects.filter(policy=policy, from_month=month.first).select_related("provider", "policy"))
        for district in Area.objects.filter(level=AreaLevel.DISTRICT):
            some = [claim for claim in claims if claim.area_path.startswith(district.path)]
            notice = publish(some, district, month, publish_day)
            move(some, "EXPORTED", [*days, release_day], notice=notice, batch=None)
        with clock.freeze(on_day(release_day)):
            notices.end_due()
            tell_finance(claims)
        pay(policy, month, claims, pay_day)
    paid = sum(PaymentBatch.objects.values_list("total_fen", flat=True))
    return f"{len(PAID)} months, {paid / 100:,.2f} yuan paid"


def load_month_under_way() -> str:
    """June: closed on 1 July, standing at another step in every district."""
    begins = workdays.on_or_after((UNDER_WAY + 1).first)
    with clock.freeze(on_day(begins)):
        close(UNDER_WAY)
    close_home_again(begins)
    days = [workdays.add(begins, later) for later in (1, 1, 1, 7)]
    claims = list(Claim.objects.filter(from_month=UNDER_WAY.first).select_related("provider", "policy"))
    for district in Area.objects.filter(level=AreaLevel.DISTRICT).order_by("code"):
        some = [claim for claim in claims if claim.area_path.startswith(district.path)]
        if district.code == HOME_DISTRICT:
            load_home(some, [workdays.add(begins, later) for later in (3, 4, 5, 7)])  # after its second close
            continue
        state = STANDS.get(district.code, "CONFIRMED")
        notice = None
        if ORDER.index(state) >= ORDER.index("NOTICED"):
            published = days[2] if state == "RELEASED" or district.code == "440104" else clock.today()
            notice = publish(some, district, UNDER_WAY, published)
            if notice.last_day < clock.today():
                notices.end_due()
        move(some, state, days, notice=notice, batch=None)
        if state == "RELEASED":
            with clock.freeze(on_day(days[3])):
                tell_finance(some)
    settle(Line, Claim)
    remind(clock.today())
    remind_offices(clock.today())
    have_read()
    return f"{len(claims)} claims under way"


def have_read() -> None:
    """Everybody has opened what came before this week."""
    old = OutgoingMessage.objects.filter(channel="INBOX", created_at__lt=on_day(clock.today() - dt.timedelta(days=3)))
    old.update(read_at=F("created_at") + dt.timedelta(hours=2))


def close_home_again(begins: dt.date) -> None:
    """Some of the home district's June days were put right after the close: its officer settles the differences."""
    correct(UNDER_WAY, miscounted(UNDER_WAY, 2, 1), on=workdays.add(begins, 1))
    with clock.freeze(on_day(workdays.add(begins, 2))):
        close(UNDER_WAY, area=Area.objects.get(code=HOME_DISTRICT), by=User.objects.get(username="district"))


def load_home(claims: list[Claim], days: list[dt.date]) -> None:
    """The home district: a claim waits for the owner, some for the subdistrict, the others for the district."""
    story = Provider.objects.get(posts__user__username="owner")
    rest = [claim for claim in claims if claim.provider_id != story.pk]
    street = [claim for claim in rest if any(f"/{code}/" in claim.area_path for code in HOME_STREETS)]
    others = [claim for claim in rest if claim not in street]
    move(street, "CONFIRMED", days, notice=None, batch=None)
    move(others[:40], "CHECKED", days, notice=None, batch=None)
    move(others[40:], "REVIEWED", days, notice=None, batch=None)


def publish(claims: list[Claim], district: Area, month: Month, day: dt.date) -> notices.PublicNotice:
    """The public notice of a district's claims of a month, as its officer would publish it."""
    with clock.freeze(on_day(day)):
        return notices.publish(
            KIND,
            f"subsidies.Claim:{claims[0].policy.code}:{district.code}:{month}:demo",
            area=district,
            title=f"{district.name}{month}普惠托育运营补助拟拨付公示",
            rows=published_rows(claims, str(month)),
            workdays_standing=DEFAULT_WORKDAYS,
            by=User.objects.get(username=f"district2-{district.code}"),
        )


def move(claims: Iterable[Claim], state: str, days: list[dt.date], *, notice: object, batch: object) -> None:
    """Let claims stand in a state, with the people and times that go with it."""
    ids = [claim.pk for claim in claims]
    rank = ORDER.index(state)
    times = [on_day(day) if rank >= least else None for day, least in zip(days, (1, 2, 3, 5), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(MOVE, {
            "state": "RELEASED" if state == "EXPORTED" else state, "rank": rank, "claims": ids,
            "due": due_after(state, notice), "city": User.objects.get(username="city").pk,
            "notice": getattr(notice, "pk", None), "batch": getattr(batch, "pk", None),
            **dict(zip(("confirmed", "checked", "reviewed", "released"), times, strict=True)),
        })  # fmt: skip
        if cursor.rowcount != len(ids):
            raise RuntimeError(f"{cursor.rowcount} of {len(ids)} claims found their officers")
        cursor.execute(SAY_ON_MONTH_PAGE, [ids])


def due_after(state: str, notice: notices.PublicNotice | None) -> dt.date:
    """When the next office is due: counted from the end of a notice that stands, else two working days from now."""
    following = chain.following(chain.DEFAULT, "NOTICED")
    if state == "NOTICED" and notice and following:
        return workdays.add(notice.last_day, following.workdays)
    return workdays.add(clock.today(), 2)


def pay(policy: Policy, month: Month, claims: list[Claim], day: dt.date) -> None:
    """Put a month's claims on one payment list, as finance would."""
    city, by = Area.objects.get(level=AreaLevel.CITY), User.objects.get(username="finance")
    with clock.freeze(on_day(day)):
        batch = PaymentBatch.objects.create(
            public_id=public_id("batch", month), number=f"{policy.code}-{city.code}-{day:%Y%m%d}-01", policy=policy,
            area=city, area_path=city.path, claim_count=len(claims), total_fen=sum(c.paid_fen for c in claims),
            content_hash=fingerprint(claims), exported_by=by, exported_at=clock.now(),
        )  # fmt: skip
        Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(state="EXPORTED", batch=batch, due=None)
        audit.record(batch, "export_batch", by=by, number=batch.number, claims=len(claims), fen=batch.total_fen)


def steps() -> list[DemoStep]:
    """What subsidies add to the demo city."""
    return [
        DemoStep("policies", 35, load_policies),
        DemoStep("five months closed and paid", 70, load_paid_months),
        DemoStep("the month under way", 72, load_month_under_way),
    ]

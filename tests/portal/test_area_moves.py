"""A subdistrict goes to another district: whoever answers for it today sees it, and the past stays as it was."""

import datetime as dt

from django.apps import apps
from django.urls import reverse

from inspections.actions import decisions
from inspections.models import Decision, Visit
from inspections.permissions import decisions_visible_to
from portal import clock, tasks
from portal.actions.areas import AreaRow, load_areas
from portal.copies import area_copies
from portal.models import Area, AreaSpan, AuditEvent, PublicNotice
from providers.models import FactChange, ProviderSpan
from providers.permissions import visible_to
from quotas.queries.table import live
from subsidies.models import Claim, PaymentBatch, Policy
from tests.factories import inspections as visits
from tests.factories.enrolments import enrolment
from tests.factories.portal import client_of
from tests.factories.providers import class_group, provider

OLD, NEW = "440105", "440106"
STREET = "440105001"
PATH = f"44/4401/{NEW}/{STREET}/"
DAY = dt.date(2025, 7, 1)


def move(day=DAY, code=STREET, parent=NEW):
    """The list says that the subdistrict belongs to the other district from the day on."""
    area = Area.objects.get(code=code)
    return load_areas([AreaRow(code, area.name, area.level, parent, valid_from=day)], by=None)


def at(moment):
    """Ten in the morning of a day."""
    return clock.freeze(dt.datetime.combine(moment, dt.time(10), clock.SHANGHAI))


def test_every_table_with_a_path_says_what_it_does_when_an_area_moves():
    ours = {model for model in apps.get_models() if any(f.name == "area_path" for f in model._meta.local_fields)}
    assert {copy.model for copy in area_copies()} == ours


def test_the_old_district_loses_sight_and_the_new_one_sees(city, official):
    group = class_group(provider(street=STREET))
    stays = provider(street="440105002")
    spell = enrolment(group)
    old, new = official("DISTRICT", OLD), official("DISTRICT", NEW)
    seen = visits.visit(group.provider)
    page, register = reverse("inspections:visit", args=[seen.public_id]), reverse("providers:index")
    assert client_of(old).get(page).status_code == 200
    assert client_of(new).get(page).status_code == 404
    assert move().carried
    assert client_of(old).get(page).status_code == 404
    assert client_of(new).get(page).status_code == 200
    assert group.provider.name in client_of(new).get(register).content.decode()
    assert group.provider.name not in client_of(old).get(register).content.decode()
    assert list(visible_to(old)) == [stays]
    spell.refresh_from_db()
    group.provider.refresh_from_db()
    assert spell.area_path == group.provider.area_path == PATH


def test_a_report_of_the_old_day_counts_in_the_old_district_and_one_of_today_in_the_new(city):
    class_group(provider(street=STREET), places=7)
    move()
    before, after = DAY - dt.timedelta(days=1), DAY
    places = {
        day: {code: live(city["4401"], day, clock.now()).find(code).places for code in (OLD, NEW)}
        for day in (before, after)
    }
    assert places == {before: {OLD: 7, NEW: 0}, after: {OLD: 0, NEW: 7}}


def test_a_dated_fact_keeps_the_old_path_until_the_day_and_what_was_known_is_kept(city):
    lay = provider(street=STREET)
    move()
    spans = ProviderSpan.objects.filter(provider=lay).order_by("during")
    told = [(span.area_path.split("/")[2], span.during.lower, span.during.upper) for span in spans.filter(
        retracted_at=None)]  # fmt: skip
    assert told == [(OLD, dt.date(2024, 9, 1), DAY), (NEW, DAY, None)]
    assert spans.exclude(retracted_at=None).get().area_path == city[STREET].path


def test_a_move_to_come_takes_effect_on_its_day(city, official):
    one = provider(street=STREET)
    move(day=dt.date(2025, 8, 1))
    new = official("DISTRICT", NEW)
    assert not visible_to(new).exists()
    with at(dt.date(2025, 7, 31)):
        tasks.nightly()
        assert Area.objects.get(code=STREET).parent.code == OLD
    with at(dt.date(2025, 8, 1)):
        assert tasks.nightly()["areas"]
        assert list(visible_to(new)) == [one]
        assert tasks.nightly()["areas"] == 0
    assert ProviderSpan.objects.get(provider=one, retracted_at=None, during__endswith=None).during.lower == dt.date(
        2025, 8, 1
    )


def test_a_list_that_speaks_from_a_day_on_leaves_the_days_before_as_they_were(city):
    move()
    spans = AreaSpan.objects.filter(area=city[STREET]).order_by("during")
    assert [(span.parent.code, span.during.upper) for span in spans] == [(OLD, DAY), (NEW, None)]
    assert move().nothing


def test_a_subdistrict_that_ended_leaves_everything_to_its_successor(city, official):
    one = provider(street=STREET)
    heir = city["440106001"]
    row = AreaRow(STREET, "赤岗街道", "street", OLD, valid_to=DAY - dt.timedelta(days=1), successor_code=heir.code)
    load_areas([row], by=None)
    one.refresh_from_db()
    assert (one.street, one.area_path) == (heir, heir.path)
    assert list(visible_to(official("DISTRICT", NEW))) == [one]
    told = ProviderSpan.objects.filter(provider=one, retracted_at=None).order_by("during")
    assert [span.street.code for span in told] == [STREET, heir.code]
    assert load_areas([row], by=None).nothing


def test_a_successor_takes_over_on_its_day_and_not_before(city):
    one = provider(street=STREET)
    last = dt.date(2025, 7, 31)
    load_areas([AreaRow(STREET, "赤岗街道", "street", OLD, valid_to=last, successor_code="440106001")], by=None)
    with at(last):
        assert tasks.nightly()["areas"] == 0
    with at(last + dt.timedelta(days=1)):
        assert tasks.nightly()["areas"]
        one.refresh_from_db()
        assert one.street.code == "440106001"


def test_a_whole_district_takes_along_what_lies_in_it_and_swaps_do_not_mix(city):
    here, there = provider(street=STREET), provider(street="440106001")
    rows = [
        AreaRow(STREET, "赤岗街道", "street", NEW, valid_from=DAY),
        AreaRow("440106001", "五山街道", "street", OLD, valid_from=DAY),
        AreaRow(NEW, "天河区", "district", "44", valid_from=DAY + dt.timedelta(days=2)),
    ]
    load_areas(rows, by=None)
    here.refresh_from_db()
    there.refresh_from_db()
    assert here.area_path == f"44/{NEW}/{STREET}/"
    assert there.area_path == f"44/4401/{OLD}/440106001/"
    told = ProviderSpan.objects.filter(provider=here, retracted_at=None).order_by("during")
    assert [span.area_path for span in told] == [city[STREET].path, PATH, f"44/{NEW}/{STREET}/"]


def test_the_audit_trail_says_where_it_lay_then(city):
    one = provider(street=STREET)
    event = AuditEvent.objects.create(at=clock.now(), verb="register", subject="x", area_path=one.area_path)
    move()
    event.refresh_from_db()
    assert event.area_path == city[STREET].path
    assert AuditEvent.objects.get(verb="load_areas").detail["carried"]


def test_a_decision_is_never_changed_and_yet_the_new_district_sees_it_and_lifts_it(city, official):
    finding = visits.finding(visits.visit(provider(street=STREET), state="FINISHED"), level="MAJOR")
    stopped = decisions.suspend(
        finding.pk, class_group_id=None, reason="示例", basis="示例", by=official("DISTRICT", OLD)
    )
    move()
    old, new = official("DISTRICT", OLD), official("DISTRICT", NEW)
    assert not decisions_visible_to(old).exists()
    assert list(decisions_visible_to(new)) == [stopped]
    assert Decision.objects.get().area_path == city[STREET].path
    assert Visit.objects.get().area_path == PATH
    assert client_of(new).get(reverse("inspections:decision", args=[stopped.public_id])).status_code == 200


def claim(of, month, **facts):
    """A claim of the provider for a month."""
    policy, _made = Policy.objects.get_or_create(code="P", defaults={"title": "示例", "standing": "LIBRARY"})
    return Claim.objects.create(
        provider=of, policy=policy, from_month=month, to_month=month, area_path=of.area_path, prepared_at=clock.now(),
        **facts,
    )  # fmt: skip


def paid_claim(of, month):
    """A claim on a payment list of the city."""
    now, area = clock.now(), Area.objects.get(code="4401")
    notice = PublicNotice.objects.create(
        kind="claims", subject="s", area=area, area_path=area.path, title="示例", from_day=month, last_day=month,
        workdays=5, published_at=now,
    )  # fmt: skip
    policy = claim(of, (month - dt.timedelta(days=31)).replace(day=1)).policy
    batch = PaymentBatch.objects.create(
        number="B", policy=policy, area=area, area_path=area.path,
        claim_count=1, total_fen=0, exported_at=now,
    )  # fmt: skip
    return claim(of, month, state="EXPORTED", hash="h", confirmed_at=now, released_at=now, notice=notice, batch=batch)


def test_what_a_district_has_paid_stays_in_its_books_and_the_rest_goes_along(city):
    of = provider(street=STREET)
    paid, open_one = paid_claim(of, dt.date(2025, 5, 1)), claim(of, dt.date(2025, 6, 1))
    move()
    open_one.refresh_from_db()
    paid.refresh_from_db()
    assert open_one.area_path == PATH
    assert paid.area_path == city[STREET].path
    load_areas([AreaRow(OLD, "海珠区", "district", "44", valid_from=DAY)], by=None)
    paid.refresh_from_db()
    assert paid.area_path == f"44/{OLD}/{STREET}/"


def test_the_months_of_a_moved_provider_are_due_again(city):
    of = provider(street=STREET)
    other = provider(street="440105002")
    move()
    mark = FactChange.objects.get(cause="area_moved")
    assert (mark.provider, mark.to_month) == (of, None)
    assert not FactChange.objects.filter(provider=other).exists()

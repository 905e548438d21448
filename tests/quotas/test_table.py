"""The quota report against a recount by hand: every place and every child, one by one, in plain Python."""

import datetime as dt
import random
from fractions import Fraction

import pytest

from inspections.models import ClassSuspension
from portal import clock
from portal.models import Area
from providers.actions import standing
from providers.actions.spans import follow
from providers.models import ClassGroup, InclusiveAgreement, Place, Provider, ProviderSpan, Standing, StandingSpan
from quotas.queries.table import live
from tests.factories import inspections as visits
from tests.factories import quotas as make
from tests.factories.enrolments import enrolment
from tests.factories.portal import area
from tests.factories.providers import class_group, provider


def agreement(of, during=(dt.date(2024, 9, 1), None)):
    """An inclusive agreement in force."""
    return InclusiveAgreement.objects.create(
        provider=of, number="示例", places=20, during=during, recorded_at=clock.now()
    )


def table(code="4401", on=None, known=None):
    """The live table of an area."""
    return live(Area.objects.get(code=code), on or clock.today(), known or clock.now())


def naive(on, known):
    """Counts by subdistrict code, asking every provider, class, place and enrolment in turn."""
    found = {}

    def true(span):
        told = span.recorded_at <= known and (span.retracted_at is None or span.retracted_at > known)
        return told and on in Days(span.during)

    for one in Provider.objects.all():
        if not any(
            span.standing == Standing.ACTIVE and true(span) for span in StandingSpan.objects.filter(provider=one)
        ):
            continue
        street = next((span.street.code for span in ProviderSpan.objects.filter(provider=one) if true(span)), None)
        if street is None:
            continue
        promised = any(true(span) for span in InclusiveAgreement.objects.filter(provider=one))
        row = found.setdefault(street, [0, 0, 0, 0, 0])
        row[0] += 1
        for group in ClassGroup.objects.filter(provider=one):
            if any(true(span) for span in ClassSuspension.objects.filter(class_group=group)):
                continue
            for place in Place.objects.filter(class_group=group):
                if place.recorded_at <= known and on in Days(place.during):
                    row[1] += 1
                    row[2] += place.inclusive and promised
                    row[3] += one.keeps_roll
        if one.keeps_roll:
            children = {e.child.same_as_id or e.child_id for e in one.enrolments.exclude(state="ANNULLED")
                        if on in Days(e.during)}  # fmt: skip
            row[4] += len(children)
    return {street: tuple(row) for street, row in found.items()}


class Days:
    """Half-open days of a database range."""

    def __init__(self, during):
        self.during = during

    def __contains__(self, day):
        lower, upper = self.during.lower, self.during.upper
        return (lower is None or lower <= day) and (upper is None or day < upper)


def counted(found):
    """The table's subdistricts in the shape of the recount."""
    return {
        line.code: (line.providers, line.places, line.inclusive_places, line.roll_places, line.enrolled)
        for line in found.streets
        if line.providers
    }


@pytest.mark.parametrize("seed", range(4))
def test_equal_to_a_naive_recount_of_a_changing_city(city, seed):
    """Suspensions, moves, agreements, closed classes, suspended classes, children: any day, as known at any moment."""
    dice = random.Random(seed)
    streets = [code for code in city.areas if len(code) == 9]
    groups = []
    for _number in range(12):
        one = provider(street=dice.choice(streets), keeps_roll=dice.random() < 0.7)
        if dice.random() < 0.6:
            agreement(one, (dt.date(2025, dice.randint(1, 6), 1), None))
        for _group in range(dice.randint(0, 3)):
            groups.append(class_group(one, places=dice.randint(1, 12), inclusive=dice.randint(0, 6)))
    for group in dice.sample(groups, min(6, len(groups))):
        if group.provider.keeps_roll:
            enrolment(group, during=(dt.date(2025, 3, 1), dice.choice([None, dt.date(2025, 7, 1)])))
    moments = [clock.now()]
    for step in range(6):
        with clock.freeze(clock.now() + dt.timedelta(days=step + 1)):
            group = dice.choice(groups)
            one = Provider.objects.get(pk=group.provider_id)
            day = dt.date(2025, dice.randint(4, 8), dice.randint(1, 28))
            match dice.randint(0, 4):
                case 4:
                    first = Place.objects.filter(class_group=group).count() + 1
                    Place.objects.bulk_create(
                        Place(class_group=group, number=number, inclusive=dice.random() < 0.5, during=(day, None),
                              recorded_at=clock.now())
                        for number in range(first, first + 3)
                    )  # fmt: skip
                case 0 if one.standing == Standing.ACTIVE:
                    standing.suspend(one.pk, by=None, reason="示例", from_day=day)
                case 1:
                    street = Area.objects.get(code=dice.choice(streets))
                    follow(ProviderSpan, of={"provider": one}, from_day=day, kind=one.kind, name=one.name,
                           street=street, area_path=street.path)  # fmt: skip
                case 2:
                    visit = visits.visit(one, state="FINISHED", checklist=None)
                    finding = visits.finding(visit, level="MAJOR")
                    stopped = stop(one, group, finding)
                    follow(ClassSuspension, of={"class_group": group}, from_day=day, decision=stopped)
                case _:
                    Place.objects.filter(class_group=group, number__lte=2).update(during=(dt.date(2024, 9, 1), day))
            moments.append(clock.now())
    for known in moments:
        for on in (dt.date(2025, 3, 31), dt.date(2025, 6, 30), dt.date(2025, 8, 31)):
            assert counted(table(on=on, known=known)) == naive(on, known), (on, known)


def stop(of, group, finding):
    """A decision row to hang a class suspension on."""
    from inspections.models import Decision  # only this helper writes one past its action

    return Decision.objects.create(
        number=f"JD-{finding.pk}", kind="SUSPEND", provider=of, class_group=group, finding=finding,
        area_path=of.area_path, reason="示例", basis="示例", from_day=clock.today(), decided_at=clock.now(),
    )  # fmt: skip


def test_subdistricts_add_up_to_districts_and_city(city):
    for street, places in (("440105001", 10), ("440105002", 5), ("440106001", 7)):
        class_group(provider(street=street), places=places)
    found = table()
    assert [line.places for line in (found.root, found.find("440105"), found.find("440106"))] == [22, 15, 7]
    assert (found.root.streets_covered, found.root.streets) == (3, 5)
    assert found.root.providers == 3


def test_figures_name_their_parts(city):
    """6.34 as 海珠区 has it: 11,532 places of 1,819,000 residents, here in small."""
    one = provider(street="440105001")
    class_group(one, places=20, inclusive=15)
    agreement(one)
    make.people("440105", 3155)
    make.target("4401")
    line = table("440105").root
    assert line.per_thousand.value == Fraction(20_000, 3155)
    assert (line.per_thousand.shown, line.gap, line.light, line.missing) == ("6.34", "1.84", "GREEN", 0)
    assert (line.inclusive_share.shown, line.target, line.target_source) == ("75.0", "4.5", "示例规划")


def test_an_area_under_its_target_says_how_many_places_are_missing(city):
    class_group(provider(street="440105001"), places=10)
    make.people("440105001", 4000, is_estimate=True)
    make.target("4401")
    line = table("440105001").root
    assert (line.per_thousand.shown, line.gap, line.light, line.missing) == ("2.50", "-2.00", "RED", 8)
    assert line.population_is_estimate


def test_division_by_zero_is_no_value_not_zero(city):
    line = table().root
    assert line.population is None
    for figure in (line.per_thousand, line.inclusive_share, line.utilisation):
        assert figure.value is None
        assert figure.shown == "–"
    assert (line.missing, line.gap, line.light) == (None, "", "NONE")
    make.people("4401", 0)
    assert table().root.per_thousand.value is None


def test_a_city_without_a_figure_of_its_own_sums_its_districts_only_when_all_have_one(city):
    make.people("440105", 1000)
    assert table().root.population is None
    make.people("440106", 500)
    assert table().root.population == 1500


def test_the_latest_year_up_to_the_reports_is_used_for_all(city):
    make.people("440105", 1000, year=2020)
    make.people("440106", 900, year=2020)
    make.people("440105", 1100, year=2024)
    found = table()
    assert found.population_year == 2024
    assert [found.find(code).population for code in ("440105", "440106")] == [1100, None]
    assert table(on=dt.date(2023, 6, 30)).find("440105").population == 1000


def test_the_nearest_areas_latest_target_counts(city):
    make.target("44", "4")
    make.target("4401", "4.5", year=2024)
    make.target("4401", "9", year=2026)
    make.target("440106", "6")
    found = table()
    assert [found.find(code).target for code in ("4401", "440105", "440105001", "440106", "440106002")] == [
        "4.5", "4.5", "4.5", "6", "6",
    ]  # fmt: skip
    assert table("440105001").root.target == "4.5"


def test_a_city_without_districts(city):
    """东莞: towns directly under the city; nothing is read from the digits of a code."""
    dongguan = area("441900", "东莞市", "city", city["44"])
    town = area("441900101", "莞城街道", "street", dongguan)
    area("441900102", "石龙镇", "street", dongguan)
    class_group(provider(street=town), places=12)
    found = table("441900")
    assert (found.root.places, found.root.streets_covered, found.root.streets) == (12, 1, 2)
    assert [line.name for line in found.beneath("441900")] == ["莞城街道", "石龙镇"]


def test_a_boundary_change_leaves_the_past_as_it_was(city):
    """新港街道 goes to 天河区 in July: June still adds it to 海珠区."""
    class_group(provider(street="440105002"), places=9)
    moved = city["440105002"]
    moved.spans.update(during=(dt.date(2000, 1, 1), dt.date(2025, 7, 1)))
    moved.spans.create(name=moved.name, parent=city["440106"], during=(dt.date(2025, 7, 1), None))
    june, july = table(on=dt.date(2025, 6, 30)), table(on=dt.date(2025, 7, 1))
    assert (june.find("440105").places, june.find("440106").places) == (9, 0)
    assert (july.find("440105").places, july.find("440106").places) == (0, 9)


def test_the_number_of_queries_does_not_grow_with_the_city(city, django_assert_num_queries):
    with django_assert_num_queries(5):
        table()
    make.people("440105", 1)
    make.people("440106", 1)
    make.target()
    for street in ("440105001", "440105002", "440106001"):
        class_group(provider(street=street))
    with django_assert_num_queries(6):  # the year and its figures
        table()

"""Frozen reports: made in pieces, sealed once, the same from the same facts, never changed."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from portal import canonical, clock, runs, seal
from portal.dates import Month
from portal.models import Area, Run, RunChunk, Seal
from portal.problems import NotAllowed
from providers.actions import standing
from quotas import panels
from quotas.actions.reports import MonthNotOver, start_report
from quotas.models import Report
from quotas.queries.table import from_content, live
from quotas.queries.tree import pieces_of, tree_on
from tests.factories import quotas as make
from tests.factories.portal import area
from tests.factories.providers import class_group, provider


@pytest.fixture
def places(city):
    """Places in three subdistricts of two districts, known since January; residents and target."""
    with clock.freeze(dt.datetime(2025, 1, 5, tzinfo=dt.UTC)):
        found = [class_group(provider(street=s), places=n) for s, n in (("440105001", 10), ("440106001", 6))]
    make.people("440105", 1000)
    make.people("440106", 2000)
    make.target()
    return found


def test_a_report_is_what_the_live_table_said_on_the_last_day(places, city):
    report = make.report()
    assert from_content(report.content) == live(city["4401"], dt.date(2025, 6, 30), clock.now())
    assert report.content_hash == canonical.digest(report.content)
    assert report.seal.chain == "report:4401:QUOTA"


def test_pieces_are_whole_districts(places, city):
    """Small districts share a piece; none is cut in two."""
    nodes = tree_on(city["4401"], dt.date(2025, 6, 30))
    assert {key: sorted(piece) for key, piece in pieces_of(nodes).items()} == {
        "440105": ["440105001", "440105002", "440105003", "440106001", "440106002"]
    }
    with_small_pieces = pieces_of(nodes, most=4)
    assert {key: sorted(piece) for key, piece in with_small_pieces.items()} == {
        "440105": ["440105001", "440105002", "440105003"],
        "440106": ["440106001", "440106002"],
    }
    run = start_report(city["4401"], Month(2025, 6), by=None)
    assert list(run.chunks.values_list("key", "total")) == [("440105", 5)]


def test_a_city_without_districts_is_one_piece(city):
    dongguan = area("441900", "东莞市", "city", city["44"])
    town = area("441900101", "莞城街道", "street", dongguan)
    with clock.freeze(dt.datetime(2025, 1, 5, tzinfo=dt.UTC)):
        class_group(provider(street=town), places=12)
    report = make.report("441900")
    assert [chunk.key for chunk in report.run.chunks.all()] == ["441900"]
    assert from_content(report.content).root.places == 12


def test_made_again_from_the_same_facts_it_is_the_same_report(places):
    first = make.report()
    assert make.report() == first
    assert Seal.objects.filter(chain=first.seal.chain).count() == 1


def test_a_correction_gives_the_next_number_and_leaves_the_first(places):
    first = make.report()
    standing.suspend(places[0].provider_id, by=None, reason="示例", from_day=dt.date(2025, 6, 1))
    second = make.report()
    assert (first.number, second.number) == (1, 2)
    assert from_content(Report.objects.get(pk=first.pk).content).root.places == 16
    assert from_content(second.content).root.places == 6


def test_pieces_done_late_know_no_more_than_the_run_did(places, city):
    """A provider suspended while the report is being made changes none of its pieces: each knows the same moment."""
    run = start_report(city["4401"], Month(2025, 6), by=None)
    with clock.freeze(clock.now() + dt.timedelta(minutes=5)):
        standing.suspend(places[1].provider_id, by=None, reason="示例", from_day=dt.date(2025, 6, 1))
        runs.work(run.pk)
    run.refresh_from_db()
    report = Report.objects.get(public_id=run.result["report"])
    assert from_content(report.content).root.places == 16


def test_a_piece_done_twice_changes_nothing(places, city):
    first = make.report()
    run = start_report(city["4401"], Month(2025, 6), by=None)
    runs.work(run.pk)
    RunChunk.objects.filter(run=run).update(state="QUEUED")
    Run.objects.filter(pk=run.pk).update(state="RUNNING")
    runs.work(run.pk)
    assert Report.objects.get() == first


def test_the_database_refuses_to_change_a_frozen_report(places):
    report = make.report()
    for change in (lambda rows: rows.update(number=9), QuerySet.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change(Report.objects.filter(pk=report.pk))


def test_a_changed_report_is_found(places):
    report = make.report()
    assert panels.chain_checks() == []
    assert seal.verify() == []
    from django.db import connection  # an intruder with the database in hand

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE quotas_report DISABLE TRIGGER report_append_only")
        cursor.execute("UPDATE quotas_report SET content = jsonb_set(content, '{lines,0,places}', '99')")
        cursor.execute("ALTER TABLE quotas_report ENABLE TRIGGER report_append_only")
    (problem,) = panels.chain_checks()
    assert report.seal.subject in problem.where
    assert panels.verify(report.seal).content_hash != report.seal.content_hash


def test_verify_says_what_the_print_is(places, client):
    report = make.report()
    page = client.get(f"/verify/{report.seal.short_code}/")
    assert page.status_code == 200
    assert all(paper["holds"] for paper in page.context["papers"])
    assert "5.33" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "code", "allowed"),
    [("CITY", "4401", True), ("DISTRICT", "440105", True), ("DISTRICT", "4401", False), ("AUDITOR", "4401", False)],
)
def test_who_may_have_a_report_made(places, official, role, code, allowed):
    person = official(role, "440105" if role == "DISTRICT" else "4401")
    if allowed:
        assert start_report(Area.objects.get(code=code), Month(2025, 6), by=person).pk
    else:
        with pytest.raises(NotAllowed):
            start_report(Area.objects.get(code=code), Month(2025, 6), by=person)


def test_a_month_that_is_not_over_is_refused(city):
    with pytest.raises(MonthNotOver, match="2025-07"):
        start_report(city["4401"], Month(2025, 7), by=None)


class TestCommands:
    """make_report and load_population as the contract says."""

    def run(self, *args):
        out = StringIO()
        call_command(*args, stdout=out)
        return out.getvalue()

    def test_make_report(self, places):
        first = self.run("make_report", "2025-06", "--area", "4401")
        assert Report.objects.get().seal.short_code in first
        assert "made" in first
        assert "unchanged" in self.run("make_report", "2025-06", "--area", "4401")

    @pytest.mark.parametrize("args", [("2025-13",), ("2025-07",), ("2025-06", "--area", "nix")])
    def test_make_report_says_what_is_wrong(self, city, args):
        with pytest.raises(CommandError):
            self.run("make_report", *args)

    def write(self, tmp_path, text):
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def test_population_is_loaded_once(self, city, tmp_path):
        head = "area_code,year,age_from,age_to,population,source\n"
        path = self.write(tmp_path, head + "440105,2024,,,1819000,示例\n440105,2024,0,3,30000,示例\n")
        assert "2 added" in self.run("load_population", path)
        assert "Nothing to do" in self.run("load_population", path)
        assert city["440105"].populations.count() == 2

    def test_the_census_extract_is_understood(self, city, tmp_path):
        path = self.write(tmp_path, "area_code,year,resident_population,source\n440105,2020,1819000,census\n")
        self.run("load_population", path)
        assert city["440105"].populations.get().population == 1_819_000

    def test_chinese_heads_are_understood(self, city, tmp_path):
        path = self.write(tmp_path, "区划代码,年份,常住人口,来源,是否估算\n440105001,2024,90000,示例,是\n")
        self.run("load_population", path)
        assert city["440105001"].populations.get().is_estimate

    def test_a_corrected_figure_takes_the_former_back(self, city, tmp_path):
        head = "area_code,year,population,source\n"
        self.run("load_population", self.write(tmp_path, head + "440105,2024,1,示例\n"))
        assert "1 corrected" in self.run("load_population", self.write(tmp_path, head + "440105,2024,2,示例\n"))
        assert [p.population for p in city["440105"].populations.filter(retracted_at=None)] == [2]
        assert city["440105"].populations.count() == 2

    def test_every_bad_cell_by_its_address_and_nothing_loaded(self, city, tmp_path):
        rows = ["NIX,2024,5,a", "440105,abcd,5,a", "440105,2024,-5,a", "440106,2024,5,a", "440106,2024,6,a"]
        rows = "\n".join(["area_code,year,population,source", *rows])
        with pytest.raises(CommandError) as refused:
            self.run("load_population", self.write(tmp_path, rows))
        for cell in ("A2", "B3", "C4", "B6"):
            assert cell in str(refused.value)
        assert not city["440106"].populations.exists()

    def test_template_and_dry_run(self, city, tmp_path):
        assert "area_code" in self.run("load_population", "--template")
        path = self.write(tmp_path, "area_code,year,population,source\n440105,2024,1,示例\n")
        self.run("load_population", path, "--dry-run")
        assert not city["440105"].populations.exists()

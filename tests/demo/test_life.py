"""The demo city is lived in: whole filings, people at work, stars with their scores, a year of visits, work for all.

Each is counted here from rows, or read from the pages, not by the code that made it.
"""

import json
from itertools import pairwise

import pytest

from inspections.actions.draws import repeat_draw
from providers.rules.documents import required
from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")
DAY = "DATE '2025-07-10'"
HOME = "44/4401/440105/%"

# Asked through the pages, logged in as each role in turn: (status, links of the to-do list, rows of runs, messages).
ASK = """
import json
from django.contrib.auth import get_user_model
from django.test import Client
from django.test.utils import setup_test_environment

setup_test_environment()  # pages keep what they were made from
found = {}
for name in %r.split():
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(get_user_model().objects.get(username=name), "django.contrib.auth.backends.ModelBackend")
    home, runs, inbox = (client.get(path) for path in ("/home/", "/runs/", "/inbox/"))
    runs_page = list(runs.context["page"]) if runs.status_code == 200 else []
    rows = [row for part in ("overdue", "soon", "later") for row in home.context[part]]
    found[name] = {
        "todo": [str(row["title"]) for row in rows], "links": home.content.decode().split("<main")[1].count("<a href"),
        "runs": len(runs_page), "inbox": len(inbox.context["page"]), "overdue": len(home.context["overdue"]),
    }
print(json.dumps(found))
"""
ROLES = "owner staff newcomer subdistrict district city finance inspector evaluator auditor sysadmin"


@pytest.fixture(scope="module")
def desks(demo_city: City) -> dict:
    """What each role finds on its desk."""
    done = demo_city.manage("shell", "--no-imports", "-c", ASK % ROLES)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_every_filing_is_whole(demo_city: City):
    rows = demo_city.rows("""
        SELECT r.code, r.kind, f.snapshot,
               (SELECT count(*) FROM providers_place p JOIN providers_classgroup g ON g.id = p.class_group_id
                WHERE g.provider_id = r.id AND p.during @> (f.decided_at AT TIME ZONE 'Asia/Shanghai')::date)
        FROM providers_filingcase f JOIN providers_provider r ON r.id = f.provider_id WHERE f.state = 'CONFORMING'
    """)
    assert len(rows) == 1_938
    for code, kind, filed, places in rows:
        asked = {paper.code for paper in required(kind, serves_meals=filed["identity"]["serves_meals"])}
        assert asked <= set(filed["papers"]), code
        assert sum(group["places"] for group in filed["classes"]) == places, code
        assert all(group["fees"] for group in filed["classes"]), code
        assert filed["place"]["address"] and filed["identity"]["legal_person"], code


def test_every_filing_says_who_did_what_on_working_days_in_time(demo_city: City):
    rows = demo_city.rows("""
        SELECT f.receipt_due, f.decision_due, array_agg(e.verb ORDER BY e.at),
               array_agg((e.at AT TIME ZONE 'Asia/Shanghai')::date ORDER BY e.at), count(DISTINCT e.actor_id)
        FROM providers_filingcase f
        JOIN portal_auditevent e ON e.subject = 'providers.FilingCase:' || f.public_id
        WHERE f.state = 'CONFORMING' GROUP BY f.id
    """)
    assert len(rows) == 1_938
    for receipt_due, decision_due, verbs, (_, received, decided), people in rows:
        assert verbs == ["file", "receive", "find_conforming"]
        assert received <= receipt_due and decided <= decision_due and people == 2
    idle = demo_city.one("""
        SELECT count(*) FROM portal_auditevent e JOIN portal_calendarday c
          ON c.day = (e.at AT TIME ZONE 'Asia/Shanghai')::date
        WHERE e.verb IN ('file', 'receive', 'find_conforming') AND NOT c.working
    """)
    assert idle == 0


def test_every_provider_keeps_valid_papers(demo_city: City):
    lapsed = demo_city.one(f"""
        SELECT count(*) FROM providers_document
        WHERE replaced_at IS NULL AND valid IS NOT NULL AND NOT valid @> {DAY}
    """)
    assert lapsed == 0
    without = demo_city.one("""
        SELECT count(*) FROM providers_provider r
        WHERE r.standing = 'ACTIVE' AND NOT EXISTS (SELECT FROM providers_document d WHERE d.provider_id = r.id)
    """)
    assert without == 0
    opened = demo_city.one("""
        SELECT bool_and(s.name LIKE '示例-%') FROM providers_document d JOIN portal_storedfile s ON s.id = d.file_id
    """)
    assert opened


def test_carers_are_as_many_as_the_law_asks_for(demo_city: City):
    """托育机构设置标准: 1:3, 1:5, 1:7 by class; 家庭托育点: 1:3; the mixed class is this house's 1:5."""
    few = demo_city.rows(f"""
        WITH held AS (
            SELECT g.provider_id, r.kind, g.band, count(*) AS n FROM providers_place p
            JOIN providers_classgroup g ON g.id = p.class_group_id JOIN providers_provider r ON r.id = g.provider_id
            WHERE p.during @> {DAY} GROUP BY g.id, r.kind
        ), needed AS (
            SELECT provider_id, sum(ceil(n / CASE WHEN kind = 'FAMILY' THEN 3.0 WHEN band = 'INFANT' THEN 3
                WHEN band = 'OLDER' THEN 7 ELSE 5 END)) AS carers FROM held GROUP BY provider_id
        )
        SELECT n.provider_id, n.carers, count(e.id) FROM needed n
        LEFT JOIN providers_employment e ON e.provider_id = n.provider_id AND e.role = 'CARER' AND e.during @> {DAY}
             AND e.retracted_at IS NULL
        GROUP BY n.provider_id, n.carers HAVING count(e.id) < n.carers
    """)
    assert few == []


def test_everybody_else_the_law_asks_for_is_there(demo_city: City):
    for role, where in (("HEAD", "true"), ("HEALTH", "kind <> 'FAMILY'"), ("GUARD", "kind <> 'FAMILY'")):
        without = demo_city.one(f"""
            SELECT count(*) FROM providers_provider r WHERE r.standing = 'ACTIVE' AND {where} AND NOT EXISTS (
                SELECT FROM providers_employment e WHERE e.provider_id = r.id AND e.role = '{role}'
                AND e.during @> {DAY})
        """)
        assert without == 0, role
    heads = demo_city.one("""
        SELECT count(*) FROM providers_employment e JOIN providers_staff s ON s.id = e.staff_id
        JOIN providers_provider r ON r.id = e.provider_id WHERE e.role = 'HEAD' AND s.name <> r.head
    """)
    assert heads == 0
    assert demo_city.one("SELECT count(*) FROM providers_staff WHERE name NOT LIKE '示例·%'") == 0


def test_whoever_works_is_healthy_and_one_certificate_of_the_story_runs_out_soon(demo_city: City):
    sick = demo_city.one(f"""
        SELECT count(*) FROM providers_employment e WHERE e.during @> {DAY} AND NOT EXISTS (
            SELECT FROM providers_certificate c WHERE c.staff_id = e.staff_id AND c.kind = 'HEALTH'
            AND c.during @> {DAY})
    """)
    assert sick == 0
    soon = demo_city.one(f"""
        SELECT count(*) FROM providers_employment e JOIN providers_certificate c ON c.staff_id = e.staff_id
        JOIN providers_post o ON o.provider_id = e.provider_id JOIN portal_user u ON u.id = o.user_id
        WHERE u.username = 'owner' AND e.during @> {DAY} AND upper(c.during) <= {DAY} + 31
    """)
    assert soon == 1


def test_behind_every_star_stand_the_points_that_gave_it(demo_city: City):
    [(dimensions, grades)] = demo_city.rows("SELECT dimensions, grades FROM inspections_ratingscheme")
    most = {row["code"]: row["max"] for row in dimensions}
    rows = demo_city.rows(f"""
        SELECT s.grade, a.grade, a.scores, a.total, a.state, a.provider_id = s.provider_id,
               a.assessed_on <= lower(s.during), a.assessed_by_id <> a.decided_by_id
        FROM inspections_ratingspan s LEFT JOIN inspections_assessment a ON a.id = s.assessment_id
        WHERE s.during @> {DAY} AND s.retracted_at IS NULL
    """)
    assert len(rows) == 714
    for stars, grade, scores, total, state, same, in_order, apart in rows:
        assert set(scores) == set(most) and all(0 <= scores[code] <= most[code] for code in most)
        assert total == sum(scores.values())
        assert max(row["grade"] for row in grades if total >= row["min_score"]) == grade == stars
        assert (state, same, in_order, apart) == ("CONFIRMED", True, True, True)


def test_every_provider_was_visited_within_the_year_and_every_item_answered(demo_city: City):
    unseen = demo_city.rows(f"""
        SELECT r.code, r.filed_on FROM providers_provider r
        WHERE r.standing = 'ACTIVE' AND r.filed_on < DATE '2025-05-01' AND NOT EXISTS (
            SELECT FROM inspections_visit v WHERE v.provider_id = r.id AND v.finished_at IS NOT NULL
            AND v.visited_on > {DAY} - 365)
    """)
    assert unseen == []
    gaps = demo_city.one("""
        SELECT count(*) FROM inspections_visit v WHERE v.finished_at IS NOT NULL
        AND (SELECT count(*) FROM inspections_checkresult c WHERE c.visit_id = v.id)
         <> (SELECT count(*) FROM inspections_checklistitem i WHERE i.checklist_id = v.checklist_id)
    """)
    assert gaps == 0


def test_no_inspector_stands_at_two_doors(demo_city: City):
    spells = demo_city.rows("""
        SELECT who, v.started_at, v.finished_at FROM inspections_visit v, unnest(ARRAY[v.lead_id, v.second_id]) who
        WHERE v.finished_at IS NOT NULL ORDER BY who, v.started_at
    """)
    for (who, _, end), (same, begin, _) in pairwise(spells):
        assert who != same or end <= begin


def test_what_failed_was_written_down_and_the_result_says_so(demo_city: City):
    wrong = demo_city.one("""
        SELECT count(*) FROM inspections_visit v WHERE v.finished_at IS NOT NULL AND (
            (v.result = 'CONFORMS') <> NOT EXISTS (SELECT FROM inspections_finding f WHERE f.visit_id = v.id)
            OR EXISTS (SELECT FROM inspections_checkresult c WHERE c.visit_id = v.id AND c.outcome = 'FAILS'
                AND NOT EXISTS (SELECT FROM inspections_finding f WHERE f.visit_id = v.id AND f.item_id = c.item_id)))
    """)
    assert wrong == 0


def test_the_exit_blocked_in_june_costs_its_provider_that_month(demo_city: City):
    ((provider, found, cleared, published),) = demo_city.rows("""
        SELECT f.provider_id, f.found_on::text, f.cleared_on::text, v.state = 'PUBLISHED'
        FROM inspections_finding f JOIN inspections_visit v ON v.id = f.visit_id WHERE f.level = 'MAJOR'
    """)
    assert (found, cleared, published) == ("2025-06-25", "2025-07-02", True)
    lines = demo_city.rows(
        "SELECT l.period::text, k.reason, count(*), sum(l.amount_fen) FROM subsidies_line l"
        " JOIN subsidies_case k ON k.id = l.case_id WHERE l.provider_id = %s AND k.reason <> 'TOO_FEW_DAYS'"
        " GROUP BY 1, 2 ORDER BY 1", provider,
    )  # fmt: skip
    assert [(period, reason) for period, reason, *_ in lines] == [
        *((f"2025-0{month}-01", "PAID") for month in range(1, 6)), ("2025-06-01", "OPEN_MAJOR_HAZARD"),
    ]  # fmt: skip
    assert all(fen > 0 for _, _, _, fen in lines[:5]) and lines[5][2] > 10 and lines[5][3] == 0
    assert demo_city.one("SELECT count(*) FROM subsidies_case WHERE reason = 'OPEN_MAJOR_HAZARD'") > 0


def test_findings_were_put_right_in_time_or_are_under_way(demo_city: City):
    counts = dict(demo_city.rows("SELECT state, count(*) FROM inspections_finding GROUP BY state"))
    assert counts["CLEARED"] >= 300 and counts["OPEN"] + counts["ANSWERED"] >= 8
    late = demo_city.one("""
        SELECT count(*) FROM inspections_finding f WHERE f.state = 'CLEARED'
        AND (f.cleared_on > f.due_on OR NOT EXISTS (
            SELECT FROM inspections_findinganswer a JOIN inspections_findingfile p ON p.answer_id = a.id
            WHERE a.finding_id = f.id AND a.verdict = 'ACCEPTED'))
    """)
    assert late == 0
    home = demo_city.rows(f"""
        SELECT state, due_on < {DAY} FROM inspections_finding
        WHERE area_path LIKE '{HOME}' AND state IN ('OPEN', 'ANSWERED') ORDER BY 1, 2
    """)
    assert home == [("ANSWERED", False), ("OPEN", False), ("OPEN", True)]


def test_every_draw_can_be_repeated_and_was_carried_out(demo_city: City):
    rows = demo_city.rows("SELECT id, seed, population, inspectors, size, drawn FROM inspections_draw")
    assert len(rows) == 45
    for draw, seed, population, inspectors, size, drawn in rows:
        assert repeat_draw(seed, population, inspectors, size) == drawn
        visited = demo_city.rows(
            "SELECT r.code FROM inspections_visit v JOIN providers_provider r ON r.id = v.provider_id"
            " WHERE v.draw_id = %s", draw,
        )  # fmt: skip
        assert {code for (code,) in visited} == {row["provider"] for row in drawn}


def test_corrections_posted_differences_into_the_open_month(demo_city: City):
    again = demo_city.rows(f"""
        SELECT l.period::text, c.from_month::text, count(*), bool_or(l.amount_fen < 0), bool_or(l.amount_fen > 0)
        FROM subsidies_line l JOIN subsidies_claim c ON c.id = l.claim_id
        WHERE l.seq > 0 AND c.area_path LIKE '{HOME}' GROUP BY 1, 2 ORDER BY 1
    """)
    assert [(period, month, down, up) for period, month, _, down, up in again] == [
        ("2025-04-01", "2025-06-01", True, True),
        ("2025-05-01", "2025-06-01", True, True),
        ("2025-06-01", "2025-06-01", True, True),
    ]
    assert demo_city.one("SELECT count(DISTINCT attendance_id) FROM enrolments_attendancenote") > 30


def test_children_changed_provider_without_a_day_between_and_each_month_is_paid_once(demo_city: City):
    moves = demo_city.rows("""
        SELECT a.child_id, upper(a.during) = lower(b.during), a.provider_id <> b.provider_id, c.key
        FROM enrolments_enrolment a JOIN enrolments_enrolment b ON b.child_id = a.child_id AND b.id > a.id
        JOIN enrolments_child c ON c.id = a.child_id
    """)
    assert len(moves) == 4
    assert all(next_day and elsewhere for _, next_day, elsewhere, _ in moves)
    for *_, key in moves:
        june = demo_city.rows(
            "SELECT DISTINCT provider_id FROM subsidies_line WHERE subject_key = %s AND period = '2025-06-01'", key
        )
        assert len(june) == 1, key


def test_every_desk_has_work(desks: dict):
    for role in ROLES.split():
        desk = desks[role]
        assert desk["todo"], role
        assert desk["links"] >= 1, role
    least = {"owner": 5, "district": 7, "inspector": 2, "city": 2}
    assert {role: len(desks[role]["todo"]) >= count for role, count in least.items()} == dict.fromkeys(least, True)


def test_nobody_of_the_home_district_begins_the_day_late(desks: dict):
    assert {role for role in ROLES.split() if desks[role]["overdue"]} == set()


def test_what_ran_and_what_was_told_can_be_read(desks: dict):
    assert desks["district"]["runs"] >= 3 and desks["city"]["runs"] >= 10
    assert {role for role in ROLES.split() if not desks[role]["inbox"]} == {"newcomer"}

"""The portal's pages through their doors: to-do list, inbox, notices, verify, audit, runs, demo, health."""

import datetime as dt
import time

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from portal import audit, clock, notices, outbox, panels, runs, seal
from portal.actions import people
from portal.models import Area, AuditEvent, DemoDay, Objection, OutgoingMessage, Role, RunChunk, RunState, Seal
from portal.panels import Figure, Sealed, Todo
from portal.todo import todo
from tests.factories import portal as make

pytestmark = pytest.mark.django_db
ROWS = [{"key": "P-1", "name": "示例·一", "amount_fen": 123456}, {"key": "P-2", "name": "示例·二", "amount_fen": 100}]


@pytest.fixture
def give(settings):
    """`give(page, function)`: the only panel of a page."""

    def put(page, function):
        settings.PANELS = {**settings.PANELS, page: [f"{__name__}.given_{page}"]}
        globals()[f"given_{page}"] = function
        panels._functions.cache_clear()

    import sys

    sys.modules.setdefault(__name__, sys.modules[put.__module__])
    yield put
    panels._functions.cache_clear()


def notice(city, days=5, subject="subsidies.Batch:1"):
    return notices.publish(
        "P", subject, area=city["440105"], title="示例补助公示", rows=ROWS, workdays_standing=days, by=None
    )


# --- to-do list ---


def test_the_to_do_list_puts_overdue_first_then_what_is_due(city, official, client_of, give, day):
    give("home", lambda user, on: [Figure("托位", 12)])
    give(
        "todo",
        lambda user, on: [
            Todo("c", "later", "/c/", due=dt.date(2025, 8, 1)),
            Todo("d", "whenever", "/d/"),
            Todo("a", "late", "/a/", due=dt.date(2025, 7, 7), count=3),
            Todo("b", "friday", "/b/", due=dt.date(2025, 7, 11)),
        ],
    )
    answer = client_of(official(Role.CITY, "4401")).get(reverse("home"))
    context = answer.context
    assert [row["title"] for row in context["overdue"]] == ["late"]
    assert context["overdue"][0]["days_left"] == -3
    assert [(row["title"], row["days_left"]) for row in context["soon"]] == [("friday", 1)]
    assert [row["title"] for row in context["later"]] == ["later", "whenever"]
    page = answer.content.decode()
    assert page.index("/a/") < page.index("/b/") < page.index("/c/")


def test_an_empty_to_do_list_says_so(city, client_of, give):
    give("todo", lambda user, on: [])
    page = client_of(make.user()).get(reverse("home")).content.decode()
    assert 'class="empty"' in page
    assert f'<a href="{reverse("notices")}"' in page[page.index("<main") :], "and what else one can do"


def test_invitations_nobody_took_up_wait_for_the_system_administrator(city, official, day):
    keeper, area = official(Role.SYSADMIN, "4401"), Area.objects.get(code="440105")
    assert [row for row in todo(keeper, day) if row.key == "invitations"] == []
    people.invite("a@example.com", "示例", Role.DISTRICT, area, department="HEALTH", link=str, by=keeper)
    [row] = [row for row in todo(keeper, day) if row.key == "invitations"]
    assert (row.count, row.due) == (1, day + dt.timedelta(days=7))
    assert [row for row in todo(official(Role.CITY, "4401"), day) if row.key == "invitations"] == []


def test_an_objection_is_a_to_do_of_the_officer_in_charge_only(city, official, client_of):
    notices.object_to(notice(city).pk, text="x", contact="y")
    url = reverse("objections")
    assert f'href="{url}"' in client_of(official(Role.DISTRICT, "440105")).get(reverse("home")).content.decode()
    assert f'href="{url}"' not in client_of(official(Role.DISTRICT, "440106")).get(reverse("home")).content.decode()
    assert f'href="{url}"' not in client_of(official(Role.FINANCE, "4401")).get(reverse("home")).content.decode()


def test_the_inbox_is_mine_and_is_marked_read(city, client_of):
    mine, other = make.user(), make.user()
    outbox.tell(mine.username, "给我的消息", "…", key="1", user=mine, channel="INBOX")
    outbox.tell(other.username, "给别人的消息", "…", key="2", user=other, channel="INBOX")
    client = client_of(mine)
    page = client.get(reverse("inbox")).content.decode()
    assert "给我的消息" in page
    assert "给别人的消息" not in page
    client.post(reverse("inbox_read"))
    assert OutgoingMessage.objects.get(user=mine).read_at
    assert not OutgoingMessage.objects.get(user=other).read_at


# --- notices ---


def test_anybody_reads_a_notice_and_objects_to_a_row(city, client_of):
    found = notice(city)
    url = reverse("notice", args=[found.public_id])
    client = client_of(None)
    page = client.get(url).content.decode()
    assert "1,234.56" in page
    assert "1,235.56" in page  # the total
    answer = client.post(url, {"row_key": "P-2", "text": "金额不对", "contact": "13800138000"})
    assert answer.status_code == 302
    assert (Objection.objects.get().row_key, Objection.objects.get().text) == ("P-2", "金额不对")
    assert "13800138000" not in client.get(url).content.decode()


def test_an_empty_objection_keeps_what_was_typed(city, client_of):
    url = reverse("notice", args=[notice(city).public_id])
    answer = client_of(None).post(url, {"row_key": "", "text": "", "contact": "请联系我"})
    assert answer.status_code == 200
    assert "text" in answer.context["form"].errors
    assert "请联系我" in answer.content.decode()
    assert not Objection.objects.exists()


def test_after_the_last_day_the_page_takes_no_objection(city, client_of):
    url = reverse("notice", args=[notice(city).public_id])
    with clock.freeze(dt.datetime(2025, 7, 18, 9, tzinfo=clock.SHANGHAI)):
        assert 'id="object"' not in client_of(None).get(url).content.decode()
        client_of(None).post(url, {"text": "x", "contact": "y"})
    assert not Objection.objects.exists()


def test_the_list_of_notices_is_searched_and_filtered(city, client_of):
    notice(city)
    client = client_of(None)
    for query, there in [("?q=补助", True), ("?q=无关", False), ("?area=440105", True), ("?area=440106", False),
                         ("?state=STANDING", True), ("?state=ENDED", False)]:  # fmt: skip
        assert ("示例补助公示" in client.get(reverse("notices") + query).content.decode()) is there, query


def test_an_officer_answers_once_and_only_at_home(city, official, client_of):
    objection = notices.object_to(notice(city).pk, text="x", contact="y")
    url = reverse("objection", args=[objection.public_id])
    form = {"text": "已核对", "upheld": "no"}
    assert client_of(official(Role.DISTRICT, "440106")).post(url, form).status_code == 404
    client = client_of(official(Role.DISTRICT, "440105"))
    assert client.post(url, {"text": "已核对"}).status_code == 200  # no decision
    assert client.post(url, form).status_code == 302
    second = client.post(url, {"text": "another", "upheld": "yes"})
    assert second.status_code == 200
    objection.refresh_from_db()
    assert (objection.answer, objection.upheld) == ("已核对", False)


# --- verify ---


def test_a_code_is_confirmed_however_it_is_typed(city, client_of, give):
    sealed = seal.freeze("report:4401:quota", "2025-06", {"places": 3})
    give("verify", lambda seal: Sealed("季度报表", sealed.content_hash, [("区域", "广州市")]))
    typed = sealed.short_code.lower().replace("-", " ").replace("0", "o")
    answer = client_of(None).get(reverse("verify"), {"code": typed}, follow=True)
    assert answer.status_code == 200
    assert answer.context["papers"][0]["holds"] is True
    assert "广州市" in answer.content.decode()


def test_changed_content_is_said(city, client_of, give):
    sealed = seal.freeze("report:4401:quota", "2025-06", {"places": 3})
    give("verify", lambda seal: Sealed("季度报表", "0" * 64))
    answer = client_of(None).get(reverse("verify_code", args=[sealed.short_code]))
    assert answer.context["papers"][0]["holds"] is False


def test_an_unknown_code_and_a_slip_of_the_pen_are_told_apart(city, client_of, give):
    give("verify", lambda seal: None)
    sealed = seal.freeze("report:4401:quota", "2025-06", {"places": 3})
    code = sealed.short_code
    client = client_of(None)
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert client.get(reverse("verify"), {"code": slip}).context["form"].errors
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM portal_seal")
    unknown = client.get(reverse("verify_code", args=[code]))
    assert unknown.status_code == 404
    assert unknown.context["papers"] == []


# --- audit ---


def test_an_auditor_sees_the_events_of_the_area_and_of_those_above(city, official, client_of):
    by = official(Role.CITY, "4401")
    for area in ("44", "4401", "440105", "440106"):
        audit.record(f"demo.Thing:{area}-x", "look", by=by, area_path=city[area].path)
    seal.seal_pending()
    page = client_of(official(Role.AUDITOR, "440105")).get(reverse("audit")).content.decode()
    assert [f"{area}-x" in page for area in ("44", "4401", "440105", "440106")] == [True, True, True, False]
    assert client_of(official(Role.CITY, "4401")).get(reverse("audit")).status_code == 404


def test_the_trail_is_searched_by_subject_act_person_and_day(city, official, client_of):
    audit.record("demo.Thing:1", "look", by=official(Role.CITY, "4401"), area_path=city["4401"].path)
    client = client_of(official(Role.AUDITOR, "4401"))
    for query, count in [("subject=Thing:1", 1), ("subject=Thing:2", 0), ("verb=look", 1), ("verb=invite", 0),
                         ("actor=city-4401-health", 1), ("actor=nobody", 0), ("since=2025-07-10", 1),
                         ("since=2025-07-11", 0), ("until=2025-07-09", 0)]:  # fmt: skip
        assert client.get(reverse("audit") + f"?{query}").context["page"].paginator.count == count, query


@pytest.mark.parametrize("rows", [1, 3])
def test_the_trail_asks_the_same_number_of_questions(
    city, official, client_of, django_assert_num_queries, own_nav, rows
):
    for number in range(rows):
        audit.record(f"demo.Thing:{number}", "look", by=official(Role.CITY, "4401"), area_path=city["4401"].path)
    client = client_of(official(Role.AUDITOR, "4401"))
    with django_assert_num_queries(7):
        client.get(reverse("audit"))


def happened(moment, key):
    """An event of a moment, whenever it is written."""
    with clock.freeze(moment):
        return audit.record(f"demo.Thing:{key}", "look", by=None)


def test_the_trail_is_in_the_order_of_moments_and_ties_are_decided(city, official, client_of):
    now = clock.now()
    late, early, first, second = (
        happened(now - dt.timedelta(days=days), key) for days, key in ((0, "a"), (9, "b"), (3, "c"), (3, "d"))
    )
    page = client_of(official(Role.AUDITOR, "4401")).get(reverse("audit")).context["page"]
    assert list(page) == [late, second, first, early]


def test_what_is_done_while_one_reads_moves_no_row_to_the_next_page(city, official, client_of):
    for number in range(60):
        happened(clock.now() - dt.timedelta(minutes=number), number)
    client = client_of(official(Role.AUDITOR, "4401"))
    answer = client.get(reverse("audit"))
    happened(clock.now() + dt.timedelta(minutes=1), "new")
    further = next(link["url"] for link in answer.context["links"] if link["number"] == 2)
    second = client.get(reverse("audit") + further).context["page"]
    assert not {event.pk for event in second} & {event.pk for event in answer.context["page"]}
    assert len(second) == 10
    assert client.get(reverse("audit") + "?asof=nonsense").status_code == 200


def test_an_index_serves_the_order_of_the_trail(city):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        plan = AuditEvent.objects.order_by("-at", "-id")[:50].explain()
    assert "Index Scan Backward using audit_by_moment" in plan
    assert "Sort" not in plan


def test_verify_chain_names_the_first_broken_row(city, official, capsys):
    for number in range(3):
        audit.record(f"demo.Thing:{number}", "look", by=official(Role.CITY, "4401"))
    call_command("verify_chain")
    assert "3 links in 1 chains are unchanged" in capsys.readouterr().out
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE portal_auditevent SET detail = '{\"x\": 1}' WHERE subject = 'demo.Thing:1'")
    with pytest.raises(CommandError, match=r"audit no\. 2 .*changed"):
        call_command("verify_chain")
    assert Seal.objects.count() == 3


# --- runs ---


def test_a_run_s_page_shows_progress_and_its_part_for_htmx(city, official, client_of):
    chunks = [runs.Chunk(key, total=10) for key in ("a", "b", "c", "d")]
    run = runs.start("demo", "2025-06", params={}, chunks=chunks, area_path=city["440105"].path, by=None)
    RunChunk.objects.filter(run=run, key="a").update(state=RunState.DONE, done=10)
    url = reverse("run", args=[run.public_id])
    client = client_of(official(Role.DISTRICT, "440105"))
    whole, part = client.get(url).content.decode(), client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert "1 / 4" in part
    assert "hx-trigger" in part
    type(run).objects.filter(pk=run.pk).update(state=RunState.DONE, finished_at=clock.now())
    assert "hx-trigger" not in client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert client_of(official(Role.DISTRICT, "440106")).get(url).status_code == 404


# --- demo and health ---


def test_the_next_working_day_skips_the_weekend(city, client_of, settings):
    settings.DEMO = True
    DemoDay.objects.create(day=dt.date(2025, 7, 11))
    clock._kept.clear()
    with clock.freeze(dt.datetime(2025, 7, 11, 10, tzinfo=clock.SHANGHAI)):
        assert client_of(None).post(reverse("demo_next_workday")).status_code == 302
    assert DemoDay.objects.get().day == dt.date(2025, 7, 14)
    assert AuditEvent.objects.filter(verb="set_demo_day").count() == 1


def test_outside_the_demo_there_is_no_demo(city, client_of, settings):
    settings.DEMO = False
    assert client_of(None).get(reverse("demo")).status_code == 404
    assert client_of(None).post(reverse("demo_next_workday")).status_code == 404
    for command in (["demo_day", "2025-07-11"], ["demo_logins"]):
        with pytest.raises(CommandError):
            call_command(*command)


def test_ready_names_what_is_missing(client):
    cache.delete("worker-heartbeat")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "no heartbeat")
    cache.set("worker-heartbeat", time.time() - 300)
    assert "300 s" in client.get("/readyz").json()["worker"]
    cache.set("worker-heartbeat", time.time())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"], answer.json()["migrations"]) == (200, "ok", "ok")
    assert client.get("/livez").json() == {"status": "ok"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["privacy", "accessibility", "help", "verify", "policies", "notices"])
def test_public_pages_speak_both_languages_and_hold_a_strict_policy(client, name, language):
    client.cookies["tuoyu_lang"] = language
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert " style=" not in answer.content.decode()

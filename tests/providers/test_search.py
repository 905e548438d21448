"""The search's doors: the page for parents and the API, one reading of parameters for both."""

import datetime as dt
import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from providers import search_rows
from providers.models import Provider, SearchRow, Standing
from providers.queries.asked import Unanswerable, read
from providers.queries.nearby import nearby
from tests.factories import portal as make_portal
from tests.factories import providers as make

pytestmark = pytest.mark.django_db
TODAY = dt.date(2025, 7, 10)
HERE = {"lng": "113.32", "lat": "23.09"}


@pytest.fixture
def api(client):
    """`api(**params)` asks the search and gives (status, body)."""
    cache.clear()

    def ask(**params):
        answer = client.get("/api/v1/search/", HERE | params)
        return answer.status_code, json.loads(answer.content)

    return ask


@pytest.fixture
def three(city):
    """Three providers at growing distance: cheap and known, inclusive and rated, asked by phone."""
    near = make.class_group(make.provider(lng=113.321, keeps_roll=False), fees={"full": 150_000, "am": 90_000})
    middle = make.class_group(make.provider(lng=113.325, kind="PUBLIC", keeps_roll=False), band="YOUNGER")
    far = make.class_group(make.provider(lng=113.33, keeps_roll=False), fees={"full": 300_000})
    search_rows.rewrite([near.provider_id, middle.provider_id, far.provider_id])
    SearchRow.objects.filter(class_group=near).update(free=[2] * 13)
    SearchRow.objects.filter(class_group=middle).update(free=[0, 5, *[5] * 11], inclusive=True, rating=4)
    return [group.provider for group in (near, middle, far)]


def codes(body: dict) -> list[str]:
    names = dict(Provider.objects.values_list("public_id", "code"))
    return [next(code for key, code in names.items() if str(key) == row["id"]) for row in body["results"]]


def test_the_answer_is_the_contracts(api, three):
    status, body = api()
    assert status == 200
    assert body["complete_within_m"] == 3000
    assert codes(body) == [p.code for p in three]
    first = body["results"][0]
    assert set(first) == {
        "id", "name", "kind", "lng", "lat", "distance_m", "fee_fen", "free_places", "rating", "inclusive",
        "confirmed_at",
    }  # fmt: skip
    assert first["fee_fen"] == 150_000 and first["free_places"] == 2, "full days stand before half days"
    assert first["distance_m"] == pytest.approx(102.3, abs=0.1)
    assert first["confirmed_at"] == "2025-07-10T10:00:00+08:00"
    assert body["results"][2]["free_places"] is None and body["results"][2]["rating"] is None


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"mode": "full", "max_fee_fen": "150000"}, [0]),
        ({"mode": "half"}, [0]),
        ({"mode": "am"}, [0]),
        ({"mode": "pm"}, []),
        ({"vacancy": "true"}, [0]),
        ({"vacancy": "false"}, [1]),
        ({"vacancy": "true", "from": "2025-08"}, [0, 1]),
        ({"inclusive": "true"}, [1]),
        ({"inclusive": "false"}, [0, 2]),
        ({"min_rating": "4"}, [1]),
        ({"min_rating": "5"}, []),
        ({"age_months": "24"}, [0, 2]),
        ({"age_months": "12"}, [1]),
        ({"age_months": "36"}, []),
        ({"kind": ["PUBLIC", "FAMILY"]}, [1]),
        ({"radius_m": "200"}, [0]),
        ({"limit": "1"}, [0]),
        ({"sort": "fee", "mode": "full"}, [0, 1, 2]),
        ({"sort": "rating"}, [1, 0, 2]),
    ],
)
def test_filters_and_orders(api, three, params, found):
    status, body = api(**params)
    assert status == 200, body
    assert codes(body) == [three[n].code for n in found]


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({"lng": "23.09", "lat": "113.32"}, "lng"),  # swapped
        ({"lng": "2.35", "lat": "48.85"}, "lng"),  # abroad
        ({"lat": "91"}, "lat"),
        ({"lng": "181"}, "lng"),
        ({"lng": "x"}, "lng"),
        ({"lng": "nan"}, "lng"),
        ({"lng": "1e2"}, "lng"),
        ({"lng": ""}, "lng"),
        ({"radius_m": "0"}, "radius_m"),
        ({"radius_m": "50001"}, "radius_m"),
        ({"radius_m": "3.5"}, "radius_m"),
        ({"age_months": "37"}, "age_months"),
        ({"age_months": "-1"}, "age_months"),
        ({"from": "2025-06"}, "from"),
        ({"from": "2026-08"}, "from"),
        ({"from": "2025-13"}, "from"),
        ({"mode": "night"}, "mode"),
        ({"inclusive": "1"}, "inclusive"),
        ({"vacancy": "yes"}, "vacancy"),
        ({"max_fee_fen": "12.5"}, "max_fee_fen"),
        ({"min_rating": "6"}, "min_rating"),
        ({"kind": ["PUBLIC", "CASTLE"]}, "kind"),
        ({"sort": "name"}, "sort"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": ["5", "6"]}, "limit"),
        ({"limit": "٣"}, "limit"),  # digits of another script
        ({"colour": "red"}, "colour"),
    ],
)
def test_every_fault_names_its_parameter(api, city, params, wrong):
    status, body = api(**params)
    assert status == 400
    assert body["parameter"] == wrong
    assert body["status"] == 400 and body["detail"]


def test_without_a_point_both_are_named(client, city):
    answer = client.get("/api/v1/search/")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["lng", "lat"]


def test_only_get_and_a_throttle_that_counts(client, city, monkeypatch):
    cache.clear()
    assert client.post("/api/v1/search/").status_code == 405
    monkeypatch.setattr("providers.api.throttle.Counted.THROTTLE_RATES", {"search": "2/min"})
    monkeypatch.setattr("time.time", lambda: 1_752_112_800.0)
    answers = [client.get("/api/v1/search/", HERE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    other = client.get("/api/v1/search/", HERE, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 200


def test_suspended_and_unfiled_providers_are_not_found(api, three):
    Provider.objects.filter(pk=three[0].pk).update(standing=Standing.SUSPENDED)
    Provider.objects.filter(pk=three[1].pk).update(standing=Standing.CANCELLED)
    search_rows.rewrite([p.pk for p in three])
    assert codes(api()[1]) == [three[2].code]


def test_openapi_describes_the_search(client, city):
    schema = client.get("/api/v1/schema/", HTTP_ACCEPT="application/json").content.decode()
    assert "/api/v1/search/" in schema and "complete_within_m" in schema


# --- the page -----------------------------------------------------------------------------------------------------


def test_a_parent_finds_by_coordinates_and_goes_to_the_profile(client, three):
    page = client.get("/", {"near": "113.32, 23.09"})
    assert page.status_code == 200
    text = page.content.decode()
    assert text.index(three[0].name) < text.index(three[1].name) < text.index(three[2].name)
    assert f'data-url="/providers/{three[0].public_id}/"' in text


def test_a_parent_finds_by_the_name_of_a_place(client, three, city):
    page = client.get("/", {"near": "赤岗"})
    assert {row["found"].name for row in page.context["rows"]} == {p.name for p in three}  # around their middle
    assert "海珠区 赤岗街道" in page.content.decode()
    choices = client.get("/", {"near": "街道"}).context["where"].choices
    assert len(choices) == 5
    exact = client.get("/", {"near": "海珠区"})
    assert exact.context["answer"] is not None
    assert client.get("/", {"at": "440105"}).context["answer"] is not None
    streets = client.get("/", {"district": "440105"}).context["streets"]
    assert [area.code for area in streets] == ["440105001", "440105002", "440105003"]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"near": "23.09, 113.32"}, "near"),
        ({"near": "2.35, 48.85"}, "near"),
        ({"near": "火星基地"}, "near"),
        ({"at": "999999"}, "near"),
        ({"near": "113.32, 23.09", "age_months": "99"}, "age_months"),
        ({"near": "113.32, 23.09", "age_months": "two"}, "age_months"),
        ({"near": "113.32, 23.09", "mode": "night"}, "mode"),
        ({"near": "113.32, 23.09", "max_fee_fen": "-1"}, "max_fee_fen"),
        ({"near": "113.32, 23.09", "radius_m": "60000"}, "radius_m"),
        ({"near": "113.32, 23.09", "from": "1999-01"}, "from"),
        ({"near": "113.32, 23.09", "kind": "CASTLE"}, "kind"),
        ({"near": "113.32, 23.09", "sort": "luck"}, "sort"),
        ({"near": "113.32, 23.09", "vacancy": "maybe"}, "vacancy"),
    ],
)
def test_bad_questions_are_answered_at_their_field(client, city, params, field):
    page = client.get("/", params)
    assert page.status_code == 400
    errors = page.context["form"].errors.keys()
    assert errors == {field}
    if "near" in params:
        assert params["near"] in page.content.decode(), "what was typed is kept"


def test_nothing_found_gives_advice_and_the_list_grows(client, city):
    empty = client.get("/", {"near": "113.32, 23.09"}).content.decode()
    assert "radius_m=10000" in empty
    groups = [make.class_group(make.provider(lng=113.32 + n / 5000)) for n in range(23)]
    search_rows.rewrite([group.provider_id for group in groups])
    first = client.get("/", {"near": "113.32, 23.09"})
    assert len(first.context["rows"]) == 20
    more = client.get("/" + first.context["more_url"].partition("#")[0])
    assert len(more.context["rows"]) == 23
    assert more.context["more_url"] == ""


def test_the_page_costs_the_same_for_one_and_three_and_is_small(client, three, django_assert_num_queries):
    client.get("/", {"near": "113.32, 23.09"})
    with CaptureQueriesContext(connection) as some:
        page = client.get("/", {"near": "113.32, 23.09"})
    with django_assert_num_queries(len(some)):
        client.get("/", {"near": "113.32, 23.09", "radius_m": "1000", "mode": "half"})
    assert len(some) <= 6
    assert len(page.content) < 40_000


def test_page_and_api_read_alike(city):
    given = {"lng": ["113.32"], "lat": ["23.09"], "mode": ["half"], "kind": ["PUBLIC", "PUBLIC"]}
    asked = read(given, on=TODAY)
    assert (asked.modes, asked.kinds, asked.month) == (("am", "pm"), ("PUBLIC",), dt.date(2025, 7, 1))
    assert nearby(asked).complete_within_m == 3000
    with pytest.raises(Unanswerable) as fault:
        read(given | {"lng": ["23.09"], "lat": ["113.32"], "limit": ["0"]}, on=TODAY)
    assert set(fault.value.faults) == {"lng", "limit"}


def test_a_month_ahead_at_the_end_of_the_year(three, api):
    with clock.freeze(dt.datetime(2025, 12, 31, 20, tzinfo=dt.UTC)):  # 1 January in the city
        search_rows.rewrite_lapsed()
        assert api(**{"from": "2026-01"})[0] == 200
        assert api(**{"from": "2027-01"})[0] == 200
        assert api(**{"from": "2027-02"})[0] == 400
        assert api(**{"from": "2025-12"})[0] == 400


def test_no_account_is_needed_and_nothing_is_kept(client, three):
    client.get("/", {"near": "113.3212345, 23.0912345"})
    assert "sessionid" not in client.cookies and not client.session.keys()
    assert make_portal.User.objects.count() == 0
    assert client.get(reverse("district_outlines")).json()["features"][0]["properties"]["name"] == "海珠区"

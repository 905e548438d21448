"""The API's manners: problem JSON, paging, ETags, Idempotency-Key, a documentation page without JavaScript."""

import json
import threading

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from portal import audit, clock, notices
from portal.api.etags import EtagMixin
from portal.api.idempotency import idempotent
from portal.api.problems import InvalidParameter
from portal.models import AuditEvent, IdempotentAnswer, Role
from portal.problems import NotAllowed
from tests.factories import portal as make

pytestmark = pytest.mark.django_db


# --- problems ---


class Fails(APIView):
    """Raises what the test hands over."""

    permission_classes = []
    fault: Exception

    def get(self, request):
        raise type(self).fault


@pytest.mark.parametrize(
    ("fault", "status", "code", "extra"),
    [
        (NotAllowed(), 403, "not-allowed", {}),
        (InvalidParameter("lng", "swapped"), 400, "invalid-parameter", {"parameter": "lng"}),
        (exceptions.NotFound(), 404, "not-found", {}),
        (exceptions.NotAuthenticated(), 401, "not-authenticated", {}),
        (exceptions.Throttled(wait=3), 429, "throttled", {}),
        (
            exceptions.ValidationError({"classes": [{}, {"places": ["too many"]}], "non_field_errors": ["no"]}),
            400,
            "invalid",
            {"errors": [{"pointer": "/classes/1/places", "detail": "too many"}, {"pointer": "", "detail": "no"}]},
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_fault_is_problem_json(fault, status, code, extra):
    Fails.fault = fault
    answer = Fails.as_view()(APIRequestFactory().get("/api/v1/x/"))
    body = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (body["status"], body["title"]) == (status, code)
    assert body["type"] == f"/api/v1/docs/#problem-{code}"
    assert body["detail"]
    assert extra.items() <= body.items()


def test_an_unknown_address_under_the_api_is_problem_json_too(client):
    answer = client.get("/api/v1/nothing/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_throttling_says_when_to_come_back(client, settings, monkeypatch):
    from rest_framework.throttling import ScopedRateThrottle

    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"api": "2/min"})
    monkeypatch.setattr(ScopedRateThrottle, "cache", LocMemCache("throttle", {}))  # nobody asked a minute ago
    answers = [client.get(reverse("api_areas"), REMOTE_ADDR="10.9.8.7") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0


# --- lists ---


def test_areas_are_paged_and_filtered(city, client):
    body = client.get(reverse("api_areas"), {"level": "street", "page_size": 2}).json()
    assert body["count"] == 5
    assert [row["code"] for row in body["results"]] == ["440105001", "440105002"]
    assert body["results"][0]["parent_code"] == "440105"
    assert client.get(reverse("api_areas"), {"under": "440106"}).json()["count"] == 3
    assert client.get(reverse("api_areas"), {"level": "moon"}).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"page_size": 0},
        {"page_size": 201},
        {"page_size": "x"},
        {"page_size": "0000002001"},
        {"page": "-1"},
        {"page": "x"},
    ],
)
def test_a_page_that_is_none_is_refused_by_name(city, client, wrong):
    answer = client.get(reverse("api_areas"), wrong)
    assert (answer.status_code, answer.json()["parameter"]) == (400, *wrong)
    assert client.get(reverse("api_areas"), {"page": 99}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_notices_ask_the_same_number_of_questions(city, client, django_assert_num_queries, rows):
    for number in range(rows):
        notices.publish("P", f"x:{number}", area=city["4401"], title="示例", rows=[], workdays_standing=5, by=None)
    with django_assert_num_queries(2):
        assert len(client.get(reverse("api_notices")).json()["results"]) == rows


def test_a_run_of_another_area_is_not_found(city, official, client_of):
    from portal import runs

    run = runs.start("demo", "k", params={}, chunks=[runs.Chunk("a")], area_path=city["440105"].path, by=None)
    url = reverse("api_run", args=[run.public_id])
    assert client_of(official(Role.DISTRICT, "440105")).get(url).json()["chunks"] == 1
    assert client_of(official(Role.DISTRICT, "440106")).get(url).status_code == 404
    assert client_of(official(Role.SYSADMIN, "4401")).get(url).status_code == 404
    assert client_of(None).get(url).status_code == 401


# --- ETags ---


class Row:
    """A row in its third version."""

    version = 3


class Versioned(EtagMixin, APIView):
    """A row with an ETag."""

    permission_classes = []

    def get(self, request):
        return self.answer(Row, {"a": 1})

    def patch(self, request):
        return self.answer(Row, {"seen": self.seen_version(Row)})


@pytest.mark.parametrize(
    ("method", "header", "status"),
    [
        ("get", {}, 200),
        ("get", {"HTTP_IF_NONE_MATCH": '"3"'}, 304),
        ("get", {"HTTP_IF_NONE_MATCH": '"2"'}, 200),
        ("patch", {}, 428),
        ("patch", {"HTTP_IF_MATCH": '"2"'}, 412),
        ("patch", {"HTTP_IF_MATCH": '"2", "3"'}, 200),
    ],
)
def test_who_writes_must_have_seen_the_row_as_it_is(method, header, status):
    request = getattr(APIRequestFactory(), method)("/api/v1/x/", **header)
    assert Versioned.as_view()(request).status_code == status


# --- Idempotency-Key ---


class Counts(APIView):
    """Writes one event a call; refuses when told."""

    permission_classes = []
    parser_classes = [JSONParser]
    gate = None

    @idempotent
    def post(self, request):
        audit.record("demo.Thing:1", "count", by=None)
        if self.gate:
            self.gate.wait(10)
            self.gate.wait(10)
        if request.data.get("refuse"):
            raise NotAllowed
        return Response(
            {"n": AuditEvent.objects.count(), "at": clock.today()}, status=201, headers={"Location": "/x/1"}
        )


def post(user, key, body, view=Counts):
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key is not None else {}
    request = APIRequestFactory().post("/api/v1/x/", body, format="json", **headers)
    force_authenticate(request, user)
    answer = view.as_view()(request)
    getattr(answer, "render", lambda: None)()
    return answer


def test_the_same_key_and_body_give_the_stored_answer(day):
    user = make.user()
    first, second = post(user, "k", {"a": 1}), post(user, "k", {"a": 1})
    assert (first.status_code, second.status_code) == (201, 201)
    assert json.loads(first.content) == json.loads(second.content) == {"n": 1, "at": "2025-07-10"}
    assert second["Location"] == "/x/1"
    assert second["Idempotency-Replayed"] == "true"
    assert AuditEvent.objects.count() == 1


def test_without_a_key_every_call_counts(day):
    user = make.user()
    assert [post(user, None, {}).data["n"] for _ in range(2)] == [1, 2]


def test_the_same_key_with_another_body_is_422(day):
    user = make.user()
    post(user, "k", {"a": 1})
    assert post(user, "k", {"a": 2}).status_code == 422
    assert AuditEvent.objects.count() == 1


def test_a_key_belongs_to_its_user_and_to_its_day(day):
    import datetime as dt

    user, other = make.user(), make.user()
    post(user, "k", {})
    assert post(other, "k", {}).data["n"] == 2
    with clock.freeze(clock.now() + dt.timedelta(hours=24, seconds=1)):
        assert post(user, "k", {}).data["n"] == 3


def test_a_refused_call_leaves_nothing_and_may_be_tried_again(day):
    user = make.user()
    assert post(user, "k", {"refuse": True}).status_code == 403
    assert (AuditEvent.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)
    assert post(user, "k", {}).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 129])
def test_a_key_has_1_to_128_characters(day, key):
    assert post(make.user(), key, {}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_a_key_whose_first_call_still_runs_is_409():
    user = make.user()

    class Slow(Counts):
        gate = threading.Barrier(2)

    answers = []

    def first():
        answers.append(post(user, "k", {}, Slow))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    Slow.gate.wait(10)  # the first call is inside
    meanwhile = post(user, "k", {})
    Slow.gate.wait(10)
    thread.join()
    assert (meanwhile.status_code, answers[0].status_code) == (409, 201)
    assert post(user, "k", {}).status_code == 201
    assert AuditEvent.objects.count() == 1


# --- documentation ---


def test_the_docs_page_names_every_operation_and_every_problem(client):
    page = client.get(reverse("api_docs")).content.decode()
    schema = client.get(reverse("api_schema"), HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    for path, methods in schema["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page
    for code in ("stale", "not-allowed", "idempotency-key-running", "invalid-parameter"):
        assert f'id="problem-{code}"' in page
    assert "<script" not in page.replace('<script src="/static/', "")

"""The API takes every body, header and parameter: the answer is problem JSON with the right status, and says where."""

import json
import os
import random
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache

from providers.models import Provider
from tests.factories import providers as make
from tests.hostile.asking import pairs
from tests.hostile.values import ELSEWHERE_ID, VALUES

pytestmark = pytest.mark.django_db
TURNS = 40 if os.environ.get("DEEP") == "1" else 1
SEARCH = (
    "lng lat radius_m age_months from mode inclusive vacancy max_fee_fen min_rating kind sort limit page page_size"
).split()
LISTS = ("areas", "notices", "providers", "search")
BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b'{"head": "\xff\xfe"}',
    "nested": b"[" * 100_000,
    "nested objects": b'{"head":' * 50_000,
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "NaN": b'{"phone": NaN}',
    "endless": b'{"phone": ' + b"9" * 5000 + b"}",
    "NUL": b'{"head": "a\\u0000b"}',
    "half a pair": b'{"head": "\\ud800"}',
    "a list where a text is meant": b'{"phone": ["1"]}',
    "an object": b'{"phone": {"a": 1}}',
    "twice": b'{"phone":"1","phone":{}}',
    "long": json.dumps({"intro": "长" * 10_000}).encode(),
    "true": b'{"head": true}',
    "1e400": b'{"head": 1e400, "phone": 1e400}',
}


@pytest.fixture
def group(city):
    return make.class_group(make.provider(keeps_roll=False), code="C1")


@pytest.fixture
def owner(group, client_of):
    return client_of(make.owner_of(group.provider))


def url_of(provider: Provider) -> str:
    return f"/api/v1/providers/{provider.public_id}/"


def is_problem(answer: Any) -> dict[str, Any]:
    """The problem an answer names; it says what is wrong in words."""
    assert answer["Content-Type"] == "application/problem+json", answer.content[:200]
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["detail"].strip()
    return body


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_meant_is_a_problem_and_changes_nothing(group, owner, name):
    provider = Provider.objects.get(pk=group.provider_id)
    for url, send in ((url_of(provider), owner.patch), (f"{url_of(provider)}vacancies/", owner.post)):
        answer = send(url, BODIES[name], content_type="application/json", HTTP_IF_MATCH=f'"{provider.version}"')
        if answer.status_code == 200:  # an empty change is none
            assert name in ("nothing", "true")
        else:
            assert answer.status_code in (400, 422), answer.content[:300]
            is_problem(answer)
    after = Provider.objects.get(pk=provider.pk)
    assert (after.phone, after.intro) == (provider.phone, provider.intro)
    assert not group.declarations.exists()


@pytest.mark.parametrize("kind", ["text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_of_another_kind_is_415(group, owner, kind):
    answer = owner.patch(url_of(group.provider), b"phone=1", content_type=kind, HTTP_IF_MATCH='"1"')
    assert answer.status_code == 415
    is_problem(answer)


@pytest.mark.parametrize("tag", ["1", 'W/"1"', '"0"', '"-1"', '"' + "9" * 5000 + '"', '"½"', ",,,", '"1', "%00"])
def test_a_version_nobody_saw_is_412(group, owner, tag):
    body = json.dumps({"phone": "020-87654321"})
    answer = owner.patch(url_of(group.provider), body, content_type="application/json", HTTP_IF_MATCH=tag)
    assert answer.status_code == 412
    is_problem(answer)


def test_without_a_version_it_is_428(group, owner):
    answer = owner.patch(url_of(group.provider), b"{}", content_type="application/json")
    assert answer.status_code == 428
    is_problem(answer)


@pytest.mark.parametrize("key", ["", " ", "x" * 129, "键", "a\tb", "%00", "'; --"])
def test_any_key_is_taken_or_refused_in_words(group, owner, key):
    body = {"valid_until": "2025-08-31", "classes": [{"class_code": "C1", "free_full": 2}]}
    url = f"{url_of(group.provider)}vacancies/"
    answers = [
        owner.post(url, json.dumps(body), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key) for _time in "12"
    ]
    assert {answer.status_code for answer in answers} <= {200, 400}
    if answers[0].status_code == 400:
        is_problem(answers[0])
    else:
        assert group.declarations.count() == 1


@pytest.mark.parametrize("place", [ELSEWHERE_ID, "elsewhere"])
def test_another_provider_s_row_is_not_there(group, owner, client_of, place):
    other = ELSEWHERE_ID if place == ELSEWHERE_ID else make.provider(street="440106001").public_id
    for method, path in (("get", ""), ("patch", ""), ("post", "vacancies/")):
        answer = getattr(owner, method)(f"/api/v1/providers/{other}/{path}", content_type="application/json")
        assert answer.status_code == 404
        is_problem(answer)


def test_whatever_a_list_is_asked_it_answers_or_names_the_parameter(group, client_of):
    person = make.owner_of(group.provider)
    dice = random.Random(20250710)
    for name in LISTS:
        cache.clear()  # the throttle's count, and with it the session: more questions than it lets through in a minute
        owner = client_of(person)
        for turn in range(TURNS * 10):
            asked = {parameter: dice.choice(VALUES) for parameter in dice.sample(SEARCH, 3)}
            if name == "search":
                asked = {"lng": "113.32", "lat": "23.09"} | asked
            answer = owner.get(f"/api/v1/{name}/?{urlencode(pairs(asked))}", REMOTE_ADDR=f"10.2.0.{turn % 200}")
            assert answer.status_code in (200, 400, 404), (name, asked, answer.status_code)
            if answer.status_code != 200:
                problem = is_problem(answer)
                if name == "search" and problem["title"] != "bad-request":
                    assert problem["parameter"] in asked


@pytest.mark.parametrize("name", [name for name in SEARCH if not name.startswith("page")])
def test_every_parameter_of_the_search_refuses_what_it_cannot_mean(group, client, name):
    for turn, value in enumerate(
        ("", "²", "１", "1e400", "NaN", "-Infinity", "-1", "1_0", "9" * 5000, "NO_SUCH_CODE", "0000-01", "2025-13")
    ):
        sender = f"10.1.{SEARCH.index(name)}.{turn}"  # not so many questions from one
        answer = client.get("/api/v1/search/", {"lng": "113.32", "lat": "23.09"} | {name: value}, REMOTE_ADDR=sender)
        assert answer.status_code == 400, value[:20]
        assert is_problem(answer)["parameter"] == name

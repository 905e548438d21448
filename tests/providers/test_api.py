"""The register over REST: what one may see, ETags, If-Match, keys that do a thing once."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from providers.models import Provider, SearchRow, VacancyDeclaration
from tests.factories import portal as make_portal
from tests.factories import providers as make

pytestmark = pytest.mark.django_db
URL = "/api/v1/providers/"


@pytest.fixture
def two(city):
    return make.provider(street="440105001"), make.provider(street="440106001")


def codes(answer) -> list[str]:
    return [row["code"] for row in answer.json()["results"]]


def test_everybody_sees_the_own_area_and_posts_only(two, client_of, official):
    here, there = two
    assert codes(client_of(official("DISTRICT", "440105")).get(URL)) == [here.code]
    assert codes(client_of(official("CITY", "4401")).get(URL)) == [here.code, there.code]
    assert codes(client_of(make.owner_of(there)).get(URL)) == [there.code]
    assert codes(client_of(make_portal.user()).get(URL)) == []
    assert codes(client_of(official("SYSADMIN", "4401", "IT")).get(URL)) == []
    assert client_of(None).get(URL).status_code in (401, 403)
    assert client_of(make.owner_of(there)).get(f"{URL}{here.public_id}/").status_code == 404


def test_the_list_filters_pages_and_costs_the_same(two, client_of, official, django_assert_num_queries):
    client = client_of(official("CITY", "4401"))
    client.get(URL)
    with CaptureQueriesContext(connection) as counted:
        assert codes(client.get(URL, {"q": two[0].name})) == [two[0].code]
    make.provider()
    with django_assert_num_queries(len(counted)):
        assert len(codes(client.get(URL))) == 3
    assert codes(client.get(URL, {"area": "440106"})) == [two[1].code]
    assert client.get(URL, {"page_size": 1}).json()["next"]


def test_a_change_needs_the_version_that_was_seen(two, client_of):
    owner = client_of(make.owner_of(two[0]))
    url = f"{URL}{two[0].public_id}/"
    seen = owner.get(url)
    assert owner.get(url, HTTP_IF_NONE_MATCH=seen["ETag"]).status_code == 304

    def patch(**headers):
        body = json.dumps({"phone": "(020) 87654321"})
        return owner.patch(url, body, content_type="application/json", **headers)

    assert patch().status_code == 428
    done = patch(HTTP_IF_MATCH=seen["ETag"])
    assert (done.status_code, done.json()["phone"]) == (200, "020-87654321")
    assert patch(HTTP_IF_MATCH=seen["ETag"]).status_code == 412
    bad = owner.patch(url, json.dumps({"phone": "x"}), content_type="application/json", HTTP_IF_MATCH=done["ETag"])
    assert bad.status_code == 400 and bad["Content-Type"] == "application/problem+json"


def test_officers_and_staff_read_but_do_not_write(two, client_of, official):
    url = f"{URL}{two[0].public_id}/"
    for person in (official("DISTRICT", "440105"), make.owner_of(two[0], role="STAFF")):
        client = client_of(person)
        seen = client.get(url)
        answer = client.patch(url, "{}", content_type="application/json", HTTP_IF_MATCH=seen["ETag"])
        assert answer.status_code == 403
    assert Provider.objects.get(pk=two[0].pk).version == 1


def test_vacancies_are_told_once_per_key(city, client_of):
    group = make.class_group(make.provider(keeps_roll=False), code="C1")
    client = client_of(make.owner_of(group.provider))
    url = f"{URL}{group.provider.public_id}/vacancies/"
    body = {"valid_until": "2025-08-31", "classes": [{"class_code": "C1", "free_full": 2}]}

    def tell(body: dict, key: str):
        return client.post(url, json.dumps(body), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)

    assert [tell(body, "k1").status_code for _ in range(2)] == [200, 200]
    assert VacancyDeclaration.objects.count() == 1
    assert SearchRow.objects.get().free[0] == 2
    assert tell(body | {"valid_until": "2025-09-01"}, "k1").status_code == 422
    assert (
        tell({"valid_until": "2025-08-31", "classes": [{"class_code": "C1", "free_full": 99}]}, "k2").status_code == 422
    )
    assert (
        tell({"valid_until": "2025-08-31", "classes": [{"class_code": "?", "free_full": 1}]}, "k3").status_code == 400
    )
    assert tell({"valid_until": "2025-02-30", "classes": []}, "k4").status_code == 400
    stranger = client_of(make.owner_of(make.provider()))
    assert stranger.post(url, "{}", content_type="application/json").status_code == 404

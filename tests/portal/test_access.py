"""Who may open which page of the portal: role × page, own area and another; and how many questions a list asks."""

import pytest
from django.urls import reverse

from portal import notices, outbox, runs
from portal.models import Role
from tests.factories import portal as make

pytestmark = pytest.mark.django_db

WORKING = [Role.SUBDISTRICT, Role.DISTRICT, Role.CITY, Role.FINANCE, Role.INSPECTOR, Role.EVALUATOR, Role.AUDITOR]
HOME = {
    Role.SUBDISTRICT: "440105001", Role.DISTRICT: "440105", Role.CITY: "4401", Role.FINANCE: "4401",
    Role.INSPECTOR: "440105", Role.EVALUATOR: "440105", Role.AUDITOR: "4401", Role.SYSADMIN: "4401",
}  # fmt: skip
EVERYBODY = {*Role.values, "account"}
ACCESS = {
    "home": EVERYBODY,
    "inbox": EVERYBODY,
    "account": EVERYBODY,
    "interests": set(Role.values),
    "people": {Role.SYSADMIN, Role.CITY, Role.DISTRICT, Role.AUDITOR},
    "people_invite": {Role.SYSADMIN, Role.CITY, Role.DISTRICT},
    "people_grant": {Role.SYSADMIN, Role.CITY, Role.DISTRICT},
    "settings": {Role.CITY, Role.DISTRICT, Role.SUBDISTRICT, Role.FINANCE, Role.AUDITOR},
    "calendar": {Role.CITY, Role.DISTRICT, Role.SUBDISTRICT, Role.FINANCE, Role.AUDITOR},
    "audit": {Role.AUDITOR},
    "runs": set(Role.values),
    "objections": {Role.CITY, Role.DISTRICT},
}
CASES = [(page, who) for page in ACCESS for who in sorted(EVERYBODY)]


@pytest.mark.parametrize(("page", "who"), CASES, ids=[f"{page}-{who}" for page, who in CASES])
def test_a_page_opens_for_those_it_is_for_and_is_not_there_for_others(city, official, client_of, page, who):
    person = make.user() if who == "account" else official(who, HOME[who])
    assert client_of(person).get(reverse(page)).status_code == (200 if who in ACCESS[page] else 404)


def test_the_matrix_names_every_list_of_the_portal():
    from portal.views.urls import urlpatterns

    plain = {pattern.name for pattern in urlpatterns if "<" not in str(pattern.pattern)}
    elsewhere = {
        "livez", "readyz", "inbox_read", "notices", "policies", "verify", "privacy", "accessibility", "help", "demo",
        "demo_next_workday", "set_elder", "styleguide",
    }  # fmt: skip
    assert plain - elsewhere == ACCESS.keys()


@pytest.mark.parametrize("role", WORKING)
def test_the_system_administrator_sees_no_business_data(city, official, client_of, role):
    run = runs.start("demo", "k", params={}, chunks=[runs.Chunk("a")], area_path=city["440105001"].path, by=None)
    url = reverse("run", args=[run.public_id])
    assert client_of(official(role, HOME[role])).get(url).status_code == 200
    assert client_of(official(Role.SYSADMIN, "4401")).get(url).status_code == 404


def fill(city, person, number):
    notice = notices.publish(
        "P", f"x:{number}", area=city["440105"], title="示例", rows=[], workdays_standing=5, by=person
    )
    notices.object_to(notice.pk, text="x", contact="y")
    outbox.tell("x", "示例", "…", key=f"i{number}", user=person, channel="INBOX")
    runs.start("demo", f"k{number}", params={}, chunks=[runs.Chunk("a")], area_path=city["4401"].path, by=person)


BUDGETS = {"notices": 5, "objections": 5, "inbox": 5, "runs": 4, "policies": 3, "settings": 3}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("page", BUDGETS)
def test_a_list_asks_the_same_few_questions_for_one_and_three_rows(
    city, official, client_of, django_assert_num_queries, own_nav, page, rows
):
    person = official(Role.CITY, "4401")
    for number in range(rows):
        fill(city, person, number)
    client = client_of(person)
    client.get(reverse(page))
    with django_assert_num_queries(BUDGETS[page]):
        client.get(reverse(page))

"""Pages of enrolments through their doors: who gets in, how many queries, what comes back after bad input."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrolments.models import Enrolment
from portal import clock
from portal.models import AuditEvent, Role, User
from providers.models import ClassGroup, MonthReturn
from tests.enrolments.conftest import JULY, at, of
from tests.factories import enrolments as make
from tests.factories import providers as make_provider

BUDGET = 12


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


# --- doors ------------------------------------------------------------------------------------------------------------


def provider_urls(group: ClassGroup) -> list[str]:
    names = [("roll",), ("enrol", "child"), ("enrol_check",), ("enrol_free",), ("month", "2025-07"), ("today",)]
    return [at(name, group, *more) for name, *more in names] + [at("day", group, "2025-07-10")]


def spell_urls(spell: Enrolment) -> list[str]:
    return [of(name, spell) for name in ("spell", "end", "move", "annul", "identity", "forget")]


def test_strangers_are_sent_to_the_login(group: ClassGroup, client_of: Callable) -> None:
    for url in provider_urls(group) + spell_urls(make.enrolment(group)):
        response = client_of(None).get(url)
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]


def test_another_tenants_pages_do_not_exist(group: ClassGroup, client_of: Callable) -> None:
    spell = make.enrolment(group)
    stranger = client_of(make_provider.owner_of(make_provider.provider()))
    for url in provider_urls(group) + spell_urls(spell):
        assert stranger.get(url).status_code == 404, url
    for url in (of("reveal", spell), at("find", group), at("confirm", group, "2025-07"), at("enrol_discard", group)):
        assert stranger.post(url, {"reason": "contract", "find": "王"}).status_code == 404, url


@pytest.mark.parametrize("role", [Role.SUBDISTRICT, Role.CITY, Role.FINANCE, Role.INSPECTOR, Role.AUDITOR])
def test_offices_without_the_sample_see_no_child(
    group: ClassGroup, official: Callable, client_of: Callable, role: str
) -> None:
    spell = make.enrolment(group)
    client = client_of(official(role, "440105001" if role == Role.SUBDISTRICT else "4401"))
    for url in provider_urls(group) + spell_urls(spell):
        assert client.get(url).status_code == 404, url


def test_the_district_reads_the_sample_and_changes_nothing(
    group: ClassGroup, official: Callable, client_of: Callable
) -> None:
    spell = make.enrolment(group, who=make.identified(name="王小明"))
    client = client_of(official(Role.DISTRICT, "440105"))
    page = client.get(at("roll", group) + "?show=all").content.decode()
    assert spell.child.identity.mask in page
    assert client.get(of("spell", spell)).status_code == 200
    for name in ("end", "move", "annul", "identity", "forget"):
        assert client.post(of(name, spell), {"version": 1, "reason": "x"}).status_code == 404
    assert client_of(official(Role.DISTRICT, "440106")).get(at("roll", group)).status_code == 404


def test_unknown_ids_and_days_do_not_exist(group: ClassGroup, client: Client) -> None:
    assert client.get(reverse("enrolments:spell", args=[uuid.uuid4()])).status_code == 404
    for month in ("2025-13", "2025", "latest", "0000-01"):
        assert client.get(at("month", group, month)).status_code == 404
    for day in ("2025-02-30", "today", "9999-12-31", "20250710"):
        assert client.get(at("day", group, day)).status_code == 404


# --- budgets ----------------------------------------------------------------------------------------------------------


def test_the_roll_costs_the_same_for_one_child_and_three(group: ClassGroup, client: Client) -> None:
    make.enrolment(group, who=make.identified())
    client.get(at("roll", group))
    one = queries(client, at("roll", group))
    for _ in range(2):
        make.enrolment(group, who=make.identified())
    assert queries(client, at("roll", group)) == one <= BUDGET


def test_the_month_costs_the_same_for_one_child_and_three(group: ClassGroup, client: Client) -> None:
    make.attendance(make.enrolment(group, who=make.identified()), "2025-07", "FF")
    url, day = at("month", group, "2025-07"), at("day", group, "2025-07-10")
    client.get(url)
    one = queries(client, url), queries(client, day)
    for _ in range(2):
        make.attendance(make.enrolment(group, who=make.identified()), "2025-07", "FF")
    assert (queries(client, url), queries(client, day)) == one
    assert max(one) <= BUDGET


def test_totals_cost_the_same_for_one_provider_and_three(
    group: ClassGroup, official: Callable, client_of: Callable
) -> None:
    client, url = client_of(official(Role.DISTRICT, "440105")), reverse("enrolments:totals")
    make.enrolment(group)
    client.get(url)
    one = queries(client, url)
    for _ in range(2):
        make.enrolment(make_provider.class_group())
    assert queries(client, url) == one <= BUDGET


def test_the_spell_page_stays_in_budget(group: ClassGroup, client: Client) -> None:
    spell = make.enrolment(group, who=make.identified())
    for month in ("2025-05", "2025-06", "2025-07"):
        make.attendance(spell, month, "FF")
    client.get(of("spell", spell))
    assert queries(client, of("spell", spell)) <= BUDGET


# --- the roll ---------------------------------------------------------------------------------------------------------


def test_the_roll_shows_masks_and_never_a_name(group: ClassGroup, client: Client) -> None:
    child = make.identified(name="欧阳小明")
    spell = make.enrolment(group, who=child)
    for url in (at("roll", group), of("spell", spell), at("month", group, "2025-07"), at("day", group, "2025-07-10")):
        page = client.get(url).content.decode()
        assert "小明" not in page
        assert "欧" in page


def test_the_roll_filters_by_class_and_standing(group: ClassGroup, client: Client) -> None:
    other = make_provider.class_group(group.provider, band="MIXED")
    here = make.enrolment(group, who=make.identified())
    gone = make.enrolment(other, during=(dt.date(2025, 1, 1), dt.date(2025, 6, 1)), who=make.identified())
    coming = make.enrolment(other, during=(dt.date(2025, 9, 1), None), who=make.identified())

    def shown(query: str) -> set[Enrolment]:
        return set(client.get(at("roll", group) + query).context["page"].object_list)

    assert shown("") == {here}
    assert shown("?show=all") == {here, gone, coming}
    assert shown("?show=gone") == {gone}
    assert shown("?show=coming") == {coming}
    assert shown(f"?show=all&group={other.public_id}") == {gone, coming}
    assert shown(f"?show=all&q={here.child.key}") == {here}
    assert "No child here" in client.get(at("roll", group) + "?show=annulled").content.decode()


def test_children_about_to_turn_three_are_listed_and_in_the_to_do_list(group: ClassGroup, client: Client) -> None:
    old = make.enrolment(group, who=make.identified(birth_date=dt.date(2022, 8, 1)))
    make.enrolment(group, who=make.identified(birth_date=dt.date(2022, 8, 2)), during=(JULY, dt.date(2025, 8, 2)))
    page = client.get(at("roll", group) + "?show=turning")
    assert list(page.context["page"].object_list) == [old]
    assert "Children turning three" in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize("text", ["王小明", "王", "440105202303150015", "138 0000 1234"])
def test_a_child_is_found_by_name_number_or_telephone_without_an_address(
    group: ClassGroup, client: Client, text: str
) -> None:
    spell = make.enrolment(group, who=make.identified(name="王小明", number="440105202303150015"))
    elsewhere = make_provider.class_group()
    make.enrolment(elsewhere, who=make.identified(name="王小明"))
    response = client.post(at("find", group), {"find": text})
    assert response.status_code == 200
    assert response.context["found"] == [spell]
    assert client.get(at("find", group)).status_code == 405


def test_nobody_found_says_how_to_ask(group: ClassGroup, client: Client) -> None:
    assert "Nobody found" in client.post(at("find", group), {"find": "李"}).content.decode()


# --- identity ---------------------------------------------------------------------------------------------------------


def test_opening_an_identity_is_a_post_with_a_reason_and_on_record(group: ClassGroup, client: Client) -> None:
    spell = make.enrolment(group, who=make.identified(name="王小明", number="440105202303150015"))
    assert client.get(of("reveal", spell)).status_code == 405
    refused = client.post(of("reveal", spell), {})
    assert "440105202303150015" not in refused.content.decode()
    assert not AuditEvent.objects.filter(verb="reveal_identity").exists()
    response = client.post(of("reveal", spell), {"reason": "contract"})
    page = response.content.decode()
    assert "王小明" in page
    assert "440105202303150015" in page
    assert "13800001234" in page
    assert response["Cache-Control"] == "no-store"
    assert AuditEvent.objects.filter(verb="reveal_identity").count() == 1
    assert "440105202303150015" not in client.get(of("spell", spell)).content.decode()


def test_names_of_a_class_are_shown_for_one_answer_and_recorded(group: ClassGroup, client: Client) -> None:
    spell = make.enrolment(group, who=make.identified(name="王小明", number="440105202303150015"))
    url = at("day", group, "2025-07-10")
    page = client.post(url, {"names": "1", f"d{spell.pk}-10": "S", f"b{spell.pk}": "." * 31}).content.decode()
    assert "王小明" in page
    assert "440105202303150015" not in page
    assert 'value="S" checked' in page
    assert AuditEvent.objects.get(verb="reveal_names").detail == {"children": 1}
    assert not spell.attendance.exists()


# --- offices ----------------------------------------------------------------------------------------------------------


def test_an_office_reads_numbers_and_never_a_child(group: ClassGroup, official: Callable, client_of: Callable) -> None:
    make.enrolment(group, who=make.identified(name="欧阳小明"))
    client = client_of(official(Role.FINANCE, "440105"))
    page = client.get(reverse("enrolments:totals")).content.decode()
    assert group.provider.name in page
    assert "欧" not in page
    assert client.get(reverse("enrolments:index"))["Location"] == reverse("enrolments:totals")
    assert client.get(reverse("enrolments:duplicates")).status_code == 404


def test_two_records_of_one_child_are_joined_in_the_browser(
    group: ClassGroup, official: Callable, client_of: Callable
) -> None:
    number = make.resident_id()
    first = make.identified(number=number)
    second = make.identified(number=number, identity_key=None)
    make.enrolment(group, who=second)
    make.enrolment(make_provider.class_group(), who=first)
    client = client_of(official(Role.DISTRICT, "440105"))
    assert str(second.public_id) in client.get(reverse("enrolments:duplicates")).content.decode()
    url = reverse("enrolments:duplicate", args=[second.public_id])
    assert [record.overlaps for record in client.get(url).context["records"]] == [1, 1]
    assert client.post(url, {"apart": "1", "reason": ""}).status_code == 422
    assert client.post(url, {"join": "1"}).status_code == 302
    second.refresh_from_db()
    assert second.same_as == first
    assert client.get(url).status_code == 404


def test_a_providers_page_shows_children_by_band_to_whom_it_may_concern(
    group: ClassGroup, owner: User, official: Callable, client_of: Callable
) -> None:
    make.enrolment(group)
    url = reverse("providers:profile", args=[group.provider.public_id])
    link = at("roll", group)
    assert link in client_of(official(Role.DISTRICT, "440105")).get(url).content.decode()
    for person in (None, official(Role.SUBDISTRICT, "440105001")):
        assert link not in client_of(person).get(url).content.decode()
    manage = reverse("providers:manage", args=[group.provider.public_id])
    assert link in client_of(owner).get(manage).content.decode()


def test_attendance_of_a_month_is_a_row_of_the_month_page(group: ClassGroup, owner: User, client: Client) -> None:
    from enrolments.panels import month  # the page belongs to another app; the row is ours
    from portal.dates import Month

    spell = make.enrolment(group)
    assert month(group.provider, Month(2025, 6), owner).state == "todo"
    make.attendance(spell, "2025-06", "F" * 30)
    client.post(at("confirm", group, "2025-06"))
    assert MonthReturn.objects.get().item == "attendance"
    assert month(group.provider, Month(2025, 6), owner).state == "done"


def test_what_waits_and_where_to_go_depends_on_who_looks(
    group: ClassGroup, owner: User, official: Callable, client_of: Callable
) -> None:
    number = make.resident_id()
    make.identified(number=number)
    make.enrolment(group, who=make.identified(number=number, identity_key=None))
    make.hold(group, until=clock.now() + dt.timedelta(days=2))
    duplicates, totals, roll = reverse("enrolments:duplicates"), reverse("enrolments:totals"), at("roll", group)

    def home(person: User) -> str:
        return client_of(person).get(reverse("home")).content.decode()

    district, finance, mine = home(official(Role.DISTRICT, "440105")), home(official(Role.FINANCE, "4401")), home(owner)
    assert duplicates in district
    assert duplicates not in home(official(Role.DISTRICT, "440106")) + finance + mine
    assert totals in district
    assert totals in finance
    assert f"{roll}#holds" in mine
    assert reverse("enrolments:index") in mine
    assert reverse("enrolments:index") not in home(official(Role.SUBDISTRICT, "440105001"))

"""Pages of enrolments through their doors: who gets in, how many queries, what comes back after bad input."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrolments.models import Child, Enrolment, EnrolmentState, Occupancy
from portal import clock
from portal.models import AuditEvent, Draft, Role, User
from providers.models import ClassGroup, MonthReturn
from tests.enrolments.conftest import JULY
from tests.factories import enrolments as make
from tests.factories import providers as make_provider

BUDGET = 12


@pytest.fixture
def client(owner: User, client_of: Callable) -> Client:
    """The owner's browser, in English."""
    client = client_of(owner)
    client.cookies["tuoyu_lang"] = "en"
    return client


def at(name: str, group: ClassGroup, *more: object) -> str:
    return reverse(f"enrolments:{name}", args=[group.provider.public_id, *more])


def of(name: str, spell: Enrolment) -> str:
    return reverse(f"enrolments:{name}", args=[spell.public_id])


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


# --- doors ------------------------------------------------------------------------------------------------------------


def provider_urls(group: ClassGroup) -> list[str]:
    names = [("roll",), ("enrol", "child"), ("enrol_check",), ("enrol_free",), ("month", "2025-07"), ("today",)]
    return [at(name, group, *more) for name, *more in names] + [at("day", group, "2025-07-10")]


def spell_urls(spell: Enrolment) -> list[str]:
    return [of(name, spell) for name in ("spell", "end", "move", "annul", "identity")]


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
    for name in ("end", "move", "annul", "identity"):
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


# --- enrolling --------------------------------------------------------------------------------------------------------

CHILD = {"name": "王小明", "kind": "RESIDENT", "birth_date": "2023-03-15", "birth_order": "1"}
GUARDIAN = {"name": "王大明", "phone": "13800001234", "relation": "father", "consent": "on"}


def place(group: ClassGroup, **more: str) -> dict[str, str]:
    return {"class_group": str(group.public_id), "mode": "full", "first_day": "2025-07-14", "what": "enrol"} | more


def through(client: Client, group: ClassGroup, place_data: dict[str, str], **child: str) -> Client:
    """Fill in the first three pages."""
    for step, data in (
        ("child", CHILD | {"number": make.resident_id()} | child),
        ("guardian", GUARDIAN),
        ("place", place_data),
    ):
        response = client.post(at("enrol", group, step), data)
        assert response.status_code == 302, response.content.decode()
    return response


def test_a_child_is_enrolled_page_by_page(group: ClassGroup, client: Client) -> None:
    assert through(client, group, place(group))["Location"] == at("enrol_check", group)
    page = client.get(at("enrol_check", group)).content.decode()
    assert "王**" in page
    assert "小明" not in page
    response = client.post(at("enrol_check", group))
    spell = Enrolment.objects.get()
    assert response["Location"] == of("spell", spell)
    assert (spell.during.lower, spell.fee_fen, spell.mode) == (dt.date(2025, 7, 14), 200_000, "full")
    assert spell.child.guardians.count() == 1
    assert not Draft.objects.exists()
    again = client.post(at("enrol_check", group))
    assert again.status_code == 302
    assert Enrolment.objects.count() == 1


def test_what_was_typed_is_sealed_while_it_waits(group: ClassGroup, client: Client) -> None:
    number = make.resident_id()
    client.post(at("enrol", group, "child"), CHILD | {"number": number})
    stored = str(Draft.objects.get().data)
    assert number not in stored
    assert "小明" not in stored
    assert number in client.get(at("enrol", group, "child")).content.decode()
    client.post(at("enrol_discard", group))
    assert number not in client.get(at("enrol", group, "child")).content.decode()


def test_a_place_can_be_held_then_taken_or_given_back(group: ClassGroup, client: Client) -> None:
    through(client, group, place(group, what="hold", hold_until="2025-07-20"))
    assert client.post(at("enrol_check", group))["Location"].endswith("#holds")
    held = Occupancy.objects.get()
    assert held.expires_at == dt.datetime(2025, 7, 21, tzinfo=clock.SHANGHAI)
    url = at("hold", group, held.child.public_id)
    client.post(url, {"group": group.pk, "enrol": "1"})
    assert Enrolment.objects.get().child == held.child
    client.post(url, {"group": group.pk, "release": "1"})
    assert Occupancy.objects.get().kind == "ENROLMENT"


@pytest.mark.parametrize(
    ("step", "bad", "field"),
    [
        ("child", {"number": "110105194912310021"}, "number"),  # checksum
        ("child", {"number": "440104202302290014"}, "number"),  # 29 February 2023
        ("child", {"number": "12"}, "number"),
        ("child", {"birth_date": "2023-02-30"}, "birth_date"),
        ("child", {"birth_date": "2023-03-16"}, "birth_date"),  # not what the number says
        ("child", {"birth_date": "2025-07-11"}, "birth_date"),  # tomorrow
        ("child", {"birth_date": "2022-07-10"}, "birth_date"),  # three today
        ("child", {"kind": "LIBRARY_CARD"}, "kind"),
        ("child", {"name": "王4401"}, "name"),
        ("child", {"birth_order": "0"}, "birth_order"),
        ("guardian", {"phone": "1380000123"}, "phone"),
        ("guardian", {"consent": ""}, "consent"),
        ("place", {"first_day": "2025-02-30"}, "first_day"),
        ("place", {"last_day": "2025-07-13"}, "last_day"),
        ("place", {"mode": "am"}, "mode"),  # the class has no fee for mornings
        ("place", {"first_day": "2023-03-14"}, "first_day"),  # before birth
        ("place", {"first_day": "2024-12-01"}, "class_group"),  # 20 months: too young for the class
        ("place", {"class_group": str(uuid.uuid4())}, "class_group"),
        ("place", {"what": "hold"}, "hold_until"),
        ("place", {"what": "hold", "hold_until": "2025-09-01"}, "hold_until"),
        ("place", {"contract_on": "2025-07-11"}, "contract_on"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_names_the_field(
    group: ClassGroup, client: Client, step: str, bad: dict[str, str], field: str
) -> None:
    good = {"child": CHILD | {"number": make.resident_id()}, "guardian": GUARDIAN, "place": place(group)}
    for earlier in ("child", "guardian", "place"):
        if earlier == step:
            break
        client.post(at("enrol", group, earlier), good[earlier])
    response = client.post(at("enrol", group, step), good[step] | bad)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    page = response.content.decode()
    assert "Please put this right" in page
    for value in (good[step] | bad).values():
        assert value in page or value in {"on", "LIBRARY_CARD", bad.get("class_group")}


def test_no_free_place_tells_the_first_free_day(group: ClassGroup, client: Client) -> None:
    for end in (dt.date(2025, 9, 1), None, None):
        make.enrolment(group, during=(JULY, end))
    client.post(at("enrol", group, "child"), CHILD | {"number": make.resident_id()})
    client.post(at("enrol", group, "guardian"), GUARDIAN)
    response = client.post(at("enrol", group, "place"), place(group))
    assert response.status_code == 422
    assert "2025-09-01" in str(response.context["form"].errors["class_group"])
    assert not Child.objects.exclude(identity_key__isnull=True).exists()
    assert client.post(at("enrol", group, "place"), place(group, first_day="2025-09-01")).status_code == 302


def test_overlapping_days_of_one_child_are_refused(group: ClassGroup, client: Client) -> None:
    number = make.resident_id()
    make.enrolment(make_provider.class_group(), who=make.identified(number=number), during=(JULY, dt.date(2025, 8, 1)))
    client.post(at("enrol", group, "child"), CHILD | {"number": number})
    client.post(at("enrol", group, "guardian"), GUARDIAN)
    response = client.post(at("enrol", group, "place"), place(group))
    assert "2025-07-31" in str(response.context["form"].errors["first_day"])


def test_a_known_number_with_another_birth_date_is_told(group: ClassGroup, client: Client) -> None:
    make.identified(kind="PASSPORT", number="E12345678")
    response = client.post(
        at("enrol", group, "child"), CHILD | {"kind": "PASSPORT", "number": "e12345678", "birth_date": "2023-03-16"}
    )
    assert list(response.context["form"].errors) == ["birth_date"]


def test_the_place_taken_meanwhile_is_said_on_the_check_page(group: ClassGroup, client: Client) -> None:
    through(client, group, place(group))
    for _ in range(3):
        make.enrolment(group)
    response = client.post(at("enrol_check", group))
    assert response.status_code == 422
    assert group.name in response.context["refused"]
    assert not Enrolment.objects.filter(child__identity_key__isnull=False).exists()
    assert Draft.objects.exists()


def test_free_places_follow_the_typed_day_without_a_script(group: ClassGroup, client: Client) -> None:
    make.enrolment(group, during=(JULY, dt.date(2025, 9, 1)))
    client.post(at("enrol", group, "child"), CHILD | {"number": make.resident_id()})
    client.post(at("enrol", group, "guardian"), GUARDIAN)
    look = client.post(at("enrol", group, "place"), place(group, first_day="2025-09-01") | {"look": "1"})
    assert look.status_code == 200
    assert look.context["free_rows"][0].free["full"] == 3
    part = client.get(at("enrol_free", group) + "?first_day=2025-08-01")
    assert part.context["free_rows"][0].free["full"] == 2
    assert client.get(at("enrol_free", group) + "?first_day=soon").status_code == 200


def test_a_baby_under_six_months_is_warned_about(group: ClassGroup, client: Client) -> None:
    infants = make_provider.class_group(group.provider, band="INFANT")
    birth = dt.date(2025, 3, 1)
    data = {"birth_date": str(birth), "number": make.resident_id(birth)}
    through(client, infants, place(infants), **data)
    assert "Under six months" in client.get(at("enrol_check", group)).content.decode()


def test_steps_come_in_order(group: ClassGroup, client: Client) -> None:
    assert client.get(at("enrol", group, "place"))["Location"] == at("enrol", group, "child")
    assert client.get(at("enrol_check", group))["Location"] == at("enrol", group, "child")


# --- changing a spell -------------------------------------------------------------------------------------------------


def test_a_spell_is_ended_moved_and_annulled(group: ClassGroup, client: Client) -> None:
    spell = make.enrolment(group)
    mixed = make_provider.class_group(group.provider, band="MIXED")
    data = {"class_group": str(mixed.public_id), "mode": "full", "first_day": "2025-08-01", "version": "1"}
    assert client.post(of("move", spell), data).status_code == 302
    new = Enrolment.objects.get(class_group=mixed)
    assert new.fee_fen == 200_000
    assert client.post(of("end", new), {"last_day": "2025-08-31", "version": "1"}).status_code == 302
    assert client.post(of("annul", new), {"reason": "never came", "version": "2"}).status_code == 302
    new.refresh_from_db()
    assert new.state == EnrolmentState.ANNULLED


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("end", {"last_day": "2025-05-31", "version": "1"}),
        ("end", {"last_day": "2025-02-30", "version": "1"}),
        ("end", {"last_day": "2025-08-31", "version": "7"}),
        ("annul", {"reason": "", "version": "1"}),
        ("move", {"mode": "full", "first_day": "2025-08-01", "version": "1"}),
    ],
)
def test_bad_changes_are_refused_beside_the_form(group: ClassGroup, client: Client, page: str, data: dict) -> None:
    spell = make.enrolment(group)
    response = client.post(of(page, spell), data)
    assert response.status_code == 422
    assert "Please put this right" in response.content.decode()
    spell.refresh_from_db()
    assert spell.state == EnrolmentState.ACTIVE


def test_a_document_is_added_to_a_child_that_came_without(group: ClassGroup, client: Client) -> None:
    spell = make.enrolment(group)
    data = {"name": "王小明", "kind": "RESIDENT", "number": make.resident_id()}
    assert client.post(of("identity", spell), data).status_code == 302
    spell.child.refresh_from_db()
    assert spell.child.identity_key
    wrong = client.post(of("identity", spell), data | {"number": make.resident_id(dt.date(2023, 5, 1))})
    assert list(wrong.context["form"].errors) == ["birth_date"]


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

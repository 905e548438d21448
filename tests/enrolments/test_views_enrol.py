"""Enrolling a child page by page and changing its spell, with every kind of bad input."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from enrolments import identity
from enrolments.actions import children
from enrolments.models import Child, Enrolment, EnrolmentState, Occupancy
from portal import clock
from portal.models import AuditEvent, Draft, Role
from providers.models import ClassGroup
from tests.enrolments.conftest import JULY, at, of
from tests.factories import enrolments as make
from tests.factories import providers as make_provider

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


def test_a_guardian_s_request_deletes_who_the_child_is(group: ClassGroup, client: Client) -> None:
    child = make.identified(name="王小明")
    spell = make.enrolment(group, who=child, during=(make.SINCE, dt.date(2025, 9, 1)))
    url, mask = of("forget", spell), child.identity.mask
    asked = {"asked_on": "2025-07-09", "sure": "on"}
    assert url not in client.get(of("spell", spell)).content.decode()
    assert "still has a place" in client.post(url, asked).content.decode()
    assert client.post(of("end", spell), {"last_day": "2025-07-09", "version": "1"}).status_code == 302
    page = client.get(of("spell", spell)).content.decode()
    assert url in page and mask in page
    assert str(EnrolmentState.ENDED.label) in page and of("move", spell) not in page
    for wrong in ({"sure": ""}, {"asked_on": "2025-07-11"}, {"asked_on": "2025-02-30"}):
        answer = client.post(url, asked | wrong)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(wrong))
    assert client.post(url, asked)["Location"] == of("spell", spell)
    page = client.get(of("spell", spell)).content.decode()
    assert "None on record" in page and child.key in page
    for gone in (mask, url, "Add the document"):
        assert gone not in page
    assert client.post(url, asked).status_code == 302, "asked twice is once"
    assert AuditEvent.objects.filter(verb="forget").count() == 1


def test_a_spell_whose_last_day_has_passed_is_over_whoever_ended_it(group: ClassGroup, client: Client) -> None:
    for end, label in ((dt.date(2025, 7, 10), "Ended"), (dt.date(2025, 7, 11), "Enrolled")):
        spell = make.enrolment(group, during=(make.SINCE, end))
        page = client.get(of("spell", spell))
        assert str(page.context["state"].label) == label
        assert (of("move", spell) in page.content.decode()) == (label == "Enrolled")


def test_a_pair_whose_first_record_was_forgotten_can_still_be_judged(
    group: ClassGroup, official: Callable, client_of: Callable
) -> None:
    first = make.identified()
    who = identity.open_person(first.identity)
    make.enrolment(group, who=first, during=(make.SINCE, dt.date(2025, 7, 1)))
    children.forget(first.pk, by=None)
    second = make.enrolment(group).child
    assert not children.record_identity(second.pk, person=who, by=None)
    answer = client_of(official(Role.DISTRICT, "440105")).get(reverse("enrolments:duplicate", args=[second.public_id]))
    assert first.key in answer.content.decode()


def test_a_document_is_added_to_a_child_that_came_without(group: ClassGroup, client: Client) -> None:
    spell = make.enrolment(group)
    data = {"name": "王小明", "kind": "RESIDENT", "number": make.resident_id()}
    assert client.post(of("identity", spell), data).status_code == 302
    spell.child.refresh_from_db()
    assert spell.child.identity_key
    wrong = client.post(of("identity", spell), data | {"number": make.resident_id(dt.date(2023, 5, 1))})
    assert list(wrong.context["form"].errors) == ["birth_date"]

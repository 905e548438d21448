"""Who a child is stays sealed: found again by number, shown masked, opened on record, joined by an officer."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.db import connection

from enrolments import identity
from enrolments.actions import refusals
from enrolments.actions.children import (
    expire_keys,
    forget,
    forget_on_request,
    join_children,
    keep_apart,
    record_identity,
    register_child,
    reveal,
)
from enrolments.actions.spells import annul
from enrolments.actions.taking import hold_place, release
from enrolments.identity import Carer, Person
from enrolments.models import Child, ChildIdentity
from enrolments.permissions import duplicates_visible_to
from portal import clock, secrets
from portal.dates import DateRange
from portal.models import AuditEvent, Role, User
from portal.problems import NotAllowed
from providers.models import ClassGroup, FactChange
from tests.factories import enrolments as make
from tests.factories import providers as make_provider

NUMBER = "440105202303150015"
GUARDIAN = Carer("王大明", "13800001234", "father")


def person(name: str = "王小明", number: str | None = None) -> Person:
    return Person(name, "RESIDENT", number or make.resident_id())


def register(who: Person, by: User, birth: dt.date = make.BORN) -> Child:
    return register_child(person=who, birth_date=birth, birth_order=2, guardian=GUARDIAN, by=by)


def test_nothing_in_the_database_tells_who_a_child_is(owner: User) -> None:
    who = person()
    register(who, owner)
    with connection.cursor() as cursor:
        for table in ("child", "childidentity", "guardian"):
            cursor.execute(f"SELECT coalesce(json_agg(t)::text, '') FROM enrolments_{table} t")
            text = cursor.fetchone()[0]
            assert text
            for secret in (who.name, who.number, GUARDIAN.name, GUARDIAN.phone):
                assert secret not in text
                assert secret.encode().hex() not in text
    events = json.dumps(list(AuditEvent.objects.values("subject", "detail")), ensure_ascii=False)
    assert "Child" in events
    assert who.number not in events
    assert who.name not in events


def test_the_mask_shows_a_family_name_and_six_digits(owner: User) -> None:
    child = register(person(number=NUMBER), owner)
    assert child.identity.mask == "王** 4401************15"
    assert child.guardians.get().mask == "王** 138****1234"


def test_the_same_number_is_the_same_child(owner: User) -> None:
    who = person()
    other_owner = make_provider.owner_of(make_provider.provider())
    assert register(who, owner) == register(who, other_owner)
    assert Child.objects.count() == ChildIdentity.objects.count() == 1


def test_a_number_with_another_birth_date_is_refused(owner: User) -> None:
    who = Person("王小明", "PASSPORT", "E12345678")
    register(who, owner)
    with pytest.raises(refusals.IdentityDiffers):
        register(who, owner, birth=dt.date(2023, 3, 16))


def test_a_sealed_identity_opens_only_for_its_own_child(owner: User) -> None:
    one, two = make.identified(), make.identified()
    one.identity.sealed = two.identity.sealed
    with pytest.raises(secrets.CannotOpen):
        identity.open_person(one.identity)


def test_opening_is_recorded_with_its_reason(group: ClassGroup, owner: User) -> None:
    spell = make.enrolment(group, who=make.identified(name="王小明", number=NUMBER))
    who, guardians = reveal(spell, by=owner, reason="contract")
    assert who == Person("王小明", "RESIDENT", NUMBER)
    assert [guardian.phone for guardian in guardians] == ["13800001234"]
    event = AuditEvent.objects.get(verb="reveal_identity")
    assert (event.actor, event.detail["reason"]) == (owner, "contract")
    assert event.subject == f"enrolments.Child:{spell.child.public_id}"


def test_strangers_cannot_open_it(group: ClassGroup, official: Callable) -> None:
    spell = make.enrolment(group, who=make.identified())
    stranger = make_provider.owner_of(make_provider.provider())
    for by in (
        stranger,
        official(Role.CITY, "4401"),
        official(Role.DISTRICT, "440106"),
        official(Role.FINANCE, "4401"),
    ):
        with pytest.raises(NotAllowed):
            reveal(spell, by=by, reason="curiosity")
    assert reveal(spell, by=official(Role.DISTRICT, "440105"), reason="audit")
    assert AuditEvent.objects.filter(verb="reveal_identity").count() == 1


def test_demo_identities_stay_in_the_demo(owner: User, settings) -> None:
    who = Person("示例宝宝", "DEMO", "DEMO-000001")
    assert register(who, owner)
    settings.DEMO = False
    with pytest.raises(NotAllowed):
        register(Person("示例宝宝", "DEMO", "DEMO-000002"), owner)


def pair(group: ClassGroup, owner: User) -> tuple[Child, Child]:
    """A child with a number, and a second row that turns out to have the same one."""
    who = person()
    first = register(who, owner)
    make.enrolment(make_provider.class_group(street_of("440106001")), who=first)
    second = make.child()
    make.enrolment(group, who=second)
    assert record_identity(second.pk, person=who, by=owner) is False
    return first, second


def street_of(code: str):
    return make_provider.provider(street=code)


def test_a_second_child_with_the_number_is_shown_to_both_districts(
    group: ClassGroup, owner: User, official: Callable
) -> None:
    _first, second = pair(group, owner)
    make.enrolment(group, who=make.identified())
    for district in ("440105", "440106"):
        assert [row.child for row in duplicates_visible_to(official(Role.DISTRICT, district))] == [second]
    for stranger in (owner, official(Role.CITY, "4401"), official(Role.SUBDISTRICT, "440105001")):
        assert not duplicates_visible_to(stranger).exists()


def test_the_officer_joins_two_rows_and_their_months_are_marked(
    group: ClassGroup, owner: User, official: Callable
) -> None:
    first, second = pair(group, owner)
    officer = official(Role.DISTRICT, "440106")
    for _ in range(2):
        join_children(second.pk, into_id=first.pk, by=officer)
    second.refresh_from_db()
    assert second.same_as == first
    marks = FactChange.objects.filter(cause="same-child")
    assert {mark.provider for mark in marks} == {
        spell.provider for spell in (*first.enrolments.all(), *second.enrolments.all())
    }
    assert AuditEvent.objects.filter(verb="join_children").count() == 1
    assert not duplicates_visible_to(officer).exists()


def test_rows_are_never_chained(group: ClassGroup, owner: User, official: Callable) -> None:
    first, second = pair(group, owner)
    officer = official(Role.DISTRICT, "440105")
    join_children(second.pk, into_id=first.pk, by=officer)
    third = make.child()
    make.enrolment(group, who=third)
    for one, other in ((third, second), (first, third)):
        with pytest.raises(refusals.NotADuplicate):
            join_children(one.pk, into_id=other.pk, by=officer)


def test_different_birth_dates_are_not_joined(group: ClassGroup, official: Callable) -> None:
    one, two = make.child(), make.child(birth_date=dt.date(2023, 4, 1))
    make.enrolment(group, who=one)
    with pytest.raises(refusals.NotADuplicate, match="出生日期"):
        join_children(two.pk, into_id=one.pk, by=official(Role.DISTRICT, "440105"))


def test_only_a_district_that_saw_the_children_decides(group: ClassGroup, owner: User, official: Callable) -> None:
    first, second = make.child(), make.child()
    make.enrolment(group, who=first)
    make.enrolment(group, who=second)
    for stranger in (owner, official(Role.CITY, "4401"), official(Role.DISTRICT, "440106")):
        with pytest.raises(NotAllowed):
            join_children(second.pk, into_id=first.pk, by=stranger)


def test_kept_apart_the_wrong_number_goes(group: ClassGroup, owner: User, official: Callable) -> None:
    first, second = pair(group, owner)
    keep_apart(second.pk, by=official(Role.DISTRICT, "440105"), reason="typing error")
    assert ChildIdentity.objects.get().child == first
    assert record_identity(second.pk, person=person(), by=owner)
    second.refresh_from_db()
    assert second.identity_key


def test_forgetting_a_child_keeps_its_facts_and_finds_it_again_for_two_years(group: ClassGroup, owner: User) -> None:
    who = person()
    spell = make.enrolment(group, who=register(who, owner), during=(make.SINCE, dt.date(2025, 7, 1)))
    marks = FactChange.objects.count()
    forget(spell.child_id, by=None)
    child = Child.objects.get(pk=spell.child_id)
    assert not hasattr(child, "identity")
    assert not child.guardians.exists()
    assert spell.occupancies.exists()
    assert FactChange.objects.count() == marks, "no fact has changed"
    assert expire_keys(dt.date(2027, 6, 30)) == 0
    assert register(who, owner) == child
    assert expire_keys(dt.date(2030, 1, 1)) == 0, "who is known keeps its key"
    forget(child.pk, by=None)
    assert expire_keys(dt.date(2027, 7, 3)) == 1
    assert register(who, owner) != child


def test_a_child_is_forgotten_on_request_when_it_has_left_everywhere(group: ClassGroup, owner: User) -> None:
    spell = make.enrolment(group, who=register(person(), owner), during=(make.SINCE, dt.date(2025, 7, 1)))
    here = make_provider.owner_of(group.provider)
    other = make.enrolment(make_provider.class_group(), who=spell.child, during=(dt.date(2025, 7, 1), None))
    asked = dt.date(2025, 7, 9)
    with pytest.raises(refusals.StillEnrolled):
        forget_on_request(spell, asked_on=asked, by=here)
    annul(other.pk, by=None, reason="never came")
    hold_place(
        group.pk,
        child_id=spell.child_id,
        mode="full",
        during=DateRange(dt.date(2025, 8, 1)),
        by=here,
        expires_at=clock.now() + dt.timedelta(hours=1),
    )
    with pytest.raises(refusals.StillEnrolled):
        forget_on_request(spell, asked_on=asked, by=here)
    release(group.pk, child_id=spell.child_id, by=here)
    with pytest.raises(NotAllowed):
        forget_on_request(spell, asked_on=asked, by=make_provider.owner_of(make_provider.provider()))
    for _twice in range(2):
        forget_on_request(spell, asked_on=asked, by=here)
    event = AuditEvent.objects.get(verb="forget")
    assert (event.actor, event.detail) == (here, {"asked_on": "2025-07-09"})
    assert not ChildIdentity.objects.filter(child=spell.child).exists()


def test_every_record_of_a_child_is_forgotten_and_none_while_one_is_enrolled(
    group: ClassGroup, owner: User, official: Callable
) -> None:
    who, over = person(), (make.SINCE, dt.date(2025, 7, 1))
    spell = make.enrolment(group, who=register(who, owner), during=over)
    other = make.enrolment(make_provider.class_group())
    assert not record_identity(other.child_id, person=who, by=None)
    here = make_provider.owner_of(group.provider)
    with pytest.raises(refusals.SharedNumber):
        forget_on_request(spell, asked_on=dt.date(2025, 7, 9), by=here)
    join_children(other.child_id, into_id=spell.child_id, by=official(Role.DISTRICT, "440105"))
    with pytest.raises(refusals.StillEnrolled):
        forget_on_request(spell, asked_on=dt.date(2025, 7, 9), by=here)
    annul(other.pk, by=None, reason="never came")
    forget_on_request(spell, asked_on=dt.date(2025, 7, 9), by=here)
    assert not ChildIdentity.objects.exists()

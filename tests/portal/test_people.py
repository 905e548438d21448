"""Who may grant what to whom, in words; invitations that work once; offices that end."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from portal import clock, outbox
from portal.actions import people
from portal.models import AuditEvent, Membership, OutgoingMessage, Role, User
from portal.permissions import scopes_of
from portal.problems import NotAllowed
from tests.factories import portal as make

pytestmark = pytest.mark.django_db

CITY, DISTRICT, STREET, OTHER_STREET = "4401", "440105", "440105001", "440106001"

# giver (role, area) × office (role, area) -> may it be granted
MATRIX = [
    (Role.SYSADMIN, CITY, Role.SYSADMIN, CITY, True),
    (Role.SYSADMIN, CITY, Role.AUDITOR, CITY, True),
    (Role.SYSADMIN, CITY, Role.CITY, CITY, True),
    (Role.SYSADMIN, CITY, Role.SUBDISTRICT, STREET, True),
    (Role.CITY, CITY, Role.CITY, CITY, True),
    (Role.CITY, CITY, Role.DISTRICT, DISTRICT, True),
    (Role.CITY, CITY, Role.SUBDISTRICT, STREET, True),
    (Role.CITY, CITY, Role.FINANCE, CITY, True),
    (Role.CITY, CITY, Role.AUDITOR, CITY, False),
    (Role.CITY, CITY, Role.SYSADMIN, CITY, False),
    (Role.DISTRICT, DISTRICT, Role.SUBDISTRICT, STREET, True),
    (Role.DISTRICT, DISTRICT, Role.SUBDISTRICT, OTHER_STREET, False),
    (Role.DISTRICT, DISTRICT, Role.DISTRICT, DISTRICT, False),
    (Role.DISTRICT, DISTRICT, Role.INSPECTOR, DISTRICT, False),
    (Role.SUBDISTRICT, STREET, Role.SUBDISTRICT, STREET, False),
    (Role.FINANCE, CITY, Role.FINANCE, CITY, False),
    (Role.INSPECTOR, CITY, Role.INSPECTOR, DISTRICT, False),
    (Role.EVALUATOR, CITY, Role.EVALUATOR, CITY, False),
    (Role.AUDITOR, CITY, Role.AUDITOR, CITY, False),
]


@pytest.mark.parametrize(("giver", "giver_area", "role", "area", "may"), MATRIX)
def test_who_may_grant_what(city, official, giver, giver_area, role, area, may):
    by, somebody = official(giver, giver_area), make.user()
    assert people.may_grant(by, role, city[area]) is may
    if may:
        held = people.grant(somebody, role, city[area], department="HEALTH", by=by)
        assert [office.role for office in scopes_of(somebody)] == [role]
        event = AuditEvent.objects.get(verb="grant_office")
        assert (event.after, event.area_path, event.actor) == (role, held.area.path, by)
    else:
        with pytest.raises(NotAllowed):
            people.grant(somebody, role, city[area], department="HEALTH", by=by)
        assert scopes_of(somebody) == ()


def test_nobody_grants_or_ends_an_office_of_their_own(city, official):
    by = official(Role.SYSADMIN, CITY)
    with pytest.raises(people.OwnOffice):
        people.grant(by, Role.SYSADMIN, city["44"], department="IT", by=by)
    with pytest.raises(people.OwnOffice):
        people.end(by.memberships.get().pk, by=by)


def test_system_administration_and_audit_are_held_alone(city, official):
    by, somebody = official(Role.SYSADMIN, CITY), make.user()
    people.grant(somebody, Role.AUDITOR, city[CITY], department="AUDIT", by=by)
    with pytest.raises(people.PowersApart):
        people.grant(somebody, Role.CITY, city[CITY], department="HEALTH", by=by)
    officer = official(Role.DISTRICT, DISTRICT)
    with pytest.raises(people.PowersApart):
        people.grant(officer, Role.SYSADMIN, city[CITY], department="IT", by=by)


def test_an_office_belongs_to_an_area_of_its_level(city, official):
    with pytest.raises(people.WrongLevel, match="海珠区"):
        people.grant(make.user(), Role.SUBDISTRICT, city[DISTRICT], department="HEALTH", by=official(Role.CITY, CITY))


def test_the_same_office_is_not_held_twice(city, official):
    by, somebody = official(Role.CITY, CITY), make.user()
    people.grant(somebody, Role.SUBDISTRICT, city[STREET], department="HEALTH", by=by)
    with pytest.raises(people.AlreadyHeld):
        people.grant(somebody, Role.SUBDISTRICT, city[STREET], department="HEALTH", by=by)


def test_an_ended_office_shows_nothing_at_once_and_stays_on_record(city, official):
    by, officer = official(Role.CITY, CITY), official(Role.SUBDISTRICT, STREET)
    held = officer.memberships.get()
    assert people.end(held.pk, by=by).ended_by == by
    assert people.end(held.pk, by=by).ended_by == by
    fresh = User.objects.get(pk=officer.pk)
    assert scopes_of(fresh) == ()
    assert Membership.objects.get(pk=held.pk).during.upper == dt.date(2025, 7, 11)
    assert AuditEvent.objects.filter(verb="end_office").count() == 1


# --- invitations ---


def invited(city, by, *, email="new@example.com", role=Role.DISTRICT, area=DISTRICT):
    tokens = []

    def link(token):
        tokens.append(token)
        return f"http://testserver/invitations/{token}/"

    offered = people.invite(email, "示例·新人", role, city[area], department="HEALTH", link=link, by=by)
    return offered, tokens[0]


NEW = {"username": "newcomer", "password": "long-enough-2025", "again": "long-enough-2025", "name": "示例·新人"}


def test_an_invitation_makes_an_account_with_the_office_once(city, official, client_of):
    _offered, token = invited(city, official(Role.CITY, CITY))
    url = reverse("invitation", args=[token])
    client = client_of(None)
    assert client.get(url).status_code == 200
    assert client.post(url, NEW)["Location"] == reverse("home")
    person = User.objects.get(username="newcomer")
    assert [office.role for office in scopes_of(person)] == [Role.DISTRICT]
    assert person.check_password(NEW["password"])
    assert client.get(reverse("home")).status_code == 200
    again = client_of(None).post(url, {**NEW, "username": "second"})
    assert again.status_code == 404
    assert not User.objects.filter(username="second").exists()


def test_the_token_is_kept_in_the_mail_only_and_forgotten_when_it_is_sent(city, official, settings):
    settings.OUTBOX_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    offered, token = invited(city, official(Role.CITY, CITY))
    assert token not in offered.token_hash
    assert token in OutgoingMessage.objects.get().body
    assert token not in str(list(AuditEvent.objects.values()))
    assert outbox.send_due() == 1
    assert OutgoingMessage.objects.get().body == ""


def test_an_invitation_lapses_after_seven_days(city, official, client_of):
    _offered, token = invited(city, official(Role.CITY, CITY))
    url = reverse("invitation", args=[token])
    with clock.freeze(clock.now() + dt.timedelta(days=6, hours=23)):
        assert client_of(None).get(url).status_code == 200
    with clock.freeze(clock.now() + dt.timedelta(days=7, seconds=1)):
        assert client_of(None).post(url, NEW).status_code == 404
    assert not User.objects.filter(username="newcomer").exists()


def test_an_invitation_taken_back_is_gone(city, official, client_of):
    by = official(Role.CITY, CITY)
    offered, token = invited(city, by)
    assert client_of(by).post(reverse("people_revoke", args=[offered.pk])).status_code == 302
    assert client_of(None).get(reverse("invitation", args=[token])).status_code == 404


def test_an_invitation_falls_with_the_office_of_who_gave_it(city, official, client_of):
    by = official(Role.CITY, CITY)
    _offered, token = invited(city, by)
    people.end(by.memberships.get().pk, by=official(Role.SYSADMIN, CITY))
    assert client_of(None).get(reverse("invitation", args=[token])).status_code == 404


def test_an_invited_address_with_an_account_must_log_in_to_accept(city, official, client_of):
    person = make.user(username="known")
    _offered, token = invited(city, official(Role.CITY, CITY), email="Known@example.com")
    url = reverse("invitation", args=[token])
    stranger = client_of(None).post(url, NEW)
    assert stranger.status_code == 200
    assert scopes_of(person) == ()
    other = make.user()
    assert client_of(other).post(url).status_code == 200
    assert scopes_of(other) == ()
    assert client_of(person).post(url).status_code == 302
    assert [office.role for office in scopes_of(User.objects.get(pk=person.pk))] == [Role.DISTRICT]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"again": "different-2025"}, "again"), ({"password": "1234567890", "again": "1234567890"}, "password"),
     ({"username": "taken"}, "username"), ({"name": ""}, "name")],
    ids=["passwords differ", "only digits", "name taken", "no name"],
)  # fmt: skip
def test_a_faulty_acceptance_keeps_what_was_typed_and_names_the_field(city, official, client_of, change, field):
    make.user(username="taken")
    _offered, token = invited(city, official(Role.CITY, CITY))
    answer = client_of(None).post(reverse("invitation", args=[token]), {**NEW, **change})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Membership.objects.filter(role=Role.DISTRICT).exists()


# --- pages ---


def test_the_list_shows_my_area_only(city, official, client_of):
    here, there = official(Role.SUBDISTRICT, STREET), official(Role.SUBDISTRICT, OTHER_STREET)
    page = client_of(official(Role.DISTRICT, DISTRICT)).get(reverse("people")).content.decode()
    assert here.username in page
    assert there.username not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions_for_one_and_three_rows(
    city, official, client_of, django_assert_num_queries, own_nav, rows
):
    by = official(Role.CITY, CITY)
    for number in range(rows):
        people.grant(make.user(), Role.SUBDISTRICT, city[STREET], department="HEALTH", by=by)
        invited(city, by, email=f"n{number}@example.com")
    client = client_of(by)
    with django_assert_num_queries(5):
        client.get(reverse("people"))


def test_search_and_filters_find_a_person(city, official, client_of):
    by, wanted, other = official(Role.CITY, CITY), make.user(name="示例·王小明"), make.user(name="示例·李四")
    people.grant(wanted, Role.SUBDISTRICT, city[STREET], department="HEALTH", by=by)
    people.grant(other, Role.DISTRICT, city[DISTRICT], department="HEALTH", by=by)
    client = client_of(by)
    for query in ("?q=小明", "?role=SUBDISTRICT", "?area=440105001", "?area=赤岗"):
        page = client.get(reverse("people") + query).content.decode()
        assert "王小明" in page, query
        assert "李四" not in page, query
    people.end(wanted.memberships.get().pk, by=by)
    assert "王小明" not in client.get(reverse("people")).content.decode()
    assert "王小明" in client.get(reverse("people") + "?ended=yes").content.decode()


def test_inviting_through_the_page(city, official, client_of):
    client = client_of(official(Role.DISTRICT, DISTRICT))
    form = {
        "name": "示例·新人",
        "email": "n@example.com",
        "role": "SUBDISTRICT",
        "area": STREET,
        "department": "HEALTH",
    }
    assert client.post(reverse("people_invite"), form).status_code == 302
    link = re.search(r"http://testserver(/invitations/\S+)", OutgoingMessage.objects.get().body)
    assert client_of(None).get(link[1]).status_code == 200
    elsewhere = client.post(reverse("people_invite"), {**form, "area": OTHER_STREET})
    assert elsewhere.status_code == 200
    assert "area" in elsewhere.context["form"].errors
    assert "n@example.com" in elsewhere.content.decode()


def test_granting_and_ending_through_the_pages(city, official, client_of):
    by, somebody = official(Role.CITY, CITY), make.user(username="zhang")
    client = client_of(by)
    form = {"who": "zhang", "role": "DISTRICT", "area": DISTRICT, "department": "HEALTH"}
    assert client.post(reverse("people_grant"), form).status_code == 302
    held = somebody.memberships.get()
    assert client.get(reverse("people_end", args=[held.pk])).status_code == 200
    assert client.post(reverse("people_end", args=[held.pk])).status_code == 302
    assert Membership.objects.get(pk=held.pk).ended_by == by
    twice = client.post(reverse("people_grant"), {**form, "who": "nobody"})
    assert "who" in twice.context["form"].errors


def test_ending_an_office_elsewhere_is_not_found(city, official, client_of):
    there = official(Role.SUBDISTRICT, OTHER_STREET).memberships.get()
    assert client_of(official(Role.DISTRICT, DISTRICT)).post(reverse("people_end", args=[there.pk])).status_code == 404
    assert Membership.objects.get(pk=there.pk).ended_at is None


def test_a_district_officer_cannot_end_the_city_officer_s_colleague_it_may_see(city, official, client_of):
    inspector = official(Role.INSPECTOR, DISTRICT).memberships.get()
    answer = client_of(official(Role.DISTRICT, DISTRICT)).post(reverse("people_end", args=[inspector.pk]))
    assert answer.status_code == 403
    assert Membership.objects.get(pk=inspector.pk).ended_at is None


def test_the_profile_page_saves_name_and_phone_and_refuses_a_wrong_phone(city, official, client_of):
    person = official(Role.CITY, CITY)
    client = client_of(person)
    assert client.post(reverse("account"), {"name": "示例·改名", "phone": "13800138000"}).status_code == 302
    assert User.objects.get(pk=person.pk).name == "示例·改名"
    wrong = client.post(reverse("account"), {"name": "示例·再改", "phone": "12"})
    assert "phone" in wrong.context["form"].errors
    assert "示例·再改" in wrong.content.decode()
    assert User.objects.get(pk=person.pk).name == "示例·改名"


def test_officials_set_up_a_second_factor_first_where_it_is_asked(city, official, client_of, settings):
    settings.TOTP_FOR_OFFICIALS = True
    client = client_of(official(Role.CITY, CITY))
    assert client.get(reverse("home"))["Location"] == reverse("mfa_activate_totp")
    assert client.get(reverse("api_areas")).status_code == 403
    assert client_of(make.user()).get(reverse("home")).status_code == 200
    assert client_of(None).get(reverse("notices")).status_code == 200

"""Public profile, register, own pages, month page and to-do list."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock, secrets
from portal.models import Draft
from providers import search_rows
from providers.actions import filing, standing
from providers.models import Brand, Document, Employment, MonthReturn, PayeeAccount, Post, Provider, Standing
from providers.panels import todo
from providers.permissions import mine, visible_to
from tests.factories import portal as make_portal
from tests.factories import providers as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(city):
    made = make.class_group(make.provider(), places=10, fees={"full": 200_000, "am": 100_000})
    search_rows.rewrite(made.provider_id)
    return made


@pytest.fixture
def owner(group):
    return make.owner_of(group.provider)


def page(client, name: str, provider, *more, status: int = 200) -> str:
    answer = client.get(reverse(f"providers:{name}", args=[provider.public_id, *more]))
    assert answer.status_code == status, name
    return answer.content.decode()


def test_the_profile_is_public_and_says_what_counts(group, client):
    text = page(client, "profile", group.provider)
    for words in (group.provider.name, group.provider.phone, "2,000", "1,000", "2024-09-01"):
        assert words in text
    assert reverse("providers:manage", args=[group.provider.public_id]) not in text


def test_profiles_by_standing(group, client):
    provider = group.provider
    standing.suspend(provider.pk, by=None, reason="D1")
    assert 'data-status="SUSPENDED"' in page(client, "profile", provider)
    standing.cancel(provider.pk, by=None, reason="D2")
    assert 'data-status="CANCELLED"' in page(client, "profile", provider)
    page(client, "profile", make.provider(standing=Standing.UNFILED), status=404)


def test_the_register_costs_the_same_for_one_and_three(group, client_of, official):
    client = client_of(official("CITY", "4401"))
    url = reverse("providers:index")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    make.provider()
    make.provider(street="440106001")
    with CaptureQueriesContext(connection) as three:
        shown = client.get(url)
    assert len(shown.context["page"].object_list) == 3
    assert len(one) == len(three) <= 12
    assert len(client.get(url, {"q": group.provider.name}).context["page"].object_list) == 1
    assert not client.get(url, {"kind": "FAMILY"}).context["page"].object_list


def test_every_name_in_the_register_opens(group, client_of, official):
    """A provider that is not filed has no public page: its name leads to the filing, for those who may read it."""
    unfiled = make.filing(make_portal.user()).provider
    for role, seen in (("DISTRICT", 2), ("FINANCE", 1)):
        client = client_of(official(role, "440105"))
        page = client.get(reverse("providers:index")).content.decode()
        links = set(re.findall(r'<th scope="row">\s*<a href="([^"]+)"', page))
        assert len(links) == seen
        assert {client.get(link).status_code for link in links} == {200}
        assert unfiled.name in page


def test_own_pages_cost_the_same_for_one_and_three(group, owner, client_of):
    client = client_of(owner)
    counts = []
    for _ in range(2):
        client.get(reverse("providers:mine"))
        with CaptureQueriesContext(connection) as counted:
            client.get(reverse("providers:mine"))
        counts.append(len(counted))
        for _ in range(2):
            Post.objects.create(user=owner, role="OWNER", provider=make.provider(), granted_at=clock.now())
    assert counts[0] == counts[1] <= 12


def test_visible_is_the_union_of_posts_and_areas(city, official):
    here, next_door, far = (make.provider(street=code) for code in ("440105001", "440105002", "440106001"))
    officer = official("SUBDISTRICT", "440105001")
    Post.objects.create(user=officer, role="STAFF", provider=far, granted_at=clock.now())
    assert set(visible_to(officer)) == {here, far}
    assert set(mine(officer)) == {far} and not mine(officer, owner=True).exists()
    Post.objects.update(ended_at=clock.now())
    assert set(visible_to(officer)) == {here}
    assert set(visible_to(official("DISTRICT", "440105"))) == {here, next_door}
    assert not visible_to(make_portal.user()).exists()


def test_a_brand_sees_its_branches_only(city):
    brand = Brand.objects.create(code="B", name="示例·连锁")
    branch, other = make.provider(brand=brand), make.provider()
    person = make_portal.user()
    Post.objects.create(user=person, role="OWNER", brand=brand, granted_at=clock.now())
    assert set(mine(person)) == {branch} and other not in visible_to(person)


def test_papers_are_renewed_and_opened_by_those_who_may(group, owner, client_of, official):
    client = client_of(owner)
    url = reverse("providers:papers", args=[group.provider.public_id])
    for content in (b"%PDF-1.4 one", b"%PDF-1.4 two", b"%PDF-1.4 two"):
        sent = {"kind": "FIRE", "to": "2026-12-31", "file": SimpleUploadedFile("示例.pdf", content)}
        assert client.post(url, sent).status_code == 302
    assert Document.objects.count() == 2, "the same paper twice is one"
    paper = Document.objects.get(replaced_at__isnull=True)
    address = reverse("providers:paper", args=[group.provider.public_id, paper.file.public_id])
    for person, status in ((owner, 200), (official("DISTRICT", "440105"), 200), (official("DISTRICT", "440106"), 404)):
        answer = client_of(person).get(address)
        assert answer.status_code == status
        if status == 200:
            assert b"".join(answer.streaming_content) == b"%PDF-1.4 two"
    for bad, field in (
        ({"file": SimpleUploadedFile("x.pdf", b"MZ")}, "file"),
        ({"to": "2025-01-01"}, "to"),
        ({"to": ""}, "to"),
        ({"kind": "?"}, "kind"),
    ):
        sent = {"kind": "FIRE", "to": "2026-12-31", "file": SimpleUploadedFile("示例.pdf", b"%PDF-1.4 x")} | bad
        answer = client.post(url, sent)
        assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]


def test_staff_are_entered_once_and_nowhere_else_at_once(group, owner, client_of):
    client, person = client_of(owner), {"name": "示例丙", "identity": "11010519491231002X", "role": "CARER"}
    url = reverse("providers:staff", args=[group.provider.public_id])
    for _ in range(2):
        assert client.post(url, person | {"from_day": "2025-07-01"}).status_code == 302
    assert Employment.objects.count() == 1
    other = make.provider()
    elsewhere = client_of(make.owner_of(other)).post(
        reverse("providers:staff", args=[other.public_id]), person | {"from_day": "2025-07-05"}
    )
    assert elsewhere.status_code == 422
    bad = client.post(url, person | {"identity": "110105194912310021", "from_day": "2025-07-01"})
    assert list(bad.context["form"].errors) == ["identity"]
    spell = Employment.objects.get()
    assert client_of(make.owner_of(other)).post(url, {"end": spell.pk}).status_code == 404
    client.post(url, {"end": spell.pk})
    assert not Employment.objects.filter(retracted_at__isnull=True, during__contains=dt.date(2025, 7, 10)).exists()


def test_the_account_is_stored_sealed(group, owner, client_of):
    url = reverse("providers:account", args=[group.provider.public_id])
    sent = {"holder": "示例", "bank": "示例银行", "number": "6222 0000 0000 1234", "from_day": "2025-07-10"}
    client = client_of(owner)
    assert client.post(url, sent | {"number": "12AB"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    account = PayeeAccount.objects.get()
    assert account.tail == "1234" and b"6222" not in bytes(account.number_sealed)
    about = f"account:{group.provider.code}"
    assert secrets.unseal(bytes(account.number_sealed), about=about) == b"6222000000001234"
    text = client.get(url).content.decode()
    assert "1234" in text and "62220000" not in text


def test_contact_changes_without_a_filing(group, owner, client_of):
    url = reverse("providers:contact", args=[group.provider.public_id])
    client, sent = client_of(owner), {"phone": "12345", "head": "示例丁", "intro": "", "version": 1}
    assert client.post(url, sent | {"phone": "hello"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 422, "the same page again is stale"
    assert Provider.objects.get().phone == "12345"


def test_access_is_granted_and_the_last_owner_stays(group, owner, client_of):
    url = reverse("providers:people", args=[group.provider.public_id])
    client, friend = client_of(owner), make_portal.user()
    assert client.post(url, {"username": "nobody", "role": "STAFF"}).status_code == 422
    assert client.post(url, {"username": friend.email, "role": "STAFF"}).status_code == 302
    assert page(client_of(friend), "manage", group.provider)
    post = Post.objects.get(user=owner)
    assert client.post(url, {"end": post.pk}).status_code == 409
    client.post(url, {"end": Post.objects.get(user=friend).pk})
    page(client_of(friend), "manage", group.provider, status=404)


def test_vacancies_page(city, client_of):
    group = make.class_group(make.provider(keeps_roll=False), places=10)
    client = client_of(make.owner_of(group.provider, role="STAFF"))
    url = reverse("providers:vacancy", args=[group.provider.public_id])
    sent = {f"class-{group.pk}-free_full": "3", f"class-{group.pk}-free_half": "0", "valid_until": "2025-08-31"}
    assert client.get(url).status_code == 200
    assert client.post(url, sent | {f"class-{group.pk}-free_full": "11"}).status_code == 422
    assert client.post(url, sent | {"valid_until": "2025-06-31"}).status_code == 422
    assert client.post(url, sent).status_code == 302


def test_inclusive_page_is_the_district_officers(group, owner, client_of, official):
    url = reverse("providers:agreement", args=[group.provider.public_id])
    assert client_of(owner).get(url).status_code == 404
    assert client_of(official("CITY", "4401")).get(url).status_code == 404
    client = client_of(official("DISTRICT", "440105"))
    sent = {"number": "普惠1", "from_day": "2025-07-10", f"class_{group.pk}": "5", "version": group.provider.version}
    assert client.post(url, sent | {f"class_{group.pk}": "11"}).status_code == 422
    assert client.post(url, sent | {"to_day": "2025-07-01"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 422, "the same page again is stale"


def test_the_month_page_confirms_once(group, owner, client_of):
    client = client_of(owner)
    url = reverse("providers:month", args=[group.provider.public_id, "2025-07"])
    assert client.get(reverse("providers:month_now", args=[group.provider.public_id])).status_code == 200
    for _ in range(2):
        assert client.post(url).status_code == 302
    assert MonthReturn.objects.filter(item="places").count() == 1
    for wrong in ("2025-08", "2025-13", "x"):
        page(client, "month", group.provider, wrong, status=404)


def test_the_to_do_list_of_owner_and_officer(group, owner, official, day):
    officer = official("DISTRICT", "440105")
    assert todo(owner, day) == [] and todo(officer, day) == []
    case = make.filing(by=owner)
    assert [(row.key, row.count, row.due) for row in todo(officer, day)] == [("filings-new", 1, dt.date(2025, 7, 17))]
    filing.return_for_correction(case.pk, faults=[("place", "x")], by=officer)
    Draft.objects.create(user=owner, kind="register", data={}, updated_at=clock.now())
    Document.objects.create(
        provider=group.provider, kind="FIRE", file=make.stored_file(), valid=(None, dt.date(2025, 8, 1)),
        added_at=clock.now(), added_by=owner,
    )  # fmt: skip
    rows = todo(owner, day)
    assert [row.key.split("-")[0] for row in rows] == ["draft", "faults", "papers"]
    assert rows[2].due == dt.date(2025, 7, 31)
    assert todo(official("DISTRICT", "440106"), day) == []


def test_every_own_page_opens_in_both_languages(group, owner, client_of):
    names = (
        "manage",
        "contact",
        "classes",
        "class_new",
        "papers",
        "staff",
        "account",
        "people",
        "month_now",
        "profile",
    )
    for language in ("en", "zh-hans"):
        client = client_of(owner)
        client.cookies["tuoyu_lang"] = language
        for name in names:
            page(client, name, group.provider)
        for name in ("index", "mine", "register"):
            assert client.get(reverse(f"providers:{name}")).status_code == 200
    assert Provider.objects.count() == 1

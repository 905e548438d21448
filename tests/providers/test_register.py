"""A newcomer registers and files through the pages; every bad input keeps what was typed and names field and fix."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.models import Draft, StoredFile
from providers.models import FilingCase, FilingState, Provider, Standing
from providers.rules.documents import KINDS, required
from tests.factories import portal as make_portal
from tests.factories import providers as make

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4 demo paper"
STEPS = ("identity", "place", "classes", "papers")


def identity(**changes) -> dict:
    return {
        "name": "示例·小树托育园", "kind": "PRIVATE_FP", "authority": "MARKET", "credit_code": make.credit_code(),
        "legal_person": "示例甲", "head": "示例乙", "phone": "020-12345678", "serves_meals": "no", "intro": "",
    } | changes  # fmt: skip


def place(**changes) -> dict:
    return {
        "street": "440105001", "address": "示例路 1 号", "given_lng": "113.3200", "given_lat": "23.0900",
        "crs": "wgs84", "building_m2": "300", "outdoor_m2": "60", "lease_from": "", "lease_to": "",
    } | changes  # fmt: skip


def classes(*rows: dict) -> dict:
    rows = rows or ({"name": "小一班", "band": "YOUNGER", "places": "15", "inclusive": "5", "fee_full": "2,200"},)
    data = {"classes-TOTAL_FORMS": len(rows), "classes-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"classes-{number}-{name}": value for name, value in row.items()}
    return data


def paper(name: str = "paper.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content + uuid.uuid4().bytes)


def papers(kind: str = "PRIVATE_FP", **changes) -> dict:
    data: dict = {}
    for asked in required(kind, serves_meals=False):
        data[f"{asked.code}-file"] = paper()
        if asked.runs_out:
            data[f"{asked.code}-to"] = "2026-12-31"
    return data | changes


def url(step: str) -> str:
    return reverse("providers:register_check") if step == "check" else reverse("providers:register_step", args=[step])


def seen(user) -> str:
    draft = Draft.objects.filter(user=user, kind="register").first()
    return str(draft.data["saves"]) if draft else "0"


@pytest.fixture
def newcomer(city):
    return make_portal.user()


@pytest.fixture
def send(newcomer, client_of):
    """`send(step, data)` posts a page as the newcomer sees it."""
    client = client_of(newcomer)

    def post(step: str, data: dict, **extra):
        return client.post(url(step), {"seen": seen(newcomer)} | data, **extra)

    return post


def fill(send, **changes) -> None:
    for step, data in (("identity", identity()), ("place", place()), ("classes", classes()), ("papers", papers())):
        answer = send(step, changes.get(step, data))
        assert answer.status_code == 302, (step, answer.content.decode())


def test_from_nothing_to_a_filing(newcomer, send, client_of):
    assert client_of(None).get(reverse("providers:register")).status_code == 200
    fill(send)
    page = client_of(newcomer).get(url("check"))
    assert "小一班" in page.content.decode() and "2,200" in page.content.decode()
    answer = send("check", {"true": "on"})
    filing = FilingCase.objects.get()
    assert answer.url == reverse("providers:filing", args=[filing.public_id])
    assert filing.state == FilingState.SUBMITTED
    assert str(filing.receipt_due) == "2025-07-17"
    provider = filing.provider
    assert provider.standing == Standing.UNFILED
    assert provider.area_path == "44/4401/440105/440105001/"
    assert provider.code.startswith("440105-")
    assert provider.documents.count() == 5
    assert not provider.class_groups.exists(), "classes open with the filing"
    assert not Draft.objects.exists()
    assert client_of(newcomer).get(answer.url).status_code == 200
    assert provider.name in client_of(newcomer).get(reverse("providers:mine")).content.decode()


def test_pressing_twice_files_once(newcomer, send):
    fill(send)
    stamp = seen(newcomer)
    assert send("check", {"true": "on", "seen": stamp}).status_code == 302
    again = send("check", {"true": "on", "seen": stamp})
    assert again.url == reverse("providers:mine")
    assert FilingCase.objects.count() == Provider.objects.count() == 1


def test_nothing_is_handed_in_without_the_declaration_or_with_a_page_missing(newcomer, send):
    assert send("check", {"true": "on"}).status_code == 302  # nothing begun: told on the own page
    fill(send)
    assert send("check", {}).status_code == 422
    draft = Draft.objects.get()
    draft.data = {key: value for key, value in draft.data.items() if key != "place"}
    draft.save()
    answer = send("check", {"true": "on"})
    assert answer.status_code == 422
    assert url("place") in answer.content.decode()
    assert not FilingCase.objects.exists()


def test_a_stale_tab_is_told_and_keeps_what_was_typed(newcomer, send):
    send("identity", identity())
    answer = send("identity", identity(name="示例·另一个标签页", seen="0"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "示例·另一个标签页" in text and newcomer.name in text
    assert Draft.objects.get().data["identity"]["name"] == "示例·小树托育园"
    assert send("identity", identity(name="示例·另一个标签页")).status_code == 302  # seen, then sent again


def test_a_stale_check_page_files_nothing(newcomer, send):
    fill(send)
    stamp = seen(newcomer)
    send("classes", classes())
    answer = send("check", {"true": "on", "seen": stamp})
    assert answer.status_code == 422
    assert not FilingCase.objects.exists()


BAD_IDENTITY = [
    ({"credit_code": "91440105MA5ABC120X"}, "credit_code"),  # checksum
    ({"credit_code": "1234"}, "credit_code"),
    ({"credit_code": "91440104MA5ABC12OD"}, "credit_code"),  # the letter O
    ({"authority": "CIVIL"}, "authority"),
    ({"kind": "PUBLIC"}, "credit_code"),  # prefix does not fit the type
    ({"phone": "12"}, "phone"),
    ({"name": ""}, "name"),
    ({"kind": "NOTHING"}, "kind"),
    ({"serves_meals": ""}, "serves_meals"),
]


@pytest.mark.parametrize(("changes", "field"), BAD_IDENTITY)
def test_a_wrong_identity_names_its_field(send, changes, field):
    answer = send("identity", identity(**changes))
    assert answer.status_code == 422
    assert list(answer.context["page"].form.errors) == [field]
    assert not Draft.objects.exists()
    typed = next(iter(changes.values()))
    if typed and field not in ("kind", "authority"):
        assert typed in answer.content.decode(), "what was typed is kept"


BAD_PLACE = [
    ({"given_lng": "23.09", "given_lat": "113.32"}, "given_lng", "COORDINATES_SWAPPED"),
    ({"given_lng": "2.35", "given_lat": "48.85"}, "given_lng", "COORDINATES_FOREIGN"),
    ({"given_lng": "abc"}, "given_lng", ""),
    ({"given_lng": "114.5"}, "given_lng", "海珠区"),
    ({"given_lng": ""}, "given_lng", ""),
    ({"given_lng": "nan"}, "given_lng", ""),
    ({"street": "440199001"}, "street", ""),
    ({"lease_from": "2025-02-30"}, "lease_from", "2025-07-10"),
    ({"lease_from": "2025-03-01"}, "lease_to", ""),
    ({"lease_from": "2025-03-01", "lease_to": "2024-03-01"}, "lease_to", ""),
    ({"building_m2": "0"}, "building_m2", ""),
    ({"building_m2": "many"}, "building_m2", ""),
]


@pytest.mark.parametrize(("changes", "field", "words"), BAD_PLACE)
def test_a_wrong_place_names_its_field(send, changes, field, words):
    answer = send("place", place(**changes))
    assert answer.status_code == 422
    errors = answer.context["page"].form.errors
    assert list(errors) == [field]
    if words:
        assert words in errors[field][0] or words == errors.as_data()[field][0].code


def test_a_point_in_the_next_district_is_named(city, send):
    city["440105"].outline = make_portal.square(113.2, 23.0, 113.33, 23.2)
    city["440105"].save()
    city["440106"].outline = make_portal.square(113.33, 23.0, 113.5, 23.2)
    city["440106"].save()
    errors = send("place", place(given_lng="113.40")).context["page"].form.errors
    assert "天河区" in errors["given_lng"][0] and "海珠区" in errors["given_lng"][0]


def test_a_point_of_another_map_is_converted_once(newcomer, send):
    send("place", place(crs="gcj02"))
    kept = Draft.objects.get().data["place"]
    assert (kept["given_lng"], kept["crs"]) == (113.32, "gcj02")
    assert 0.001 < abs(kept["lng"] - 113.32) < 0.01


BAD_CLASSES = [
    ({"name": "一", "band": "YOUNGER", "places": "16", "fee_full": "1"}, "places", "第十九"),
    ({"name": "一", "band": "INFANT", "places": "11", "fee_full": "1"}, "places", "10"),
    ({"name": "一", "band": "YOUNGER", "places": "0", "fee_full": "1"}, "places", ""),
    ({"name": "一", "band": "YOUNGER", "places": "5", "inclusive": "6", "fee_full": "1"}, "inclusive", ""),
    ({"name": "一", "band": "YOUNGER", "places": "5"}, "fee_full", ""),
    ({"name": "一", "band": "YOUNGER", "places": "5", "fee_full": "12.345"}, "fee_full", "12.345"),
    ({"name": "一", "band": "YOUNGER", "places": "5", "fee_full": "-3"}, "fee_full", ""),
    ({"name": "", "band": "YOUNGER", "places": "5", "fee_full": "1"}, "name", ""),
]


@pytest.mark.parametrize(("row", "field", "words"), BAD_CLASSES)
def test_a_wrong_class_names_its_field(send, row, field, words):
    send("identity", identity())
    send("place", place())
    answer = send("classes", classes(row))
    assert answer.status_code == 422
    errors = answer.context["page"].formset.forms[0].errors
    assert list(errors) == [field]
    assert words in errors[field][0]


def test_a_family_point_has_five_places_in_all(send):
    send("identity", identity(kind="FAMILY"))
    send("place", place())
    rows = [{"name": n, "band": "OLDER", "places": "3", "fee_full": "1"} for n in ("甲", "乙")]
    answer = send("classes", classes(*rows))
    assert answer.status_code == 422
    assert "家庭托育点管理办法" in answer.context["page"].formset.forms[0].errors["places"][0]


def test_two_classes_of_one_name_are_told_apart(send):
    send("identity", identity())
    rows = [{"name": "甲", "band": "OLDER", "places": "3", "fee_full": "1"}] * 2
    answer = send("classes", classes(*rows))
    assert list(answer.context["page"].formset.forms[1].errors) == ["name"]


def test_another_row_appears_without_scripts(send):
    row = {"name": "甲", "band": "OLDER", "places": "3", "fee_full": "1 800"}
    answer = send("classes", classes(row) | {"add": "1"})
    assert len(answer.context["page"].formset.forms) == 2
    assert "1 800" in answer.content.decode()
    assert not Draft.objects.exists()


BAD_PAPERS = [
    ({"FIRE-file": SimpleUploadedFile("fire.pdf", b"MZ a program")}, "FIRE", "file"),
    ({"FIRE-file": SimpleUploadedFile("fire.exe", b"<html>")}, "FIRE", "file"),
    ({"FIRE-file": SimpleUploadedFile("fire.pdf", b"")}, "FIRE", "file"),
    ({"FIRE-file": SimpleUploadedFile("fire.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024))}, "FIRE", "file"),
    ({"FIRE-to": "2025-07-09"}, "FIRE", "to"),
    ({"FIRE-to": ""}, "FIRE", "to"),
    ({"FIRE-to": "2025-13-01"}, "FIRE", "to"),
]


@pytest.mark.parametrize(("changes", "code", "field"), BAD_PAPERS)
def test_a_wrong_paper_names_its_field_and_the_others_are_kept(newcomer, send, changes, code, field):
    send("identity", identity())
    answer = send("papers", papers(**changes))
    assert answer.status_code == 422
    wrong = {form.paper.code: list(form.errors) for form in answer.context["page"].papers if form.errors}
    assert wrong == {code: [field]}
    kept = Draft.objects.get().data["papers"]
    assert set(kept) >= {"REGISTRATION", "SITE", "STAFF", "HEALTH_REPORT"}
    data = papers()
    for other in kept:
        data.pop(f"{other}-file", None)
    assert send("papers", data).status_code == 302, "only the wrong one is handed in again"


def test_missing_papers_are_told_all_at_once(send):
    send("identity", identity())
    answer = send("papers", {})
    assert sum(bool(form.errors) for form in answer.context["page"].papers) == 5


def test_meals_and_kindergartens_bring_their_papers(send):
    send("identity", identity(serves_meals="yes"))
    assert "FOOD-file" in send("papers", {}).content.decode()
    send("identity", identity(kind="FAMILY"))
    page = send("papers", {}).content.decode()
    assert "NEIGHBOURS-file" in page and "FIRE-file" not in page


def test_a_draft_is_nobody_elses(newcomer, send, client_of):
    fill(send)
    other = client_of(make_portal.user())
    assert "示例·小树" not in other.get(url("check")).content.decode()
    assert other.get(reverse("providers:draft_paper", args=["FIRE"])).status_code == 404
    own = client_of(newcomer).get(reverse("providers:draft_paper", args=["FIRE"]))
    assert own.status_code == 200 and b"".join(own.streaming_content).startswith(PDF)
    assert client_of(None).get(url("check")).status_code == 302


def test_the_same_code_at_the_same_address_is_refused_before_handing_in(send, newcomer):
    code = make.credit_code()
    make.provider(credit_code=code, address="示例路 1 号")
    fill(send, identity=identity(credit_code=code))
    answer = send("check", {"true": "on"})
    assert answer.status_code == 422
    assert url("place") in answer.content.decode()


def test_a_draft_can_be_thrown_away(newcomer, send, client_of):
    send("identity", identity())
    client = client_of(newcomer)
    assert client.get(reverse("providers:register_discard")).status_code == 200
    assert Draft.objects.count() == 1
    client.post(reverse("providers:register_discard"))
    assert not Draft.objects.exists()


def test_every_page_opens_empty_and_filled(newcomer, send, client_of):
    client = client_of(newcomer)
    for step in (*STEPS, "check"):
        assert client.get(url(step)).status_code == 200
    fill(send)
    for step in STEPS:
        page = client.get(url(step))
        assert page.status_code == 200
    assert StoredFile.objects.count() == 5
    assert set(KINDS) >= set(Draft.objects.get().data["papers"])

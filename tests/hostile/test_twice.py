"""A button pressed twice does it once: what creates something is sent twice in a row as it was filled in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import resolve, reverse

from tests import test_access_matrix as matrix
from tests.factories import portal as make
from tests.factories import providers as of_providers
from tests.factories import world
from tests.hostile.counting import grown, rows
from tests.hostile.reading import Form, forms_in
from tests.hostile.values import filled

pytestmark = pytest.mark.django_db
Corner = world.Corner
Fill = Callable[[Corner], dict[str, Any]]


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("示例.pdf", b"%PDF-1.4 demo")


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("示例.png", b"\x89PNG\r\n\x1a\n demo")


# (who, the page with the form, the name of the view it goes to, what is typed into it)
PRESSED: list[tuple[str, str, str, Fill]] = [
    ("inspector", "interests", "interests", lambda c: {"provider_code": c["filing"].provider.code}),
    ("city", "people_invite", "people_invite", lambda c: {"role": "DISTRICT", "area": "440106"}),
    (
        "city",
        "people_grant",
        "people_grant",
        lambda c: {"who": c["staff"].username, "role": "DISTRICT", "area": "440106"},
    ),
    ("city", "law_key", "law_key", lambda c: {"area": "4401", "value": "7"}),
    ("stranger", "notice", "notice", lambda c: {"text": "示例二", "contact": "13800001234"}),
    ("district", "objection", "objection", lambda c: {}),
    (
        "owner",
        "enrolments:identity",
        "enrolments:identity",
        lambda c: {"kind": "DEMO", "number": "DEMO0001", "name": "王小明"},
    ),
    ("owner", "enrolments:day", "enrolments:day", lambda c: {}),
    ("owner", "enrolments:move", "enrolments:move", lambda c: {}),
    ("owner", "enrolments:end", "enrolments:end", lambda c: {}),
    ("owner", "enrolments:annul", "enrolments:annul", lambda c: {}),
    ("district", "enrolments:duplicate", "enrolments:duplicate", lambda c: {"join": "1"}),
    (
        "district",
        "inspections:plan",
        "inspections:plan",
        lambda c: {
            "provider": c["provider"].code,
            "lead": c["visit"].lead_id,
            "second": c["visit"].second_id,
            "planned_on": "2025-07-14",
        },
    ),
    ("district", "inspections:draw_new", "inspections:draw_new", lambda c: {"size": "1", "area": "440105"}),
    ("evaluator", "inspections:assess", "inspections:assess", lambda c: {"round": "2026"}),
    ("district", "inspections:assessment", "inspections:decide_assessment", lambda c: {"verdict": "confirm"}),
    ("inspector", "inspections:finding_new", "inspections:finding_new", lambda c: {}),
    (
        "inspector",
        "inspections:finding_new",
        "inspections:finding_new",
        lambda c: {"level": "MAJOR", "photos": photo()},
    ),
    ("owner", "inspections:finding", "inspections:answer", lambda c: {"uploads": pdf()}),
    ("owner", "inspections:finding", "inspections:ask_extension", lambda c: {"until": "2025-08-01"}),
    ("district", "inspections:suspend", "inspections:suspend", lambda c: {"class_group": ""}),
    ("district", "inspections:resume", "inspections:resume", lambda c: {}),
    ("district", "inspections:withdraw", "inspections:withdraw", lambda c: {}),
    ("owner", "providers:account", "providers:account", lambda c: {"number": "6222000011112222"}),
    (
        "district",
        "providers:agreement",
        "providers:agreement",
        lambda c: {"fee_cap": "3000", "from_day": "2025-07-11", "to_day": "", f"class_{c['group'].pk}": "2"},
    ),
    (
        "owner",
        "providers:class_new",
        "providers:class_new",
        lambda c: {"places": "10", "fee_full": "2000", "fee_half": "", "band": "OLDER"},
    ),
    ("owner", "providers:papers", "providers:papers", lambda c: {"kind": "FIRE", "file": pdf(), "to": "2026-07-01"}),
    (
        "owner",
        "providers:people",
        "providers:people",
        lambda c: {"username": c["filing"].submitted_by.username, "role": "STAFF"},
    ),
    ("owner", "providers:staff", "providers:staff", lambda c: {"identity": ""}),
    ("owner", "providers:staff", "providers:staff", lambda c: {"identity": "11010519491231002X"}),
    ("owner", "providers:contact", "providers:contact", lambda c: {"intro": "示例"}),
    ("owner", "providers:month_now", "providers:month", lambda c: {}),
    ("district", "providers:filing", "providers:filing_receive", lambda c: {}),
    ("district", "providers:filing_return", "providers:filing_return", lambda c: {"faults-0-item": "identity"}),
    ("district", "quotas:reports", "quotas:reports", lambda c: {"month": "2025-06"}),
    ("city", "subsidies:close", "subsidies:close", lambda c: {}),
    ("owner", "subsidies:confirm", "subsidies:confirm", lambda c: {}),
]


def form_to(page: bytes, here: str, view: str) -> Form:
    """The form of a page that goes to the view."""
    for form in forms_in(page.decode()):
        if form.method == "post" and resolve(form.path or here).view_name.startswith(view):
            return form
    raise AssertionError(f"{here} has no form to {view}")


def press(own: Corner, who: str, page: str, view: str, fill: Fill) -> str:
    """What is wrong with pressing the button twice, or nothing."""
    here = reverse(page, args=values_of(page, own))
    client = make.client_of(matrix.person(who, own))
    form = form_to(client.get(here).content, here, view)
    target = form.path or here

    def send() -> dict[str, Any]:
        return filled(form) | fill(own)

    with transaction.atomic():
        before = rows()
        first = client.post(target, send())
        once = rows()
        second = client.post(target, send())
        more = grown(once, rows())
        transaction.set_rollback(True)
    if second.status_code >= 500:
        return f"the second press is answered {second.status_code}"
    if not grown(before, once):
        return f"nothing was created: {first.status_code} {first.context['form'].errors if first.context else ''}"
    return f"the second press added {more}" if more else ""


def values_of(page: str, own: Corner) -> list[Any]:
    """What stands in the address of a page of the own corner."""
    return matrix.values_for(page, dict(matrix.names())[page])(own)


def test_a_button_pressed_twice_does_it_once(city):
    """One test for all: building the corner costs as much as pressing."""
    own, elsewhere = world.corner("440105001"), world.corner("440106001")
    world.settle([own, elsewhere])
    wrong = {}
    for who, page, view, fill in PRESSED:
        if fault := press(own, who, page, view, fill):
            wrong[page, view] = fault
    assert not wrong, "\n".join(f"{at}: {fault}" for at, fault in wrong.items())


def test_free_places_told_twice_are_one_declaration_and_a_later_one_confirms(city):
    group = of_providers.class_group(of_providers.provider(keeps_roll=False))
    client = make.client_of(of_providers.owner_of(group.provider))
    url = reverse("providers:vacancy", args=[group.provider.public_id])
    form = form_to(client.get(url).content, url, "providers:vacancy")
    sent = filled(form) | {field.name: "1" for field in form.fields if "free" in field.name}
    assert [client.post(url, sent).status_code for _press in range(2)] == [302, 302]
    assert group.declarations.count() == 1

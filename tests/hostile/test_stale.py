"""A tab that was open for too long: nothing is overwritten, and its owner is told who changed what."""

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from providers.actions import filing
from providers.models import FilingCase
from tests import test_access_matrix as matrix
from tests.factories import portal as make
from tests.factories import world
from tests.hostile.counting import grown, rows
from tests.hostile.test_twice import form_to, pdf, values_of
from tests.hostile.values import filled

pytestmark = pytest.mark.django_db
TOLD = "This has changed since you opened it"
# (who, the page, the view its form goes to, what is typed into it); the version on the page is an old one.
OLD: list[tuple[str, str, str, dict[str, Any]]] = [
    ("owner", "enrolments:end", "enrolments:end", {}),
    ("owner", "enrolments:move", "enrolments:move", {}),
    ("owner", "enrolments:annul", "enrolments:annul", {}),
    ("owner", "providers:contact", "providers:contact", {"intro": "示例"}),
    ("owner", "providers:class", "providers:class", {"places-places": "12"}),
    (
        "district",
        "providers:agreement",
        "providers:agreement",
        {"fee_cap": "3000", "from_day": "2025-07-11", "to_day": ""},
    ),
    ("district", "providers:filing", "providers:filing_receive", {}),
    ("district", "providers:filing_return", "providers:filing_return", {"faults-0-item": "identity"}),
    ("district", "providers:filing_refuse", "providers:filing_refuse", {}),
    ("district", "inspections:assessment", "inspections:decide_assessment", {"verdict": "confirm"}),
    ("owner", "inspections:finding", "inspections:answer", {"text": "示例", "uploads": pdf}),
    ("owner", "subsidies:confirm", "subsidies:confirm", {}),
]


def test_an_old_tab_writes_nothing_and_says_so(city):
    """One test for all: building the corner costs as much as asking."""
    own = world.corner("440105001")
    world.settle([own])
    wrong = {}
    for who, page, view, typed in OLD:
        for version in ("0", "", "x", None):
            here = reverse(page, args=values_of(page, own))
            client = make.client_of(matrix.person(who, own))
            client.cookies["tuoyu_lang"] = "en"
            form = form_to(client.get(here).content, here, view)
            names = [field.name for field in form.fields if field.name.endswith("version")]
            assert names, page
            sent = filled(form) | typed | dict.fromkeys(names, version)
            sent = {name: value() if callable(value) else value for name, value in sent.items() if value is not None}
            with transaction.atomic():
                before = rows()
                answer = client.post(form.path or here, sent, follow=True)
                added = grown(before, rows())
                transaction.set_rollback(True)
            if added or (version == "0" and TOLD not in answer.content.decode()):
                wrong[page, version] = (added, answer.status_code)
    assert wrong == {}


def test_the_second_officer_reads_who_was_first_and_what_was_done(city, official, client_of):
    own = world.corner("440105001")
    case = FilingCase.objects.get(pk=own["filing"].pk)
    first, second = official("DISTRICT", "440105"), make.user(name="第二人")
    second.memberships.create(
        role="DISTRICT", area=own["street"].parent, department="HEALTH", during=("2000-01-01", None),
        granted_at=case.submitted_at,
    )  # fmt: skip
    client = client_of(second)
    here = reverse("providers:filing_return", args=[case.public_id])
    sent = filled(form_to(client.get(here).content, here, "providers:filing_return")) | {"faults-0-item": "identity"}
    filing.receive(case.pk, version=case.version, by=first)
    for language, what in (("zh-hans", "已出具备案回执"), ("en", "Gave the receipt")):
        client.cookies["tuoyu_lang"] = language
        page = client.post(here, sent).content.decode()
        assert first.name in page, page
        assert what in page or "2025-07-10 10:00" in page
        assert "示例" in page  # what was typed is still there

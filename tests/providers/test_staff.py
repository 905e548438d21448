"""The workforce page: enough carers for the places, certificates that run out, and the owner who is told of them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from providers.actions import staff
from providers.panels import todo
from tests.factories import providers as make

pytestmark = pytest.mark.django_db
TODAY = dt.date(2025, 7, 10)


@pytest.fixture
def provider(city):
    made = make.provider()
    make.class_group(made, band="YOUNGER", places=15)
    return made


@pytest.fixture
def owner(provider):
    return make.owner_of(provider)


def employ(provider, owner, name: str, *, until: dt.date | None = None, role: str = "CARER"):
    spell = staff.employ(provider.pk, name=name, identity=None, role=role, from_day=dt.date(2025, 1, 6), by=owner)
    if until:
        staff.add_certificate(
            spell.pk, kind="HEALTH", number="1", from_day=until - dt.timedelta(days=365), to_day=until, by=owner
        )
    return spell


def shown(client, provider) -> str:
    return client.get(reverse("providers:staff", args=[provider.public_id])).content.decode()


def certificates_to_renew(owner) -> list[tuple]:
    rows = [row for row in todo(owner, TODAY) if row.key.startswith("certificates")]
    return [(row.count, row.due) for row in rows]


def test_carers_are_counted_against_the_places(provider, owner, client_of):
    for name in ("示例甲", "示例乙"):
        employ(provider, owner, name)
    employ(provider, owner, "示例丙", role="COOK")
    client = client_of(owner)
    assert 'data-status="few"' in shown(client, provider), "fifteen places of a younger class take three carers"
    employ(provider, owner, "示例丁")
    assert 'data-status="enough"' in shown(client, provider)


def test_the_newest_certificate_counts(provider, owner, client_of):
    spell = employ(provider, owner, "示例甲", until=TODAY + dt.timedelta(days=20))
    employ(provider, owner, "示例乙", until=TODAY + dt.timedelta(days=200))
    assert certificates_to_renew(owner) == [(1, TODAY + dt.timedelta(days=19))]
    assert shown(client_of(owner), provider).count('data-status="soon"') == 1
    staff.add_certificate(
        spell.pk, kind="HEALTH", number="2", from_day=TODAY, to_day=TODAY + dt.timedelta(days=366), by=owner
    )
    assert certificates_to_renew(owner) == []
    assert 'data-status="soon"' not in shown(client_of(owner), provider)


def test_who_has_left_renews_nothing(provider, owner):
    spell = employ(provider, owner, "示例甲", until=TODAY - dt.timedelta(days=1))
    assert certificates_to_renew(owner) == [(1, TODAY - dt.timedelta(days=2))]
    staff.end_employment(spell.pk, from_day=TODAY, by=owner)
    assert certificates_to_renew(owner) == []


def test_three_people_cost_what_one_costs(provider, owner, client_of):
    client, counts = client_of(owner), []
    for name in ("示例甲", "示例乙", "示例丙"):
        employ(provider, owner, name, until=TODAY + dt.timedelta(days=200))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            shown(client, provider)
        counts.append(len(seen))
    assert counts[0] == counts[2]

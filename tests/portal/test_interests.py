"""A declared interest is the official's own, names a real provider, and ends when they say so."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.models import AuditEvent, Interest, Role
from tests.factories import providers as shops

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(city):
    return shops.provider()


def test_an_interest_is_declared_once_and_ended(city, official, client_of, shop):
    officer = official(Role.DISTRICT, "440105")
    client, url = client_of(officer), reverse("interests")
    form = {"provider_code": shop.code, "reason": "亲属任职"}
    assert client.post(url, form).status_code == 302
    declared = Interest.objects.get()
    assert (declared.user, declared.during.lower, declared.during.upper) == (officer, dt.date(2025, 7, 10), None)
    again = client.post(url, form)
    assert "provider_code" in again.context["form"].errors
    assert shop.name in again.content.decode()
    assert client.post(reverse("interest_end", args=[declared.pk])).status_code == 302
    declared.refresh_from_db()
    assert declared.during.upper == dt.date(2025, 7, 11)
    assert list(AuditEvent.objects.order_by("id").values_list("verb", flat=True)) == [
        "declare_interest",
        "end_interest",
    ]
    assert "亲属" not in str(list(AuditEvent.objects.values()))


def test_a_code_nobody_has_is_refused_and_kept_in_the_form(city, official, client_of):
    answer = client_of(official(Role.DISTRICT, "440105")).post(
        reverse("interests"), {"provider_code": "P-0", "reason": "x"}
    )
    assert "provider_code" in answer.context["form"].errors
    assert 'value="P-0"' in answer.content.decode()
    assert not Interest.objects.exists()


def test_nobody_ends_the_interest_of_another(city, official, client_of, shop):
    client_of(official(Role.DISTRICT, "440105")).post(reverse("interests"), {"provider_code": shop.code, "reason": "x"})
    other = client_of(official(Role.CITY, "4401"))
    assert other.post(reverse("interest_end", args=[Interest.objects.get().pk])).status_code == 404
    assert Interest.objects.get().during.upper is None

"""Five different persons stand on a claim, and none of them with an interest in the provider."""

import datetime as dt
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction

from portal import clock
from portal.models import Area, Interest
from portal.problems import NotAllowed
from providers.models import Post
from subsidies.actions import claims
from subsidies.actions.claims import refusals
from subsidies.models import Claim
from subsidies.models.claims import PEOPLE
from tests.factories import portal as of_portal
from tests.factories import providers as of_providers
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 1)
FIVE = ("started_by", "confirmed_by", "checked_by", "reviewed_by", "released_by")


@pytest.fixture
def claim(city):
    """A prepared claim of 500 yuan for May, its provider with an account."""
    make.policy(valid_from=MAY)
    at = make.recognised()
    make.account(at.provider)
    make.stay(at, "2025-05", 3)
    make.close("2025-05")
    return Claim.objects.select_related("provider__street__parent", "policy").get()


def test_the_people_of_a_claim_are_the_five_of_the_law():
    assert set(PEOPLE) == set(FIVE)


@pytest.mark.parametrize(("one", "other"), list(combinations(FIVE, 2)))
def test_the_database_refuses_one_person_twice_on_a_claim(claim, one, other):
    person, colleague = of_portal.official("CITY", "4401"), of_portal.official("DISTRICT", "440105")
    row = Claim.objects.filter(pk=claim.pk)
    with pytest.raises(IntegrityError, match="claim_people_are_distinct"), transaction.atomic():
        row.update(**{one: person, other: person})
    row.update(**{one: person, other: colleague})
    row.update(**{one: None, other: person})


def test_who_started_the_run_does_not_confirm_for_the_provider(claim):
    owner = of_providers.owner_of(claim.provider)
    Claim.objects.filter(pk=claim.pk).update(started_by=owner)
    with pytest.raises(NotAllowed):
        claims.confirm_claim(claim.pk, by=owner)


STEPS = {
    "CHECKED": ("CONFIRMED", "subdistrict", lambda pk, by: claims.pass_claims([pk], to="CHECKED", by=by)),
    "RETURNED": ("CONFIRMED", "subdistrict", lambda pk, by: claims.return_claim(pk, reason="补正", by=by)),
    "REVIEWED": ("CHECKED", "district", lambda pk, by: claims.pass_claims([pk], to="REVIEWED", by=by)),
    "NOTICED": ("REVIEWED", "district", lambda pk, by: claims.publish_claims([pk], by=by)),
    "RELEASED": ("NOTICED", "city", lambda pk, by: claims.pass_claims([pk], to="RELEASED", by=by)),
    "EXPORTED": (
        "RELEASED",
        "finance",
        lambda pk, by: claims.export_batch(
            Claim.objects.get(pk=pk).policy, area=Area.objects.get(code="4401"), by=by
        ),
    ),
}  # fmt: skip


def declared(person, claim):
    Interest.objects.create(
        user=person, provider_code=claim.provider.code, reason="亲属", during=(MAY, None), declared_at=clock.now()
    )


def employed(person, claim):
    Post.objects.create(user=person, role="STAFF", provider=claim.provider, granted_at=clock.now())


@pytest.mark.parametrize("interest", [declared, employed])
@pytest.mark.parametrize("to", STEPS)
def test_an_interest_keeps_a_person_out_of_every_step(claim, to, interest):
    before, role, act = STEPS[to]
    office = make.Office.over(claim.provider)
    make.advance(claim, before, office)
    person = getattr(office, role)
    interest(person, claim)
    with clock.freeze(clock.now() + dt.timedelta(days=20)), pytest.raises(refusals.HasInterest):
        act(claim.pk, person)
    claim.refresh_from_db()
    assert claim.state == before

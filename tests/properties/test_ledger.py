"""The ledger's invariant over random histories: Σ posted = the law on today's facts, whatever happened in which
order.
"""

import datetime as dt
import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrolments.models import Enrolment
from subsidies.models import Claim, Line
from subsidies.queries import ledger
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db

DEEP = os.environ.get("DEEP") == "1"
MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05")
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2025, 5, 31))
PROVIDERS, CHILDREN = 3, 4

# What may happen in a city, in any order: each with what it needs to be told.
EVENTS = st.one_of(
    st.tuples(st.just("enrol"), st.integers(0, CHILDREN - 1), st.integers(0, PROVIDERS - 1), DAYS,
              st.sampled_from(["full", "am", "pm"])),
    st.tuples(st.just("attend"), st.integers(0, 9), st.sampled_from(MONTHS), st.integers(0, 31)),
    st.tuples(st.just("shorten"), st.integers(0, 9), DAYS),
    st.tuples(st.just("annul"), st.integers(0, 9)),
    st.tuples(st.just("rate"), st.integers(0, PROVIDERS - 1), st.integers(1, 5), DAYS),
    st.tuples(st.just("unrecognise"), st.integers(0, PROVIDERS - 1), DAYS),
    st.tuples(st.just("recognise"), st.integers(0, PROVIDERS - 1), st.integers(0, 3), DAYS),
    st.tuples(st.just("kind"), st.integers(0, PROVIDERS - 1), st.sampled_from(["KINDER", "PRIVATE_NP"]), DAYS),
    st.tuples(st.just("join"), st.integers(1, CHILDREN - 1)),
    st.tuples(st.just("part"), st.integers(1, CHILDREN - 1)),
    st.tuples(st.just("policy"), st.integers(1, 9)),
    st.tuples(st.just("submit"), st.integers(0, 9)),
    st.tuples(st.just("close"), st.sampled_from(MONTHS), st.sampled_from(["4401", "4401", "440105", "440106"])),
)  # fmt: skip

TERMS = {
    "valid_from": dt.date(2025, 1, 1),
    "half_day_place_share": "1/2",
    "rates": [
        {"rate_fen": 10_001, "clause": "general"},
        {"rate_fen": 20_001, "rating": {"min": 3}, "clause": "general"},
        {"rate_fen": 5_001, "provider_type": "KINDER", "priority": 1, "clause": "general"},
    ],
    "multipliers": [{"by": "CARE_MODE", "map": {"half": "1/2"}, "clause": "general"}],
    "caps": [
        {"cap": "infants_per_month", "clause": "general"},
        {"cap": "months_per_year", "months": 2, "clause": "general"},
    ],
}


class Town:
    """Three providers, four children, and what happens to them; impossible events are passed over."""

    def __init__(self):
        make.policy(**TERMS)
        streets = ("440105001", "440106001", "440105002")
        self.classes = [
            make.recognised(places=places, street=street) for places, street in zip((1, 2, 10), streets, strict=True)
        ]
        self.children = [make.child(f"C{number}") for number in range(CHILDREN)]
        self.version = 1

    def spells(self):
        return list(Enrolment.objects.exclude(state="ANNULLED").order_by("pk"))

    def spell(self, number):
        found = self.spells()
        return found[number % len(found)] if found else None

    def do(self, what, *told):
        with make.clock_at(2025, 7, 10):
            getattr(self, what)(*told)

    def enrol(self, child, at, first, mode):
        taken = Enrolment.objects.exclude(state="ANNULLED").filter(
            child=self.children[child], during__overlap=(first, None)
        )
        for spell in taken:  # one child row never overlaps: the database refuses it elsewhere
            if spell.during.lower >= first:
                return
            make.shorten(spell, last=first - dt.timedelta(days=1))
        make.spell(self.children[child], self.classes[at], first, mode=mode)

    def attend(self, number, month, days):
        if spell := self.spell(number):
            make.attend(spell, month, ("F" * days).ljust(31, "-"))

    def shorten(self, number, last):
        spell = self.spell(number)
        if spell and spell.during.lower <= last and (spell.during.upper is None or last < spell.during.upper):
            make.shorten(spell, last=last)

    def annul(self, number):
        if spell := self.spell(number):
            make.annul(spell)

    def rate(self, at, grade, since):
        make.rate(self.classes[at].provider, grade, since=since)

    def unrecognise(self, at, on):
        make.end_agreement(self.classes[at].provider, on=on)

    def recognise(self, at, places, since):
        make.recognise_again(self.classes[at].provider, places=places, since=since)

    def kind(self, at, kind, since):
        make.change_kind(self.classes[at].provider, kind, since=since)

    def join(self, child):
        make.join(self.children[child], self.children[0])

    def part(self, child):
        make.part(self.children[child])

    def policy(self, rate):
        self.version += 1
        make.policy(**TERMS | {"rates": [{"rate_fen": rate * 1_001, "clause": "general"}]}, version=self.version,
                    corrects=self.version - 1)  # fmt: skip

    def submit(self, number):
        claims = list(Claim.objects.filter(state="PREPARED", lines_fen__gte=0).order_by("pk"))
        if claims:
            make.submit(claims[number % len(claims)])

    def close(self, month, area):
        make.close(month, area)


@settings(
    max_examples=150 if DEEP else 12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(EVENTS, min_size=4, max_size=24 if DEEP else 14))
def test_the_ledger_is_the_law_on_todays_facts_after_any_history(city, history):
    with transaction.atomic():
        town = Town()
        for what, *told in history:
            town.do(what, *told)
        town.do("close", "2025-05", "4401")
        assert make.wrong() == []
        assert ledger.problems() == []
        lines = Line.objects.count()
        town.do("close", "2025-05", "4401")
        assert Line.objects.count() == lines, "closing again posted something"
        transaction.set_rollback(True)

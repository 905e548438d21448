"""The ledger's invariant over random histories: Σ posted = the law on today's facts, whatever happened in which
order.
"""

import datetime as dt
import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subsidies.actions.closing import starting
from subsidies.models import Line
from subsidies.queries import ledger
from tests.factories import subsidies as make
from tests.properties.town import CHILDREN, CLASSES, PROVIDERS, Town

pytestmark = pytest.mark.django_db

DEEP = os.environ.get("DEEP") == "1"
MONTHS = st.sampled_from(["2025-01", "2025-02", "2025-03", "2025-04"])
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2025, 4, 30))
AREAS = st.sampled_from(["4401", "4401", "440105", "440106"])
ANY, PROVIDER, SECOND_RECORD = st.integers(0, 9), st.integers(0, PROVIDERS - 1), st.integers(1, CHILDREN - 1)

# What may happen in a town, in any order: each with what it needs to be told.
TOLD = {
    "enrol": (st.integers(0, CHILDREN - 1), st.integers(0, CLASSES - 1), DAYS, st.sampled_from(["full", "am", "pm"])),
    "attend": (ANY, MONTHS, st.integers(0, 31), st.sampled_from("FFAP")),
    "shorten": (ANY, DAYS),
    "annul": (ANY,),
    "again": (ANY,),
    "join": (SECOND_RECORD,),
    "part": (SECOND_RECORD,),
    "number": (SECOND_RECORD,),
    "forget": (st.integers(0, CHILDREN - 1),),
    "rate": (PROVIDER, st.integers(1, 5), DAYS),
    "unrecognise": (PROVIDER, DAYS),
    "recognise": (PROVIDER, st.integers(0, 3), DAYS),
    "kind": (PROVIDER, st.sampled_from(["KINDER", "PRIVATE_NP"]), DAYS),
    "stand": (PROVIDER, st.sampled_from(["ACTIVE", "SUSPENDED", "CANCELLED"]), DAYS),
    "calendar": (DAYS, st.booleans()),
    "policy": (st.integers(0, 9),),
    "successor": (st.integers(0, 9), MONTHS),
    "end": (DAYS,),
    "confirm": (ANY,),
    "give_back": (ANY,),
    "close": (MONTHS, AREAS),
    "begin": (MONTHS, AREAS, st.integers(1, 6)),
}
# Children come and go far more often than anything else happens to a town, and months are closed in between.
EVENTS = st.sampled_from([*TOLD, *["enrol"] * 3, *["attend"] * 5, *["close"] * 4]).flatmap(
    lambda what: st.tuples(st.just(what), *TOLD[what])
)


@settings(
    max_examples=150 if DEEP else 6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    history=st.lists(EVENTS, min_size=4, max_size=24 if DEEP else 14),
    second_policy=st.booleans(),
    providers_in_a_chunk=st.sampled_from([1, 400]),  # a chunk a district, or one for all
)
def test_the_ledger_is_the_law_on_todays_facts_after_any_history(
    city, monkeypatch, history, second_policy, providers_in_a_chunk
):
    monkeypatch.setattr(starting, "ENOUGH", providers_in_a_chunk)
    with transaction.atomic():
        town = Town(second_policy=second_policy)
        for what, *told in history:
            town.do(what, *told)
        town.do("close", "2025-04", "4401")
        assert make.wrong() == []
        assert ledger.problems() == []
        lines = Line.objects.count()
        town.do("close", "2025-04", "4401")
        assert Line.objects.count() == lines, "closing again posted something"
        transaction.set_rollback(True)

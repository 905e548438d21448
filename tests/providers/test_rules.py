"""Bands and class limits, registration, papers and setting: the standard's numbers at their edges."""

from datetime import date

import pytest

from portal.identifiers import Authority
from portal.wording import Fault
from providers.rules import documents
from providers.rules.ages import AGES, band_of_age, bands_for_age, carers_needed, check_places, limit_of
from providers.rules.registration import PREFIXES, authorities_for, check_registration
from providers.rules.setting import Setting, warnings_of

ON = date(2025, 7, 10)


@pytest.mark.parametrize(
    ("months", "band", "classes"),
    [
        (5, None, []),
        (6, "INFANT", ["INFANT"]),
        (11, "INFANT", ["INFANT"]),
        (12, "YOUNGER", ["YOUNGER"]),  # exactly twelve months: 托小班
        (17, "YOUNGER", ["YOUNGER"]),
        (18, "YOUNGER", ["YOUNGER", "MIXED"]),
        (24, "OLDER", ["OLDER", "MIXED"]),
        (35, "OLDER", ["OLDER", "MIXED"]),
        (36, None, []),
    ],
)
def test_bands_by_completed_months(months, band, classes):
    assert band_of_age(months) == band
    assert bands_for_age(months) == classes


@pytest.mark.parametrize(
    ("band", "most", "children", "carers"),
    [("INFANT", 10, 10, 4), ("YOUNGER", 15, 15, 3), ("OLDER", 20, 20, 3), ("MIXED", 18, 18, 4), ("OLDER", 20, 7, 1)],
)
def test_class_limits_and_carers(band, most, children, carers):
    assert carers_needed(band, children, ON) == carers
    assert carers_needed(band, 0, ON) == 0
    check_places(band, most, ON)
    with pytest.raises(Fault) as fault:
        check_places(band, most + 1, ON)
    assert (fault.value.code, fault.value.params["most"]) == ("CLASS_TOO_LARGE", most)


def test_a_class_without_places_and_a_law_before_its_time():
    with pytest.raises(Fault, match="at least one"):
        check_places("INFANT", 0, ON)
    with pytest.raises(KeyError, match="no limit for INFANT"):
        limit_of("INFANT", date(2019, 10, 7))
    assert set(AGES) == {"INFANT", "YOUNGER", "OLDER", "MIXED"}


@pytest.mark.parametrize(
    ("kind", "authority", "code"),
    [
        ("PUBLIC", "ORGN", "12440104MB2C00013X"),
        ("PRIVATE_NP", "CIVIL", "52440104MJL001238W"),
        ("PRIVATE_FP", "MARKET", "91440104MA5ABC120D"),
        ("FAMILY", "MARKET", "92440104MA5XYA885D"),
        ("KINDER", "CIVIL", "52440104MJL001238W"),
        ("EMPLOYER", "ORGN", "11331004MB16456368"),  # any: a department of an authority may run one
    ],
)
def test_registration_that_fits(kind, authority, code):
    assert check_registration(kind, authority, code.lower()).code == code


@pytest.mark.parametrize(
    ("kind", "authority", "code", "fault"),
    [
        ("PRIVATE_FP", "MARKET", "92440104MA5XYA885E", "USCC_CHECK"),
        ("PRIVATE_FP", "CIVIL", "91440104MA5ABC120D", "USCC_AUTHORITY"),
        ("PRIVATE_NP", "MARKET", "91440104MA5ABC120D", "USCC_KIND"),
        ("PUBLIC", "ORGN", "11331004MB16456368", "USCC_KIND"),
    ],
)
def test_registration_that_does_not_fit(kind, authority, code, fault):
    with pytest.raises(Fault) as raised:
        check_registration(kind, authority, code)
    assert raised.value.code == fault


def test_every_type_has_its_authorities():
    assert authorities_for("PUB_PRIV") == {Authority.CIVIL, Authority.MARKET}
    assert authorities_for("EMPLOYER") == {Authority.ORGN, Authority.CIVIL, Authority.MARKET}
    assert all(authorities_for(kind) for kind in PREFIXES)


def _codes(papers):
    return [paper.code for paper in papers]


def test_papers_by_type_and_meals():
    article_8 = ["REGISTRATION", "SITE", "STAFF", "HEALTH_REPORT", "FIRE"]
    assert _codes(documents.required("PRIVATE_FP", serves_meals=False)) == article_8
    assert _codes(documents.required("PRIVATE_FP", serves_meals=True)) == [*article_8, "FOOD"]
    assert _codes(documents.required("KINDER", serves_meals=True)) == [*article_8, "FOOD", "KINDERGARTEN"]
    assert _codes(documents.required("FAMILY", serves_meals=True)) == [
        "REGISTRATION",
        "RESIDENCE",
        "NEIGHBOURS",
        "STAFF",
    ]


def test_all_missing_papers_are_told_at_once():
    assert _codes(documents.missing("PRIVATE_FP", {"SITE", "FIRE", "OTHER"}, serves_meals=True)) == [
        "REGISTRATION",
        "STAFF",
        "HEALTH_REPORT",
        "FOOD",
    ]


def test_papers_that_run_out_come_by_urgency():
    papers = [("FIRE", date(2025, 7, 9)), ("FOOD", date(2025, 9, 8)), ("SITE", date(2025, 9, 9)), ("STAFF", None)]
    found = documents.running_out(papers, ON, within_days=60)
    assert [(paper.code, paper.days_left) for paper in found] == [("FIRE", -1), ("FOOD", 60)]


GOOD = {
    "kind": "PRIVATE_FP",
    "classes": (("INFANT", 10), ("OLDER", 20)),
    "carers": 7,
    "guards": 1,
    "health_workers": 1,
    "lease_from": date(2025, 1, 1),
    "lease_to": date(2028, 1, 1),
    "building_m2": 240,
    "outdoor_m2": 60,
    "lowest_floor": 1,
    "highest_floor": 3,
}


def _warnings(**changes):
    return [warning.code for warning in warnings_of(Setting(**{**GOOD, **changes}), ON, least_m2_per_place=8)]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"lease_to": date(2027, 12, 31)}, ["LEASE_SHORT"]),
        ({"lease_from": None, "lease_to": None}, []),
        ({"building_m2": 239}, ["AREA_SMALL"]),
        ({"building_m2": None, "carers": None, "guards": None}, []),
        ({"outdoor_m2": 0}, ["NO_OUTDOOR"]),
        ({"lowest_floor": -1, "highest_floor": 4}, ["BASEMENT", "TOO_HIGH"]),
        ({"carers": 6}, ["CARERS_FEW"]),
        ({"guards": 0, "health_workers": 0}, ["NO_GUARD", "NO_HEALTH_WORKER"]),
        ({"kind": "FAMILY", "classes": (("MIXED", 5),), "carers": 2, "guards": 0}, []),
        ({"kind": "FAMILY", "classes": (("MIXED", 6),), "carers": 1}, ["FAMILY_TOO_LARGE", "CARERS_FEW"]),
    ],
)
def test_setting(changes, codes):
    assert _warnings(**changes) == codes


def test_from_150_children_a_health_worker_is_full_time():
    classes = (("OLDER", 20),) * 7 + (("INFANT", 10),)
    big = {"classes": classes, "carers": 40, "building_m2": 5000, "full_time_health_workers": 0}
    assert _warnings(**big) == ["HEALTH_WORKER_PART_TIME"]
    assert _warnings(**{**big, "classes": classes[1:]}) == []

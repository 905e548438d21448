"""The rating round of 2024: who was rated, the points by dimension that gave the stars, confirmed on one day."""

import datetime as dt

from inspections.actions.ratings import judged
from inspections.demo.people import teams
from inspections.models import Assessment, RatingScheme, RatingSpan
from portal import clock
from portal.dates import Month, add_months
from portal.demo.bulk import copy, ids, settle, span
from portal.demo.steps import chance, lot, public_id
from providers.demo.load import story
from providers.demo.plan import HISTORY_FROM, workday
from providers.models import InclusiveAgreement

RATED_ON = dt.date(2024, 12, 16)
ASSESSED_FROM, ASSESSED_DAYS = dt.date(2024, 10, 14), 45
ROUND = "2024"
RATED = 0.62  # of the inclusive providers
STARS = ((5, 11), (4, 27), (3, 35), (2, 19), (1, 8))  # 73 % of those rated have three stars or more
FIELDS = (
    "public_id scheme provider area_path round assessed_on scores total veto grade state assessed_by assessed_at "
    "decided_by decided_at reason version"
).split()


def rated() -> list[tuple[int, str, str, int]]:
    """(provider, code, area path, stars) of every provider that was rated."""
    found = []
    providers = InclusiveAgreement.objects.filter(provider__filed_on__lt=HISTORY_FROM).order_by("provider__code")
    for provider, code, path in providers.values_list("provider_id", "provider__code", "provider__area_path"):
        dice = chance("stars", code)
        if dice.random() < RATED or code == story().code:
            stars = dice.choices([stars for stars, _ in STARS], [weight for _, weight in STARS])[0]
            found.append((provider, code, path, 4 if code == story().code else stars))
    return found


def scores_for(scheme: RatingScheme, code: str, stars: int) -> dict[str, int]:
    """Points by dimension whose total the scheme grades with just these stars."""
    lowest = {row["grade"]: row["min_score"] for row in scheme.grades}
    above = min([score for grade, score in lowest.items() if grade > stars], default=lowest[stars] + 80)
    total = lowest[stars] + lot(above - lowest[stars], "points", code)
    whole = sum(row["max"] for row in scheme.dimensions)
    scores = {}
    for row in scheme.dimensions:  # every dimension about as good as the whole, some a little better or worse
        fair = row["max"] * total // whole
        scores[row["code"]] = max(0, min(row["max"], fair + lot(13, row["code"], code) - 6))
    gap = total - sum(scores.values())
    for row in sorted(scheme.dimensions, key=lambda row: -row["max"]):
        step = max(-scores[row["code"]], min(row["max"] - scores[row["code"]], gap))
        scores[row["code"]] += step
        gap -= step
    return scores


def load() -> str:
    """Assessments and the grades they gave, valid from the day of publication for the scheme's months."""
    scheme, people = RatingScheme.objects.get(), {team.area.code: team for team in teams()}
    decided = dt.datetime.combine(RATED_ON, dt.time(10), clock.SHANGHAI)
    found, rows = rated(), []
    for provider, code, path, stars in found:
        scores, team = scores_for(scheme, code, stars), people[code.partition("-")[0]]
        total, grade = judged(scheme, scores, "")
        if grade != stars:
            raise RuntimeError(f"{total} points of {code} are {grade} stars, not {stars}")
        day = workday(ASSESSED_FROM + dt.timedelta(days=lot(ASSESSED_DAYS, "assessed", code)), step=1)
        at = dt.datetime.combine(day, dt.time(9 + lot(8, "hour", code), lot(60, "minute", code)), clock.SHANGHAI)
        rows.append((
            public_id("assessment", ROUND, code), scheme.pk, provider, path, ROUND, day, scores, total, "", grade,
            "CONFIRMED", team.evaluator.pk, at, team.officer.pk, decided, "", 2,
        ))  # fmt: skip
    copy(Assessment, FIELDS, rows)
    made = ids(Assessment, "provider_id")
    until = (Month.of(add_months(RATED_ON, scheme.validity_months)) + 1).first
    copy(RatingSpan, "provider grade assessment during recorded_at".split(), (
        (provider, stars, made[provider], span(RATED_ON, until), decided) for provider, _, _, stars in found
    ))  # fmt: skip
    settle(Assessment, RatingSpan)
    return f"{len(found)} providers rated"

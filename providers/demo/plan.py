"""Plan 1,938 invented providers with 108,800 places on real areas, so that the city's published totals come out.

Plain Python: areas, outlines and population in, plans out. That the totals come out shows only that this generator
works (design §5).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from chinese_calendar import is_workday

from portal.coordinates import Point, inside
from portal.demo.steps import chance

INSTITUTIONS = 1_938
PLACES = 108_800
SUBSIDISED = 792
MEAN_INCLUSIVE_FEE_FEN = 181_300
DISTRICT_PLACES = {"440105": 11_532}  # 海珠区: 6.34 places per 1,000 residents
DISTRICT_WEIGHT = {  # invented: some districts are ahead of the target of 4.5, some behind
    "440103": 1.05, "440104": 1.2, "440106": 1.15, "440111": 0.92, "440112": 1.1, "440113": 1.02, "440114": 0.95,
    "440115": 1.12, "440117": 0.7, "440118": 0.86,
}  # fmt: skip
HISTORY_FROM = dt.date(2024, 7, 1)
CLASS_LIMIT = {"INFANT": 10, "YOUNGER": 15, "OLDER": 20, "MIXED": 18}
FAMILY_LIMIT = 5
LEAST = 5

# kind: (how many in the city, classes from–to, share with an inclusive agreement)
KINDS: dict[str, tuple[int, tuple[int, int], float]] = {
    "CENTRE": (12, (5, 8), 1.0),
    "PUBLIC": (60, (3, 6), 1.0),
    "PUB_PRIV": (200, (3, 5), 1.0),
    "COMMUNITY": (236, (1, 3), 0.85),
    "KINDER": (520, (3, 5), 0.72),
    "EMPLOYER": (60, (2, 4), 0.4),
    "PRIVATE_NP": (130, (3, 6), 0.8),
    "PRIVATE_FP": (634, (4, 6), 0.42),
    "FAMILY": (86, (1, 1), 0.1),
}
PUBLIC_BUILT = ("CENTRE", "PUBLIC", "PUB_PRIV")
BANDS = ("OLDER", "YOUNGER", "OLDER", "MIXED", "INFANT", "YOUNGER", "OLDER", "YOUNGER")
BASE_FEE = {"INFANT": 2_350, "YOUNGER": 2_050, "OLDER": 1_780, "MIXED": 1_900}
KIND_FEE = {"PUBLIC": 0.86, "CENTRE": 0.86, "PUB_PRIV": 0.9, "COMMUNITY": 0.88, "KINDER": 0.84, "EMPLOYER": 0.8}
MARKET = 1.55  # what a class without inclusive places charges against one with

WORDS_1 = (
    "春芽 晨光 小树 星河 云朵 果果 青禾 暖阳 蓝鲸 乐知 童心 繁星 小满 木棉 荔湾湾 珠水 海风 白鹭 红豆 麦田".split()
)
WORDS_2 = "宝贝 之家 童园 乐园 小屋 学堂 花园 成长 家园 亲子".split()
SUFFIX = {
    "CENTRE": "托育综合服务中心", "PUBLIC": "公办托育园", "PUB_PRIV": "普惠托育中心", "COMMUNITY": "社区托育点",
    "KINDER": "幼儿园托班", "EMPLOYER": "职工托育园", "PRIVATE_NP": "托育服务中心", "PRIVATE_FP": "托育园",
    "FAMILY": "家庭托育点",
}  # fmt: skip
AUTHORITY = {
    "CENTRE": "ORGN", "PUBLIC": "ORGN", "PUB_PRIV": "CIVIL", "COMMUNITY": "CIVIL", "KINDER": "CIVIL",
    "EMPLOYER": "MARKET", "PRIVATE_NP": "CIVIL", "PRIVATE_FP": "MARKET", "FAMILY": "MARKET",
}  # fmt: skip


@dataclass
class ClassPlan:
    """One class: how many places, how many of them inclusive, the full-day fee in fen."""

    code: str
    band: str
    places: int
    limit: int
    inclusive: int = 0
    fee_fen: int = 0


@dataclass
class ProviderPlan:
    """One provider as it will stand on the demo day."""

    code: str
    kind: str
    name: str
    district: str
    street: str
    point: Point
    address: str
    filed_on: dt.date
    classes: list[ClassPlan] = field(default_factory=list)
    inclusive: bool = False
    subsidised: bool = False  # keeps its roll here and is paid under the demo scheme

    @property
    def places(self) -> int:
        """Places of all classes."""
        return sum(group.places for group in self.classes)


@dataclass(frozen=True)
class District:
    """What the plan needs of a district."""

    code: str
    name: str
    population: int
    outline: Mapping
    streets: Sequence[tuple[str, str]]  # code, name


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """Split a whole number by weights with the largest remainder."""
    scale = total / sum(weights)
    floors = [int(weight * scale) for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (floors[i] - weights[i] * scale, i))
    for i in order[: total - sum(floors)]:
        floors[i] += 1
    return floors


def street_points(district: District) -> dict[str, Point]:
    """An invented middle for every subdistrict, spread inside the district's real outline."""
    dice = chance("streets", district.code)
    rings = [ring for polygon in district.outline["coordinates"] for ring in polygon[:1]]
    lngs, lats = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    pool: list[Point] = []
    while len(pool) < 24 * len(district.streets):
        point = Point(dice.uniform(min(lngs), max(lngs)), dice.uniform(min(lats), max(lats)))
        if inside(point, district.outline):
            pool.append(point)
    chosen = [pool[0]]
    nearest = [float("inf")] * len(pool)
    while len(chosen) < len(district.streets):  # the point farthest from those chosen
        for i, point in enumerate(pool):
            gap = (point.lng - chosen[-1].lng) ** 2 + (point.lat - chosen[-1].lat) ** 2
            nearest[i] = min(nearest[i], gap)
        chosen.append(pool[max(range(len(pool)), key=nearest.__getitem__)])
    return {code: point for (code, _), point in zip(district.streets, chosen, strict=True)}


def scatter(dice, middle: Point, outline: Mapping) -> Point:
    """A point within about 1.5 km of the middle, inside the district."""
    for _ in range(40):
        point = Point(round(middle.lng + dice.gauss(0, 0.006), 6), round(middle.lat + dice.gauss(0, 0.0055), 6))
        if inside(point, outline):
            return point
    return Point(round(middle.lng, 6), round(middle.lat, 6))


def plan(districts: Sequence[District]) -> list[ProviderPlan]:
    """The whole city, deterministic: kinds and places by district, classes within their limits, fees, agreements."""
    districts = sorted(districts, key=lambda one: one.code)
    people = [one.population for one in districts]
    fixed = sum(DISTRICT_PLACES.values())
    free = [one for one in districts if one.code not in DISTRICT_PLACES]
    places = (
        dict(
            zip(
                (one.code for one in free),
                shares(PLACES - fixed, [one.population * DISTRICT_WEIGHT[one.code] for one in free]),
                strict=True,
            )
        )
        | DISTRICT_PLACES
    )
    by_kind = {kind: shares(count, people) for kind, (count, _, _) in KINDS.items()}
    by_kind["PUB_PRIV"] = shares(KINDS["PUB_PRIV"][0], [len(one.streets) for one in districts])
    by_kind["CENTRE"] = shares(KINDS["CENTRE"][0], [1.0 for _ in districts])
    # Every subdistrict has a public-built centre but one, the white patch of the tour, which has nothing (177 of 178).
    bare = next(one for one in districts if one.code == "440105").streets[-1][0]
    found: list[ProviderPlan] = []
    for i, district in enumerate(districts):
        found += plan_district(
            district, {kind: counts[i] for kind, counts in by_kind.items()}, places[district.code], bare
        )
    choose_subsidised(found)
    set_fees(found)
    return found


def plan_district(district: District, counts: dict[str, int], target: int, bare: str) -> list[ProviderPlan]:
    """The providers of one district with exactly `target` places."""
    dice = chance("district", district.code)
    middles = street_points(district)
    names = dict(district.streets)
    weights = {code: 0.4 + dice.random() for code in names}
    options = [code for code in names if code != bare]
    waiting = list(options)
    plans: list[ProviderPlan] = []
    for kind, count in counts.items():
        for _ in range(count):
            if kind in PUBLIC_BUILT and waiting:
                street = waiting.pop(0)
            else:
                street = dice.choices(options, [weights[code] for code in options])[0]
            plans.append(make(district, kind, street, names[street], middles[street], len(plans) + 1))
    if waiting:
        raise ValueError(f"{district.name} has too few public-built providers for its subdistricts")
    fit(plans, target, dice)
    return plans


def make(district: District, kind: str, street: str, street_name: str, middle: Point, number: int) -> ProviderPlan:
    """One provider with its classes at two thirds of their limits."""
    code = f"{district.code}-{number:04d}"
    dice = chance("provider", code)
    low, high = KINDS[kind][1]
    name = (
        f"示例·{dice.choice(WORDS_1)}{dice.choice(WORDS_2)}{SUFFIX[kind]}（{street_name.removesuffix('街道')}{number}）"
    )
    filed = filed_on(kind, dice.randrange(1_600))
    made = ProviderPlan(
        code=code, kind=kind, name=name, district=district.code, street=street,
        point=scatter(dice, middle, district.outline),
        address=f"{district.name}{street_name}示例路{dice.randrange(1, 400)}号{number}", filed_on=filed,
    )  # fmt: skip
    for index in range(dice.randint(low, high)):
        band = "MIXED" if kind == "FAMILY" else "OLDER" if kind == "KINDER" else BANDS[index % len(BANDS)]
        limit = FAMILY_LIMIT if kind == "FAMILY" else CLASS_LIMIT[band]
        made.classes.append(ClassPlan(f"{code}-{index + 1}", band, max(LEAST, round(limit * 0.8)), limit))
    made.inclusive = dice.random() < KINDS[kind][2]
    return made


def filed_on(kind: str, days: int) -> dt.date:
    """A working day since 2021; family points have been filed since their rules of November 2023."""
    day = dt.date(2021, 1, 4) + dt.timedelta(days=days)
    if kind == "FAMILY" and day < HISTORY_FROM:
        day = dt.date(2023, 11, 20) + (day - dt.date(2021, 1, 4)) / 6
    return workday(day)


@cache
def workday(day: dt.date, step: int = -1) -> dt.date:
    """The day itself, or the next working day in the direction of `step`; the years before the city's calendar too."""
    while not is_workday(day):
        day += dt.timedelta(days=step)
    return day


@cache
def workdays_after(day: dt.date, days: int) -> dt.date:
    """The day after so many more working days, as a term ends."""
    for _ in range(days):
        day = workday(day + dt.timedelta(days=1), step=1)
    return day


def fit(plans: list[ProviderPlan], target: int, dice) -> None:
    """Grow or shrink classes one place at a time, and add classes if all are full, until the district has `target`."""
    gap = target - sum(one.places for one in plans)
    groups = [group for one in plans for group in one.classes]
    while gap:
        open_groups = [g for g in groups if (g.places < g.limit if gap > 0 else g.places > LEAST)]
        if not open_groups:
            if gap < 0:
                raise ValueError("the district has more classes than its places allow")
            owner = dice.choice([one for one in plans if one.kind != "FAMILY" and len(one.classes) < 12])
            band = "OLDER" if owner.kind == "KINDER" else BANDS[len(owner.classes) % len(BANDS)]
            group = ClassPlan(f"{owner.code}-{len(owner.classes) + 1}", band, LEAST, CLASS_LIMIT[band])
            owner.classes.append(group)
            groups.append(group)
            gap -= LEAST
            if gap < 0:
                group.places += gap  # a small last class
                gap = 0
            continue
        dice.shuffle(open_groups)
        for group in open_groups[: abs(gap)]:
            group.places += 1 if gap > 0 else -1
        gap -= len(open_groups[: abs(gap)]) * (1 if gap > 0 else -1)


def choose_subsidised(plans: list[ProviderPlan]) -> None:
    """Exactly 792 inclusive providers keep their roll here and are paid; the same ones every time."""
    candidates = [one for one in plans if one.inclusive and one.kind != "FAMILY"]
    order = sorted(candidates, key=lambda one: chance("subsidised", one.code).random())
    if len(order) < SUBSIDISED:
        raise ValueError("too few inclusive providers")
    for one in order[:SUBSIDISED]:
        one.subsidised = True
        if one.filed_on >= HISTORY_FROM:  # twelve months of history need a provider that was there
            one.filed_on = workday(one.filed_on - dt.timedelta(days=400))
    for one in plans:
        for group in one.classes:
            if one.inclusive:
                group.inclusive = group.places if one.kind != "PRIVATE_FP" else round(group.places * 0.9)


def set_fees(plans: list[ProviderPlan]) -> None:
    """Full-day fees in steps of ten yuan; over classes with inclusive places their simple mean is 1,813.00 yuan."""
    inclusive: list[ClassPlan] = []
    for one in plans:
        dice = chance("fee", one.code)
        factor = KIND_FEE.get(one.kind, 1.0) * (0.85 + dice.random() * 0.3) * (1 if one.inclusive else MARKET)
        for group in one.classes:
            group.fee_fen = round(BASE_FEE[group.band] * factor / 10) * 1_000
            if group.inclusive:
                inclusive.append(group)
    gap = MEAN_INCLUSIVE_FEE_FEN * len(inclusive) - sum(group.fee_fen for group in inclusive)
    step = 1_000 if gap > 0 else -1_000
    index = 0
    while abs(gap) >= 1_000:
        inclusive[index % len(inclusive)].fee_fen += step
        gap -= step
        index += 1
    inclusive[0].fee_fen += gap

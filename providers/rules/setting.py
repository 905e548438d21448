"""Warnings about premises and staff against the setting standard; a filing is checked by an officer, not by these.

托育机构设置标准(试行) and 管理规范(试行), 国卫人口发〔2019〕58号. What is unknown gives no warning.
Local numbers are arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.dates import add_months
from portal.wording import N_
from providers.rules.ages import FAMILY_POINT, SETTING_STANDARD, carers_needed

LEASE_YEARS = 3  # art. 11; also family points
HEALTH_WORKER_FULL_TIME_FROM = 150  # children
HIGHEST_FLOOR = 3
BUILDING_CODE = "托儿所、幼儿园建筑设计规范 JGJ 39-2016"
HEALTH_CARE_RULES = "托儿所幼儿园卫生保健管理办法 卫生部 教育部令第76号"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a provider on a day; None is unknown."""

    kind: str
    classes: tuple[tuple[str, int], ...] = ()  # (band, places) of each class
    carers: int | None = None
    guards: int | None = None
    health_workers: int | None = None
    full_time_health_workers: int | None = None
    lease_from: date | None = None
    lease_to: date | None = None  # both unknown: own premises
    building_m2: int | None = None
    outdoor_m2: int | None = None
    lowest_floor: int | None = None
    highest_floor: int | None = None

    @property
    def places(self) -> int:
        return sum(places for _, places in self.classes)


@dataclass(frozen=True, slots=True)
class Warning:
    """Something that does not look like the standard: a code, a msgid with numbers, the article."""

    code: str
    msgid: str
    clause: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)


def warnings_of(setting: Setting, on: date, *, least_m2_per_place: int | None = None) -> list[Warning]:
    """Everything to look at twice, in the order of the standard."""
    return [*_premises(setting, least_m2_per_place), *_staff(setting, on)]


def _premises(setting: Setting, least_m2_per_place: int | None) -> Iterator[Warning]:
    if setting.lease_from and setting.lease_to and setting.lease_to < add_months(setting.lease_from, 12 * LEASE_YEARS):
        message = N_("The lease is shorter than %(years)s years.")
        yield Warning("LEASE_SHORT", message, f"{SETTING_STANDARD} 第十一条", {"years": LEASE_YEARS})
    if least_m2_per_place and setting.building_m2 is not None:
        needed = least_m2_per_place * setting.places
        if setting.building_m2 < needed:
            message = N_("%(places)s places need at least %(needed)s m²; the building has %(area)s m².")
            numbers = {"places": setting.places, "needed": needed, "area": setting.building_m2}
            yield Warning("AREA_SMALL", message, SETTING_STANDARD, numbers)
    if setting.outdoor_m2 == 0:
        message = N_("There is no outdoor area; children must be outdoors for at least two hours a day.")
        yield Warning("NO_OUTDOOR", message, SETTING_STANDARD)
    if setting.lowest_floor is not None and setting.lowest_floor < 1:
        yield Warning("BASEMENT", N_("Rooms for children may not be in a basement."), BUILDING_CODE)
    if setting.highest_floor is not None and setting.highest_floor > HIGHEST_FLOOR:
        message = N_("Rooms for children may not be above floor %(floor)s.")
        yield Warning("TOO_HIGH", message, BUILDING_CODE, {"floor": HIGHEST_FLOOR})
    if setting.kind == "FAMILY" and setting.places > FAMILY_POINT.most_children:
        message = N_("A family childcare point takes at most %(most)s children; more must be filed as an institution.")
        yield Warning("FAMILY_TOO_LARGE", message, FAMILY_POINT.clause, {"most": FAMILY_POINT.most_children})


def _staff(setting: Setting, on: date) -> Iterator[Warning]:
    needed = carers_for(setting, on)
    if setting.carers is not None and setting.carers < needed:
        message = N_("With every place taken %(needed)s carers are needed; there are %(carers)s.")
        numbers = {"needed": needed, "carers": setting.carers}
        yield Warning("CARERS_FEW", message, f"{SETTING_STANDARD} 第二十条", numbers)
    if setting.kind == "FAMILY":
        return
    if setting.guards == 0:
        yield Warning("NO_GUARD", N_("At least one guard is needed on duty."), f"{SETTING_STANDARD} 第十八条")
    if setting.health_workers == 0:
        yield Warning("NO_HEALTH_WORKER", N_("A health worker is needed."), HEALTH_CARE_RULES)
    elif setting.places >= HEALTH_WORKER_FULL_TIME_FROM and setting.full_time_health_workers == 0:
        message = N_("From %(children)s children at least one health worker must be full-time.")
        numbers = {"children": HEALTH_WORKER_FULL_TIME_FROM}
        yield Warning("HEALTH_WORKER_PART_TIME", message, HEALTH_CARE_RULES, numbers)


def carers_for(setting: Setting, on: date) -> int:
    """Carers that all classes need together with every place taken."""
    if setting.kind == "FAMILY":
        return carers_needed("FAMILY", setting.places, on, (FAMILY_POINT,)) if setting.places else 0
    return sum(carers_needed(band, places, on) for band, places in setting.classes)

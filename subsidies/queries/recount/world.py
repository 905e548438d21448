"""Everything the law may look at, read once as rows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from enrolments.models import AttendanceMonth, Child, ChildIdentity, Enrolment, EnrolmentState
from inspections.models import Decision, Finding, RatingSpan
from portal.dates import Month
from providers.models import Fee, InclusiveAgreement, Provider, ProviderSpan, StandingSpan
from subsidies.models import ClosedMonth
from subsidies.rules.codes import Presence

PRESENT = {"full": "FAP", "am": "FA", "pm": "FP"}


@dataclass(frozen=True)
class Spell:
    """A spell's part in one month."""

    enrolment: Enrolment
    first: dt.date
    last: dt.date
    letters: str

    def days(self, presence: Presence) -> int:
        """Days attended in a booked half, or in both."""
        wanted = PRESENT[self.enrolment.mode]
        if presence is Presence.BOTH_HALVES and self.enrolment.mode == "full":
            wanted = "F"
        inside = range(self.first.day, self.last.day + 1)
        return sum(self.letters[day - 1] in wanted for day in inside)

    @property
    def length(self) -> int:
        """Calendar days inside the month."""
        return (self.last - self.first).days + 1

    def clashes(self, other: "Spell") -> bool:
        """Whether both claim the same half-day."""
        apart = {self.enrolment.mode, other.enrolment.mode} == {"am", "pm"}
        return not apart and self.first <= other.last and other.first <= self.last


@dataclass
class World:
    """Everything the law may look at, read once."""

    providers: dict[int, Provider] = field(default_factory=dict)
    children: dict[int, Child] = field(default_factory=dict)
    person_of: dict[int, int] = field(default_factory=dict)
    enrolments: list[Enrolment] = field(default_factory=list)
    first_days: dict[tuple[int, int], list[dt.date]] = field(default_factory=lambda: defaultdict(list))
    spans: dict[str, dict[int, list[Any]]] = field(default_factory=dict)
    closed: set[tuple[str, dt.date]] = field(default_factory=set)  # (area path, month) that runs have computed
    _closed: dict[tuple[str, Month], bool] = field(default_factory=dict)
    _holding: dict[tuple[str, int, dt.date, dt.date], list[Any]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "World":
        """From the database."""
        world = cls()
        world.providers = {row.pk: row for row in Provider.objects.all()}
        world.children = {row.pk: row for row in Child.objects.all()}
        world.person_of = dict(_persons(world.children))
        world.enrolments = list(
            Enrolment.objects.exclude(state=EnrolmentState.ANNULLED).select_related("class_group").order_by("pk")
        )
        for row in world.enrolments:
            world.first_days[world.person_of[row.child_id], row.provider_id].append(row.during.lower)
        kept: Mapping[str, type[Model]] = {
            "provider": ProviderSpan, "standing": StandingSpan, "agreement": InclusiveAgreement, "grade": RatingSpan,
        }  # fmt: skip
        for name, model in kept.items():
            rows = model._default_manager.filter(retracted_at__isnull=True)
            world.spans[name] = _by(rows, "provider_id")
        world.spans["fee"] = _by(Fee.objects.filter(retracted_at__isnull=True), "class_group_id")
        world.spans["hazard"] = _by(Finding.objects.filter(level="MAJOR", withdrawn_at__isnull=True), "provider_id")
        world.spans["suspension"] = _by(Decision.objects.filter(kind="SUSPEND"), "provider_id")
        world.closed = set(ClosedMonth.objects.values_list("area__path", "month"))
        return world

    def is_closed(self, provider: int, month: Month) -> bool:
        """Whether a run has computed the month for the provider's area."""
        path = self.providers[provider].area_path
        if (known := self._closed.get((path, month))) is None:
            known = any(first == month.first and path.startswith(area_path) for area_path, first in self.closed)
            self._closed[path, month] = known
        return known

    def spells(self, month: Month) -> list[Spell]:
        """Every spell with a day in the month."""
        letters = dict(AttendanceMonth.objects.filter(month=month.first).values_list("enrolment_id", "days"))
        found = []
        for row in self.enrolments:
            first = max(row.during.lower, month.first)
            last = month.last if row.during.upper is None else min(row.during.upper - dt.timedelta(days=1), month.last)
            if first <= last:
                found.append(Spell(row, first, last, letters.get(row.pk, "." * 31)))
        return found

    def holding(self, name: str, owner: int, days: Sequence[dt.date]) -> list[Any]:
        """Spans of an owner that hold on one of the days, in the order they begin."""
        key = (name, owner, days[0], days[-1])
        if (known := self._holding.get(key)) is None:
            rows = [row for row in self.spans[name].get(owner, []) if any(_in(row.during, day) for day in days)]
            known = self._holding[key] = sorted(rows, key=lambda row: row.during.lower)
        return known

    def first_day(self, person: int, provider: int, month: Month) -> dt.date:
        """The child's first day at the provider, as known by the end of the month."""
        return min(first for first in self.first_days[person, provider] if first <= month.last)


def _by(rows: Iterable[Any], owner: str) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, owner)].append(row)
    return grouped


def _in(during: Any, day: dt.date) -> bool:
    return during.lower <= day and (during.upper is None or day < during.upper)


def _persons(children: Mapping[int, Child]) -> Iterator[tuple[int, int]]:
    """Which record stands for a child: what an officer joined, or the first record with the same number."""
    owner = {child.identity_key: child for child in children.values() if child.identity_key}
    number = dict(ChildIdentity.objects.values_list("child_id", "number_key"))
    for child in children.values():
        root = child
        if child.same_as_id:
            root = children[child.same_as_id]
        elif not child.identity_key and (first := owner.get(number.get(child.pk, ""))) is not None:
            root = first
        yield child.pk, root.same_as_id or root.pk

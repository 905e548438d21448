"""The quota report (指标报表): places against residents and target, by area, with everything a figure was made of."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from portal.law import ancestors
from portal.models import Area, AreaLevel
from quotas import rules
from quotas.models import Indicator, Population, Target
from quotas.queries.counts import Counts, counts_by_street
from quotas.queries.tree import Node, streets_of, tree_on


@dataclass(frozen=True)
class Line:
    """One area of the report: whole numbers and sources only, so that it can be sealed; figures are derived."""

    code: str
    name: str
    level: str
    parent: str | None
    providers: int
    places: int
    inclusive_places: int
    roll_places: int
    enrolled: int
    streets: int
    streets_covered: int
    population: int | None
    population_source: str
    population_is_estimate: bool
    target: str | None  # decimal text: places per 1,000 residents
    target_source: str

    def _figure(self, code: str, **counts: int) -> rules.Figure:
        return rules.figure(code, counts)

    @property
    def per_thousand(self) -> rules.Figure:
        """每千人口托位数 = places ÷ residents × 1,000; no value without residents."""
        return self._figure("PLACES_PER_THOUSAND", places=self.places, population=self.population or 0)

    @property
    def inclusive_share(self) -> rules.Figure:
        """普惠托位占比 = inclusive places ÷ places."""
        return self._figure("INCLUSIVE_SHARE", inclusive_places=self.inclusive_places, places=self.places)

    @property
    def street_coverage(self) -> rules.Figure:
        """街道（乡镇）覆盖率 = subdistricts with an open provider ÷ subdistricts."""
        return self._figure("STREET_COVERAGE", streets_covered=self.streets_covered, streets=self.streets)

    @property
    def utilisation(self) -> rules.Figure:
        """托位使用率 = enrolled ÷ places, of the providers that keep their roll here."""
        return self._figure("UTILISATION", enrolled=self.enrolled, places=self.roll_places)

    @property
    def target_value(self) -> Fraction | None:
        """The target as an exact number."""
        return Fraction(self.target) if self.target else None

    @property
    def gap(self) -> str:
        """Value less target, as shown; empty without either."""
        if self.per_thousand.value is None or self.target_value is None:
            return ""
        return rules.shown(self.per_thousand.value - self.target_value, 2)

    @property
    def light(self) -> str:
        """GREEN, AMBER, RED or NONE against the target."""
        return str(rules.light(self.per_thousand.value, self.target_value))

    @property
    def missing(self) -> int | None:
        """Places still needed for the target (缺口); None without population or target."""
        if not self.population or self.target_value is None:
            return None
        return rules.places_missing(self.places, self.population, self.target_value)


@dataclass(frozen=True)
class Table:
    """The report of an area on a day; `population_year` is None when no population is loaded."""

    area: str
    on: dt.date
    population_year: int | None
    lines: list[Line]

    @property
    def root(self) -> Line:
        """The reported area itself."""
        return self.lines[0]

    def beneath(self, code: str) -> list[Line]:
        """The areas directly beneath one."""
        return [line for line in self.lines if line.parent == code]

    def find(self, code: str) -> Line | None:
        """The line of an area."""
        return next((line for line in self.lines if line.code == code), None)

    @property
    def streets(self) -> list[Line]:
        """All subdistricts and towns."""
        return [line for line in self.lines if line.level == AreaLevel.STREET]

    def content(self) -> dict[str, Any]:
        """What is sealed: business codes, numbers and sources; no ids, times or run numbers."""
        return {
            "area": self.area,
            "on": self.on.isoformat(),
            "population_year": self.population_year,
            "lines": [asdict(line) for line in self.lines],
        }


def from_content(content: Mapping[str, Any]) -> Table:
    """A table back from what was frozen."""
    lines = [Line(**line) for line in content["lines"]]
    return Table(content["area"], dt.date.fromisoformat(content["on"]), content["population_year"], lines)


def live(area: Area, on: dt.date, known: dt.datetime) -> Table:
    """The table of an area on a day as known at a moment; five queries whatever its size."""
    nodes = tree_on(area, on)
    return assemble(nodes, counts_by_street([node.id for node in streets_of(nodes)], on, known), on, known)


def assemble(nodes: Sequence[Node], counts: Mapping[int, Counts], on: dt.date, known: dt.datetime) -> Table:
    """Put counts, population and targets together: subdistricts add up to districts and to the city."""
    year, people = population_in([node.id for node in nodes], on, known)
    targets = targets_for(nodes[0], [node.id for node in nodes], on, known)
    sums: dict[str, Counts] = {node.code: counts.get(node.id, Counts()) for node in nodes}
    every = {node.code: int(node.level == AreaLevel.STREET) for node in nodes}
    covered = {node.code: int(every[node.code] and sums[node.code].providers > 0) for node in nodes}
    children: dict[str, list[Node]] = {}
    for node in reversed(nodes):  # children come after their parents, so from the end every child is whole
        if node.parent is not None:
            sums[node.parent] = sums[node.parent].plus(sums[node.code])
            every[node.parent] += every[node.code]
            covered[node.parent] += covered[node.code]
            children.setdefault(node.parent, []).append(node)
        people.setdefault(node.id, summed(people, children.get(node.code, [])))
    lines = []
    for node in nodes:
        given = people[node.id]
        target = targets.get(node.code) or targets.get(node.parent or "") or targets.get("")
        targets.setdefault(node.code, target)
        lines.append(
            Line(
                code=node.code,
                name=node.name,
                level=node.level,
                parent=node.parent,
                streets=every[node.code],
                streets_covered=covered[node.code],
                population=given.population if given else None,
                population_source=given.source if given else "",
                population_is_estimate=given.is_estimate if given else False,
                target=plain(target.value) if target else None,
                target_source=target.source if target else "",
                **sums[node.code]._asdict(),
            )
        )
    return Table(nodes[0].code, on, year, lines)


@dataclass(frozen=True)
class People:
    """A population with where it comes from."""

    population: int
    source: str
    is_estimate: bool


def population_in(areas: Sequence[int], on: dt.date, known: dt.datetime) -> tuple[int | None, dict[int, People | None]]:
    """(year, residents by area id): the latest year up to the day's for which any of the areas has a figure."""
    rows = Population.objects.filter(_known(known), area__in=areas, age_from=None, year__lte=on.year)
    year = rows.order_by("-year").values_list("year", flat=True).first()
    if year is None:
        return None, {}
    found = rows.filter(year=year).values_list("area_id", "population", "source", "is_estimate")
    return year, {area: People(number, source, estimate) for area, number, source, estimate in found}


def summed(people: Mapping[int, People | None], children: Sequence[Node]) -> People | None:
    """An area without a figure of its own has its children's sum, when every one of them has a figure."""
    parts = [people.get(child.id) for child in children]
    if not parts or not all(parts):
        return None
    known = [part for part in parts if part]
    source = known[0].source if len({part.source for part in known}) == 1 else ""
    return People(sum(part.population for part in known), source, any(part.is_estimate for part in known))


def targets_for(root: Node, areas: Sequence[int], on: dt.date, known: dt.datetime) -> dict[str, Target | None]:
    """Targets by area code for the latest year up to the day's; under "" the one inherited from above the root."""
    above = ancestors(root.path)[1:]
    rows = Target.objects.filter(
        _known(known), Q(area__in=areas) | Q(area__code__in=above), indicator=Indicator.PLACES_PER_THOUSAND,
        year__lte=on.year,
    ).select_related("area")  # fmt: skip
    latest: dict[str, Target | None] = {}
    for row in rows.order_by("year"):
        latest[row.area.code] = row
    latest[""] = next((latest[code] for code in above if code in latest), None)
    return latest


def sources(table: Table) -> list[str]:
    """Where residents and targets come from; estimates are named as such."""
    notes = []
    for source in dict.fromkeys(line.population_source for line in table.lines if line.population_source):
        notes.append(gettext("Residents: %(source)s") % {"source": source})
    if any(line.population_is_estimate for line in table.lines):
        notes.append(gettext("Residents of subdistricts are estimates."))
    for source in dict.fromkeys(line.target_source for line in table.lines if line.target_source):
        notes.append(gettext("Target: %(source)s") % {"source": source})
    return notes


def _known(moment: dt.datetime) -> Q:
    return Q(recorded_at__lte=moment) & (Q(retracted_at=None) | Q(retracted_at__gt=moment))


def plain(value: Decimal) -> str:
    """A decimal without trailing zeros: 4.500 → 4.5."""
    return f"{value.normalize():f}"

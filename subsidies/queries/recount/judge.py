"""The law applied month by month to rows as they stand."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple

from portal.dates import Month
from subsidies.queries import versions
from subsidies.queries.recount.facts import Facts, reference_days
from subsidies.queries.recount.world import Spell, World
from subsidies.queries.versions import Law
from subsidies.rules import Case, assess, share
from subsidies.rules.codes import DayCount
from subsidies.rules.transfers import Stay, counted_stays


class Key(NamedTuple):
    """What an amount is for, in business codes: the key whose postings add up to the law."""

    policy: str
    unit: str
    subject_key: str
    provider: str
    payee: str
    period: dt.date


class Recount:
    """The law applied to today's facts, oldest month first; `results` keeps what later months of a cap year need."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.results: dict[Key, int] = {}
        self._assessed: dict[tuple[Any, ...], int] = {}
        self.funded: dict[tuple[str, str], set[Month]] = defaultdict(set)  # (policy, child) -> months above 0

    def month(self, month: Month) -> None:
        """Add a month's results."""
        stays: dict[tuple[int, int], list[Spell]] = defaultdict(list)
        by_person: dict[int, list[Spell]] = defaultdict(list)
        for spell in self.world.spells(month):
            person = self.world.person_of[spell.enrolment.child_id]
            stays[person, spell.enrolment.provider_id].append(spell)
            by_person[person].append(spell)
        clashing = {
            person for person, spells in by_person.items() if any(a.clashes(b) for a, b in combinations(spells, 2))
        }
        paid: dict[str, set[int]] = defaultdict(set)  # policy -> children paid this month
        for layer in versions.layers(versions.in_force(month)):
            for law in layer:
                self._law(law, month, stays, clashing, paid)

    def _law(
        self,
        law: Law,
        month: Month,
        stays: Mapping[tuple[int, int], list[Spell]],
        clashing: set[int],
        paid: dict[str, set[int]],
    ) -> None:
        terms = law.terms
        counted = self._counted(law, month, stays, clashing)
        judged: dict[tuple[int, int], tuple[Case, int, bool]] = {}
        for person, provider in counted:
            if not self.world.is_closed(provider, month):
                continue
            if (case := self._case(law, month, person, provider, stays[person, provider])) is None:
                continue
            verdicts: dict[str, Any] = {"conflict": True} if person in clashing else {}
            if excluders := sorted(code for code in terms.excluded_policies if person in paid[code]):
                verdicts["excluded_by"] = excluders[0]
            case = case.with_verdicts(**verdicts)
            left = self._months_left(law, month, person)
            judged[person, provider] = (case, self._fen(law, case), left)
        within = self._within_places(law, month, judged)
        for (person, provider), (case, amount, left) in judged.items():
            caps: dict[str, Any] = {}
            if amount and terms.months_per_year is not None:
                caps["months_left"] = left
            if amount and left and terms.infants_per_month:
                caps["within_places"] = within[person, provider]
            fen = self._fen(law, case.with_verdicts(**caps) if caps else case)
            key = self.world.children[person].key
            self.results[
                Key(terms.code, terms.unit.value, key, self.world.providers[provider].code, "PROVIDER", month.first)
            ] = fen
            if fen:
                paid[terms.code].add(person)
                self.funded[terms.code, key].add(month)

    def _fen(self, law: Law, case: Case) -> int:
        """The law, once for equal facts."""
        key = (law.version.pk, *case.values.items())
        if (known := self._assessed.get(key)) is None:
            known = self._assessed[key] = assess(law.terms, case).amount_fen
        return known

    def _counted(
        self, law: Law, month: Month, stays: Mapping[tuple[int, int], list[Spell]], clashing: set[int]
    ) -> list[tuple[int, int]]:
        """Where each child's month counts, by the law's transfer rule."""
        by_person: dict[int, list[Stay]] = defaultdict(list)
        ids = {provider.code: provider.pk for provider in self.world.providers.values()}
        days = reference_days(law, month)
        for (person, provider), spells in stays.items():
            row = self.world.providers[provider]
            lay = self.world.holding("provider", provider, days)
            if any(law.covers(span.area_path) for span in lay):
                came = sum(spell.days(law.terms.presence) for spell in spells)
                first, last = min(spell.first for spell in spells), max(spell.last for spell in spells)
                by_person[person].append(Stay(row.code, first, last, came))
        found = []
        for person, several in by_person.items():
            kept = several if person in clashing else counted_stays(law.terms.transfer, several)
            found += [(person, ids[stay.provider]) for stay in kept]
        return found

    def _months_left(self, law: Law, month: Month, person: int) -> bool:
        if law.terms.months_per_year is None:
            return True
        start = Month(month.year - (month.number < law.terms.cap_year_start_month), law.terms.cap_year_start_month)
        funded = self.funded[law.terms.code, self.world.children[person].key]
        return sum(start <= earlier < month for earlier in funded) < law.terms.months_per_year

    def _within_places(
        self, law: Law, month: Month, judged: Mapping[tuple[int, int], tuple[Case, int, bool]]
    ) -> dict[tuple[int, int], bool]:
        if not law.terms.infants_per_month:
            return {}
        by_provider: dict[int, list[int]] = defaultdict(list)
        for (person, provider), (_case, amount, left) in judged.items():
            if amount and left:
                by_provider[provider].append(person)
        within = {}
        for provider, persons in by_provider.items():
            agreements = self.world.holding("agreement", provider, reference_days(law, month))
            places, taken = agreements[-1].places if agreements else 0, Fraction(0)
            order = [
                (self.world.first_day(person, provider, month), self.world.children[person].key, person)
                for person in persons
            ]
            for _first, _key, person in sorted(order):
                taken += share(law.terms, judged[person, provider][0])
                within[person, provider] = taken <= places
        return within

    def _case(self, law: Law, month: Month, person: int, provider: int, spells: list[Spell]) -> Case | None:
        """The facts of one child-month; None outside the policy's area."""
        days = reference_days(law, month)
        of_provider = self.world.holding("provider", provider, days)
        if not of_provider or not law.covers(of_provider[-1].area_path):
            return None
        by_length = law.terms.proration.count is DayCount.ENROLLED
        main = max(
            spells,
            key=lambda spell: (
                spell.length if by_length else spell.days(law.terms.presence),
                spell.first,
                spell.enrolment.pk,
            ),
        )
        facts = Facts(self.world, law, month, days, person, provider, spells, main)
        return Case({name: getattr(facts, name) for name in law.terms.dimensions})

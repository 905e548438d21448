"""The dimensions of one child-month, in plain Python."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from portal import workdays
from portal.dates import Month, add_months
from providers.models import Place
from subsidies.queries.recount.world import Spell, World
from subsidies.queries.versions import Law
from subsidies.rules.ages import age_band, age_ok
from subsidies.rules.codes import BandFrom, ReferenceDay


def reference_days(law: Law, month: Month) -> Sequence[dt.date]:
    """The days on which the law reads a dated fact."""
    match law.terms.reference_day:
        case ReferenceDay.FIRST_DAY:
            return [month.first]
        case ReferenceDay.LAST_DAY:
            return [month.last]
        case ReferenceDay.ANY_DAY:
            return list(month.days())


@dataclass
class Facts:
    """The dimensions of one child-month, each by the name the rules give it."""

    world: World
    law: Law
    at: Month
    days: Sequence[dt.date]
    person: int
    provider: int
    spells: list[Spell]
    main: Spell

    @property
    def ref_day(self) -> dt.date:
        """The one day on which ages, places and papers are read."""
        return self.at.first if self.law.terms.reference_day is ReferenceDay.FIRST_DAY else self.at.last

    def _standing(self, wanted: str) -> bool:
        return any(row.standing == wanted for row in self.world.holding("standing", self.provider, self.days))

    @property
    def provider_kind(self) -> str:
        """Type of provider."""
        return str(self.world.holding("provider", self.provider, self.days)[-1].kind)

    @property
    def nature(self) -> str:
        """Institution, non-profit or for profit, as the register that keeps it."""
        authority = self.world.providers[self.provider].authority
        return {"ORGN": "INSTITUTION", "CIVIL": "NON_PROFIT"}.get(authority, "FOR_PROFIT")

    @property
    def inclusive(self) -> bool:
        """Recognised with places."""
        return any(row.places > 0 for row in self.world.holding("agreement", self.provider, self.days))

    @property
    def grade(self) -> int | None:
        """Stars."""
        rows = self.world.holding("grade", self.provider, self.days)
        return rows[-1].grade if rows else None

    @property
    def size(self) -> int:
        """Places of all classes."""
        rows = Place.objects.filter(class_group__provider=self.provider, during__contains=self.ref_day)
        return rows.count()

    @property
    def filed_active(self) -> bool:
        """Filed and open."""
        return self._standing("ACTIVE")

    @property
    def suspended(self) -> bool:
        """Suspended by decision."""
        return self._standing("SUSPENDED")

    @property
    def no_open_major_hazard(self) -> bool:
        """Nothing major found and not cleared."""
        return not any(
            row.found_on <= day and (row.cleared_on is None or row.cleared_on > day)
            for row in self.world.spans["hazard"].get(self.provider, [])
            for day in self.days
        )

    def _months(self, condition: str) -> int:
        found = self.law.terms.condition(condition)
        assert found is not None  # the dimension is used by nothing else
        return int(found.params["months"])

    @property
    def no_recent_penalty(self) -> bool:
        """No suspension within the months before."""
        since = add_months(self.ref_day, -self._months("no_penalty_within"))
        rows = self.world.spans["suspension"].get(self.provider, [])
        return not any(since < row.from_day <= self.ref_day for row in rows)

    @property
    def operating_long_enough(self) -> bool:
        """Open for so many months."""
        since = add_months(self.ref_day, -self._months("operating_months_at_least"))
        rows = self.world.spans["standing"].get(self.provider, [])
        return any(row.standing == "ACTIVE" and row.during.lower <= since for row in rows)

    @property
    def band(self) -> str | None:
        """Kind of class, or the policy's age band."""
        terms = self.law.terms
        if terms.band_from is BandFrom.AGE:
            birth = self.world.children[self.person].birth_date
            return age_band(terms.age_bands, birth, self.at, terms.reference_day)
        return str(self.main.enrolment.class_group.band)

    @property
    def mode(self) -> str:
        """Full days, mornings or afternoons."""
        return str(self.main.enrolment.mode)

    @property
    def birth_order(self) -> int | None:
        """First, second, third child."""
        return self.world.children[self.person].birth_order

    @property
    def days_attended(self) -> int:
        """Days with presence in a booked half."""
        return sum(spell.days(self.law.terms.presence) for spell in self.spells)

    @property
    def days_enrolled(self) -> int:
        """Calendar days of the spells."""
        return sum(spell.length for spell in self.spells)

    @property
    def working_days(self) -> int:
        """Of the month."""
        return workdays.in_month(self.at.first)

    @property
    def calendar_days(self) -> int:
        """Of the month."""
        return self.at.length

    @property
    def fee_fen(self) -> int | None:
        """What the family pays: agreed in the spell, else what the class charges."""
        if self.main.enrolment.fee_fen is not None:
            return int(self.main.enrolment.fee_fen)
        rows = self.world.holding("fee", self.main.enrolment.class_group_id, [self.ref_day])
        return next((row.amount_fen for row in rows if row.mode == self.mode), None)

    @property
    def fee_within_ceiling(self) -> bool | None:
        """Whether the fee keeps to what the agreement allows."""
        rows = self.world.holding("agreement", self.provider, self.days)
        if not rows:
            return None
        cap = rows[-1].fee_cap_fen
        return True if cap is None else None if self.fee_fen is None else self.fee_fen <= cap

    @property
    def contract_on_file(self) -> bool:
        """A contract by the end of the month."""
        signed = self.main.enrolment.contract_on
        return signed is not None and signed <= self.at.last

    @property
    def age_ok(self) -> bool:
        """Age within the condition."""
        condition = self.law.terms.condition("age")
        assert condition is not None  # the dimension is used by nothing else
        return age_ok(self.world.children[self.person].birth_date, self.at, **condition.params)

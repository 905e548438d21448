"""The terms of one policy version, parsed: law as data (补助政策条款)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Self

from portal.dates import Month
from portal.wording import N_, Fault
from subsidies.rules.cases import VERDICTS
from subsidies.rules.codes import (
    BandFrom,
    Basis,
    CapKind,
    DayCount,
    Denominator,
    Level,
    Payee,
    PolicyKind,
    Presence,
    ReferenceDay,
    SettlePeriod,
    ThresholdOf,
    Transfer,
    Unit,
)
from subsidies.rules.conditions import NOT_DOUBLE_ENROLLED, Condition
from subsidies.rules.parts import (
    PPM,
    TRIGGER_FACTS,
    Cap,
    Deduction,
    FundingShare,
    Multiplier,
    Proration,
    RoundingRule,
)
from subsidies.rules.rates import OneOf, RateRow, age_bounds
from subsidies.rules.reading import GENERAL, REQUIRED, Reader, read
from subsidies.rules.shorthand import spelt_out_cap, spelt_out_condition

PRESCHOOL_FUNDS = "PRESCHOOL_FUNDS"  # in `excludes`: classes that take preschool education funds
FILE_ONLY = ("vectors", "notes")  # keys of a policy file that are not part of the law


@dataclass(frozen=True, slots=True)
class AgeBand:
    """A band of completed months, half-open."""

    name: str
    from_months: int
    to_months: int


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of a policy. Built by `from_mapping` only; `to_mapping` is what PolicyVersion.terms stores."""

    code: str
    version: int
    name: str
    unit: Unit
    clauses: Mapping[str, str] = field(hash=False)
    rates: tuple[RateRow, ...]
    funding: tuple[FundingShare, ...]
    name_en: str = ""
    doc_no: str = ""
    issuer: str = ""
    sources: tuple[str, ...] = ()
    area_code: str = ""
    level: Level = Level.CITY
    kind: PolicyKind = PolicyKind.OPERATING
    status: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    apply_from_month: Month | None = None
    publish_date: date | None = None
    payee: Payee = Payee.PROVIDER
    payee_split_ppm: tuple[int, int] = (PPM, 0)  # provider, family
    settle_period: SettlePeriod = SettlePeriod.MONTH
    window_days: int | None = None
    publicity_workdays: int = 5
    reference_day: ReferenceDay = ReferenceDay.LAST_DAY
    presence: Presence = Presence.ANY_HALF
    transfer: Transfer = Transfer.MORE_DAYS
    min_days: int = 1
    min_days_clause: str = GENERAL
    cap_year_start_month: int = 1
    half_day_place_share: Fraction = Fraction(1)
    eligibility: tuple[Condition, ...] = ()
    proration: Proration = field(default_factory=Proration)
    multipliers: tuple[Multiplier, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    caps: tuple[Cap, ...] = ()
    instalments: tuple[int, ...] = ()
    rounding: RoundingRule = field(default_factory=RoundingRule)
    excludes: tuple[str, ...] = ()
    excludes_clause: str = GENERAL
    clawback_rules: tuple[str, ...] = ()

    # --- What the law looks at -------------------------------------------------------------------------------

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition in order; that no child is paid for twice holds in every policy, written or not."""
        if any(condition.name == NOT_DOUBLE_ENROLLED for condition in self.eligibility):
            return self.eligibility
        return Condition(NOT_DOUBLE_ENROLLED, GENERAL), *self.eligibility

    @property
    def dimensions(self) -> frozenset[str]:
        """The facts a case must carry: the columns of the facts query."""
        used = {dimension for row in self.rates for dimension in row.when}
        used |= {condition.kind.dimension for condition in self.conditions}
        used |= {multiplier.dimension for multiplier in self.multipliers}
        used |= {TRIGGER_FACTS[deduction.trigger][0] for deduction in self.deductions}
        used |= self._day_dimensions()
        if self.cap(CapKind.AMOUNT_AT_MOST_FEE):
            used.add("fee_fen")
        if self.infants_per_month and self.half_day_place_share != 1:
            used.add("mode")
        if PRESCHOOL_FUNDS in self.excludes:
            used.add("preschool_funds")
        return frozenset(used - VERDICTS.keys())

    def _day_dimensions(self) -> set[str]:
        used, proration = set(), self.proration
        if self.min_days or proration.basis is not Basis.NONE:
            used.add(self.days_dimension)
        if proration.pays_by_day and proration.denominator in (Denominator.CALENDAR, Denominator.WORKDAY):
            used.add("calendar_days" if proration.denominator is Denominator.CALENDAR else "working_days")
        if proration.has_threshold and proration.threshold and proration.threshold.fraction is not None:
            used.add("working_days" if proration.threshold.of is ThresholdOf.WORKDAYS else "calendar_days")
        return used

    @property
    def days_dimension(self) -> str:
        return "days_attended" if self.proration.count is DayCount.ATTENDED else "days_enrolled"

    @property
    def band_from(self) -> BandFrom | None:
        """Whether `band` is the kind of class or an age band; None when no rate looks at it."""
        return next((row.band_from for row in self.rates if row.band_from), None)

    @property
    def age_bands(self) -> tuple[AgeBand, ...]:
        """The policy's age bands from the youngest up, for the facts query; empty when bands are kinds of class."""
        if self.band_from is not BandFrom.AGE:
            return ()
        bands = [row.when["band"] for row in self.rates if "band" in row.when]
        names = {name for band in bands if isinstance(band, OneOf) for name in band.codes}
        found = [AgeBand(name, *bounds) for name in names if (bounds := age_bounds(name))]
        return tuple(sorted(found, key=lambda band: (band.from_months, band.to_months, band.name)))

    def condition(self, name: str) -> Condition | None:
        """The condition of that name, for a facts query that needs its numbers (ages, months)."""
        return next((condition for condition in self.eligibility if condition.name == name), None)

    def cap(self, kind: CapKind) -> Cap | None:
        return next((cap for cap in self.caps if cap.kind is kind), None)

    @property
    def infants_per_month(self) -> bool:
        """Whether no more infants are paid than recognised places."""
        return self.cap(CapKind.INFANTS_PER_MONTH) is not None

    @property
    def months_per_year(self) -> int | None:
        """How many months of a cap year are paid per child."""
        cap = self.cap(CapKind.MONTHS_PER_YEAR)
        return cap.value if cap else None

    @property
    def excluded_policies(self) -> tuple[str, ...]:
        """Codes of policies that, giving more than 0 for the same subject and period, make this one give 0."""
        return tuple(code for code in self.excludes if code != PRESCHOOL_FUNDS)

    # --- Reading and writing ---------------------------------------------------------------------------------

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """From YAML or stored JSON; raises BadTerms with every problem. `lint` finds more than what cannot be read."""
        terms: Self = read(cls.read, mapping)
        return terms

    @classmethod
    def read(cls, reader: Reader) -> Self:
        proration, rounding = reader.inner("proration"), reader.inner("rounding")
        conditions = [Condition.read(item) for item in reader.each("eligibility", spelt_out_condition)]
        payee = reader.one_of("payee", Payee, Payee.PROVIDER)
        terms = cls(
            code=reader.text("id" if "id" in reader else "code", REQUIRED, most=40),
            version=reader.whole("version", 1, least=1, most=9999),
            name=reader.text("name", REQUIRED, most=200),
            name_en=reader.text("name_en", most=200),
            doc_no=reader.text("doc_no", most=80),
            issuer=reader.text("issuer", most=120),
            sources=reader.words("sources"),
            area_code=reader.text("area_code"),
            level=reader.one_of("level", Level, Level.CITY),
            kind=reader.one_of("kind", PolicyKind, PolicyKind.OPERATING),
            status=reader.text("status"),
            valid_from=reader.day("valid_from"),
            valid_to=reader.day("valid_to"),
            apply_from_month=_read_month(reader, "apply_from_month"),
            publish_date=reader.day("publish_date"),
            clauses=_read_clauses(reader),
            payee=payee,
            payee_split_ppm=_read_payee_split(reader, payee),
            settle_period=reader.one_of("settle_period", SettlePeriod, SettlePeriod.MONTH),
            window_days=reader.whole("window_days", None, least=1, most=366),
            publicity_workdays=reader.whole("publicity_workdays", 5, most=60),
            unit=reader.one_of("unit", Unit),
            reference_day=reader.one_of("reference_day", ReferenceDay, ReferenceDay.LAST_DAY),
            presence=reader.one_of("presence", Presence, Presence.ANY_HALF),
            transfer=reader.one_of("transfer", Transfer, Transfer.MORE_DAYS),
            min_days=reader.whole("min_days", 1, most=31),
            min_days_clause=reader.text("min_days_clause", GENERAL),
            cap_year_start_month=reader.whole("cap_year_start_month", 1, least=1, most=12),
            half_day_place_share=reader.ratio("half_day_place_share", "1", most=1),
            rates=tuple(RateRow.read(item) for item in reader.each("rates")),
            eligibility=tuple(condition for condition in conditions if condition),
            multipliers=tuple(Multiplier.read(item) for item in reader.each("multipliers")),
            deductions=tuple(Deduction.read(item) for item in reader.each("deductions")),
            caps=tuple(Cap.read(item) for item in reader.each("caps", spelt_out_cap)),
            instalments=reader.numbers("instalments"),
            funding=tuple(FundingShare.read(item) for item in reader.each("funding")),
            excludes=reader.words("exclusions" if "exclusions" in reader else "excludes"),
            excludes_clause=reader.text("excludes_clause", GENERAL),
            clawback_rules=reader.words("clawback_rules"),
            proration=Proration.read(proration) if proration else Proration(),
            rounding=RoundingRule.read(rounding) if rounding else RoundingRule(),
        )
        reader.finish(*FILE_ONLY)
        return terms

    def to_mapping(self) -> dict[str, Any]:
        """JSON-ready, every key written out and in one way only: equal terms give equal canonical JSON."""
        plain = {key: getattr(self, key) for key in _PLAIN_KEYS}
        lists = {key: [part.mapping() for part in getattr(self, key)] for key in _LIST_KEYS}
        return {
            **plain,
            **lists,
            **{key: day.isoformat() for key in _DAY_KEYS if (day := getattr(self, key))},
            "apply_from_month": str(self.apply_from_month) if self.apply_from_month else None,
            "clauses": dict(self.clauses),
            "sources": list(self.sources),
            "excludes": list(self.excludes),
            "clawback_rules": list(self.clawback_rules),
            "instalments": list(self.instalments),
            "payee_split_ppm": list(self.payee_split_ppm),
            "half_day_place_share": str(self.half_day_place_share),
            "proration": self.proration.mapping(),
            "rounding": self.rounding.mapping(),
        }


_DAY_KEYS = ("valid_from", "valid_to", "publish_date")
_LIST_KEYS = ("rates", "eligibility", "multipliers", "deductions", "caps", "funding")
_PLAIN_KEYS = (
    "code", "version", "name", "name_en", "doc_no", "issuer", "area_code", "level", "kind", "status", "payee",
    "settle_period", "window_days", "publicity_workdays", "unit", "reference_day", "presence", "transfer", "min_days",
    "min_days_clause", "cap_year_start_month", "excludes_clause",
)  # fmt: skip


def _read_clauses(reader: Reader) -> dict[str, str]:
    """Clauses by key; the general one is the document itself unless it is written."""
    return {GENERAL: reader.text("doc_no") or reader.text("name"), **reader.texts("clauses")}


def _read_month(reader: Reader, key: str) -> Month | None:
    text = reader.text(key)
    try:
        return Month.parse(text) if text else None
    except Fault as fault:
        reader.fault(key, fault.code, fault.msgid, **fault.params)
        return None


def _read_payee_split(reader: Reader, payee: Payee) -> tuple[int, int]:
    """Provider's and family's millionths; only SPLIT writes them."""
    whole = {Payee.PROVIDER: (PPM, 0), Payee.FAMILY: (0, PPM)}
    split = reader.numbers("payee_split_ppm")
    if payee in whole:
        if split not in ((), whole[payee]):
            reader.fault("payee_split_ppm", "SPLIT", N_("Only the payee SPLIT has shares."))
        return whole[payee]
    if len(split) != 2 or sum(split) != PPM or min(split) < 0:
        message = N_("Write two shares in millionths, the provider's and the family's, that add up to 1000000.")
        reader.fault("payee_split_ppm", "SPLIT", message)
        return PPM, 0
    return split[0], split[1]

"""Rate rows: which amount a case gets, and what makes one row fit better than another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.wording import N_
from subsidies.rules.cases import Case, Value
from subsidies.rules.codes import AGE_BANDS, CLASS_BANDS, HALF_MODES, MODES, NATURES, PROVIDER_KINDS, BandFrom
from subsidies.rules.reading import GENERAL, REQUIRED, Reader

_AGE_INTERVAL = re.compile(r"\[(\d{1,3}), ?(\d{1,3})\)")


# --- Matching one dimension -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OneOf:
    """The dimension has one of these codes; `half` stands for mornings and afternoons."""

    codes: frozenset[str]

    def fits(self, value: Value) -> bool:
        return value in self.codes or (value in HALF_MODES and "half" in self.codes)

    def meets(self, other: Match) -> bool:
        return any(other.fits(code) for code in self.codes) or any(self.fits(code) for code in other.listed())

    def listed(self) -> Iterable[str]:
        return self.codes

    def written(self) -> Any:
        codes = sorted(self.codes)
        return codes[0] if len(codes) == 1 else codes


@dataclass(frozen=True, slots=True)
class Is:
    """The dimension is true, or is false."""

    wanted: bool

    def fits(self, value: Value) -> bool:
        return value is self.wanted

    def meets(self, other: Match) -> bool:
        return self == other

    def listed(self) -> Iterable[str]:
        return ()

    def written(self) -> Any:
        return self.wanted


@dataclass(frozen=True, slots=True)
class Between:
    """The dimension is a number from `least` to `most`, both included (Civil Code art. 1259); null never fits."""

    least: int | None = None
    most: int | None = None

    def fits(self, value: Value) -> bool:
        if not isinstance(value, int):
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def meets(self, other: Match) -> bool:
        if not isinstance(other, Between):
            return False
        both = ((self.least, other.most), (other.least, self.most))
        return all(low is None or high is None or low <= high for low, high in both)

    def listed(self) -> Iterable[str]:
        return ()

    def written(self) -> Any:
        if self.least == self.most:
            return self.least
        return {key: bound for key, bound in (("min", self.least), ("max", self.most)) if bound is not None}


Match = OneOf | Is | Between


# --- Rows -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Formula:
    """An amount that grows with classes and bonuses (rent relief, chains); written down, not yet computed."""

    base_fen: int
    per_extra_class_fen: int
    bonus: tuple[tuple[str, int], ...]

    @classmethod
    def read(cls, reader: Reader) -> Formula:
        bonus = []
        for item in reader.each("bonus"):
            bonus.append((item.text("if", REQUIRED), item.whole("fen")))
            item.finish()
        formula = cls(reader.whole("base_fen"), reader.whole("per_extra_class_fen", 0), tuple(bonus))
        reader.finish()
        return formula

    def mapping(self) -> dict[str, Any]:
        bonus = [{"if": condition, "fen": fen} for condition, fen in self.bonus]
        return {"base_fen": self.base_fen, "per_extra_class_fen": self.per_extra_class_fen, "bonus": bonus}


@dataclass(frozen=True, slots=True)
class RateRow:
    """An amount in fen for the cases that fit every dimension it names (补助标准)."""

    when: Mapping[str, Match] = field(hash=False)
    rate_fen: int
    clause: str
    band_from: BandFrom | None = None
    is_floor: bool = False  # the text says "at least"; a city may set more
    priority: int = 0
    formula: Formula | None = None

    def fits(self, case: Case) -> bool:
        return all(match.fits(case[dimension]) for dimension, match in self.when.items())

    def meets(self, other: RateRow) -> bool:
        """Whether some case fits both rows."""
        return all(self.when[name].meets(other.when[name]) for name in self.when.keys() & other.when.keys())

    @property
    def rank(self) -> tuple[int, int]:
        """The row with most dimensions wins; a tie goes to the higher priority."""
        return len(self.when), self.priority

    @classmethod
    def read(cls, reader: Reader) -> RateRow:
        has_formula = "formula" in reader
        formula_reader = reader.inner("formula")
        row = cls(
            when=_read_when(reader),
            rate_fen=reader.whole("rate_fen", 0 if has_formula else REQUIRED),
            clause=reader.text("clause", GENERAL),
            band_from=BandFrom.CLASS if "class_type" in reader else BandFrom.AGE if "age_band" in reader else None,
            is_floor=reader.truth("rate_is_floor"),
            priority=reader.whole("priority", 0),
            formula=Formula.read(formula_reader) if formula_reader else None,
        )
        reader.finish()
        return row

    def mapping(self) -> dict[str, Any]:
        written: dict[str, Any] = {
            "rate_fen": self.rate_fen,
            "clause": self.clause,
            "rate_is_floor": self.is_floor,
            "priority": self.priority,
        }
        if self.formula:
            written["formula"] = self.formula.mapping()
        for dimension, match in self.when.items():
            if dimension == "size" and isinstance(match, Between):
                written |= {"size_min": match.least, "size_max": match.most}
            else:
                written[self._key(dimension)] = match.written()
        return written

    def _key(self, dimension: str) -> str:
        if dimension == "band":
            return "class_type" if self.band_from is BandFrom.CLASS else "age_band"
        return _KEY_OF[dimension]


_CODES = {
    "provider_type": ("provider_kind", PROVIDER_KINDS),
    "nature": ("nature", NATURES),
    "class_type": ("band", CLASS_BANDS),
    "care_mode": ("mode", MODES),
}
_NUMBERS = {"rating": "grade", "birth_order": "birth_order"}
_KEY_OF = {dimension: key for key, (dimension, _) in _CODES.items()}
_KEY_OF |= {dimension: key for key, dimension in _NUMBERS.items()} | {"inclusive": "inclusive"}


def _read_when(reader: Reader) -> dict[str, Match]:
    when: dict[str, Match] = {}
    for key, (dimension, known) in _CODES.items():
        if (chosen := reader.some_of(key, known)) is not None:
            when[dimension] = OneOf(chosen)
    for key, dimension in _NUMBERS.items():
        if key in reader:
            when[dimension] = _read_between(reader, key)
    if "inclusive" in reader:
        when["inclusive"] = Is(reader.truth("inclusive"))
    if "size_min" in reader or "size_max" in reader:
        when["size"] = Between(reader.whole("size_min", None), reader.whole("size_max", None))
    if "age_band" in reader:
        if "band" in when:
            reader.fault("age_band", "TWO_BANDS", N_("A row names either class_type or age_band, not both."))
        when["band"] = _read_ages(reader)
    return when


def _read_between(reader: Reader, key: str) -> Between:
    """A number, or a mapping with min, max or both."""
    if type(reader.raw(key)) is int:
        exact = reader.whole(key)
        return Between(exact, exact)
    inner = reader.inner(key)
    assert inner is not None  # the caller has seen the key
    between = Between(inner.whole("min", None), inner.whole("max", None))
    inner.finish()
    if between == Between():
        reader.fault(key, "NO_BOUND", N_("Write a number, or min and max."))
    return between


def _read_ages(reader: Reader) -> OneOf:
    """Names of standard bands, or intervals of completed months like "[0,12)"."""
    value = reader.raw("age_band")
    names = []
    for item in value if isinstance(value, list) else [value]:
        if age_bounds(item) is None:
            message = N_('Write INFANT, YOUNGER or OLDER, or completed months like "[0,12)" with the end left out.')
            reader.fault("age_band", "NOT_AN_AGE_BAND", message)
        else:
            names.append(item.replace(" ", ""))
    return OneOf(frozenset(names))


def age_bounds(name: object) -> tuple[int, int] | None:
    """First month in and first month out of an age band's name, or None if it is not one."""
    if not isinstance(name, str):
        return None
    if name in AGE_BANDS:
        return AGE_BANDS[name]
    interval = _AGE_INTERVAL.fullmatch(name)
    if interval is None or int(interval[1]) >= int(interval[2]):
        return None
    return int(interval[1]), int(interval[2])

"""Reading a policy from YAML or JSON: every fault is noted with its key path, so that all are told at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from portal.wording import N_

Code = TypeVar("Code", bound=StrEnum)
REQUIRED: Any = object()
FIRST_YEAR, LAST_YEAR = 1949, 2199
GENERAL = "general"  # the clause of every part that names none: the document as a whole
RATIO = r"\d{1,9}(?:/[1-9]\d{0,8}|\.\d{1,9})?"  # nine digits are more than any share, multiplier or rate needs


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a policy: where (key path), a code, and a msgid with its numbers."""

    path: str
    code: str
    msgid: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def message(self) -> str:
        """In English; pages translate the msgid and fill in the params themselves."""
        return self.msgid % self.params

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class BadTerms(ValueError):
    """A policy that cannot be read; carries every problem."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))


class Reader:
    """One mapping of a policy. Each getter notes what is wrong and answers with a stand-in, so that reading goes on."""

    def __init__(self, data: object, path: str = "", problems: list[Problem] | None = None) -> None:
        self.path = path
        self.problems: list[Problem] = [] if problems is None else problems
        self._read: set[str] = set()
        self._data: Mapping[str, object] = {}
        if isinstance(data, Mapping):
            self._data = data
        else:
            self.fault("", "NOT_A_MAPPING", N_("Write keys and values here."))

    def __contains__(self, key: str) -> bool:
        return self._data.get(key) is not None

    def fault(self, key: str, code: str, msgid: str, **params: object) -> None:
        """Note a problem at a key of this mapping, or at the mapping itself when the key is empty."""
        self.problems.append(Problem(self.at(key), code, msgid, params))

    def at(self, key: str) -> str:
        """The key path."""
        return ".".join(part for part in (self.path, key) if part) or "(policy)"

    def raw(self, key: str, default: Any = None) -> Any:
        """The value as written; missing and null are the same."""
        self._read.add(key)
        value = self._data.get(key)
        if value is None and default is REQUIRED:
            self.fault(key, "MISSING", N_("This key is required."))
        return default if value is None else value

    def text(self, key: str, default: Any = "", *, most: int = 300) -> str:
        """A text that a column of `most` characters holds."""
        value = self.raw(key, default)
        if value is REQUIRED:
            return ""
        if not isinstance(value, str):
            self.fault(key, "NOT_TEXT", N_("Write text here, in quotation marks if it looks like a number."))
            return ""
        self._writable(key, value, most)
        return value

    def whole(self, key: str, default: Any = REQUIRED, *, least: int = 0, most: int = 10**12) -> Any:
        """A whole number in bounds; a default of None is allowed to stay None."""
        value = self.raw(key, default)
        if value is REQUIRED or value is None:
            return least if value is REQUIRED else None
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(key, "NOT_WHOLE", N_("Write a whole number here."))
            return least
        if not least <= value <= most:
            message = N_("This number must be between %(least)s and %(most)s.")
            self.fault(key, "OUT_OF_BOUNDS", message, least=least, most=most)
            return least
        return value

    def truth(self, key: str, default: bool = False) -> bool:
        value = self.raw(key, default)
        if not isinstance(value, bool):
            self.fault(key, "NOT_TRUE_OR_FALSE", N_("Write true or false here."))
            return default
        return value

    def one_of(self, key: str, codes: type[Code], default: Any = REQUIRED) -> Code:
        value = self.raw(key, default)
        if value is REQUIRED:
            return next(iter(codes))
        return codes(self._known(key, value, [code.value for code in codes]))

    def some_of(self, key: str, known: Collection[str]) -> frozenset[str] | None:
        """One code or a list of codes; None when the key is absent."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, list):
            value = [value]
        if not value:
            self.fault(key, "EMPTY_LIST", N_("Name at least one, or leave the key out."))
        return frozenset(self._known(key, item, known) for item in value)

    def day(self, key: str, default: Any = None) -> date | None:
        """A date as YAML gives it, or ISO text."""
        value = self.raw(key, default)
        if value is None or value is REQUIRED:
            return None
        try:
            day = value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault(key, "NOT_A_DATE", N_("Write a date here, like 2025-01-01."))
            return None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            message = N_("This year must be between %(least)s and %(most)s.")
            self.fault(key, "OUT_OF_BOUNDS", message, least=FIRST_YEAR, most=LAST_YEAR)
            return None
        return day

    def ratio(self, key: str, default: Any = REQUIRED, *, most: int | None = None) -> Fraction:
        """A fraction "1/2", a decimal in quotation marks "1.1", or a whole number; never a float."""
        return self._ratio(key, self.raw(key, default), most)

    def ratios(self, key: str) -> dict[str, Fraction]:
        """A mapping of codes to fractions."""
        value = self.raw(key, REQUIRED)
        if not isinstance(value, Mapping) or not value:
            if value is not REQUIRED:
                self.fault(key, "NOT_A_MAPPING", N_("Write keys and values here."))
            return {}
        return {str(code): self._ratio(f"{key}.{code}", ratio, None) for code, ratio in value.items()}

    def texts(self, key: str) -> dict[str, str]:
        """A mapping of keys to texts."""
        value = self.raw(key, {})
        if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
            self.fault(key, "NOT_A_MAPPING", N_("Write keys and texts here."))
            return {}
        for name, text in value.items():
            self._writable(f"{key}.{name}", f"{name}{text}", 10_000)
        return {str(name): text for name, text in value.items()}

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.raw(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self.fault(key, "NOT_A_LIST", N_("Write a list here."))
            return ()
        for word in value:
            self._writable(key, word, 10_000)
        return tuple(value)

    def inner(self, key: str) -> Reader | None:
        """A mapping inside this one; None when absent."""
        value = self.raw(key)
        return None if value is None else Reader(value, self.at(key), self.problems)

    def each(self, key: str, shorthand: Callable[[str], Mapping[str, object]] | None = None) -> Iterator[Reader]:
        """The mappings of a list, e.g. `rates[0]`; an item written as text is spelt out by `shorthand`."""
        value = self.raw(key, [])
        if shorthand and isinstance(value, list):
            value = [shorthand(item) if isinstance(item, str) else item for item in value]
        if not isinstance(value, list):
            self.fault(key, "NOT_A_LIST", N_("Write a list here."))
            value = []
        return (Reader(item, f"{self.at(key)}[{index}]", self.problems) for index, item in enumerate(value))

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self.raw(key, [])
        if not isinstance(value, list) or not all(type(item) is int for item in value):
            self.fault(key, "NOT_A_LIST", N_("Write a list of whole numbers here."))
            return ()
        return tuple(value)

    def finish(self, *also: str) -> None:
        """Note every key that nothing has read: a misspelt key must not silently mean nothing."""
        for key in self._data:
            if key not in self._read and key not in also:
                close = difflib.get_close_matches(str(key), sorted(self._read), n=1)
                hint = N_("There is no such key; did you mean %(close)s?") if close else N_("There is no such key.")
                self.fault(str(key), "UNKNOWN_KEY", hint, **({"close": close[0]} if close else {}))

    def _writable(self, key: str, text: str, most: int) -> None:
        if len(text) > most:
            message = N_("This has %(length)s characters; at most %(most)s fit.")
            self.fault(key, "TOO_LONG", message, length=len(text), most=most)
        if "\x00" in text:
            self.fault(key, "NUL", N_("There is an invisible character (NUL) here. Type the text again."))

    def _known(self, key: str, value: object, known: Collection[str]) -> str:
        if isinstance(value, str) and value in known:
            return value
        message = N_("%(value)s is not known here. Write one of: %(known)s.")
        self.fault(key, "UNKNOWN_CODE", message, value=str(value), known=", ".join(sorted(known)))
        return next(iter(known))

    def _ratio(self, key: str, value: Any, most: int | None) -> Fraction:
        written_well = isinstance(value, str) and re.fullmatch(RATIO, value.strip(), re.ASCII)
        if value is REQUIRED:
            return Fraction(1)
        if not (written_well or isinstance(value, Fraction) or (type(value) is int and 0 <= value < 10**9)):
            self.fault(key, "NOT_A_RATIO", N_('Write a fraction in quotation marks, like "1/2" or "1.1".'))
            return Fraction(1)
        ratio = Fraction(value.strip() if isinstance(value, str) else value)
        if most is not None and ratio > most:
            self.fault(key, "OUT_OF_BOUNDS", N_("This share must not be above %(most)s."), most=most)
            return Fraction(1)
        return ratio


def read(build: Callable[[Reader], Any], data: object) -> Any:
    """Build from a mapping, or raise BadTerms with every problem found."""
    reader = Reader(data)
    built = build(reader)
    if reader.problems:
        raise BadTerms(reader.problems)
    return built

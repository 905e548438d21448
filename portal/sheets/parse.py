"""Values out of cells: what several imports read alike. Each raises Fault with a sentence for the person."""

import datetime as dt
import re
from collections.abc import Callable, Mapping

from portal.wording import N_, Fault

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_YES = {"1", "true", "yes", "y", "是", "有"}
_NO = {"0", "false", "no", "n", "否", "无", "没有"}


def day(text: str) -> dt.date:
    """A day as 2025-07-10, 2025/7/10 or 2025年7月10日."""
    if match := _DAY.fullmatch(text.strip()):
        try:
            found = dt.date(*(int(part) for part in match.groups()))
        except ValueError:
            raise Fault("NO_SUCH_DAY", N_('"%(text)s" does not exist in the calendar.'), text=text) from None
        if found == dt.date.max:  # a last day needs a day after it
            message = N_('"%(text)s" is too far away. Leave the cell empty where there is no end.')
            raise Fault("DAY_TOO_FAR", message, text=text)
        return found
    raise Fault("DAY_FORMAT", N_('"%(text)s" is not a day. Write it like 2025-07-10.'), text=text)


def whole(lowest: int = 0, highest: int = 10_000_000) -> Callable[[str], int]:
    """A whole number within bounds."""

    def parse(text: str) -> int:
        cleaned = text.replace(",", "").strip()
        if not re.fullmatch(r"-?[0-9]{1,12}", cleaned):
            raise Fault("WHOLE_FORMAT", N_('"%(text)s" is not a whole number.'), text=text)
        number = int(cleaned)
        if not lowest <= number <= highest:
            message = N_("%(number)s is not between %(lowest)s and %(highest)s.")
            raise Fault("OUT_OF_BOUNDS", message, number=number, lowest=lowest, highest=highest)
        return number

    return parse


def degrees(text: str) -> float:
    """A longitude or latitude in decimal degrees."""
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]+)?", text.strip()):
        message = N_('"%(text)s" is not a coordinate. Write decimal degrees like 113.264385.')
        raise Fault("DEGREES_FORMAT", message, text=text)
    return float(text)


def yes_no(text: str) -> bool:
    """是/否, yes/no, true/false, 1/0."""
    word = text.strip().lower()
    if word not in _YES | _NO:
        raise Fault("YES_NO", N_('"%(text)s" is neither yes nor no.'), text=text)
    return word in _YES


def one_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """One of the codes `words` leads to, by any of its names: `{"CENTRE": "CENTRE", "综合服务中心": "CENTRE"}`."""
    known = {word.strip().lower(): code for word, code in words.items()}

    def parse(text: str) -> str:
        try:
            return known[text.strip().lower()]
        except KeyError:
            message = N_('"%(text)s" is not one of: %(known)s.')
            raise Fault("UNKNOWN_WORD", message, text=text, known=", ".join(dict.fromkeys(words.values()))) from None

    return parse


def text(most: int = 200) -> Callable[[str], str]:
    """A text of at most so many characters."""

    def parse(value: str) -> str:
        if len(value) > most:
            raise Fault(
                "TOO_LONG", N_("This has %(length)s characters; at most %(most)s fit."), length=len(value), most=most
            )
        return value

    return parse

"""Money as integer fen: reading and printing yuan and 大写金额, rounding once, and splitting without losing a fen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from portal.wording import N_, Fault

LARGEST_FEN = 10**15  # ten trillion yuan: above any budget, below bigint and the largest numeral word


class Rounding(StrEnum):
    """How an exact amount becomes whole units (四舍五入, 舍去, 进位)."""

    HALF_UP = "HALF_UP"
    FLOOR = "FLOOR"
    CEIL = "CEIL"


def round_fen(exact: Fraction | int, mode: Rounding = Rounding.HALF_UP, unit_fen: int = 1) -> int:
    """The exact fen rounded to a multiple of `unit_fen`.

    Signs are symmetric: taking back an amount is exactly the negative of paying it.
    """
    units = abs(Fraction(exact)) / unit_fen
    match Rounding(mode):
        case Rounding.HALF_UP:
            whole = floor(units + Fraction(1, 2))
        case Rounding.FLOOR:
            whole = floor(units)
        case Rounding.CEIL:
            whole = ceil(units)
    return (whole if exact >= 0 else -whole) * unit_fen


def split(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Whole fen in proportion to the weights, adding up to the total exactly; negative totals mirror positive ones.

    Largest remainder: each share is rounded down, the fen left over go to the largest remainders, ties to the
    earlier weight.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    sign = -1 if total_fen < 0 else 1
    shares = [divmod(abs(total_fen) * weight, whole) for weight in weights]
    left_over = abs(total_fen) - sum(share for share, _ in shares)
    by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
    topped_up = set(by_remainder[:left_over])
    return [sign * (share + (i in topped_up)) for i, (share, _) in enumerate(shares)]


# --- Yuan in digits ---------------------------------------------------------------------------------------------

_YUAN = re.compile(r"(?P<sign>-?)(?P<yuan>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<cents>\d{1,2}))?")


def yuan(fen: int) -> str:
    """For pages: 123456 → "1,234.56"."""
    return _digits(fen, grouped=True)


def plain_yuan(fen: int) -> str:
    """For input fields and CSV: 123456 → "1234.56"."""
    return _digits(fen, grouped=False)


def wan_yuan(fen: int, places: int = 2) -> str:
    """For report tables in 万元: 241200000 → "241.20"; half up, for display only."""
    scale = 10**places
    units = round_fen(Fraction(fen * scale, 1_000_000))
    sign = "-" if units < 0 else ""
    whole, part = divmod(abs(units), scale)
    return f"{sign}{whole:,}.{part:0{places}d}" if places else f"{sign}{whole:,}"


def parse_yuan(text: str) -> int:
    """Fen from what a person types or a sheet holds: "1,813", "¥1813.00", "１８１３元". Raises Fault."""
    cleaned = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    cleaned = cleaned.removeprefix("人民币").replace("¥", "", 1).removesuffix("元")
    if not cleaned:
        raise Fault("MONEY_EMPTY", N_("Enter an amount in yuan."))
    match = _YUAN.fullmatch(cleaned)
    if match is None:
        message = N_('"%(text)s" is not an amount in yuan. Write it like 1813.00, with at most two decimals.')
        raise Fault("MONEY_FORMAT", message, text=text)
    digits = match["yuan"].replace(",", "").lstrip("0") + (match["cents"] or "").ljust(2, "0")
    if len(digits) > len(str(LARGEST_FEN)) or int(digits) > LARGEST_FEN:
        raise Fault(
            "MONEY_TOO_LARGE", N_('"%(text)s" yuan is larger than any amount this system holds.'), text=text[:40]
        )
    fen = int(digits)
    return -fen if match["sign"] else fen


def _digits(fen: int, *, grouped: bool) -> str:
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:{',' if grouped else ''}}.{cents:02d}"


# --- 大写金额: the writing of amounts on vouchers, 《支付结算办法》附件一《正确填写票据和结算凭证的基本规定》 ------

_NUMERALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_VALUE = {numeral: value for value, numeral in enumerate(_NUMERALS)}
_UNIT = {"拾": 10, "佰": 100, "仟": 1000}
_CAPITAL = re.compile("(?:(.+)元)?零?(?:([壹贰叁肆伍陆柒捌玖])角)?零?(?:([壹贰叁肆伍陆柒捌玖])分)?")


def capital(fen: int) -> str:
    """大写金额 as vouchers want it: 140950 → "壹仟肆佰零玖元伍角整", 32504 → "叁佰贰拾伍元零肆分"."""
    if abs(fen) > LARGEST_FEN:
        raise ValueError(f"{fen} fen is beyond what capital numerals are written for")
    if fen == 0:
        return "零元整"
    whole, cents = divmod(abs(fen), 100)
    jiao, part = divmod(cents, 10)
    words = f"{_whole_words(whole)}元" if whole else ""
    if not cents:
        words += "整"
    else:
        words += f"{_NUMERALS[jiao]}角" if jiao else ("零" if whole else "")
        words += f"{_NUMERALS[part]}分" if part else "整"  # 角后的"整"可写可不写: written, so nothing can be added
    return f"负{words}" if fen < 0 else words


def parse_capital(text: str) -> int:
    """Fen from 大写金额, with or without 人民币 and 整/正. Raises Fault."""
    cleaned = re.sub(r"\s", "", text).removeprefix("人民币").replace("圆", "元").rstrip("整正")
    if cleaned == "零元":
        return 0
    sign, cleaned = (-1, cleaned[1:]) if cleaned.startswith("负") else (1, cleaned)
    match = _CAPITAL.fullmatch(cleaned)
    if match is None or not cleaned:
        raise _not_capital(text)
    whole, jiao, part = match.groups()
    fen = 100 * (_whole_value(whole, text) if whole else 0) + 10 * _VALUE[jiao or "零"] + _VALUE[part or "零"]
    # Reading is lenient about 零, which the rules leave open in places; everything else must be how we would write it.
    if fen > LARGEST_FEN or re.sub("[零整]", "", capital(fen)) != cleaned.replace("零", ""):
        raise _not_capital(text)
    return sign * fen


def _whole_words(number: int) -> str:
    """Numerals without unit, read by 亿 and 万; a gap of zeros inside is one 零."""
    for unit, word in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if low and low < unit // 10 else ""
            return _whole_words(high) + word + gap + (_whole_words(low) if low else "")
    words = zero = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += zero + _NUMERALS[digit] + _PLACES[place]
        zero = "零" if words and not digit else ""
    return words


def _whole_value(words: str, text: str) -> int:
    for word, unit in (("亿", 10**8), ("万", 10**4)):
        if word in words:
            high, _, low = words.rpartition(word)
            return _whole_value(high, text) * unit + (_whole_value(low, text) if low else 0)
    value, digit = 0, 0
    for character in words:
        if character in _VALUE:
            digit = _VALUE[character]
        elif character in _UNIT:
            value, digit = value + digit * _UNIT[character], 0
        else:
            raise _not_capital(text)
    return value + digit


def _not_capital(text: str) -> Fault:
    return Fault("CAPITAL_FORMAT", N_('"%(text)s" is not an amount in capital numerals.'), text=text)

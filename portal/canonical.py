"""One way of writing a value as bytes, its SHA-256, and a short code that people can read aloud and type."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from portal.wording import N_, Fault

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_LENGTH = 12  # eleven characters of the hash (55 bits) and one that catches slips of the pen


def canonical(value: object) -> str:
    """Canonical JSON: keys sorted by code point, no spaces, text as it is, no floats.

    Takes text, int, bool, None, lists, mappings with text keys; dates become ISO text and fractions "1/2". A float
    or any other type raises TypeError, because it has more than one way of being written.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: object) -> str:
    """SHA-256 in lower-case hex over the canonical JSON in UTF-8."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def digest_rows(rows: Iterable[object]) -> str:
    """SHA-256 over rows in the order given, each as canonical JSON on its own line; memory does not grow with them."""
    sha = hashlib.sha256()
    for row in rows:
        sha.update(canonical(row).encode())
        sha.update(b"\n")
    return sha.hexdigest()


def chained(previous: str, value_digest: str) -> str:
    """The hash of a link: SHA-256 over the previous link's hash and this value's, both in hex."""
    return hashlib.sha256(f"{previous}\n{value_digest}".encode()).hexdigest()


def short_code(hex_digest: str) -> str:
    """Twelve characters for print and QR, e.g. "7QF2-M9XK-03RT", from the first 55 bits of a digest."""
    bits = int(hex_digest[:16], 16) >> 9
    body = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(CODE_LENGTH - 1)))
    return _grouped(body + _check_character(body))


def parse_short_code(text: str) -> str:
    """The code as printed, from what somebody typed: any case, O for 0, I or L for 1, with or without hyphens.

    Raises Fault, so that a slip of the pen is told apart from a code that was never issued.
    """
    typed = text.strip().upper().translate(str.maketrans("OIL", "011", "- "))
    if len(typed) != CODE_LENGTH or any(character not in ALPHABET for character in typed):
        raise Fault("CODE_FORMAT", N_("A verification code has 12 letters and digits, like 7QF2-M9XK-03RT."))
    if _check_character(typed[:-1]) != typed[-1]:
        raise Fault("CODE_MISTYPED", N_("This verification code contains a typing error. Compare it with the print."))
    return _grouped(typed)


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case date():
            return value.isoformat()
        case Fraction():
            return str(value)
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("canonical JSON needs text keys")
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def _check_character(body: str) -> str:
    """Luhn modulo 32: every wrong character and nearly every swap of two neighbours shows."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 - place % 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]

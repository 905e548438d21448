"""Whole numbers: as requests bring them (what a column can hold, or nothing) and as sentences count them. Pure."""

from collections.abc import Mapping

BIGINT = 2**63 - 1
NO_VERSION = -1  # no row has it: a form without its version is refused as stale, never taken as the newest


def whole(text: object) -> int | None:
    """Plain digits that a bigint column holds; anything else ("²", "１２", 5,000 digits) is no number."""
    digits = str(text or "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
        return None
    number = int(digits)
    return number if number <= BIGINT else None


def version_in(post: Mapping[str, object]) -> int:
    """The version that the page showed, out of its hidden field."""
    found = whole(post.get("version"))
    return NO_VERSION if found is None else found


class Count(int):
    """A number of things that is written 148,560; grammar still counts it."""

    def __str__(self) -> str:
        return f"{int(self):,}"

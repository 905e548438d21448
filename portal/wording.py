"""Words for code that may not import gettext: marked msgids, and faults that a page can say in either language."""

from __future__ import annotations

from typing import Any


def N_(message: str) -> str:
    """Mark plain English as a msgid, for the message extractor; translating is left to whoever displays it."""
    return message


class Fault(ValueError):
    """What is wrong with an input: a code for machines, a msgid with its numbers for people.

    A form shows `gettext(fault.msgid) % fault.params`; logs and commands may print the English `str(fault)`.
    """

    def __init__(self, code: str, msgid: str, **params: Any) -> None:
        self.code = code
        self.msgid = msgid
        self.params = params
        super().__init__(msgid % params)

"""A child that moves in the middle of a month: which provider the month belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from subsidies.rules.codes import Transfer


class Stay(NamedTuple):
    """A child's month at one provider: its spells there summed."""

    provider: str
    first_day: date  # of its first spell there in the month
    last_day: date  # of its last
    days: int  # attended


def counted_stays(transfer: Transfer, stays: Sequence[Stay]) -> list[Stay]:
    """The stays that the month is paid for; in each, only its own days count.

    MORE_DAYS: most days attended, a tie goes to the later. FIRST and LAST: by day. EACH_OWN_DAYS: all of them.
    """
    if not stays:
        return []
    match transfer:
        case Transfer.EACH_OWN_DAYS:
            return sorted(stays, key=lambda stay: (stay.first_day, stay.provider))
        case Transfer.FIRST:
            return [min(stays, key=lambda stay: (stay.first_day, stay.provider))]
        case Transfer.LAST:
            return [max(stays, key=lambda stay: (stay.last_day, stay.provider))]
        case Transfer.MORE_DAYS:
            return [max(stays, key=lambda stay: (stay.days, stay.last_day, stay.provider))]

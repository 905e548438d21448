"""Closing a month: facts → cases → law → lines (money.md), as a run of leased chunks."""

from subsidies.actions.closing.computing import compute_chunk, finish
from subsidies.actions.closing.starting import KIND, ClosingUnderWay, MonthNotOver, start_close

__all__ = ["KIND", "ClosingUnderWay", "MonthNotOver", "compute_chunk", "finish", "start_close"]

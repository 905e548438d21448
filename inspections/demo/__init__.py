"""The demo city's inspections: a rating round, a year of visits with what was found, and what is under way today."""

from inspections.demo.city import steps

__all__ = ["steps"]

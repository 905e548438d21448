"""The demo city's children, a year of their spells and attendance, and what was corrected in it."""

from enrolments.demo.city import steps

__all__ = ["steps"]

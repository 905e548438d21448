"""Tests of the demo city share one copy of it."""

from tests.demo_city import demo_city

__all__ = ["demo_city"]

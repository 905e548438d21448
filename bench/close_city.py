"""`close_city`: a city's month (1,938 providers, 25,000 children) by two workers against one hand-written statement."""

from bench import close, place

NAME = "close_city"
DATASET = "close_city"
VERSION = 7
direction = "smaller"
LIMIT = 1.5
ROUNDS = 5
SIZE = place.scaled(children=25_000, providers=1_938) | {"months": 6}


def prepare() -> None:
    """A city of the demo's size with five months closed."""
    close.prepare(**SIZE)


def ours() -> float:
    """Two workers."""
    return close.ours(2)


base, reset, check = close.base, close.reset, close.check

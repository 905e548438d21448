"""What a part of the demo city is: a step that an app offers in `settings.PANELS["demo_steps"]`."""

import hashlib
import random
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass

PASSWORD = "tuoyu-demo-2025"  # printed by `make demo`; production refuses demo accounts
SEED = "tuoyu-demo-2025-07-10"
NAMESPACE = uuid.UUID("5b1d3c3e-1f0e-5c57-9a57-202507100000")


@dataclass(frozen=True)
class DemoStep:
    """One part of the city: what it is called while it loads, when it comes, and what it does."""

    name: str
    order: int
    load: Callable[[], str]  # gives a line that says what was made


def chance(*key: object) -> random.Random:
    """A random source of its own for a thing: adding one provider changes no other."""
    digest = hashlib.sha256(":".join([SEED, *map(str, key)]).encode()).digest()
    return random.Random(digest)


def pick(options: int, *key: object) -> int:
    """A number below `options`, from the key alone: for the hundreds of thousands of small choices."""
    return zlib.crc32(":".join(map(str, key)).encode()) * options >> 32


def lot(options: int, *key: object) -> int:
    """As `pick`, for choices about one thing that must not hang together: CRCs of keys alike differ by a constant."""
    digest = hashlib.blake2b(":".join([SEED, *map(str, key)]).encode(), digest_size=8).digest()
    return int.from_bytes(digest) * options >> 64


def public_id(*key: object) -> uuid.UUID:
    """The same address for the same thing in every rebuilt city, so that the tour's links hold."""
    return uuid.uuid5(NAMESPACE, ":".join(map(str, key)))

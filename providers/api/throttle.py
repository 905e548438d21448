"""DRF's rate of a scope, counted by Valkey in one round trip: the search is the busiest door of the house."""

import time
from typing import Any

from django.core.cache import cache
from rest_framework.throttling import ScopedRateThrottle


class Counted(ScopedRateThrottle):
    """At most so many requests of one client in each window; DRF's own list of times costs two trips and grows."""

    def allow_scope(self, request: Any, scope: str) -> bool:
        """Count this request; False when the window's number is used up."""
        self.scope = scope
        self.num_requests, self.duration = self.parse_rate(self.THROTTLE_RATES[scope])
        if self.num_requests is None:
            return True
        window = int(time.time() // self.duration)  # the machine's clock: a demo day does not stop the counting
        key = cache.make_key(f"throttle:{scope}:{self.get_ident(request)}:{window}")
        client = cache._cache.get_client(key, write=True)  # the plain client: INCR creates the counter itself
        count = client.incr(key)
        if count == 1:
            client.expire(key, int(self.duration) + 1)
        return count <= self.num_requests

    def wait(self) -> float:
        """Seconds until the next window begins."""
        return self.duration - time.time() % self.duration

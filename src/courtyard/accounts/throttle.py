"""Token buckets in memory: how often one account or address may do one kind of thing.

The limits are the same for everybody and published (docs/limits.md): nobody has a secret lower one. They live in the
process and not in the database, because they protect the process; a restart fills every bucket.

A bucket is one number, the time at which it will be full again, in milliseconds. So a refusal knows exactly when to come back.
"""

import threading

import msgspec

from courtyard.base.errors import LimitExceededError
from courtyard.base.settings import Settings

BUCKETS_MAX = 50_000
"""Buckets of one limit in memory at the most. Full ones are dropped first: they say nothing."""


class Limit(msgspec.Struct, frozen=True):
    """Up to `burst` at once, and one more every `every_ms`."""

    name: str
    burst: int
    every_ms: int


LOGIN = Limit("login", burst=30, every_ms=6_000)
"""Attempts to log in, by client address."""
PASSWORD = Limit("password", burst=10, every_ms=30_000)
"""Attempts to give a password, on login and where it is asked for again: by account and client address together."""
REGISTER = Limit("register", burst=20, every_ms=60_000)
"""New accounts, by client address."""
REGISTER_CHECK = Limit("register_check", burst=60, every_ms=1_000)
"""Questions about user names and registration tokens, by client address."""
REFRESH = Limit("refresh", burst=60, every_ms=1_000)
"""Refreshes of tokens, by client address."""

LIMITS = (LOGIN, PASSWORD, REGISTER, REGISTER_CHECK, REFRESH)
"""What accounts limits. The gate adds its own (`courtyard.gate.limits`)."""


class Throttle:
    """The buckets of one process. Used from the event loop and from the writer's thread."""

    def __init__(self) -> None:
        """Start with every bucket full."""
        self._full_at: dict[str, dict[str, int]] = {}
        self._lock = threading.Lock()

    def spend(self, settings: Settings, limit: Limit, who: str, now_ms: int) -> None:
        """Take one token of `who` (an account or an address), or refuse.

        Raises:
            LimitExceededError: with the milliseconds until the next token.
        """
        if settings.rate_limits == "off":
            return
        with self._lock:
            buckets = self._full_at.get(limit.name)
            if buckets is None:
                buckets = self._full_at[limit.name] = {}
            before = buckets.get(who, now_ms)
            full_at = max(now_ms, before) + limit.every_ms
            over_ms = full_at - now_ms - limit.burst * limit.every_ms
            # A clock that was set back by hours would otherwise lock everybody out for hours.
            if over_ms > limit.every_ms:
                buckets.clear()
                full_at, over_ms = now_ms + limit.every_ms, 0
            if over_ms > 0:
                message = "Too many requests of this kind. Please wait a moment."
                raise LimitExceededError(message, retry_after_ms=over_ms)
            if len(buckets) >= BUCKETS_MAX and who not in buckets:
                self._make_room(buckets, now_ms)
            buckets[who] = full_at

    @staticmethod
    def _make_room(buckets: dict[str, int], now_ms: int) -> None:
        for who in [who for who, full_at in buckets.items() if full_at <= now_ms]:
            del buckets[who]
        while len(buckets) >= BUCKETS_MAX:
            del buckets[next(iter(buckets))]

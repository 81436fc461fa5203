"""The gate's decision, with nobody restricted and with many."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from bench.micro.timing import Timing, measure

RESTRICTED_ACCOUNTS = 10_000


def timings() -> Iterator[Timing]:
    """Time `gate.admit` inside a write transaction."""
    from courtyard.app.clock import SystemClock
    from courtyard.base.ids import TimestampMs, UserId
    from courtyard.base.settings import Settings
    from courtyard.gate.admit import GateMemory, admit
    from courtyard.gate.model import Action, Restriction
    from courtyard.storage.tx import WriteTx
    from courtyard.storage.world import World

    alice, bob = UserId("@alice:bench.localhost"), UserId("@bob:bench.localhost")

    def transaction(limits: bool, restricted: int) -> WriteTx:
        settings = Settings(rate_limits="on" if limits else "off")
        tx = WriteTx(sqlite3.connect(":memory:"), World(SystemClock(), settings), 0)
        memory = tx.memory(GateMemory)
        memory.loaded = True
        now = tx.now_ms()
        for number in range(restricted):
            user_id = bob if number == 0 else UserId(f"@restricted{number}:bench.localhost")
            memory.written[user_id] = (
                Restriction(
                    id=f"restriction{number}",
                    user_id=user_id,
                    decision_id=f"decision{number}",
                    capability="feed.post",
                    starts_at=TimestampMs(now - 1),
                    ends_at=TimestampMs(now + 86_400_000),
                    rule="rule",
                    statement="/statement",
                    appeal="/appeal",
                    appeal_until=TimestampMs(now + 86_400_000),
                    proof="/proof",
                ),
            )
        return tx

    free = transaction(limits=False, restricted=0)
    yield measure("gate: admit", lambda: admit(free, alice, Action.SEND_GROUP), budget_us=2)
    busy = transaction(limits=False, restricted=RESTRICTED_ACCOUNTS)
    yield measure(
        "gate: admit, 10,000 others restricted",
        lambda: admit(busy, alice, Action.SEND_GROUP),
        budget_us=2,
    )
    yield measure(
        "gate: admit of an account restricted in something else",
        lambda: admit(busy, bob, Action.SEND_GROUP),
    )
    limited = transaction(limits=True, restricted=0)
    yield measure(
        "gate: admit where the action has no limit, limits on",
        lambda: admit(limited, alice, Action.LEAVE),
    )

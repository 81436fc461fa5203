"""Restrictions for tests."""

from typing import Any

from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.model import Restriction

ALICE = UserId("@alice:test.example")
BOB = UserId("@bob:test.example")


def restriction(capability: str = "feed.like", **changes: Any) -> Restriction:
    """Return a restriction of Alice's from 1000 to 2000, unless told otherwise."""
    values: dict[str, Any] = {
        "id": f"r_{capability}",
        "user_id": ALICE,
        "capability": capability,
        "decision_id": "d_1",
        "starts_at": TimestampMs(1000),
        "ends_at": TimestampMs(2000),
        "rule": "R4.2",
        "statement": "/_courtyard/conduct/v1/decisions/d_1/statement",
        "appeal": "/_courtyard/conduct/v1/decisions/d_1/appeals",
        "appeal_until": TimestampMs(9000),
        "proof": "/_courtyard/conduct/v1/decisions/d_1/proof",
    }
    return Restriction(**(values | changes))

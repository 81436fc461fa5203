"""Misuse of reports and appeals: a warning first, then a pause of what is not urgent, for a time. DSA art. 23.

What is returned is advice. The pause itself is a decision like every other: by a human, with reasons, and open to appeal.
"""

from typing import Final, Literal

import msgspec

from courtyard.conduct.model import DAY_MS

WINDOW_MS: Final = 30 * DAY_MS
"""What is looked at: the last thirty days."""
UNFOUNDED_MIN: Final = 10
"""Fewer manifestly unfounded reports are no misuse, whatever their share. DSA art. 23(3)(a)."""
SHARE_MIN_PERCENT: Final = 80
"""Of all that were decided. DSA art. 23(3)(b)."""
WARNING_MS: Final = 90 * DAY_MS
"""How long a warning lasts; a pause comes only while it does."""
FIRST_PAUSE_MS: Final = DAY_MS
NEXT_PAUSE_MS: Final = 7 * DAY_MS


class MisuseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What one party sent in the window.

    Attributes:
        manifestly_unfounded: reports or appeals whose emptiness a layperson sees at once (recital 63). An ordinary wrong
            report is not one.
        decided: all that were decided.
        sent_since_warning: manifestly unfounded ones since the newest warning.
        warned_at: when the newest warning that stands was given; None: never.
        pauses: those that stand, in the last 180 days.
    """

    manifestly_unfounded: int
    decided: int
    sent_since_warning: int = 0
    warned_at: int | None = None
    pauses: int = 0


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What is in order: nothing, a warning, or a pause of a length."""

    step: Literal["nothing", "warn", "pause"]
    pause_ms: int = 0


def assess(record: MisuseRecord, now_ms: int) -> Advice:
    """Return what is in order. A pause needs a warning that lasts, and new misuse after it."""
    if record.manifestly_unfounded < UNFOUNDED_MIN:
        return Advice(step="nothing")
    if record.manifestly_unfounded * 100 < record.decided * SHARE_MIN_PERCENT:
        return Advice(step="nothing")
    if record.warned_at is None or now_ms >= record.warned_at + WARNING_MS:
        return Advice(step="warn")
    if not record.sent_since_warning:
        return Advice(step="nothing")
    return Advice(step="pause", pause_ms=NEXT_PAUSE_MS if record.pauses else FIRST_PAUSE_MS)

"""Stand-ins for clock and chance: the only things a test does not do for real."""

from courtyard.base.ids import TimestampMs


class FakeClock:
    """A clock that moves when told; each reading is a millisecond after the one before."""

    def __init__(self, start_ms: int = 1_700_000_000_000) -> None:
        """Start at a fixed time."""
        self._now_ms = start_ms

    def now_ms(self) -> TimestampMs:
        """Return the time and let one millisecond pass, so that two events differ."""
        self._now_ms += 1
        return TimestampMs(self._now_ms)

    def advance(self, milliseconds: int) -> None:
        """Let time pass (or step back)."""
        self._now_ms += milliseconds


class StoppedClock:
    """A clock that stands still: everything happens in one millisecond."""

    def now_ms(self) -> TimestampMs:
        """Return the same time again and again."""
        return TimestampMs(1_700_000_000_000)

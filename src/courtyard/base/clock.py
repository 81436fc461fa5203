"""Time as a value that is handed in, so that tests can choose it."""

from typing import Protocol

from courtyard.base.ids import TimestampMs


class Clock(Protocol):
    """The only way to ask for the time."""

    def now_ms(self) -> TimestampMs:
        """Return Unix time in milliseconds, UTC."""
        ...

"""The machine's clock. The only place that reads it."""

import time

from courtyard.base.ids import TimestampMs


class SystemClock:
    """Time as the machine has it."""

    def now_ms(self) -> TimestampMs:
        """Return Unix time in milliseconds, UTC."""
        return TimestampMs(time.time_ns() // 1_000_000)

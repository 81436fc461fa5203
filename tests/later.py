"""`courtyard` on a clock that is ahead: what tomorrow's server makes of today's data.

AHEAD_MS=86400000 python -m tests.later serve …
"""

import os
import time

AHEAD_MS = "AHEAD_MS"


def main() -> None:
    """Move the one clock of the server, and start it."""
    from courtyard.app.clock import SystemClock
    from courtyard.base.ids import TimestampMs
    from courtyard.cli.main import app

    ahead_ms = int(os.environ[AHEAD_MS])

    def now_ms(_: SystemClock) -> TimestampMs:
        return TimestampMs(time.time_ns() // 1_000_000 + ahead_ms)

    SystemClock.now_ms = now_ms  # type: ignore[method-assign,assignment]  # the one place that reads it
    app()


if __name__ == "__main__":
    main()

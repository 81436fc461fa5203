"""When the next checkpoint is due."""

from typing import Final

SPACING_MS: Final = 10_000
"""Two checkpoints lie this far apart at the least: each costs its readers and witnesses something."""

REFRESH_MS: Final = 20 * 3_600_000
"""A checkpoint is dated anew after this long without news, so that there is at least one a day."""


def wait_ms(now_ms: int, last_ms: int | None, *, is_waiting: bool) -> int:
    """Return for how long to wait before the next checkpoint, in milliseconds.

    Args:
        last_ms: the time of the last one, or None.
        is_waiting: whether there are leaves that no checkpoint covers.
    """
    if last_ms is None:
        return 0
    spacing = SPACING_MS if is_waiting else REFRESH_MS
    # Never longer than that: the clock may have been put back.
    return min(spacing, max(0, last_ms + spacing - now_ms))

"""How many events somebody has not read: pure arithmetic over what the writing transactions kept.

For nearly everybody an event counts the same, so it is counted once for the room (`ordinal`), and a reader keeps the ordinal up
to which they have read. What differs for one user (a mention, a muted room) is a small row of its own. So a
message costs the same in a room of two and of ten thousand.

spec: client-server-api#receiving-notifications
"""

from collections.abc import Iterable, Mapping

WHOLE_ROOM = "*"
MAIN = "main"

NOTIFIES = 1
HIGHLIGHTS = 3
REDACTED = -1

Counts = dict[str, tuple[int, int]]
"""Thread (or `MAIN`) → (notifications, highlights)."""


def unread(
    *,
    ordinal: int,
    marks: Mapping[str, tuple[int, int]],
    in_threads: Iterable[tuple[str, int]],
    otherwise: Iterable[tuple[str | None, int, int]],
    exceptions: Iterable[tuple[str, int, int, int]],
) -> Counts:
    """Count what one joined member has not read.

    Args:
        ordinal: how many events of the main timeline notify so far.
        marks: thread, `MAIN` or `WHOLE_ROOM` → (position, ordinal) up to which the member has read.
        in_threads: (thread, position) of notifying events in threads.
        otherwise: (thread, position, notify) of events for everybody's attention, or redacted ones.
        exceptions: (thread, position, notify, highlight) to add for this member.

    Returns:
        Only what is not zero. A lost update may not show as a negative number.
    """
    whole = marks.get(WHOLE_ROOM, (0, 0))
    main = max(whole, marks.get(MAIN, (0, 0)))
    notify: dict[str, int] = {MAIN: ordinal - main[1]}
    highlight: dict[str, int] = {}

    def is_unread(thread: str, position: int) -> bool:
        own = main if thread == MAIN else marks.get(thread, (0, 0))
        return position > whole[0] and position > own[0]

    for thread, position in in_threads:
        if is_unread(thread, position):
            notify[thread] = notify.get(thread, 0) + 1
    for in_thread, position, kind in otherwise:
        thread = in_thread or MAIN
        if not is_unread(thread, position):
            continue
        if kind == REDACTED:
            notify[thread] = notify.get(thread, 0) - 1
        else:
            highlight[thread] = highlight.get(thread, 0) + 1
    for thread, position, more, lights in exceptions:
        if is_unread(thread, position):
            notify[thread] = notify.get(thread, 0) + more
            highlight[thread] = highlight.get(thread, 0) + lights
    return {
        thread: (max(count, 0), max(highlight.get(thread, 0), 0))
        for thread, count in notify.items()
        if count > 0 or highlight.get(thread, 0) > 0
    }


def total(counts: Counts) -> tuple[int, int]:
    """Add up a room's threads, for clients that do not tell threads apart."""
    return sum(n for n, _ in counts.values()), sum(h for _, h in counts.values())

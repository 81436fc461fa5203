"""How much somebody has not read, from what the writing transactions kept."""

from collections.abc import Mapping, Sequence

from courtyard.base.ids import UserId
from courtyard.rooms.rules_unread import MAIN, WHOLE_ROOM, Counts, unread
from courtyard.rooms.store import members as store
from courtyard.storage.tx import ReadTx

Marks = Mapping[str, tuple[int, int]]
Exceptions = Sequence[tuple[str, int, int, int]]


def unread_counts(tx: ReadTx, user_id: UserId, room_no: int, *, upto: int) -> Counts:
    """Count what a joined member has not read of a room, up to a position."""
    marks = store.marks(tx, user_id, room_no)
    exceptions = store.exceptions(tx, user_id, room_no)
    return counts_from(tx, room_no, marks, exceptions, upto=upto)


def counts_from(
    tx: ReadTx, room_no: int, marks: Marks, exceptions: Exceptions, *, upto: int
) -> Counts:
    """Count from marks and exceptions that are at hand already."""
    if not marks:
        return {}
    whole = marks.get(WHOLE_ROOM, (0, 0))[0]
    main = max(whole, marks.get(MAIN, (0, 0))[0])
    if main >= upto and whole >= upto:
        return {}
    return unread(
        ordinal=store.ordinal_at(tx, room_no, upto),
        marks=marks,
        # A thread that was never opened is unread from where the whole room was read.
        in_threads=[
            (t, p) for t, p in store.unread_in_threads(tx, room_no, after=whole) if p <= upto
        ],
        otherwise=[
            row for row in store.counting_otherwise(tx, room_no, after=whole) if row[1] <= upto
        ],
        exceptions=[row for row in exceptions if row[1] <= upto],
    )

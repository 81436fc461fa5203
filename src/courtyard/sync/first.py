"""What a first answer says of the rooms that its user is in, read for many rooms at once.

Everything that is here is what `assemble` would find out for one room; so many questions for each of hundreds of rooms are what a
first answer costs.
"""

from collections.abc import Mapping, Sequence

import msgspec

from courtyard.base.ids import UserId
from courtyard.rooms import log
from courtyard.rooms.filters import RoomEventFilter
from courtyard.rooms.rules_unread import Counts, unread
from courtyard.rooms.stored import StoredEvent
from courtyard.rooms.visibility import Sight, sight_from
from courtyard.storage.tx import ReadTx
from courtyard.sync.room_section import Window, timeline

_NO_UNREAD = log.Unread([], [])


class FirstSeen(msgspec.Struct, frozen=True):
    """One room, to somebody who has nothing of it."""

    sight: Sight
    window: Window
    state: Sequence[StoredEvent]
    """As it is now. Empty if nothing of it is asked for."""
    members: Mapping[str, int]
    """How many are joined, how many invited, and how many knock."""
    receipts: Sequence[log.ReceiptRow]
    counts: Counts


class Wanted(msgspec.Struct, frozen=True):
    """What one request asks for, of all its rooms."""

    user_id: UserId
    ignored: frozenset[UserId]
    upto: int
    timeline: RoomEventFilter
    members: bool
    """Whether all members belong to the state."""
    at_end: bool
    """Whether the state is told as it is after the timeline."""


class Reading(msgspec.Struct, frozen=True):
    """What somebody has read, in every room: by room number."""

    marks: Mapping[int, Mapping[str, tuple[int, int]]]
    exceptions: Mapping[int, Sequence[tuple[str, int, int, int]]]


def first_seen(
    tx: ReadTx, wanted: Wanted, reading: Reading, glances: Sequence[log.RoomGlance]
) -> dict[int, FirstSeen]:
    """Read up to `log.ROOMS_AT_ONCE` rooms that the user is joined to, by room number."""
    facts = log.many_rooms(
        tx,
        wanted.user_id,
        [glance.room_no for glance in glances],
        upto=wanted.upto,
        count=wanted.timeline.limit_or_default + 1,
    )
    windows: dict[int, tuple[Sight, Window]] = {}
    for room_no, room_id, *_ in glances:
        sight = sight_from(facts.own.get(room_no, []), facts.visibilities.get(room_no, []))
        window = timeline(
            tx,
            room_no,
            sight,
            after=0,
            upto=wanted.upto,
            wanted=wanted.timeline.within(room_id),
            ignored=wanted.ignored,
            newest=facts.newest.get(room_no, []),
        )
        windows[room_no] = sight, window
    # Where the timeline goes back to the beginning of the room, nothing stood before it.
    behind = [no for no, (_, window) in windows.items() if wanted.at_end or window.start > 0]
    states = log.current_states(tx, behind, members=wanted.members)
    return {
        no: FirstSeen(
            sight=sight,
            window=window,
            state=states.get(no, ()),
            members=facts.counts.get(no, {}),
            receipts=facts.receipts.get(no, ()),
            counts=_counts(facts, reading, no, wanted.upto),
        )
        for no, (sight, window) in windows.items()
    }


def _counts(facts: log.ManyRooms, reading: Reading, room_no: int, upto: int) -> Counts:
    marks = reading.marks.get(room_no)
    if not marks:
        return {}
    otherwise = facts.unread.get(room_no, _NO_UNREAD)
    return unread(
        ordinal=facts.newest[room_no][-1].ordinal,
        marks=marks,
        in_threads=otherwise.in_threads,
        otherwise=otherwise.otherwise,
        exceptions=[row for row in reading.exceptions.get(room_no, ()) if row[1] <= upto],
    )

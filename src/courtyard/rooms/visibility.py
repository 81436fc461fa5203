"""Which part of a room's history a user may see, as ranges of positions.

History is one line here, so visibility and membership change at a few places only; between two of them either everything is
visible or nothing. Reading a timeline is then a question about ranges and not about each event.

spec: client-server-api#room-history-visibility
"""

import bisect
from collections.abc import Mapping, Sequence

import msgspec

from courtyard.base.ids import UserId
from courtyard.rooms.model import HISTORY_VISIBILITY, JOIN, LEAVE, MEMBER, SHARED, WORLD_READABLE
from courtyard.rooms.rules_visibility import may_see, visibility_of
from courtyard.rooms.store import events as store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.storage.tx import ReadTx

FOREVER = 2**62

OPEN = frozenset({SHARED, WORLD_READABLE})
"""Visibilities under which a member sees what was there before them."""


class Sight(msgspec.Struct, frozen=True):
    """What one user may see of one room."""

    ranges: tuple[tuple[int, int], ...]
    """Visible positions, first and last included, in order, not touching each other."""
    memberships: tuple[tuple[int, str], ...]
    """(position, membership from there on), in order."""

    def sees(self, position: int) -> bool:
        """Tell whether the event at a position is visible."""
        return any(first <= position <= last for first, last in self.ranges)

    def membership_at(self, position: int) -> str:
        """Return the user's membership after the event at a position."""
        at = bisect.bisect_right(self.memberships, position, key=lambda pair: pair[0])
        return self.memberships[at - 1][1] if at else LEAVE

    def is_everything(self) -> bool:
        """Tell whether nothing is hidden, as for most people in most rooms."""
        return self.ranges == ((0, FOREVER),)


NOTHING = Sight(ranges=(), memberships=())


def sight(tx: ReadTx, user_id: UserId | None, room_no: int) -> Sight:
    """Work out what a user may see. `None` stands for somebody who is nobody's member."""
    if user_id is not None:
        row = members_store.membership(tx, user_id, room_no)
        if row is not None and row.forgotten:
            user_id = None
    own = store.state_history(tx, room_no, MEMBER, user_id) if user_id is not None else []
    return sight_from(own, store.state_history(tx, room_no, HISTORY_VISIBILITY, ""))


def sight_from(own: Sequence[StoredEvent], visibilities: Sequence[StoredEvent]) -> Sight:
    """Work out what a user may see from their member events and the room's visibilities, in order."""
    memberships = tuple((e.position, _membership(e)) for e in own)
    visibility_at = {e.position: visibility_of(content_of(e.json)) for e in visibilities}
    if memberships and memberships[-1][1] == JOIN and OPEN.issuperset(visibility_at.values()):
        # So it is for most people in most rooms: whoever comes may read what was before, and is still there.
        return Sight(ranges=((0, FOREVER),), memberships=memberships)
    return Sight(ranges=_ranges(memberships, visibility_at), memberships=memberships)


def _ranges(
    memberships: Sequence[tuple[int, str]], visibility_at: Mapping[int, str]
) -> tuple[tuple[int, int], ...]:
    # Positions at which a fact changes. An event at such a position is judged by both its sides.
    membership_at = dict(memberships)
    changes = sorted({*membership_at, *visibility_at})
    last_join = max((p for p, m in memberships if m == JOIN), default=-1)

    visibility = visibility_of(None)
    membership = LEAVE
    pieces: list[tuple[int, int]] = []

    def see(first: int, last: int, before: tuple[str, str], after: tuple[str, str]) -> None:
        # Nobody joins inside a piece: its ends are the places where a membership changes.
        # What was done to one's own membership is one's own to know.
        is_own = first in membership_at
        if first <= last and (
            is_own
            or may_see(
                visibility=before[0],
                membership=before[1],
                joined_later=last_join > first,
                visibility_after=after[0],
                membership_after=after[1],
            )
        ):
            if pieces and pieces[-1][1] + 1 >= first:
                pieces[-1] = (pieces[-1][0], last)
            else:
                pieces.append((first, last))

    at = 0
    for change in changes:
        facts = (visibility, membership)
        see(at, change - 1, facts, facts)
        visibility = visibility_at.get(change, visibility)
        membership = membership_at.get(change, membership)
        see(change, change, facts, (visibility, membership))
        at = change + 1
    facts = (visibility, membership)
    see(at, FOREVER, facts, facts)
    return tuple(pieces)


def _membership(event: StoredEvent) -> str:
    value = content_of(event.json).get("membership")
    return value if isinstance(value, str) else LEAVE


def latest_visible(
    tx: ReadTx, sight: Sight, room_no: int, *, upto: int, after: int, count: int
) -> list[StoredEvent]:
    """Return the newest visible events with after < position ≤ upto, newest first."""
    found: list[StoredEvent] = []
    for first, last in reversed(sight.ranges):
        low, high = max(first - 1, after), min(last, upto)
        if low < high and len(found) < count:
            found += store.events_before(
                tx, room_no, upto=high, after=low, count=count - len(found)
            )
    return found


def oldest_visible(
    tx: ReadTx, sight: Sight, room_no: int, *, after: int, upto: int, count: int
) -> list[StoredEvent]:
    """Return the oldest visible events with after < position ≤ upto, oldest first."""
    found: list[StoredEvent] = []
    for first, last in sight.ranges:
        low, high = max(first - 1, after), min(last, upto)
        if low < high and len(found) < count:
            found += store.events_after(tx, room_no, after=low, upto=high, count=count - len(found))
    return found

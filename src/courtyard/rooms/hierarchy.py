"""The tree of rooms under a space, walked depth first and told page by page.

Each page walks from the root again and leaves out what came before: a token is only a count, so nothing is kept
between pages, and what changed in between shows.

spec: client-server-api#discovering-rooms-within-spaces
"""

import re
from typing import Any

import msgspec

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import RoomId, UserId
from courtyard.gate.model_withheld import NOTE, Withholding
from courtyard.gate.rules_withheld import note
from courtyard.rooms.errors import NotInRoomError, UnknownPositionError
from courtyard.rooms.rules_summary import (
    SPACE,
    SPACE_CHILD,
    Child,
    Contents,
    RoomSummary,
    children_in_order,
    summary_of,
)
from courtyard.rooms.store import discovery
from courtyard.rooms.store import events as store
from courtyard.rooms.store.events import RoomRow
from courtyard.rooms.stored import content_of
from courtyard.rooms.summary import contents_of, is_member, may_preview
from courtyard.rooms.withheld import hides_room
from courtyard.storage.tx import ReadTx

LIMIT_DEFAULT = 50
LIMIT_MAX = 200

DEPTH_MAX = 20
"""How deep a walk goes; also what it does when nothing is said."""

CHILDREN_MAX = 2_000
"""Children of one space at the most."""

ROOMS_MAX = 5_000
"""Rooms of one walk at the most."""

_TOKEN = re.compile(r"h([0-9]{1,4})_([0-9]{1,2})_([01])")


class HierarchyQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a walk."""

    suggested_only: bool = False
    limit: int | None = None
    max_depth: int | None = None
    since: str | None = None


def hierarchy(
    tx: ReadTx, user_id: UserId, room_id: RoomId, query: HierarchyQuery
) -> dict[str, Any]:
    """Return one page of the rooms under a space.

    Raises:
        NotInRoomError: there is no such room, or the user may not look at it.
        InvalidParamError: a number is out of range, or differs from the first page's.
        UnknownPositionError: this server never gave that token out.

    spec: client-server-api#get_matrixclientv1roomsroomidhierarchy
    """
    limit = LIMIT_DEFAULT if query.limit is None else query.limit
    depth = DEPTH_MAX if query.max_depth is None else query.max_depth
    if limit < 1 or depth < 0:
        message = "limit must be greater than zero, and max_depth not negative."
        raise InvalidParamError(message)
    limit, depth = min(limit, LIMIT_MAX), min(depth, DEPTH_MAX)
    skip = _parse(query.since, depth, suggested_only=query.suggested_only)
    walk = _Walk(tx, user_id, depth, suggested_only=query.suggested_only)
    rooms = walk.rooms(room_id, skip + limit + 1)
    page = rooms[skip : skip + limit]
    why = {summary.room_id: row for summary, _ in page if (row := _hides(tx, user_id, summary))}
    answer: dict[str, Any] = {
        "rooms": [
            _shown(summary, children) for summary, children in page if summary.room_id not in why
        ]
    }
    if why:
        answer[NOTE] = [{"room_id": room_id} | note(row) for room_id, row in why.items()]
    if len(rooms) > skip + limit:
        answer["next_batch"] = f"h{skip + limit}_{depth}_{int(query.suggested_only)}"
    return answer


def _hides(tx: ReadTx, user_id: UserId, summary: RoomSummary) -> Withholding | None:
    """Return why a room is not listed for somebody, or None. Its members keep everything."""
    row = hides_room(tx, summary.room_id)
    if row is not None and is_member(tx, user_id, summary.room_id):
        return None
    return row


class _Walk:
    """One walk through a space, for one user."""

    def __init__(
        self, tx: ReadTx, user_id: UserId, max_depth: int, *, suggested_only: bool
    ) -> None:
        self._tx = tx
        self._user_id = user_id
        self._max_depth = max_depth
        self._suggested_only = suggested_only

    def rooms(self, root: RoomId, count: int) -> list[tuple[RoomSummary, list[Child]]]:
        """Return up to `count` rooms in the order of the walk."""
        seen: set[str] = set()
        # The next room is taken from the end: children are put there in reverse.
        to_visit: list[tuple[str, int]] = [(root, 0)]
        found: list[tuple[RoomSummary, list[Child]]] = []
        while to_visit and len(found) < min(count, ROOMS_MAX):
            room_id, depth = to_visit.pop()
            # A space may be reached by several ways, and even be above itself.
            if room_id in seen:
                continue
            seen.add(room_id)
            looked = self._look(RoomId(room_id))
            if looked is None:
                if room_id == root:
                    message = "You are not in this room."
                    raise NotInRoomError(message)
                continue
            room, contents = looked
            joined_count = discovery.joined_counts(self._tx, [room.room_no]).get(room.room_no, 0)
            summary = summary_of(room.room_id, room.version, joined_count, contents)
            children = self._children(room) if summary.room_type == SPACE else []
            found.append((summary, children))
            if depth < self._max_depth:
                to_visit += [(child.state_key, depth + 1) for child in reversed(children)]
        return found

    def _look(self, room_id: RoomId) -> tuple[RoomRow, Contents] | None:
        room = store.room(self._tx, room_id)
        if room is None:
            return None
        contents = contents_of(self._tx, [room.room_no]).get(room.room_no, {})
        if not may_preview(self._tx, self._user_id, room.room_no, contents):
            return None
        return room, contents

    def _children(self, room: RoomRow) -> list[Child]:
        rows = discovery.state_of_type(self._tx, room.room_no, SPACE_CHILD, count=CHILDREN_MAX)
        events = [
            Child(
                type=SPACE_CHILD,
                state_key=state_key,
                content=content_of(json),
                sender=sender,
                origin_server_ts=ts,
            )
            for state_key, sender, ts, json in rows
        ]
        return children_in_order(events, suggested_only=self._suggested_only)


def _shown(summary: RoomSummary, children: list[Child]) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(summary)
    shown["children_state"] = children
    return shown


def _parse(since: str | None, depth: int, *, suggested_only: bool) -> int:
    if since is None or not since:
        return 0
    match = _TOKEN.fullmatch(since)
    if match is None:
        message = "That token is not one of this server's."
        raise UnknownPositionError(message)
    if int(match[2]) != depth or int(match[3]) != suggested_only:
        message = "suggested_only and max_depth cannot change from page to page."
        raise InvalidParamError(message)
    return int(match[1])

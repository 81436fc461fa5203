"""Reading what relates to an event, and which threads a room has.

spec: client-server-api#relationships-api, client-server-api#querying-threads-in-a-room
"""

from collections.abc import Sequence

import msgspec

from courtyard.base.ids import EventId, RoomId, StreamPos
from courtyard.rooms.read_access import SCAN_MAX, Asker, Place, encode, enter, visible_event
from courtyard.rooms.redact import redacted_json
from courtyard.rooms.store import events as store
from courtyard.rooms.store import relations as relations_store
from courtyard.rooms.store.relations import RelationRow
from courtyard.rooms.stored import StoredEvent
from courtyard.rooms.tokens import Token, make_token
from courtyard.rooms.versions import ROOM_VERSIONS
from courtyard.rooms.visibility import FOREVER
from courtyard.storage.tx import ReadTx

DEPTH_MAX = 3
"""How far relations of relations are followed."""

ROWS_MAX = 1000
PARENTS_MAX = 500
"""Parents asked about at once."""


class RelationsRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What `/relations` is asked for."""

    rel_type: str | None
    type: str | None
    forwards: bool
    start: Token | None
    stop: Token | None
    limit: int
    recurse: bool | None
    """None when the client did not say, which counts as False and is answered without a depth."""

    @property
    def after(self) -> int:
        """Only what has a greater position."""
        edge = self.start if self.forwards else self.stop
        return -1 if edge is None else edge.position

    @property
    def upto(self) -> int:
        """Only what has this position or a smaller one."""
        edge = self.stop if self.forwards else self.start
        return FOREVER if edge is None else edge.position


def relations(
    tx: ReadTx, asker: Asker, room_id: RoomId, event_id: EventId, request: RelationsRequest
) -> bytes:
    """Return a page of the events that relate to an event. Redacted ones relate to nothing any more.

    Raises:
        NotInRoomError: the asker may see nothing of the room.
        NotFoundError: there is no such event for them.

    spec: client-server-api#relationships-api
    """
    place = enter(tx, asker, room_id)
    parent = visible_event(tx, place, event_id)
    find = _descendants if request.recurse else _children
    rows, end = find(tx, place, parent.event_id, request)
    found = store.events_at(tx, [row.position for row in rows])
    events = [found[row.position] for row in rows if row.position in found]
    answer: dict[str, object] = {"chunk": place.render(tx, events)}
    if end is not None:
        answer["next_batch"] = make_token(end)
    if request.start is not None:
        answer["prev_batch"] = make_token(*request.start)
    if request.recurse is not None:
        answer["recursion_depth"] = DEPTH_MAX if request.recurse else 1
    return encode(answer)


def _counts(place: Place, row: RelationRow) -> bool:
    return row.sender not in place.reader.ignored and place.sight.sees(row.position)


def _children(
    tx: ReadTx, place: Place, parent_id: str, request: RelationsRequest
) -> tuple[list[RelationRow], int | None]:
    """Return a page of direct relations, and where to go on."""
    found: list[RelationRow] = []
    after, upto, scanned = request.after, request.upto, 0
    while True:
        count = min(ROWS_MAX, request.limit + 1)
        rows = relations_store.children(
            tx,
            place.room_no,
            parent_id,
            rel_type=request.rel_type,
            type=request.type,
            after=after,
            upto=upto,
            forwards=request.forwards,
            count=count,
        )
        scanned += len(rows)
        found += [row for row in rows if _counts(place, row)]
        if len(found) > request.limit:
            return _cut(found, request)
        if len(rows) < count:
            return found, None
        at = _beyond(rows[-1], request)
        if scanned >= SCAN_MAX:
            return found, at
        after, upto = (at, upto) if request.forwards else (after, at)


def _descendants(
    tx: ReadTx, place: Place, parent_id: str, request: RelationsRequest
) -> tuple[list[RelationRow], int | None]:
    """Return a page of direct and indirect relations, and where to go on.

    Every event on the way has to match, as the specification wants it. A child is always later than its parent, so
    whatever is later than the end of the page leads nowhere. Of more than `SCAN_MAX` relations the newest count.
    """
    seen = {parent_id}
    level = [parent_id]
    found: list[RelationRow] = []
    scanned = 0
    for _ in range(DEPTH_MAX):
        below: list[RelationRow] = []
        for at in range(0, len(level), PARENTS_MAX):
            rows = relations_store.children_of_many(
                tx,
                place.room_no,
                level[at : at + PARENTS_MAX],
                rel_type=request.rel_type,
                type=request.type,
                upto=request.upto,
                count=SCAN_MAX - scanned,
            )
            scanned += len(rows)
            below += [row for row in rows if row.event_id not in seen and _counts(place, row)]
        seen.update(row.event_id for row in below)
        found += below
        level = [row.event_id for row in below]
    found = [row for row in found if row.position > request.after]
    found.sort(key=lambda row: row.position, reverse=not request.forwards)
    return _cut(found, request) if len(found) > request.limit else (found, None)


def _cut(
    found: list[RelationRow], request: RelationsRequest
) -> tuple[list[RelationRow], int | None]:
    """Return the page of a list that has more than the page holds."""
    page = found[: request.limit]
    return page, _beyond(page[-1], request)


def _beyond(row: RelationRow, request: RelationsRequest) -> int:
    return row.position if request.forwards else row.position - 1


def threads(
    tx: ReadTx,
    asker: Asker,
    room_id: RoomId,
    *,
    participated: bool,
    start: StreamPos | None,
    limit: int,
) -> bytes:
    """Return the roots of a room's threads, the one that was written in last first.

    Args:
        participated: only threads whose root the asker has sent, or in which they have written.
        start: go on from here.

    Raises:
        NotInRoomError: the asker may see nothing of the room.

    spec: client-server-api#get_matrixclientv1roomsroomidthreads
    """
    place = enter(tx, asker, room_id)
    roots: list[StoredEvent] = []
    listed: set[str] = set()
    at, scanned, end = FOREVER if start is None else start, 0, None
    while end is None:
        rows = relations_store.in_threads(
            tx, place.room_no, after=-1, upto=at, count=min(ROWS_MAX, SCAN_MAX - scanned)
        )
        parents = store.events_by_id(tx, list({row.parent_id for row in rows} - listed))
        for row in rows:
            if row.parent_id in listed or not _counts(place, row):
                continue
            listed.add(row.parent_id)
            root = parents.get(row.parent_id)
            if root is None or not _is_root(tx, place, root, participated=participated):
                continue
            if start is not None and _was_listed(tx, place, root, start):
                continue
            if len(roots) == limit:
                end = row.position
                break
            roots.append(root)
        scanned += len(rows)
        if len(rows) < ROWS_MAX:
            break
        at = rows[-1].position - 1
        if end is None and scanned >= SCAN_MAX:
            end = at
    answer: dict[str, object] = {"chunk": _shown_roots(tx, place, roots)}
    if end is not None:
        answer["next_batch"] = make_token(end)
    return encode(answer)


def _is_root(tx: ReadTx, place: Place, root: StoredEvent, *, participated: bool) -> bool:
    if root.room_no != place.room_no or not place.sight.sees(root.position):
        return False
    user_id = place.reader.user_id
    return (
        not participated
        or root.sender == user_id
        or relations_store.has_written_in(tx, place.room_no, root.event_id, user_id)
    )


def _was_listed(tx: ReadTx, place: Place, root: StoredEvent, start: int) -> bool:
    """Tell whether a thread stood on an earlier page, because something newer is in it."""
    newer = relations_store.of_thread_after(
        tx, place.room_no, root.event_id, after=start, count=ROWS_MAX
    )
    return any(_counts(place, row) for row in newer)


def _shown_roots(tx: ReadTx, place: Place, roots: Sequence[StoredEvent]) -> list[msgspec.Raw]:
    """Return thread roots as the reader is sent them.

    What an ignored user has sent is shown as if it were redacted: the thread below it is not theirs alone.
    """
    version = ROOM_VERSIONS[place.room.version]
    shown = []
    for root in roots:
        if place.is_ignored(root):
            body = redacted_json(msgspec.json.decode(root.json), version)
            shown.append(root._replace(json=msgspec.json.encode(body)))
        else:
            shown.append(root)
    return place.render(tx, shown)

"""Bundled aggregations: the newest edit, the thread's summary and the references of an event.

Reactions are not bundled: clients count them from the events themselves. What the reader may not see, what somebody whom
the reader ignores has sent, and what stands in another room, is not bundled either.

spec: client-server-api#aggregations-of-child-events
"""

from collections.abc import Sequence

import msgspec

from courtyard.base.ids import RoomId, UserId
from courtyard.rooms.erased import conceal
from courtyard.rooms.rules_relations import REFERENCE, REPLACE, THREAD
from courtyard.rooms.store import events as store
from courtyard.rooms.store import relations as relations_store
from courtyard.rooms.store.relations import RelationRow
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.visibility import FOREVER, Sight
from courtyard.rooms.withheld import Notes, withhold
from courtyard.storage.tx import ReadTx

REFERENCES_MAX = 1000
"""References bundled with one event at the most: the newest."""

EDITS_MAX = 50
"""How many of an event's newest edits are looked at to find a valid one."""


SCAN_MAX = 10_000
"""Relations looked at one by one for a page of events, shared out among those that have any: the newest."""

SCAN_MIN = 100
"""Of each of them at the least."""


class Viewer(msgspec.Struct, frozen=True):
    """For whom something is bundled."""

    user_id: UserId
    ignored: frozenset[UserId]
    sight: Sight | None
    """What they may see; None where that has been seen to."""
    room_id: RoomId | None
    """To be written into bundled events, as into the events that they are bundled with."""
    is_direct: bool = False
    """Whether they asked for the events by their ids: their edits are then shown as they are."""
    is_whole: bool = False
    """Whether nothing is withheld from them."""

    def sees(self, row: RelationRow) -> bool:
        """Tell whether an event that relates to another one counts for this viewer."""
        if row.sender in self.ignored:
            return False
        return self.sight is None or self.sight.sees(row.position)

    def splice(self, json: bytes, unsigned: bytes | None = None) -> bytes:
        """Return a bundled event as the viewer is sent it."""
        return splice(json, unsigned=unsigned, room_id=self.room_id)


def splice(json: bytes, *, unsigned: bytes | None = None, room_id: RoomId | None = None) -> bytes:
    """Add `unsigned` (an encoded object) and `room_id` to an event in its stored form."""
    if room_id is not None:
        json = b'{"room_id":' + msgspec.json.encode(room_id) + b"," + json[1:]
    if unsigned is not None and unsigned != b"{}":
        json = json[:-1] + b',"unsigned":' + unsigned + b"}"
    return json


class _Related(msgspec.Struct):
    """What of an event's relations counts for one viewer."""

    references: list[str] = msgspec.field(default_factory=list)
    edits: list[RelationRow] = msgspec.field(default_factory=list)
    """Oldest first. Those of other senders and types may be among them: they are void."""
    in_thread: int = 0
    latest: int = 0
    """The position of the thread's newest event."""
    has_written: bool = False
    """Whether the viewer has written in the thread."""


def bundles(
    tx: ReadTx, viewer: Viewer, events: Sequence[StoredEvent]
) -> dict[str, dict[str, object]]:
    """Return `m.relations` for those of some events (of one room) that have any."""
    shown = [event for event in events if event.state_key is None]
    if not shown:
        return {}
    related = _related(tx, viewer, shown)
    return {
        event.event_id: bundle
        for event in shown
        if event.event_id in related
        and (bundle := _bundle(tx, viewer, event, related[event.event_id]))
    }


def _related(tx: ReadTx, viewer: Viewer, events: Sequence[StoredEvent]) -> dict[str, _Related]:
    """Return what relates to some events, however much it is, at the price of little.

    The database adds up what nearly everybody sees one stretch of. For whoever sees several, or ignores somebody, the
    newest relations of each event are looked at one by one.
    """
    ranges = ((0, FOREVER),) if viewer.sight is None else viewer.sight.ranges
    lowest, highest = (ranges[0][0], ranges[-1][1]) if ranges else (1, 0)
    kinds = relations_store.kinds_of(
        tx,
        events[0].room_no,
        [event.event_id for event in events],
        viewer.user_id,
        lowest=lowest,
        highest=highest,
    )
    of_event = {event.event_id: event for event in events}
    found: dict[str, _Related] = {}
    if viewer.ignored or len(ranges) > 1:
        parents = dict.fromkeys(kind.parent_id for kind in kinds)
        for parent_id in parents:
            count = max(SCAN_MAX // len(parents), SCAN_MIN)
            found[parent_id] = _looked_at(tx, viewer, of_event[parent_id], count)
        return found
    for kind in kinds:
        event = of_event[kind.parent_id]
        related = found.setdefault(kind.parent_id, _Related())
        if kind.rel_type == THREAD:
            related.in_thread, related.latest = kind.total, kind.latest
            related.has_written = bool(kind.has_own)
        elif kind.rel_type == REPLACE:
            related.edits = relations_store.by_sender(
                tx,
                event.room_no,
                event.event_id,
                rel_type=REPLACE,
                type=event.type,
                sender=event.sender,
                lowest=lowest,
                highest=highest,
                count=EDITS_MAX,
            )
        elif kind.rel_type == REFERENCE:
            rows = _newest(tx, event, REFERENCE, (lowest, highest), REFERENCES_MAX)
            related.references = [row.event_id for row in rows]
    return found


def _looked_at(tx: ReadTx, viewer: Viewer, event: StoredEvent, count: int) -> _Related:
    rows = [row for row in _newest(tx, event, None, (0, FOREVER), count) if viewer.sees(row)]
    in_thread = [row for row in rows if row.rel_type == THREAD]
    return _Related(
        references=[row.event_id for row in rows if row.rel_type == REFERENCE],
        edits=[row for row in rows if row.rel_type == REPLACE],
        in_thread=len(in_thread),
        latest=in_thread[-1].position if in_thread else 0,
        has_written=any(row.sender == viewer.user_id for row in in_thread),
    )


def _newest(
    tx: ReadTx, event: StoredEvent, rel_type: str | None, between: tuple[int, int], count: int
) -> list[RelationRow]:
    """Return the newest relations to an event, oldest first."""
    rows = relations_store.children(
        tx,
        event.room_no,
        event.event_id,
        rel_type=rel_type,
        type=None,
        after=between[0] - 1,
        upto=between[1],
        forwards=False,
        count=count,
    )
    return rows[::-1]


def _bundle(tx: ReadTx, viewer: Viewer, event: StoredEvent, related: _Related) -> dict[str, object]:
    bundle: dict[str, object] = {}
    if related.references:
        newest = related.references[-REFERENCES_MAX:]
        bundle[REFERENCE] = {"chunk": [{"event_id": event_id} for event_id in newest]}
    # spec: the edits of a redacted event serve no purpose; its thread and what refers to it stay.
    edit = newest_edit(tx, event, related.edits) if event.redacted_by is None else None
    if edit is not None:
        notes: Notes = {}
        if not viewer.is_whole:
            [edit], notes = withhold(tx, viewer.user_id, [edit], is_direct=viewer.is_direct)
        bundle[REPLACE] = msgspec.Raw(viewer.splice(edit.json, _unsigned(notes.get(edit.event_id))))
    latest = store.event_at(tx, related.latest) if related.in_thread else None
    if latest is not None:
        [latest] = conceal(tx, viewer.user_id, [latest])
        bundle[THREAD] = {
            "count": related.in_thread,
            "current_user_participated": event.sender == viewer.user_id or related.has_written,
            "latest_event": msgspec.Raw(_with_own_bundle(tx, viewer, latest)),
        }
    return bundle


def _with_own_bundle(tx: ReadTx, viewer: Viewer, latest: StoredEvent) -> bytes:
    """Return a thread's latest event with its own edit and references; it is in no further thread."""
    related = _related(tx, viewer, [latest]).get(latest.event_id, _Related())
    # Nobody asked for this one by its id.
    viewer = msgspec.structs.replace(viewer, is_direct=False)
    [latest], notes = withhold(tx, viewer.user_id, [latest])
    own = _bundle(tx, viewer, latest, msgspec.structs.replace(related, in_thread=0))
    unsigned: dict[str, object] = {"m.relations": own} if own else {}
    return viewer.splice(latest.json, _unsigned(unsigned | notes.get(latest.event_id, {})))


def _unsigned(members: dict[str, object] | None) -> bytes | None:
    return msgspec.json.encode(members) if members else None


def newest_edit(tx: ReadTx, event: StoredEvent, rows: Sequence[RelationRow]) -> StoredEvent | None:
    """Return the valid replacement of an event that was made last.

    spec: client-server-api#validity-of-replacement-events
    """
    candidates = [
        row
        for row in rows
        if row.rel_type == REPLACE and row.sender == event.sender and row.type == event.type
    ]
    if not candidates:
        return None
    own = content_of(event.json).get("m.relates_to")
    if isinstance(own, dict) and own.get("rel_type") == REPLACE:
        return None
    found = store.events_at(tx, [row.position for row in candidates[-EDITS_MAX:]])
    valid = [
        edit
        for edit in found.values()
        if edit.type == "m.room.encrypted" or "m.new_content" in content_of(edit.json)
    ]
    # The spec's order: by time, then by id.
    return max(valid, key=lambda edit: (edit.origin_server_ts, edit.event_id), default=None)

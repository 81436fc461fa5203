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
from courtyard.rooms.visibility import Sight
from courtyard.storage.tx import ReadTx

REFERENCES_MAX = 1000
"""References bundled with one event at the most: the newest."""

EDITS_MAX = 50
"""How many of an event's newest edits are looked at to find a valid one."""


class Viewer(msgspec.Struct, frozen=True):
    """For whom something is bundled."""

    user_id: UserId
    ignored: frozenset[UserId]
    sight: Sight | None
    """What they may see; None where that has been seen to."""
    room_id: RoomId | None
    """To be written into bundled events, as into the events that they are bundled with."""

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


def bundles(
    tx: ReadTx, viewer: Viewer, events: Sequence[StoredEvent]
) -> dict[str, dict[str, object]]:
    """Return `m.relations` for those of some events (of one room) that have any."""
    shown = [event for event in events if event.state_key is None]
    if not shown:
        return {}
    ids = [event.event_id for event in shown]
    related = relations_store.bundled_of(tx, shown[0].room_no, ids)
    return {
        event.event_id: bundle
        for event in shown
        if (bundle := _bundle(tx, viewer, event, related.get(event.event_id, [])))
    }


def _bundle(
    tx: ReadTx, viewer: Viewer, event: StoredEvent, rows: Sequence[RelationRow]
) -> dict[str, object]:
    bundle: dict[str, object] = {}
    rows = [row for row in rows if viewer.sees(row)]
    references = [{"event_id": row.event_id} for row in rows if row.rel_type == REFERENCE]
    if references:
        bundle[REFERENCE] = {"chunk": references[-REFERENCES_MAX:]}
    # spec: the edits of a redacted event serve no purpose; its thread and what refers to it stay.
    edit = newest_edit(tx, event, rows) if event.redacted_by is None else None
    if edit is not None:
        bundle[REPLACE] = msgspec.Raw(viewer.splice(edit.json))
    in_thread = [row for row in rows if row.rel_type == THREAD]
    if in_thread:
        latest = store.event_at(tx, in_thread[-1].position)
        if latest is not None:
            [latest] = conceal(tx, viewer.user_id, [latest])
            bundle[THREAD] = {
                "count": len(in_thread),
                "current_user_participated": event.sender == viewer.user_id
                or any(row.sender == viewer.user_id for row in in_thread),
                "latest_event": msgspec.Raw(_with_own_bundle(tx, viewer, latest)),
            }
    return bundle


def _with_own_bundle(tx: ReadTx, viewer: Viewer, latest: StoredEvent) -> bytes:
    """Return a thread's latest event with its own edit and references; it is in no further thread."""
    rows = relations_store.bundled_of(tx, latest.room_no, [latest.event_id])
    of_latest = [row for row in rows.get(latest.event_id, []) if row.rel_type != THREAD]
    own = _bundle(tx, viewer, latest, of_latest)
    return viewer.splice(latest.json, msgspec.json.encode({"m.relations": own}) if own else None)


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

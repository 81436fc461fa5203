"""Bundled aggregations: the newest edit, the thread's summary and the references of an event.

Reactions are not bundled: clients count them from the events themselves.

spec: client-server-api#aggregations-of-child-events
"""

from collections.abc import Sequence

import msgspec

from courtyard.base.ids import UserId
from courtyard.rooms.rules_relations import REFERENCE, REPLACE, THREAD
from courtyard.rooms.store import events as store
from courtyard.rooms.store import relations as relations_store
from courtyard.rooms.store.relations import RelationRow
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.storage.tx import ReadTx


def bundles(
    tx: ReadTx, user_id: UserId, ignored: frozenset[UserId], events: Sequence[StoredEvent]
) -> dict[str, dict[str, object]]:
    """Return `m.relations` for those of some events that have any."""
    shown = [event for event in events if event.redacted_by is None and event.state_key is None]
    related = relations_store.of_parents(tx, [event.event_id for event in shown])
    return {
        event.event_id: bundle
        for event in shown
        if (bundle := _bundle(tx, user_id, ignored, event, related.get(event.event_id, [])))
    }


def _bundle(
    tx: ReadTx,
    user_id: UserId,
    ignored: frozenset[UserId],
    event: StoredEvent,
    rows: Sequence[RelationRow],
) -> dict[str, object]:
    bundle: dict[str, object] = {}
    rows = [row for row in rows if row.sender not in ignored]
    references = [{"event_id": row.event_id} for row in rows if row.rel_type == REFERENCE]
    if references:
        bundle[REFERENCE] = {"chunk": references}
    edit = newest_edit(tx, event, rows)
    if edit is not None:
        bundle[REPLACE] = msgspec.Raw(edit.json)
    in_thread = [row for row in rows if row.rel_type == THREAD]
    if in_thread:
        latest = store.event_at(tx, in_thread[-1].position)
        if latest is not None:
            bundle[THREAD] = {
                "count": len(in_thread),
                "current_user_participated": event.sender == user_id
                or any(row.sender == user_id for row in in_thread),
                "latest_event": msgspec.Raw(_with_own_bundle(tx, user_id, ignored, latest)),
            }
    return bundle


def _with_own_bundle(
    tx: ReadTx, user_id: UserId, ignored: frozenset[UserId], latest: StoredEvent
) -> bytes:
    """Return a thread's latest event with its own edit and references; it is in no further thread."""
    rows = relations_store.of_parent(tx, latest.event_id)
    own = _bundle(tx, user_id, ignored, latest, [row for row in rows if row.rel_type != THREAD])
    if not own:
        return latest.json
    unsigned = msgspec.json.encode({"m.relations": own})
    return latest.json[:-1] + b',"unsigned":' + unsigned + b"}"


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
    found = store.events_at(tx, [row.position for row in candidates])
    valid = [
        edit
        for edit in found.values()
        if edit.type == "m.room.encrypted" or "m.new_content" in content_of(edit.json)
    ]
    # The spec's order: by time, then by id.
    return max(valid, key=lambda edit: (edit.origin_server_ts, edit.event_id), default=None)

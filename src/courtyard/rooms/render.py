"""Turning stored events into what a client is sent: the stored bytes, with what depends on the reader added.

The stored form is never decoded on the way out; `room_id` and `unsigned` are spliced into it.

spec: client-server-api#room-event-format
"""

from collections.abc import Mapping, Sequence

import msgspec

from courtyard.base.ids import DeviceId, RoomId, UserId
from courtyard.rooms.aggregate import Viewer, bundles, splice
from courtyard.rooms.erased import conceal
from courtyard.rooms.store import events as store
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.visibility import Sight
from courtyard.rooms.withheld import Notes, withhold
from courtyard.storage.tx import ReadTx

_encode = msgspec.json.encode


class Reader(msgspec.Struct, frozen=True):
    """Who reads: decides `transaction_id`, `membership` and what is bundled."""

    user_id: UserId
    device_id: DeviceId
    ignored: frozenset[UserId] = frozenset()


def transaction_id(txn: str | None, sender: str, reader: Reader) -> str | None:
    """Return the transaction id of an event, if this very device sent it."""
    if txn is None or sender != reader.user_id:
        return None
    device_id, _, txn_id = txn.partition(" ")
    return txn_id if device_id == reader.device_id else None


def age(origin_server_ts: int, now_ms: int) -> int:
    """Return how many milliseconds ago an event was sent. The server's clock may have been set back since."""
    return max(0, now_ms - origin_server_ts)


def render(  # what the places that show events differ in
    tx: ReadTx,
    reader: Reader,
    events: Sequence[StoredEvent],
    *,
    room_id: RoomId | None,
    memberships: Mapping[int, str] | str | None = None,
    aggregate: bool = True,
    sight: Sight | None = None,
    is_direct: bool = False,
    is_whole: bool = False,
    now_ms: int | None = None,
) -> list[bytes]:
    """Return events as one reader is sent them, in the given order.

    Args:
        tx: for what the events replaced, were redacted by, and are related to.
        reader: who is going to see them.
        events: of one room.
        room_id: to be included, or None where the answer says it elsewhere (`/sync`).
        memberships: the reader's membership at each event's position, or one for all.
        aggregate: whether to bundle what relates to the events.
        sight: what the reader may see of the room, so that no more is bundled; None for everything.
        is_direct: whether each event was asked for by its id (`rooms.withheld`).
        is_whole: whether nothing is withheld: for what is said about an event, such as a report, and not for its reader.
        now_ms: the time, where the answer says of each event how old it is: devices whose clock is wrong go by that.

    spec: client-server-api#aggregations-of-child-events
    """
    events = conceal(tx, reader.user_id, events)
    notes: Notes = {}
    if not is_whole:
        events, notes = withhold(tx, reader.user_id, events, is_direct=is_direct)
    replaced = _replaced_by(tx, reader, events)
    redactions = store.events_by_id(tx, [e.redacted_by for e in events if e.redacted_by])
    viewer = Viewer(reader.user_id, reader.ignored, sight, room_id, is_direct, is_whole)
    bundled = bundles(tx, viewer, events) if aggregate else {}
    rendered = []
    for event in events:
        unsigned: dict[str, object] = {}
        if now_ms is not None:
            unsigned["age"] = age(event.origin_server_ts, now_ms)
        if event.replaces is not None and event.replaces in replaced:
            before = replaced[event.replaces]
            unsigned["prev_content"] = content_of(before.json)
            unsigned["prev_sender"] = before.sender
            unsigned["replaces_state"] = before.event_id
        if event.redacted_by is not None and event.redacted_by in redactions:
            by = redactions[event.redacted_by]
            unsigned["redacted_because"] = msgspec.Raw(splice(by.json, room_id=room_id))
            # Not in the specification; some clients look for the id alone.
            unsigned["redacted_by"] = event.redacted_by
        txn_id = transaction_id(event.txn, event.sender, reader)
        if txn_id is not None:
            unsigned["transaction_id"] = txn_id
        if memberships is not None:
            membership = (
                memberships
                if isinstance(memberships, str)
                else memberships.get(event.position, "leave")
            )
            unsigned["membership"] = membership
        relations = bundled.get(event.event_id)
        if relations:
            unsigned["m.relations"] = relations
        if event.event_id in notes:
            unsigned |= notes[event.event_id]
        rendered.append(
            splice(event.json, unsigned=_encode(unsigned) if unsigned else None, room_id=room_id)
        )
    return rendered


def _replaced_by(
    tx: ReadTx, reader: Reader, events: Sequence[StoredEvent]
) -> dict[int, StoredEvent]:
    """Return the state events that some events replaced, by position."""
    found = store.events_at(tx, [e.replaces for e in events if e.replaces is not None])
    shown = conceal(tx, reader.user_id, list(found.values()))
    shown, _ = withhold(tx, reader.user_id, shown)
    return {event.position: event for event in shown}


def render_state(
    tx: ReadTx, user_id: UserId, events: Sequence[StoredEvent], *, room_id: RoomId | None
) -> list[bytes]:
    """Return state events of one room for a `state` section: as one reader may have them.

    Their `unsigned` has nothing but the note about a name that is withheld.
    """
    shown, notes = withhold(tx, user_id, conceal(tx, user_id, events))
    return [
        splice(
            event.json,
            unsigned=_encode(notes[event.event_id]) if event.event_id in notes else None,
            room_id=room_id,
        )
        for event in shown
    ]

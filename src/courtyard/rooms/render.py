"""Turning stored events into what a client is sent: the stored bytes, with what depends on the reader added.

The stored form is never decoded on the way out; `room_id` and `unsigned` are spliced into it.

spec: client-server-api#room-event-format
"""

from collections.abc import Mapping, Sequence

import msgspec

from courtyard.base.ids import DeviceId, RoomId, UserId
from courtyard.rooms.aggregate import bundles
from courtyard.rooms.store import events as store
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.storage.tx import ReadTx

_encode = msgspec.json.encode


class Reader(msgspec.Struct, frozen=True):
    """Who reads: decides `transaction_id`, `membership` and what is bundled."""

    user_id: UserId
    device_id: DeviceId
    ignored: frozenset[UserId] = frozenset()


def splice(json: bytes, *, unsigned: bytes | None = None, room_id: RoomId | None = None) -> bytes:
    """Add `unsigned` (an encoded object) and `room_id` to an event in its stored form."""
    if room_id is not None:
        json = b'{"room_id":' + _encode(room_id) + b"," + json[1:]
    if unsigned is not None and unsigned != b"{}":
        json = json[:-1] + b',"unsigned":' + unsigned + b"}"
    return json


def transaction_id(txn: str | None, sender: str, reader: Reader) -> str | None:
    """Return the transaction id of an event, if this very device sent it."""
    if txn is None or sender != reader.user_id:
        return None
    device_id, _, txn_id = txn.partition(" ")
    return txn_id if device_id == reader.device_id else None


def render(  # what the places that show events differ in
    tx: ReadTx,
    reader: Reader,
    events: Sequence[StoredEvent],
    *,
    room_id: RoomId | None,
    memberships: Mapping[int, str] | str | None = None,
    aggregate: bool = True,
) -> list[bytes]:
    """Return events as one reader is sent them, in the given order.

    Args:
        tx: for what the events replaced, were redacted by, and are related to.
        reader: who is going to see them.
        events: of one room.
        room_id: to be included, or None where the answer says it elsewhere (`/sync`).
        memberships: the reader's membership at each event's position, or one for all.
        aggregate: whether to bundle what relates to the events.

    spec: client-server-api#aggregations-of-child-events
    """
    replaced = store.events_at(tx, [e.replaces for e in events if e.replaces is not None])
    redactions = store.events_by_id(tx, [e.redacted_by for e in events if e.redacted_by])
    bundled = bundles(tx, reader.user_id, reader.ignored, events) if aggregate else {}
    rendered = []
    for event in events:
        unsigned: dict[str, object] = {}
        if event.replaces is not None and event.replaces in replaced:
            before = replaced[event.replaces]
            unsigned["prev_content"] = content_of(before.json)
            unsigned["prev_sender"] = before.sender
            unsigned["replaces_state"] = before.event_id
        if event.redacted_by is not None and event.redacted_by in redactions:
            by = redactions[event.redacted_by]
            unsigned["redacted_because"] = msgspec.Raw(splice(by.json, room_id=room_id))
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
        rendered.append(
            splice(event.json, unsigned=_encode(unsigned) if unsigned else None, room_id=room_id)
        )
    return rendered


def render_state(events: Sequence[StoredEvent], *, room_id: RoomId | None) -> list[bytes]:
    """Return state events for a `state` section, where nothing depends on the reader."""
    return [splice(event.json, room_id=room_id) for event in events]

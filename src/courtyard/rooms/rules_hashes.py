"""Sealing an event: its content hash, its id, its size.

Signatures are made when an event first leaves the server. They cover the redacted event with its
hashes, so nothing here has to be done again then.

spec: server-server-api#signing-events
"""

import hashlib
from base64 import b64encode, urlsafe_b64encode

from courtyard.base import canonical_json
from courtyard.base.errors import TooLargeError
from courtyard.base.ids import ID_BYTES_MAX, EventId, RoomId
from courtyard.rooms.model import CREATE, Event, EventFields, RoomVersion
from courtyard.rooms.rules_redaction import redact

EVENT_BYTES_MAX = 65_536
"""The largest PDU in canonical JSON, signatures included (client-server-api#size-limits)."""

SIGNATURE_BYTES = 512
"""Kept free in each event for the signature of this server: 86 bytes, its name (at most 230), the name
of the key, and the JSON around them. Without this a full event could never leave the server."""

_NOT_HASHED = ("hashes", "signatures", "unsigned")
_NOT_REFERENCED = ("signatures", "unsigned")


def to_pdu(event: EventFields, version: RoomVersion) -> dict[str, object]:
    """Return the event in the federation format, with its hashes if it is sealed.

    spec: rooms/v12#event-format
    """
    pdu: dict[str, object] = {
        "auth_events": event.auth_events,
        "content": event.content,
        "depth": event.depth,
        "origin_server_ts": event.origin_server_ts,
        "prev_events": event.prev_events,
        "sender": event.sender,
        "type": event.type,
    }
    # From version 12 the room id is made from the create event, which therefore cannot hold it.
    if not (version.create_event_room_id_is_hash and event.type == CREATE):
        pdu["room_id"] = event.room_id
    if event.state_key is not None:
        pdu["state_key"] = event.state_key
    if event.redacts is not None and not version.redacts_in_content:
        pdu["redacts"] = event.redacts
    if isinstance(event, Event):
        pdu["hashes"] = event.hashes
    return pdu


def content_hash(pdu: dict[str, object]) -> str:
    """Return the SHA-256 of the whole event as unpadded base64.

    spec: server-server-api#calculating-the-content-hash-for-an-event
    """
    hashed = {key: value for key, value in pdu.items() if key not in _NOT_HASHED}
    return _unpadded(canonical_json.encode(hashed))


def event_id(pdu: dict[str, object], version: RoomVersion) -> EventId:
    """Return the id of a PDU that has its `hashes`: `$` and the reference hash.

    spec: rooms/v4#event-ids
    """
    return _reference(canonical_json.encode(_referenced(pdu, version)))


def _referenced(pdu: dict[str, object], version: RoomVersion) -> dict[str, object]:
    """Return what the reference hash covers."""
    return redact({k: v for k, v in pdu.items() if k not in _NOT_REFERENCED}, version)


def _reference(encoded: bytes) -> EventId:
    digest = hashlib.sha256(encoded).digest()
    return EventId("$" + urlsafe_b64encode(digest).rstrip(b"=").decode())


def room_id_from_create(create_event_id: EventId) -> RoomId:
    """Return the id of the version-12 room that this create event begins.

    spec: rooms/v12#event-format
    """
    return RoomId("!" + create_event_id[1:])


def seal(fields: EventFields, version: RoomVersion) -> Event:
    """Compute hashes, event id and size, and hold the event to the size limits.

    The create event of a version-12 room comes back with the room id that its own id makes.

    Raises:
        CanonicalJsonError: the content has no canonical encoding.
        TooLargeError: the event, or one of its keys, exceeds its limit.

    spec: client-server-api#size-limits
    """
    pdu = to_pdu(fields, version)
    pdu.pop("hashes", None)
    encoded = canonical_json.encode(pdu)
    hashes = {"sha256": _unpadded(encoded)}
    # One more member in a non-empty object: a comma, the key, and the object of the hash.
    size_bytes = len(encoded) + len(',"hashes":{"sha256":""}') + len(hashes["sha256"])
    if size_bytes > EVENT_BYTES_MAX - SIGNATURE_BYTES:
        raise TooLargeError(f"The event is larger than {EVENT_BYTES_MAX - SIGNATURE_BYTES} bytes.")
    _check_key("type", fields.type)
    _check_key("sender", fields.sender)
    _check_key("room_id", fields.room_id)
    if fields.state_key is not None:
        _check_key("state_key", fields.state_key)
    pdu["hashes"] = hashes
    # Every part of it was checked above; the hash is ours.
    sealed_id = _reference(canonical_json.encode_again(_referenced(pdu, version)))
    room_id = fields.room_id
    if version.create_event_room_id_is_hash and fields.type == CREATE:
        room_id = room_id_from_create(sealed_id)
    return Event(
        room_id=room_id,
        type=fields.type,
        sender=fields.sender,
        content=fields.content,
        origin_server_ts=fields.origin_server_ts,
        state_key=fields.state_key,
        depth=fields.depth,
        prev_events=fields.prev_events,
        auth_events=fields.auth_events,
        redacts=fields.redacts,
        event_id=sealed_id,
        hashes=hashes,
        size_bytes=size_bytes,
    )


def _check_key(name: str, value: str) -> None:
    # UTF-8 takes at most four bytes a character, so a short key needs no encoding.
    if len(value) > ID_BYTES_MAX // 4 and len(value.encode()) > ID_BYTES_MAX:
        raise TooLargeError(f"The event's {name} is longer than {ID_BYTES_MAX} bytes.")


def _unpadded(data: bytes) -> str:
    return b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()

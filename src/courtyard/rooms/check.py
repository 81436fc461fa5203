"""The invariants of the README, for `courtyard check`."""

from collections.abc import Iterator

import msgspec

from courtyard.base.errors import CourtyardError
from courtyard.rooms.model import CREATE, REDACTION
from courtyard.rooms.rules_hashes import content_hash, event_id, room_id_from_create
from courtyard.rooms.store import check as store
from courtyard.rooms.stored import content_of
from courtyard.rooms.versions import ROOM_VERSIONS
from courtyard.storage.tx import ReadTx


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    yield from store.findings(tx)
    yield from _memberships(tx)
    yield from _log(tx)


def _memberships(tx: ReadTx) -> Iterator[str]:
    for user_id, room_id, membership, json in store.memberships(tx):
        said = None if json is None else content_of(json).get("membership")
        if said != membership:
            yield f"{user_id} has membership {membership!r} in {room_id}; the member event says {said!r}."


def _log(tx: ReadTx) -> Iterator[str]:
    """Walk through every room from its first event, counting again."""
    previous: store.LoggedEvent | None = None
    for event in store.log(tx):
        if previous is not None and previous.room_no != event.room_no:
            previous = None
        yield from _counts(event, previous)
        try:
            yield from _hashes(event, previous)
        except (msgspec.MsgspecError, CourtyardError, KeyError, TypeError) as error:
            yield f"Event {event.event_id} cannot be read: {error}."
        previous = event


def _counts(event: store.LoggedEvent, previous: store.LoggedEvent | None) -> Iterator[str]:
    ordinal = 0 if previous is None else previous.ordinal
    if event.notify and event.thread is None:
        ordinal += 1
    if event.ordinal != ordinal:
        yield f"Event {event.event_id} has ordinal {event.ordinal}; counted again it is {ordinal}."
    depth = 1 if previous is None else previous.depth + 1
    if event.depth != depth:
        yield f"Event {event.event_id} has depth {event.depth} and comes at {depth}."


def _hashes(event: store.LoggedEvent, previous: store.LoggedEvent | None) -> Iterator[str]:
    pdu = _pdu(event)
    expected = [] if previous is None else [previous.event_id]
    if pdu["prev_events"] != expected:
        yield f"Event {event.event_id} does not follow the event before it in {event.room_id}."
    version = ROOM_VERSIONS[event.version]
    if event_id(pdu, version) != event.event_id:
        yield f"Event {event.event_id} at position {event.position} does not match its id."
    elif event.redacted_by is None and {"sha256": content_hash(pdu)} != pdu["hashes"]:
        # The id covers what a redaction leaves, and this hash the rest.
        yield f"Event {event.event_id} does not match its content hash."
    if version.create_event_room_id_is_hash and event.type == CREATE:
        room_id = room_id_from_create(event.event_id)  # type: ignore[arg-type]
        if room_id != event.room_id:
            yield f"Room {event.room_id} was created by {event.event_id}, which makes {room_id}."


def _pdu(event: store.LoggedEvent) -> dict[str, object]:
    """Put the federation format together again from its two stored parts.

    The columns are held against the stored JSON on the way: both go into the PDU.
    """
    version = ROOM_VERSIONS[event.version]
    shown = msgspec.json.decode(event.json)
    content = shown["content"]
    pdu: dict[str, object] = {
        **msgspec.json.decode(event.pdu),
        "type": event.type,
        "sender": event.sender,
        "origin_server_ts": event.origin_server_ts,
        "depth": event.depth,
        "content": content,
    }
    if event.state_key is not None:
        pdu["state_key"] = event.state_key
    if not (version.create_event_room_id_is_hash and event.type == CREATE):
        pdu["room_id"] = event.room_id
    if event.type == REDACTION and not version.redacts_in_content:
        # `append.encode` shows clients the target in both places.
        if "redacts" in shown:
            pdu["redacts"] = shown["redacts"]
        pdu["content"] = {key: value for key, value in content.items() if key != "redacts"}
    return pdu

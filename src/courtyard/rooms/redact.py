"""Redaction: the body of an event is destroyed, a stub and the reason stay.

spec: client-server-api#redactions
"""

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import EventId, RoomId, UserId
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.media import links as media
from courtyard.rooms.append import Draft, Txn, append
from courtyard.rooms.errors import NotInRoomError
from courtyard.rooms.heads import Head, Heads
from courtyard.rooms.model import CREATE, MESSAGE, REDACTION, NotAllowed, RoomVersion
from courtyard.rooms.rules_redaction import may_redact
from courtyard.rooms.rules_redaction import redact as redacted_form
from courtyard.rooms.rules_relations import relation_of
from courtyard.rooms.rules_unread import REDACTED
from courtyard.rooms.store import events as store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.stored import StoredEvent
from courtyard.rooms.views import Views
from courtyard.rooms.visibility import FOREVER
from courtyard.storage.tx import WriteTx

SCANNED_AT_ONCE = 1_000
"""Events that are held in memory while a room is looked through."""


def redact(  # the parts of the request
    tx: WriteTx,
    user_id: UserId,
    room_id: RoomId,
    target_id: EventId,
    reason: str | None,
    txn: Txn,
) -> EventId:
    """Append a redaction and destroy what it redacts, or do neither.

    Raises:
        NotFoundError: the room has no such event.
        NotAllowed: the event is somebody else's and the user's power level is too low.

    spec: client-server-api#put_matrixclientv3roomsroomidredacteventidtxnid
    """
    earlier = store.sent_already(tx, txn.key(user_id, room_id))
    if earlier is not None:
        return earlier
    head = tx.memory(Heads).get(tx, room_id)
    if user_id not in head.joined:
        message = "You are not in this room."
        raise NotInRoomError(message)
    target = store.event(tx, target_id)
    if target is None or target.room_no != head.room_no:
        message = "The room has no such event."
        raise NotFoundError(message)
    if not may_redact(user_id, target.sender, head, head.version) or target.type == CREATE:
        message = "Your power level is too low to remove what others wrote."
        raise NotAllowed(message)
    is_own = target.sender == user_id
    permit = admit(tx, user_id, Action.REDACT_OWN if is_own else Action.REDACT_OTHER)
    return _append(tx, permit, head, target, reason, txn)


def redact_own_messages(tx: WriteTx, permit: Permit, room_id: RoomId) -> None:
    """Destroy every message of one account in a room: what the server told somebody who is erased.

    Args:
        tx: the open transaction.
        permit: to `Action.REDACT_OWN`, for the account whose messages they are.
        room_id: where they stand.
    """
    head = tx.memory(Heads).get(tx, room_id)
    after = 0
    while found := store.events_after(
        tx, head.room_no, after=after, upto=FOREVER, count=SCANNED_AT_ONCE
    ):
        after = found[-1].position
        for event in found:
            is_message = event.type == MESSAGE and event.redacted_by is None
            if is_message and event.sender == permit.actor:
                _append(tx, permit, head, event, None, None)


def _append(
    tx: WriteTx,
    permit: Permit,
    head: Head,
    target: StoredEvent,
    reason: str | None,
    txn: Txn | None,
) -> EventId:
    """Append a redaction, and destroy what it redacts unless that is done."""
    target_id = EventId(target.event_id)
    content: dict[str, object] = {} if reason is None else {"reason": reason}
    if head.version.redacts_in_content:
        content["redacts"] = target_id
    draft = Draft(
        room_id=head.room_id,
        type=REDACTION,
        sender=permit.actor,
        content=content,
        redacts=None if head.version.redacts_in_content else target_id,
        txn=txn,
    )
    placed = append(tx, permit, draft)
    if target.redacted_by is None:
        destroy(tx, head, target, placed.event.event_id)
    return placed.event.event_id


def destroy(tx: WriteTx, head: Head, target: StoredEvent, by: EventId) -> None:
    """Replace an event by its redacted form, and take it out of everything derived from it."""
    body = msgspec.json.decode(target.json)
    relation = relation_of(body["content"])
    json = msgspec.json.encode(redacted_json(body, head.version))
    notify = target.notify
    if notify > 0:
        # In threads each event is counted by itself; in the main timeline by a running number.
        notify = REDACTED if target.thread is None else 0
        members_store.clear_event_exceptions(tx, head.room_no, target.position)
    store.redact(tx, target, json, by, notify)
    if media.MXC in target.json:
        media.unlink(tx, EventId(target.event_id))
    if relation is not None:
        store.forget_relation(tx, relation.parent_id, target.event_id)
    room_id = head.room_id
    views, heads = tx.memory(Views), tx.memory(Heads)
    tx.after_commit(lambda: views.drop(room_id))
    if target.state_key is not None:
        # The state may hold the old content: let it be read again.
        heads.drop(room_id)


def redacted_json(body: dict[str, object], version: RoomVersion) -> dict[str, object]:
    """Return the client's form of an event after redaction."""
    return redacted_form(body, version)

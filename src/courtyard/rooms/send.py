"""Sending events and setting state: what a client asks for, checked, admitted and appended."""

from courtyard.base.ids import DeviceId, EventId, RoomId, UserId
from courtyard.gate.admit import admit
from courtyard.rooms.append import Draft, Txn, append
from courtyard.rooms.errors import DuplicateAnnotationError, NotInRoomError, ReservedTypeError
from courtyard.rooms.heads import Head, Heads
from courtyard.rooms.model import (
    CANONICAL_ALIAS,
    CREATE,
    MEMBER,
    REDACTION,
    RESERVED_TYPES,
    Malformed,
)
from courtyard.rooms.redact import redact
from courtyard.rooms.rules_actions import action_of_message, action_of_state
from courtyard.rooms.rules_content import check_content
from courtyard.rooms.rules_relations import ANNOTATION, relation_of
from courtyard.rooms.store import directory as directory_store
from courtyard.rooms.store import events as store
from courtyard.rooms.store import relations as relations_store
from courtyard.storage.tx import WriteTx


def send(  # the parts of the request
    tx: WriteTx,
    user_id: UserId,
    device_id: DeviceId,
    room_id: RoomId,
    type: str,
    txn_id: str,
    content: dict[str, object],
) -> EventId:
    """Append a message event. Sent again with the same `txn_id`, it returns the first answer.

    Raises:
        NotInRoomError: the user is not joined, or there is no such room.
        NotAllowed, RestrictedError, LimitExceededError, BadJsonError, TooLargeError: as they say.

    spec: client-server-api#put_matrixclientv3roomsroomidsendeventtypetxnid
    """
    txn = Txn(device_id, txn_id, f"send {type}")
    earlier = store.sent_already(tx, txn.key(user_id, room_id))
    if earlier is not None:
        return earlier
    if type == REDACTION:
        target = content.get("redacts")
        reason = content.get("reason")
        return redact(
            tx,
            user_id,
            room_id,
            EventId(target if isinstance(target, str) else ""),
            reason if isinstance(reason, str) else None,
            txn,
        )
    head = joined_head(tx, user_id, room_id)
    check_type(type)
    check_content(type, None, content)
    _check_duplicate(tx, user_id, type, content)
    action = action_of_message(head.room_type, type, content, is_direct=head.is_direct)
    permit = admit(tx, user_id, action, other_in_direct(head, user_id))
    draft = Draft(room_id=room_id, type=type, sender=user_id, content=content, txn=txn)
    return append(tx, permit, draft).event.event_id


def set_state(  # the parts of the request
    tx: WriteTx,
    user_id: UserId,
    room_id: RoomId,
    type: str,
    state_key: str,
    content: dict[str, object],
) -> EventId:
    """Append a state event. The same content again changes nothing and returns the event that stands.

    Memberships are set by `membership.set_membership`, which knows more about them.

    Raises:
        NotInRoomError, NotAllowed, BadAliasError, BadJsonError, …: as they say.

    spec: client-server-api#put_matrixclientv3roomsroomidstateeventtypestatekey
    """
    assert type != MEMBER
    head = joined_head(tx, user_id, room_id)
    check_type(type)
    if type == CREATE:
        message = "A room is created once."
        raise Malformed(message)
    check_content(type, state_key, content)
    standing = head.get(type, state_key)
    if type == CANONICAL_ALIAS:
        directory_store.check_canonical(tx, head.room_no, standing, content)
    if standing is not None and standing.content == content and standing.sender == user_id:
        return standing.event_id
    action = action_of_state(head.room_type, is_direct=head.is_direct)
    permit = admit(tx, user_id, action, other_in_direct(head, user_id))
    draft = Draft(room_id=room_id, type=type, sender=user_id, content=content, state_key=state_key)
    return append(tx, permit, draft).event.event_id


def joined_head(tx: WriteTx, user_id: UserId, room_id: RoomId) -> Head:
    """Return the head of a room that the user is joined to.

    Raises:
        NotInRoomError: they are not, or there is no such room.
    """
    head = tx.memory(Heads).get(tx, room_id)
    if user_id not in head.joined:
        message = "You are not in this room."
        raise NotInRoomError(message)
    return head


def other_in_direct(head: Head, user_id: UserId) -> UserId | None:
    """Return the other person of a direct chat of two."""
    if not head.is_direct or len(head.joined) != 2:  # a chat of two
        return None
    return next(member for member in head.joined if member != user_id)


def check_type(type: str) -> None:
    """Refuse the event types that only one feature may write.

    Raises:
        ReservedTypeError: it is one of them.
    """
    feature = RESERVED_TYPES.get(type)
    if feature is not None:
        message = f"Events of type {type} are written by the {feature} alone."
        raise ReservedTypeError(message)


def _check_duplicate(tx: WriteTx, user_id: UserId, type: str, content: dict[str, object]) -> None:
    relation = relation_of(content)
    if relation is None or relation.rel_type != ANNOTATION or relation.key is None:
        return
    if relations_store.has_annotated(tx, relation.parent_id, type, user_id, relation.key):
        message = "You have already reacted in this way."
        raise DuplicateAnnotationError(message)

"""Receipts and read markers: how far somebody has read, told to the room or kept private.

spec: client-server-api#receipts
"""

from collections.abc import Sequence

import msgspec

from courtyard.base.errors import InvalidParamError, NotFoundError
from courtyard.base.ids import EventId, RoomId, UserId
from courtyard.bus import topics
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.rooms.account_data import put_account_data
from courtyard.rooms.heads import Head
from courtyard.rooms.rules_unread import MAIN, WHOLE_ROOM
from courtyard.rooms.send import joined_head
from courtyard.rooms.store import events as events_store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.store import receipts as store
from courtyard.rooms.stored import StoredEvent
from courtyard.rooms.views import Views
from courtyard.storage.tx import WriteTx

READ = "m.read"
READ_PRIVATE = "m.read.private"
FULLY_READ = "m.fully_read"


def mark_read(  # the parts of the request
    tx: WriteTx,
    user_id: UserId,
    room_id: RoomId,
    type: str,
    event_id: EventId,
    thread_id: str | None = None,
) -> None:
    """Take note of how far a user has read. A receipt never moves back.

    Args:
        type: `m.read`, `m.read.private`, or `m.fully_read` for the marker that only the user sees.
        thread_id: "main" or a thread's root; None when the client does not tell threads apart.

    Raises:
        NotInRoomError: the user is not joined.
        NotFoundError: the room has no such event.
        InvalidParamError: an unknown type, or the event is not in that thread.

    spec: client-server-api#post_matrixclientv3roomsroomidreceiptreceipttypeeventid
    """
    head = joined_head(tx, user_id, room_id)
    if type not in (READ, READ_PRIVATE, FULLY_READ):
        message = f"{type!r} is no type of receipt."
        raise InvalidParamError(message)
    event = events_store.event(tx, event_id)
    if event is None or event.room_no != head.room_no:
        message = "The room has no such event."
        raise NotFoundError(message)
    admit(tx, user_id, Action.RECEIPT)
    if type == FULLY_READ:
        if thread_id is not None:
            message = "m.fully_read has no thread."
            raise InvalidParamError(message)
        content = msgspec.json.encode({"event_id": event_id})
        put_account_data(tx, user_id, head.room_no, FULLY_READ, content)
        return
    _check_thread(event, thread_id)
    _set_receipt(tx, head, user_id, type, event, thread_id)


def mark_read_to(
    tx: WriteTx, user_id: UserId, room_id: RoomId, markers: Sequence[tuple[str, EventId]]
) -> None:
    """Set several markers (type and event), or none of them when one cannot be set.

    Raises:
        NotInRoomError, NotFoundError, InvalidParamError: as `mark_read`.

    spec: client-server-api#post_matrixclientv3roomsroomidread_markers
    """
    for type, event_id in markers:
        mark_read(tx, user_id, room_id, type, event_id)


def _set_receipt(  # what mark_read has checked
    tx: WriteTx,
    head: Head,
    user_id: UserId,
    type: str,
    event: StoredEvent,
    thread_id: str | None,
) -> None:
    thread = thread_id or ""
    standing = store.receipt(tx, head.room_no, user_id, type, thread)
    if standing is not None and standing.event_position >= event.position:
        return
    position = tx.next_position()
    row = store.ReceiptRow(
        room_no=head.room_no,
        user_id=user_id,
        type=type,
        thread=thread,
        event_id=event.event_id,
        event_position=event.position,
        ts=tx.now_ms(),
        position=position,
    )
    store.set_receipt(tx, row)
    read_up_to(tx, head, user_id, thread_id or WHOLE_ROOM, event.position)
    views, room_id = tx.memory(Views), head.room_id
    tx.after_commit(lambda: views.apply_receipt(room_id, row))
    if type == READ:
        tx.wake_after_commit(topics.room(head.room_id), position)
    else:
        tx.wake_after_commit(topics.user(user_id), position)


def read_up_to(tx: WriteTx, head: Head, user_id: UserId, thread: str, position: int) -> None:
    """Move a read mark forward and forget what it covers."""
    standing = members_store.marks(tx, user_id, head.room_no).get(thread)
    if standing is None or standing[0] < position:
        tx.run(
            members_store.SET_MARK,
            user_id=user_id,
            room_no=head.room_no,
            thread=thread,
            position=position,
            ordinal=members_store.ordinal_at(tx, head.room_no, position),
        )
    members_store.clear_exceptions(tx, user_id, head.room_no, thread, upto=position)


def _check_thread(event: StoredEvent, thread_id: str | None) -> None:
    if thread_id is None:
        return
    # A thread's root belongs to the main timeline and to its thread.
    inside = (event.thread or MAIN, event.event_id if event.thread is None else MAIN)
    if not thread_id or (thread_id not in inside):
        message = "The event is not in that thread."
        raise InvalidParamError(message)
    if thread_id == MAIN and event.thread is not None:
        message = "The event is in a thread."
        raise InvalidParamError(message)

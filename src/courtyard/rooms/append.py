"""The one way into a room: every event of every feature is appended here.

authorise → seal → count whom it notifies → rows → head → promises. Nothing is told before the commit.
"""

import hashlib

import msgspec

from courtyard.base.ids import DeviceId, EventId, RoomId, StreamPos, TimestampMs, UserId
from courtyard.bus import topics
from courtyard.gate.admit import Permit
from courtyard.media import links as media
from courtyard.push.audience import notifications_of
from courtyard.push.model import EventFacts, Notifications
from courtyard.rooms.heads import Head, Heads
from courtyard.rooms.ignores import Ignores
from courtyard.rooms.model import (
    CREATE,
    INVITE,
    JOIN,
    KNOCK,
    MEMBER,
    POWER_LEVELS,
    REDACTION,
    Event,
    EventFields,
    RoomVersion,
)
from courtyard.rooms.rules import auth_event_keys, authorise
from courtyard.rooms.rules_hashes import seal
from courtyard.rooms.rules_power import power_level
from courtyard.rooms.rules_relations import THREAD, Relation, relation_of
from courtyard.rooms.rules_unread import HIGHLIGHTS, MAIN, NOTIFIES
from courtyard.rooms.store import events as store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.stripped import stripped_state
from courtyard.rooms.views import Appended, Views
from courtyard.storage.tx import WriteTx


class Txn(msgspec.Struct, frozen=True):
    """A client's own name for one request, so that a repetition changes nothing.

    spec: client-server-api#transaction-identifiers
    """

    device_id: DeviceId
    txn_id: str
    path: str
    """What tells this endpoint from others: the kind of request, and the event type."""

    def key(self, user_id: UserId, room_id: RoomId) -> bytes:
        """Return what is stored to recognise a repetition."""
        text = f"{user_id}\0{self.device_id}\0{self.path}\0{room_id}\0{self.txn_id}"
        return hashlib.blake2b(text.encode(), digest_size=16).digest()


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An event as its author wants it."""

    room_id: RoomId
    type: str
    sender: UserId
    content: dict[str, object]
    state_key: str | None = None
    redacts: EventId | None = None
    txn: Txn | None = None


class Placed(msgspec.Struct, frozen=True):
    """An event that was appended, and where."""

    event: Event
    position: StreamPos


def append(tx: WriteTx, permit: Permit, draft: Draft, head: Head | None = None) -> Placed:
    """Append one event to a room, or raise and leave everything as it was.

    Args:
        tx: the open transaction; this function never commits.
        permit: the gate's yes to this account's action.
        draft: what is to be said.
        head: the head of a room that is being created; otherwise it is looked up.

    Raises:
        NotInRoomError: there is no such room.
        NotAllowed: the room's rules refuse it; the message names the rule.
        TooLargeError, CanonicalJsonError: the event cannot be encoded, or is too large.

    spec: server-server-api#pdus
    """
    assert permit.actor == draft.sender
    heads = tx.memory(Heads)
    if head is None:
        head = heads.get(tx, draft.room_id)
    room_id = head.room_id
    tx.on_rollback(lambda: heads.drop(room_id))

    event = _sealed(tx, head, draft)
    position = tx.next_position()
    key = event.state_key
    replaces = None
    if key is not None:
        replaces = head.position_of(event.type, key)
        head.put(event, position)
        if event.type == MEMBER:
            _move_member(head, event)
    relation = relation_of(event.content) if key is None else None
    thread = _thread_of(tx, relation) if relation is not None else None
    notifications = _notifications(tx, head, event)
    notify = _kind(notifications)
    if notify and thread is None:
        head.ordinal += 1
    head.latest_event_id = event.event_id
    head.depth = event.depth

    json = encode(event, head.version)
    tx.run(
        store.INSERT_EVENT,
        position=position,
        room_no=head.room_no,
        event_id=event.event_id,
        type=event.type,
        state_key=key,
        sender=event.sender,
        origin_server_ts=event.origin_server_ts,
        depth=event.depth,
        json=json,
        pdu=_pdu_part(event),
        txn=None if draft.txn is None else f"{draft.txn.device_id} {draft.txn.txn_id}",
        replaces=replaces,
        redacted_by=None,
        thread=thread,
        notify=notify,
        ordinal=head.ordinal,
    )
    if media.MXC in json:
        media.link(tx, event.event_id, event.sender, json)
    if draft.txn is not None:
        tx.run(store.INSERT_TXN, key=draft.txn.key(event.sender, room_id), position=position)
    if key is not None:
        _write_state(tx, head, event, position)
    if relation is not None:
        _write_relation(tx, head, event, relation, position)
    _write_unread(tx, head, event, notifications, thread, position)
    views = tx.memory(Views)
    appended = Appended(
        room_no=head.room_no,
        room_id=head.room_id,
        position=position,
        event_id=event.event_id,
        type=event.type,
        state_key=key,
        sender=event.sender,
        json=json,
        txn=None if draft.txn is None else f"{draft.txn.device_id} {draft.txn.txn_id}",
        thread=thread,
        related_to=None if relation is None else relation.parent_id,
        notify=notify,
        ordinal=head.ordinal,
        exceptions=notifications.exceptions,
        is_join=event.type == MEMBER and event.content.get("membership") == JOIN,
        origin_server_ts=event.origin_server_ts,
        shown=json[:-1] + b',"unsigned":{"membership":"join"',
    )
    tx.after_commit(lambda: views.apply(appended))
    tx.wake_after_commit(topics.room(head.room_id), position)
    if event.type == MEMBER and key is not None:
        tx.wake_after_commit(topics.user(UserId(key)), position)
    return Placed(event, position)


def _thread_of(tx: WriteTx, relation: Relation) -> str | None:
    """Return the thread an event is in: its own, or that of what it reacts to, edits or refers to.

    spec: client-server-api#threading
    """
    if relation.rel_type == THREAD:
        return relation.parent_id
    parent = store.event(tx, EventId(relation.parent_id))
    return parent.thread if parent is not None else None


def encode(event: Event, version: RoomVersion) -> bytes:
    """Return the event as clients see it, without `room_id` and `unsigned`.

    spec: client-server-api#room-event-format
    """
    shown: dict[str, object] = {
        "content": event.content,
        "event_id": event.event_id,
        "origin_server_ts": event.origin_server_ts,
        "sender": event.sender,
        "type": event.type,
    }
    if event.state_key is not None:
        shown["state_key"] = event.state_key
    if event.type == REDACTION:
        # Clients of either age look for the target in either place (rooms/v11#redactions).
        target = event.content.get("redacts") if version.redacts_in_content else event.redacts
        if isinstance(target, str):
            shown["redacts"] = target
            shown["content"] = {**event.content, "redacts": target}
    return msgspec.json.encode(shown)


def _pdu_part(event: Event) -> bytes:
    """Return what only other servers see."""
    return msgspec.json.encode(
        {
            "auth_events": event.auth_events,
            "prev_events": event.prev_events,
            "hashes": event.hashes,
        }
    )


def _sealed(tx: WriteTx, head: Head, draft: Draft) -> Event:
    fields = EventFields(
        room_id=draft.room_id,
        type=draft.type,
        sender=draft.sender,
        content=draft.content,
        origin_server_ts=tx.now_ms(),
        state_key=draft.state_key,
        depth=head.depth + 1,
        prev_events=() if head.latest_event_id is None else (head.latest_event_id,),
        redacts=draft.redacts,
    )
    auth_events = []
    for type, state_key in auth_event_keys(fields, head.version):
        found = head.get(type, state_key)
        if found is not None:
            auth_events.append(found.event_id)
    fields = msgspec.structs.replace(fields, auth_events=tuple(auth_events))
    authorise(fields, head.version, head)
    event = seal(fields, head.version)
    if event.type == CREATE:
        # From version 12 the room id is a hash of this event alone: two rooms that one user
        # makes within a millisecond would be the same room.
        while store.event(tx, event.event_id) is not None:
            later = TimestampMs(fields.origin_server_ts + 1)
            fields = msgspec.structs.replace(fields, origin_server_ts=later)
            event = seal(fields, head.version)
        head.room_id = event.room_id
    return event


def _move_member(head: Head, event: Event) -> None:
    assert event.state_key is not None
    user_id = UserId(event.state_key)
    if event.content.get("membership") == JOIN:
        head.joined[user_id] = display_name_of(event.content)
    else:
        head.joined.pop(user_id, None)


def display_name_of(content: dict[str, object]) -> str | None:
    """Return the display name in a member event's content, if it is one."""
    name = content.get("displayname")
    return name if isinstance(name, str) else None


def _notifications(tx: WriteTx, head: Head, event: Event) -> Notifications:
    shown: dict[str, object] = {
        "type": event.type,
        "sender": event.sender,
        "content": event.content,
        "room_id": head.room_id,
    }
    if event.state_key is not None:
        shown["state_key"] = event.state_key
    levels = head.get(POWER_LEVELS, "")
    notification_levels = levels.content.get("notifications") if levels else None
    facts = EventFacts(
        event=shown,
        room_id=head.room_id,
        sender=event.sender,
        member_count=len(head.joined),
        sender_power_level=power_level(event.sender, head, head.version),
        notification_levels=notification_levels if isinstance(notification_levels, dict) else {},
    )
    invitee = None
    if event.type == MEMBER and event.content.get("membership") == INVITE and event.state_key:
        invitee = UserId(event.state_key)
    return notifications_of(
        tx,
        facts,
        head.joined.keys(),
        invitee=invitee,
        ignored_by=tx.memory(Ignores).ignoring(tx, event.sender),
        display_name=head.joined.get,
    )


def _kind(notifications: Notifications) -> int:
    if not notifications.base_notify:
        return 0
    return HIGHLIGHTS if notifications.base_highlight else NOTIFIES


def _write_state(tx: WriteTx, head: Head, event: Event, position: StreamPos) -> None:
    row = {
        "room_no": head.room_no,
        "type": event.type,
        "state_key": event.state_key,
        "position": position,
    }
    tx.run(store.INSERT_STATE, **row)
    tx.run(store.SET_CURRENT, **row)
    if event.type != MEMBER or event.state_key is None:
        return
    membership = event.content["membership"]
    user_id = UserId(event.state_key)
    shown_before = membership in (INVITE, KNOCK)
    tx.run(
        members_store.SET_MEMBERSHIP,
        user_id=user_id,
        room_no=head.room_no,
        membership=membership,
        position=position,
        sender=event.sender,
        display_name=display_name_of(event.content),
        forgotten=0,
        stripped=stripped_state(head, event) if shown_before else None,
    )
    if membership not in (JOIN, INVITE):
        members_store.clear_all_exceptions(tx, user_id, head.room_no)


def _write_relation(
    tx: WriteTx, head: Head, event: Event, relation: Relation, position: StreamPos
) -> None:
    tx.run(
        store.INSERT_RELATION,
        parent_id=relation.parent_id,
        position=position,
        room_no=head.room_no,
        rel_type=relation.rel_type,
        type=event.type,
        sender=event.sender,
        key=relation.key,
        event_id=event.event_id,
    )


def _write_unread(  # what one event says about who has read it
    tx: WriteTx,
    head: Head,
    event: Event,
    notifications: Notifications,
    thread: str | None,
    position: StreamPos,
) -> None:
    base = (notifications.base_notify, notifications.base_highlight)
    # An invitee has no read mark and nothing to compare with: the invitation itself is what they see.
    rows = [
        {
            "user_id": user_id,
            "room_no": head.room_no,
            "position": position,
            "thread": thread or MAIN,
            "notify": int(notify) - int(base[0]),
            "highlight": int(highlight) - int(base[1]),
        }
        for user_id, (notify, highlight) in notifications.exceptions.items()
        if user_id in head.joined
    ]
    if rows:
        tx.run_many(members_store.INSERT_EXCEPTION, rows)
        for user_id in notifications.exceptions:
            head.has_unread(user_id, thread or MAIN)
    # Who writes has read what is above (client-server-api#receiving-notifications).
    if event.sender in head.joined:
        tx.run(
            members_store.SET_MARK,
            user_id=event.sender,
            room_no=head.room_no,
            thread=thread or MAIN,
            position=position,
            ordinal=head.ordinal,
        )
        if not head.is_up_to_date(event.sender, thread or MAIN):
            members_store.clear_exceptions(
                tx, event.sender, head.room_no, thread or MAIN, upto=position
            )
            head.has_read(event.sender, thread or MAIN)

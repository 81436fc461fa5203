"""What one pusher is to be told next: read from the log, judged by the push rules as they are now.

Nothing is queued when an event is written. A pusher has a place in the stream; what lies beyond it and notifies its owner
is still to be delivered. So a restart loses nothing, and what has been read meanwhile is not delivered at all.

spec: client-server-api#push-notifications
"""

from collections.abc import Mapping

import msgspec

from courtyard.base.ids import RoomId, StreamPos, UserId
from courtyard.push.model import Notice, StoredPusher
from courtyard.push.notifications import judge_of
from courtyard.push.rules_delivery import STALE_MS, payload, tweaks_of
from courtyard.rooms import log
from courtyard.rooms.heads import Head, load
from courtyard.rooms.ignores import IGNORED_USER_LIST, ignored_in
from courtyard.rooms.model import CANONICAL_ALIAS, INVITE, JOIN, MEMBER, NAME
from courtyard.rooms.rules_unread import MAIN, WHOLE_ROOM, total
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.unread import counts_from
from courtyard.rooms.visibility import sight
from courtyard.rooms.withheld import hides_names, withhold
from courtyard.storage.tx import ReadTx
from courtyard.sync.notified import candidate

PAGE = 100
"""Events looked at in one view of the database."""


class Outgoing(msgspec.Struct, frozen=True):
    """What is to be delivered next, and the place up to which a pusher has everything once that is done."""

    body: bytes | None
    """The request; None when there is nothing to be told."""
    upto: StreamPos
    is_all: bool
    """Whether there is nothing further to look at."""
    unread: int | None = None
    """The count that the body tells."""


def next_outgoing(tx: ReadTx, stored: StoredPusher, after: StreamPos, told_unread: int) -> Outgoing:
    """Return what a pusher is to be told next.

    Args:
        stored: the pusher.
        after: the place up to which it has everything.
        told_unread: the count that it was told last, as far as is known; 0 if none.
    """
    user_id, upto = stored.user_id, tx.position()
    events = log.in_joined_rooms(tx, user_id, after=after, upto=upto, count=PAGE)
    is_all = len(events) < PAGE
    if not is_all:
        upto = StreamPos(events[-1].position)
    reading = _Reading(tx, user_id)
    for event in sorted([*events, *_invitations(tx, user_id, after, upto)]):
        notice = reading.notice(event)
        if notice is not None:
            unread = unread_of(tx, user_id)
            body = msgspec.json.encode(payload(stored, notice, unread))
            return Outgoing(body, StreamPos(event.position), is_all=False, unread=unread)
    if is_all and told_unread:
        unread = unread_of(tx, user_id)
        if unread < told_unread:
            body = msgspec.json.encode(payload(stored, None, unread))
            return Outgoing(body, upto, is_all=True, unread=unread)
    return Outgoing(None, upto, is_all=is_all)


def _invitations(tx: ReadTx, user_id: UserId, after: int, upto: int) -> list[StoredEvent]:
    positions = [
        row.position
        for row in log.memberships_of(tx, user_id)
        if row.membership == INVITE and after < row.position <= upto
    ]
    found = [log.event_at(tx, position) for position in positions]
    return [event for event in found if event is not None]


def unread_of(tx: ReadTx, user_id: UserId) -> int:
    """Return how many notifications somebody has not read, in all their rooms."""
    marks, exceptions = log.all_marks(tx, user_id), log.all_exceptions(tx, user_id)
    upto = tx.position()
    return sum(
        total(
            counts_from(
                tx,
                glance.room_no,
                marks.get(glance.room_no, {}),
                exceptions.get(glance.room_no, []),
                upto=upto,
            )
        )[0]
        for glance in log.rooms_at_a_glance(tx, user_id)
        if glance.membership == JOIN
    )


class _Reading:
    """One user's events, with what of the rooms is needed to judge them. For one view of the database."""

    def __init__(self, tx: ReadTx, user_id: UserId) -> None:
        self._tx = tx
        self._user_id = user_id
        self._judge = judge_of(tx, user_id)
        ignored = log.account_data_content(tx, user_id, log.GLOBAL, IGNORED_USER_LIST)
        self._ignored = ignored_in(ignored)
        self._rooms: dict[int, _Room] = {}

    def notice(self, event: StoredEvent) -> Notice | None:
        """Return what is to be told of an event, or None if it does not notify."""
        if (
            event.sender == self._user_id
            or event.sender in self._ignored
            or event.redacted_by is not None
            or event.origin_server_ts < self._tx.now_ms() - STALE_MS
        ):
            return None
        is_invitation = event.type == MEMBER and event.state_key == self._user_id
        marks: Mapping[str, tuple[int, int]] = {}
        if not is_invitation:
            room = self._rooms.get(event.room_no)
            if room is None:
                room = self._rooms[event.room_no] = _Room(self._tx, self._user_id, event.room_no)
            if not room.counts(event):
                return None
            marks = room.marks
        head = load(self._tx, self._room_id(event.room_no))
        judged = candidate(self._tx, self._user_id, head, event, dict(marks))
        outcome = self._judge(judged)
        if judged.read or not outcome.notify:
            return None
        tweaks = tweaks_of(outcome.actions)
        [shown], _ = withhold(self._tx, self._user_id, [event])
        return _notice(
            self._tx,
            head,
            shown,
            self._user_id,
            tweaks,
            is_urgent=outcome.highlight or "sound" in tweaks,
        )

    def _room_id(self, room_no: int) -> RoomId:
        room = log.room_by_no(self._tx, room_no)
        assert room is not None  # an event of it has just been read
        return room.room_id


class _Room:
    """What decides which events of a room were counted as notifications for a user."""

    def __init__(self, tx: ReadTx, user_id: UserId, room_no: int) -> None:
        self.marks = log.marks(tx, user_id, room_no)
        self._sight = sight(tx, user_id, room_no)
        self._exceptions = {row[1]: row[2] for row in log.exceptions(tx, user_id, room_no)}

    def counts(self, event: StoredEvent) -> bool:
        """Tell whether an event was a notification when it was written, and the user was there and has not read it."""
        notifies = int(event.notify > 0) + self._exceptions.get(event.position, 0)
        read = max(
            self.marks.get(WHOLE_ROOM, (0, 0))[0],
            self.marks.get(event.thread or MAIN, (0, 0))[0],
        )
        return (
            notifies > 0
            and event.position > read
            and self._sight.membership_at(event.position) == JOIN
        )


def _notice(  # the parts of a notice
    tx: ReadTx,
    head: Head,
    event: StoredEvent,
    user_id: UserId,
    tweaks: dict[str, object],
    *,
    is_urgent: bool,
) -> Notice:
    content = content_of(event.json)
    membership = content.get("membership") if event.type == MEMBER else None
    alias = _text(head, CANONICAL_ALIAS, "alias")
    return Notice(
        event_id=event.event_id,
        room_id=head.room_id,
        type=event.type,
        sender=UserId(event.sender),
        sender_display_name=None
        if hides_names(tx, user_id, UserId(event.sender))
        else head.joined.get(UserId(event.sender)),
        room_name=_text(head, NAME, "name") or alias,
        room_alias=alias,
        membership=membership if isinstance(membership, str) else None,
        is_target=event.type == MEMBER and event.state_key == user_id,
        content=content,
        tweaks=tweaks,
        is_urgent=is_urgent,
    )


def _text(head: Head, type: str, key: str) -> str | None:
    found = head.get(type, "")
    value = None if found is None else found.content.get(key)
    return value if isinstance(value, str) and value else None

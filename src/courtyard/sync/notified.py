"""Recent events of a user's rooms, newest first: what `GET /notifications` judges by the push rules.

spec: client-server-api#get_matrixclientv3notifications
"""

import heapq
from collections.abc import Iterator

import msgspec

from courtyard.base.ids import DeviceId, StreamPos, TimestampMs, UserId
from courtyard.push.model import EventFacts
from courtyard.push.notifications import Candidate
from courtyard.rooms import log
from courtyard.rooms.heads import Head, load
from courtyard.rooms.model import JOIN, POWER_LEVELS
from courtyard.rooms.render import Reader, render
from courtyard.rooms.rules_power import power_level
from courtyard.rooms.rules_unread import MAIN, WHOLE_ROOM
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.visibility import sight
from courtyard.storage.tx import ReadTx

PAGE = 50
NO_DEVICE = DeviceId("")


def candidates(tx: ReadTx, user_id: UserId, before: StreamPos | None) -> Iterator[Candidate]:
    """Yield the events that a user may have been notified of, newest first."""
    upto = tx.position() if before is None else before - 1
    streams = [
        _of_room(tx, user_id, glance, upto)
        for glance in log.rooms_at_a_glance(tx, user_id)
        if glance.membership == JOIN
    ]
    return heapq.merge(*streams, key=lambda found: -found.position)


def _of_room(tx: ReadTx, user_id: UserId, glance: log.RoomGlance, upto: int) -> Iterator[Candidate]:
    seen = sight(tx, user_id, glance.room_no)
    marks = log.marks(tx, user_id, glance.room_no)
    head: Head | None = None
    while True:
        page = log.events_before(tx, glance.room_no, upto=upto, after=0, count=PAGE)
        for event in page:
            if event.sender != user_id and event.redacted_by is None and seen.sees(event.position):
                head = head or load(tx, glance.room_id)
                yield candidate(tx, user_id, head, event, marks)
        if len(page) < PAGE:
            return
        upto = page[-1].position - 1


def candidate(
    tx: ReadTx,
    user_id: UserId,
    head: Head,
    event: StoredEvent,
    marks: dict[str, tuple[int, int]],
) -> Candidate:
    """Return an event with all that push rules may look at.

    Args:
        head: of its room.
        marks: up to where the user has read what there.
    """
    levels = head.get(POWER_LEVELS, "")
    notification_levels = levels.content.get("notifications") if levels else None
    facts: dict[str, object] = {
        "type": event.type,
        "sender": event.sender,
        "content": content_of(event.json),
        "room_id": head.room_id,
    }
    if event.state_key is not None:
        facts["state_key"] = event.state_key
    read = max(marks.get(WHOLE_ROOM, (0, 0))[0], marks.get(event.thread or MAIN, (0, 0))[0])
    [shown] = render(tx, Reader(user_id, NO_DEVICE), [event], room_id=head.room_id)
    return Candidate(
        position=StreamPos(event.position),
        facts=EventFacts(
            event=facts,
            room_id=head.room_id,
            sender=UserId(event.sender),
            member_count=len(head.joined),
            sender_power_level=power_level(event.sender, head, head.version),
            notification_levels=notification_levels
            if isinstance(notification_levels, dict)
            else {},
        ),
        event=msgspec.Raw(shown),
        ts=TimestampMs(event.origin_server_ts),
        read=event.position <= read,
        display_name=lambda: head.joined.get(user_id),
    )

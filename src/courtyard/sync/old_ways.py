"""The deprecated ways to begin and to follow, `initialSync` and `events`.

`/sync` does all that better. Nothing here is fast, and everything has a limit.

spec: client-server-api#get_matrixclientv3initialsync, client-server-api#get_matrixclientv3events
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from courtyard.base.ids import RoomId, StreamPos, UserId
from courtyard.gate.withheld import shown_names
from courtyard.rooms import log, read_initial
from courtyard.rooms.errors import UnknownPositionError
from courtyard.rooms.model import JOIN
from courtyard.rooms.read_access import Asker, reader_of
from courtyard.rooms.tokens import Token, make_token
from courtyard.storage.tx import ReadTx
from courtyard.sync.model import SyncAnswer
from courtyard.sync.presence import Presence, Status, presence_event
from courtyard.sync.room_section import receipt_events

PRESENCE_MAX = 1_000
"""People whose presence one answer tells."""

Event = dict[str, Any]


def room_initial_sync(tx: ReadTx, asker: Asker, room_id: RoomId, *, limit: int) -> bytes:
    """Return a room's state, its newest events, and who is there.

    Raises:
        NotInRoomError: the asker never was in the room, and it is not world-readable.

    spec: client-server-api#get_matrixclientv3roomsroomidinitialsync
    """
    section = read_initial.room_section(tx, asker, room_id, limit=limit)
    is_in = section.get("membership") == JOIN
    room = log.room(tx, room_id)
    assert room is not None  # its section has just been read
    members = log.joined(tx, room.room_no) if is_in else []
    return msgspec.json.encode(
        {
            **section,
            "presence": _presence(tx, asker, members),
            "receipts": _receipts(tx, asker, room.room_no, room_id) if is_in else [],
        }
    )


def initial_sync(tx: ReadTx, asker: Asker, *, limit: int, archived: bool) -> bytes:
    """Return everything that an account has.

    Args:
        archived: whether rooms that were left belong to it.

    spec: client-server-api#get_matrixclientv3initialsync
    """
    sharing = log.sharing(tx, asker.user_id)
    return msgspec.json.encode(
        {
            "end": make_token(tx.position()),
            "rooms": read_initial.all_sections(tx, asker, limit=limit, archived=archived),
            "presence": _presence(tx, asker, {asker.user_id, *sharing}),
            "receipts": [
                receipt
                for glance in log.rooms_at_a_glance(tx, asker.user_id)[: read_initial.ROOMS_MAX]
                if glance.membership == JOIN and glance.last_receipt
                for receipt in _receipts(tx, asker, glance.room_no, glance.room_id)
            ],
            "account_data": read_initial.account_data(tx, asker.user_id, log.GLOBAL),
        }
    )


def new_events(tx: ReadTx, asker: Asker, start: Token, room_id: RoomId | None) -> SyncAnswer:
    """Return what was written since a token, in the asker's rooms or in one.

    Nothing else: in the specification's schema the chunk holds events of rooms and nothing that has no id.

    Raises:
        NotInRoomError: they may see nothing of that room.
        UnknownPositionError: the token is from after everything this database holds.

    spec: client-server-api#get_matrixclientv3events
    """
    if start.position > tx.position():
        message = "That token is from a time that this server does not know."
        raise UnknownPositionError(message)
    chunk, upto = read_initial.new_events(tx, asker, after=start.position, room_id=room_id)
    end = Token(StreamPos(upto), start.serial)
    body = {"start": make_token(*start), "end": make_token(tx.position()), "chunk": chunk}
    return SyncAnswer(body=msgspec.json.encode(body), is_empty=not chunk, token=end)


def _receipts(tx: ReadTx, asker: Asker, room_no: int, room_id: RoomId) -> list[Event]:
    ignored = reader_of(tx, asker).ignored
    rows = [row for row in log.receipts_changed(tx, room_no, after=0) if row.user_id not in ignored]
    return [{**event, "room_id": room_id} for event in receipt_events(rows, asker.user_id)]


def _presence(tx: ReadTx, asker: Asker, people: Iterable[UserId]) -> list[Event]:
    """Return the presence of those among some people of whom it is known."""
    if tx.settings.presence == "off":
        return []
    presence, ignored = tx.memory(Presence), reader_of(tx, asker).ignored
    known = (
        (user_id, status)
        for user_id in people
        if user_id not in ignored and (status := presence.get(user_id)) is not None
    )
    return [
        _with_user(tx, asker, user_id, status)
        for (user_id, status), _ in zip(known, range(PRESENCE_MAX), strict=False)
    ]


def _with_user(tx: ReadTx, asker: Asker, user_id: UserId, status: Status) -> Event:
    profile = shown_names(tx, user_id, asker.user_id)
    event: Event = presence_event(user_id, status, now_ms=tx.now_ms(), profile=profile)
    # Not in the specification: the clients of the first releases look for the user here.
    event["content"]["user_id"] = user_id
    return event

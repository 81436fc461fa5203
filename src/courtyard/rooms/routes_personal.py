"""Receipts, read markers, typing, tags and account data."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.base.errors import ForbiddenError
from courtyard.base.ids import EventId, RoomId
from courtyard.bus import topics
from courtyard.rooms import account_data as verbs
from courtyard.rooms.errors import NotInRoomError
from courtyard.rooms.receipts import FULLY_READ, READ, READ_PRIVATE, mark_read, mark_read_to
from courtyard.rooms.roster import roster
from courtyard.rooms.typing import TIMEOUT_MS_MAX, Typing
from courtyard.storage.database import Database

Body = NamedDependency[dict[str, object]]
Db = NamedDependency[Database]
Who = NamedDependency[Session]


class _Receipt(msgspec.Struct):
    thread_id: str | None = None


@post(
    "/_matrix/client/v3/rooms/{room_id:str}/receipt/{receipt_type:str}/{event_id:str}",
    status_code=200,
)
async def post_receipt(  # the parts of the request
    db: Db,
    session: Who,
    json_body: Body,
    room_id: FromPath[str],
    receipt_type: FromPath[str],
    event_id: FromPath[str],
) -> dict[str, Any]:
    """spec: client-server-api#post_matrixclientv3roomsroomidreceiptreceipttypeeventid."""
    await db.write(
        mark_read,
        session.user_id,
        RoomId(room_id),
        receipt_type,
        EventId(event_id),
        msgspec.convert(json_body, _Receipt).thread_id,
    )
    return {}


class _Markers(msgspec.Struct):
    fully_read: str | None = msgspec.field(name=FULLY_READ, default=None)
    read: str | None = msgspec.field(name=READ, default=None)
    read_private: str | None = msgspec.field(name=READ_PRIVATE, default=None)


@post("/_matrix/client/v3/rooms/{room_id:str}/read_markers", status_code=200)
async def post_read_markers(
    db: Db, session: Who, json_body: Body, room_id: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#post_matrixclientv3roomsroomidread_markers."""
    wish = msgspec.convert(json_body, _Markers)
    asked = (
        (FULLY_READ, wish.fully_read),
        (READ, wish.read),
        (READ_PRIVATE, wish.read_private),
    )
    markers = [(type, EventId(event_id)) for type, event_id in asked if event_id is not None]
    await db.write(mark_read_to, session.user_id, RoomId(room_id), markers)
    return {}


class _Typing(msgspec.Struct):
    typing: bool
    timeout: Annotated[int, Meta(ge=0)] = 30_000


@put("/_matrix/client/v3/rooms/{room_id:str}/typing/{user_id:str}")
async def put_typing(
    db: Db, session: Who, json_body: Body, room_id: FromPath[str], user_id: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#put_matrixclientv3roomsroomidtypinguserid."""
    _own(session, user_id)
    wish = msgspec.convert(json_body, _Typing)
    room = RoomId(room_id)
    if session.user_id not in roster(db, room):
        message = "You are not in this room."
        raise NotInRoomError(message)
    typing = db.world.memory(Typing)
    timeout_ms = min(wish.timeout, TIMEOUT_MS_MAX)
    now = db.world.clock.now_ms()
    if typing.set(room, session.user_id, now + timeout_ms if wish.typing else None):
        db.bus.wake(topics.room(room), db.position)

    def expire() -> None:
        if typing.expire(room, db.world.clock.now_ms()):
            db.bus.wake(topics.room(room), db.position)

    if wish.typing:
        # A little late, so that a clock that counts in milliseconds agrees that it is over.
        asyncio.get_running_loop().call_later(timeout_ms / 1000 + 0.01, expire)
    return {}


@put("/_matrix/client/v3/user/{user_id:str}/account_data/{data_type:str}")
async def put_account_data(
    db: Db, session: Who, json_body: Body, user_id: FromPath[str], data_type: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#put_matrixclientv3useruseridaccount_datatype."""
    _own(session, user_id)
    await db.write(verbs.set_account_data, session.user_id, None, data_type, json_body)
    return {}


@get("/_matrix/client/v3/user/{user_id:str}/account_data/{data_type:str}")
async def get_account_data(
    db: Db, session: Who, user_id: FromPath[str], data_type: FromPath[str]
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3useruseridaccount_datatype."""
    _own(session, user_id)
    found = await db.read(verbs.get_account_data, session.user_id, None, data_type)
    return Response(found, media_type="application/json")


@put("/_matrix/client/v3/user/{user_id:str}/rooms/{room_id:str}/account_data/{data_type:str}")
async def put_room_account_data(  # the parts of the request
    db: Db,
    session: Who,
    json_body: Body,
    user_id: FromPath[str],
    room_id: FromPath[str],
    data_type: FromPath[str],
) -> dict[str, Any]:
    """spec: client-server-api#put_matrixclientv3useruseridroomsroomidaccount_datatype."""
    _own(session, user_id)
    room = RoomId(room_id)
    await db.write(verbs.set_account_data, session.user_id, room, data_type, json_body)
    return {}


@get("/_matrix/client/v3/user/{user_id:str}/rooms/{room_id:str}/account_data/{data_type:str}")
async def get_room_account_data(
    db: Db,
    session: Who,
    user_id: FromPath[str],
    room_id: FromPath[str],
    data_type: FromPath[str],
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3useruseridroomsroomidaccount_datatype."""
    _own(session, user_id)
    found = await db.read(verbs.get_account_data, session.user_id, RoomId(room_id), data_type)
    return Response(found, media_type="application/json")


@get("/_matrix/client/v3/user/{user_id:str}/rooms/{room_id:str}/tags")
async def get_tags(
    db: Db, session: Who, user_id: FromPath[str], room_id: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#get_matrixclientv3useruseridroomsroomidtags."""
    _own(session, user_id)
    return {"tags": await db.read(verbs.tags, session.user_id, RoomId(room_id))}


@put("/_matrix/client/v3/user/{user_id:str}/rooms/{room_id:str}/tags/{tag:str}")
async def put_tag(  # the parts of the request
    db: Db,
    session: Who,
    json_body: Body,
    user_id: FromPath[str],
    room_id: FromPath[str],
    tag: FromPath[str],
) -> dict[str, Any]:
    """spec: client-server-api#put_matrixclientv3useruseridroomsroomidtagstag."""
    _own(session, user_id)
    await db.write(verbs.set_tag, session.user_id, RoomId(room_id), tag, json_body)
    return {}


@delete("/_matrix/client/v3/user/{user_id:str}/rooms/{room_id:str}/tags/{tag:str}", status_code=200)
async def delete_tag(
    db: Db, session: Who, user_id: FromPath[str], room_id: FromPath[str], tag: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#delete_matrixclientv3useruseridroomsroomidtagstag."""
    _own(session, user_id)
    await db.write(verbs.remove_tag, session.user_id, RoomId(room_id), tag)
    return {}


def _own(session: Session, user_id: str) -> None:
    if user_id != session.user_id:
        message = "That belongs to another user."
        raise ForbiddenError(message)


ROUTES = [
    post_receipt,
    post_read_markers,
    put_typing,
    put_account_data,
    get_account_data,
    put_room_account_data,
    get_room_account_data,
    get_tags,
    put_tag,
    delete_tag,
]

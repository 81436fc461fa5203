"""Joining, inviting, knocking, leaving, removing, banning, forgetting."""

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import RoomId, UserId, parse_user_id
from courtyard.rooms import membership as verbs
from courtyard.rooms.store import members as store
from courtyard.storage.database import Database

Body = NamedDependency[dict[str, object]]
Db = NamedDependency[Database]
Who = NamedDependency[Session]

REASON_MAX = 2000


class _Reason(msgspec.Struct):
    reason: Annotated[str, Meta(max_length=REASON_MAX)] | None = None


class _Target(_Reason):
    user_id: str | None = None


def _reason(json_body: dict[str, object]) -> str | None:
    return msgspec.convert(json_body, _Reason).reason


def _target(json_body: dict[str, object]) -> tuple[UserId, str | None]:
    wish = msgspec.convert(json_body, _Target)
    if wish.user_id is None:
        # spec: an invitation by e-mail names no user; this server has no identity server to ask.
        message = "user_id is missing."
        raise InvalidParamError(message)
    return parse_user_id(wish.user_id), wish.reason


@post(
    [
        "/_matrix/client/v3/join/{room_id_or_alias:str}",
        "/_matrix/client/v3/rooms/{room_id_or_alias:str}/join",
    ],
    status_code=200,
)
async def post_join(
    db: Db, session: Who, json_body: Body, room_id_or_alias: FromPath[str]
) -> dict[str, str]:
    """spec: client-server-api#post_matrixclientv3joinroomidoralias."""
    _reason(json_body)
    return {"room_id": await db.write(verbs.join, session.user_id, room_id_or_alias, json_body)}


@post("/_matrix/client/v3/knock/{room_id_or_alias:str}", status_code=200)
async def post_knock(
    db: Db, session: Who, json_body: Body, room_id_or_alias: FromPath[str]
) -> dict[str, str]:
    """spec: client-server-api#post_matrixclientv3knockroomidoralias."""
    reason = _reason(json_body)
    return {"room_id": await db.write(verbs.knock, session.user_id, room_id_or_alias, reason)}


@post("/_matrix/client/v3/rooms/{room_id:str}/invite", status_code=200)
async def post_invite(
    db: Db, session: Who, json_body: Body, room_id: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#post_matrixclientv3roomsroomidinvite."""
    target, reason = _target(json_body)
    await db.write(verbs.invite, session.user_id, RoomId(room_id), target, reason)
    return {}


@post("/_matrix/client/v3/rooms/{room_id:str}/leave", status_code=200)
async def post_leave(
    db: Db, session: Who, json_body: Body, room_id: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#post_matrixclientv3roomsroomidleave."""
    await db.write(verbs.leave, session.user_id, RoomId(room_id), _reason(json_body))
    return {}


@post("/_matrix/client/v3/rooms/{room_id:str}/forget", status_code=200)
async def post_forget(db: Db, session: Who, room_id: FromPath[str]) -> dict[str, Any]:
    """spec: client-server-api#post_matrixclientv3roomsroomidforget."""
    await db.write(verbs.forget, session.user_id, RoomId(room_id))
    return {}


@post("/_matrix/client/v3/rooms/{room_id:str}/kick", status_code=200)
async def post_kick(
    db: Db, session: Who, json_body: Body, room_id: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#post_matrixclientv3roomsroomidkick."""
    target, reason = _target(json_body)
    await db.write(verbs.kick, session.user_id, RoomId(room_id), target, reason)
    return {}


@post("/_matrix/client/v3/rooms/{room_id:str}/ban", status_code=200)
async def post_ban(db: Db, session: Who, json_body: Body, room_id: FromPath[str]) -> dict[str, Any]:
    """spec: client-server-api#post_matrixclientv3roomsroomidban."""
    target, reason = _target(json_body)
    await db.write(verbs.ban, session.user_id, RoomId(room_id), target, reason)
    return {}


@post("/_matrix/client/v3/rooms/{room_id:str}/unban", status_code=200)
async def post_unban(
    db: Db, session: Who, json_body: Body, room_id: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#post_matrixclientv3roomsroomidunban."""
    target, reason = _target(json_body)
    await db.write(verbs.unban, session.user_id, RoomId(room_id), target, reason)
    return {}


@get("/_matrix/client/v3/joined_rooms")
async def get_joined_rooms(db: Db, session: Who) -> dict[str, list[RoomId]]:
    """spec: client-server-api#get_matrixclientv3joined_rooms."""
    return {"joined_rooms": await db.read(store.joined_rooms, session.user_id)}


ROUTES = [
    post_join,
    post_knock,
    post_invite,
    post_leave,
    post_forget,
    post_kick,
    post_ban,
    post_unban,
    get_joined_rooms,
]

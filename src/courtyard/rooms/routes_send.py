"""Sending events, setting state, redacting. Sending is a hot route: plain ASGI."""

import secrets
from typing import Any

import msgspec
from litestar import post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from courtyard.accounts.model import Session
from courtyard.accounts.request import session_of
from courtyard.base.hot import HotRequest, HotRoute
from courtyard.base.ids import EventId, RoomId, parse_user_id
from courtyard.base.json_limits import decode_object
from courtyard.rooms.append import Txn
from courtyard.rooms.membership import set_membership
from courtyard.rooms.model import MEMBER
from courtyard.rooms.redact import redact
from courtyard.rooms.send import send, set_state
from courtyard.storage.database import Database

Body = NamedDependency[dict[str, object]]
Db = NamedDependency[Database]
Who = NamedDependency[Session]


def hot_routes(db: Database) -> list[HotRoute]:
    """Return the routes that are mounted without the framework."""

    async def put_send(request: HotRequest) -> tuple[int, bytes]:
        """spec: client-server-api#put_matrixclientv3roomsroomidsendeventtypetxnid."""
        session = session_of(db, request.scope)
        content = decode_object(await request.body())
        params = request.params
        event_id = await db.write(
            send,
            session.user_id,
            session.device_id,
            RoomId(params["room_id"]),
            params["type"],
            params["txn_id"],
            content,
        )
        return 200, b'{"event_id":"' + event_id.encode() + b'"}'

    return [("PUT", "/_matrix/client/v3/rooms/{room_id}/send/{type}/{txn_id}", put_send)]


@put(
    [
        "/_matrix/client/v3/rooms/{room_id:str}/state/{event_type:str}",
        "/_matrix/client/v3/rooms/{room_id:str}/state/{event_type:str}/{state_key:str}",
    ]
)
async def put_state(
    db: Db,
    session: Who,
    json_body: Body,
    room_id: FromPath[str],
    event_type: FromPath[str],
    state_key: FromPath[str] = "",
) -> dict[str, str]:
    """spec: client-server-api#put_matrixclientv3roomsroomidstateeventtypestatekey."""
    room, user_id = RoomId(room_id), session.user_id
    if event_type == MEMBER:
        target = parse_user_id(state_key)
        return {"event_id": await db.write(set_membership, user_id, room, target, json_body)}
    return {"event_id": await db.write(set_state, user_id, room, event_type, state_key, json_body)}


class _Redaction(msgspec.Struct):
    reason: str | None = None


@put("/_matrix/client/v3/rooms/{room_id:str}/redact/{event_id:str}/{txn_id:str}")
async def put_redact(  # the parts of the request
    db: Db,
    session: Who,
    json_body: Body,
    room_id: FromPath[str],
    event_id: FromPath[str],
    txn_id: FromPath[str],
) -> dict[str, Any]:
    """spec: client-server-api#put_matrixclientv3roomsroomidredacteventidtxnid."""
    reason = msgspec.convert(json_body, _Redaction).reason
    txn = Txn(session.device_id, txn_id, "redact")
    done = await db.write(redact, session.user_id, RoomId(room_id), EventId(event_id), reason, txn)
    return {"event_id": done}


# The first releases of the protocol sent without a transaction: each request is one of its own.


@post("/_matrix/client/v3/rooms/{room_id:str}/send/{event_type:str}", status_code=200)
async def post_send(
    db: Db, session: Who, json_body: Body, room_id: FromPath[str], event_type: FromPath[str]
) -> dict[str, Any]:
    """Append a message event, as `PUT` does with a transaction id that nobody repeats."""
    user_id, device_id = session.user_id, session.device_id
    args = (user_id, device_id, RoomId(room_id), event_type, _own_txn_id(), json_body)
    return {"event_id": await db.write(send, *args)}


@post("/_matrix/client/v3/rooms/{room_id:str}/redact/{event_id:str}", status_code=200)
async def post_redact(
    db: Db, session: Who, json_body: Body, room_id: FromPath[str], event_id: FromPath[str]
) -> dict[str, Any]:
    """Redact an event, as `PUT` does with a transaction id that nobody repeats."""
    reason = msgspec.convert(json_body, _Redaction).reason
    txn = Txn(session.device_id, _own_txn_id(), "redact")
    done = await db.write(redact, session.user_id, RoomId(room_id), EventId(event_id), reason, txn)
    return {"event_id": done}


def _own_txn_id() -> str:
    return f"post.{secrets.token_urlsafe(12)}"


ROUTES = [put_state, put_redact, post_send, post_redact]

"""Group calls over HTTP: where they are carried, and the token that opens the door there.

Two forms of the request for a token are in use, and both are answered: clients of today send an OpenID token to `…/sfu/get`, later ones ask
the homeserver itself. Our own client asks in the older form with its access token.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.accounts.request import header, session_of
from courtyard.base.errors import InvalidParamError, MissingParamError
from courtyard.base.ids import RoomId, UserId
from courtyard.base.settings import Settings
from courtyard.rooms.group_calls import (
    NEW,
    OLD,
    enter_call,
    holder_of,
    is_offered,
    need_livekit,
)
from courtyard.rooms.rules_livekit import old_place, place
from courtyard.storage.database import Database

Body = NamedDependency[dict[str, object]]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
HttpRequest = Request[Any, Any, Any]

SERVICE = "/_courtyard/livekit/v1"
"""The path of what clients know as the LiveKit service; they put `/sfu/get` behind it."""

Short = Annotated[str, Meta(min_length=1, max_length=255)]


class _OpenId(msgspec.Struct):
    access_token: Annotated[str, Meta(max_length=255)]


class _OldWish(msgspec.Struct):
    room: Short
    device_id: Short
    openid_token: _OpenId | None = None


class _Member(msgspec.Struct):
    id: Short
    claimed_device_id: Short | None = None


class _Wish(msgspec.Struct):
    url: Annotated[str, Meta(max_length=1024)]
    room_id: Short
    slot_id: Short
    member_id: Short | None = None
    member: _Member | None = None
    server_name: Short | None = None


def transport(settings: Settings) -> dict[str, str]:
    """Return the LiveKit server as clients want it described."""
    base_url = settings.base_url
    return {
        "type": "livekit",
        "url": settings.livekit_url,
        "livekit_service_url": base_url.rstrip("/") + SERVICE,
    }


@get("/_matrix/client/unstable/org.matrix.msc4143/rtc/transports")
async def get_transports(db: Db, session: Who) -> dict[str, Any]:  # noqa: ARG001  # needs a token
    """Tell where calls are carried; where they are not, that there is nothing.

    spec: MSC4143
    """
    settings = db.world.settings
    return {"rtc_transports": [transport(settings)] if is_offered(settings) else []}


@post(f"{SERVICE}/sfu/get", status_code=200)
async def post_sfu_get(db: Db, request: HttpRequest, json_body: Body) -> dict[str, Any]:
    """Give a token for a room's call, to the holder of an OpenID token or of an access token.

    spec: MSC4195
    """
    wish = msgspec.convert(json_body, _OldWish)
    user_id: UserId
    if wish.openid_token is None or header(request.scope, b"authorization") is not None:
        session = session_of(db, request.scope)
        user_id = session.user_id
        if wish.device_id != session.device_id:
            message = "device_id is not the device that asks."
            raise InvalidParamError(message)
    else:
        user_id = db.read_inline(holder_of, wish.openid_token.access_token)
    settings = db.world.settings
    need_livekit(settings)
    room_id = RoomId(wish.room)
    where = old_place(room_id, user_id, wish.device_id)
    jwt = await db.write(enter_call, user_id, room_id, where, OLD)
    return {"url": settings.livekit_url, "jwt": jwt}


@post("/_matrix/client/unstable/io.element.msc4195/rtc/livekit/get_token", status_code=200)
async def post_get_token(db: Db, session: Who, json_body: Body) -> dict[str, Any]:
    """Give a token for one slot of a room.

    spec: MSC4195
    """
    wish = msgspec.convert(json_body, _Wish)
    who = [wish.member_id] if wish.member_id is not None else []
    if not who and wish.member is not None:
        device = wish.member.claimed_device_id
        who = [wish.member.id] if device is None else [device, wish.member.id]
    if not who:
        message = "member_id is missing."
        raise MissingParamError(message)
    settings = db.world.settings
    need_livekit(settings)
    if wish.server_name not in (None, settings.server_name) or wish.url != settings.livekit_url:
        message = "This is not the LiveKit server of this homeserver."
        raise InvalidParamError(message)
    room_id = RoomId(wish.room_id)
    where = place(room_id, wish.slot_id, session.user_id, *who)
    return {"jwt": await db.write(enter_call, session.user_id, room_id, where, NEW)}


ROUTES = [get_transports, post_sfu_get, post_get_token]

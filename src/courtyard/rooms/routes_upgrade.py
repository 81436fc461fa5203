"""Replacing a room by one of a newer version."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.base.errors import MissingParamError
from courtyard.base.ids import RoomId
from courtyard.rooms.upgrade import upgrade_room
from courtyard.storage.database import Database

CREATORS_MAX = 100


class _Upgrade(msgspec.Struct):
    new_version: str | None = None
    additional_creators: Annotated[list[str], Meta(max_length=CREATORS_MAX)] = []


@post("/_matrix/client/v3/rooms/{room_id:str}/upgrade", status_code=200)
async def post_upgrade(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[dict[str, object]],
    room_id: FromPath[str],
) -> dict[str, str]:
    """spec: client-server-api#post_matrixclientv3roomsroomidupgrade."""
    wish = msgspec.convert(json_body, _Upgrade)
    if wish.new_version is None:
        message = "new_version is missing."
        raise MissingParamError(message)
    made = await db.write(
        upgrade_room,
        session.user_id,
        RoomId(room_id),
        wish.new_version,
        wish.additional_creators,
    )
    return {"replacement_room": made}


ROUTES = [post_upgrade]

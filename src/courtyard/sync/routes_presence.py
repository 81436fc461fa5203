"""Presence asked for and set by hand.

spec: client-server-api#presence
"""

from typing import Annotated, Any

import msgspec
from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.base.errors import ForbiddenError, MissingParamError
from courtyard.base.ids import parse_user_id
from courtyard.rooms import log
from courtyard.rooms.typing import Typing
from courtyard.storage.database import Database
from courtyard.sync.notifier import Notifier
from courtyard.sync.presence import STATUS_MAX, Presence, State

Db = NamedDependency[Database]
Who = NamedDependency[Session]


class _Presence(msgspec.Struct):
    presence: State | None = None
    status_msg: Annotated[str, Meta(max_length=STATUS_MAX)] | None = None


@put("/_matrix/client/v3/presence/{user_id:str}/status")
async def put_presence(
    db: Db,
    session: Who,
    notifier: NamedDependency[Notifier],
    json_body: NamedDependency[dict[str, object]],
    user_id: FromPath[str],
) -> dict[str, Any]:
    """spec: client-server-api#put_matrixclientv3presenceuseridstatus."""
    if parse_user_id(user_id) != session.user_id:
        message = "That is somebody else's presence."
        raise ForbiddenError(message)
    wish = msgspec.convert(json_body, _Presence)
    if wish.presence is None:
        message = "presence is missing."
        raise MissingParamError(message)
    world = db.world
    if world.settings.presence == "off":
        message = "The operator has switched presence off."
        raise ForbiddenError(message)
    world.memory(Presence).set(
        session.user_id,
        wish.presence,
        wish.status_msg,
        now_ms=world.clock.now_ms(),
        serial=world.memory(Typing).next_serial(),
    )
    notifier.wake_sharing(session.user_id)
    return {}


@get("/_matrix/client/v3/presence/{user_id:str}/status")
async def get_presence(db: Db, session: Who, user_id: FromPath[str]) -> dict[str, Any]:
    """spec: client-server-api#get_matrixclientv3presenceuseridstatus."""
    asked = parse_user_id(user_id)
    if asked != session.user_id and not db.read_inline(log.shares_room, session.user_id, asked):
        message = "You do not share a room with them."
        raise ForbiddenError(message)
    world = db.world
    status = world.memory(Presence).get(asked) if world.settings.presence == "on" else None
    if status is None:
        return {"presence": "offline"}
    shown: dict[str, Any] = {
        "presence": status.state,
        "currently_active": status.state == "online",
    }
    if status.last_active_ts:
        shown["last_active_ago"] = max(0, world.clock.now_ms() - status.last_active_ts)
    if status.status_msg is not None:
        shown["status_msg"] = status.status_msg
    return shown


ROUTES = [put_presence, get_presence]

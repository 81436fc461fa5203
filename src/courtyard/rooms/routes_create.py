"""Creating rooms."""

import msgspec
from litestar import post
from litestar.di import NamedDependency

from courtyard.accounts.model import Session
from courtyard.base.errors import ForbiddenError
from courtyard.rooms.create import NewRoom, create_room
from courtyard.rooms.rules_actions import NOTICES
from courtyard.storage.database import Database


@post("/_matrix/client/v3/createRoom", status_code=200)
async def post_create_room(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[dict[str, object]],
) -> dict[str, str]:
    """spec: client-server-api#post_matrixclientv3createroom."""
    wish = msgspec.convert(json_body, NewRoom)
    if (wish.creation_content or {}).get("type") == NOTICES:
        # Nobody can leave such a room, so only the server makes them (P3).
        message = "Rooms for notices are made by the server alone."
        raise ForbiddenError(message)
    return {"room_id": await db.write(create_room, session.user_id, wish)}


ROUTES = [post_create_room]

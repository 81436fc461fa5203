"""`initialSync` and `events` over HTTP: deprecated, and still asked for."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Response

from courtyard.accounts.model import Session
from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import RoomId
from courtyard.rooms.filters import LIMIT_DEFAULT, LIMIT_MAX
from courtyard.rooms.read_access import Asker
from courtyard.rooms.tokens import Token, parse_token
from courtyard.storage.database import Database
from courtyard.sync import old_ways
from courtyard.sync.model import SyncAnswer
from courtyard.sync.notifier import TIMEOUT_MS_MAX, Notifier

Db = NamedDependency[Database]
Who = NamedDependency[Session]
Wakes = NamedDependency[Notifier]


def _json(body: bytes) -> Response[bytes]:
    return Response(body, media_type="application/json")


def _asker(session: Session) -> Asker:
    return Asker(session.user_id, session.device_id)


def _not_negative(value: int | None, name: str, *, default: int, most: int) -> int:
    """Return a number of the query.

    Raises:
        InvalidParamError: it is negative.
    """
    if value is None:
        return default
    if value < 0:
        message = f"{name} must be 0 or more."
        raise InvalidParamError(message)
    return min(value, most)


def _limit(asked: int | None) -> int:
    return _not_negative(asked, "limit", default=LIMIT_DEFAULT, most=LIMIT_MAX)


@get("/_matrix/client/v3/rooms/{room_id:str}/initialSync")
async def get_room_initial_sync(
    db: Db,
    session: Who,
    notifier: Wakes,
    room_id: FromPath[str],
    limit: FromQuery[int | None] = None,
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3roomsroomidinitialsync."""
    at_most = _limit(limit)
    notifier.touch(session.user_id, "online")
    asker = _asker(session)
    return _json(await db.read(old_ways.room_initial_sync, asker, RoomId(room_id), limit=at_most))


@get("/_matrix/client/v3/initialSync")
async def get_initial_sync(
    db: Db,
    session: Who,
    notifier: Wakes,
    limit: FromQuery[int | None] = None,
    archived: FromQuery[bool] = False,  # noqa: FBT002  # a query parameter
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3initialsync."""
    at_most = _limit(limit)
    notifier.touch(session.user_id, "online")
    return _json(
        await db.read(old_ways.initial_sync, _asker(session), limit=at_most, archived=archived)
    )


@get("/_matrix/client/v3/events")
async def get_events(
    db: Db,
    session: Who,
    notifier: Wakes,
    from_: Annotated[str | None, QueryParameter(name="from")] = None,
    room_id: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    timeout: FromQuery[int | None] = None,  # noqa: ASYNC109  # how long the client wants to wait
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3events."""
    _limit(limit)
    timeout_ms = _not_negative(timeout, "timeout", default=0, most=TIMEOUT_MS_MAX)
    room = None if room_id is None else RoomId(room_id)
    notifier.touch(session.user_id, "online")
    if from_ is None:
        # As with `/sync`: whoever has nothing yet is told at once where to go on from.
        start, timeout_ms = Token(db.position), 0
    else:
        start = parse_token(from_)

    async def look() -> SyncAnswer:
        return await db.read(old_ways.new_events, _asker(session), start, room)

    answer = await notifier.poll(room or session.user_id, look, timeout_ms)
    return _json(answer.body)


ROUTES: list[HTTPRouteHandler] = [get_room_initial_sync, get_initial_sync, get_events]

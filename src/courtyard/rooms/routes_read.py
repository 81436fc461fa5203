"""Reading rooms: timelines, single events, state, members, relations, threads."""

from typing import Annotated, Literal

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Response

from courtyard.accounts.model import Session
from courtyard.base import json_limits
from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import EventId, RoomId, StreamPos
from courtyard.rooms import read_event, read_relations, read_state, read_timeline
from courtyard.rooms.filters import (
    LIMIT_DEFAULT,
    LIMIT_MAX,
    RoomEventFilter,
    parse_room_event_filter,
)
from courtyard.rooms.read_access import Asker
from courtyard.rooms.read_relations import RelationsRequest
from courtyard.rooms.read_timeline import MessagesRequest
from courtyard.rooms.tokens import Token, parse_token
from courtyard.storage.database import Database

ROOM = "/_matrix/client/v3/rooms/{room_id:str}"
ROOM_V1 = "/_matrix/client/v1/rooms/{room_id:str}"

Db = NamedDependency[Database]
Who = NamedDependency[Session]
From = Annotated[str | None, QueryParameter(name="from")]
Direction = Literal["b", "f"]
Membership = Literal["join", "invite", "knock", "leave", "ban"]


def _json(body: bytes) -> Response[bytes]:
    return Response(body, media_type="application/json")


def _asker(session: Session) -> Asker:
    return Asker(session.user_id, session.device_id)


def _token(text: str | None) -> Token | None:
    return None if text is None else parse_token(text)


def _position(text: str | None) -> StreamPos | None:
    return None if text is None else parse_token(text).position


def _limit(asked: int | None, *, at_least: int = 0, default: int = LIMIT_DEFAULT) -> int:
    """Return how many to give out.

    Raises:
        InvalidParamError: fewer than `at_least` are asked for.
    """
    if asked is None:
        return default
    if asked < at_least:
        message = f"limit must be {at_least} or more."
        raise InvalidParamError(message)
    return min(asked, LIMIT_MAX)


def _filter(text: str | None) -> RoomEventFilter:
    """Return a filter that stands in the query as JSON.

    Raises:
        NotJsonError, BadJsonError: it cannot be used.
    """
    if not text:
        return RoomEventFilter()
    return parse_room_event_filter(json_limits.decode_object(text.encode("utf-8", "replace")))


# --- timelines --------------------------------------------------------------------------------


@get(f"{ROOM}/messages")
async def get_messages(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    dir: FromQuery[Direction],
    from_: From = None,
    to: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    filter: FromQuery[str | None] = None,
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3roomsroomidmessages."""
    wanted = _filter(filter)
    request = MessagesRequest(
        forwards=dir == "f",
        start=_token(from_),
        stop=_position(to),
        limit=_limit(limit, default=wanted.limit_or_default),
        wanted=wanted,
    )
    return _json(await db.read(read_timeline.messages, _asker(session), RoomId(room_id), request))


@get(f"{ROOM}/context/{{event_id:str}}")
async def get_context(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    event_id: FromPath[str],
    limit: FromQuery[int | None] = None,
    filter: FromQuery[str | None] = None,
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3roomsroomidcontexteventid."""
    wanted = _filter(filter)
    return _json(
        await db.read(
            read_timeline.context,
            _asker(session),
            RoomId(room_id),
            EventId(event_id),
            limit=_limit(limit, default=wanted.limit_or_default),
            wanted=wanted,
        )
    )


# --- single events ----------------------------------------------------------------------------


@get(f"{ROOM}/event/{{event_id:str}}")
async def get_event(
    db: Db, session: Who, room_id: FromPath[str], event_id: FromPath[str]
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3roomsroomideventeventid."""
    return _json(
        await db.read(read_event.room_event, _asker(session), RoomId(room_id), EventId(event_id))
    )


@get("/_matrix/client/v3/events/{event_id:str}")
async def get_event_anywhere(db: Db, session: Who, event_id: FromPath[str]) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3eventseventid."""
    return _json(await db.read(read_event.event_anywhere, _asker(session), EventId(event_id)))


@get(f"{ROOM_V1}/timestamp_to_event")
async def get_timestamp_to_event(
    db: Db, session: Who, room_id: FromPath[str], ts: FromQuery[int], dir: FromQuery[Direction]
) -> dict[str, object]:
    """spec: client-server-api#get_matrixclientv1roomsroomidtimestamp_to_event."""
    return await db.read(
        read_event.event_at_time, _asker(session), RoomId(room_id), ts, forwards=dir == "f"
    )


# --- state ------------------------------------------------------------------------------------


@get(f"{ROOM}/state")
async def get_state(db: Db, session: Who, room_id: FromPath[str]) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3roomsroomidstate."""
    return _json(await db.read(read_state.room_state, _asker(session), RoomId(room_id)))


@get([f"{ROOM}/state/{{event_type:str}}", f"{ROOM}/state/{{event_type:str}}/{{state_key:str}}"])
async def get_state_event(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    event_type: FromPath[str],
    state_key: FromPath[str] = "",
    format: FromQuery[Literal["content", "event"]] = "content",
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3roomsroomidstateeventtypestatekey."""
    return _json(
        await db.read(
            read_state.state_event,
            _asker(session),
            RoomId(room_id),
            event_type,
            state_key,
            whole=format == "event",
        )
    )


@get(f"{ROOM}/members")
async def get_members(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    at: FromQuery[str | None] = None,
    membership: FromQuery[Membership | None] = None,
    not_membership: FromQuery[Membership | None] = None,
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3roomsroomidmembers."""
    return _json(
        await db.read(
            read_state.members,
            _asker(session),
            RoomId(room_id),
            at=_position(at),
            membership=membership,
            not_membership=not_membership,
        )
    )


@get(f"{ROOM}/joined_members")
async def get_joined_members(db: Db, session: Who, room_id: FromPath[str]) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3roomsroomidjoined_members."""
    return _json(await db.read(read_state.joined_members, _asker(session), RoomId(room_id)))


# --- relations and threads --------------------------------------------------------------------


@get(
    [
        f"{ROOM_V1}/relations/{{event_id:str}}",
        f"{ROOM_V1}/relations/{{event_id:str}}/{{rel_type:str}}",
        f"{ROOM_V1}/relations/{{event_id:str}}/{{rel_type:str}}/{{event_type:str}}",
    ]
)
async def get_relations(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    event_id: FromPath[str],
    rel_type: FromPath[str | None] = None,
    event_type: FromPath[str | None] = None,
    from_: From = None,
    to: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    dir: FromQuery[Direction] = "b",
    recurse: FromQuery[bool | None] = None,
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv1roomsroomidrelationseventidreltypeeventtype."""
    request = RelationsRequest(
        rel_type=rel_type,
        type=event_type,
        forwards=dir == "f",
        start=_token(from_),
        stop=_token(to),
        limit=_limit(limit, at_least=1),
        recurse=recurse,
    )
    return _json(
        await db.read(
            read_relations.relations,
            _asker(session),
            RoomId(room_id),
            EventId(event_id),
            request,
        )
    )


@get(f"{ROOM_V1}/threads")
async def get_threads(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    include: FromQuery[Literal["all", "participated"]] = "all",
    limit: FromQuery[int | None] = None,
    from_: From = None,
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv1roomsroomidthreads."""
    return _json(
        await db.read(
            read_relations.threads,
            _asker(session),
            RoomId(room_id),
            participated=include == "participated",
            start=_position(from_),
            limit=_limit(limit, at_least=1),
        )
    )


ROUTES: list[HTTPRouteHandler] = [
    get_messages,
    get_context,
    get_event,
    get_event_anywhere,
    get_timestamp_to_event,
    get_state,
    get_state_event,
    get_members,
    get_joined_members,
    get_relations,
    get_threads,
]

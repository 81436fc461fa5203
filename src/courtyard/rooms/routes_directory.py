"""Aliases, the public directory, and looking at a room from outside."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Meta

from courtyard.accounts.model import MissingTokenError, Session
from courtyard.accounts.request import session_of
from courtyard.base.errors import MissingParamError
from courtyard.base.ids import RoomId
from courtyard.rooms import directory as aliases
from courtyard.rooms.hierarchy import HierarchyQuery, hierarchy
from courtyard.rooms.public_rooms import (
    DirectoryPage,
    DirectoryQuery,
    only_here,
    public_rooms,
    set_visibility,
    visibility,
)
from courtyard.rooms.summary import room_summary
from courtyard.storage.database import Database

Body = NamedDependency[dict[str, object]]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
HttpRequest = Request[Any, Any, Any]


class _Alias(msgspec.Struct):
    room_id: Annotated[str, Meta(max_length=255)] | None = None


@put("/_matrix/client/v3/directory/room/{room_alias:str}")
async def put_alias(
    db: Db, session: Who, json_body: Body, room_alias: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#put_matrixclientv3directoryroomroomalias."""
    room_id = msgspec.convert(json_body, _Alias).room_id
    if room_id is None:
        message = "room_id is missing."
        raise MissingParamError(message)
    await db.write(aliases.create_alias, session.user_id, room_alias, RoomId(room_id))
    return {}


@get("/_matrix/client/v3/directory/room/{room_alias:str}")
async def get_alias(db: Db, room_alias: FromPath[str]) -> dict[str, Any]:
    """spec: client-server-api#get_matrixclientv3directoryroomroomalias."""
    room_id = await db.read(aliases.find_alias, room_alias)
    return {"room_id": room_id, "servers": [db.world.settings.server_name]}


@delete("/_matrix/client/v3/directory/room/{room_alias:str}", status_code=200)
async def remove_alias(db: Db, session: Who, room_alias: FromPath[str]) -> dict[str, Any]:
    """spec: client-server-api#delete_matrixclientv3directoryroomroomalias."""
    await db.write(aliases.delete_alias, session.user_id, room_alias, is_admin=session.is_admin)
    return {}


@get("/_matrix/client/v3/rooms/{room_id:str}/aliases")
async def get_aliases(db: Db, session: Who, room_id: FromPath[str]) -> dict[str, Any]:
    """spec: client-server-api#get_matrixclientv3roomsroomidaliases."""
    found = await db.read(aliases.aliases_of, session.user_id, RoomId(room_id))
    return {"aliases": found}


@get("/_matrix/client/v3/directory/list/room/{room_id:str}")
async def get_visibility(db: Db, room_id: FromPath[str]) -> dict[str, str]:
    """spec: client-server-api#get_matrixclientv3directorylistroomroomid."""
    return {"visibility": await db.read(visibility, RoomId(room_id))}


class _Visibility(msgspec.Struct):
    visibility: Literal["public", "private"] = "public"


@put("/_matrix/client/v3/directory/list/room/{room_id:str}")
async def put_visibility(
    db: Db, session: Who, json_body: Body, room_id: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#put_matrixclientv3directorylistroomroomid."""
    wish = msgspec.convert(json_body, _Visibility)
    await db.write(
        set_visibility,
        session.user_id,
        RoomId(room_id),
        is_public=wish.visibility == "public",
        is_admin=session.is_admin,
    )
    return {}


@get("/_matrix/client/v3/publicRooms")
async def get_public_rooms(
    db: Db,
    limit: FromQuery[int | None] = None,
    since: FromQuery[str | None] = None,
    server: FromQuery[str | None] = None,
) -> DirectoryPage:
    """spec: client-server-api#get_matrixclientv3publicrooms."""
    only_here(server, db.world.settings.server_name)
    return await db.read(public_rooms, DirectoryQuery(limit=limit, since=since))


@post("/_matrix/client/v3/publicRooms", status_code=200)
async def post_public_rooms(
    db: Db,
    session: Who,  # noqa: ARG001  # needs a token
    json_body: Body,
    server: FromQuery[str | None] = None,
) -> DirectoryPage:
    """spec: client-server-api#post_matrixclientv3publicrooms."""
    only_here(server, db.world.settings.server_name)
    return await db.read(public_rooms, msgspec.convert(json_body, DirectoryQuery))


@get(
    [
        "/_matrix/client/v1/room_summary/{room_id_or_alias:str}",
        # The name under which clients knew it before it was in the specification.
        "/_matrix/client/unstable/im.nheko.summary/summary/{room_id_or_alias:str}",
        "/_matrix/client/unstable/im.nheko.summary/rooms/{room_id_or_alias:str}/summary",
    ]
)
async def get_room_summary(
    request: HttpRequest, db: Db, room_id_or_alias: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#get_matrixclientv1room_summaryroomidoralias."""
    try:
        user_id = session_of(db, request.scope).user_id
    except MissingTokenError:
        user_id = None
    summary, membership = await db.read(room_summary, user_id, room_id_or_alias)
    body: dict[str, Any] = msgspec.to_builtins(summary)
    if membership is not None:
        body["membership"] = membership
    return body


@get("/_matrix/client/v1/rooms/{room_id:str}/hierarchy")
async def get_hierarchy(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    suggested_only: FromQuery[bool] = False,  # noqa: FBT002  # a flag of the request
    limit: FromQuery[int | None] = None,
    max_depth: FromQuery[int | None] = None,
    from_: Annotated[str | None, QueryParameter(name="from")] = None,
) -> dict[str, Any]:
    """spec: client-server-api#get_matrixclientv1roomsroomidhierarchy."""
    query = HierarchyQuery(
        suggested_only=suggested_only, limit=limit, max_depth=max_depth, since=from_
    )
    return await db.read(hierarchy, session.user_id, RoomId(room_id), query)


ROUTES = [
    put_alias,
    get_alias,
    remove_alias,
    get_aliases,
    get_visibility,
    put_visibility,
    get_public_rooms,
    post_public_rooms,
    get_room_summary,
    get_hierarchy,
]

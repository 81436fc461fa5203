"""Finding people, other networks and the relays for calls."""

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from courtyard.accounts.model import Session
from courtyard.base.errors import MissingParamError, NotFoundError
from courtyard.gate.model_withheld import NOTE
from courtyard.rooms.rules_turn import TurnCredentials, credentials
from courtyard.rooms.user_directory import Mutual, mutual_rooms, search_people
from courtyard.storage.database import Database

Body = NamedDependency[dict[str, object]]
Db = NamedDependency[Database]
Who = NamedDependency[Session]


class _Search(msgspec.Struct):
    search_term: str | None = None
    limit: int | None = None


@post("/_matrix/client/v3/user_directory/search", status_code=200)
async def post_user_search(db: Db, session: Who, json_body: Body) -> dict[str, Any]:
    """spec: client-server-api#post_matrixclientv3user_directorysearch."""
    wish = msgspec.convert(json_body, _Search)
    if wish.search_term is None:
        message = "search_term is missing."
        raise MissingParamError(message)
    found = await db.read(search_people, session.user_id, wish.search_term, wish.limit)
    results = []
    for hit in found.results:
        # What is not known is left out, not null.
        fields = {"display_name": hit.display_name, "avatar_url": hit.avatar_url}
        known = {key: value for key, value in fields.items() if value is not None}
        note = found.notes.get(hit.user_id)
        results.append({"user_id": hit.user_id, **known} | ({NOTE: note} if note else {}))
    answer: dict[str, Any] = {"results": results, "limited": found.limited}
    if found.withheld_count:
        answer[NOTE] = found.withheld_count
    return answer


@get("/_matrix/client/v1/mutual_rooms")
async def get_mutual_rooms(
    db: Db,
    session: Who,
    user_id: FromQuery[str | None] = None,
    from_: Annotated[str | None, QueryParameter(name="from")] = None,
) -> Mutual:
    """spec: client-server-api#get_matrixclientv1mutual_rooms."""
    if user_id is None:
        message = "user_id is missing."
        raise MissingParamError(message)
    return await db.read(mutual_rooms, session.user_id, user_id, from_)


@get("/_matrix/client/v3/thirdparty/protocols")
async def get_protocols(session: Who) -> dict[str, Any]:  # noqa: ARG001  # needs a token
    """Say which other networks are bridged: none.

    spec: client-server-api#get_matrixclientv3thirdpartyprotocols
    """
    return {}


@get(
    [
        "/_matrix/client/v3/thirdparty/protocol/{protocol:str}",
        "/_matrix/client/v3/thirdparty/location/{protocol:str}",
        "/_matrix/client/v3/thirdparty/user/{protocol:str}",
        "/_matrix/client/v3/thirdparty/location",
        "/_matrix/client/v3/thirdparty/user",
    ]
)
async def get_third_party(session: Who) -> dict[str, Any]:  # noqa: ARG001  # needs a token
    """Say that there is nothing on other networks.

    spec: client-server-api#get_matrixclientv3thirdpartyprotocolprotocol
    """
    message = "No other network is connected to this server."
    raise NotFoundError(message)


@get("/_matrix/client/v3/voip/turnServer")
async def get_turn_server(db: Db, session: Who) -> TurnCredentials:
    """Give credentials for the relays, if the operator has set any.

    spec: client-server-api#get_matrixclientv3voipturnserver
    """
    settings, clock = db.world.settings, db.world.clock
    if not settings.turn_uris.split() or not settings.turn_shared_secret:
        # An empty answer would not be of the documented shape, and an empty list of addresses makes
        # browsers refuse the call.
        message = "This server has no relays for calls."
        raise NotFoundError(message)
    return credentials(
        settings.turn_uris, settings.turn_shared_secret, session.user_id, clock.now_ms()
    )


ROUTES = [
    post_user_search,
    get_mutual_rooms,
    get_protocols,
    get_third_party,
    get_turn_server,
]

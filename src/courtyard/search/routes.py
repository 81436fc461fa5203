"""HTTP of the search."""

from typing import Any

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Response

from courtyard.accounts.model import Session
from courtyard.search.model import SearchBody
from courtyard.search.search import search_events
from courtyard.storage.database import Database


@post("/_matrix/client/v3/search", status_code=200)
async def post_search(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[dict[str, object]],
    next_batch: FromQuery[str | None] = None,
) -> Response[bytes]:
    """spec: client-server-api#post_matrixclientv3search."""
    criteria = msgspec.convert(json_body, SearchBody).search_categories.room_events
    categories: dict[str, Any] = {}
    if criteria is not None:
        categories["room_events"] = await db.read(
            search_events, session.user_id, session.device_id, criteria, next_batch
        )
    body = msgspec.json.encode({"search_categories": categories})
    return Response(body, media_type="application/json")


ROUTES = [post_search]

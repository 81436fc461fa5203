"""Storing a filter, and reading it back.

spec: client-server-api#filtering
"""

from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Response

from courtyard.accounts.model import Session
from courtyard.base.errors import ForbiddenError
from courtyard.storage.database import Database
from courtyard.sync.stored_filters import store_filter, stored_filter_json

FILTER = "/_matrix/client/v3/user/{user_id:str}/filter"


def _check_own(session: Session, user_id: str) -> None:
    if user_id != session.user_id:
        message = "You can only use filters of your own."
        raise ForbiddenError(message)


@post(FILTER, status_code=200)
async def post_filter(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[dict[str, object]],
    user_id: FromPath[str],
) -> dict[str, Any]:
    """spec: client-server-api#post_matrixclientv3useruseridfilter."""
    _check_own(session, user_id)
    return {"filter_id": await db.write(store_filter, session.user_id, json_body)}


@get(f"{FILTER}/{{filter_id:str}}")
async def get_filter(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    user_id: FromPath[str],
    filter_id: FromPath[str],
) -> Response[bytes]:
    """spec: client-server-api#get_matrixclientv3useruseridfilterfilterid."""
    _check_own(session, user_id)
    json = await db.read(stored_filter_json, session.user_id, filter_id)
    return Response(json, media_type="application/json")


ROUTES: list[HTTPRouteHandler] = [post_filter, get_filter]

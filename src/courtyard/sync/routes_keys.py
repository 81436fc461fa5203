"""`GET /keys/changes`: in `sync`, because it has to know with whom a user shares rooms."""

from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, QueryParameter

from courtyard.accounts.model import Session
from courtyard.base.ids import UserId
from courtyard.rooms import log
from courtyard.rooms.tokens import parse_token
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx
from courtyard.sync.device_lists import device_list_changes, movements


def _changes(tx: ReadTx, user_id: UserId, after: int) -> dict[str, list[UserId]]:
    # Up to now, whatever `to` says: only the newest change of each user is kept, and the spec lets the
    # server tell of later ones too.
    upto = tx.position()
    moved = movements(tx, user_id, log.rooms_at_a_glance(tx, user_id), after=after, upto=upto)
    found = device_list_changes(tx, user_id, moved, after=after, upto=upto)
    return {"changed": found.get("changed", []), "left": found.get("left", [])}


@get("/_matrix/client/v3/keys/changes")
async def get_key_changes(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    to: FromQuery[str],
    from_: Annotated[str, QueryParameter(name="from")],
) -> dict[str, Any]:
    """spec: client-server-api#get_matrixclientv3keyschanges."""
    parse_token(to)
    return await db.read(_changes, session.user_id, parse_token(from_).position)


ROUTES: list[HTTPRouteHandler] = [get_key_changes]

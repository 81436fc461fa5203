"""HTTP of what an account does with all that it has."""

from typing import Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency

from courtyard.accounts import uia
from courtyard.accounts.model import Session
from courtyard.accounts.request import client_address
from courtyard.archive.deactivate import Step, end_account
from courtyard.storage.database import Database

HttpRequest = Request[Any, Any, Any]


class _Deactivation(msgspec.Struct, frozen=True):
    erase: bool | None = None
    id_server: str | None = None


@post("/_matrix/client/v3/account/deactivate", status_code=200)
async def post_deactivate(
    request: HttpRequest,
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[dict[str, object]],
) -> dict[str, str]:
    """End the account.

    spec: client-server-api#post_matrixclientv3accountdeactivate
    """
    erase = msgspec.convert(json_body, _Deactivation).erase is True
    done = await uia.complete(
        db,
        json_body.get("auth"),
        operation=f"POST /account/deactivate {erase}",
        user_id=session.user_id,
        ip=client_address(request.scope, db.world.settings),
        keep=True,
    )
    while await db.write(end_account, session.user_id, erase=erase) is Step.MORE:
        pass
    uia.finish(db, done)
    # This server keeps no addresses, so there are none to unbind.
    return {"id_server_unbind_result": "success"}


ROUTES = [post_deactivate]

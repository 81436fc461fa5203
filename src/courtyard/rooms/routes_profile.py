"""Changing profiles. Reading them is `accounts`' part."""

from typing import Any

from litestar import delete, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from courtyard.accounts.model import Session
from courtyard.accounts.rules import check_profile_key
from courtyard.base.errors import ForbiddenError, MissingParamError
from courtyard.base.ids import parse_user_id
from courtyard.rooms.update_profile import Untold, delete_field, set_field, tell_more
from courtyard.storage.database import Database

Body = NamedDependency[dict[str, object]]
Db = NamedDependency[Database]
Who = NamedDependency[Session]


@put("/_matrix/client/v3/profile/{user_id:str}/{key_name:str}")
async def put_profile_field(
    db: Db, session: Who, json_body: Body, user_id: FromPath[str], key_name: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#put_matrixclientv3profileuseridkeyname."""
    _own(session, user_id)
    check_profile_key(key_name)
    if key_name not in json_body:
        message = f"{key_name} is missing."
        raise MissingParamError(message)
    await _tell_all(db, await db.write(set_field, session.user_id, key_name, json_body[key_name]))
    return {}


@delete("/_matrix/client/v3/profile/{user_id:str}/{key_name:str}", status_code=200)
async def remove_profile_field(
    db: Db, session: Who, user_id: FromPath[str], key_name: FromPath[str]
) -> dict[str, Any]:
    """spec: client-server-api#delete_matrixclientv3profileuseridkeyname."""
    _own(session, user_id)
    check_profile_key(key_name)
    await _tell_all(db, await db.write(delete_field, session.user_id, key_name))
    return {}


async def _tell_all(db: Database, untold: Untold | None) -> None:
    while untold is not None:
        untold = await db.write(tell_more, untold)


def _own(session: Session, user_id: str) -> None:
    if parse_user_id(user_id) != session.user_id:
        message = "That is somebody else's profile."
        raise ForbiddenError(message)


ROUTES = [put_profile_field, remove_profile_field]

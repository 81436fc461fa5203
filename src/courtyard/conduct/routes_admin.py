"""HTTP of Matrix's endpoints to suspend and lock accounts."""

from typing import Any

import msgspec
from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from courtyard.accounts.model import Session
from courtyard.base.errors import ForbiddenError
from courtyard.base.ids import UserId
from courtyard.conduct import matrix_admin
from courtyard.storage.database import Database

Json = dict[str, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
Body = NamedDependency[dict[str, object]]


def _check_admin(session: Session) -> None:
    """Refuse before anything is looked up, so that nobody can try names."""
    if not session.is_admin:
        message = "Only an operator can do this."
        raise ForbiddenError(message)


class _Suspended(msgspec.Struct):
    suspended: bool


class _Locked(msgspec.Struct):
    locked: bool


@get("/_matrix/client/v1/admin/suspend/{user_id:str}")
async def get_suspended(db: Db, session: Who, user_id: FromPath[str]) -> Json:
    """spec: client-server-api#get_matrixclientv1adminsuspenduserid."""
    _check_admin(session)
    return {"suspended": await db.read(matrix_admin.is_suspended, UserId(user_id))}


@put("/_matrix/client/v1/admin/suspend/{user_id:str}")
async def put_suspended(db: Db, session: Who, json_body: Body, user_id: FromPath[str]) -> Json:
    """spec: client-server-api#put_matrixclientv1adminsuspenduserid."""
    _check_admin(session)
    suspended = msgspec.convert(json_body, _Suspended).suspended
    await db.write(
        matrix_admin.set_suspended, session.user_id, UserId(user_id), suspended=suspended
    )
    return {"suspended": suspended}


@get("/_matrix/client/v1/admin/lock/{user_id:str}")
async def get_locked(db: Db, session: Who, user_id: FromPath[str]) -> Json:
    """spec: client-server-api#get_matrixclientv1adminlockuserid."""
    _check_admin(session)
    return {"locked": await db.read(matrix_admin.is_locked, UserId(user_id))}


@put("/_matrix/client/v1/admin/lock/{user_id:str}")
async def put_locked(db: Db, session: Who, json_body: Body, user_id: FromPath[str]) -> Json:
    """spec: client-server-api#put_matrixclientv1adminlockuserid."""
    _check_admin(session)
    locked = msgspec.convert(json_body, _Locked).locked
    await db.write(matrix_admin.set_locked, UserId(user_id), locked=locked)
    return {"locked": locked}


ROUTES = [get_suspended, put_suspended, get_locked, put_locked]

"""End-to-end encryption over HTTP. `/keys/changes` is in `sync`, which knows who shares a room.

spec: client-server-api#end-to-end-encryption
"""

import hashlib
from typing import Any

from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from courtyard.accounts import uia
from courtyard.accounts.model import Session
from courtyard.accounts.request import client_address
from courtyard.base.errors import MissingParamError
from courtyard.e2ee import (
    key_backup,
    rules_backup,
    rules_cross_signing,
    rules_keys,
    rules_to_device,
)
from courtyard.e2ee.claim_keys import claim_keys
from courtyard.e2ee.cross_sign import upload_cross_signing, upload_signatures
from courtyard.e2ee.model import CrossSigningUpload
from courtyard.e2ee.query_keys import query_keys
from courtyard.e2ee.signing import signed_bytes
from courtyard.e2ee.to_device import send_to_device
from courtyard.e2ee.upload_keys import upload_keys
from courtyard.storage.database import Database

HttpRequest = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
Body = NamedDependency[dict[str, object]]
Answer = dict[str, Any]

_API = "/_matrix/client/v3"
_VERSION = f"{_API}/room_keys/version"
_KEYS = f"{_API}/room_keys/keys"
_ROOM = f"{_KEYS}/{{room_id:str}}"
_SESSION = f"{_ROOM}/{{session_id:str}}"


# --- keys ------------------------------------------------------------------------------------


@post(f"{_API}/keys/upload", status_code=200)
async def post_keys_upload(
    db: Db,
    session: Who,
    json_body: Body,
) -> Answer:
    """Publish the keys of the device that asks.

    spec: client-server-api#post_matrixclientv3keysupload
    """
    upload = rules_keys.parse_upload(json_body, session.user_id, session.device_id)
    counts = await db.write(upload_keys, session.user_id, session.device_id, upload)
    return {"one_time_key_counts": counts}


@post(f"{_API}/keys/query", status_code=200)
async def post_keys_query(
    db: Db,
    session: Who,
    json_body: Body,
) -> Answer:
    """Return the keys of users.

    spec: client-server-api#post_matrixclientv3keysquery
    """
    return await db.read(query_keys, session.user_id, rules_keys.parse_query(json_body))


@post(f"{_API}/keys/claim", status_code=200)
async def post_keys_claim(
    db: Db,
    session: Who,
    json_body: Body,
) -> Answer:
    """Take one-time keys of devices.

    spec: client-server-api#post_matrixclientv3keysclaim
    """
    claims = rules_keys.parse_claims(json_body)
    return {
        "one_time_keys": await db.write(claim_keys, session.user_id, claims),
        "failures": {},
    }


@post(
    [
        f"{_API}/keys/device_signing/upload",
        "/_matrix/client/unstable/keys/device_signing/upload",
    ],
    status_code=200,
)
async def post_device_signing_upload(
    request: HttpRequest,
    db: Db,
    session: Who,
    json_body: Body,
) -> Answer:
    """Publish cross-signing keys; replacing some needs the password again.

    spec: client-server-api#post_matrixclientv3keysdevice_signingupload
    """
    user_id = session.user_id
    upload = rules_cross_signing.parse_upload(json_body, user_id)
    if await db.write(upload_cross_signing, user_id, upload, authenticated=False):
        return {}
    await uia.complete(
        db,
        json_body.get("auth"),
        operation=f"POST /keys/device_signing/upload {_name(upload)}",
        user_id=user_id,
        ip=client_address(request.scope, db.world.settings),
    )
    await db.write(upload_cross_signing, user_id, upload, authenticated=True)
    return {}


def _name(upload: CrossSigningUpload) -> str:
    """Name what is uploaded, so that a password given for these keys is good for no others."""
    digest = hashlib.sha256()
    for key in upload.present():
        digest.update(key.usage.encode() + signed_bytes(key.key))
    return digest.hexdigest()


@post(
    [f"{_API}/keys/signatures/upload", "/_matrix/client/unstable/keys/signatures/upload"],
    status_code=200,
)
async def post_signatures_upload(
    db: Db,
    session: Who,
    json_body: Body,
) -> Answer:
    """Publish signatures of keys.

    spec: client-server-api#post_matrixclientv3keyssignaturesupload
    """
    signed = rules_cross_signing.parse_signatures(json_body)
    return {"failures": await db.write(upload_signatures, session.user_id, signed)}


# --- to-device -------------------------------------------------------------------------------


@put(f"{_API}/sendToDevice/{{event_type:str}}/{{txn_id:str}}")
async def put_send_to_device(
    db: Db,
    session: Who,
    event_type: FromPath[str],
    txn_id: FromPath[str],
    json_body: Body,
) -> Answer:
    """Send events to devices.

    spec: client-server-api#put_matrixclientv3sendtodeviceeventtypetxnid
    """
    message = rules_to_device.parse_messages(json_body, session.user_id, event_type, txn_id)
    await db.write(send_to_device, session.user_id, session.device_id, message)
    return {}


# --- key backup ------------------------------------------------------------------------------


@post(_VERSION, status_code=200)
async def post_backup(
    db: Db,
    session: Who,
    json_body: Body,
) -> Answer:
    """Make a backup.

    spec: client-server-api#post_matrixclientv3room_keysversion
    """
    algorithm, auth_data = rules_backup.parse_auth(json_body)
    args = (session.user_id, algorithm, auth_data)
    return {"version": await db.write(key_backup.create_backup, *args)}


@get(_VERSION)
async def get_current_backup(db: Db, session: Who) -> Answer:
    """Describe the newest backup.

    spec: client-server-api#get_matrixclientv3room_keysversion
    """
    return await db.read(key_backup.read_backup, session.user_id)


@get(f"{_VERSION}/{{version:str}}")
async def get_backup(db: Db, session: Who, version: FromPath[str]) -> Answer:
    """Describe a backup.

    spec: client-server-api#get_matrixclientv3room_keysversionversion
    """
    return await db.read(key_backup.read_backup, session.user_id, version)


@put(f"{_VERSION}/{{version:str}}")
async def put_backup(
    db: Db,
    session: Who,
    version: FromPath[str],
    json_body: Body,
) -> Answer:
    """Change the `auth_data` of a backup.

    spec: client-server-api#put_matrixclientv3room_keysversionversion
    """
    _, auth_data = rules_backup.parse_auth(json_body)
    await db.write(key_backup.update_backup, session.user_id, version, json_body, auth_data)
    return {}


@delete(f"{_VERSION}/{{version:str}}", status_code=200)
async def delete_backup(db: Db, session: Who, version: FromPath[str]) -> Answer:
    """Delete a backup and its keys.

    spec: client-server-api#delete_matrixclientv3room_keysversionversion
    """
    await db.write(key_backup.delete_backup, session.user_id, version)
    return {}


@put(_KEYS)
async def put_keys(
    db: Db,
    session: Who,
    json_body: Body,
    version: FromQuery[str | None] = None,
) -> Answer:
    """Store keys of several rooms.

    spec: client-server-api#put_matrixclientv3room_keyskeys
    """
    at = _required(version)
    sessions = rules_backup.parse_rooms(json_body)
    return await db.write(key_backup.store_keys, session.user_id, at, sessions)


@put(_ROOM)
async def put_room_keys(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    json_body: Body,
    version: FromQuery[str | None] = None,
) -> Answer:
    """Store keys of one room.

    spec: client-server-api#put_matrixclientv3room_keyskeysroomid
    """
    at = _required(version)
    sessions = rules_backup.parse_room(room_id, json_body)
    return await db.write(key_backup.store_keys, session.user_id, at, sessions)


@put(_SESSION)
async def put_session_key(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    session_id: FromPath[str],
    json_body: Body,
    version: FromQuery[str | None] = None,
) -> Answer:
    """Store one key.

    spec: client-server-api#put_matrixclientv3room_keyskeysroomidsessionid
    """
    at = _required(version)
    sessions = [rules_backup.parse_session(room_id, session_id, json_body)]
    return await db.write(key_backup.store_keys, session.user_id, at, sessions)


@get(_KEYS)
async def get_keys(db: Db, session: Who, version: FromQuery[str | None] = None) -> Answer:
    """Return all keys of a backup.

    spec: client-server-api#get_matrixclientv3room_keyskeys
    """
    return await db.read(key_backup.read_keys, session.user_id, _required(version))


@get(_ROOM)
async def get_room_keys(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    version: FromQuery[str | None] = None,
) -> Answer:
    """Return the keys of one room.

    spec: client-server-api#get_matrixclientv3room_keyskeysroomid
    """
    at = _required(version)
    return await db.read(key_backup.read_room_keys, session.user_id, at, room_id)


@get(_SESSION)
async def get_session_key(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    session_id: FromPath[str],
    version: FromQuery[str | None] = None,
) -> Answer:
    """Return one key.

    spec: client-server-api#get_matrixclientv3room_keyskeysroomidsessionid
    """
    at = _required(version)
    return await db.read(key_backup.read_key, session.user_id, at, room_id, session_id)


@delete(_KEYS, status_code=200)
async def delete_keys(db: Db, session: Who, version: FromQuery[str | None] = None) -> Answer:
    """Delete all keys of a backup.

    spec: client-server-api#delete_matrixclientv3room_keyskeys
    """
    return await db.write(key_backup.delete_keys, session.user_id, _required(version))


@delete(_ROOM, status_code=200)
async def delete_room_keys(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    version: FromQuery[str | None] = None,
) -> Answer:
    """Delete the keys of one room.

    spec: client-server-api#delete_matrixclientv3room_keyskeysroomid
    """
    at = _required(version)
    return await db.write(key_backup.delete_keys, session.user_id, at, room_id)


@delete(_SESSION, status_code=200)
async def delete_session_key(
    db: Db,
    session: Who,
    room_id: FromPath[str],
    session_id: FromPath[str],
    version: FromQuery[str | None] = None,
) -> Answer:
    """Delete one key.

    spec: client-server-api#delete_matrixclientv3room_keyskeysroomidsessionid
    """
    at = _required(version)
    return await db.write(key_backup.delete_keys, session.user_id, at, room_id, session_id)


def _required(version: str | None) -> str:
    if version is None:
        message = "“version” is missing."
        raise MissingParamError(message)
    return version


ROUTES: list[HTTPRouteHandler] = [
    post_keys_upload,
    post_keys_query,
    post_keys_claim,
    post_device_signing_upload,
    post_signatures_upload,
    put_send_to_device,
    post_backup,
    get_current_backup,
    get_backup,
    put_backup,
    delete_backup,
    put_keys,
    put_room_keys,
    put_session_key,
    get_keys,
    get_room_keys,
    get_session_key,
    delete_keys,
    delete_room_keys,
    delete_session_key,
]

"""HTTP: an account's password, devices, profile and addresses."""

from typing import Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from courtyard.accounts import rules, uia
from courtyard.accounts.account import change_password, get_account
from courtyard.accounts.devices import delete_device, get_device, list_devices, rename_device
from courtyard.accounts.model import (
    Device,
    MissingTokenError,
    Session,
    ThreepidAuthFailedError,
    ThreepidDeniedError,
    ThreepidMediumError,
    ThreepidNotFoundError,
    UnknownTokenError,
)
from courtyard.accounts.openid import new_openid_token, openid_user
from courtyard.accounts.password import hash_password
from courtyard.accounts.profile import (
    NAMES,
    WITHHELD,
    get_profile,
    get_profile_field,
    profile_for_others,
    why_withheld,
)
from courtyard.accounts.request import client_address, session_of
from courtyard.base.errors import (
    ForbiddenError,
    MissingParamError,
    NotFoundError,
    TooLargeError,
)
from courtyard.base.ids import DeviceId, UserId, parse_user_id
from courtyard.storage.database import Database
from courtyard.storage.tx import WriteTx

HttpRequest = Request[Any, Any, Any]
Body = dict[str, object]

DELETE_DEVICES_MAX = 1_000


class PasswordBody(msgspec.Struct, frozen=True):
    """What a client says to change a password."""

    new_password: str | None = None
    logout_devices: bool | None = None


class DeviceBody(msgspec.Struct, frozen=True):
    """What a client says to name a device. Without a name nothing changes."""

    display_name: str | None = None


class DeleteDevicesBody(msgspec.Struct, frozen=True):
    """What a client says to delete devices."""

    devices: list[str] | None = None


# --- the account -----------------------------------------------------------------------------


@get("/_matrix/client/v3/account/whoami")
async def get_whoami(session: NamedDependency[Session]) -> Body:
    """Say whose token this is.

    spec: client-server-api#get_matrixclientv3accountwhoami
    """
    return {
        "user_id": session.user_id,
        "device_id": session.device_id,
        "is_guest": session.is_guest,
    }


@post("/_matrix/client/v3/account/password", status_code=200)
async def post_password(
    request: HttpRequest,
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[Body],
) -> Body:
    """Change the password; by default every other device is logged out.

    spec: client-server-api#post_matrixclientv3accountpassword
    """
    body = msgspec.convert(json_body, PasswordBody)
    if body.new_password is not None:
        rules.check_password(body.new_password)
    done = await uia.complete(
        db,
        json_body.get("auth"),
        operation="POST /account/password",
        user_id=session.user_id,
        ip=client_address(request.scope, db.world.settings),
        keep=True,
    )
    if body.new_password is None:
        message = "new_password is needed."
        raise MissingParamError(message)
    password_hash = await hash_password(db, body.new_password)
    await db.write(
        change_password,
        session.user_id,
        password_hash,
        keep=session.device_id,
        logout_devices=body.logout_devices is not False,
    )
    uia.finish(db, done)
    return {}


@get("/_matrix/client/v3/admin/whois/{user_id:str}")
async def get_whois(
    db: NamedDependency[Database], session: NamedDependency[Session], user_id: FromPath[str]
) -> Body:
    """Tell an operator, or an account about itself, from where its devices were last used.

    spec: client-server-api#get_matrixclientv3adminwhoisuserid
    """
    asked = parse_user_id(user_id)
    if not session.is_admin and session.user_id != asked:
        message = "Only operators may ask about others."
        raise ForbiddenError(message)
    await db.read(get_account, asked)
    return {
        "user_id": asked,
        "devices": {
            device.device_id: {"sessions": [{"connections": [_connection(device)]}]}
            for device in await db.read(list_devices, asked)
        },
    }


def _connection(device: Device) -> Body:
    return {
        "ip": device.last_seen_ip or "",
        "last_seen": device.last_seen_ts or device.created_at,
        "user_agent": device.last_seen_user_agent or "",
    }


@post("/_matrix/client/v3/user/{user_id:str}/openid/request_token", status_code=200)
async def post_openid_token(
    db: NamedDependency[Database], session: NamedDependency[Session], user_id: FromPath[str]
) -> Body:
    """Give a token that proves to others who somebody is.

    spec: client-server-api#post_matrixclientv3useruseridopenidrequest_token
    """
    if parse_user_id(user_id) != session.user_id:
        message = "One may only ask for oneself."
        raise ForbiddenError(message)
    token, lifetime_ms = await db.write(new_openid_token, session.user_id)
    return {
        "access_token": token,
        "token_type": "Bearer",
        "matrix_server_name": db.world.settings.server_name,
        "expires_in": lifetime_ms // 1000,
    }


@get("/_matrix/federation/v1/openid/userinfo")
async def get_openid_user(
    db: NamedDependency[Database], access_token: FromQuery[str | None] = None
) -> Body:
    """Tell whoever was shown an OpenID token whose it is.

    spec: server-server-api#get_matrixfederationv1openiduserinfo
    """
    if access_token is None:
        message = "An access token is required."
        raise MissingTokenError(message)
    user_id = db.read_inline(openid_user, access_token)
    if user_id is None:
        message = "The token is not valid."
        raise UnknownTokenError(message)
    return {"sub": user_id}


# --- devices ---------------------------------------------------------------------------------


def _device(device: Device) -> Body:
    """Return a device as the spec has it: what is not known is left out, not null."""
    shown: Body = {"device_id": device.device_id}
    if device.display_name is not None:
        shown["display_name"] = device.display_name
    if device.last_seen_ts is not None:
        shown["last_seen_ts"] = device.last_seen_ts
    if device.last_seen_ip:
        shown["last_seen_ip"] = device.last_seen_ip
    return shown


@get("/_matrix/client/v3/devices")
async def get_devices(db: NamedDependency[Database], session: NamedDependency[Session]) -> Body:
    """List the account's devices.

    spec: client-server-api#get_matrixclientv3devices
    """
    devices = await db.read(list_devices, session.user_id)
    return {"devices": [_device(device) for device in devices]}


@get("/_matrix/client/v3/devices/{device_id:str}")
async def get_one_device(
    db: NamedDependency[Database], session: NamedDependency[Session], device_id: FromPath[str]
) -> Body:
    """Show one device.

    spec: client-server-api#get_matrixclientv3devicesdeviceid
    """
    return _device(db.read_inline(get_device, session.user_id, DeviceId(device_id)))


@put("/_matrix/client/v3/devices/{device_id:str}")
async def put_device(
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[Body],
    device_id: FromPath[str],
) -> Body:
    """Name a device.

    spec: client-server-api#put_matrixclientv3devicesdeviceid
    """
    body = msgspec.convert(json_body, DeviceBody)
    if body.display_name is None:
        db.read_inline(get_device, session.user_id, DeviceId(device_id))
        return {}
    await db.write(rename_device, session.user_id, DeviceId(device_id), body.display_name)
    return {}


@delete("/_matrix/client/v3/devices/{device_id:str}", status_code=200)
async def delete_one_device(
    request: HttpRequest,
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[Body],
    device_id: FromPath[str],
) -> Body:
    """Log a device out and delete it.

    spec: client-server-api#delete_matrixclientv3devicesdeviceid
    """
    await uia.complete(
        db,
        json_body.get("auth"),
        operation=f"DELETE /devices/{device_id}",
        user_id=session.user_id,
        ip=client_address(request.scope, db.world.settings),
    )
    await db.write(delete_device, session.user_id, DeviceId(device_id))
    return {}


@post("/_matrix/client/v3/delete_devices", status_code=200)
async def post_delete_devices(
    request: HttpRequest,
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[Body],
) -> Body:
    """Log several devices out and delete them.

    spec: client-server-api#post_matrixclientv3delete_devices
    """
    body = msgspec.convert(json_body, DeleteDevicesBody)
    if body.devices is None:
        message = "devices is needed."
        raise MissingParamError(message)
    if len(body.devices) > DELETE_DEVICES_MAX:
        message = f"At most {DELETE_DEVICES_MAX} devices in one request."
        raise TooLargeError(message)
    chosen = sorted(set(body.devices))
    await uia.complete(
        db,
        json_body.get("auth"),
        operation=f"POST /delete_devices {chosen}",
        user_id=session.user_id,
        ip=client_address(request.scope, db.world.settings),
    )

    def delete_chosen(tx: WriteTx) -> None:
        for device_id in chosen:
            delete_device(tx, session.user_id, DeviceId(device_id))

    await db.write(delete_chosen)
    return {}


# --- profiles (writing them also tells the rooms: see courtyard.rooms) -------------------------


@get("/_matrix/client/v3/profile/{user_id:str}")
async def get_whole_profile(
    request: HttpRequest, db: NamedDependency[Database], user_id: FromPath[str]
) -> Body:
    """Show somebody's profile.

    spec: client-server-api#get_matrixclientv3profileuserid
    """
    asked = parse_user_id(user_id)
    shown = db.read_inline(profile_for_others, asked)
    if WITHHELD in shown and _is_own(request, db, asked):
        return db.read_inline(get_profile, asked) | {WITHHELD: shown[WITHHELD]}
    return shown


@get("/_matrix/client/v3/profile/{user_id:str}/{key_name:str}")
async def get_one_profile_field(
    request: HttpRequest,
    db: NamedDependency[Database],
    user_id: FromPath[str],
    key_name: FromPath[str],
) -> Body:
    """Show one field of somebody's profile.

    spec: client-server-api#get_matrixclientv3profileuseridkeyname
    """
    asked: UserId = parse_user_id(user_id)
    rules.check_profile_key(key_name)
    if key_name in NAMES:
        note = db.read_inline(why_withheld, asked)
        if note is not None and not _is_own(request, db, asked):
            message = "A decision keeps this from others."
            raise NotFoundError(message, **{WITHHELD: note})
    return {key_name: db.read_inline(get_profile_field, asked, key_name)}


def _is_own(request: HttpRequest, db: Database, asked: UserId) -> bool:
    """Tell whether it is the account itself that asks. Profiles are open to all, so a token that is none is a stranger's."""
    try:
        return session_of(db, request.scope, allow_locked=True).user_id == asked
    except (MissingTokenError, UnknownTokenError):
        return False


# --- addresses (mail, telephone): this server keeps none ---------------------------------------


@get("/_matrix/client/v3/account/3pid")
async def get_3pids(session: NamedDependency[Session]) -> Body:  # noqa: ARG001  # needs a token
    """List the account's addresses: there are none.

    spec: client-server-api#get_matrixclientv3account3pid
    """
    return {"threepids": []}


@post(
    [
        "/_matrix/client/v3/account/3pid",
        "/_matrix/client/v3/account/3pid/add",
        "/_matrix/client/v3/account/3pid/bind",
    ],
    status_code=200,
)
async def post_3pid(
    session: NamedDependency[Session],  # noqa: ARG001  # needs a token
    json_body: NamedDependency[Body],  # noqa: ARG001  # must be JSON
) -> Body:
    """Refuse: no address can have been verified, since this server verifies none.

    spec: client-server-api#post_matrixclientv3account3pid
    """
    message = "This server keeps no mail addresses or telephone numbers."
    raise ThreepidAuthFailedError(message)


@post(
    [
        "/_matrix/client/v3/account/3pid/delete",
        "/_matrix/client/v3/account/3pid/unbind",
    ],
    status_code=200,
)
async def post_3pid_delete(
    session: NamedDependency[Session],  # noqa: ARG001  # needs a token
    json_body: NamedDependency[Body],  # noqa: ARG001  # must be JSON
) -> Body:
    """Agree: the address is not here, and no identity server was told of it.

    spec: client-server-api#post_matrixclientv3account3piddelete
    """
    return {"id_server_unbind_result": "no-support"}


@post(
    [
        "/_matrix/client/v3/account/3pid/email/requestToken",
        "/_matrix/client/v3/account/3pid/msisdn/requestToken",
    ],
    status_code=200,
)
async def post_3pid_request_token(
    json_body: NamedDependency[Body],  # noqa: ARG001  # must be JSON
) -> Body:
    """Refuse: this server sends neither mail nor texts.

    spec: client-server-api#post_matrixclientv3account3pidemailrequesttoken
    """
    message = "This server keeps no mail addresses or telephone numbers."
    raise ThreepidMediumError(message)


@post(
    [
        "/_matrix/client/v3/register/email/requestToken",
        "/_matrix/client/v3/register/msisdn/requestToken",
    ],
    status_code=200,
)
async def post_register_request_token(
    json_body: NamedDependency[Body],  # noqa: ARG001  # must be JSON
) -> Body:
    """Refuse: accounts are made without addresses.

    spec: client-server-api#post_matrixclientv3registeremailrequesttoken
    """
    message = "This server keeps no mail addresses or telephone numbers."
    raise ThreepidDeniedError(message)


@post(
    [
        "/_matrix/client/v3/account/password/email/requestToken",
        "/_matrix/client/v3/account/password/msisdn/requestToken",
    ],
    status_code=200,
)
async def post_password_request_token(
    json_body: NamedDependency[Body],  # noqa: ARG001  # must be JSON
) -> Body:
    """Refuse: no account has an address.

    spec: client-server-api#post_matrixclientv3accountpasswordemailrequesttoken
    """
    message = "No account here has this address."
    raise ThreepidNotFoundError(message)


ROUTES = [
    get_whoami,
    post_password,
    get_whois,
    post_openid_token,
    get_openid_user,
    get_devices,
    get_one_device,
    put_device,
    delete_one_device,
    post_delete_devices,
    get_whole_profile,
    get_one_profile_field,
    get_3pids,
    post_3pid,
    post_3pid_delete,
    post_3pid_request_token,
    post_register_request_token,
    post_password_request_token,
]

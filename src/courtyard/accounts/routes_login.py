"""HTTP: making accounts, logging in and out."""

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from courtyard.accounts import register as registration
from courtyard.accounts import rules, uia
from courtyard.accounts.devices import delete_all_devices
from courtyard.accounts.login import (
    DeviceWish,
    LoggedIn,
    check_login_password,
    log_in,
    log_in_by_token,
    log_out,
    new_login_token,
    refresh,
)
from courtyard.accounts.model import (
    AppserviceLoginUnsupportedError,
    GuestsForbiddenError,
    Session,
    UnknownLoginTypeError,
)
from courtyard.accounts.password import hash_password
from courtyard.accounts.request import client_address, header, session_of
from courtyard.accounts.throttle import LOGIN, REFRESH, REGISTER, REGISTER_CHECK, Limit, Throttle
from courtyard.base.errors import (
    ForbiddenError,
    InvalidParamError,
    MissingParamError,
    UnrecognizedError,
)
from courtyard.base.ids import UserId
from courtyard.storage.database import Database
from courtyard.storage.tx import WriteTx

HttpRequest = Request[Any, Any, Any]
Body = dict[str, object]

REGISTER_OPERATION = "POST /register"


class RegisterBody(msgspec.Struct, frozen=True):
    """What a client says to make an account. `auth` is read apart."""

    username: str | None = None
    password: str | None = None
    device_id: str | None = None
    initial_device_display_name: str | None = None
    inhibit_login: bool | None = None
    refresh_token: bool | None = None


class Identifier(msgspec.Struct, frozen=True):
    """Whom a login is for. Mail addresses and telephone numbers lead to no account here."""

    type: str
    user: str | None = None


class LoginBody(msgspec.Struct, frozen=True):
    """What a client says to log in."""

    type: str | None = None
    identifier: Identifier | None = None
    user: str | None = None
    password: str | None = None
    token: str | None = None
    device_id: str | None = None
    initial_device_display_name: str | None = None
    refresh_token: bool | None = None


class RefreshBody(msgspec.Struct, frozen=True):
    """What a client says to get new tokens."""

    refresh_token: str | None = None


class SharedSecretBody(msgspec.Struct, frozen=True):
    """What an operator's script says to make an account."""

    nonce: str
    username: str
    password: str
    mac: str
    admin: bool = False
    user_type: str | None = None
    displayname: str | None = None


def _throttle(db: Database, limit: Limit, who: str) -> None:
    world = db.world
    world.memory(Throttle).spend(world.settings, limit, who, world.clock.now_ms())


def _wish(body: RegisterBody | LoginBody, request: HttpRequest, address: str) -> DeviceWish:
    return DeviceWish(
        device_id=None if body.device_id is None else rules.check_device_id(body.device_id),
        display_name=rules.check_display_name(body.initial_device_display_name),
        refresh=bool(body.refresh_token),
        ip=address,
        user_agent=header(request.scope, b"user-agent") or "",
    )


def _answer(made: LoggedIn, db: Database) -> Body:
    settings = db.world.settings
    answer: Body = {
        "user_id": made.user_id,
        "device_id": made.device_id,
        "access_token": made.tokens.access_token,
        "home_server": settings.server_name,
    }
    if made.tokens.refresh_token is not None:
        answer["refresh_token"] = made.tokens.refresh_token
        answer["expires_in_ms"] = made.tokens.expires_in_ms
    return answer


# --- register --------------------------------------------------------------------------------


@post("/_matrix/client/v3/register", status_code=200)
async def post_register(
    request: HttpRequest,
    db: NamedDependency[Database],
    json_body: NamedDependency[Body],
    kind: FromQuery[str] = "user",
) -> Body:
    """Make an account, and log it in unless asked not to.

    spec: client-server-api#post_matrixclientv3register
    """
    settings = db.world.settings
    if kind == "guest":
        message = "This server has no guest accounts."
        raise GuestsForbiddenError(message)
    if kind != "user":
        message = "kind is user or guest."
        raise InvalidParamError(message)
    _refuse_if_closed(db)
    auth = json_body.get("auth")
    earlier = uia.recall(db, auth, REGISTER_OPERATION)
    if not isinstance(earlier, _Registration):
        earlier = _Registration({})
    else:
        # Who has said everything at the first step need not say it again at the next.
        json_body = earlier.said | {k: v for k, v in json_body.items() if v is not None}
    body = msgspec.convert(json_body, RegisterBody)
    address = client_address(request.scope, settings)
    wish = _wish(body, request, address)
    said = {k: v for k, v in json_body.items() if k in RegisterBody.__struct_fields__}
    if earlier.made is not None:
        if earlier.said == said:
            # The same request once more: its answer was lost on the way.
            return await _registered(db, earlier.made, body, wish)
        # One dialogue makes one account.
        auth = None
    user_id: UserId | None = None
    # What cannot succeed is refused before anybody is asked to show something.
    if body.username is not None:
        user_id = rules.new_user_id(body.username, settings.server_name)
        _throttle(db, REGISTER_CHECK, address)
        db.read_inline(registration.check_username_free, user_id)
    if body.password is not None:
        rules.check_password(body.password)
    memo = _Registration(said)
    stage = uia.REGISTRATION_TOKEN if settings.registration == "token" else uia.DUMMY
    done = await uia.complete(
        db,
        auth,
        operation=REGISTER_OPERATION,
        user_id=None,
        flows=[[stage]],
        ip=address,
        keep=True,
        memo=memo,
    )
    if body.password is None:
        message = "A password is needed."
        raise MissingParamError(message)
    _throttle(db, REGISTER, address)
    password_hash = await hash_password(db, body.password)
    inhibit_login = bool(body.inhibit_login)

    def make(tx: WriteTx) -> tuple[UserId, LoggedIn | None]:
        made = registration.register(
            tx, user_id, password_hash, registration_token=done.registration_token
        )
        return made, (None if inhibit_login else log_in(tx, made, wish, is_new_account=True))

    made, logged_in = await db.write(make)
    if isinstance(auth, dict) and "session" in auth:
        # The dialogue lives on until its end, so that the same request gets the same answer.
        memo.made = made
    else:
        uia.finish(db, done)
    if logged_in is None:
        return {"user_id": made, "home_server": settings.server_name}
    return _answer(logged_in, db)


class _Registration:
    """What somebody has said who is registering, and the account that was made of it."""

    def __init__(self, said: Body) -> None:
        self.said = said
        self.made: UserId | None = None


async def _registered(db: Database, user_id: UserId, body: RegisterBody, wish: DeviceWish) -> Body:
    """Answer a registration that has already succeeded.

    Raises:
        WrongPasswordError, UserDeactivatedError: the account is not as it was made any more.
    """
    await check_login_password(db, user_id, body.password or "", wish.ip)
    if body.inhibit_login:
        return {"user_id": user_id, "home_server": db.world.settings.server_name}
    return _answer(await db.write(log_in, user_id, wish), db)


def _refuse_if_closed(db: Database) -> None:
    if db.world.settings.registration == "closed":
        message = "Only the operator of this server makes accounts."
        raise ForbiddenError(message)


@get("/_matrix/client/v3/register/available")
async def get_register_available(
    request: HttpRequest, db: NamedDependency[Database], username: FromQuery[str]
) -> Body:
    """Tell whether a user name is free.

    spec: client-server-api#get_matrixclientv3registeravailable
    """
    _refuse_if_closed(db)
    settings = db.world.settings
    _throttle(db, REGISTER_CHECK, client_address(request.scope, settings))
    user_id = rules.new_user_id(username, settings.server_name)
    db.read_inline(registration.check_username_free, user_id)
    return {"available": True}


@get("/_matrix/client/v1/register/m.login.registration_token/validity")
async def get_registration_token_validity(
    request: HttpRequest, db: NamedDependency[Database], token: FromQuery[str]
) -> Body:
    """Tell whether a registration token works.

    spec: client-server-api#get_matrixclientv1registermloginregistration_tokenvalidity
    """
    _refuse_if_closed(db)
    _throttle(db, REGISTER_CHECK, client_address(request.scope, db.world.settings))
    return {"valid": db.read_inline(registration.registration_token_valid, token)}


@get("/_synapse/admin/v1/register")
async def get_shared_secret_nonce(db: NamedDependency[Database]) -> Body:
    """Give out a nonce for shared-secret registration, which works for a minute."""
    _shared_secret(db)
    world = db.world
    return {"nonce": world.memory(registration.Nonces).new(world.clock.now_ms())}


@post("/_synapse/admin/v1/register", status_code=200)
async def post_shared_secret_register(
    request: HttpRequest, db: NamedDependency[Database], json_body: NamedDependency[Body]
) -> Body:
    """Make an account for somebody who knows the shared secret, whatever `registration` says."""
    secret = _shared_secret(db)
    world = db.world
    body = msgspec.convert(json_body, SharedSecretBody)
    nonce_good = world.memory(registration.Nonces).take(body.nonce, world.clock.now_ms())
    if not nonce_good:
        message = "The nonce is not known; ask for a new one."
        raise InvalidParamError(message)
    if "\0" in body.username or "\0" in body.password:
        message = "Neither name nor password may contain NUL."
        raise InvalidParamError(message)
    if not registration.shared_secret_mac_matches(
        secret,
        body.mac,
        nonce=body.nonce,
        username=body.username,
        password=body.password,
        is_admin=body.admin,
        user_type=body.user_type,
    ):
        message = "The mac does not match."
        raise ForbiddenError(message)
    user_id = rules.new_user_id(body.username, world.settings.server_name)
    db.read_inline(registration.check_username_free, user_id)
    rules.check_password(body.password)
    password_hash = await hash_password(db, body.password)
    address = client_address(request.scope, world.settings)
    wish = DeviceWish(ip=address, user_agent=header(request.scope, b"user-agent") or "")

    def make(tx: WriteTx) -> LoggedIn:
        made = registration.register(
            tx,
            user_id,
            password_hash,
            is_admin=body.admin,
            user_type=body.user_type,
            display_name=body.displayname,
        )
        return log_in(tx, made, wish, is_new_account=True)

    return _answer(await db.write(make), db)


def _shared_secret(db: Database) -> str:
    secret = db.world.settings.registration_shared_secret
    if not secret:
        message = "There is no such endpoint."
        raise UnrecognizedError(message)
    return secret


# --- log in ----------------------------------------------------------------------------------


@get("/_matrix/client/v3/login")
async def get_login() -> Body:
    """Say how one can log in.

    spec: client-server-api#get_matrixclientv3login
    """
    return {
        "flows": [
            {"type": "m.login.password"},
            {"type": "m.login.token", "get_login_token": True},
        ]
    }


@post("/_matrix/client/v3/login", status_code=200)
async def post_login(
    request: HttpRequest, db: NamedDependency[Database], json_body: NamedDependency[Body]
) -> Body:
    """Log a device in.

    spec: client-server-api#post_matrixclientv3login
    """
    body = msgspec.convert(json_body, LoginBody)
    address = client_address(request.scope, db.world.settings)
    wish = _wish(body, request, address)
    if body.type is None:
        message = "type is needed."
        raise MissingParamError(message)
    if body.type == "m.login.application_service":
        message = "Application services cannot log in here."
        raise AppserviceLoginUnsupportedError(message)
    if body.type == "m.login.token":
        if body.token is None:
            message = "token is needed."
            raise MissingParamError(message)
        _throttle(db, LOGIN, address)
        return _answer(await db.write(log_in_by_token, body.token, wish), db)
    if body.type != "m.login.password":
        message = "This login type is not offered."
        raise UnknownLoginTypeError(message)
    if body.password is None:
        message = "password is needed."
        raise MissingParamError(message)
    user = _named_user(body)
    _throttle(db, LOGIN, address)
    user_id = await check_login_password(db, user, body.password, address)
    return _answer(await db.write(log_in, user_id, wish), db)


def _named_user(body: LoginBody) -> str:
    if body.identifier is None:
        user = body.user
    elif body.identifier.type == "m.id.user":
        user = body.identifier.user
    elif body.identifier.type in {"m.id.thirdparty", "m.id.phone"}:
        message = "No account here has this address."
        raise ForbiddenError(message)
    else:
        message = "This kind of identifier is not known."
        raise InvalidParamError(message)
    if user is None:
        message = "The user's name is needed."
        raise MissingParamError(message)
    return user


@post("/_matrix/client/v1/login/get_token", status_code=200)
async def post_login_get_token(
    request: HttpRequest,
    db: NamedDependency[Database],
    session: NamedDependency[Session],
    json_body: NamedDependency[Body],
) -> Body:
    """Give a token with which one more device can log in, once.

    spec: client-server-api#post_matrixclientv1loginget_token
    """
    await uia.complete(
        db,
        json_body.get("auth"),
        operation="POST /login/get_token",
        user_id=session.user_id,
        ip=client_address(request.scope, db.world.settings),
    )
    token, lifetime_ms = await db.write(new_login_token, session.user_id)
    return {"login_token": token, "expires_in_ms": lifetime_ms}


@post("/_matrix/client/v3/refresh", status_code=200)
async def post_refresh(
    request: HttpRequest, db: NamedDependency[Database], json_body: NamedDependency[Body]
) -> Body:
    """Give new tokens for a refresh token.

    spec: client-server-api#post_matrixclientv3refresh
    """
    body = msgspec.convert(json_body, RefreshBody)
    if body.refresh_token is None:
        message = "refresh_token is needed."
        raise MissingParamError(message)
    _throttle(db, REFRESH, client_address(request.scope, db.world.settings))
    pair = await db.write(refresh, body.refresh_token)
    return {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "expires_in_ms": pair.expires_in_ms,
    }


@post("/_matrix/client/v3/logout", status_code=200)
async def post_logout(request: HttpRequest, db: NamedDependency[Database]) -> Body:
    """End this device's session. A locked account may do this too.

    spec: client-server-api#post_matrixclientv3logout
    """
    session = session_of(db, request.scope, allow_locked=True)
    await db.write(log_out, session.user_id, session.device_id)
    return {}


@post("/_matrix/client/v3/logout/all", status_code=200)
async def post_logout_all(request: HttpRequest, db: NamedDependency[Database]) -> Body:
    """End the sessions of all devices. A locked account may do this too.

    spec: client-server-api#post_matrixclientv3logoutall
    """
    session = session_of(db, request.scope, allow_locked=True)
    await db.write(delete_all_devices, session.user_id)
    return {}


ROUTES = [
    post_register,
    get_register_available,
    get_registration_token_validity,
    get_shared_secret_nonce,
    post_shared_secret_register,
    get_login,
    post_login,
    post_login_get_token,
    post_refresh,
    post_logout,
    post_logout_all,
]

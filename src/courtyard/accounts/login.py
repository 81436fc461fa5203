"""Logging in and out: tokens are made, renewed and taken here.

spec: client-server-api#legacy-login
"""

import secrets
import string

import msgspec

from courtyard.accounts import rules, store, tokens
from courtyard.accounts.devices import ON_DEVICE_ADDED, delete_device
from courtyard.accounts.model import (
    LastSeen,
    TokenPair,
    UnknownTokenError,
    UserDeactivatedError,
    UserLockedError,
    WrongPasswordError,
)
from courtyard.accounts.password import hash_password, needs_new_hash, password_matches
from courtyard.accounts.session import (
    LOCKED,
    USER_AGENT_MAX,
    Sessions,
    forget_after_commit,
    retire_previous,
)
from courtyard.accounts.throttle import PASSWORD, Throttle
from courtyard.base.errors import ForbiddenError
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.storage.database import Database
from courtyard.storage.tx import WriteTx

DEVICES_MAX = 1_000
"""Devices of one account at the most."""

LOGIN_TOKEN_LIFETIME_MS = 120_000
"""How long a login token works. spec: client-server-api#post_matrixclientv1loginget_token"""

WRONG = "The user name or password is wrong."


class DeviceWish(msgspec.Struct, frozen=True, kw_only=True):
    """The device that a login asks for.

    Attributes:
        device_id: a known or new device; None: the server chooses a new one.
        display_name: for a new device.
        refresh: whether the client can refresh tokens.
        ip: the client's address.
        user_agent: the client's program.
    """

    device_id: DeviceId | None = None
    display_name: str | None = None
    refresh: bool = False
    ip: str = ""
    user_agent: str = ""


class LoggedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A successful login."""

    user_id: UserId
    device_id: DeviceId
    tokens: TokenPair


async def check_login_password(db: Database, user: str, password: str, ip: str) -> UserId:
    """Return who has this name and password. Unknown names take as long as wrong passwords.

    Args:
        user: a whole user id, or its localpart.
        password: as typed.
        ip: the client's address; attempts are limited for each account and address together, so that
            nobody can lock somebody else out by guessing.

    Raises:
        WrongPasswordError: one of them is wrong.
        UserDeactivatedError: the account is gone.
        LimitExceededError: too many attempts.
    """
    world = db.world
    user_id = rules.named_user(user, world.settings.server_name)
    now = world.clock.now_ms()
    world.memory(Throttle).spend(world.settings, PASSWORD, f"{user_id or user[:255]} {ip}", now)
    account = None if user_id is None else db.read_inline(store.account, user_id)
    stored = None if account is None else account.password_hash
    matches = await password_matches(db, stored, password)
    if account is not None and account.deactivated_at is not None:
        message = "This account has been deactivated."
        raise UserDeactivatedError(message)
    if account is None or stored is None or not matches:
        raise WrongPasswordError(WRONG)
    if needs_new_hash(world.settings, stored):
        await db.write(_replace_hash, account.user_id, stored, await hash_password(db, password))
    return account.user_id


def _replace_hash(tx: WriteTx, user_id: UserId, old: str, new: str) -> None:
    account = store.account(tx, user_id)
    if account is not None and account.password_hash == old:
        store.set_password(tx, user_id, new)


def log_in(
    tx: WriteTx, user_id: UserId, wish: DeviceWish, *, is_new_account: bool = False
) -> LoggedIn:
    """Give tokens to a device of an account whose owner has shown who they are.

    Tokens that the device had before stop working. Nobody needs to hear of the first device of a new
    account, which is in no room yet.

    Raises:
        UserDeactivatedError, UserLockedError: the account cannot log in.
        ForbiddenError: the account has too many devices.
    """
    account = store.account(tx, user_id)
    if account is None or account.deactivated_at is not None:
        message = "This account has been deactivated."
        raise UserDeactivatedError(message)
    now = tx.now_ms()
    if account.locked_until > now:
        raise UserLockedError(LOCKED, soft_logout=True)
    device_id = wish.device_id
    if device_id is None:
        device_id = DeviceId("".join(secrets.choice(string.ascii_uppercase) for _ in range(10)))
    if store.device(tx, user_id, device_id) is None:
        if store.device_count(tx, user_id) >= DEVICES_MAX:
            message = f"This account has {DEVICES_MAX} devices. Please log out of some."
            raise ForbiddenError(message)
        name = rules.check_display_name(wish.display_name)
        seen = LastSeen(now, wish.ip, wish.user_agent[:USER_AGENT_MAX])
        store.add_device(tx, user_id, device_id, name, seen)
        for hook in () if is_new_account else ON_DEVICE_ADDED:
            hook(tx, user_id, device_id)
    else:
        store.delete_device_tokens(tx, user_id, device_id)
        forget_after_commit(tx, user_id, device_id)
    pair = _new_pair(tx, user_id, device_id, refresh=wish.refresh)
    return LoggedIn(user_id=user_id, device_id=device_id, tokens=pair)


def _new_pair(
    tx: WriteTx,
    user_id: UserId,
    device_id: DeviceId,
    *,
    refresh: bool,
    previous_hash: bytes | None = None,
) -> TokenPair:
    access = tokens.new_token(tokens.ACCESS)
    access_hash = tokens.hash_token(access)
    if not refresh:
        store.add_token(tx, user_id, device_id, access_hash, None, previous_hash, None)
        return TokenPair(access_token=access)
    renewal = tokens.new_token(tokens.REFRESH)
    lifetime_ms = tx.settings.access_token_lifetime_ms
    store.add_token(
        tx,
        user_id,
        device_id,
        access_hash,
        tokens.hash_token(renewal),
        previous_hash,
        TimestampMs(tx.now_ms() + lifetime_ms),
    )
    return TokenPair(access_token=access, refresh_token=renewal, expires_in_ms=lifetime_ms)


def refresh(tx: WriteTx, refresh_token: str) -> TokenPair:
    """Give new tokens for a refresh token.

    The old pair keeps working until one of the new tokens is used, so a lost answer costs nothing: the client asks again.

    Raises:
        UnknownTokenError: the refresh token was never valid or is used up.
        UserLockedError: the account is locked.

    spec: client-server-api#refreshing-access-tokens
    """
    found = store.token_by_refresh(tx, tokens.hash_token(refresh_token))
    if found is None:
        message = "The refresh token is not valid."
        raise UnknownTokenError(message, soft_logout=True)
    access_hash, user_id, device_id, previous_hash, locked_until = found
    if locked_until > tx.now_ms():
        raise UserLockedError(LOCKED, soft_logout=True)
    if previous_hash is not None:
        # Using the new refresh token ends the old pair as well.
        retire_previous(tx, access_hash)
    sessions = tx.memory(Sessions)
    for unused in store.replacements(tx, user_id, device_id, access_hash):
        store.delete_token(tx, unused)
        tx.after_commit(lambda unused=unused: sessions.drop(unused))  # type: ignore[misc]
    return _new_pair(tx, user_id, device_id, refresh=True, previous_hash=access_hash)


def log_out(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """End a device's session. The device goes with it.

    spec: client-server-api#post_matrixclientv3logout
    """
    delete_device(tx, user_id, device_id)


def new_login_token(tx: WriteTx, user_id: UserId) -> tuple[str, int]:
    """Return a token that logs in one more device, once, and how many milliseconds it lives."""
    token = tokens.new_token(tokens.LOGIN)
    ends = tx.now_ms() + LOGIN_TOKEN_LIFETIME_MS
    store.add_short_token(tx, tokens.hash_token(token), "login", user_id, ends)
    return token, LOGIN_TOKEN_LIFETIME_MS


def log_in_by_token(tx: WriteTx, login_token: str, wish: DeviceWish) -> LoggedIn:
    """Log in with a token of `new_login_token`, which works once.

    Raises:
        ForbiddenError: the token is unknown, used or too old.
    """
    token_hash = tokens.hash_token(login_token)
    user_id = store.short_token(tx, token_hash, "login")
    if user_id is None:
        message = "The login token is not valid."
        raise ForbiddenError(message)
    store.delete_short_token(tx, token_hash)
    return log_in(tx, user_id, wish)

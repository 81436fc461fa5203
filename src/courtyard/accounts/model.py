"""The words of accounts: who somebody is, by which device, and the refusals on the way there."""

import msgspec

from courtyard.base.errors import CourtyardError, ForbiddenError
from courtyard.base.ids import DeviceId, TimestampMs, UserId


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking: an account, on one of its devices, by one access token."""

    user_id: UserId
    device_id: DeviceId
    is_admin: bool = False
    is_guest: bool = False
    """Always false: this server has no guests. Kept because the spec's answers name it."""
    token_id: str
    """Names the access token in logs; nobody can get in with it."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account as stored. `password_hash` is an Argon2id string, or None: no password works."""

    user_id: UserId
    password_hash: str | None
    created_at: TimestampMs
    is_admin: bool
    user_type: str | None
    deactivated_at: TimestampMs | None
    is_erased: bool
    locked_until: TimestampMs


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One device of an account, and when and from where it was last seen."""

    device_id: DeviceId
    display_name: str | None
    created_at: TimestampMs
    last_seen_ts: TimestampMs | None
    last_seen_ip: str | None
    last_seen_user_agent: str | None


class LastSeen(msgspec.Struct, frozen=True):
    """When, from which address and with which program a device was last seen."""

    at: TimestampMs
    ip: str
    user_agent: str


class StoredToken(msgspec.Struct, frozen=True, kw_only=True):
    """What an access token leads to. `expires_at` is None when it does not end by itself."""

    user_id: UserId
    device_id: DeviceId
    is_admin: bool
    locked_until: TimestampMs
    expires_at: TimestampMs | None
    previous_hash: bytes | None
    """The access token that this one replaced and whose refresh token still works."""


class TokenPair(msgspec.Struct, frozen=True, kw_only=True):
    """Fresh tokens, in clear: they are told once and never stored."""

    access_token: str
    refresh_token: str | None = None
    expires_in_ms: int | None = None


class MissingTokenError(CourtyardError):
    """The request names no access token.

    spec: client-server-api#using-access-tokens
    """

    code = "accounts.missing_token"


class UnknownTokenError(CourtyardError):
    """The access token was never valid, is logged out, or has expired (then with `soft_logout`).

    spec: client-server-api#using-access-tokens
    """

    code = "accounts.unknown_token"


class UserLockedError(CourtyardError):
    """The account is locked for its own security, until a stated time. Tokens stay valid.

    spec: client-server-api#account-locking
    """

    code = "accounts.user_locked"


class UserDeactivatedError(CourtyardError):
    """The account has been deactivated by its owner or the operator."""

    code = "accounts.user_deactivated"


class UserInUseError(CourtyardError):
    """The user id is taken, or was once: ids of former accounts are not given out again."""

    code = "accounts.user_in_use"


class InvalidUsernameError(CourtyardError):
    """The name cannot be the localpart of a user id."""

    code = "accounts.invalid_username"


class GuestsForbiddenError(CourtyardError):
    """This server has no guest accounts."""

    code = "accounts.guests_forbidden"


class WeakPasswordError(CourtyardError):
    """The password is empty or too short."""

    code = "accounts.weak_password"


class AuthRequiredError(CourtyardError):
    """User-interactive authentication has stages left; the extra members say which.

    spec: client-server-api#user-interactive-api-in-the-rest-api
    """

    code = "accounts.auth_required"


class ThreepidNotFoundError(CourtyardError):
    """No account here has this address: this server keeps no addresses."""

    code = "accounts.threepid_not_found"


class ThreepidDeniedError(CourtyardError):
    """Addresses of this kind cannot be added: this server keeps no addresses."""

    code = "accounts.threepid_denied"


class ThreepidAuthFailedError(CourtyardError):
    """The address has not been verified: this server verifies none."""

    code = "accounts.threepid_auth_failed"


class ThreepidMediumError(CourtyardError):
    """Addresses of this kind cannot be verified: this server sends neither mail nor texts."""

    code = "accounts.threepid_medium"


class AppserviceLoginUnsupportedError(CourtyardError):
    """Login by application services is not offered."""

    code = "accounts.appservice_login_unsupported"


class UnknownLoginTypeError(CourtyardError):
    """The login type is not one that this server offers."""

    code = "accounts.unknown_login_type"


class ProfileTooLargeError(CourtyardError):
    """The whole profile would be larger than 64 KiB of canonical JSON."""

    code = "accounts.profile_too_large"


class KeyTooLargeError(CourtyardError):
    """The name of a profile field is longer than 255 bytes."""

    code = "accounts.key_too_large"


class WrongPasswordError(ForbiddenError):
    """Name or password is wrong. It does not say which."""

"""Which names, passwords, devices and profiles are accepted. Pure functions."""

import re

from courtyard.accounts.model import (
    InvalidUsernameError,
    KeyTooLargeError,
    ProfileTooLargeError,
    WeakPasswordError,
)
from courtyard.base.errors import BadJsonError, InvalidParamError, TooLargeError
from courtyard.base.ids import (
    ID_BYTES_MAX,
    DeviceId,
    ServerName,
    UserId,
    domain,
    is_new_localpart,
    parse_device_id,
    parse_user_id,
)

PASSWORD_LENGTH_MIN = 6
"""Characters. Guessing is stopped by Argon2id and by the rate limits more than by this."""
PASSWORD_BYTES_MAX = 1024
DISPLAY_NAME_BYTES_MAX = 1024
"""Of a person or a device; a name longer than this is an attack."""
AVATAR_URL_BYTES_MAX = 1024
PROFILE_BYTES_MAX = 64 * 1024
"""Of a whole profile, as canonical JSON. spec: client-server-api#profiles"""
PROFILE_KEY_BYTES_MAX = 255

_PROFILE_KEY = re.compile(r"[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)+")
_PLAIN_KEYS = frozenset({"displayname", "avatar_url"})
_REGISTRATION_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_MXC = re.compile(r"mxc://[^/\s]+/[^/\s]+")


def new_user_id(username: str, server_name: ServerName) -> UserId:
    """Return the user id for a new account's name. Capital letters are folded.

    Raises:
        InvalidUsernameError: the name is empty, too long, or has a character that new ids cannot have.

    spec: appendices#user-identifiers
    """
    localpart = username.lower()
    user_id = f"@{localpart}:{server_name}"
    if not is_new_localpart(localpart) or len(user_id) > ID_BYTES_MAX:
        message = "A user name has only the characters a-z, 0-9, and . _ = - / +"
        raise InvalidUsernameError(message)
    return UserId(user_id)


def named_user(text: str, server_name: ServerName) -> UserId | None:
    """Return the local user id that somebody typed, whole or only its localpart; None if it cannot be one."""
    if not text.startswith("@"):
        text = f"@{text}:{server_name}"
    try:
        user_id = parse_user_id(text)
    except InvalidParamError:
        return None
    if domain(user_id) != server_name:
        return None
    return UserId(f"@{user_id[1:].partition(':')[0].lower()}:{server_name}")


def check_password(password: str) -> None:
    """Accept a new password.

    Raises:
        WeakPasswordError: too short.
        InvalidParamError: too long.
    """
    if len(password) < PASSWORD_LENGTH_MIN:
        message = f"A password has at least {PASSWORD_LENGTH_MIN} characters."
        raise WeakPasswordError(message, **{"org.courtyard.length_min": PASSWORD_LENGTH_MIN})
    if len(password.encode("utf-8", "replace")) > PASSWORD_BYTES_MAX:
        message = f"A password has at most {PASSWORD_BYTES_MAX} bytes."
        raise InvalidParamError(message)


def check_registration_token(token: str) -> None:
    """Accept a new registration token.

    Raises:
        InvalidParamError: it is not 1 to 64 characters from A-Z a-z 0-9 . _ ~ -

    spec: client-server-api#token-authenticated-registration
    """
    if not _REGISTRATION_TOKEN.fullmatch(token):
        message = "A registration token has 1 to 64 of the characters A-Z a-z 0-9 . _ ~ -"
        raise InvalidParamError(message)


def check_device_id(device_id: str) -> DeviceId:
    """Accept a device id that a client chose."""
    return parse_device_id(device_id)


def check_display_name(name: str | None) -> str | None:
    """Accept the display name of a device.

    Raises:
        TooLargeError: it is longer than `DISPLAY_NAME_BYTES_MAX`.
    """
    if name is not None and len(name.encode("utf-8", "replace")) > DISPLAY_NAME_BYTES_MAX:
        message = f"A display name has at most {DISPLAY_NAME_BYTES_MAX} bytes."
        raise TooLargeError(message)
    return name


def check_profile_key(key: str) -> None:
    """Accept the name of a profile field.

    Raises:
        KeyTooLargeError: it is longer than 255 bytes.
        InvalidParamError: it is neither a known field nor a namespaced identifier.

    spec: client-server-api#put_matrixclientv3profileuseridkeyname
    """
    if len(key.encode("utf-8", "replace")) > PROFILE_KEY_BYTES_MAX:
        message = f"The name of a profile field has at most {PROFILE_KEY_BYTES_MAX} bytes."
        raise KeyTooLargeError(message)
    if key not in _PLAIN_KEYS and not _PROFILE_KEY.fullmatch(key):
        message = (
            "The name of a profile field is displayname, avatar_url or like com.example.field."
        )
        raise InvalidParamError(message)


def check_profile_value(key: str, value: object) -> None:
    """Accept the value of a profile field, whose type is fixed for the known fields.

    Raises:
        BadJsonError: a known field is not a string.
        InvalidParamError: the avatar is no `mxc://` address.
        ProfileTooLargeError: the name or address is too long.
    """
    if key not in {"displayname", "avatar_url", "m.tz"}:
        return
    if not isinstance(value, str):
        message = f"{key} is a string."
        raise BadJsonError(message)
    longest = AVATAR_URL_BYTES_MAX if key == "avatar_url" else DISPLAY_NAME_BYTES_MAX
    if len(value.encode("utf-8", "replace")) > longest:
        message = f"{key} has at most {longest} bytes."
        raise ProfileTooLargeError(message)
    if key == "avatar_url" and value and not _MXC.fullmatch(value):
        message = "An avatar is an mxc:// address."
        raise InvalidParamError(message)


def check_profile_size(size_bytes: int) -> None:
    """Accept the size of a whole profile.

    Raises:
        ProfileTooLargeError: it is over 64 KiB.
    """
    if size_bytes > PROFILE_BYTES_MAX:
        message = "The whole profile would be larger than 64 KiB."
        raise ProfileTooLargeError(message)

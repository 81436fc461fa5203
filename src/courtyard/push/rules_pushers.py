"""What makes a pusher.

spec: client-server-api#post_matrixclientv3pushersset
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET

from courtyard.base.errors import InvalidParamError, MissingParamError
from courtyard.push.model import Pusher

PUSHKEY_BYTES_MAX: Final = 512
APP_ID_LENGTH_MAX: Final = 64
NAME_LENGTH_MAX: Final = 255
DATA_BYTES_MAX: Final = 8192
GATEWAY_PATH: Final = "/_matrix/push/v1/notify"

_REQUIRED: Final = ("app_display_name", "device_display_name", "lang", "data")


class PusherKey(msgspec.Struct, frozen=True):
    """What tells the pushers of one user apart."""

    app_id: str
    pushkey: str


def parse_key(body: Mapping[str, object]) -> PusherKey:
    """Accept what names a pusher.

    Raises:
        MissingParamError, InvalidParamError: as the names say.
    """
    missing = [name for name in ("app_id", "pushkey") if body.get(name) is None]
    if "kind" not in body:
        missing.insert(0, "kind")
    if missing:
        raise MissingParamError(f"Missing parameters: {', '.join(missing)}")
    app_id, pushkey = body["app_id"], body["pushkey"]
    if not isinstance(app_id, str) or len(app_id) > APP_ID_LENGTH_MAX:
        raise InvalidParamError(
            f"app_id must be a string of at most {APP_ID_LENGTH_MAX} characters."
        )
    if not isinstance(pushkey, str) or len(pushkey.encode("utf-8", "replace")) > PUSHKEY_BYTES_MAX:
        raise InvalidParamError(f"pushkey must be a string of at most {PUSHKEY_BYTES_MAX} bytes.")
    return PusherKey(app_id, pushkey)


def parse_pusher(body: Mapping[str, object]) -> Pusher | None:
    """Accept a pusher; None means that the one with this key is to be deleted.

    Raises:
        MissingParamError: a member that its kind requires is absent.
        InvalidParamError: a member is of the wrong shape, too long, or the gateway is not HTTPS.
    """
    key = parse_key(body)
    kind = body["kind"]
    if kind is None:
        return None
    if kind != "http":
        raise InvalidParamError("This server delivers to pushers of the kind http only.")
    missing = [name for name in _REQUIRED if body.get(name) is None]
    if missing:
        raise MissingParamError(f"Missing parameters: {', '.join(missing)}")
    data = body["data"]
    if not isinstance(data, dict):
        raise InvalidParamError("data must be an object.")
    if "url" not in data:
        raise MissingParamError("Missing parameters: data.url")
    if not is_gateway(data["url"]):
        raise InvalidParamError(f"data.url must be https://…{GATEWAY_PATH}")
    if "format" in data and not isinstance(data["format"], str):
        raise InvalidParamError("data.format must be a string.")
    if _encoded_length(data) > DATA_BYTES_MAX:
        raise InvalidParamError(f"data is at most {DATA_BYTES_MAX} bytes long.")
    tag = body.get("profile_tag")
    return Pusher(
        pushkey=key.pushkey,
        kind=kind,
        app_id=key.app_id,
        app_display_name=_name(body, "app_display_name"),
        device_display_name=_name(body, "device_display_name"),
        profile_tag=UNSET if tag is None else _name(body, "profile_tag"),
        lang=_name(body, "lang"),
        data=data,
    )


def parse_append(body: Mapping[str, object]) -> bool:
    """Accept whether pushers of others with the same key may stay.

    Raises:
        InvalidParamError: it is no boolean.
    """
    append = body.get("append", False)
    if not isinstance(append, bool):
        raise InvalidParamError("append must be true or false.")
    return append


def is_gateway(url: object) -> bool:
    """Tell whether a URL can be a push gateway's: HTTPS, with the one path that gateways have."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and has_host
        and parts.path == GATEWAY_PATH
        and not parts.query
        and not parts.fragment
    )


def _name(body: Mapping[str, object], member: str) -> str:
    value = body[member]
    if not isinstance(value, str) or len(value) > NAME_LENGTH_MAX:
        raise InvalidParamError(
            f"{member} must be a string of at most {NAME_LENGTH_MAX} characters."
        )
    return value


def _encoded_length(value: object) -> int:
    try:
        return len(msgspec.json.encode(value))
    except (UnicodeEncodeError, RecursionError) as error:
        raise InvalidParamError("data cannot be stored.") from error

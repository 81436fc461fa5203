"""Typed identifiers and their grammar.

spec: appendices#identifier-grammar
"""

import re
from typing import NewType

from courtyard.base.errors import InvalidParamError

UserId = NewType("UserId", str)
RoomId = NewType("RoomId", str)
EventId = NewType("EventId", str)
DeviceId = NewType("DeviceId", str)
RoomAlias = NewType("RoomAlias", str)
ServerName = NewType("ServerName", str)
StreamPos = NewType("StreamPos", int)
"""A place in the one global stream of changes: larger is later."""
TimestampMs = NewType("TimestampMs", int)
"""Unix milliseconds, UTC."""

ID_BYTES_MAX = 255
"""No identifier is longer than this many bytes, sigil and domain included."""

_SERVER_NAME = r"(?:\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z.-]{1,230})(?::[0-9]{1,5})?"
_SERVER_NAME_RE = re.compile(_SERVER_NAME)
# The historical grammar: what we accept from others. What we give out is narrower.
_USER_ID_RE = re.compile(rf"@[^:\x00]*:{_SERVER_NAME}")
_NEW_LOCALPART_RE = re.compile(r"[a-z0-9._=/+-]+")
_ROOM_ALIAS_RE = re.compile(rf"#[^:\x00]+:{_SERVER_NAME}")
_OPAQUE_RE = re.compile(r"[^\x00]+")
_ROOM_ID_RE = re.compile(r"![^\x00]+")
_EVENT_ID_RE = re.compile(r"\$[^\x00]+")


def _parse(pattern: re.Pattern[str], text: str, what: str) -> str:
    if len(text.encode("utf-8", "replace")) > ID_BYTES_MAX or not pattern.fullmatch(text):
        message = f"Not a valid {what}."
        raise InvalidParamError(message)
    return text


def parse_server_name(text: str) -> ServerName:
    """Accept a host name or address with an optional port."""
    return ServerName(_parse(_SERVER_NAME_RE, text, "server name"))


def parse_user_id(text: str) -> UserId:
    """Accept any user id that the historical grammar allows."""
    return UserId(_parse(_USER_ID_RE, text, "user ID"))


def parse_room_id(text: str) -> RoomId:
    """Accept a room id with a domain (to version 11) or without (from version 12)."""
    return RoomId(_parse(_ROOM_ID_RE, text, "room ID"))


def parse_event_id(text: str) -> EventId:
    """Accept an event id."""
    return EventId(_parse(_EVENT_ID_RE, text, "event ID"))


def parse_room_alias(text: str) -> RoomAlias:
    """Accept a room alias, `#name:server`."""
    return RoomAlias(_parse(_ROOM_ALIAS_RE, text, "room alias"))


def parse_device_id(text: str) -> DeviceId:
    """Accept any non-empty opaque device id."""
    return DeviceId(_parse(_OPAQUE_RE, text, "device ID"))


def is_new_localpart(text: str) -> bool:
    """Tell whether a localpart may be given out to a new account.

    spec: appendices#user-identifiers
    """
    return bool(_NEW_LOCALPART_RE.fullmatch(text)) and len(text) <= ID_BYTES_MAX


def localpart(identifier: str) -> str:
    """Return what stands between the sigil and the first colon."""
    return identifier[1:].partition(":")[0]


def domain(identifier: str) -> str:
    """Return what follows the first colon; empty when there is none."""
    return identifier.partition(":")[2]

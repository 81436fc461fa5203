"""An event as the log keeps it: encoded once, never decoded on its way out."""

from typing import Any, NamedTuple

import msgspec


class StoredEvent(NamedTuple):
    """One row of the log. `json` is the client's form without `room_id` and `unsigned`."""

    position: int
    room_no: int
    event_id: str
    type: str
    state_key: str | None
    sender: str
    origin_server_ts: int
    depth: int
    json: bytes
    txn: str | None
    replaces: int | None
    redacted_by: str | None
    thread: str | None
    notify: int
    ordinal: int


class _OnlyContent(msgspec.Struct):
    content: dict[str, Any]


_CONTENT = msgspec.json.Decoder(_OnlyContent)


def content_of(json: bytes) -> dict[str, object]:
    """Return the content of an event in its stored form; nothing else is decoded."""
    return _CONTENT.decode(json).content

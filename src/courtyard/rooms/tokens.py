"""The tokens that clients page and sync with: a place in the stream, opaque to them.

`s<position>` means: after everything up to that position. `/sync` adds `_<serial>` for what is only in memory
(typing, presence); paging ignores it.
"""

import re
from typing import NamedTuple

from courtyard.base.ids import StreamPos
from courtyard.rooms.errors import UnknownPositionError

_TOKEN = re.compile(r"s([0-9]{1,18})(?:_([0-9]{1,18}))?")


class Token(NamedTuple):
    """A decoded token."""

    position: StreamPos
    serial: int = 0


def parse_token(text: str) -> Token:
    """Decode a token.

    Raises:
        UnknownPositionError: this server never gave it out.
    """
    match = _TOKEN.fullmatch(text)
    if match is None:
        message = "That token is not one of this server's."
        raise UnknownPositionError(message)
    return Token(StreamPos(int(match[1])), int(match[2] or 0))


def make_token(position: int, serial: int = 0) -> str:
    """Encode a token."""
    return f"s{position}_{serial}" if serial else f"s{position}"

"""People as a vCard that other programs read (RFC 6350). Pure.

What people call themselves is their own text, so it is escaped: no name may begin a line or a property of its own.
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from courtyard.base.ids import UserId

_LINE_BYTES_MAX: Final = 75


def vcards(people: Iterable[tuple[UserId, str | None]]) -> bytes:
    """Return one vCard 4.0 for each person.

    Args:
        people: user id and display name.

    Source: RFC 6350; the addresses are Matrix URIs.

    spec: appendices#matrix-uri-scheme
    """
    lines: list[str] = []
    for user_id, name in people:
        uri = matrix_uri(user_id)
        lines += [
            "BEGIN:VCARD",
            "VERSION:4.0",
            f"UID:{uri}",
            f"FN:{escape(name or user_id)}",
            f"IMPP:{uri}",
            "END:VCARD",
        ]
    return "".join(f"{fold(line)}\r\n" for line in lines).encode()


def matrix_uri(user_id: UserId) -> str:
    """Return the `matrix:` address of a user. All that is not plain is percent-encoded.

    spec: appendices#matrix-uri-scheme
    """
    # A server name may have a colon, which a URI lets stand; brackets of IPv6 addresses do not matter to readers.
    return f"matrix:u/{quote(user_id[1:].encode('utf-8', 'replace'), safe=':-._~')}"


def escape(text: str) -> str:
    """Return a text as a vCard's value: one line, with nothing in it that means something there."""
    for old, new in (("\\", "\\\\"), (",", "\\,"), (";", "\\;")):
        text = text.replace(old, new)
    shown = "\\n".join(text.splitlines())
    # Half of a surrogate pair has no UTF-8.
    shown = shown.encode("utf-8", "replace").decode()
    return "".join(mark for mark in shown if mark.isprintable())


def fold(line: str) -> str:
    """Return a line in pieces of at most 75 bytes, none of which cuts a character (RFC 6350, 3.2)."""
    pieces, piece, size = [], "", 0
    for mark in line:
        width = len(mark.encode())
        # A piece that continues a line begins with a space, which counts.
        if size + width > _LINE_BYTES_MAX:
            pieces.append(piece)
            piece, size = "", 1
        piece += mark
        size += width
    return "\r\n ".join([*pieces, piece])

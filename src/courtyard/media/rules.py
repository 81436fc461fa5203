"""Ids, names and headers of files: decisions without a database.

spec: client-server-api#content-repository
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from courtyard.base.errors import InvalidParamError, NotFoundError
from courtyard.base.ids import ServerName
from courtyard.media.model import MediaId

MEDIA_ID_LENGTH_MAX: Final = 128
FILENAME_LENGTH_MAX: Final = 255
CONTENT_TYPE_LENGTH_MAX: Final = 255
URIS_MAX: Final = 256
"""Links of one event at the most. An event of 65,536 bytes rarely holds more, and the rest is just not linked."""

OPAQUE: Final = "application/octet-stream"

CONTENT_SECURITY_POLICY: Final = (
    "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; "
    "style-src 'unsafe-inline'; object-src 'self';"
)

INLINE: Final = frozenset(
    (
        "text/css",
        "text/plain",
        "text/csv",
        "application/json",
        "application/ld+json",
        "image/jpeg",
        "image/gif",
        "image/png",
        "image/apng",
        "image/webp",
        "image/avif",
        "video/mp4",
        "video/webm",
        "video/ogg",
        "video/quicktime",
        "audio/mp4",
        "audio/webm",
        "audio/aac",
        "audio/mpeg",
        "audio/ogg",
        "audio/wave",
        "audio/wav",
        "audio/x-wav",
        "audio/x-pn-wav",
        "audio/flac",
        "audio/x-flac",
    )
)
"""What a browser may show in place. spec: client-server-api#serving-inline-content"""

_MEDIA_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{MEDIA_ID_LENGTH_MAX}}}")
_TOKEN = r"[A-Za-z0-9!#$&^_.+*'`|~-]+"  # noqa: S105  # RFC 9110's word
_CONTENT_TYPE = re.compile(
    rf'({_TOKEN}/{_TOKEN})(?:[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|"[\x20\x21\x23-\x5b\x5d-\x7e]*"))*'
)
# JSON of events is written without escaping the slash, so the URIs stand in it as they are.
_URI_IN_JSON = re.compile(rb"mxc://([0-9A-Za-z.:\[\]-]{1,255})/([A-Za-z0-9_-]+)")
# Control characters, and those that turn the direction of text around: "gpj.exe" must not look like "exe.jpg".
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_SEPARATORS = re.compile(r"[/\\]")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def parse_media_id(text: str) -> MediaId:
    """Accept the characters that a media id may have.

    Raises:
        NotFoundError: it has others, so there is no such item.

    spec: client-server-api#matrix-content-mxc-uris
    """
    if not _MEDIA_ID.fullmatch(text):
        message = "There is no such file."
        raise NotFoundError(message)
    return MediaId(text)


def is_opaque(content_type: str) -> bool:
    """Tell whether a file says nothing of its content, as an encrypted one must."""
    return essence(content_type) == OPAQUE


def essence(content_type: str) -> str:
    """Return a type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def clean_content_type(header: str | None) -> str:
    """Return the type to keep for an upload: as sent if it has the grammar of one, otherwise the opaque type.

    spec: client-server-api#post_matrixmediav3upload
    """
    if header is None:
        return OPAQUE
    header = header.strip()
    if len(header) > CONTENT_TYPE_LENGTH_MAX or not _CONTENT_TYPE.fullmatch(header):
        return OPAQUE
    return header


def clean_filename(name: str | None) -> str | None:
    """Return the file name to keep: without characters that nobody sees or that lead into folders."""
    if name is None:
        return None
    name = _SEPARATORS.sub("_", _UNSEEN.sub("", name)).strip()
    if name in {"", ".", ".."}:
        return None
    if len(name) > FILENAME_LENGTH_MAX:
        # The ending tells what the file is, so it stays.
        stem, dot, ending = name.rpartition(".")
        if dot and len(ending) <= 16:
            return f"{stem[: FILENAME_LENGTH_MAX - len(ending) - 1]}.{ending}"
        return name[:FILENAME_LENGTH_MAX]
    return name


def disposition(content_type: str, filename: str | None) -> str:
    """Return the Content-Disposition: `inline` only for types that run nothing.

    A name beyond plain ASCII goes into `filename*` (RFC 6266), next to a plain stand-in for old programs.

    spec: client-server-api#serving-inline-content
    """
    kind = "inline" if essence(content_type) in INLINE else "attachment"
    return kind + _filename_part(filename)


def thumbnail_disposition(content_type: str) -> str:
    """Return the Content-Disposition of a thumbnail.

    spec: client-server-api#get_matrixclientv1mediathumbnailservernamemediaid
    """
    ending = essence(content_type).rpartition("/")[2].replace("jpeg", "jpg")
    return f'inline; filename="thumbnail.{ending}"'


def _filename_part(filename: str | None) -> str:
    if filename is None:
        return ""
    if filename.isascii():
        escaped = filename.replace("\\", "\\\\").replace('"', '\\"')
        return f'; filename="{escaped}"'
    return f"; filename*=utf-8''{quote(filename, safe='')}"


def local_media_ids(json: bytes, server_name: ServerName) -> tuple[MediaId, ...]:
    """Return which of this server's items an event names anywhere: pictures, avatars, thumbnails, inline emoji.

    Args:
        json: the event as the server writes it. Its size bounds the work; `URIS_MAX` bounds the answer.
    """
    ours = server_name.encode()
    found = dict.fromkeys(
        match[1]
        for match in _URI_IN_JSON.findall(json)
        if match[0] == ours and len(match[1]) <= MEDIA_ID_LENGTH_MAX
    )
    return tuple([MediaId(media_id.decode()) for media_id in found][:URIS_MAX])


def parse_range(header: str | None, size_bytes: int) -> tuple[int, int] | None:
    """Return the bytes asked for, as start and end (exclusive); None: all of them.

    Anything but one plain range is answered with the whole file, as RFC 9110 allows.

    Raises:
        InvalidParamError: the range lies behind the end of the file.
    """
    match = _RANGE.fullmatch(header) if header else None
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size_bytes - int(last)), size_bytes
    else:
        start, end = int(first), min(size_bytes, int(last) + 1) if last else size_bytes
        if last and int(last) < start:
            return None
    if start >= end:
        message = "The range lies behind the end of the file."
        raise InvalidParamError(message)
    return start, end


def matches(if_none_match: str | None, etag: str) -> bool:
    """Tell whether a client has the file already (RFC 9110, If-None-Match)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or any(
        part.strip().removeprefix("W/") == etag for part in _parts(if_none_match)
    )


def _parts(header: str) -> Iterable[str]:
    return header.split(",", 64)

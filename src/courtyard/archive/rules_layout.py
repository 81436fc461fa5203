"""What an archive looks like: names, texts, the manifest, how much fits into a part. Pure.

A name in an archive must be good on every file system: plain lower-case ASCII, short, never reserved, and two ids that differ only
in the case of a letter get two names.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from courtyard.archive.model import FileEntry, Manifest
from courtyard.base.ids import RoomId, TimestampMs

MANIFEST: Final = "manifest.json"
MEDIA_INDEX: Final = "media.ndjson"
PATH_BYTES_MAX: Final = 200
PART_BYTES_MIN: Final = 64 * 1024
"""The smallest limit of a part that can be set."""

_SLUG: Final = re.compile(r"[^a-z0-9]+")
_SLUG_LENGTH_MAX: Final = 24
_NAME: Final = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,98}[a-z0-9_-])?", re.IGNORECASE)
# Names that Windows keeps for devices, with any ending.
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_MXC: Final = re.compile(rb"mxc://([0-9A-Za-z.:\[\]-]{1,255})/([A-Za-z0-9_-]{1,255})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS: Final = 253_402_300_799_999
"""The last millisecond that has a date of four digits."""

_ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/svg+xml": "svg",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "text/plain": "txt",
    "text/csv": "csv",
}

# What a file costs in a zip besides its bytes: both headers, the data descriptor, all of them in the large form.
_ZIP_DIRECTORY_BYTES: Final = 46 + 28
_ZIP_FILE_BYTES: Final = 30 + 20 + 24 + _ZIP_DIRECTORY_BYTES
_ZIP_END_BYTES: Final = 22 + 20 + 56

Json = dict[str, object]

_encode = msgspec.json.Encoder(order="sorted").encode


# --- names ------------------------------------------------------------------------------------


def room_folder(room_id: RoomId) -> str:
    """Return the folder of a room: a little of its id for people, and a hash that tells it from all others."""
    slug = _SLUG.sub("", room_id.lower())[:_SLUG_LENGTH_MAX] or "room"
    digest = hashlib.sha256(room_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"rooms/{slug}-{digest[:32]}"


def events_path(folder: str, number: int) -> str:
    """Return the name of a room's events: `events.ndjson`, then `events-2.ndjson` and so on."""
    return f"{folder}/events.ndjson" if number == 1 else f"{folder}/events-{number}.ndjson"


def media_path(sha256: str, content_type: str) -> str:
    """Return the name of a file's bytes. A type that is not known well gets `bin`: a name must not start a program."""
    essence = content_type.partition(";")[0].strip().lower()
    return f"media/{sha256}.{_ENDINGS.get(essence, 'bin')}"


def is_safe_path(path: str) -> bool:
    """Tell whether a name can be unpacked anywhere, and stays inside the folder it is unpacked to."""
    names = path.split("/")
    return (
        len(path) <= PATH_BYTES_MAX
        and len(names) <= 8
        and all(_NAME.fullmatch(name) and not _RESERVED.fullmatch(name) for name in names)
    )


# --- texts ------------------------------------------------------------------------------------


def rfc3339(ms: TimestampMs | int) -> str:
    """Return a time in Unix milliseconds as RFC 3339, UTC. What has no date of four digits gets the nearest."""
    moment = _EPOCH + timedelta(milliseconds=min(max(ms, 0), _LAST_MS))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def json_text(value: object) -> bytes:
    """Return JSON for people and programs: keys in order, indented, one line feed at the end."""
    return msgspec.json.format(_encode(value), indent=2) + b"\n"


def json_line(value: object) -> bytes:
    """Return one line of NDJSON, keys in order."""
    return _encode(value) + b"\n"


def has_references(path: str) -> bool:
    """Tell whether `mxc://` addresses in a file count as references: in JSON, but for the index and the manifest."""
    return path.endswith((".json", ".ndjson")) and path not in (MANIFEST, MEDIA_INDEX)


def references(body: bytes) -> list[tuple[str, str]]:
    """Return server name and media id of every `mxc://` address in some JSON, as often as it stands there."""
    return [(server.decode(), media_id.decode()) for server, media_id in _MXC.findall(body)]


# --- the manifest -----------------------------------------------------------------------------


def signed_bytes(manifest: Manifest) -> bytes:
    """Return what the signatures of a manifest are made over: its canonical JSON without them.

    It holds nothing but strings, whole numbers, lists and objects, so sorted keys make it canonical.

    spec: appendices#signing-json
    """
    bare: Json = {
        name: getattr(manifest, name) for name in Manifest.__struct_fields__ if name != "signatures"
    }
    return _encode(bare)


def manifest_text(manifest: Manifest) -> bytes:
    """Return the file `manifest.json`."""
    return _encode(manifest) + b"\n"


def sorted_files(entries: Iterable[FileEntry]) -> list[FileEntry]:
    """Return files in the order of the manifest."""
    return sorted(entries, key=lambda entry: entry.path)


# --- parts ------------------------------------------------------------------------------------


def zip_bytes_max(path: str, size_bytes: int, *, is_packed: bool) -> int:
    """Return how much a file can add to a zip at the most. Packing makes what cannot be packed a little larger."""
    packing = size_bytes // 1000 + 64 if is_packed else 0
    return size_bytes + packing + _ZIP_FILE_BYTES + 2 * len(path)


def directory_bytes(path: str) -> int:
    """Return how much a file takes of the directory that ends a zip."""
    return _ZIP_DIRECTORY_BYTES + len(path)


def fits(used_bytes: int, more_bytes: int, limit_bytes: int) -> bool:
    """Tell whether a file can still go into a part.

    Args:
        used_bytes: what is written of the part, and what its directory will take. One that is empty takes every file, however
            large.
        more_bytes: what `zip_bytes_max` says of the file.
    """
    return used_bytes == 0 or used_bytes + more_bytes + _ZIP_END_BYTES <= limit_bytes


def events_bytes_max(part_bytes_max: int) -> int:
    """Return how large a file of events may grow: a small part of a part, so that parts are filled well."""
    return min(64 * 1024 * 1024, max(part_bytes_max // 8, PART_BYTES_MIN // 8))

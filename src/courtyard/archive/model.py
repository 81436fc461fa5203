"""The words of archives.

An *export* is one account's wish for its archive and how far it has come. An *archive* is what comes of it: folders and files, in
one or more zip files, the *parts*. The *manifest* names every file with its size and hash, and is signed. A *section* is what one feature
puts in.
"""

from enum import Enum
from typing import Final

import msgspec

from courtyard.base.ids import DeviceId, StreamPos, TimestampMs, UserId
from courtyard.transparency.model import LogName

FORMAT: Final = "courtyard-archive/1"


class State(Enum):
    """How far an export has come. The last three are worked out from facts and the clock."""

    REQUESTED = "requested"
    BUILDING = "building"
    READY = "ready"
    DOWNLOADED = "downloaded"
    """Each part has been fetched to its end. It can still be fetched until it expires."""
    EXPIRED = "expired"


class Step(Enum):
    """What happens to an export."""

    BEGIN = "begin"
    FINISH = "finish"
    FAIL = "fail"


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """One account's export as stored."""

    export_id: str
    user_id: UserId
    device_id: DeviceId | None
    """The device that gave the password while the account was locked."""
    requested_at: TimestampMs
    state: State
    """As stored: requested, building or ready."""
    attempts: int
    """How often a build has failed."""
    retry_at: TimestampMs
    position: StreamPos | None
    """The place in the stream up to which the archive reaches."""
    snapshot_at: TimestampMs | None
    ready_at: TimestampMs | None
    expires_at: TimestampMs | None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One zip file of an archive."""

    n: int
    key: str
    """Where it lies among the archives' blobs."""
    sha256: str
    size_bytes: int
    is_downloaded: bool = False


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What one build is about."""

    export_id: str
    user_id: UserId
    position: StreamPos
    at: TimestampMs
    log: LogName | None


class FileEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One file of an archive, as the manifest names it."""

    path: str
    part: int
    """The number of the zip file that it is in."""
    sha256: str
    size_bytes: int


class Ranges(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive reaches over. Times are RFC 3339, UTC."""

    until: str
    position: int
    rooms: int
    events: int
    ignored_events: int
    """Events that were left out because the account ignores who sent them."""
    first_event: str | None
    last_event: str | None
    unkept_references: int
    """Mentions of `mxc://` addresses of which this server had no file when they were read."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive says about itself. Signed as Matrix signs JSON.

    spec: appendices#signing-json
    """

    format: str
    account: UserId
    server_name: str
    created: str
    ranges: Ranges
    files: list[FileEntry]
    verify_keys: dict[str, str]
    """Key id → public key, in unpadded base64."""
    log: LogName | None = None
    """The public log in which decisions stand: who keeps an archive can check its proofs without the server."""
    signatures: dict[str, dict[str, str]] = {}
    """Server name → key id → signature."""


class MediaLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of `media.ndjson`: what an `mxc://` address stands for."""

    mxc: str
    file: str | None = None
    reason: str | None = None
    """Why there is no file."""
    sha256: str | None = None
    size_bytes: int | None = None
    content_type: str | None = None
    filename: str | None = None
    is_mine: bool = False
    """Whether this account uploaded it."""
    is_damaged: bool = False
    """Whether the bytes had changed on the server's disk before the archive was made."""

"""Is an archive whole and unchanged? Works without a server, on zip files or on the folder that they were unpacked to.

What it reads may come from anybody: nothing is unpacked to the disk, and no more is read of a file than the manifest says it has.
"""

import hashlib
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final, Self

import msgspec
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from courtyard.archive import rules_layout as layout
from courtyard.archive.model import FORMAT, FileEntry, Manifest, MediaLine
from courtyard.base import canonical_json
from courtyard.base.errors import BadJsonError
from courtyard.e2ee.signing import decode_base64

MANIFEST_BYTES_MAX: Final = 1024 * 1024 * 1024
READ_BYTES: Final = 1024 * 1024
SHOWN_MAX: Final = 1_000
"""Faults that are listed at the most."""

_OF_FILE_MANAGERS: Final = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))
"""What looking at a folder leaves in it."""

# All that Python's zip reader says of a file that is no zip, or no whole one.
_UNREADABLE: Final = (
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    EOFError,
    ValueError,
    OverflowError,
    struct.error,
)

Open = Callable[[], IO[bytes]]


class Report(msgspec.Struct, kw_only=True):
    """What was found."""

    faults: list[str] = []
    manifest: Manifest | None = None
    signed_by: str | None = None
    """`KEY_ID=PUBLIC_KEY` of the key whose signature is right."""
    files: int = 0
    size_bytes: int = 0
    not_kept: int = 0
    """Files that messages mention and that the server did not have any more when the archive was made."""

    def fault(self, sentence: str) -> None:
        """Note that something is wrong."""
        if len(self.faults) < SHOWN_MAX:
            self.faults.append(sentence)


def verify(paths: Sequence[Path], key: str | None = None) -> Report:
    """Check an archive.

    Args:
        paths: its zip files, or folders that hold what was in them.
        key: `KEY_ID=PUBLIC_KEY` that must have signed it, as the server told; None: any key that the manifest names itself,
            which shows that nothing was changed and not who made it.
    """
    report = Report()
    with _Sources(report) as sources:
        for path in paths:
            sources.add(path)
        _check(sources, report, key)
    return report


class _Sources:
    """The files of an archive, wherever they lie."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._zips: list[zipfile.ZipFile] = []
        self.files: dict[str, Open] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for opened in self._zips:
            opened.close()

    def add(self, path: Path) -> None:
        """Take in a zip file or a folder."""
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if (file.is_file() or file.is_symlink()) and file.name not in _OF_FILE_MANAGERS:
                    self._add_file(path, file)
            return
        try:
            opened = zipfile.ZipFile(path)
        except _UNREADABLE as error:
            self._report.fault(f"{path} cannot be read as a zip file: {error}")
            return
        self._zips.append(opened)
        for info in opened.infolist():
            self._put(info.filename, lambda info=info, of=opened: of.open(info))  # type: ignore[misc]

    def _add_file(self, folder: Path, file: Path) -> None:
        name = file.relative_to(folder).as_posix()
        if file.is_symlink():
            self._report.fault(f"{name} is a link and no file.")
            return
        self._put(name, lambda: file.open("rb"))

    def _put(self, name: str, opener: Open) -> None:
        if not layout.is_safe_path(name):
            self._report.fault(f"{name!r} is not a name that an archive has.")
        elif name in self.files:
            self._report.fault(f"{name} is there twice.")
        else:
            self.files[name] = opener


def _check(sources: _Sources, report: Report, key: str | None) -> None:
    manifest = _manifest(sources, report, key)
    if manifest is None:
        return
    report.manifest = manifest
    listed = {entry.path: entry for entry in manifest.files}
    if len(listed) != len(manifest.files):
        report.fault("The manifest names a file twice.")
    for name in sorted(sources.files.keys() - listed.keys() - {layout.MANIFEST}):
        report.fault(f"{name} is not in the manifest.")
    _tell_missing_parts(sources, manifest.files, report)
    media = _media(sources, listed, report)
    unkept = events = 0
    for entry in manifest.files:
        opener = sources.files.get(entry.path)
        if opener is None:
            continue
        scan = _Scan(entry, media)
        fault = _hash(opener, entry, scan)
        if fault is not None:
            report.fault(fault)
            continue
        report.files += 1
        report.size_bytes += entry.size_bytes
        unkept += scan.unknown
        events += scan.events
    _check_counts(manifest, report, unkept=unkept, events=events)


def _check_counts(manifest: Manifest, report: Report, *, unkept: int, events: int) -> None:
    if report.faults:
        # What is missing was told already; counting what is left would only repeat it.
        return
    ranges = manifest.ranges
    if unkept > ranges.unkept_references:
        report.fault(
            f"{unkept} mentions of files lead nowhere; the manifest says"
            f" {ranges.unkept_references}."
        )
    if events != ranges.events:
        report.fault(f"There are {events} events; the manifest says {ranges.events}.")


# --- the manifest -----------------------------------------------------------------------------


def _manifest(sources: _Sources, report: Report, key: str | None) -> Manifest | None:
    opener = sources.files.get(layout.MANIFEST)
    if opener is None:
        report.fault(f"There is no {layout.MANIFEST}: it is in the last part. Name all parts.")
        return None
    try:
        with opener() as file:
            body = file.read(MANIFEST_BYTES_MAX)
        raw = msgspec.json.decode(body, type=dict[str, object])
        # What the file says before anything else, so that a later format is told from a broken file.
        if raw.get("format") != FORMAT:
            report.fault(f"The format is {raw.get('format')!r}; this program knows {FORMAT!r}.")
            return None
        manifest = msgspec.convert(raw, Manifest)
    except (*_UNREADABLE, msgspec.MsgspecError) as error:
        report.fault(f"{layout.MANIFEST} cannot be read: {error}")
        return None
    _check_signature(raw, manifest, report, key)
    return manifest


def _check_signature(
    raw: dict[str, object], manifest: Manifest, report: Report, key: str | None
) -> None:
    """Hold the signatures against the manifest as it stands there, also what this program does not know of it."""
    bare = {k: v for k, v in raw.items() if k not in ("signatures", "unsigned")}
    try:
        message = canonical_json.encode(bare)
    except BadJsonError as error:
        report.fault(f"The manifest cannot have been signed: {error.message}")
        return
    right = [
        f"{key_id}={public_key}"
        for key_id, public_key in manifest.verify_keys.items()
        if _verifies(
            message, public_key, manifest.signatures.get(manifest.server_name, {}).get(key_id)
        )
    ]
    if not right:
        report.fault("The signature of the manifest is wrong: the manifest was changed.")
    elif key is not None and key not in right:
        report.fault(f"The manifest is signed by {right[0]}, and not by {key}.")
    else:
        report.signed_by = key or right[0]


def _verifies(message: bytes, public_key: str, signature: str | None) -> bool:
    public, raw = decode_base64(public_key), decode_base64(signature or "")
    if public is None or not raw:
        return False
    try:
        VerifyKey(public).verify(message, raw)
    except (CryptoError, ValueError):
        return False
    return True


def _tell_missing_parts(sources: _Sources, entries: Iterable[FileEntry], report: Report) -> None:
    missing = Counter(entry.part for entry in entries if entry.path not in sources.files)
    whole = Counter(entry.part for entry in entries)
    for part, count in sorted(missing.items()):
        if count == whole[part]:
            report.fault(f"Part {part} is missing, with {count} files.")
    for entry in entries:
        if entry.path not in sources.files and missing[entry.part] != whole[entry.part]:
            report.fault(f"{entry.path} is missing.")


# --- files ------------------------------------------------------------------------------------


class _Scan:
    """Counts what is in one file while it is read."""

    def __init__(self, entry: FileEntry, media: set[str]) -> None:
        self._media = media
        self._counts_references = layout.has_references(entry.path)
        self._counts_events = entry.path.startswith("rooms/") and entry.path.endswith(".ndjson")
        self.unknown = 0
        self.events = 0

    def line(self, line: bytes) -> None:
        """Look at one line. No address goes over the end of one."""
        if self._counts_references:
            for server, media_id in layout.references(line):
                self.unknown += f"mxc://{server}/{media_id}" not in self._media
        self.events += self._counts_events


def _hash(opener: Open, entry: FileEntry, scan: _Scan) -> str | None:
    """Read a file; return what is wrong with it."""
    digest = hashlib.sha256()
    size = 0
    by_line = entry.path.endswith((".json", ".ndjson"))
    try:
        with opener() as file:
            for piece in _pieces(file, entry.size_bytes, by_line=by_line):
                size += len(piece)
                digest.update(piece)
                if by_line:
                    scan.line(piece)
    except _UNREADABLE as error:
        return f"{entry.path} cannot be read: {error}"
    if size > entry.size_bytes:
        return f"{entry.path} has more than the {entry.size_bytes} bytes of the manifest."
    if size != entry.size_bytes:
        return f"{entry.path} has {size} bytes instead of {entry.size_bytes}."
    if digest.hexdigest() != entry.sha256:
        return f"{entry.path} was changed: its SHA-256 is not that of the manifest."
    return None


def _pieces(file: IO[bytes], size_bytes: int, *, by_line: bool) -> Iterator[bytes]:
    """Yield a file, but no more than one byte beyond the size that it should have."""
    left = size_bytes + 1
    while left > 0:
        piece = file.readline(left) if by_line else file.read(min(left, READ_BYTES))
        if not piece:
            return
        left -= len(piece)
        yield piece


def _media(sources: _Sources, listed: dict[str, FileEntry], report: Report) -> set[str]:
    """Return the addresses of the media index; tell where one leads nowhere."""
    entry, opener = listed.get(layout.MEDIA_INDEX), sources.files.get(layout.MEDIA_INDEX)
    found: set[str] = set()
    if entry is None:
        report.fault(f"The manifest names no {layout.MEDIA_INDEX}.")
        return found
    if opener is None:
        return found
    try:
        with opener() as file:
            for line in _pieces(file, entry.size_bytes, by_line=True):
                item = msgspec.json.decode(line, type=MediaLine)
                found.add(item.mxc)
                _check_media_line(item, listed, report)
    except (*_UNREADABLE, msgspec.MsgspecError) as error:
        report.fault(f"{layout.MEDIA_INDEX} cannot be read: {error}")
    return found


def _check_media_line(item: MediaLine, listed: dict[str, FileEntry], report: Report) -> None:
    if item.file is None:
        report.not_kept += 1
        return
    file = listed.get(item.file)
    if file is None:
        report.fault(f"{item.mxc} should be {item.file}, which is not in the manifest.")
    elif item.is_damaged:
        report.fault(f"{item.file} was damaged on the server before the archive was made.")
    elif (file.sha256, file.size_bytes) != (item.sha256, item.size_bytes):
        report.fault(f"{item.file} is not the file that {item.mxc} was.")

"""Writes one zip file piece by piece. It never goes back, and never holds more than one piece.

The large form (zip64) is used throughout, and nothing in the file depends on when or where it was made.
"""

import hashlib
import zipfile
from typing import IO, Final, cast

from courtyard.archive import rules_layout as layout

_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a zip can hold."""
_UNIX: Final = 3
_PLAIN_FILE: Final = 0o100644 << 16


class _Out:
    """What `zipfile` takes for a file that cannot be wound back. It hashes and counts what goes through."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target: IO[bytes] | None = target
        self.digest = hashlib.sha256()
        self.size_bytes = 0

    def write(self, data: bytes) -> int:
        if self._target is not None:
            self._target.write(data)
            self.digest.update(data)
            self.size_bytes += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def let_go(self) -> None:
        """Take no more notice of what is written."""
        self._target = None


class PartWriter:
    """One part under way. Use it from one thread at a time, and `close` it in the end, whatever happened."""

    def __init__(self, target: IO[bytes]) -> None:
        """Begin an empty zip file."""
        self._out = _Out(target)
        self._zip = zipfile.ZipFile(cast("IO[bytes]", self._out), "w", allowZip64=True)
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()
        self._size_bytes = 0
        self._directory_bytes = 0

    @property
    def used_bytes(self) -> int:
        """What is written so far, and what its directory will take; 0 for a part without files."""
        return self._out.size_bytes + self._directory_bytes

    def begin_file(self, path: str, *, is_packed: bool) -> None:
        """Begin a file; its bytes follow with `write`."""
        info = zipfile.ZipInfo(path, _DATE)
        info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        info.create_system = _UNIX
        info.external_attr = _PLAIN_FILE
        self._file = self._zip.open(info, "w", force_zip64=True)
        self._digest = hashlib.sha256()
        self._size_bytes = 0
        self._directory_bytes += layout.directory_bytes(path)

    def write(self, piece: bytes) -> None:
        """Add to the file."""
        assert self._file is not None
        self._digest.update(piece)
        self._size_bytes += len(piece)
        self._file.write(piece)

    def end_file(self) -> tuple[str, int]:
        """End the file; return its SHA-256 and its size in bytes, unpacked."""
        assert self._file is not None
        self._file.close()
        self._file = None
        return self._digest.hexdigest(), self._size_bytes

    def finish(self) -> tuple[str, int]:
        """End the zip; return its SHA-256 and its size in bytes."""
        self._zip.close()
        return self._out.digest.hexdigest(), self._out.size_bytes

    def close(self) -> None:
        """Let go of the target. A part that was not finished is worth nothing."""
        self._out.let_go()
        # `zipfile` would write when it is forgotten, and complain of what is still open.
        if self._file is not None:
            self._file.close()
        self._zip.close()

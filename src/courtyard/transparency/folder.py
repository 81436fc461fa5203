"""The log's files: `transparency/` in the data directory, named as the addresses under which they are served.

A tile grows in its file until it is full, so a file may hold more than a published checkpoint speaks of, never less.
"""

import os
from pathlib import Path

from courtyard.base.settings import Settings
from courtyard.transparency.errors import HaltedError, MalformedError, MissingTileError
from courtyard.transparency.model import Checkpoint, Tile
from courtyard.transparency.rules_note import parse_checkpoint, split_note
from courtyard.transparency.rules_tiles import cut, tile_path

SEED_BYTES = 32


class LogFolder:
    """Reads and writes durably; knows nothing of trees. Another store of files can take its place."""

    def __init__(self, settings: Settings) -> None:
        """Use the folder of a data directory. It is made at the first write."""
        self.path = Path(settings.data) / "transparency"

    def read(self, level: int, index: int) -> bytes:
        """Return what there is of a tile or bundle; nothing where there is no file."""
        return self._read(self._tile(level, index)) or b""

    def tile(self, tile: Tile) -> bytes:
        """Return a tile or bundle, cut to its width.

        Raises:
            MissingTileError: there is less of it, or nothing.
        """
        data = self._read(self._tile(tile.level, tile.index))
        if data is None:
            raise MissingTileError(f"{tile_path(tile)} is missing.")
        return cut(tile, data)

    def write(self, tile: Tile, data: bytes) -> None:
        """Put a grown tile in the place of the narrower one. Durable when this returns."""
        self._write(self._tile(tile.level, tile.index), data)

    def note(self) -> bytes | None:
        """Return the published checkpoint with its signatures."""
        return self._read(self.path / "checkpoint")

    def published(self) -> tuple[bytes, Checkpoint] | None:
        """Return the published checkpoint and what it says. It is ours, so its signature is not looked at.

        Raises:
            MissingTileError: somebody has spoilt the file.
        """
        note = self.note()
        try:
            return None if note is None else (note, parse_checkpoint(split_note(note)[0]))
        except MalformedError as error:
            raise MissingTileError("The published checkpoint is damaged.") from error

    def publish(self, note: bytes) -> None:
        """Put a checkpoint in the place of the one before. Durable when this returns."""
        self._write(self.path / "checkpoint", note)

    def seed(self, role: str) -> bytes | None:
        """Return the 32 secret bytes of a key; None where there is no such file.

        Raises:
            HaltedError: the file cannot be read, or holds something else.
        """
        try:
            text = self._read(self.path / f"{role}.key")
            seed = None if text is None else bytes.fromhex(text.decode("ascii"))
        except (OSError, ValueError) as error:
            raise HaltedError(f"The key {role}.key cannot be read: {error}.") from error
        if seed is not None and len(seed) != SEED_BYTES:
            raise HaltedError(f"The key {role}.key is damaged.")
        return seed

    def keep_seed(self, role: str, seed: bytes) -> None:
        """Keep the secret bytes of a new key, readable by nobody else."""
        assert not (self.path / f"{role}.key").exists(), "a key is made once"
        self._write(self.path / f"{role}.key", seed.hex().encode() + b"\n", mode=0o600)

    def _tile(self, level: int, index: int) -> Path:
        return self.path / tile_path(Tile(level, index))

    def _read(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def _write(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        new = [each for each in (path.parent, *path.parent.parents) if not each.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        # Beside it and then renamed: a reader, and a start after a crash, finds the old file or the new one, whole.
        beside = path.with_name(path.name + ".new")
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(handle, "wb", closefd=False) as file:
                file.write(data)
            os.fsync(handle)
        finally:
            os.close(handle)
        beside.replace(path)
        # The name is in the folder, and a new folder's name in the one above it.
        for folder in (path.parent, *(each.parent for each in new)):
            _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

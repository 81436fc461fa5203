"""Files, by key, in a folder (or, with another address, in an S3-compatible store) through obstore."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from courtyard.base.errors import NotFoundError

if TYPE_CHECKING:
    from obstore import GetOptions

CHUNK_BYTES = 256 * 1024
_PART_BYTES = 1024 * 1024
_PARTS_AT_ONCE = 2


class BlobStore:
    """Whole files under opaque keys. A file appears under its key only when it is complete."""

    def __init__(self, folder: Path) -> None:
        """Use (and make) a folder."""
        # Imported here: it is only needed once the server runs.
        from obstore.store import LocalStore  # noqa: PLC0415

        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._store: LocalStore = LocalStore(folder)

    async def put(self, key: str, body: bytes | AsyncIterator[bytes]) -> None:
        """Store a file durably, replacing what was there.

        Args:
            body: the bytes, or an iterator over them, of which about two megabytes are held at a time. If it
                raises or this call is cancelled, nothing is stored.
        """
        if isinstance(body, bytes):
            await self._store.put_async(key, body)
        else:
            await self._store.put_async(
                key, body, chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE
            )
        # obstore leaves the writing to the operating system; a power cut would lose what was answered (P10).
        await asyncio.to_thread(self._make_durable, key)

    async def get(self, key: str) -> bytes:
        """Return a whole file.

        Raises:
            NotFoundError: there is no such file.
        """
        try:
            result = await self._store.get_async(key)
            return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            message = "The file is not there."
            raise NotFoundError(message) from error

    async def stream(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Yield a file, or its bytes from `start` to before `end`, in pieces of about `CHUNK_BYTES`.

        Raises:
            NotFoundError: there is no such file; raised before the first piece.
        """
        options: GetOptions | None = None if end is None else {"range": (start, end)}
        try:
            result = await self._store.get_async(key, options=options)
        except FileNotFoundError as error:
            message = "The file is not there."
            raise NotFoundError(message) from error
        async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(chunk)

    async def delete(self, key: str) -> None:
        """Remove a file, and what a crash left of its writing; it is no error when it is gone already."""
        with contextlib.suppress(FileNotFoundError):
            await self._store.delete_async(key)
        # obstore writes a long file under this name, and gives it its own at the end.
        await asyncio.to_thread((self._folder / f"{key}#1").unlink, missing_ok=True)

    def free_bytes(self) -> int | None:
        """Return how much room there is left; None where nobody can say."""
        return shutil.disk_usage(self._folder).free

    def _make_durable(self, key: str) -> None:
        path = self._folder / key
        for place in (path, *path.parents):
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            if place == self._folder:
                return

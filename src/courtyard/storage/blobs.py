"""Files, by key, in a folder (or, with another address, in an S3-compatible store) through obstore."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from courtyard.base.errors import NotFoundError

if TYPE_CHECKING:
    from obstore.store import LocalStore

CHUNK_BYTES = 256 * 1024


class BlobStore:
    """Whole files under opaque keys. A file appears under its key only when it is complete."""

    def __init__(self, folder: Path) -> None:
        """Use (and make) a folder."""
        # Imported here: it is only needed once the server runs.
        from obstore.store import LocalStore  # noqa: PLC0415

        folder.mkdir(parents=True, exist_ok=True)
        self._store: LocalStore = LocalStore(folder)

    async def put(self, key: str, body: bytes) -> None:
        """Store a file, replacing what was there."""
        await self._store.put_async(key, body)

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

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Yield a file in pieces of about `CHUNK_BYTES`.

        Raises:
            NotFoundError: there is no such file; raised before the first piece.
        """
        try:
            result = await self._store.get_async(key)
        except FileNotFoundError as error:
            message = "The file is not there."
            raise NotFoundError(message) from error
        async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(chunk)

    async def delete(self, key: str) -> None:
        """Remove a file; it is no error when it is gone already."""
        try:
            await self._store.delete_async(key)
        except FileNotFoundError:
            return

"""Thumbnails on demand: looked up, or made once and kept.

Pillow runs on two threads, away from the event loop. Requests for a thumbnail that is being made wait for that one.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from courtyard.base.errors import LimitExceededError
from courtyard.media import rules, store, upload
from courtyard.media.errors import CannotThumbnailError
from courtyard.media.model import Media, Picture, Thumbnail, Variant
from courtyard.media.pictures import make_thumbnail, shrink
from courtyard.storage.blobs import BlobStore
from courtyard.storage.database import Database
from courtyard.storage.tx import WriteTx

THREADS: Final = 2
WAITING_MAX: Final = 64
"""Thumbnails being made or waiting at once."""
KEPT_MAX: Final = 32
"""Thumbnails kept of one picture. Further sizes are made each time: odd shapes must not fill the disk."""


class Workshop:
    """The threads that make thumbnails, and what they are at. One for each server; kept with `db.world.memory`."""

    def __init__(self) -> None:
        """Start no thread yet."""
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="thumbnail")
        # Files are read into memory when a thread is free for them, not before.
        self._free = asyncio.Semaphore(THREADS)
        self._making: dict[tuple[str, str], asyncio.Task[Picture]] = {}

    async def make(self, db: Database, blobs: BlobStore, media: Media, variant: Variant) -> Picture:
        """Make a thumbnail and keep it; join whoever is making the same one.

        Raises:
            LimitExceededError: too many others wait.
            TooLargeError, CannotThumbnailError: see `pictures.make_thumbnail`.
            NotFoundError: the file has just been deleted.
        """
        name = (media.sha256, variant.name)
        task = self._making.get(name)
        if task is None:
            if len(self._making) >= WAITING_MAX:
                message = "Too many pictures at once. Please try again in a moment."
                raise LimitExceededError(message, retry_after_ms=1_000)
            task = asyncio.create_task(self._make(db, blobs, media, variant))
            self._making[name] = task
            task.add_done_callback(lambda done: self._made(name, done))
        # One who goes away must not take the thumbnail from the others.
        return await asyncio.shield(task)

    async def shrink(self, body: bytes, variant: Variant) -> tuple[Picture, tuple[int, int]]:
        """Make a picture smaller that belongs to nobody yet; return it with its size.

        Raises:
            TooLargeError, CannotThumbnailError: see `pictures.make_thumbnail`.
        """
        loop = asyncio.get_running_loop()
        async with self._free:
            return await loop.run_in_executor(self._threads, shrink, body, variant)

    async def _make(
        self, db: Database, blobs: BlobStore, media: Media, variant: Variant
    ) -> Picture:
        loop = asyncio.get_running_loop()
        async with self._free:
            body = await blobs.get(media.key)
            picture = await loop.run_in_executor(self._threads, make_thumbnail, body, variant)
            del body
        await _keep(db, blobs, media, variant, picture)
        return picture

    def _made(self, name: tuple[str, str], task: asyncio.Task[Picture]) -> None:
        del self._making[name]
        if not task.cancelled():
            # Looked at here in case that nobody waits any more: asyncio would complain.
            task.exception()

    async def stop(self) -> None:
        """Finish what is being made and end the threads."""
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        self._threads.shutdown(wait=True)


async def find_or_make(
    db: Database, blobs: BlobStore, media: Media, variant: Variant
) -> Thumbnail | Picture:
    """Return a thumbnail that was kept, or one just made.

    Raises:
        CannotThumbnailError: the item does not say that it is a picture, or is none.
        LimitExceededError, TooLargeError, NotFoundError: see `Workshop.make`.
    """
    if not rules.essence(media.content_type).startswith("image/"):
        raise CannotThumbnailError("Only pictures have thumbnails.")
    found = await db.read(store.thumbnail, media.sha256, variant.name)
    return found or await db.world.memory(Workshop).make(db, blobs, media, variant)


async def _keep(
    db: Database, blobs: BlobStore, media: Media, variant: Variant, picture: Picture
) -> None:
    if picture.body is None:
        made = Thumbnail(content_type=picture.content_type, size_bytes=media.size_bytes, key=None)
        await db.write(_finish, media, variant, made)
        return
    if await db.read(store.thumbnail_count, media.sha256) >= KEPT_MAX:
        return
    key = upload.new_key()
    made = Thumbnail(content_type=picture.content_type, size_bytes=len(picture.body), key=key)
    await db.write(upload.reserve, key)
    try:
        await blobs.put(key, picture.body)
        await db.write(_finish, media, variant, made)
    except BaseException:
        db.write(upload.discard, key)
        raise


def _finish(tx: WriteTx, media: Media, variant: Variant, made: Thumbnail) -> None:
    """Keep a thumbnail, unless its picture went in the meantime or the same one came first."""
    still_there = store.blob_key(tx, media.sha256) == media.key
    if made.key is not None and not store.forget_deletion(tx, made.key):
        return
    if still_there and store.insert_thumbnail(tx, media.sha256, variant.name, made):
        return
    if made.key is not None:
        upload.discard(tx, made.key)

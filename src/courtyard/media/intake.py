"""Takes the body of an upload from the wire into the blob store, a piece at a time."""

import hashlib
from collections.abc import AsyncIterator
from typing import Final

from courtyard.base.errors import TooLargeError
from courtyard.base.ids import UserId
from courtyard.gate.admit import check_early
from courtyard.media import upload
from courtyard.media.model import Declared, MediaId, Stored
from courtyard.storage.blobs import BlobStore
from courtyard.storage.database import Database

WHOLE_BYTES_MAX: Final = 512 * 1024
"""A file up to this size is held in memory and written at once."""


async def take(  # the parts of the request
    db: Database,
    blobs: BlobStore,
    user_id: UserId,
    declared: Declared,
    body: AsyncIterator[bytes],
    announced_bytes: int,
    media_id: MediaId | None = None,
) -> MediaId:
    """Store an upload and make an item of it, or leave nothing behind.

    Args:
        body: the request's body; where an upload is refused, the rest of it is not read (see `ignore`).
        announced_bytes: Content-Length, or 0.
        media_id: the pending id that gets its bytes.

    Raises:
        TooLargeError: the body is larger than `upload_bytes_max`.
        RestrictedError, QuotaExceededError, …: see `upload.finish`.
    """
    limit = db.world.settings.upload_bytes_max
    check_early(db, user_id, upload.action_for(declared))
    if media_id is not None:
        await db.read(upload.check_pending, user_id, media_id)
    if announced_bytes > limit:
        raise _too_large(limit)
    await db.read(upload.check_quota, user_id, announced_bytes)
    key = upload.new_key()
    await db.write(upload.reserve, key)
    try:
        stored = await _store(blobs, key, body, limit)
        return await db.write(upload.finish, user_id, stored, declared, media_id)
    except Exception:
        await db.write(upload.discard, key)
        raise
    # A request that is cancelled, because the client went away, leaves its file to what was reserved: the file may still be in the
    # making, and `finish` may be under way to become true.


async def ignore(body: AsyncIterator[bytes], announced_bytes: int, limit: int) -> None:
    """Read the rest of a refused body and throw it away.

    Who is still sending does not look for an answer, and loses it if the connection is closed on them. That is kept
    within reason: a body much larger than the limit is not waited for.
    """
    if announced_bytes > 2 * limit:
        return
    size = 0
    async for piece in body:
        size += len(piece)
        if size > 2 * limit:
            return


async def _store(blobs: BlobStore, key: str, body: AsyncIterator[bytes], limit: int) -> Stored:
    digest = hashlib.sha256()
    size = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal size
        async for piece in body:
            if piece:
                size += len(piece)
                if size > limit:
                    raise _too_large(limit)
                digest.update(piece)
                yield piece

    pieces = counted()
    head = []
    async for piece in pieces:
        head.append(piece)
        if size > WHOLE_BYTES_MAX:
            await blobs.put(key, _joined(b"".join(head), pieces))
            break
    else:
        await blobs.put(key, b"".join(head))
    return Stored(key=key, sha256=digest.hexdigest(), size_bytes=size)


async def _joined(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for piece in rest:
        yield piece


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(f"A file may have {limit} bytes at the most.")

"""Files under keys: there as a whole or not at all, also after a crash."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from courtyard.storage.blobs import BlobStore

MEGABYTE = 1024 * 1024


async def test_deleting_takes_what_a_crash_left_of_a_file(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    written, go_on = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * MEGABYTE
        written.set()
        await go_on.wait()

    writing = asyncio.create_task(blobs.put("ab/cd", body()))
    await written.wait()
    (left,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    # The process ends here: nobody tidies up.
    kept = left.read_bytes()
    go_on.set()
    await writing
    left.write_bytes(kept)

    await blobs.delete("ab/cd")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    await blobs.delete("ab/cd")


async def test_it_says_how_much_room_there_is(tmp_path: Path) -> None:
    free = BlobStore(tmp_path).free_bytes()
    assert free is not None
    assert free > 0

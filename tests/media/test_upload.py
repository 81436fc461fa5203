"""Uploads and deletions: what is refused, what a crash leaves over, what two do to each other at once."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.base.errors import ForbiddenError, NotFoundError, UnavailableError
from courtyard.base.ids import EventId, TimestampMs, UserId
from courtyard.base.settings import Settings
from courtyard.gate.model import RestrictedError
from courtyard.gate.restrict import restrict
from courtyard.media import download, intake, links, store, upload
from courtyard.media.model import Declared, MediaId, Stored
from courtyard.media.sweep import Sweeper, sweep
from courtyard.storage.tx import WriteTx
from tests.fakes import FakeClock
from tests.gate.restrictions import restriction

ALICE, BOB = UserId("@alice:test.example"), UserId("@bob:test.example")
OPAQUE = Declared(content_type="application/octet-stream", filename=None)
EVENT = EventId("$event")
TEXT = Declared(content_type="text/plain", filename=None)


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def take(server: Server, body: bytes, user_id: UserId = ALICE) -> MediaId:
    return await intake.take(server.db, server.blobs, user_id, TEXT, pieces(body), len(body))


def files(settings: Settings) -> list[Path]:
    return [path for path in (Path(settings.data) / "media").rglob("*") if path.is_file()]


async def test_a_start_deletes_what_a_crash_left_over(settings: Settings, clock: FakeClock) -> None:
    first = Server(settings, clock)
    await first.start()
    kept = await take(first, b"kept")
    # One that was being written, and one whose deletion was decided and not yet done.
    half = upload.new_key()
    await first.db.write(upload.reserve, half)
    await first.blobs.put(half, b"half")
    await first.world.memory(Sweeper).stop()
    doomed = await take(first, b"doomed")
    await first.db.write(links.delete_media, ALICE, doomed)
    await first.stop()
    assert len(files(settings)) == 3

    second = Server(settings, clock)
    await second.start()
    try:
        await sweep(second.db, second.blobs, now=clock.now_ms())
        assert len(files(settings)) == 1
        found = await download.find(second.db, "test.example", kept, 0)
        assert await second.blobs.get(found.key) == b"kept"
    finally:
        await second.stop()


async def test_an_upload_that_took_too_long_is_refused(server: Server, clock: FakeClock) -> None:
    key = upload.new_key()
    await server.db.write(upload.reserve, key)
    await server.blobs.put(key, b"slow")
    clock.advance(upload.WRITING_LIFETIME_MS)
    await sweep(server.db, server.blobs, now=clock.now_ms())

    stored = Stored(key=key, sha256="00", size_bytes=4)
    with pytest.raises(UnavailableError):
        await server.db.write(upload.finish, ALICE, stored, TEXT, None)


async def test_uploads_and_deletions_of_the_same_bytes_never_meet(server: Server) -> None:
    async def come_and_go() -> None:
        for _ in range(10):
            media_id = await take(server, b"the same")
            found = await download.find(server.db, "test.example", media_id, 0)
            assert await server.blobs.get(found.key) == b"the same"
            await server.db.write(links.delete_media, ALICE, media_id)

    async def stay() -> MediaId:
        return await take(server, b"the same", BOB)

    results = await asyncio.gather(come_and_go(), stay(), come_and_go())

    await sweep(server.db, server.blobs, now=server.world.clock.now_ms())
    found = await download.find(server.db, "test.example", results[1], 0)
    assert await server.blobs.get(found.key) == b"the same"
    assert len(files(server.settings)) == 1


async def test_only_the_uploader_deletes_a_file(server: Server) -> None:
    media_id = await take(server, b"hers")

    with pytest.raises(ForbiddenError):
        await server.db.write(links.delete_media, BOB, media_id)
    await server.db.write(links.delete_media, ALICE, media_id)

    with pytest.raises(NotFoundError):
        await server.db.write(links.delete_media, ALICE, media_id)
    with pytest.raises(NotFoundError):
        await download.find(server.db, "test.example", media_id, 0)


async def test_an_id_without_bytes_can_be_deleted(server: Server) -> None:
    media_id, _ = await server.db.write(upload.create_pending, ALICE)

    await server.db.write(links.delete_media, ALICE, media_id)

    with pytest.raises(NotFoundError):
        await download.find(server.db, "test.example", media_id, 0)


async def test_a_body_that_breaks_off_leaves_nothing(server: Server) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        raise OSError("the line is dead")

    with pytest.raises(OSError, match="the line is dead"):
        await intake.take(server.db, server.blobs, ALICE, TEXT, broken(), 0)

    await sweep(server.db, server.blobs, now=server.world.clock.now_ms())
    assert files(server.settings) == []


async def test_an_upload_that_is_cancelled_leaves_nothing_for_long(
    server: Server, clock: FakeClock
) -> None:
    """What still writes the file when its request is cancelled may make it after that."""
    arrived = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        arrived.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(intake.take(server.db, server.blobs, ALICE, TEXT, stuck(), 0))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    clock.advance(upload.WRITING_LIFETIME_MS)
    await sweep(server.db, server.blobs, now=clock.now_ms())
    assert files(server.settings) == []


async def test_an_upload_that_is_cancelled_when_it_is_finished_keeps_its_bytes(
    server: Server, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit may be past stopping. Then the id is good, and the client may know it: it was given out before."""
    media_id, _ = await server.db.write(upload.create_pending, ALICE)
    writer_is_held, is_queued, go_on = asyncio.Event(), asyncio.Event(), threading.Event()
    loop, write = asyncio.get_running_loop(), server.db.write

    def hold(_: WriteTx) -> None:
        loop.call_soon_threadsafe(writer_is_held.set)
        go_on.wait(10)

    def watched(verb: Any, *args: Any) -> Any:
        future = write(verb, *args)
        if verb is upload.finish:
            is_queued.set()
        return future

    async def body() -> AsyncIterator[bytes]:
        yield b"text"
        write(hold)
        await writer_is_held.wait()

    monkeypatch.setattr(server.db, "write", watched)
    task = asyncio.create_task(
        intake.take(server.db, server.blobs, ALICE, TEXT, body(), 4, media_id)
    )
    await is_queued.wait()
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await server.db.write(lambda _: None)

    await sweep(server.db, server.blobs, now=clock.now_ms())
    found = await download.find(server.db, "test.example", media_id, 0)
    assert await server.blobs.get(found.key) == b"text"


async def test_a_redacted_picture_is_gone_from_the_disk(server: Server) -> None:
    media_id = await take(server, b"shown")
    json = b'{"url":"mxc://test.example/' + media_id.encode() + b'"}'
    await server.db.write(links.link, EVENT, ALICE, json)
    await server.db.write(links.link, EVENT, ALICE, json)

    await server.db.write(links.unlink, EVENT)

    await sweep(server.db, server.blobs, now=server.world.clock.now_ms())
    assert files(server.settings) == []


async def test_a_measure_against_public_uploads_leaves_private_ones(server: Server) -> None:
    """P2, P3: what is taken away is narrow, and one's own chats are not touched."""
    measure = restriction("media.upload.public", user_id=ALICE, ends_at=TimestampMs(2**62))
    await server.db.write(restrict, measure)
    pending, _ = await server.db.write(upload.create_pending, ALICE)

    for media_id in (None, pending):
        with pytest.raises(RestrictedError):
            await intake.take(server.db, server.blobs, ALICE, TEXT, pieces(b"text"), 4, media_id)
    assert files(server.settings) == []
    for media_id in (None, pending):
        await intake.take(
            server.db, server.blobs, ALICE, OPAQUE, pieces(b"ciphertext"), 10, media_id
        )
    await take(server, b"text", BOB)


async def test_a_file_that_cannot_be_deleted_does_not_hold_up_the_others(
    server: Server, clock: FakeClock
) -> None:
    bad, good = upload.new_key(), upload.new_key()
    folder = Path(server.settings.data) / "media"
    (folder / bad / "a folder, not a file").mkdir(parents=True)
    await server.blobs.put(good, b"x")
    for key in (bad, good):
        await server.db.write(upload.discard, key)

    await sweep(server.db, server.blobs, now=clock.now_ms())

    assert files(server.settings) == []
    now = clock.now_ms()
    assert await server.db.read(store.due_deletions, now, 10) == []
    assert await server.db.read(store.due_deletions, now + 3_600_000, 10) == [bad]

"""Builds archives, one at a time, beside everything else; and deletes them when their time is over.

A build that fails, or that a crash cuts short, begins anew by itself: nothing of it is promised before all of it is there.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import IO, Final, NamedTuple, ParamSpec, TypeVar

import msgspec
import structlog

from courtyard.archive import export, store
from courtyard.archive import rules_layout as layout
from courtyard.archive.contents import Contents, File, Progress, one, read_all
from courtyard.archive.model import FORMAT, FileEntry, Manifest, Part, Snapshot
from courtyard.archive.wake import Bell
from courtyard.archive.zip_part import PartWriter
from courtyard.base.errors import UnavailableError
from courtyard.base.ids import TimestampMs
from courtyard.storage.background import Background, seconds_until
from courtyard.storage.blobs import BlobStore
from courtyard.storage.database import Database
from courtyard.storage.signing_key import SigningKey
from courtyard.storage.tx import WriteTx

BATCH: Final = 100
LOOK_AGAIN_SECONDS: Final = 3_600
"""How long until the queue is looked at without a reason."""
TROUBLE_SECONDS: Final = 60
"""How long until the queue is looked at again when even that went wrong."""
FREE_BYTES_MIN: Final = 1024 * 1024 * 1024
"""No archive is written into the last of the disk: people's messages need it more. The build waits and is tried again."""
WHOLE_BYTES_MAX: Final = 512 * 1024
"""A part up to this size is handed over at once."""
WRITE_BYTES: Final = 64 * 1024
"""Pieces are gathered up to this size before a thread packs them."""

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger("archive")


class Places(NamedTuple):
    """What a builder works with."""

    db: Database
    blobs: BlobStore
    """Where people's files lie."""
    archives: BlobStore
    """Where archives lie."""
    key: SigningKey
    """What archives are signed with."""


class Builder(Background):
    """The one background task of archives. One for each server; kept with `world.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        super().__init__("archive builder", "archive_work_failed", trouble_seconds=TROUBLE_SECONDS)
        self._building: str | None = None
        self._progress = Progress()

    async def start(self, places: Places) -> None:
        """Begin with what an earlier run left over, then build whatever is asked for."""
        db = places.db
        await db.write(store.hurry_deletions)
        await db.write(store.hurry_builds)

        async def build_all() -> float:
            while await self.work(places):
                pass
            due_ms = await db.read(store.next_time)
            return seconds_until(due_ms, db.world.clock.now_ms(), LOOK_AGAIN_SECONDS)

        self.due = db.world.memory(Bell).rung
        self.begin(build_all)

    def progress_of(self, export_id: str) -> Progress | None:
        """Return how far a build has come, if it is this one's turn."""
        return self._progress if self._building == export_id else None

    async def work(self, places: Places) -> bool:
        """Do what is due: delete, expire, build one archive. Tell whether anything was built."""
        db = places.db
        now = db.world.clock.now_ms()
        # Asked first: a look without a reason must not occupy the writer.
        while await db.read(store.expired, now, 1):
            await db.write(export.expire, now)
        await sweep(db, places.archives, now)
        due = await db.read(store.next_to_build, now)
        if due is None:
            return False
        self._progress = Progress()
        self._building = due.export_id
        try:
            await build(places, due.export_id, self._progress)
        except export.GoneError:
            log.info("export_not_wanted_any_more", export_id=due.export_id)
        except UnavailableError as error:
            log.warning("export_put_off", export_id=due.export_id, reason=error.message)
            await db.write(export.fail, due.export_id)
        except Exception:
            log.exception("export_failed", export_id=due.export_id, attempts=due.attempts + 1)
            await db.write(export.fail, due.export_id)
        finally:
            self._building = None
        return True


async def build(places: Places, export_id: str, progress: Progress) -> None:
    """Build one archive from its first byte to its last.

    Raises:
        GoneError: it is not wanted any more.
        UnavailableError: the disk is nearly full.
    """
    db = places.db
    snapshot = await db.write(export.begin, export_id)
    if snapshot is None:
        return
    limit = db.world.settings.archive_part_bytes_max
    contents = Contents(db, places.blobs, snapshot, progress, limit)
    signer = _Signer(db, snapshot, places.key)
    parts = _Parts(contents, signer, progress, places.archives, limit)
    try:
        n = 0
        while not parts.is_over:
            n += 1
            await _store_part(db, places.archives, snapshot, parts, n)
    finally:
        await parts.close()
    await db.write(export.finish, export_id)


async def _store_part(
    db: Database, archives: BlobStore, snapshot: Snapshot, parts: "_Parts", n: int
) -> None:
    # First to a file of its own: where archives lie may be slow or far away, and takes what is whole.
    with tempfile.TemporaryFile(dir=db.world.settings.data) as file:
        sha256, size_bytes = await parts.write(n, file)
        file.seek(0)
        must_have_room(archives, size_bytes)
        key = export.new_key()
        await db.write(export.reserve, key)
        try:
            whole = size_bytes <= WHOLE_BYTES_MAX
            await archives.put(key, file.read() if whole else read_all(file))
            part = Part(n=n, key=key, sha256=sha256, size_bytes=size_bytes)
            await db.write(export.add_part, snapshot.export_id, part)
        except BaseException:
            # Also when the server stops. Not awaited: a cancelled task must not wait.
            with contextlib.suppress(UnavailableError):
                db.write(export.discard, key)
            raise


def must_have_room(archives: BlobStore, size_bytes: int) -> None:
    """Refuse to write where that would leave less than `FREE_BYTES_MIN`.

    Raises:
        UnavailableError: it would.
    """
    free = archives.free_bytes()
    if free is not None and free - size_bytes < FREE_BYTES_MIN:
        raise UnavailableError("The disk is nearly full; archives wait.")


class _Signer:
    """Makes the manifest, once everything else is written."""

    def __init__(self, db: Database, snapshot: Snapshot, key: SigningKey) -> None:
        self._server_name = db.world.settings.server_name
        self._snapshot = snapshot
        self._key = key

    def manifest(self, contents: Contents, entries: list[FileEntry]) -> bytes:
        """Return the signed manifest's bytes."""
        bare = Manifest(
            format=FORMAT,
            account=self._snapshot.user_id,
            server_name=self._server_name,
            created=layout.rfc3339(self._snapshot.at),
            ranges=contents.ranges(),
            files=layout.sorted_files(entries),
            verify_keys={self._key.key_id: self._key.public_key},
            log=self._snapshot.log,
        )
        signature = self._key.sign(layout.signed_bytes(bare))
        signatures = {self._server_name: {self._key.key_id: signature}}
        return layout.manifest_text(msgspec.structs.replace(bare, signatures=signatures))


class _Parts:
    """The zip files of one archive, one after the other."""

    def __init__(
        self,
        contents: Contents,
        signer: _Signer,
        progress: Progress,
        archives: BlobStore,
        limit_bytes: int,
    ) -> None:
        self._contents = contents
        self._signer = signer
        self._progress = progress
        self._archives = archives
        self._limit_bytes = limit_bytes
        self._files = self._all_files()
        self._held: File | None = None
        self._entries: list[FileEntry] = []
        self._paths: set[str] = set()
        self.is_over = False

    async def _all_files(self) -> AsyncGenerator[File]:
        async with contextlib.aclosing(self._contents.files()) as files:
            async for file in files:
                yield file
        body = await _in_thread(self._signer.manifest, self._contents, self._entries)
        yield File(layout.MANIFEST, len(body), one(body))

    async def write(self, n: int, target: IO[bytes]) -> tuple[str, int]:
        """Write the next zip file, with as many files as fit and one at least; return its SHA-256 and its size."""
        part = PartWriter(target)
        try:
            while (file := self._held or await anext(self._files, None)) is not None:
                more = layout.zip_bytes_max(
                    file.path, file.size_bytes_max, is_packed=file.is_packed
                )
                self._held = file
                if not layout.fits(part.used_bytes, more, self._limit_bytes):
                    return part.finish()
                self._entries.append(await self._add(part, file, n))
                self._held = None
            self.is_over = True
            return part.finish()
        finally:
            part.close()

    async def _add(self, part: PartWriter, file: File, n: int) -> FileEntry:
        assert file.path not in self._paths, f"two files of one name: {file.path!r}"
        assert layout.is_safe_path(file.path), file.path
        self._paths.add(file.path)
        must_have_room(self._archives, file.size_bytes_max)
        part.begin_file(file.path, is_packed=file.is_packed)
        async for piece in _gathered(file.pieces):
            # Hashing and packing take their time; the event loop has other things to do.
            await _in_thread(part.write, piece)
            self._progress.size_bytes += len(piece)
        sha256, size_bytes = part.end_file()
        self._progress.files += 1
        return FileEntry(path=file.path, part=n, sha256=sha256, size_bytes=size_bytes)

    async def close(self) -> None:
        """Let go of what is open, when a build ends early."""
        await self._files.aclose()


async def sweep(db: Database, archives: BlobStore, now: TimestampMs) -> None:
    """Delete every file that is due; put off those that cannot be deleted."""
    while keys := await db.read(store.due_deletions, now, BATCH):
        # First the file, then its entry: the other order could forget a file that is still there.
        done, stuck = [], []
        for key in keys:
            try:
                await archives.delete(key)
            except Exception:
                log.exception("archive_file_not_deleted", key=key)
                stuck.append(key)
            else:
                done.append(key)
        await db.write(_note, done, stuck, now + LOOK_AGAIN_SECONDS * 1000)


def _note(tx: WriteTx, done: list[str], stuck: list[str], again_at: int) -> None:
    for key in done:
        store.forget_deletion(tx, key)
    for key in stuck:
        store.queue_deletion(tx, key, again_at)


async def _in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Let a thread do something, and wait for it even if this task is cancelled: it works on what the task would close."""
    task = asyncio.create_task(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        raise


async def _gathered(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the same bytes in fewer pieces."""
    held: list[bytes] = []
    size = 0
    async for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= WRITE_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)

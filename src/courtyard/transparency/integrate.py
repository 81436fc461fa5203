"""Takes staged leaves into the tree and publishes what it signs: the one background task of the log.

A round has steps, in an order that makes every crash harmless; each says what a stop right after it means. The two rules
behind the order: what is signed can be read and is never taken back, and no size is ever signed with two roots.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, NamedTuple

import structlog

from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.transparency import rules_pace, store
from courtyard.transparency.cosigners import Cosigner
from courtyard.transparency.errors import (
    BadSignatureError,
    HaltedError,
    MalformedError,
    MissingTileError,
)
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.keys import Keys, open_keys, pin_keys
from courtyard.transparency.model import Checkpoint, Head, Tile
from courtyard.transparency.rules_merkle import EMPTY_ROOT, root
from courtyard.transparency.rules_note import (
    cosign,
    format_checkpoint,
    join_note,
    open_checkpoint,
    sign,
    verified_by,
)
from courtyard.transparency.rules_restart import check_restart, check_tiles
from courtyard.transparency.rules_tiles import WIDTH, hashes_of, new_bundles, new_tiles
from courtyard.transparency.rules_witness import Witness, parse_witnesses, with_line

log = structlog.get_logger("transparency")

LEAVES_MAX: Final = 4_096
"""Leaves in one round at the most: bounds what is held in memory."""

AGAIN_SECONDS: Final = 60
"""How long until a round that failed is tried again, and until leaves of another process are looked for."""


class _Published(NamedTuple):
    """What the worker remembers of the published checkpoint."""

    size: int
    at_ms: int


class Round:
    """One way from staged leaves to a published checkpoint."""

    def __init__(self, db: Database, folder: LogFolder, keys: Keys) -> None:
        """Prepare; nothing is done before the steps are called, in the order of `STEPS`."""
        self._db = db
        self._folder = folder
        self._keys = keys
        self._stored: Head | None = None
        self._before = Head(size=0, root=EMPTY_ROOT)
        self._after = self._before
        self._last: list[bytes] = []
        self._entries: list[bytes] = []
        self._note = b""
        self.published = _Published(size=0, at_ms=0)

    async def read(self) -> None:
        """Find the tree as it stands, and the leaves behind it."""
        self._stored, last, self._entries = await self._db.read(_pending, LEAVES_MAX)
        self._before = self._stored or self._before
        self._last = last
        # What is built upon is looked at first: a spoilt tile must not become part of a new root.
        await asyncio.to_thread(_check_tiles, self._folder, self._before)

    async def write_bundles(self) -> None:
        """Write the entries.

        A stop here: bundles hold entries that no checkpoint covers, so they are not served. Leaves never change, so the next
        round writes the same bytes again. Before the tiles, so that there is never a hash whose entry is lost.
        """
        # The bundle that grows is written as a whole, from the database: what its file holds is not relied on.
        entries = self._last + self._entries
        made = new_bundles(self._before.size - len(self._last), entries, self._folder.read)
        await asyncio.to_thread(_write, self._folder, made)

    async def write_tiles(self) -> None:
        """Write the hashes.

        A stop here: as before. Each file is replaced as a whole, and what it held of the tree so far stays the beginning.
        """
        made = new_tiles(self._before.size, self._entries, self._folder.read)
        await asyncio.to_thread(_write, self._folder, made)

    async def persist(self) -> None:
        """Write down size and root, once and for all, when all that they speak of is on the disk.

        A stop here: the tree is durable and unsigned, and the published checkpoint is an older one of the same tree. The next
        round signs this very root: the database has one root for each size.
        """
        size = self._before.size + len(self._entries)
        # Read back from the files: this is the root of what others will be given.
        found = await asyncio.to_thread(_root, self._folder, size)
        self._after = Head(size=size, root=found)
        if self._stored is None or self._entries:
            await self._db.write(_persist, self._stored, self._after)

    async def sign(self) -> None:
        """Sign, in memory.

        A stop here: nobody has the signature. The next round makes the same one, because Ed25519 has no chance in it; only the
        time under the witness's name differs. Not earlier: what is signed must never be lost, and until `persist` it could be.
        """
        keys, now_ms = self._keys, self._db.world.clock.now_ms()
        after, now_s = self._after, now_ms // 1000
        text = format_checkpoint(Checkpoint(origin=keys.log.name, size=after.size, root=after.root))
        # Other servers' witnesses are asked when it is published (`cosigners`): they remember what they saw, so it has
        # to be durable before.
        self._note = join_note(
            text,
            [
                sign(text, keys.log.name, keys.log_seed),
                cosign(text, keys.witness.name, keys.witness_seed, now_s),
            ],
        )

    async def publish(self) -> None:
        """Put the checkpoint where everybody reads it.

        A stop here: all is done. The checkpoint goes last: whoever sees it finds every tile that it speaks of.
        """
        await asyncio.to_thread(self._folder.publish, self._note)
        self.published = _published(self._note, self._keys)

    STEPS: Final[tuple[Callable[["Round"], Awaitable[None]], ...]] = (
        read,
        write_bundles,
        write_tiles,
        persist,
        sign,
        publish,
    )


class Integrator:
    """Runs rounds when there are leaves, and once a day. One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        self.halted: str | None = None
        """Why the log stands still; None while it goes on."""
        self._due = asyncio.Event()
        self._stopping = False
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._keys: Keys | None = None
        self._last: _Published | None = None
        self.cosigners: list[Cosigner] = []
        """The witnesses that are asked, one task each."""

    @property
    def keys(self) -> Keys:
        """The server's keys.

        Raises:
            HaltedError: the log stands still, or has not been started.
        """
        if self._keys is None or self.halted is not None:
            raise HaltedError(self.halted or "The log has not been started.")
        return self._keys

    def wake_after(self, tx: WriteTx) -> None:
        """Run a round once `tx` is durable."""
        tx.after_commit(self._due.set)

    async def start(self, db: Database) -> None:
        """Look whether the log may go on, and go on. Call it before the first request.

        Where it may not, the server runs and the log stands still: `stage` refuses, and so does whatever needs an entry.

        Raises:
            MalformedError: the setting `log_witnesses` names no witnesses.
        """
        folder = LogFolder(db.world.settings)
        witnesses = parse_witnesses(db.world.settings.log_witnesses)
        try:
            self._keys = await _open(db, folder)
            note = await asyncio.to_thread(folder.note)
            self._last = None if note is None else _published(note, self._keys)
        except HaltedError as error:
            self._halt(error)
            return
        if self._last is None:
            # So that a server that answers has a log, from its first start on.
            await self._look(db)
        self._task = asyncio.create_task(self._run(db), name="log integrator")

        async def add_line(text: str, witness: Witness, line: str) -> None:
            await self._add_line(folder, text, witness, line)

        self.cosigners = [Cosigner(witness, folder, add_line) for witness in witnesses]
        for cosigner in self.cosigners:
            cosigner.start()

    async def stop(self) -> None:
        """Finish the round that is under way; what is staged waits for the next start."""
        self._stopping = True
        for cosigner in self.cosigners:
            await cosigner.stop()
        self._due.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def run_round(self, db: Database) -> None:
        """Take in what is staged and publish, now.

        Raises:
            HaltedError: the log may not go on.
        """
        async with self._turn:
            one = Round(db, LogFolder(db.world.settings), self.keys)
            for step in Round.STEPS:
                await step(one)
            self._last = one.published
        for cosigner in self.cosigners:
            cosigner.wake()

    async def _add_line(self, folder: LogFolder, text: str, witness: Witness, line: str) -> None:
        """Put a witness's line under the published checkpoint, unless a newer one is there by now."""
        async with self._turn:
            note = await asyncio.to_thread(folder.note)
            more = None if note is None else with_line(note, text, witness, line)
            if more is not None:
                await asyncio.to_thread(folder.publish, more)

    async def _run(self, db: Database) -> None:
        while not self._stopping:
            self._due.clear()
            wait_ms = await self._look(db)
            if self.halted is not None:
                return
            if wait_ms and not self._stopping:
                await self._rest(min(wait_ms / 1000, AGAIN_SECONDS))

    async def _look(self, db: Database) -> int:
        """Run a round if one is due; return for how long there is nothing to do, in milliseconds."""
        try:
            wait_ms = await self._wait_ms(db)
            if wait_ms == 0:
                await self.run_round(db)
        except HaltedError as error:
            self._halt(error)
            return 0
        except Exception:
            # The disk is full, or the database is stopping. What is staged is in it: nothing is lost.
            log.exception("log_round_failed")
            return AGAIN_SECONDS * 1000
        return wait_ms

    async def _wait_ms(self, db: Database) -> int:
        if self._last is None:
            return 0
        # Held against what is published and not against the newest head: a crash may lie between the two.
        is_waiting = await db.read(store.leaf_count) > self._last.size
        now_ms = db.world.clock.now_ms()
        return rules_pace.wait_ms(now_ms, self._last.at_ms, is_waiting=is_waiting)

    async def _rest(self, seconds: float) -> None:
        try:
            # Not `wait_for`: before Python 3.12 it may swallow a cancellation.
            async with asyncio.timeout(seconds):
                await self._due.wait()
        except TimeoutError:
            return

    def _halt(self, error: HaltedError) -> None:
        self.halted = error.message
        log.error("log_halted", reason=error.message)


async def _open(db: Database, folder: LogFolder) -> Keys:
    """Return the keys, once nothing speaks against going on.

    Raises:
        HaltedError: something does, or the files cannot be used.
    """
    try:
        return await _open_files(db, folder)
    except OSError as error:
        raise HaltedError(f"The log's files cannot be used: {error}.") from error


async def _open_files(db: Database, folder: LogFolder) -> Keys:
    pinned = await db.read(store.keys)
    keys = await asyncio.to_thread(open_keys, folder, db.world.settings.server_name, pinned)
    if len(pinned) < 2:
        await db.write(pin_keys, keys)
    try:
        note = await asyncio.to_thread(folder.note)
        published = None if note is None else open_checkpoint(note, keys.log)
    except (MalformedError, BadSignatureError) as error:
        raise HaltedError(f"The published checkpoint is not one of this log: {error}") from error
    head, at_published = await db.read(_heads, 0 if published is None else published.size)
    check_restart(published, head, at_published)
    if head is not None:
        await asyncio.to_thread(_check_tiles, folder, head)
    return keys


def _write(folder: LogFolder, made: Iterable[tuple[Tile, bytes]]) -> None:
    for tile, data in made:
        folder.write(tile, data)


def _check_tiles(folder: LogFolder, head: Head) -> None:
    try:
        check_tiles(head, _root(folder, head.size))
    except MissingTileError as error:
        raise HaltedError(f"The tiles are damaged: {error.message}") from error


def _root(folder: LogFolder, size: int) -> bytes:
    return root(size, hashes_of(size, folder.read))


def _published(note: bytes, keys: Keys) -> _Published:
    """Return size and time of a checkpoint of ours; long ago, where our witness has not dated it."""
    try:
        signed_at_s = verified_by(note, [keys.witness]).get(keys.witness) or 0
    except BadSignatureError:
        # Somebody has spoilt the line. It is made anew with the next checkpoint, which so is due at once.
        signed_at_s = 0
    return _Published(open_checkpoint(note, keys.log).size, signed_at_s * 1000)


def _pending(tx: ReadTx, limit: int) -> tuple[Head | None, list[bytes], list[bytes]]:
    """Return the newest head, the entries of its last bundle unless it is full, and those behind it."""
    head = store.head(tx)
    size = 0 if head is None else head.size
    width = size % WIDTH
    entries = store.leaves_from(tx, size - width, width + limit)
    return head, entries[:width], entries[width:]


def _heads(tx: ReadTx, size: int) -> tuple[Head | None, bytes | None]:
    return store.head(tx), store.root_of(tx, size)


def _persist(tx: WriteTx, before: Head | None, after: Head) -> None:
    assert store.head(tx) == before, "nobody else makes heads"
    store.insert_head(tx, after)

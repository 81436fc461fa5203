"""The SQLite engine: one writer thread with group commit, a pool of query-only readers.

Queued verbs run one after another inside one transaction, each in its own savepoint; then there is one commit
with full durability, and only then are callers answered and wake-ups fired. So a caller that got an
answer has its rows on the disk, at a fraction of an fsync per call. See docs/decisions/0002.
"""

import asyncio
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from courtyard.base.errors import UnavailableError
from courtyard.base.ids import StreamPos
from courtyard.bus.memory import MemoryBus
from courtyard.bus.topics import Topic
from courtyard.storage.tx import READ_POSITION, ReadTx, WriteTx
from courtyard.storage.world import World

BATCH_MAX = 256
"""Verbs in one commit at the most: bounds how long the first one waits."""

QUEUE_MAX = 10_000
"""Verbs waiting at the most; then callers are told to come back."""

READERS = 3

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA busy_timeout=10000",
)

_SAVE_POSITION = (
    "INSERT INTO server (key, value) VALUES ('stream_position', ?)"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


P = ParamSpec("P")
T = TypeVar("T")


class _Job:
    """One queued verb and, afterwards, how it went."""

    __slots__ = ("args", "error", "future", "kwargs", "promises", "result", "verb", "wakes")

    def __init__(
        self,
        verb: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        future: asyncio.Future[Any],
    ) -> None:
        self.verb = verb
        self.args = args
        self.kwargs = kwargs
        self.future = future
        self.result: Any = None
        self.error: BaseException | None = None
        self.promises: list[Callable[[], None]] = []
        self.wakes: list[tuple[Topic, StreamPos]] = []


def connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    """Open the database file with our settings; explicit transactions only."""
    driver = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    for pragma in _PRAGMAS:
        driver.execute(pragma)
    # Readers cannot write even by mistake.
    driver.execute("PRAGMA cache_size=-16000" if writable else "PRAGMA cache_size=-8000")
    if not writable:
        driver.execute("PRAGMA query_only=ON")
    return driver


class Database:
    """The way in for the asynchronous edge: `await db.write(verb, …)`, `await db.read(question, …)`."""

    def __init__(self, path: Path, world: World, bus: MemoryBus) -> None:
        """Open a migrated database file. Call `start` inside a running event loop next."""
        self.world = world
        self.bus = bus
        self._path = path
        self._driver = connect(path, writable=True)
        self._inline = connect(path, writable=False)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._local = threading.local()
        self._reader_drivers: list[sqlite3.Connection] = []
        self._writer = threading.Thread(target=self._write_forever, name="writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = False
        row = self._driver.execute(READ_POSITION).fetchone()
        self._position = int(row[0]) if row else 0
        self._committed = self._position

    @property
    def position(self) -> StreamPos:
        """The newest committed place in the stream. Read it on the event loop."""
        return StreamPos(self._committed)

    def start(self) -> None:
        """Start the writer; answers go to the event loop that is running now."""
        self._loop = asyncio.get_running_loop()
        self._writer.start()

    async def close(self) -> None:
        """Finish what is queued, then close every connection."""
        self._closing = True
        self._jobs.put(None)
        if self._writer.is_alive():
            await asyncio.to_thread(self._writer.join)
        # What the last batch promised is still queued on the loop: let it run first.
        await asyncio.sleep(0)
        self._readers.shutdown(wait=True)
        for driver in (*self._reader_drivers, self._inline, self._driver):
            driver.close()

    def write(
        self, verb: Callable[Concatenate[WriteTx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> "asyncio.Future[T]":
        """Queue a verb; the future resolves after its commit, or with what the verb raised."""
        assert self._loop is not None
        if self._closing or self._jobs.qsize() >= QUEUE_MAX:
            message = "The server is busy. Please try again."
            raise UnavailableError(message)
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Job(verb, args, kwargs, future))
        return future

    async def read(
        self, question: Callable[Concatenate[ReadTx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a question on a reader thread, in a snapshot of its own."""
        assert self._loop is not None
        answer: T = await self._loop.run_in_executor(
            self._readers, self._read_on_thread, question, args, kwargs
        )
        return answer

    def read_inline(
        self, question: Callable[Concatenate[ReadTx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a question on the event loop itself: only for a few look-ups by key."""
        answer: T = self._read_with(self._inline, question, args, kwargs)
        return answer

    def _read_on_thread(
        self, question: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        driver: sqlite3.Connection | None = getattr(self._local, "driver", None)
        if driver is None:
            driver = self._local.driver = connect(self._path, writable=False)
            self._reader_drivers.append(driver)
        return self._read_with(driver, question, args, kwargs)

    def _read_with(
        self,
        driver: sqlite3.Connection,
        question: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        driver.execute("BEGIN")
        try:
            return question(ReadTx(driver, self.world), *args, **kwargs)
        finally:
            driver.execute("ROLLBACK")

    # --- the writer's thread -------------------------------------------------------------

    def _write_forever(self) -> None:
        stopping = False
        while not stopping:
            batch: list[_Job] = []
            job = self._jobs.get()
            while True:
                if job is None:
                    stopping = True
                    break
                batch.append(job)
                if len(batch) == BATCH_MAX:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
            if batch:
                self._write_batch(batch)

    def _write_batch(self, batch: list[_Job]) -> None:
        undo: deque[Callable[[], None]] = deque()
        tx = WriteTx(self._driver, self.world, self._position)
        try:
            self._driver.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._run_verb(tx, job, undo)
            if tx._position != self._position:  # noqa: SLF001  # storage's own class
                self._driver.execute(_SAVE_POSITION, (str(tx._position),))  # noqa: SLF001
            self._driver.execute("COMMIT")
            self._position = tx._position  # noqa: SLF001
        except BaseException as error:  # noqa: BLE001  # told to every caller of the batch
            # The commit failed, so nothing of this batch is durable and nobody may be told otherwise.
            for function in reversed(undo):
                function()
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
            for job in batch:
                if job.error is None:
                    job.error, job.promises, job.wakes = error, [], []
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(self._answer, batch, self._position)
        except RuntimeError:
            # The event loop is gone: a stop in mid-flight. The rows are durable and nobody listens.
            return

    def _run_verb(self, tx: WriteTx, job: _Job, undo: deque[Callable[[], None]]) -> None:
        try:
            job.result = job.verb(tx, *job.args, **job.kwargs)
        except BaseException as error:  # noqa: BLE001  # handed to this verb's caller
            job.error = error
            for function in reversed(tx._undo):  # noqa: SLF001
                function()
            if tx._in_savepoint:  # noqa: SLF001
                self._driver.execute("ROLLBACK TO verb")
                self._driver.execute("RELEASE verb")
        else:
            if tx._in_savepoint:  # noqa: SLF001
                self._driver.execute("RELEASE verb")
            undo.extend(tx._undo)  # noqa: SLF001
            job.promises, job.wakes = tx._promises, tx._wakes  # noqa: SLF001
        tx._in_savepoint = False  # noqa: SLF001
        tx._undo, tx._promises, tx._wakes = [], [], []  # noqa: SLF001

    # --- back on the event loop ----------------------------------------------------------

    def _answer(self, batch: list[_Job], position: int) -> None:
        self._committed = position
        for job in batch:
            for promise in job.promises:
                promise()
        for job in batch:
            if job.future.cancelled():
                continue
            if job.error is None:
                job.future.set_result(job.result)
            else:
                job.future.set_exception(job.error)
        # Answers first, then wake-ups: whoever is woken computes at length.
        for job in batch:
            for topic, at in job.wakes:
                self.bus.wake(topic, at)

"""The SQLite engine: one writer thread with group commit, a pool of query-only readers.

Queued verbs run one after another inside one transaction, each in its own savepoint; then there is one commit
with full durability, and only then are callers answered and wake-ups fired. So a caller that got an
answer has its rows on the disk, at a fraction of an fsync per call. See docs/decisions/0002.

When the disk is full, or the database cannot be written for another reason that may pass, callers get an
`UnavailableError` and nothing of the batch is kept. The writer itself never ends before `close`.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import structlog

from courtyard.base.errors import UnavailableError
from courtyard.base.ids import StreamPos
from courtyard.bus.memory import MemoryBus
from courtyard.bus.topics import Topic
from courtyard.storage.pin import pin_server_name
from courtyard.storage.tx import READ_POSITION, ReadTx, WriteTx
from courtyard.storage.world import World

BATCH_MAX = 256
"""Verbs in one commit at the most: bounds how long the first one waits."""

QUEUE_MAX = 10_000
"""Verbs waiting at the most; then callers are told to come back."""

READERS = 3

READS_MAX = 10_000
"""Questions running or waiting for a reader at the most; then callers are told to come back."""

log = structlog.get_logger("storage")

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA busy_timeout=10000",
    # 16 MB: pages that many commits touch are copied into the database once. More, and the commit that has to
    # do the copying holds up the others for longer than a request should take.
    "PRAGMA wal_autocheckpoint=4000",
    # A burst of writes may leave a long log file behind; give the space back.
    "PRAGMA journal_size_limit=67108864",
)

_MAY_PASS: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Results of SQLite that say something about the machine and nothing about the statement."""

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


class _BatchLostError(Exception):
    """The database gave up the whole transaction because one verb failed; the cause says why."""


def as_told(error: BaseException) -> BaseException:
    """Return what a caller is told about a failure: faults of the machine become `UnavailableError`."""
    if isinstance(error, _BatchLostError) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, sqlite3.Error):
        # The low byte is the kind; the rest says where it happened.
        kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if kind in _MAY_PASS:
            told = UnavailableError("The server's database cannot be used just now. Try again.")
            told.__cause__ = error
            return told
    if isinstance(error, StopIteration):
        # A future cannot carry it.
        told_fault = RuntimeError("A verb raised StopIteration.")
        told_fault.__cause__ = error
        return told_fault
    return error


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
        """Open a migrated database file. Call `start` inside a running event loop next.

        Raises:
            OtherServerNameError: the file belongs to a server of another name.
        """
        self.world = world
        self.bus = bus
        self._path = path
        self._driver = connect(path, writable=True)
        try:
            pin_server_name(self._driver, world.settings.server_name)
        except BaseException:
            self._driver.close()
            raise
        self._inline = connect(path, writable=False)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._local = threading.local()
        self._reader_drivers: list[sqlite3.Connection] = []
        self._writer = threading.Thread(target=self._write_forever, name="writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = False
        self._reading = 0
        self._position = self._stored_position()
        self._committed = self._position

    @property
    def position(self) -> StreamPos:
        """The newest committed place in the stream. Read it on the event loop."""
        return StreamPos(self._committed)

    @property
    def queued_count(self) -> int:
        """How many verbs wait for the writer."""
        return self._jobs.qsize()

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
        """Queue a verb; the future resolves after its commit, or with what the verb raised.

        Whoever stops waiting does not stop the verb: once queued, it is done.

        Raises:
            UnavailableError: (from here or from the future) the server stops, too much is queued, or the
                database cannot be written. The verb then left nothing behind, and may be tried again.
        """
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
        """Run a question on a reader thread, in a snapshot of its own.

        Raises:
            UnavailableError: the server stops, too much is asked, or the database cannot be read.
        """
        assert self._loop is not None
        if self._closing or self._reading >= READS_MAX:
            message = "The server is busy. Please try again."
            raise UnavailableError(message)
        self._reading += 1
        try:
            answer: T = await self._loop.run_in_executor(
                self._readers, self._read_on_thread, question, args, kwargs
            )
            return answer
        finally:
            self._reading -= 1

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
            try:
                driver = connect(self._path, writable=False)
            except sqlite3.Error as error:
                raise as_told(error) from error
            self._local.driver = driver
            self._reader_drivers.append(driver)
        return self._read_with(driver, question, args, kwargs)

    def _read_with(
        self,
        driver: sqlite3.Connection,
        question: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        try:
            driver.execute("BEGIN")
            return question(ReadTx(driver, self.world), *args, **kwargs)
        except sqlite3.Error as error:
            raise as_told(error) from error
        finally:
            # SQLite has ended the transaction itself after some faults.
            if driver.in_transaction:
                driver.rollback()

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
        """Run, commit and answer one batch. Never raises: this is all that keeps the writer alive."""
        undo: deque[Callable[[], None]] = deque()
        try:
            self._commit(batch, undo)
        except BaseException as error:  # noqa: BLE001  # told to every caller of the batch
            # The commit failed, so nothing of this batch is durable and nobody may be told otherwise.
            _run_all(reversed(undo))
            self._settle()
            for job in batch:
                job.promises, job.wakes = [], []
                if job.error is None:
                    job.error = as_told(error)
            cause = error.__cause__ if isinstance(error, _BatchLostError) else error
            is_fault = not isinstance(as_told(error), UnavailableError)
            _note("batch_lost", verbs=len(batch), cause=repr(cause), exc_info=is_fault)
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(self._answer, batch, self._position)
        except RuntimeError:
            # The event loop is gone: a stop in mid-flight. The rows are durable and nobody listens.
            return

    def _commit(self, batch: list[_Job], undo: deque[Callable[[], None]]) -> None:
        self._driver.execute("BEGIN IMMEDIATE")
        # Another process (`courtyard admin`) may have written since the last batch.
        before = max(self._position, self._stored_position())
        tx = WriteTx(self._driver, self.world, before)
        for job in batch:
            self._run_verb(tx, job, undo)
        after = tx._position  # noqa: SLF001  # storage's own class
        if after != before and any(job.error is None for job in batch):
            self._driver.execute(_SAVE_POSITION, (str(after),))
        self._driver.execute("COMMIT")
        self._position = after

    def _run_verb(self, tx: WriteTx, job: _Job, undo: deque[Callable[[], None]]) -> None:
        try:
            job.result = job.verb(tx, *job.args, **job.kwargs)
            if tx._in_savepoint:  # noqa: SLF001
                self._driver.execute("RELEASE verb")
        except BaseException as error:  # handed to this verb's caller
            job.error = as_told(error)
            _run_all(reversed(tx._undo))  # noqa: SLF001
            if not self._driver.in_transaction:
                # A full disk and the like end the whole transaction, and with it the neighbours' work.
                raise _BatchLostError from error
            if tx._in_savepoint:  # noqa: SLF001
                self._driver.execute("ROLLBACK TO verb")
                self._driver.execute("RELEASE verb")
        else:
            undo.extend(tx._undo)  # noqa: SLF001
            job.promises, job.wakes = tx._promises, tx._wakes  # noqa: SLF001
        finally:
            tx._in_savepoint = False  # noqa: SLF001
            tx._undo, tx._promises, tx._wakes = [], [], []  # noqa: SLF001
            tx.known.clear()

    def _settle(self) -> None:
        """End a transaction that failed, if need be together with its connection."""
        try:
            if self._driver.in_transaction:
                self._driver.rollback()
        except sqlite3.Error:
            _note("rollback_failed")
            try:
                fresh = connect(self._path, writable=True)
            except sqlite3.Error:
                # Whatever comes next fails as well, is told so, and leads back here.
                _note("reconnect_failed")
                return
            self._driver, broken = fresh, self._driver
            with contextlib.suppress(sqlite3.Error):
                broken.close()

    def _stored_position(self) -> int:
        row = self._driver.execute(READ_POSITION).fetchone()
        return int(row[0]) if row else 0

    # --- back on the event loop ----------------------------------------------------------

    def _answer(self, batch: list[_Job], position: int) -> None:
        self._committed = position
        for job in batch:
            _run_all(job.promises)
        for job in batch:
            # Whoever waited may have gone away meanwhile.
            if job.future.done():
                continue
            if job.error is None:
                job.future.set_result(job.result)
            else:
                job.future.set_exception(job.error)
        # Answers first, then wake-ups: whoever is woken computes at length.
        for job in batch:
            for topic, at in job.wakes:
                try:
                    self.bus.wake(topic, at)
                except Exception:  # noqa: BLE001  # a lost wake-up costs time, not data
                    _note("wake_failed", topic=topic)


def _run_all(functions: Iterable[Callable[[], None]]) -> None:
    """Call functions that must not fail; if one does, note it and go on."""
    for function in functions:
        try:
            function()
        except Exception:  # noqa: BLE001  # the others' promises are kept all the same
            _note("promise_failed")


def _note(event: str, *, exc_info: bool = True, **values: object) -> None:
    """Write a line about the failure that is being handled, if a line can be written at all.

    The log may be a closed pipe or a full disk. Were that to end the writer, or to keep the rest of a batch from
    its answers, the server would stand still without a word.
    """
    with contextlib.suppress(Exception):
        log.error(event, exc_info=exc_info, **values)

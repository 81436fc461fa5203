"""Transactions as their users see them.

A verb takes a `WriteTx`, a question takes a `ReadTx`. Neither can commit: only `database.py` does.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy.sql.base import Executable

from courtyard.base.ids import StreamPos, TimestampMs
from courtyard.bus.topics import Topic
from courtyard.storage.statement import Statement, compile_once
from courtyard.storage.world import World

Row = tuple[Any, ...]
M = TypeVar("M")

READ_POSITION = "SELECT value FROM server WHERE key = 'stream_position'"


class ReadTx:
    """A consistent view of the database. It cannot write.

    Attributes:
        known: rows that a store has read and need not read again, by their key. It lasts as long as one verb or question. A store
            that keeps rows here is the only one to write them, and forgets each row that it writes.
    """

    dialect = "sqlite"

    def __init__(self, driver: sqlite3.Connection, world: World) -> None:
        """Wrap a driver connection inside an open transaction."""
        self._driver = driver
        self._world = world
        self.settings = world.settings
        self.known: dict[str, Any] = {}

    def all(self, statement: Statement, /, **params: object) -> list[Row]:
        """Run a prepared question and return every row as a plain tuple."""
        compiled = statement.compiled(self.dialect)
        return self._driver.execute(compiled.text, compiled.bind(params)).fetchall()

    def each(self, statement: Statement, /, **params: object) -> Iterator[Row]:
        """Run a prepared question and yield its rows one by one, for answers too long to hold."""
        compiled = statement.compiled(self.dialect)
        yield from self._driver.execute(compiled.text, compiled.bind(params))

    def one(self, statement: Statement, /, **params: object) -> Row | None:
        """Run a prepared question and return its first row, or None."""
        compiled = statement.compiled(self.dialect)
        row: Row | None = self._driver.execute(compiled.text, compiled.bind(params)).fetchone()
        return row

    def execute(self, core: Executable) -> list[Row]:
        """Run a question whose shape is only known now. Slower: it is compiled each time."""
        text, values = compile_once(core, self.dialect)
        return self._driver.execute(text, values).fetchall()

    def position(self) -> StreamPos:
        """Return the newest place in the stream that this view of the database holds."""
        row = self._driver.execute(READ_POSITION).fetchone()
        return StreamPos(int(row[0]) if row else 0)

    def now_ms(self) -> TimestampMs:
        """Return the time, in Unix milliseconds."""
        return self._world.clock.now_ms()

    def memory(self, kind: type[M]) -> M:
        """Return this process's one object of a class: a feature's caches. See `World.memory`."""
        return self._world.memory(kind)


class WriteTx(ReadTx):
    """A verb's view of the open write transaction. Verbs of one batch share the commit.

    Nothing outside the database may be told before the commit: that is what `after_commit` and
    `wake_after_commit` are for. A verb that raises leaves nothing behind: its savepoint is rolled back, its `on_rollback`
    functions run newest first, and its promises are dropped.
    """

    def __init__(self, driver: sqlite3.Connection, world: World, position: int) -> None:
        """Wrap the writer's connection; `position` is the last one handed out."""
        super().__init__(driver, world)
        self._position = position
        self._in_savepoint = False
        self._undo: list[Callable[[], None]] = []
        self._promises: list[Callable[[], None]] = []
        self._wakes: list[tuple[Topic, StreamPos]] = []

    def run(self, statement: Statement, /, **params: object) -> int:
        """Run a prepared INSERT, UPDATE or DELETE; return how many rows it touched."""
        if not self._in_savepoint:
            self._open_savepoint()
        compiled = statement.compiled(self.dialect)
        return self._driver.execute(compiled.text, compiled.bind(params)).rowcount

    def add(self, statement: Statement, /, **params: object) -> int:
        """Run a prepared INSERT of one row; return the number that the database gave it."""
        if not self._in_savepoint:
            self._open_savepoint()
        compiled = statement.compiled(self.dialect)
        number = self._driver.execute(compiled.text, compiled.bind(params)).lastrowid
        assert number is not None
        return number

    def run_many(self, statement: Statement, rows: Iterable[Mapping[str, object]]) -> None:
        """Run a prepared statement once for each row."""
        if not self._in_savepoint:
            self._open_savepoint()
        compiled = statement.compiled(self.dialect)
        self._driver.executemany(compiled.text, [compiled.bind(row) for row in rows])

    def execute(self, core: Executable) -> list[Row]:
        """Run a statement whose shape is only known now."""
        if not self._in_savepoint:
            self._open_savepoint()
        return super().execute(core)

    def next_position(self) -> StreamPos:
        """Hand out the next place in the global stream.

        Positions are handed out inside the one writer, so they become visible in order.
        """
        self._position += 1
        return StreamPos(self._position)

    def wake_after_commit(self, topic: Topic, position: StreamPos) -> None:
        """Wake whoever waits for `topic`, once this is durable."""
        self._wakes.append((topic, position))

    def after_commit(self, promise: Callable[[], None]) -> None:
        """Run `promise` on the event loop once this is durable, before the caller is answered."""
        self._promises.append(promise)

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Run `undo` on the writer's thread if this verb or the batch's commit fails."""
        self._undo.append(undo)

    def _open_savepoint(self) -> None:
        # At the first write and not before: a verb that refuses after only reading costs nothing.
        self._driver.execute("SAVEPOINT verb")
        self._in_savepoint = True

"""The wallet's verbs on a real database, without HTTP and without waiting: for laws that are tried ten thousand times."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from courtyard.accounts.account import make_admin
from courtyard.accounts.register import register
from courtyard.base.ids import DeviceId, RoomId, ServerName, StreamPos, TimestampMs, UserId
from courtyard.base.settings import Settings
from courtyard.rooms.create import NewRoom, create_room
from courtyard.rooms.membership import join
from courtyard.storage.database import _SAVE_POSITION, connect
from courtyard.storage.migrate import migrate
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.storage.world import World
from courtyard.wallet.model import Payer
from tests.wallet.bank import give, make_currency

P = ParamSpec("P")
T = TypeVar("T")

START = 1_700_000_000_000
SETTINGS = Settings(server_name=ServerName("test.example"), rate_limits="off")


def user(name: str) -> UserId:
    return UserId(f"@{name}:test.example")


def payer(who: UserId, proof: str | None = None, device: str = "desk") -> Payer:
    """Return somebody who pays; the desk's people have no devices but by name."""
    return Payer(user_id=who, device_id=DeviceId(device), proof=proof)


MEMBERS = tuple(map(user, ("alice", "bob", "carol")))
STRANGER = user("dora")
OPERATORS = (user("mint1"), user("mint2"))


class HandClock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def now_ms(self) -> TimestampMs:
        return TimestampMs(self.time)


class Desk:
    """One database; each verb is one transaction, as the writer does it."""

    def __init__(self, path: Path) -> None:
        self.clock = HandClock()
        self.world = World(self.clock, SETTINGS)
        self.driver = connect(path, writable=True)
        # A test that ends needs nothing to survive it.
        self.driver.execute("PRAGMA synchronous=OFF")
        self._position = ReadTx(self.driver, self.world).position()

    def write(self, verb: Callable[Concatenate[WriteTx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Do it, or leave nothing behind."""
        self.driver.execute("BEGIN IMMEDIATE")
        tx = WriteTx(self.driver, self.world, self._position)
        try:
            done = verb(tx, *args, **kw)
        except BaseException:
            for undo in reversed(tx._undo):
                undo()
            self.driver.rollback()
            raise
        self._position = StreamPos(tx._position)
        self.driver.execute(_SAVE_POSITION, (str(self._position),))
        self.driver.execute("COMMIT")
        for promise in tx._promises:
            promise()
        return done

    def read(self, ask: Callable[Concatenate[ReadTx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Ask."""
        return ask(ReadTx(self.driver, self.world), *args, **kw)

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        (found,) = self.driver.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608
        return int(found)

    def close(self) -> None:
        self.driver.close()


def found(folder: Path) -> tuple[Path, RoomId]:
    """Make a database with people, a room and a currency; return it and the room."""
    path = folder / "desk.db"
    migrate(path)
    desk = Desk(path)
    for who in (*MEMBERS, STRANGER, *OPERATORS):
        desk.write(register, who, None)
    for operator in OPERATORS:
        desk.write(make_admin, operator)
    desk.write(make_currency)
    room_id = desk.write(create_room, MEMBERS[0], NewRoom(preset="public_chat"))
    for who in MEMBERS[1:]:
        desk.write(join, who, room_id)
    desk.close()
    return path, room_id


def fresh(path: Path, target: Path) -> Desk:
    """Return a desk on a copy of a database."""
    for name in (
        target,
        target.with_name(target.name + "-wal"),
        target.with_name(target.name + "-shm"),
    ):
        name.unlink(missing_ok=True)
    shutil.copy(path, target)
    return Desk(target)


def mint(desk: Desk, to: UserId, amount: int) -> None:
    """Make new money."""
    desk.write(give, OPERATORS, to, amount)

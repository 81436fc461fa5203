"""The writer's thread outlives whatever happens around it."""

import sqlite3

import pytest

from courtyard.app.wiring import Server
from courtyard.base.errors import UnavailableError
from courtyard.storage import database
from courtyard.storage.tx import WriteTx
from tests.faults.driver import FailingDriver


class ClosedLog:
    """A log whose file has been closed."""

    def error(self, *_: object, **__: object) -> None:
        raise ValueError("I/O operation on closed file")


async def test_a_log_that_cannot_be_written_stops_nobody(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verb(tx: WriteTx) -> int:
        return tx.next_position()

    def lost_wake(topic: object, at: object) -> None:
        raise sqlite3.ProgrammingError("a wake-up that fails")

    monkeypatch.setattr(database, "log", ClosedLog())
    monkeypatch.setattr(server.bus, "wake", lost_wake)
    driver = FailingDriver(server.db._driver)
    monkeypatch.setattr(server.db, "_driver", driver)
    before = server.db.position

    for at in range(3):  # BEGIN, the position, COMMIT
        driver.arm(at, "statement")
        with pytest.raises(UnavailableError):
            await server.db.write(verb)
        driver.disarm()

    assert await server.db.write(verb) == before + 1

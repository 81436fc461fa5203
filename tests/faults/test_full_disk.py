"""A disk that is full: whoever writes is told to come back, nobody is told anything else, and then it goes on."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from courtyard.app.wiring import Server
from courtyard.base.errors import UnavailableError
from courtyard.base.ids import RoomId
from courtyard.cli.check import violations
from courtyard.rooms.send import send
from courtyard.rooms.views import Views
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx
from tests.api import Api, User, text
from tests.faults.driver import FailingDriver

LONG = "x" * 30_000


async def write(server: Server, user: User, room_id: str, txn: str) -> str:
    names = (user.id, user.device_id, RoomId(room_id), "m.room.message", txn)
    return str(await server.db.write(send, *names, text(LONG)))  # type: ignore[arg-type]  # ids


async def test_a_full_disk(server: Server, alice: User, bob: User) -> None:
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    since = (await bob.sync())["next_batch"]
    woken: list[str] = []
    server.bus.subscribe(lambda topic, _position: woken.append(topic))
    driver = server.db._driver
    pages = driver.execute("PRAGMA page_count").fetchone()[0]
    position = server.db.position
    driver.execute(f"PRAGMA max_page_count={pages}")

    for n in range(3):
        with pytest.raises(UnavailableError):
            await write(server, alice, room_id, f"full{n}")
    several = [write(server, alice, room_id, f"several{n}") for n in range(5)]
    answers = await asyncio.gather(*several, return_exceptions=True)

    assert all(isinstance(answer, UnavailableError) for answer in answers)
    assert (server.db.position, woken) == (position, [])
    view = server.world.memory(Views).get(RoomId(room_id))
    assert view is None or all(LONG.encode() not in event.json for event in view.ring)
    assert "rooms" not in await bob.sync(since)

    driver.execute("PRAGMA max_page_count=1073741823")
    event_id = await write(server, alice, room_id, "full0")
    assert await write(server, alice, room_id, "full0") == event_id
    timeline = (await bob.sync(since))["rooms"]["join"][room_id]["timeline"]
    assert [event["event_id"] for event in timeline["events"]] == [event_id]
    assert list(violations(Path(server.settings.data))) == []


async def test_a_commit_that_fails(server: Server, alice: User) -> None:
    room_id = await alice.create_room()
    driver = FailingDriver(server.db._driver)
    server.db._driver = driver  # type: ignore[assignment]  # the same methods
    promised: list[int] = []

    def verb(tx: WriteTx) -> int:
        tx.after_commit(lambda: promised.append(1))
        return 5

    driver.watch(lambda statement: driver.arm(0, "full") if statement == "COMMIT" else None)
    with pytest.raises(UnavailableError):
        await server.db.write(verb)
    with pytest.raises(UnavailableError):
        await write(server, alice, room_id, "a")
    assert promised == []

    driver.watch(None)
    driver.disarm()
    assert await server.db.write(verb) == 5
    assert promised == [1]
    await write(server, alice, room_id, "a")


async def test_over_http_it_is_a_503_that_clients_understand(
    server: Server, api: Api, alice: User
) -> None:
    driver = FailingDriver(server.db._driver)
    server.db._driver = driver  # type: ignore[assignment]  # the same methods
    driver.watch(lambda statement: driver.arm(0, "full") if statement == "COMMIT" else None)
    hooks = api.http.event_hooks
    api.http.event_hooks = {}

    answer = await api.http.post(
        "/_matrix/client/v3/createRoom",
        json={},
        headers={"Authorization": f"Bearer {alice.token}"},
    )

    driver.watch(None)
    driver.disarm()
    api.http.event_hooks = hooks
    assert (answer.status_code, answer.json()["errcode"]) == (503, "M_UNKNOWN")
    assert answer.headers["access-control-allow-origin"] == "*"


class TestTheWriter:
    """It outlives everything that a verb can do."""

    @pytest.mark.parametrize(
        "error", [StopIteration(), KeyboardInterrupt(), SystemExit(3), MemoryError(), ValueError()]
    )
    async def test_whatever_a_verb_raises(self, server: Server, error: BaseException) -> None:
        def verb(_tx: WriteTx) -> None:
            raise error

        outcome = await asyncio.gather(server.db.write(verb), return_exceptions=True)
        assert isinstance(outcome[0], type(error) | RuntimeError)
        assert await server.db.write(lambda _tx: 1) == 1

    async def test_an_undo_and_a_promise_that_fail(self, server: Server) -> None:
        def broken() -> None:
            raise ValueError

        def refused(tx: WriteTx) -> None:
            tx.on_rollback(broken)
            raise KeyError

        def done(tx: WriteTx) -> int:
            tx.after_commit(broken)
            return 2

        server.bus.subscribe(lambda _topic, _position: broken())
        with pytest.raises(KeyError):
            await server.db.write(refused)
        assert await server.db.write(done) == 2
        assert await server.db.write(lambda _tx: 1) == 1

    async def test_somebody_who_stops_waiting_stops_nothing(self, server: Server) -> None:
        done: list[int] = []
        futures = [server.db.write(lambda _tx, n=n: done.append(n)) for n in range(3)]  # type: ignore[misc]
        futures[1].cancel()

        await futures[2]

        assert done == [0, 1, 2]

    async def test_a_connection_that_cannot_roll_back_is_replaced(self, server: Server) -> None:
        class Broken(FailingDriver):
            def rollback(self) -> None:
                raise sqlite3.OperationalError

        broken = Broken(server.db._driver)
        server.db._driver = broken  # type: ignore[assignment]  # the same methods
        broken.watch(
            lambda statement: broken.arm(0, "statement") if statement == "COMMIT" else None
        )

        with pytest.raises(UnavailableError):
            await server.db.write(lambda _tx: 1)

        assert isinstance(server.db._driver, sqlite3.Connection)
        assert await server.db.write(lambda _tx: 1) == 1

    async def test_it_sees_what_another_process_wrote(self, server: Server) -> None:
        other = sqlite3.connect(server.db._path)
        other.execute("UPDATE server SET value = '1000' WHERE key = 'stream_position'")
        other.execute("INSERT OR IGNORE INTO server VALUES ('stream_position', '1000')")
        other.commit()
        other.close()

        assert await server.db.write(lambda tx: tx.next_position()) == 1001


class TestReaders:
    async def test_a_reader_that_fails_says_come_back(self, server: Server) -> None:
        def question(_tx: ReadTx) -> None:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
            raise error

        with pytest.raises(UnavailableError):
            await server.db.read(question)
        assert await server.db.read(lambda _tx: 1) == 1

    async def test_a_mistake_in_a_statement_is_not_hidden(self, server: Server) -> None:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            await server.db.read(lambda tx: tx._driver.execute("SELECT * FROM nowhere"))
        assert await server.db.read(lambda _tx: 1) == 1

    async def test_a_reader_cannot_write(self, server: Server) -> None:
        with pytest.raises(UnavailableError):
            await server.db.read(lambda tx: tx._driver.execute("DELETE FROM server"))

    async def test_too_many_questions(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("courtyard.storage.database.READS_MAX", 0)
        with pytest.raises(UnavailableError):
            await server.db.read(lambda _tx: 1)


async def test_a_closed_database_takes_nothing_more(server: Server) -> None:
    db: Database = server.db
    last = db.write(lambda _tx: 7)
    db._closing = True
    with pytest.raises(UnavailableError):
        db.write(lambda _tx: 8)
    with pytest.raises(UnavailableError):
        await db.read(lambda _tx: 8)
    db._closing = False
    assert await last == 7

"""The verbs of exports: a fault at any statement leaves nothing behind, and nothing is done for what is gone."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.archive import export, store
from courtyard.archive.builder import Builder
from courtyard.archive.export import GoneError
from courtyard.archive.model import Part, State
from courtyard.base.errors import UnavailableError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.cli.check import FEATURES
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.tx import WriteTx
from tests.api import User
from tests.fakes import FakeClock
from tests.faults.driver import FailingDriver, dump


@pytest.fixture
async def quiet(server: Server) -> Server:
    """A server that builds nothing by itself."""
    await server.world.memory(Builder).stop()
    return server


def part(key: str, n: int = 1) -> Part:
    return Part(n=n, key=key, sha256="00", size_bytes=1)


async def building(server: Server, user: User) -> tuple[str, str]:
    """Return an export that is being built, and the key of its first part, reserved."""
    user_id = UserId(user.id)
    standing = await server.db.read(store.of_user, user_id)
    if standing is not None:
        await server.db.write(lambda tx: export.forget_account(tx, user_id, False))
    export_id = await server.db.write(export.request_export, user_id)
    await server.db.write(export.begin, export_id)
    key = export.new_key()
    await server.db.write(export.reserve, key)
    return export_id, key


async def ready(server: Server, user: User) -> str:
    export_id, key = await building(server, user)
    await server.db.write(export.add_part, export_id, part(key))
    await server.db.write(export.finish, export_id)
    return export_id


Prepared = tuple[Callable[..., Any], tuple[Any, ...]]


async def request_first(server: Server, user: User) -> Prepared:
    user_id = UserId(user.id)
    await server.db.write(lambda tx: export.forget_account(tx, user_id, False))
    return export.request_export, (user_id,)


async def request_again(server: Server, user: User) -> Prepared:
    await ready(server, user)
    return export.request_export, (UserId(user.id),)


async def begin_again(server: Server, user: User) -> Prepared:
    export_id, key = await building(server, user)
    await server.db.write(export.add_part, export_id, part(key))
    return export.begin, (export_id,)


async def add_part(server: Server, user: User) -> Prepared:
    export_id, key = await building(server, user)
    return export.add_part, (export_id, part(key))


async def finish(server: Server, user: User) -> Prepared:
    export_id, key = await building(server, user)
    await server.db.write(export.add_part, export_id, part(key))
    return export.finish, (export_id,)


async def fail(server: Server, user: User) -> Prepared:
    export_id, key = await building(server, user)
    await server.db.write(export.add_part, export_id, part(key))
    return export.fail, (export_id,)


async def expire(server: Server, user: User) -> Prepared:
    await ready(server, user)
    return export.expire, (2**60,)


async def forget(server: Server, user: User) -> Prepared:
    await ready(server, user)
    return export.forget_account, (UserId(user.id), True)


VERBS = [request_first, request_again, begin_again, add_part, finish, fail, expire, forget]


@pytest.mark.parametrize("kind", ["statement", "full"])
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
async def test_a_fault_at_any_statement_leaves_nothing_behind(
    quiet: Server, alice: User, verb: Callable[..., Any], kind: str
) -> None:
    server = quiet
    path = Path(server.settings.data) / DATABASE_FILE
    driver = FailingDriver(server.db._driver)
    server.db._driver = driver  # type: ignore[assignment]  # the same methods
    for n in itertools.count():
        work, args = await verb(server, alice)
        before = dump_all(path)
        driver.arm(n, kind)
        try:
            await server.db.write(work, *args)
        except UnavailableError:
            driver.disarm()
            assert driver.failed is not None
        else:
            driver.disarm()
            assert driver.failed is None
            break
        assert dump_all(path) == before, driver.failed
        await server.db.write(work, *args)
        assert await server.db.read(lambda tx: list(FEATURES["archive"](tx))) == []
    assert n >= 3, "nothing was tried"


def dump_all(path: Path) -> dict[str, list[Any]]:
    found = dump(path)
    assert "export_deletions" in found
    return found


class TestWhatIsGone:
    async def test_a_build_that_is_not_wanted_any_more(self, quiet: Server, alice: User) -> None:
        db = quiet.db
        export_id, key = await building(quiet, alice)
        await db.write(export.forget_account, UserId(alice.id), False)

        for verb, args in (
            (export.add_part, (export_id, part(key))),
            (export.finish, (export_id,)),
        ):
            with pytest.raises(GoneError):
                await db.write(verb, *args)
        with pytest.raises(GoneError):
            await db.read(export.check_building, export_id)
        assert await db.write(export.begin, export_id) is None
        await db.write(export.fail, export_id)
        # The file is still in the queue: nobody forgets it.
        assert key in await db.read(store.due_deletions, TimestampMs(2**60), 10)

    async def test_a_part_that_took_too_long(self, quiet: Server, alice: User) -> None:
        export_id, key = await building(quiet, alice)
        await quiet.db.write(store.forget_deletion, key)
        with pytest.raises(GoneError):
            await quiet.db.write(export.add_part, export_id, part(key))

    async def test_one_that_is_ready_is_not_begun_or_failed(
        self, quiet: Server, alice: User
    ) -> None:
        export_id = await ready(quiet, alice)
        assert await quiet.db.write(export.begin, export_id) is None
        await quiet.db.write(export.fail, export_id)
        found, parts, state = await quiet.db.read(export.find_export, UserId(alice.id), export_id)
        assert (found.attempts, len(parts), state) == (0, 1, State.READY)


async def test_whoever_waits_longest_comes_first(
    quiet: Server, alice: User, bob: User, clock: FakeClock
) -> None:
    db = quiet.db
    first = await db.write(export.request_export, UserId(alice.id))
    second = await db.write(export.request_export, UserId(bob.id))

    async def turn() -> str | None:
        found = await db.read(store.next_to_build, clock.now_ms())
        return None if found is None else found.export_id

    assert await turn() == first
    await db.write(export.begin, first)
    await db.write(export.fail, first)
    assert await turn() == second
    await db.write(export.begin, second)
    await db.write(export.fail, second)
    assert await turn() is None
    clock.advance(60_000)
    assert await turn() == first


async def test_a_wish_on_another_device_while_locked(quiet: Server, alice: User) -> None:
    def devices(tx: WriteTx) -> str | None:
        found = store.of_user(tx, UserId(alice.id))
        assert found is not None
        return found.device_id

    first = await quiet.db.write(export.request_export, UserId(alice.id))
    assert await quiet.db.write(devices) is None
    again = await quiet.db.write(export.request_export, UserId(alice.id), "PHONE")  # type: ignore[arg-type]
    assert again == first
    assert await quiet.db.write(devices) == "PHONE"

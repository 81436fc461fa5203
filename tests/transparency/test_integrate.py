"""The worker by itself: when it publishes, and how it stops."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from courtyard.transparency import store
from courtyard.transparency.errors import BadSignatureError
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.model import Tile
from courtyard.transparency.rules_note import parse_vkey, verified_by
from courtyard.transparency.rules_pace import REFRESH_MS, SPACING_MS
from courtyard.transparency.stage import stage
from tests.fakes import FakeClock
from tests.transparency.logs import path_of, some, started

SECONDS_MAX = 30


async def until(condition: Callable[[], bool]) -> None:
    """Look at the files again and again, and let the worker work in between."""
    deadline = time.monotonic() + SECONDS_MAX
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "it never came"


def size(server: Server) -> int:
    """Return the published size; -1 before there is one."""
    published = LogFolder(server.settings).published()
    return -1 if published is None else published[1].size


async def test_it_publishes_at_once_and_then_at_its_pace(server: Server, clock: FakeClock) -> None:
    await until(lambda: size(server) == 0)
    clock.advance(SPACING_MS)
    await server.db.write(stage, some(0, 1)[0])
    await until(lambda: size(server) == 1)

    # Just after a checkpoint the next one waits.
    await server.db.write(stage, some(1, 1)[0])
    for _ in range(30):
        assert await asyncio.to_thread(size, server) == 1
    clock.advance(SPACING_MS)
    await server.db.write(stage, some(2, 1)[0])
    await until(lambda: size(server) >= 2)


async def test_a_start_dates_an_old_checkpoint_anew_and_leaves_a_new_one_alone(
    settings: Settings, clock: FakeClock
) -> None:
    first = await started(settings, clock)
    await until(lambda: size(first) == 0)
    await first.stop()
    note = LogFolder(settings).note()

    second = await started(settings, clock)
    await second.stop()
    assert LogFolder(settings).note() == note

    clock.advance(REFRESH_MS)
    third = await started(settings, clock)
    await until(lambda: LogFolder(settings).note() != note)
    await third.stop()


async def test_a_spoilt_date_is_made_anew(settings: Settings, clock: FakeClock) -> None:
    first = await started(settings, clock)
    await until(lambda: size(first) == 0)
    await first.stop()
    note = LogFolder(settings).note() or b""
    # A bit of the cosignature itself: its key is still named.
    place = note.rindex(b" ") + 40
    # Another character of base64, whatever stands there: anything else would be no note at all.
    other = b"B" if note[place : place + 1] == b"A" else b"A"
    LogFolder(settings).publish(note[:place] + other + note[place + 1 :])

    second = await started(settings, clock)
    assert second.world.memory(Integrator).halted is None
    witness = parse_vkey((await second.db.read(store.keys))["witness"])

    def is_dated() -> bool:
        try:
            return witness in verified_by(LogFolder(settings).note() or b"", [witness])
        except BadSignatureError:
            return False

    await until(is_dated)
    await second.stop()


async def test_what_was_staged_before_a_stop_is_published_after_it(
    settings: Settings, clock: FakeClock
) -> None:
    first = await started(settings, clock)
    await until(lambda: size(first) == 0)
    await asyncio.gather(*(first.db.write(stage, each) for each in some(0, 20)))
    await first.stop()
    clock.advance(SPACING_MS)
    second = await started(settings, clock)
    await until(lambda: size(second) == 20)
    await second.stop()


async def test_a_log_that_may_not_go_on_stands_still_and_the_server_goes_on(
    server: Server, clock: FakeClock
) -> None:
    integrator = server.world.memory(Integrator)
    await until(lambda: size(server) == 0)
    clock.advance(SPACING_MS)
    await server.db.write(stage, some(0, 1)[0])
    await until(lambda: size(server) == 1)
    path_of(server.settings, Tile(0, 0)).write_bytes(bytes(32))
    clock.advance(SPACING_MS)
    await server.db.write(stage, some(1, 1)[0])
    await until(lambda: integrator.halted is not None)
    assert size(server) == 1
    assert await server.db.read(lambda tx: tx.position()) >= 0


async def test_a_folder_that_cannot_be_used_does_not_keep_the_server_from_starting(
    settings: Settings,
) -> None:
    Path(settings.data).mkdir()
    (Path(settings.data) / "transparency").write_text("a file where a folder belongs")
    server = await started(settings)
    assert "cannot be" in (server.world.memory(Integrator).halted or "")
    await server.stop()


@pytest.mark.parametrize("failing", ["write_tiles", "publish"])
async def test_a_round_that_fails_is_tried_again(
    server: Server, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    await until(lambda: size(server) == 0)
    name = {"write_tiles": "write", "publish": "publish"}[failing]
    real, failed = getattr(LogFolder, name), asyncio.Event()

    def fail(*_: object) -> None:
        failed.set()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LogFolder, name, fail)
    clock.advance(SPACING_MS)
    await server.db.write(stage, some(0, 1)[0])
    await until(failed.is_set)
    assert size(server) == 0
    monkeypatch.setattr(LogFolder, name, real)
    # It would look again by itself in a minute; a leaf wakes it.
    clock.advance(SPACING_MS)
    await server.db.write(stage, some(1, 1)[0])
    await until(lambda: size(server) >= 1)
    assert server.world.memory(Integrator).halted is None

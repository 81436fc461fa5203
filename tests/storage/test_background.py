"""Background work: called for, resting, failing, stopping."""

import asyncio

from courtyard.storage.background import Background, seconds_until


class Watched(Background):
    """Counts its rounds, and can be made to fail or to hang."""

    def __init__(self, *, patience_seconds: float = 0) -> None:
        super().__init__(
            "test", "test_failed", trouble_seconds=0, patience_seconds=patience_seconds
        )
        self.rounds = 0
        self.failures = 0
        self.done = asyncio.Event()
        self.held: asyncio.Event | None = None

    async def work(self) -> float:
        self.rounds += 1
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        if self.held is not None:
            await self.held.wait()
        self.done.set()
        return 3_600


async def test_it_begins_by_itself_and_comes_when_called() -> None:
    one = Watched()
    one.begin(one.work)
    await one.done.wait()
    one.done.clear()
    one.due.set()
    await one.done.wait()
    await one.stop()
    assert one.rounds == 2


async def test_what_fails_is_tried_again() -> None:
    one = Watched()
    one.failures = 2
    one.begin(one.work)
    await one.done.wait()
    await one.stop()
    assert one.rounds == 3


async def test_a_stop_waits_for_a_step_as_long_as_it_may() -> None:
    one = Watched(patience_seconds=10)
    one.held = asyncio.Event()
    one.begin(one.work)
    await asyncio.sleep(0)
    stopping = asyncio.create_task(one.stop())
    await asyncio.sleep(0)
    assert one.is_closing
    one.held.set()
    await stopping
    assert one.done.is_set()


async def test_without_patience_it_stops_in_the_middle_and_begins_again() -> None:
    one = Watched()
    one.held = asyncio.Event()
    one.begin(one.work)
    await asyncio.sleep(0)
    await one.stop()
    await one.stop()
    assert not one.done.is_set()
    one.held = None
    one.begin(one.work)
    await one.done.wait()
    await one.stop()


def test_how_long_to_rest() -> None:
    assert seconds_until(None, 1_000, 60) == 60
    assert seconds_until(11_000, 1_000, 60) == 10
    assert seconds_until(1_000_000, 1_000, 60) == 60
    assert seconds_until(0, 1_000, 60) == 0.05

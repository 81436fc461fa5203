"""Does a send cost the same when the server has grown? Courtyard alone, from empty.

First from 1 room to `growth_rooms`, in steps of ten, the sends going round all of them; then, on a
new server with 20 rooms, from 10^3 events to `growth_events`. Filled through the API like everything
else: a send is the fastest thing the server has, and so no shape of its data can be faked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bench import load as loads
from bench.figures import Budget, Figure, Round
from bench.matrix import User, connected
from bench.measures import sends
from bench.servers.stand import Stand
from bench.sizes import Sizes

NAME = "growth"
STANDS = ("Courtyard",)
_FLAT = Budget(value_max=1.25)
FIGURES = (
    Figure("first_room_us", "growth: server CPU per send, 1 room", "µs"),
    Figure("last_room_us", "  at the most rooms", "µs"),
    Figure("rooms_times", "  most rooms over the least", "x", budget=_FLAT),
    Figure("first_event_us", "growth: server CPU per send, 10³ events", "µs"),
    Figure("last_event_us", "  at the most events", "µs"),
    Figure("events_times", "  most events over the least", "x", budget=_FLAT),
)
_FIRST_EVENTS = 1_000
_MEMBERS = 2
_ROOMS = 20
_SAMPLES = 3
_CONNECTIONS = 32
_FILL_S_MAX = 900


def steps(first: int, last: int) -> Iterator[int]:
    """Count from `first` in steps of ten, ending exactly at `last`."""
    level = first
    while level < last:
        yield level
        level *= 10
    yield last


async def prepare(stand: Stand, sizes: Sizes) -> loads.Job:
    """Describe the sends; accounts and rooms come as the server grows."""
    return sends.job(stand, [], [], sizes) | {
        "connections": _CONNECTIONS,
        "rooms_max": sizes.growth_rooms,
        "events_max": sizes.growth_events,
        "sends": sizes.growth_sends,
    }


def rounds(sizes: Sizes) -> int:
    """One: it grows only once."""
    del sizes
    return 1


def measure(stand: Stand, prepared: loads.Job, number: int) -> Round:
    """Grow twice from empty, and measure at each step."""
    del number
    figures: Round = {}
    growth = _Growth(stand, prepared)
    levels = list(steps(1, prepared["rooms_max"]))
    for rooms_count in levels:
        growth.add_rooms(rooms_count)
        for key, value in growth.sample().items():
            figures[f"rooms_{rooms_count}_{key}"] = value
    figures |= _first_and_last(figures, "room", levels)

    growth = _Growth(stand, prepared)
    growth.add_rooms(_ROOMS)
    levels = list(steps(_FIRST_EVENTS, prepared["events_max"]))
    for events_count in levels:
        growth.fill(events_count)
        for key, value in growth.sample().items():
            figures[f"events_{events_count}_{key}"] = value
    return figures | _first_and_last(figures, "event", levels)


def _first_and_last(figures: Round, what: str, levels: list[int]) -> Round:
    first = figures[f"{what}s_{levels[0]}_server_cpu_us"]
    last = figures[f"{what}s_{levels[-1]}_server_cpu_us"]
    return {
        f"first_{what}_us": first,
        f"last_{what}_us": last,
        f"{what}s_times": last / first,
    }


class _Growth:
    """A server that grows from empty: its rooms and how much was sent so far."""

    def __init__(self, stand: Stand, task: loads.Job) -> None:
        stand.stop()
        stand.empty()
        stand.start()
        self._stand, self._task = stand, task
        self._users: list[User] = []
        self._rooms: list[str] = []
        self.sent = 0
        self._txn = 0

    def add_rooms(self, count: int) -> None:
        """Create rooms until there are `count`."""
        asyncio.run(self._add_rooms(count))

    async def _add_rooms(self, count: int) -> None:
        async with connected(self._stand.address, width=_CONNECTIONS) as matrix:
            users = self._users = await self._stand.users(matrix, _MEMBERS)

            async def make(number: int) -> str:
                room_id = await matrix.create_room(users[0], f"growth {number}")
                for user in users[1:]:
                    await matrix.join(user, room_id)
                return room_id

            self._rooms += await matrix.each(range(len(self._rooms), count), make)

    def fill(self, count: int) -> None:
        """Send until `count` messages were sent."""
        if count > self.sent:
            self._send(count - self.sent)

    def sample(self) -> Round:
        """Send one to each room to warm it up, then the measured number a few times: the cheapest.

        The steps lie minutes apart and cannot take turns; the least CPU is what the code needs,
        anything above it is what else the machine was doing.
        """
        self._send(len(self._rooms))
        taken = [self._send(self._task["sends"]) for _ in range(_SAMPLES)]
        return min(taken, key=lambda one: one["server_cpu_us"])

    def _send(self, count: int) -> Round:
        task = self._task | {
            "pid": self._stand.pid,
            "tokens": [user.token for user in self._users],
            "rooms": self._rooms,
            "first_txn": self._txn,
            "warm_up_s": 0,
            "window_s": _FILL_S_MAX,
            "count": count,
        }
        figures = loads.run(sends.__name__, task, timeout_s=_FILL_S_MAX + 60)
        # Some more were under way when the last one was counted.
        self._txn += count + _CONNECTIONS
        self.sent += count
        return figures

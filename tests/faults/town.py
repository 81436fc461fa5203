"""Two people on a server whose database fails when it is told to, and what is tried on it."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from courtyard.app.wiring import Server
from courtyard.base.errors import CourtyardError
from courtyard.gate.admit import GateMemory
from courtyard.gate.store import not_ended
from courtyard.rooms.heads import Heads, load
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.tx import ReadTx, WriteTx
from tests.api import Api, User
from tests.conduct.town import Court
from tests.fakes import FakeClock
from tests.faults.driver import FailingDriver, dump
from tests.wallet.bank import Bank
from tests.wallet.shop import Shop

Request = tuple[str, str, Any]
"""Method, path, JSON body or bytes."""


class Town:
    """Two people, a room, and the driver that fails."""

    def __init__(self, server: Server, api: Api, clock: FakeClock, alice: User, bob: User) -> None:
        self.server = server
        self.clock = clock
        self.court: Court | None = None
        self.bank: Bank | None = None
        self.shop: Shop | None = None
        self.api = api
        self.alice = alice
        self.bob = bob
        self.room = ""
        # Without the hook that takes every 5xx for a failure: here they are the point.
        transport = httpx.ASGITransport(server.asgi)  # type: ignore[arg-type]  # ours is untyped
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test.example")
        self.path = Path(server.settings.data) / DATABASE_FILE
        self.driver = FailingDriver(server.db._driver)
        server.db._driver = self.driver  # type: ignore[assignment]  # the same methods

    async def send(self, user: User | None, request: Request) -> httpx.Response:
        """Send a request that may be answered 503."""
        method, path, body = request
        headers = {} if user is None else {"Authorization": f"Bearer {user.token}"}
        url = path if path.startswith("/") else f"/_matrix/client/v3/{path}"
        if isinstance(body, bytes):
            headers["Content-Type"] = "image/png"
            return await self.http.request(method, url, content=body, headers=headers)
        return await self.http.request(method, url, json=body, headers=headers)

    def check_memory(self) -> None:
        """Hold what the writer has in memory against the database."""
        tx = ReadTx(self.driver.real, self.server.world)
        gate = self.server.world.memory(GateMemory)
        if gate.loaded:
            kept = {it.id: it for mine in gate.written.values() for it in mine}
            in_database = {it.id: it for it in not_ended(tx)}
            assert in_database == {id: kept[id] for id in in_database}
            assert gate.published == gate.written
        heads = self.server.world.memory(Heads)
        for room_id, head in list(heads._heads.items()):
            fresh = load(tx, room_id)
            for name in ("room_no", "state", "positions", "joined", "latest_event_id", "depth"):
                kept, real = getattr(head, name), getattr(fresh, name)
                if name == "state":
                    kept, real = ({k: e.event_id for k, e in s.items()} for s in (kept, real))
                assert kept == real, (room_id, name)
            assert head.ordinal == fresh.ordinal


Action = Callable[[Town, int], Awaitable[tuple[User | None, Request]]]
"""Makes what request number n needs, and returns the request."""

Verb = Callable[[WriteTx], Any]

Step = Callable[[Town], Awaitable[Verb]]
"""Makes what a verb needs, and returns the verb."""


async def write_with_every_fault(town: Town, verb: Verb, kind: str) -> int:
    """Let a verb's first statement fail, then its second, and so on until none is left; hold that each time it left nothing.

    Returns:
        How many failed.
    """
    before = dump(town.path)
    for n in itertools.count():
        town.driver.arm(n, kind)
        try:
            await town.server.db.write(verb)
        except CourtyardError:
            town.driver.disarm()
            assert dump(town.path) == before, town.driver.failed
            continue
        finally:
            town.driver.disarm()
        break
    assert town.driver.failed is None
    return n

"""The town in which statements fail."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from courtyard.app.wiring import Server
from courtyard.archive.builder import Builder
from courtyard.conduct.caretaker import Caretaker
from courtyard.media.sweep import Sweeper
from courtyard.transparency.integrate import Integrator
from courtyard.wallet.guard.blocks import Teller
from courtyard.wallet.shops.sweep import Sweeper as ShopSweeper
from courtyard.wallet.sweep import Sweeper as WalletSweeper
from courtyard.wallet.webhooks.courier import Courier
from tests.api import Api, User
from tests.fakes import FakeClock
from tests.faults.town import Town


@pytest.fixture
async def town(
    server: Server, api: Api, clock: FakeClock, alice: User, bob: User
) -> AsyncIterator[Town]:
    """Two people, a room, and the driver that fails."""
    # What they write would now and then take the failure that was meant for the request.
    memory = server.world.memory
    workers = (
        *(memory(Sweeper), memory(Integrator), memory(Builder), memory(Caretaker)),
        *(memory(WalletSweeper), memory(ShopSweeper), memory(Courier), memory(Teller)),
    )
    for worker in workers:
        await worker.stop()
    made = Town(server, api, clock, alice, bob)
    made.room = await alice.create_room(preset="public_chat")
    (await bob.join(made.room)).ok()
    yield made
    made.driver.disarm()
    made.driver.watch(None)
    await made.http.aclose()

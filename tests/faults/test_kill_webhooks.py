"""`kill -9` ten times while merchants are told things: each message that was acknowledged arrives, in order, and with the same bytes."""

import asyncio
import itertools
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import pytest

from courtyard.cli.check import violations
from tests.api import Api
from tests.faults.test_kill import Fate
from tests.server import running_server
from tests.wallet.hooks import Hook
from tests.wallet.receiver import Receiver
from tests.wallet.shop import Shop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

KILLS = 10
SHOPS = 4
SETTINGS = {"COURTYARD_WEBHOOKS_TO_PRIVATE_ADDRESSES": "on"}


class Merchant:
    """Has messages sent without pause, and remembers which were acknowledged."""

    def __init__(self, hook: Hook, fate: Fate) -> None:
        self.hook, self._fate = hook, fate
        self.told: dict[str, int] = {}
        """Message → version."""

    async def run(self) -> None:
        """Go on until the connection breaks."""
        try:
            for _ in itertools.count():
                made = (await self.hook.act("test")).ok()
                self.told[made["message_id"]] = made["version"]
                self._fate.on_answer()
        except httpx.TransportError:
            return


async def test_ten_kills_while_messages_are_sent(tmp_path: Path) -> None:
    fate = Fate(random.Random(4))
    receiver = await Receiver().start()
    async with (
        running_server(tmp_path, settings=SETTINGS) as server,
        httpx.AsyncClient(base_url=server.base_url, timeout=30) as http,
    ):
        api = Api(http)
        merchants = []
        for n in range(SHOPS):
            shop = await Shop.open(await api.register(f"owner{n}"))
            merchants.append(Merchant(await Hook.open(shop, receiver.url), fate))
        for _ in range(KILLS):
            struck = asyncio.create_task(fate.wait())
            running = [asyncio.create_task(merchant.run()) for merchant in merchants]
            await struck
            server.kill()
            await asyncio.gather(*running)
            assert list(violations(server.data)) == []
            await server.start()
        told = {id for merchant in merchants for id in merchant.told}
        assert len(told) > 100
        async with asyncio.timeout(120):
            while not told <= {taken.id for taken in receiver.taken}:
                await receiver.until(len(receiver.taken) + 1)
        check_arrivals(receiver)
        assert await server.stop() == 0
        assert list(violations(server.data)) == []
    await receiver.stop()


def check_arrivals(receiver: Receiver) -> None:
    """Hold what came against what was promised."""
    bodies: dict[str, set[str]] = defaultdict(set)
    versions: dict[str, list[Any]] = defaultdict(list)
    for taken in receiver.taken:
        if taken.id not in bodies:
            versions[taken.data["ref"]].append(taken.data["version"])
        bodies[taken.id].add(taken.body)
    assert all(len(same) == 1 for same in bodies.values())
    for came in versions.values():
        assert came == sorted(came)

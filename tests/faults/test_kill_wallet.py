"""`kill -9` fifteen times under payments: none that was answered is lost, none is made twice, no money is made."""

import asyncio
import itertools
import random
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from courtyard.cli.admin import admin
from courtyard.cli.check import violations
from courtyard.cli.wallet import wallet
from tests.api import PASSWORD, Api, User
from tests.faults.test_kill import Fate
from tests.server import running_server
from tests.wallet.bank import WALLET, balance, payments

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

KILLS = 15
PAYERS = 6
EACH = 100_000


class Payer:
    """Pays without pause, and remembers what it was told."""

    def __init__(self, user: User, to: User, room_id: str, fate: Fate) -> None:
        self.user, self.to, self.room_id, self._fate = user, to, room_id, fate
        self.told: dict[str, str] = {}
        """Key → id."""
        self.unsure: str | None = None
        self._keys = itertools.count()

    async def run(self) -> None:
        """Pay until the connection breaks."""
        try:
            while True:
                self.unsure = f"k{next(self._keys)}"
                await self._pay(self.unsure)
                self.unsure = None
                self._fate.on_answer()
        except httpx.TransportError:
            return

    async def repeat(self) -> None:
        """Ask again for what was never answered, and for one that was."""
        if self.unsure is not None:
            await self._pay(self.unsure)
        for key, id in list(self.told.items())[-1:]:
            await self._pay(key)
            assert self.told[key] == id

    async def _pay(self, key: str) -> None:
        body = {"key": key, "room_id": self.room_id, "to": self.to.id, "currency": "LEAF"}
        made = (await self.user.post(f"{WALLET}/transfers", body | {"amount": "1"})).ok()
        self.told[key] = made["id"]


def command(app: object, data: Path, *arguments: str, password: str = "") -> str:
    """Run a command as the operator does, beside the server."""
    given = [*arguments, "--data", str(data), "--server-name", "courtyard.test"]
    done = CliRunner().invoke(app, given, input=f"{password}\n")  # type: ignore[arg-type]
    assert done.exit_code == 0, done.output
    return done.output


def fund(data: Path, names: list[str]) -> None:
    """Make a currency and give each the same, by two operators."""
    for operator in ("op1", "op2"):
        command(admin, data, "user", "make-admin", operator)
    command(wallet, data, "currency", "add", "LEAF", "Leaves")
    for name in names:
        told = command(
            wallet,
            data,
            "mint",
            "propose",
            name,
            str(EACH),
            "LEAF",
            "--by",
            "op1",
            password=PASSWORD,
        )
        id = told.split()[0]
        command(wallet, data, "mint", "approve", id, "--by", "op2", password=PASSWORD)


async def test_fifteen_kills_under_payments(tmp_path: Path) -> None:
    fate = Fate(random.Random(4))
    async with (
        running_server(tmp_path) as server,
        httpx.AsyncClient(base_url=server.base_url, timeout=30) as http,
    ):
        api = Api(http)
        for operator in ("op1", "op2"):
            await api.register(operator)
        users = [await api.register(f"payer{n}") for n in range(PAYERS)]
        await asyncio.to_thread(fund, server.data, [f"payer{n}" for n in range(PAYERS)])
        room_id = await users[0].create_room(preset="public_chat")
        for user in users[1:]:
            (await user.join(room_id)).ok()
        payers = [
            Payer(user, users[(n + 1) % PAYERS], room_id, fate) for n, user in enumerate(users)
        ]
        for _ in range(KILLS):
            struck = asyncio.create_task(fate.wait())
            running = [asyncio.create_task(payer.run()) for payer in payers]
            await struck
            server.kill()
            await asyncio.gather(*running)
            assert list(violations(server.data)) == []
            await server.start()
            for payer in payers:
                await payer.repeat()
        assert sum(len(payer.told) for payer in payers) > 300
        told = set()
        for payer in payers:
            # Each was paid once: the balance says so, and each is known by its id.
            assert await balance(payer.user) == EACH - len(payer.told)
            assert len(set(payer.told.values())) == len(payer.told)
            told |= set(payer.told.values())
        assert told >= {one["id"] for one in await payments(users[0], room_id)}
        assert await server.stop() == 0
        assert list(violations(server.data)) == []

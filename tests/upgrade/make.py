"""Write the data directory of this schema as SQL text: `python -m tests.upgrade.make`, once for each release.

What it writes is kept for ever. Never write over the directory of a schema that was released: people have such files.
"""

import asyncio
import sqlite3
import tempfile
from pathlib import Path

import httpx

from courtyard.app.wiring import Server
from courtyard.base.ids import ServerName, TimestampMs, UserId
from courtyard.base.settings import Settings
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.schema import SCHEMA_VERSION
from courtyard.storage.tx import WriteTx
from courtyard.wallet import ledger
from courtyard.wallet.model import HoldId
from tests.api import Api, User, q
from tests.fakes import FakeClock
from tests.faults.busy_town import build
from tests.transparency.logs import publish, some
from tests.wallet.bank import LEAF, Bank, act, bill, offer, packet

DIRECTORIES = Path(__file__).parent / "directories"


async def main(folder: Path) -> str:
    """Let people live on a new server, and return its database as SQL."""
    settings = Settings(
        server_name=ServerName("test.example"),
        data=str(folder),
        rate_limits="off",
        password_memory_kib=64,
    )
    server = Server(settings, FakeClock())
    await server.start()
    transport = httpx.ASGITransport(server.asgi)  # type: ignore[arg-type]  # ours is untyped
    async with httpx.AsyncClient(transport=transport, base_url="http://test.example") as http:
        api = Api(http)
        people = {name: await api.register(name) for name in ("alice", "bob", "carol")}
        await build(api, people)
        await _pay(server, api, people["alice"], people["bob"])
    await publish(server, *some(0, 3))
    await server.stop()
    driver = sqlite3.connect(folder / DATABASE_FILE)
    text = "\n".join(driver.iterdump())
    driver.close()
    return text + "\n"


async def _pay(server: Server, api: Api, alice: User, bob: User) -> None:
    """Leave 100 with Alice, and then one payment of each kind, in each state."""
    bank = await Bank(server).open(api)
    await bank.give(alice, 100)
    room = (await alice.post("createRoom", {"preset": "public_chat"})).ok()["room_id"]
    (await bob.post(f"join/{q(room)}", {})).ok()
    taken, declined, _waiting = [
        (await offer(alice, bob, room, amount)).ok()["id"] for amount in ("7", "5", "3")
    ]
    (await act(bob, "transfers", taken, "accept")).ok()
    (await act(bob, "transfers", declined, "decline")).ok()
    shares = (await packet(alice, room, "10", 2, split="equal")).ok()["id"]
    (await act(bob, "packets", shares, "claim")).ok()
    asked = (await bill(bob, room, "4", [alice])).ok()["id"]
    (await act(alice, "requests", asked, "pay", key="part")).ok()
    await server.db.write(_keep_back, UserId(alice.id))


def _keep_back(tx: WriteTx, who: UserId) -> None:
    account = ledger.open_account(tx, "user", who, LEAF)
    until = TimestampMs(tx.now_ms() + 24 * 3_600_000)
    ledger.hold(tx, admit(tx, who, Action.PAY), HoldId("h"), account.id, 2, until)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        dumped = asyncio.run(main(Path(made)))
    (DIRECTORIES / f"schema_{SCHEMA_VERSION:04}.sql").write_text(dumped, "utf-8")

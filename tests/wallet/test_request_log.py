"""The same requests get the same answers, whatever keeps the rows and however often the server was started anew.

A log is drawn from a seed: what people ask of the wallet, right and wrong, with retries and with time that passes. It is played on servers
of their own, and the answers are held against each other: only what chance made (ids of rooms and events) and times may differ. Each
engine that the server knows plays it; today that is SQLite, once straight through and once with a new process's memory before each request.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from courtyard.cli.check import violations
from courtyard.wallet.shops.sweep import sweep as sweep_shops
from courtyard.wallet.sweep import sweep
from tests.api import Api
from tests.fakes import FakeClock
from tests.wallet.bank import DAY, LEAF, WALLET, Bank
from tests.wallet.shop import DETAILS

NAMES = ("alice", "bob", "carol")
HOUR = 3_600_000
REQUESTS = 150
_CHANCE = re.compile(r'[$!][A-Za-z0-9_-]{20,}|\b[om]_[a-z0-9]{16,}|"(code|seed|seed_hash)":"[^"]*"')
_TIMES = re.compile(r'"[a-z_]+_at":\d+')
Step = tuple[str, str, str, dict[str, Any] | None]
"""Who, method, path, body. `{room}`, `{shop}` and `{n}` (the n-th thing that was made) are put in when it is played."""


def drawn(seed: int) -> list[Step | int]:
    """Draw a log; a number is time that passes."""
    chance = random.Random(seed)
    log: list[Step | int] = []

    def amount() -> str:
        return str(chance.choice([1, 7, 50, 300, 900, 5_000, 0, -1, "1.5"]))

    def thing() -> str:
        return f"{{{chance.randrange(12)}}}"

    for number in range(REQUESTS):
        who, other = chance.sample(NAMES, 2)
        key = f"k{number if chance.random() < 0.9 else chance.randrange(number + 1)}"
        money = {"key": key, "room_id": "{room}", "currency": LEAF, "amount": amount()}
        wishes: list[Step | int] = [
                    (who, "POST", "/transfers", money | {"to": f"@{other}:test.example"}),
                    (who, "POST", "/transfers", money | {"to": f"@{other}:test.example"}),
                    (who, "POST", f"/transfers/{thing()}/accept", {}),
                    (who, "POST", f"/transfers/{thing()}/decline", {}),
                    (who, "POST", f"/transfers/{thing()}/recall", {}),
                    (who, "PUT", "/arrival-delay", {"delay_ms": chance.choice([0, 2 * HOUR, DAY, 1])}),
                    (who, "GET", "/arrival-delay", None),
                    (who, "POST", "/packets", money | {"count": 3, "split": "equal"}),
                    (who, "POST", f"/packets/{thing()}/claim", {}),
                    (who, "POST", "/requests", money | {"among": [{"user_id": f"@{other}:test.example"}]}),
                    (who, "POST", f"/requests/{thing()}/pay", {"key": key}),
                    (who, "POST", f"/requests/{thing()}/cancel", {}),
                    ("bob", "POST", "/merchants/{shop}/orders", _order(chance, number, amount())),
                    (who, "POST", f"/orders/{thing()}/pay", {"key": key}),
                    ("bob", "POST", f"/merchants/{{shop}}/orders/{thing()}/refunds", _refund(chance, amount())),
                    ("bob", "POST", f"/merchants/{{shop}}/orders/{thing()}/revoke", {}),
                    (who, "GET", "/balance", None),
                    (who, "GET", f"/history/{LEAF}", None),
                    (who, "GET", f"/transfers/{thing()}", None),
                    chance.choice([1, HOUR, DAY]),
        ]  # fmt: skip
        log.append(chance.choice(wishes))
    return log


def _order(chance: random.Random, number: int, amount: str) -> dict[str, Any]:
    no = f"no{chance.choice([number, number // 3])}"
    return {"out_trade_no": no, "kind": "native", "currency": LEAF, "amount": amount}


def _refund(chance: random.Random, amount: str) -> dict[str, Any]:
    return {"out_refund_no": f"r{chance.randrange(20)}", "amount": amount, "reason": "cold"}


class Player:
    """A server that plays a log, and forgets everything between two requests if it is told to."""

    def __init__(self, settings: Settings, *, anew: bool) -> None:
        self.clock = FakeClock()
        self.settings = settings
        self.anew = anew
        self.things: list[str] = []

    async def start(self) -> None:
        self.server = Server(self.settings, self.clock)
        await self.server.start()
        transport = httpx.ASGITransport(self.server.asgi)  # type: ignore[arg-type]  # ours is untyped
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test.example")

    async def stop(self) -> None:
        await self.http.aclose()
        await self.server.stop()

    async def begin(self) -> None:
        """Make the people, their money, their room and a shop."""
        await self.start()
        api = Api(self.http)
        people = [await api.register(name) for name in NAMES]
        bank = await Bank(self.server).open(api)
        await bank.give(people[0], 20_000)
        await bank.give(people[1], 2_000)
        made = (await people[0].post("createRoom", {"preset": "public_chat"})).ok()
        self.room = made["room_id"]
        for person in people[1:]:
            (await person.post(f"join/{self.room}", {})).ok()
        shop = await people[1].post(f"{WALLET}/merchants", DETAILS | {"key": "shop"})
        self.shop = shop.ok()["id"]
        self.tokens = {name: person.token for name, person in zip(NAMES, people, strict=True)}

    async def play(self, step: Step) -> tuple[int, str]:
        """Do a request and return its answer, without what chance and the clock made."""
        if self.anew:
            await self.stop()
            await self.start()
        who, method, path, body = step
        filled = (
            None
            if body is None
            else msgspec.json.decode(self._filled(msgspec.json.encode(body).decode()))
        )
        path = WALLET + self._filled(path)
        answer = await Api(self.http).request(method, path, filled, token=self.tokens[who])
        if answer.status == 200 and isinstance(answer.body, dict) and "id" in answer.body:
            self.things.append(str(answer.body["id"]))
        told = msgspec.json.encode(answer.body).decode()
        return answer.status, _TIMES.sub("", _CHANCE.sub("?", told))

    def _filled(self, text: str) -> str:
        text = text.replace("{room}", self.room).replace("{shop}", self.shop)
        return re.sub(r"\{(\d+)\}", lambda found: self._thing(int(found[1])), text)

    def _thing(self, back: int) -> str:
        return self.things[-1 - back % len(self.things)] if self.things else "none"


@pytest.mark.parametrize("seed", range(2))
async def test_the_same_requests_get_the_same_answers(
    tmp_path: Path, settings: Settings, seed: int
) -> None:
    players = [
        Player(msgspec.structs.replace(settings, data=str(tmp_path / name)), anew=anew)
        for name, anew in (("straight", False), ("anew", True))
    ]
    outcomes: Counter[int] = Counter()
    try:
        for player in players:
            await player.begin()
        for step in drawn(seed):
            if isinstance(step, int):
                for player in players:
                    player.clock.advance(step)
                    # An entry says when it was made: what is due is moved now, and not whenever a server gets to it.
                    await sweep(player.server.db)
                    await sweep_shops(player.server.db)
                continue
            first, second = [await player.play(step) for player in players]
            assert first == second, step
            outcomes[first[0]] += 1
    finally:
        for player in players:
            await player.stop()
    for player in players:
        assert list(violations(Path(player.settings.data))) == []
    # It has met both: what is done, and each way of refusing.
    assert outcomes[200] > 30
    assert {200, 400, 404, 409} <= set(outcomes)

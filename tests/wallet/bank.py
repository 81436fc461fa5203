"""Money for the people of a test, and the requests that they make with it."""

from __future__ import annotations

import itertools
from typing import Any

from courtyard.accounts.account import make_admin
from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.storage.tx import WriteTx
from courtyard.wallet import mint
from tests.api import Answer, Api, User, q

WALLET = "/_courtyard/wallet/v1"
DAY = 24 * 3_600_000
HOUR = 3_600_000
LEAF = Currency("LEAF")
OPERATORS = ("mint1", "mint2")
_keys = itertools.count()


def make_currency(tx: WriteTx) -> None:
    """Make the currency of the tests."""
    mint.add_currency(tx, LEAF, "community", 2, "Leaves")


def give(tx: WriteTx, operators: tuple[UserId, UserId], to: UserId, amount: int) -> None:
    """Make new money, by two operators."""
    made = mint.propose(tx, operators[0], to, LEAF, amount)
    mint.approve(tx, operators[1], made.id)


class Bank:
    """A currency, two operators, and everybody's wallet."""

    def __init__(self, server: Server) -> None:
        """Take a server; `open` does the rest."""
        self.server = server
        self.operators = (UserId(""), UserId(""))

    async def open(self, api: Api) -> Bank:
        """Make the currency and the operators."""
        first, second = [await api.register(name) for name in OPERATORS]
        self.operators = (UserId(first.id), UserId(second.id))
        for operator in self.operators:
            await self.server.db.write(make_admin, operator)
        await self.server.db.write(make_currency)
        return self

    async def give(self, user: User, amount: int) -> None:
        """Make new money for somebody."""
        await self.server.db.write(give, self.operators, UserId(user.id), amount)


async def balance(user: User) -> int:
    """Return what somebody can spend."""
    found = (await user.get(f"{WALLET}/balance")).ok()["balances"]
    return sum(int(one["available"]) for one in found)


async def offer(
    sender: User, to: User, room_id: str, amount: Any, key: Any = None, **changes: Any
) -> Answer:
    """Offer money in a room."""
    body = {
        "key": f"k{next(_keys)}" if key is None else key,
        "room_id": room_id,
        "to": to.id,
        "currency": LEAF,
        "amount": amount,
    }
    return await sender.post(f"{WALLET}/transfers", body | changes)


async def packet(sender: User, room_id: str, amount: Any, count: Any, **changes: Any) -> Answer:
    """Put a red packet into a room."""
    body = {
        "key": f"k{next(_keys)}",
        "room_id": room_id,
        "currency": LEAF,
        "amount": amount,
        "count": count,
    }
    return await sender.post(f"{WALLET}/packets", body | changes)


async def bill(payee: User, room_id: str, amount: Any, among: list[User], **changes: Any) -> Answer:
    """Split a bill."""
    body = {
        "key": f"k{next(_keys)}",
        "room_id": room_id,
        "currency": LEAF,
        "amount": amount,
        "among": [{"user_id": user.id} for user in among],
    }
    return await payee.post(f"{WALLET}/requests", body | changes)


async def act(user: User, what: str, id: str, verb: str, **body: Any) -> Answer:
    """Accept, decline, claim, pay, cancel."""
    return await user.post(f"{WALLET}/{what}/{q(id)}/{verb}", body)


async def payments(user: User, room_id: str) -> list[dict[str, Any]]:
    """Return the content of the wallet's events in a room, in order."""
    page = (await user.get(f"rooms/{q(room_id)}/messages", dir="f", limit=1000)).ok()
    return [event["content"] for event in page["chunk"] if event["type"] == "org.courtyard.payment"]


def refused(answer: Answer, status: int, code: str) -> None:
    """Hold an answer against the refusal it must be."""
    assert (answer.status, answer.errcode) == (status, f"ORG.COURTYARD.{code}"), answer.body


async def balances(*users: User) -> list[int]:
    return [await balance(user) for user in users]

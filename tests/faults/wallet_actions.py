"""What is done with money, one request each, for `test_statements`: money is never between two places."""

from __future__ import annotations

from typing import Any

from tests.api import User, q
from tests.faults.town import Town
from tests.wallet.bank import HOUR, LEAF, WALLET, Bank

Made = tuple[User | None, tuple[str, str, Any]]


async def _funded(town: Town, n: int) -> None:
    """Give Alice something to spend."""
    if n == 0:
        town.bank = await Bank(town.server).open(town.api)
    assert town.bank is not None
    await town.bank.give(town.alice, 100)


async def _made(town: Town, user: User, what: str, body: dict[str, Any]) -> str:
    return str((await user.post(f"{WALLET}/{what}", body)).ok()["id"])


def _transfer(town: Town, n: int) -> dict[str, Any]:
    return {
        "key": f"t{n}",
        "room_id": town.room,
        "to": town.bob.id,
        "currency": LEAF,
        "amount": "9",
    }


def _packet(town: Town, n: int, count: int) -> dict[str, Any]:
    body = {"key": f"p{n}", "room_id": town.room, "currency": LEAF, "amount": "9"}
    return body | {"count": count, "split": "equal"}


def _bill(town: Town, n: int) -> dict[str, Any]:
    body = {"key": f"r{n}", "room_id": town.room, "currency": LEAF, "amount": "9"}
    return body | {"among": [{"user_id": town.alice.id}]}


async def offer_money(town: Town, n: int) -> Made:
    await _funded(town, n)
    return town.alice, ("POST", f"{WALLET}/transfers", _transfer(town, n))


async def offer_money_that_came_back(town: Town, n: int) -> Made:
    """What is due comes back and is spent in one step."""
    await _funded(town, n)
    await _made(town, town.alice, "transfers", _transfer(town, n) | {"amount": "100"})
    town.clock.advance(24 * 3_600_000)
    # That Alice was here is noted once an hour: not by the request that fails.
    await town.alice.say(town.room, "a day later")
    body = _transfer(town, n) | {"key": f"again{n}", "amount": "100"}
    return town.alice, ("POST", f"{WALLET}/transfers", body)


async def accept_money(town: Town, n: int) -> Made:
    await _funded(town, n)
    id = await _made(town, town.alice, "transfers", _transfer(town, n))
    return town.bob, ("POST", f"{WALLET}/transfers/{q(id)}/accept", {})


async def decline_money(town: Town, n: int) -> Made:
    await _funded(town, n)
    id = await _made(town, town.alice, "transfers", _transfer(town, n))
    return town.bob, ("POST", f"{WALLET}/transfers/{q(id)}/decline", {})


async def _with_delay(town: Town, n: int) -> str:
    """Offer money that takes two hours to arrive."""
    await _funded(town, n)
    (await town.alice.put(f"{WALLET}/arrival-delay", {"delay_ms": 2 * HOUR})).ok()
    return await _made(town, town.alice, "transfers", _transfer(town, n))


async def _on_its_way(town: Town, n: int) -> str:
    id = await _with_delay(town, n)
    (await town.bob.post(f"{WALLET}/transfers/{q(id)}/accept", {})).ok()
    return id


async def ask_for_a_shorter_delay(town: Town, n: int) -> Made:
    """With the notice of it."""
    body = {"delay_ms": 24 * HOUR}
    (await town.alice.put(f"{WALLET}/arrival-delay", body)).ok()
    return town.alice, ("PUT", f"{WALLET}/arrival-delay", {"delay_ms": 2 * HOUR})


async def accept_money_that_takes_time(town: Town, n: int) -> Made:
    id = await _with_delay(town, n)
    return town.bob, ("POST", f"{WALLET}/transfers/{q(id)}/accept", {})


async def accept_money_that_has_arrived(town: Town, n: int) -> Made:
    id = await _on_its_way(town, n)
    town.clock.advance(2 * HOUR)
    # That Bob was here is noted once an hour: not by the request that fails.
    await town.bob.say(town.room, "two hours later")
    return town.bob, ("POST", f"{WALLET}/transfers/{q(id)}/accept", {})


async def spend_money_that_has_arrived(town: Town, n: int) -> Made:
    await _on_its_way(town, n)
    town.clock.advance(2 * HOUR)
    await town.bob.say(town.room, "two hours later")
    body = _transfer(town, n) | {"key": f"on{n}", "to": town.alice.id}
    return town.bob, ("POST", f"{WALLET}/transfers", body)


async def give_back_money_on_its_way(town: Town, n: int) -> Made:
    id = await _on_its_way(town, n)
    return town.bob, ("POST", f"{WALLET}/transfers/{q(id)}/decline", {})


async def ask_for_money_on_its_way(town: Town, n: int) -> Made:
    id = await _on_its_way(town, n)
    return town.alice, ("POST", f"{WALLET}/transfers/{q(id)}/recall", {})


async def send_packet(town: Town, n: int) -> Made:
    await _funded(town, n)
    return town.alice, ("POST", f"{WALLET}/packets", _packet(town, n, 3))


async def claim_last_share(town: Town, n: int) -> Made:
    """With the end of the packet, and its seed."""
    await _funded(town, n)
    id = await _made(town, town.alice, "packets", _packet(town, n, 1))
    return town.bob, ("POST", f"{WALLET}/packets/{q(id)}/claim", {})


async def ask_for_money(town: Town, n: int) -> Made:
    await _funded(town, n)
    return town.bob, ("POST", f"{WALLET}/requests", _bill(town, n))


async def pay_a_part(town: Town, n: int) -> Made:
    await _funded(town, n)
    id = await _made(town, town.bob, "requests", _bill(town, n))
    return town.alice, ("POST", f"{WALLET}/requests/{q(id)}/pay", {"key": f"pay{n}"})


async def cancel_a_request(town: Town, n: int) -> Made:
    await _funded(town, n)
    id = await _made(town, town.bob, "requests", _bill(town, n))
    return town.bob, ("POST", f"{WALLET}/requests/{q(id)}/cancel", {})


WALLET_ACTIONS = [
    offer_money,
    offer_money_that_came_back,
    accept_money,
    decline_money,
    ask_for_a_shorter_delay,
    accept_money_that_takes_time,
    accept_money_that_has_arrived,
    spend_money_that_has_arrived,
    give_back_money_on_its_way,
    ask_for_money_on_its_way,
    send_packet,
    claim_last_share,
    ask_for_money,
    pay_a_part,
    cancel_a_request,
]

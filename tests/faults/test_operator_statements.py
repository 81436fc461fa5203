"""What operators and the sweepers do to wallets, with a fault at every statement: all of it is there, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.cli.check import violations
from courtyard.wallet import mint, mode, sweep
from courtyard.wallet.apps import apps
from courtyard.wallet.guard import blocks, reversals, stops
from courtyard.wallet.guard.model import Stop
from courtyard.wallet.model import JournalId, MerchantId, OfferId
from courtyard.wallet.rails import unclaimed
from courtyard.wallet.shops import merchants
from courtyard.wallet.shops.sweep import sweep_some as sweep_shops
from tests.faults.driver import dump
from tests.faults.town import Step, Town, Verb, write_with_every_fault
from tests.wallet.bank import DAY, HOUR, LEAF, WALLET, Bank, act, bill, offer, packet
from tests.wallet.keychain import auth_of
from tests.wallet.miniapp import MiniApp
from tests.wallet.shop import Shop

STEPS: dict[str, Step] = {}


def step(make: Step) -> Step:
    """Name a step by its function."""
    STEPS[make.__name__] = make
    return make


async def _rich(town: Town) -> tuple[UserId, UserId]:
    """Open the bank with money for Alice; return its operators."""
    bank = town.bank = await Bank(town.server).open(town.api)
    await bank.give(town.alice, 100)
    return bank.operators


@step
async def a_currency_is_made(town: Town) -> Verb:
    await _rich(town)
    return lambda tx: mint.add_currency(tx, Currency("GOLD"), "points", 0, "Gold")


@step
async def new_money_is_proposed(town: Town) -> Verb:
    first, _ = await _rich(town)
    return lambda tx: mint.propose(tx, first, UserId(town.bob.id), LEAF, 5)


@step
async def new_money_is_made(town: Town) -> Verb:
    """With the account that it goes to."""
    first, second = await _rich(town)
    made = await town.server.db.write(mint.propose, first, UserId(town.bob.id), LEAF, 5)
    return lambda tx: mint.approve(tx, second, made.id)


@step
async def a_mode_is_proposed(town: Town) -> Verb:
    first, _ = await _rich(town)
    return lambda tx: mode.propose(tx, first, "agent", "A bank holds it for us.")


@step
async def a_mode_is_chosen(town: Town) -> Verb:
    first, second = await _rich(town)
    made = await town.server.db.write(mode.propose, first, "agent", "A bank holds it for us.")
    return lambda tx: mode.approve(tx, second, made.id)


@step
async def a_wallet_is_blocked(town: Town) -> Verb:
    first, _ = await _rich(town)
    return lambda tx: blocks.begin(tx, first, UserId(town.alice.id), "security", "Stolen.", 7)


@step
async def a_block_is_reviewed(town: Town) -> Verb:
    first, _ = await _rich(town)
    made = await town.server.db.write(
        blocks.begin, first, UserId(town.alice.id), "security", "Stolen.", 7
    )
    return lambda tx: blocks.review(tx, first, made.id, 3)


@step
async def a_block_ends(town: Town) -> Verb:
    first, second = await _rich(town)
    made = await town.server.db.write(
        blocks.begin, first, UserId(town.alice.id), "security", "Stolen.", 7
    )
    return lambda tx: blocks.end(tx, second, made.id)


async def _stopped(town: Town) -> tuple[tuple[UserId, UserId], Stop]:
    """Stop a payment on its way; return the operators and the stop."""
    operators, id = await _on_its_way(town)
    made = await town.server.db.write(
        stops.begin, operators[0], id, "suspected_fraud", "We look into it.", 3
    )
    return operators, made


async def _on_its_way(town: Town) -> tuple[tuple[UserId, UserId], OfferId]:
    operators = await _rich(town)
    (await town.alice.put(f"{WALLET}/arrival-delay", {"delay_ms": 2 * HOUR})).ok()
    id = (await offer(town.alice, town.bob, town.room, "9")).ok()["id"]
    (await act(town.bob, "transfers", id, "accept")).ok()
    return operators, OfferId(id)


@step
async def a_payment_arrives(town: Town) -> Verb:
    await _on_its_way(town)
    town.clock.advance(2 * HOUR)
    return sweep.sweep_some


@step
async def a_payment_is_stopped(town: Town) -> Verb:
    (first, _), id = await _on_its_way(town)
    return lambda tx: stops.begin(tx, first, id, "court_order", "An order.", 3)


@step
async def a_stop_is_reviewed(town: Town) -> Verb:
    (first, _), made = await _stopped(town)
    return lambda tx: stops.review(tx, first, made.id, 9)


@step
async def a_stop_ends(town: Town) -> Verb:
    (first, _), made = await _stopped(town)
    return lambda tx: stops.release(tx, first, made.id)


@step
async def stopped_money_goes_back(town: Town) -> Verb:
    (_, second), made = await _stopped(town)
    return lambda tx: stops.send_back(tx, second, made.id)


@step
async def both_sides_are_told_of_a_stop(town: Town) -> Verb:
    await _stopped(town)
    return blocks.tell_some


@step
async def money_of_an_ended_account_is_asked_for(town: Town) -> Verb:
    first, _ = await _rich(town)
    auth = {"auth": auth_of(town.alice)}
    (await town.alice.post("account/deactivate", auth)).ok()
    return lambda tx: unclaimed.ask(tx, first, UserId(town.alice.id), LEAF)


@step
async def the_owner_is_told_of_a_block(town: Town) -> Verb:
    first, _ = await _rich(town)
    await town.server.db.write(blocks.begin, first, UserId(town.alice.id), "security", "Stolen.", 7)
    return blocks.tell_some


async def _paid(town: Town) -> JournalId:
    made = (await offer(town.alice, town.bob, town.room, "9")).ok()
    (await act(town.bob, "transfers", made["id"], "accept")).ok()
    return JournalId(f"{made['id']}.accepted")


@step
async def a_correction_is_proposed(town: Town) -> Verb:
    first, _ = await _rich(town)
    journal = await _paid(town)
    return lambda tx: reversals.propose(tx, first, journal, "The wrong person.")


@step
async def a_payment_is_corrected(town: Town) -> Verb:
    first, second = await _rich(town)
    journal = await _paid(town)
    made = await town.server.db.write(reversals.propose, first, journal, "The wrong person.")
    return lambda tx: reversals.approve(tx, second, made.id)


@step
async def a_shop_is_verified(town: Town) -> Verb:
    first, _ = await _rich(town)
    shop = await Shop.open(town.bob)
    return lambda tx: merchants.verify(tx, first, MerchantId(shop.id), "Noodles")


@step
async def an_app_is_verified(town: Town) -> Verb:
    first, _ = await _rich(town)
    app = await MiniApp.register(await Shop.open(town.bob))
    return lambda tx: apps.verify(tx, first, app.id, is_right=True)


@step
async def everything_that_is_due_comes_back(town: Town) -> Verb:
    await _rich(town)
    (await offer(town.alice, town.bob, town.room, "9")).ok()
    (await packet(town.alice, town.room, "9", 3)).ok()
    (await bill(town.bob, town.room, "9", [town.alice])).ok()
    town.clock.advance(DAY)
    return sweep.sweep_some


@step
async def an_order_that_nobody_paid_ends(town: Town) -> Verb:
    """With what its shop's server is told."""
    await _rich(town)
    shop = await Shop.open(town.bob)
    (await shop.order("9")).ok()
    town.clock.advance(DAY)
    return sweep_shops


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("kind", ["statement", pytest.param("full", marks=pytest.mark.slow)])
async def test_it_is_done_as_a_whole(town: Town, name: str, kind: str) -> None:
    verb = await STEPS[name](town)
    before = dump(town.path)
    assert await write_with_every_fault(town, verb, kind) >= 2, "nothing was tried"
    assert dump(town.path) != before
    assert list(violations(Path(town.server.settings.data))) == []

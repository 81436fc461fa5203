"""What operators, the bank and Stripe do, with a fault at every statement: all of it is there, or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from courtyard.base.ids import UserId
from courtyard.cli.check import violations
from courtyard.storage.tx import WriteTx
from courtyard.wallet.rails import (
    assign,
    bank_export,
    bank_import,
    pay,
    redeem,
    store,
    stripe_events,
)
from courtyard.wallet.rails.model import TxnId
from courtyard.wallet.rails.stripe import STRIPE, note_known
from tests.api import User
from tests.faults.rails_actions import opened
from tests.faults.town import Step, Town, Verb, write_with_every_fault
from tests.wallet.bank import WALLET
from tests.wallet.stripe_stand_in import signature
from tests.wallet.teller import EUR, THEIR_IBAN, Entry, notice, rejection, statement

STEPS: dict[str, Step] = {}


def step(make: Step) -> Step:
    """Name a step by its function."""
    STEPS[make.__name__] = make
    return make


async def _payout(user: User, rail: str = "bank", amount: str = "9") -> TxnId:
    body = {"key": f"p{rail}{amount}", "rail": rail, "currency": EUR, "amount": amount}
    made = await user.post(f"{WALLET}/payouts", body | {"account": THEIR_IBAN, "name": "Bob"})
    return TxnId(made.ok()["id"])


def _operators(town: Town) -> tuple[UserId, UserId]:
    assert town.bank is not None
    return town.bank.operators


@step
async def a_statement_credits_and_leaves_something(town: Town) -> Verb:
    body = {"key": "more", "rail": "bank", "currency": EUR, "amount": "50"}
    told = (await town.alice.post(f"{WALLET}/topups", body)).ok()
    file = statement(Entry(50, reference=told["pay"]["reference"]), Entry(7, text="?"))
    return lambda tx: bank_import.import_file(tx, file)


@step
async def payouts_are_exported(town: Town) -> Verb:
    for amount in ("9", "8"):
        await _payout(town.alice, amount=amount)
    return bank_export.export


async def _exported(town: Town) -> tuple[str, TxnId]:
    id = await _payout(town.alice)
    batch = await town.server.db.write(bank_export.export)
    assert batch is not None
    return batch.id, id


@step
async def a_payout_is_booked(town: Town) -> Verb:
    _, id = await _exported(town)
    return lambda tx: bank_import.import_file(tx, notice(Entry(-9, end_to_end=id)))


@step
async def a_payout_is_rejected(town: Town) -> Verb:
    batch, id = await _exported(town)
    return lambda tx: bank_import.import_file(tx, rejection(batch, id))


@step
async def a_payout_comes_back(town: Town) -> Verb:
    _, id = await _exported(town)
    went = notice(Entry(-9, end_to_end=id, service_ref="w"))
    await town.server.db.write(bank_import.import_file, went)
    came = notice(Entry(9, end_to_end=id, service_ref="c", reason="AC04"))
    return lambda tx: bank_import.import_file(tx, came)


@step
async def cash_is_handed_out(town: Town) -> Verb:
    first, second = _operators(town)
    made = await town.server.db.write(redeem.propose, first, await _payout(town.alice, "cash"))
    return lambda tx: redeem.approve(tx, second, made.id)


@step
async def cash_is_refused(town: Town) -> Verb:
    id, (first, _) = await _payout(town.alice, "cash"), _operators(town)
    return lambda tx: redeem.refuse(tx, first, id)


@step
async def a_booking_is_assigned(town: Town) -> Verb:
    file = notice(Entry(7, service_ref="u"))
    await town.server.db.write(bank_import.import_file, file)
    first, second = _operators(town)
    made = await town.server.db.write(assign.propose, first, "bank", "ref:u:7", town.bob.id)
    return lambda tx: assign.approve(tx, second, made.id)


@step
async def a_fee_is_the_houses(town: Town) -> Verb:
    await town.server.db.write(bank_import.import_file, notice(Entry(-7, service_ref="u")))
    first, second = _operators(town)
    made = await town.server.db.write(assign.propose, first, "bank", "ref:u:-7", "house")
    return lambda tx: assign.approve(tx, second, made.id)


@step
async def stripe_says_that_money_came(town: Town) -> Verb:
    world = town.server.world
    world.settings = msgspec.structs.replace(world.settings, stripe_secret_key="k")

    def prepare(tx: WriteTx) -> None:
        made = pay.top_up(tx, UserId(town.alice.id), "s", STRIPE, EUR, 50)
        assert isinstance(made, dict)
        found = store.txn(tx, TxnId(made["id"]))
        assert found is not None
        note_known(tx, found, "pi_1", {})

    await town.server.db.write(prepare)
    about = {"id": "pi_1", "amount_received": 50, "currency": "eur"}
    body = json.dumps({"type": "payment_intent.succeeded", "data": {"object": about}}).encode()
    signed = signature(body, world.clock.now_ms() // 1000)
    return lambda tx: stripe_events.take_event(tx, body, signed)


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("kind", ["statement", pytest.param("full", marks=pytest.mark.slow)])
async def test_it_is_done_as_a_whole(town: Town, name: str, kind: str) -> None:
    await opened(town, 0)
    verb = await STEPS[name](town)
    assert await write_with_every_fault(town, verb, kind) >= 5, "nothing was tried"
    assert list(violations(Path(town.server.settings.data))) == []

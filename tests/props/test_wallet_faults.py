"""Each law of the wallet bites: a fault is put into the code, and the laws find it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from courtyard.wallet import (
    announce,
    errors,
    ledger,
    offers,
    once,
    packets,
    requests,
    rules,
    rules_split,
    store,
    store_people,
)
from courtyard.wallet.errors import WalletError
from courtyard.wallet.guard import delays, rules_arrivals
from courtyard.wallet.guard.model import Delay
from courtyard.wallet.model import POSTED_MAX, Account, Hold
from tests.props.test_wallet_laws import Laws

Patch = pytest.MonkeyPatch
Fault = Callable[[Patch], None]
FAULTS: dict[str, Fault] = {}


def fault(put: Fault) -> Fault:
    """Name a fault by its function."""
    FAULTS[put.__name__] = put
    return put


def _yes(*_: object, **__: object) -> None:
    """Let everybody."""


@fault
def an_offer_is_accepted_after_its_time(patch: Patch) -> None:
    patch.setattr(rules, "offer_state", lambda offer, _now: offer.state)


@fault
def a_packet_is_claimed_after_its_time(patch: Patch) -> None:
    patch.setattr(rules, "packet_state", lambda packet, _now: packet.state)


@fault
def what_is_on_its_way_arrives_before_its_time(patch: Patch) -> None:
    patch.setattr(rules, "has_arrived", lambda offer, _now: offer.state == "arriving")


@fault
def what_is_on_its_way_never_arrives(patch: Patch) -> None:
    patch.setattr(rules, "has_arrived", lambda _offer, _now: False)


@fault
def a_delay_is_forgotten(patch: Patch) -> None:
    patch.setattr(delays, "in_force", lambda _tx, _who: 0)


@fault
def a_lower_delay_counts_at_once(patch: Patch) -> None:
    patch.setattr(
        rules_arrivals,
        "chosen",
        lambda delay, wanted, _now: Delay(user_id=delay.user_id, delay_ms=wanted),
    )


@fault
def a_delay_is_lowered_a_millisecond_early(patch: Patch) -> None:
    real = rules_arrivals.delay_in_force
    patch.setattr(rules_arrivals, "delay_in_force", lambda delay, now: real(delay, now + 1))


@fault
def a_stop_holds_nothing(patch: Patch) -> None:
    patch.setattr(rules_arrivals, "arrival", lambda was_at, _review_at: was_at)


@fault
def a_stop_outlives_its_review(patch: Patch) -> None:
    patch.setattr(rules_arrivals, "is_stopped", lambda stop, _now: stop.ended_at is None)


@fault
def a_released_payment_arrives_at_once(patch: Patch) -> None:
    patch.setattr(rules_arrivals, "released", lambda _stop, now: now)


@fault
def one_operator_sends_money_back(patch: Patch) -> None:
    """The database refuses it."""
    patch.setattr(rules_arrivals, "check_return", _yes)


@fault
def a_payment_is_stopped_at_a_wish_that_nobody_had(patch: Patch) -> None:
    """The database refuses it."""
    patch.setattr(rules_arrivals, "check_wish", _yes)


@fault
def what_has_arrived_is_stopped(patch: Patch) -> None:
    patch.setattr(rules, "check_on_its_way", _yes)


@fault
def an_end_is_not_final(patch: Patch) -> None:
    patch.setattr(rules, "check_offer_open", _yes)


@fault
def nobody_looks_whether_the_money_is_there(patch: Patch) -> None:
    """The database does."""
    patch.setattr(rules, "check_transfer", _yes)
    patch.setattr(ledger, "check_funds", _yes)


@fault
def what_is_held_can_be_spent(patch: Patch) -> None:
    def _available(self: Account) -> int:
        return self.posted + (POSTED_MAX if self.floor is None else 0)

    patch.setattr(Account, "available", property(_available))


@fault
def a_hold_gives_more_than_it_holds(patch: Patch) -> None:
    patch.setattr(rules, "check_capture", _yes)


@fault
def a_hold_is_voided_twice(patch: Patch) -> None:
    patch.setattr(rules, "check_hold_open", _yes)


@fault
def a_hold_is_anybodys(patch: Patch) -> None:
    real = ledger._hold_of

    def _any(tx: Any, id: Any, account: Any) -> Hold:
        found = store.hold(tx, id)
        owned: Hold = real(tx, id, account if found is None else found.account)
        return owned

    patch.setattr(ledger, "_hold_of", _any)


@fault
def a_refusal_is_forgotten(patch: Patch) -> None:
    patch.setattr(errors.InsufficientFundsError, "is_remembered", False)


@fault
def a_key_is_forgotten(patch: Patch) -> None:
    patch.setattr(store, "answer", lambda *_: None)


@fault
def a_key_is_not_held_against_the_wish(patch: Patch) -> None:
    patch.setattr(once, "_fingerprint", lambda _: b"")


@fault
def who_declines_gets_it(patch: Patch) -> None:
    real = offers._settle

    def _wrong(tx: Any, permit: Any, offer: Any, to: Any, state: Any) -> None:
        real(tx, permit, offer, offer.recipient, state)

    patch.setattr(offers, "_settle", _wrong)


@fault
def what_expires_is_only_noted(patch: Patch) -> None:
    patch.setattr(ledger, "transfer", _only(ledger.transfer, ".expire"))


def _only(real: Any, ending: str) -> Any:
    def _transfer(tx: Any, permit: Any, id: str, *rest: Any) -> None:
        if not id.endswith(ending):
            real(tx, permit, id, *rest)

    return _transfer


@fault
def what_is_due_waits_for_the_sweeper(patch: Patch) -> None:
    for module in (offers, packets, requests):
        patch.setattr(module, "take_back_due", _yes)


@fault
def a_stranger_claims(patch: Patch) -> None:
    patch.setattr(packets, "is_joined", lambda *_: True)


@fault
def a_stranger_is_paid(patch: Patch) -> None:
    for module in (offers, requests):
        patch.setattr(
            module,
            "check_people",
            lambda tx, who, room, _: announce.check_people(tx, who, room, []),
        )


@fault
def a_unit_is_lost_in_a_packet(patch: Patch) -> None:
    real = rules_split.shares

    def _wrong(total: int, count: int, split: Any, seed: bytes) -> list[int]:
        return [*real(total, count, split, seed)[:-1], 1]

    patch.setattr(rules_split, "shares", _wrong)


@fault
def the_remainder_is_lost(patch: Patch) -> None:
    def _floor(total: int, weights: list[int]) -> list[int]:
        rules_split.check_count(len(weights))
        if total < len(weights):
            raise errors.BadSplitError("Too little.")
        return [total * weight // sum(weights) for weight in weights]

    patch.setattr(rules_split, "largest_remainder", _floor)


@fault
def one_person_claims_twice(patch: Patch) -> None:
    """The database refuses it: once more than the code, so the fault is there for all to see."""
    real = store_people.shares

    def _blind(tx: Any, id: Any) -> list[Any]:
        return [share for share in real(tx, id) if share.claimant is None]

    patch.setattr(store_people, "shares", _blind)


@fault
def a_cancelled_part_can_be_paid(patch: Patch) -> None:
    patch.setattr(store_people, "end_part", _yes)


@fault
def the_sweeper_forgets_holds(patch: Patch) -> None:
    patch.setattr(store, "due_holds", lambda *_: [])


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_the_laws_find(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name](monkeypatch)
    with pytest.raises((AssertionError, sqlite3.IntegrityError, IndexError, WalletError)):
        Laws.run(120, 80)

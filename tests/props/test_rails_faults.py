"""Each law of the rails bites: a fault is put into the code, and the laws find it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from courtyard.base.errors import CourtyardError
from courtyard.wallet import ledger, proposals, rules, store
from courtyard.wallet.rails import (
    assign,
    bank_export,
    bank_import,
    move,
    reconcile,
    redeem,
)
from courtyard.wallet.rails import rules as rail_rules
from courtyard.wallet.rails import store as rail_store
from courtyard.wallet.rails.cash import Cash
from courtyard.wallet.rails.registry import RAILS
from tests.props.test_rails_laws import Laws

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
def a_booking_counts_each_time_it_is_told(patch: Patch) -> None:
    patch.setattr(rail_store, "line", lambda *_: None)


@fault
def a_file_counts_each_time_it_comes(patch: Patch) -> None:
    patch.setattr(rail_store, "file_summary", lambda *_: None)


@fault
def sums_are_not_compared(patch: Patch) -> None:
    patch.setattr(rail_rules, "mismatch", lambda *_: "")
    patch.setattr(bank_import, "mismatch", lambda *_: "")


@fault
def an_end_is_not_final(patch: Patch) -> None:
    patch.setattr(move, "check_step", _yes)
    patch.setattr(redeem, "check_step", _yes)


@fault
def a_payout_comes_back_for_each_booking(patch: Patch) -> None:
    patch.setattr(rail_store, "has_line", lambda *_: False)


@fault
def what_was_never_sent_can_be_booked(patch: Patch) -> None:
    real = rail_rules.payout_fate

    def _blind(txn: Any, *rest: Any) -> str:
        why = real(txn, *rest)
        return "" if why in ("never_sent", "never_left") else why

    patch.setattr(bank_import, "payout_fate", _blind)


@fault
def a_rejection_is_only_noted(patch: Patch) -> None:
    real = move.give_back

    def _only(tx: Any, rail: Any, txn: Any, why: str, *, failed: bool) -> Any:
        if not failed:
            return real(tx, rail, txn, why, failed=failed)
        return txn

    patch.setattr(move, "give_back", _only)


@fault
def a_payout_is_in_two_files(patch: Patch) -> None:
    patch.setattr(move, "mark_sent", lambda _tx, txn, *_: txn)


@fault
def what_comes_back_comes_from_pending(patch: Patch) -> None:
    real = move.give_back

    def _wrong(tx: Any, rail: Any, txn: Any, why: str, *, failed: bool) -> Any:
        seen = msgspec.structs.replace(txn, state="sent") if txn.state == "settled" else txn
        return real(tx, rail, seen, why, failed=failed)

    patch.setattr(move, "give_back", _wrong)


@fault
def nobody_looks_whether_the_money_is_there(patch: Patch) -> None:
    """The database does."""
    patch.setattr(ledger, "check_funds", _yes)
    patch.setattr(rules, "check_transfer", _yes)


@fault
def one_operator_is_enough(patch: Patch) -> None:
    patch.setattr(rules, "check_approval", _yes)


@fault
def anybody_is_an_operator(patch: Patch) -> None:
    patch.setattr(proposals, "check_operator", _yes)


@fault
def a_booking_is_assigned_twice(patch: Patch) -> None:
    patch.setattr(assign, "_check", _yes)


@fault
def cash_is_handed_out_from_the_bank(patch: Patch) -> None:
    patch.setattr(Cash, "account", "rail:bank")


@fault
def a_key_is_forgotten(patch: Patch) -> None:
    patch.setattr(store, "answer", lambda *_: None)


@fault
def a_top_up_is_credited_when_it_is_announced(patch: Patch) -> None:
    real = rail_store.add_txn

    def _early(tx: Any, txn: Any) -> None:
        real(tx, txn)
        if txn.direction == "topup":
            move.settle(tx, RAILS[txn.rail], txn)

    patch.setattr(rail_store, "add_txn", _early)


@fault
def silence_is_no_alarm(patch: Patch) -> None:
    patch.setattr(reconcile, "QUIET_MS", 10**15)


@fault
def the_total_of_a_file_is_wrong(patch: Patch) -> None:
    real = bank_export.Batch

    def _less(**parts: Any) -> Any:
        return real(**parts | {"total": parts["total"] - 1})

    patch.setattr(bank_export, "Batch", _less)


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_the_laws_find(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name](monkeypatch)
    with pytest.raises(
        (AssertionError, sqlite3.IntegrityError, CourtyardError, IndexError, KeyError)
    ):
        Laws.run(60, 60)

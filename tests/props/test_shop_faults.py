"""Each law of shops bites: a fault is put into the code, and the laws find it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from courtyard.wallet import store
from courtyard.wallet.errors import WalletError
from courtyard.wallet.rules import ended
from courtyard.wallet.shops import (
    merchants,
    orders,
    refunds,
    rules_orders,
    rules_paycodes,
    settle,
    store_codes,
    store_orders,
)
from tests.props.test_shop_laws import Laws

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
def an_order_is_paid_after_its_time(patch: Patch) -> None:
    def check(order: Any, _now: int) -> None:
        if order.state != "open":
            raise ended(order.state)

    patch.setattr(rules_orders, "check_payable", check)


@fault
def an_order_expires_a_millisecond_late(patch: Patch) -> None:
    real = rules_orders.closed_as
    patch.setattr(rules_orders, "closed_as", lambda order, now: real(order, now - 1))


@fault
def an_end_is_not_final(patch: Patch) -> None:
    """The journal's id could not be written twice."""
    patch.setattr(rules_orders, "check_payable", _yes)


@fault
def a_paid_order_is_closed(patch: Patch) -> None:
    patch.setattr(rules_orders, "check_closable", _yes)


@fault
def somebody_else_confirms_a_charge(patch: Patch) -> None:
    patch.setattr(orders, "_shown_to", lambda tx, _user, order: settle.known(tx, order))


@fault
def refunds_exceed_the_payment(patch: Patch) -> None:
    """The database refuses it, and says so otherwise."""
    patch.setattr(
        rules_orders,
        "check_refund",
        lambda order, _, now: rules_orders.check_refundable(order, now),
    )


@fault
def a_refund_is_made_after_a_year(patch: Patch) -> None:
    patch.setattr(rules_orders, "REFUND_MS", 10**15)


@fault
def a_refund_takes_what_the_shop_does_not_have(patch: Patch) -> None:
    """The ledger refuses it, with another reason."""
    real = merchants.funded

    def funded(tx: Any, merchant: Any, currency: Any, amount: int) -> Any:
        found = store.account_of(tx, "merchant", merchant.id, currency)
        return found or real(tx, merchant, currency, amount)

    patch.setattr(merchants, "funded", funded)


@fault
def a_revoke_gives_back_the_whole_however_much_went_back_already(patch: Patch) -> None:
    real = refunds._give_back

    def whole(tx: Any, merchant: Any, order: Any, id: Any, no: str, amount: int, why: str) -> Any:
        amount = order.amount if no.endswith(".revoke") else amount
        return real(tx, merchant, order, id, no, amount, why)

    patch.setattr(refunds, "_give_back", whole)


@fault
def a_revoke_is_not_noted(patch: Patch) -> None:
    patch.setattr(store_orders, "set_revoked", _yes)


@fault
def a_code_is_not_used_up(patch: Patch) -> None:
    patch.setattr(store_codes, "use", _yes)


@fault
def a_code_lives_on(patch: Patch) -> None:
    def check(code: Any, _pack: Any, _now: int) -> Any:
        if code is None or code.used_by is not None:
            raise rules_paycodes.refused()
        return code

    patch.setattr(rules_paycodes, "check", check)


@fault
def an_earlier_code_of_the_device_works_on(patch: Patch) -> None:
    patch.setattr(store_codes, "forget_short", _yes)


@fault
def an_earlier_pack_works_on(patch: Patch) -> None:
    patch.setattr(store_codes, "forget_device", _yes)


@fault
def a_pack_has_no_cap(patch: Patch) -> None:
    patch.setattr(rules_paycodes, "covers", lambda *_: True)


@fault
def what_a_pack_paid_is_not_counted(patch: Patch) -> None:
    patch.setattr(store_codes, "spend", _yes)


@fault
def the_sweeper_closes_what_is_not_due(patch: Patch) -> None:
    real = store_orders.due_orders
    patch.setattr(store_orders, "due_orders", lambda tx, now, limit: real(tx, now + 900_000, limit))


@fault
def nobody_is_told_of_a_payment(patch: Patch) -> None:
    real = settle._tell

    def tell(tx: Any, merchant: Any, id: Any, kind: str) -> Any:
        return settle.known(tx, id) if kind == "order.paid" else real(tx, merchant, id, kind)

    patch.setattr(settle, "_tell", tell)


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_the_laws_find(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name](monkeypatch)
    with pytest.raises((AssertionError, sqlite3.IntegrityError, KeyError, WalletError)):
        Laws.run(100, 60)

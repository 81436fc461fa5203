"""A till charges a person who shows their code: paid at once, or waiting for them to confirm it."""

from typing import Any

import msgspec

from courtyard.accounts.account import account_is_active
from courtyard.base.errors import LimitExceededError
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action, RestrictedError
from courtyard.storage.tx import WriteTx
from courtyard.wallet import ledger
from courtyard.wallet.errors import WalletError
from courtyard.wallet.expire import take_back_due
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.model import MerchantId, Payer
from courtyard.wallet.once import Outcome
from courtyard.wallet.shops import (
    access,
    orders,
    rules_paycodes,
    settle,
    store_codes,
    store_orders,
)
from courtyard.wallet.shops.model import CONFIRM_MS, Asker, Merchant, Order, Pack, Paycode


def charge(tx: WriteTx, asker: Asker, id: MerchantId, code: bytes, wish: orders.Wish) -> Outcome:
    """Take an amount from the person whose code was scanned. The number is the key: the same again returns the order as it stands.

    Args:
        code: what `rules_paycodes.hash_of` returns.

    Raises, in this order:
        NotFoundError: see `access`. KeyReusedError; MerchantClosedError, RestrictedError, LimitExceededError;
        UnknownCurrencyError; BadPaycodeError; InsufficientFundsError (returned and remembered, and the code is used up).
    """
    merchant = access.at_till(tx, asker, id)

    def work(_id: str) -> dict[str, Any]:
        settle.check_open(tx, merchant)
        orders.spend(tx, merchant)
        order = orders.draft(tx, merchant, wish, orders.name_of(asker))
        paycode = store_codes.paycode(tx, code)
        pack = None if paycode is None or paycode.pack is None else _pack_of(tx, paycode)
        paycode = rules_paycodes.check(paycode, pack, tx.now_ms())
        if not account_is_active(tx, paycode.user_id):
            raise rules_paycodes.refused()
        # Before the money is looked at: a code that stays good after a refusal would tell a till, charge by charge, how much there is.
        store_codes.use(tx, paycode.hash, order.id)
        take_back_due(tx, paycode.user_id)
        ledger.check_funds(tx, paycode.user_id, order.currency, order.amount)
        permit = _let_pay(tx, merchant, order, paycode, pack)
        if permit is None:
            _await(tx, order, paycode)
        else:
            if pack is not None:
                store_codes.spend(tx, pack.id, order.amount)
            settle.pay_new(tx, permit, merchant, order, paycode.user_id)
        return {"id": order.id}

    return orders.under_number(tx, merchant, wish, code.hex(), work)


def _pack_of(tx: WriteTx, paycode: Paycode) -> Pack:
    assert paycode.pack is not None
    found = store_codes.pack(tx, paycode.pack)
    assert found is not None
    return found


def _let_pay(
    tx: WriteTx, merchant: Merchant, order: Order, paycode: Paycode, pack: Pack | None
) -> Permit | None:
    """Return a permit if the code alone is enough; None: the person has to confirm it.

    Why is theirs to read, when they do: a measure, a limit, a proof that is wanted. The till is told only that it waits.
    """
    if not rules_paycodes.covers(pack, order.currency, order.amount):
        return None
    payer = Payer(user_id=paycode.user_id, device_id=paycode.device_id)
    intent = orders.intent_of(merchant, order, "charge", order.out_trade_no)
    try:
        permit = admit(tx, payer.user_id, Action.PAY)
        authorise(tx, permit, payer, intent, settle.journal_of(order.id))
    except (WalletError, RestrictedError, LimitExceededError):
        return None
    return permit


def _await(tx: WriteTx, order: Order, paycode: Paycode) -> None:
    waiting = msgspec.structs.replace(
        order, awaits=paycode.user_id, expires_at=order.made_at + CONFIRM_MS
    )
    store_orders.add_order(tx, waiting)

"""Orders: made by a merchant, paid by a person, closed or taken back by the merchant."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from courtyard.accounts.throttle import Throttle
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import admit
from courtyard.gate.limits import SHOP
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet import store as wallet_store
from courtyard.wallet.errors import WalletError
from courtyard.wallet.expire import take_back_due
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.model import Intent, MerchantId, Payer
from courtyard.wallet.once import Outcome, once
from courtyard.wallet.shops import access, rules_orders, settle, show, store, store_orders
from courtyard.wallet.shops.merchants import payee_name
from courtyard.wallet.shops.model import Asker, Merchant, Order, OrderId, OrderKind

NONE = "There is no such order."
PENDING_MAX: Final = 50


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant wants to be paid, already in shape. `expires_at` None: in a quarter of an hour."""

    out_trade_no: str
    kind: OrderKind
    currency: Currency
    amount: int
    description: str
    expires_at: int | None = None


def make(tx: WriteTx, asker: Asker, id: MerchantId, wish: Wish) -> Outcome:
    """Make an order. Its number is the key: the same one again returns the order as it stands.

    Raises, in this order:
        NotFoundError, ScopeError: see `access`. KeyReusedError; MerchantClosedError, RestrictedError, LimitExceededError;
        UnknownCurrencyError; BadOrderError: a time that no order can have.
    """
    merchant = access.at_orders(tx, asker, id)

    def work(_id: str) -> dict[str, Any]:
        settle.check_open(tx, merchant)
        spend(tx, merchant)
        made = draft(tx, merchant, wish, name_of(asker))
        store_orders.add_order(tx, made)
        return {"id": made.id}

    return under_number(tx, merchant, wish, "", work)


def spend(tx: WriteTx, merchant: Merchant) -> None:
    """Count what a merchant does, by the published limit.

    Raises:
        LimitExceededError: it was too much.
    """
    tx.memory(Throttle).spend(tx.settings, SHOP, merchant.id, tx.now_ms())


def draft(
    tx: ReadTx, merchant: Merchant, wish: Wish, made_by: str, awaits: UserId | None = None
) -> Order:
    """Return an open order that is not written yet.

    Args:
        made_by: which key or whose login, for the merchant to read.
        awaits: the only person who may pay it.

    Raises:
        UnknownCurrencyError. BadOrderError: a time that no order can have.
    """
    code = wallet_rules.check_currency(wallet_store.currency(tx, wish.currency)).code
    now_ms = tx.now_ms()
    return Order(
        id=rules_orders.order_id(merchant, wish.out_trade_no),
        merchant=merchant.id,
        out_trade_no=wish.out_trade_no,
        kind=wish.kind,
        currency=code,
        amount=wish.amount,
        description=wish.description,
        made_by=made_by,
        made_at=now_ms,
        expires_at=rules_orders.expires_at(wish.expires_at, now_ms),
        state="open",
        closed_as=None,
        awaits=awaits,
        payer=None,
        paid_at=None,
        position=None,
        refunded=0,
        refund_count=0,
        revoked_at=None,
        version=1,
    )


def name_of(asker: Asker) -> str:
    """Return what tells one till of a shop from another."""
    if asker.key is not None:
        return asker.key.id
    assert asker.session is not None
    return asker.session.user_id


def under_number(
    tx: WriteTx,
    merchant: Merchant,
    wish: Wish,
    code: str,
    work: Callable[[str], dict[str, Any]],
) -> Outcome:
    """Do something once under a merchant's number, and return the order as it stands now.

    Args:
        code: the payer's code that was shown, or nothing.
        work: makes the order; see `once`.

    Raises:
        KeyReusedError: the number came before with another wish.
    """
    told: dict[str, object] = {
        "kind": f"order {wish.kind}",
        "currency": wish.currency,
        "amount": str(wish.amount),
        "description": wish.description,
        "expires_at": wish.expires_at,
        "code": code,
    }
    made = once(tx, UserId(merchant.id), f"order {wish.out_trade_no}", told, work)
    if isinstance(made, WalletError):
        return made
    order = settle.known(tx, rules_orders.order_id(merchant, wish.out_trade_no))
    return show.to_merchant(tx, merchant, order)


# --- by the merchant --------------------------------------------------------------------------


def find(tx: ReadTx, merchant: Merchant, number: str) -> Order:
    """Return an order of a merchant by either number.

    Raises:
        NotFoundError: there is none.
    """
    if number.startswith(rules_orders.ID_PREFIX):
        found = store_orders.order(tx, OrderId(number))
    else:
        found = store_orders.order_by_number(tx, merchant.id, number)
    if found is None or found.merchant != merchant.id:
        raise NotFoundError(NONE)
    return found


def get(tx: ReadTx, asker: Asker, id: MerchantId, number: str) -> dict[str, Any]:
    """Return an order to its merchant, tills included.

    Raises:
        NotFoundError: see `access`; there is no such order.
    """
    merchant = access.at_till(tx, asker, id)
    return show.to_merchant(tx, merchant, find(tx, merchant, number))


def close(tx: WriteTx, asker: Asker, id: MerchantId, number: str) -> dict[str, Any]:
    """Let an order be paid no more. Asked again, or when its time is over, it returns how it was closed.

    Raises:
        NotFoundError, ScopeError: see `access`; there is no such order. EndedError: it is paid.
    """
    merchant = access.at_orders(tx, asker, id)
    order = find(tx, merchant, number)
    now_ms = tx.now_ms()
    rules_orders.check_closable(order)
    if rules_orders.state_of(order, now_ms) != "closed":
        order = settle.end(tx, merchant, order, "merchant")
    return show.to_merchant(tx, merchant, order)


# --- by the payer -----------------------------------------------------------------------------


def see(tx: ReadTx, user_id: UserId, id: OrderId) -> dict[str, Any]:
    """Return an order to a person who was shown it. When somebody has paid it, to them alone.

    Raises:
        NotFoundError: there is none for this account.
    """
    order = _shown_to(tx, user_id, id)
    if order.payer not in (None, user_id):
        raise NotFoundError(NONE)
    return show.to_payer(_shop_of(tx, order), order, tx.now_ms())


def pay(tx: WriteTx, payer: Payer, key: str, id: OrderId) -> Outcome:
    """Pay an order.

    Raises, in this order:
        KeyReusedError; RestrictedError, LimitExceededError; NotFoundError; ExpiredError, EndedError (returned and remembered);
        MerchantClosedError; InsufficientFundsError (returned and remembered); what `authorise` wants.
    """

    def work(_id: str) -> dict[str, Any]:
        permit = admit(tx, payer.user_id, Action.PAY)
        order = _shown_to(tx, payer.user_id, id)
        rules_orders.check_payable(order, tx.now_ms())
        merchant = _shop_of(tx, order)
        settle.check_takes(tx, merchant)
        take_back_due(tx, payer.user_id)
        ledger.check_funds(tx, payer.user_id, order.currency, order.amount)
        authorise(
            tx, permit, payer, intent_of(merchant, order, "order", key), settle.journal_of(id)
        )
        paid = settle.pay_open(tx, permit, merchant, order, payer.user_id)
        return show.to_payer(merchant, paid, tx.now_ms())

    return once(tx, payer.user_id, key, {"kind": "order", "order": id}, work)


def intent_of(merchant: Merchant, order: Order, kind: str, key: str) -> Intent:
    """Return a payment as its payer was shown it."""
    return Intent(
        kind=kind,
        currency=order.currency,
        amount=order.amount,
        payee=merchant.id,
        payee_name=payee_name(merchant),
        key=key,
    )


def pending(tx: ReadTx, user_id: UserId) -> dict[str, Any]:
    """Return the charges that wait for somebody to confirm them."""
    now_ms = tx.now_ms()
    found = store_orders.awaiting(tx, user_id, now_ms, PENDING_MAX)
    return {"orders": [show.to_payer(_shop_of(tx, one), one, now_ms) for one in found]}


def shown(tx: ReadTx, order: Order) -> dict[str, Any]:
    """Return an order as who paid it sees it."""
    return show.to_payer(_shop_of(tx, order), order, tx.now_ms())


def _shown_to(tx: ReadTx, user_id: UserId, id: OrderId) -> Order:
    order = store_orders.order(tx, id)
    if order is None or order.awaits not in (None, user_id):
        raise NotFoundError(NONE)
    return order


def _shop_of(tx: ReadTx, order: Order) -> Merchant:
    found = store.merchant(tx, order.merchant)
    assert found is not None
    return found

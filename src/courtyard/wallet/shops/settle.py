"""The one step in which an order becomes paid: the money, the order, and what the merchant's server is told of it."""

from courtyard.accounts.account import account_is_active
from courtyard.base.ids import UserId
from courtyard.bus import topics
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action, RestrictedError
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger
from courtyard.wallet.model import JournalId
from courtyard.wallet.shops import rules, show, store_orders
from courtyard.wallet.shops.errors import MerchantClosedError
from courtyard.wallet.shops.model import ClosedAs, Merchant, Order, OrderId
from courtyard.wallet.webhooks.queue import queue


def check_takes(tx: WriteTx, merchant: Merchant) -> None:
    """Say to a payer whether a shop takes payments. What was decided about its owner is not the payer's to read.

    Raises:
        MerchantClosedError: it takes none.
    """
    try:
        check_open(tx, merchant)
    except RestrictedError as error:
        message = "This shop takes no payments now."
        raise MerchantClosedError(message) from error


def check_open(tx: WriteTx, merchant: Merchant) -> None:
    """Say to a merchant whether it can take payments.

    Raises:
        MerchantClosedError: it is closed, or its owner has no account any more. RestrictedError: why not.
    """
    rules.check_open(merchant)
    if not account_is_active(tx, merchant.owner):
        message = "The owner of this shop has no account any more."
        raise MerchantClosedError(message)
    admit(tx, merchant.owner, Action.RECEIVE_PAYMENT)


def journal_of(id: OrderId) -> JournalId:
    """Return the one journal in which an order is paid."""
    return JournalId(f"{id}.paid")


def pay_new(
    tx: WriteTx,
    permit: Permit,
    merchant: Merchant,
    order: Order,
    payer: UserId,
    kind: str = "order_paid",
) -> Order:
    """Make an order and pay it in one step. Everything was asked before: funds, the proof, whether the shop is open.

    Args:
        kind: what it is, as the histories show it.
    """
    _move(tx, permit, merchant, order, payer, kind)
    store_orders.add_order(tx, order)
    return _note(tx, merchant, order, payer)


def pay_open(tx: WriteTx, permit: Permit, merchant: Merchant, order: Order, payer: UserId) -> Order:
    """Pay an order that waits. Everything was asked before: funds, the proof, whether the shop is open."""
    _move(tx, permit, merchant, order, payer, "order_paid")
    return _note(tx, merchant, order, payer)


def _move(
    tx: WriteTx, permit: Permit, merchant: Merchant, order: Order, payer: UserId, kind: str
) -> None:
    source = ledger.open_account(tx, "user", payer, order.currency)
    target = ledger.open_account(tx, "merchant", merchant.id, order.currency)
    moves = [ledger.Move(source.id, target.id, order.amount)]
    ledger.transfer(tx, permit, journal_of(order.id), kind, order.id, moves)


def _note(tx: WriteTx, merchant: Merchant, order: Order, payer: UserId) -> Order:
    position = tx.next_position()
    store_orders.set_paid(tx, order.id, payer, position)
    tx.wake_after_commit(topics.merchant(merchant.id), position)
    return _tell(tx, merchant, order.id, "order.paid")


def end(tx: WriteTx, merchant: Merchant, order: Order, how: ClosedAs) -> Order:
    """Close an open order."""
    store_orders.set_closed(tx, order.id, how)
    kind = "order.expired" if how == "expired" else "order.closed"
    return _tell(tx, merchant, order.id, kind)


def _tell(tx: WriteTx, merchant: Merchant, id: OrderId, kind: str) -> Order:
    order = known(tx, id)
    data = show.to_merchant(tx, merchant, order)
    queue(tx, merchant.id, kind, order.id, order.version, data)
    return order


def known(tx: ReadTx, id: OrderId) -> Order:
    """Return an order that is known to exist."""
    found = store_orders.order(tx, id)
    assert found is not None
    return found

"""Money that goes back: a refund is a new entry, never a change of an old one, and done when it is answered."""

from typing import Any

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger
from courtyard.wallet import store as wallet_store
from courtyard.wallet.model import JournalId, MerchantId
from courtyard.wallet.once import Outcome, once
from courtyard.wallet.shops import access, merchants, orders, rules, rules_orders, settle, show
from courtyard.wallet.shops import store_orders as store
from courtyard.wallet.shops.model import Asker, Merchant, Order, Refund, RefundId
from courtyard.wallet.webhooks.queue import queue


def refund(
    tx: WriteTx,
    asker: Asker,
    id: MerchantId,
    number: str,
    out_refund_no: str,
    amount: int,
    reason: str,
) -> Outcome:
    """Give back a part of a payment, or the whole. Its number is the key: the same one again is the same refund.

    Raises, in this order:
        NotFoundError, ScopeError: see `access`. KeyReusedError; LimitExceededError; NotFoundError: there is no such order;
        NotPaidError; RefundTooLateError (returned and remembered, like the next but one); TooManyError; RefundTooLargeError;
        MerchantShortError.
    """
    merchant = access.at_orders(tx, asker, id)

    def work(of_key: str) -> dict[str, Any]:
        orders.spend(tx, merchant)
        order = orders.find(tx, merchant, number)
        rules_orders.check_refund(order, amount, tx.now_ms())
        refund_id = RefundId(f"rf_{of_key}")
        return _give_back(tx, merchant, order, refund_id, out_refund_no, amount, reason)

    wish: dict[str, object] = {
        "kind": "refund",
        "order": number,
        "amount": str(amount),
        "reason": reason,
    }
    return once(tx, UserId(merchant.id), f"refund {out_refund_no}", wish, work)


def _give_back(
    tx: WriteTx,
    merchant: Merchant,
    order: Order,
    id: RefundId,
    out_refund_no: str,
    amount: int,
    reason: str,
) -> dict[str, Any]:
    assert order.payer is not None
    source = merchants.funded(tx, merchant, order.currency, amount)
    target = ledger.open_account(tx, "user", order.payer, order.currency)
    permit = admit(tx, merchant.owner, Action.SETTLE_PAYMENT)
    moves = [ledger.Move(source.id, target.id, amount)]
    ledger.transfer(tx, permit, JournalId(id), "order_refunded", order.id, moves)
    made = Refund(
        id=id,
        order_id=order.id,
        merchant=merchant.id,
        out_refund_no=out_refund_no,
        amount=amount,
        reason=reason,
        made_at=tx.now_ms(),
    )
    store.add_refund(tx, made)
    after = settle.known(tx, order.id)
    told = show.refund(after, made)
    data = told | {"order": show.to_merchant(tx, merchant, after)}
    queue(tx, merchant.id, "refund.done", order.id, after.version, data)
    return told


def revoke(tx: WriteTx, asker: Asker, id: MerchantId, number: str) -> dict[str, Any]:
    """Take an order back, however it stands: an open one is closed, a paid one goes back as a whole. Asked again, it returns the same.

    A number that never came is closed as well: the charge that is still on its way is refused when it arrives.

    Raises, in this order:
        NotFoundError: see `access`; BadOrderError: no number. ScopeError: see `rules_orders.check_revoke`. RefundTooLateError;
        MerchantShortError: the shop has less, and nothing was done.
    """
    merchant = access.at_till(tx, asker, id)
    try:
        order = orders.find(tx, merchant, number)
    except NotFoundError:
        return _forbid(tx, merchant, rules_orders.parse_number(number, "out_trade_no"))
    now_ms = tx.now_ms()
    rules_orders.check_revoke(order, now_ms, is_trusted=rules.is_trusted(asker, merchant))
    if order.state == "paid" and order.revoked_at is None:
        rules_orders.check_refundable(order, now_ms)
        left = order.amount - order.refunded
        if left:
            number_of_ours = f"{order.id}.revoke"
            refund_id = RefundId(f"rf_{number_of_ours}")
            _give_back(tx, merchant, order, refund_id, number_of_ours, left, "")
        store.set_revoked(tx, order.id)
    elif rules_orders.state_of(order, now_ms) in ("open", "confirming"):
        settle.end(tx, merchant, order, "revoked")
    return show.to_merchant(tx, merchant, settle.known(tx, order.id))


def _forbid(tx: WriteTx, merchant: Merchant, number: str) -> dict[str, Any]:
    told = {"out_trade_no": number, "state": "closed", "closed_as": "revoked"}

    def work(_id: str) -> dict[str, Any]:
        orders.spend(tx, merchant)
        return {}

    # What was answered under this number was a refusal: there is nothing to take back.
    if wallet_store.answer(tx, UserId(merchant.id), f"order {number}") is None:
        once(tx, UserId(merchant.id), f"order {number}", {"kind": "revoke"}, work)
    return told


def get(tx: ReadTx, asker: Asker, id: MerchantId, number: str) -> dict[str, Any]:
    """Return a refund to its merchant, by either number.

    Raises:
        NotFoundError, ScopeError: see `access`; there is no such refund.
    """
    merchant = access.at_orders(tx, asker, id)
    found = store.refund(tx, RefundId(number)) or store.refund_by_number(tx, merchant.id, number)
    if found is None or found.merchant != merchant.id:
        message = "There is no such refund."
        raise NotFoundError(message)
    return show.refund(settle.known(tx, found.order_id), found)

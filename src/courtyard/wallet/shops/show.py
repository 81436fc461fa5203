"""Orders and refunds as their two sides see them. A merchant gets no user id, but a name for the payer that only it has."""

from typing import Any

from courtyard.base.ids import TimestampMs
from courtyard.storage.tx import ReadTx
from courtyard.wallet import store
from courtyard.wallet.shops import rules_emv, rules_orders
from courtyard.wallet.shops.merchants import payee_name
from courtyard.wallet.shops.model import Merchant, Order, Refund


def to_merchant(tx: ReadTx, merchant: Merchant, order: Order) -> dict[str, Any]:
    """Return an order as its merchant sees it."""
    now_ms = tx.now_ms()
    # Its end counts from the clock on, and not from when the sweeper writes it down and tells of it.
    is_due = rules_orders.state_of(order, now_ms) != order.state
    told = _both(order, now_ms) | {
        "out_trade_no": order.out_trade_no,
        "made_by": order.made_by,
        "payer": rules_orders.payer_name(merchant, order.payer),
        "refund_count": order.refund_count,
        "revoked_at": order.revoked_at,
        "version": order.version + is_due,
    }
    if order.kind == "native":
        told["code"] = code_of(tx, merchant, order)
    return told


def code_of(tx: ReadTx, merchant: Merchant, order: Order) -> str:
    """Return the code that a payer scans for an order."""
    currency = store.currency(tx, order.currency)
    assert currency is not None
    server = rules_emv.server_tag(tx.settings.server_name)
    return rules_emv.order_code(merchant, payee_name(merchant), order, currency, server)


def to_payer(merchant: Merchant, order: Order, now_ms: TimestampMs) -> dict[str, Any]:
    """Return an order as a person sees it. The shop's name is what this server knows."""
    consent = {"consent": order.made_by} if order.kind == "consent" else {}
    return (
        _both(order, now_ms)
        | consent
        | {
            "merchant": merchant.id,
            "name": payee_name(merchant),
            "verified": merchant.verified_name is not None,
        }
    )


def _both(order: Order, now_ms: TimestampMs) -> dict[str, Any]:
    return {
        "id": order.id,
        "kind": order.kind,
        "currency": order.currency,
        "amount": str(order.amount),
        "description": order.description,
        "state": rules_orders.state_of(order, now_ms),
        "closed_as": rules_orders.closed_as(order, now_ms),
        "made_at": order.made_at,
        "expires_at": order.expires_at,
        "paid_at": order.paid_at,
        "refunded": str(order.refunded),
    }


def refund(order: Order, one: Refund) -> dict[str, Any]:
    """Return a refund as the merchant sees it."""
    return {
        "id": one.id,
        "order": order.id,
        "out_trade_no": order.out_trade_no,
        "out_refund_no": one.out_refund_no,
        "currency": order.currency,
        "amount": str(one.amount),
        "reason": one.reason,
        "state": "done",
        "made_at": one.made_at,
    }

"""A day's bill for a merchant's bookkeeping. It is made from facts that no longer change, so it is the same whenever it is asked for."""

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from courtyard.base.ids import TimestampMs
from courtyard.storage.tx import ReadTx
from courtyard.wallet.model import DAY_MS, MerchantId
from courtyard.wallet.shops import access, rules_bills, rules_orders
from courtyard.wallet.shops import store_books as store
from courtyard.wallet.shops.model import Asker, BillType, Merchant, Order, Refund

TRADES: Final = (
    *("time", "type", "order", "out_trade_no", "refund", "out_refund_no"),
    *("kind", "currency", "amount", "payer", "till", "text"),
)
FLOW: Final = ("time", "kind", "ref", "currency", "amount", "balance")
TOTALS: Final = ("currency", "in_count", "in_amount", "out_count", "out_amount")


class Bill(msgspec.Struct, frozen=True):
    """A bill, and what it says in short."""

    text: bytes
    sha256: str
    lines: int
    totals: list[list[object]]


def make(tx: ReadTx, asker: Asker, id: MerchantId, day: TimestampMs, kind: BillType) -> Bill:
    """Return the bill of a day (UTC).

    Raises:
        NotFoundError, ScopeError: see `access`. BillNotReadyError.
    """
    merchant = access.at_orders(tx, asker, id)
    rules_bills.check_ready(day, tx.now_ms())
    totals = rules_bills.Totals()
    if kind == "fund-flow":
        head: tuple[str, ...] = FLOW
        entries = store.flow(tx, merchant.id, day, day + DAY_MS)
        rows = list(rules_bills.flow_rows(entries, totals))
    else:
        head = TRADES
        rows = list(_trades(tx, merchant, day, kind, totals))
    told = totals.rows()
    text = rules_bills.text_of([head, *rows, TOTALS, *told]).encode()
    return Bill(text, hashlib.sha256(text).hexdigest(), len(rows), told)


def _trades(
    tx: ReadTx, merchant: Merchant, day: TimestampMs, kind: BillType, totals: rules_bills.Totals
) -> Iterator[list[object]]:
    if kind != "refund":
        for order in store.paid(tx, merchant.id, day, day + DAY_MS):
            totals.add(order.currency, order.amount)
            yield _payment(merchant, order)
    if kind != "success":
        for refund, order in store.refunded(tx, merchant.id, day, day + DAY_MS):
            totals.add(order.currency, -refund.amount)
            yield _refund(merchant, order, refund)


def _payment(merchant: Merchant, order: Order) -> list[object]:
    assert order.paid_at is not None
    return [
        *(rules_bills.when(order.paid_at), "payment", order.id, order.out_trade_no, "", ""),
        *(order.kind, order.currency, order.amount),
        *(rules_orders.payer_name(merchant, order.payer), order.made_by, order.description),
    ]


def _refund(merchant: Merchant, order: Order, refund: Refund) -> list[object]:
    return [
        *(rules_bills.when(refund.made_at), "refund", order.id, order.out_trade_no),
        *(refund.id, refund.out_refund_no, order.kind, order.currency, refund.amount),
        *(rules_orders.payer_name(merchant, order.payer), order.made_by, refund.reason),
    ]


def describe(bill: Bill, date: str, kind: BillType) -> dict[str, Any]:
    """Return what a program compares a fetched bill with."""
    return {
        "date": date,
        "type": kind,
        "sha256": bill.sha256,
        "size": len(bill.text),
        "lines": bill.lines,
        "totals": [
            dict(zip(TOTALS, [row[0], *map(str, row[1:])], strict=True)) for row in bill.totals
        ],
    }

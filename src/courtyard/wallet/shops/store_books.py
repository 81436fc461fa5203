"""What a shop took: the newest payments, the sums of a day, and the lines of its bills."""

from collections.abc import Iterator

import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.storage.rows import as_struct
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops.model import Entry, Order, Refund
from courtyard.wallet.shops.store_orders import ORDERS, REFUNDS
from courtyard.wallet.store import ACCOUNTS, ENTRIES, JOURNALS, TRANSFERS

_bind = sa.bindparam
_O, _R = ORDERS.c, REFUNDS.c
_MINE = _O.merchant == _bind("merchant")
_SINCE = Statement(
    sa.select(*_O)
    .where(_MINE, _O.position > _bind("since"))
    .order_by(_O.position)
    .limit(_bind("limit"))
)
_PAID_BY = Statement(
    sa.select(*_O)
    .where(_O.payer == _bind("payer"), _O.position > _bind("since"))
    .order_by(_O.position)
    .limit(_bind("limit"))
)
_IN_DAY = sa.and_(_MINE, _O.paid_at >= _bind("start"), _O.paid_at < _bind("end"))
_TAKEN = Statement(
    sa.select(_O.currency, sa.func.count(), sa.func.sum(_O.amount))
    .where(_IN_DAY)
    .group_by(_O.currency)
    .order_by(_O.currency)
)
_PAID = Statement(sa.select(*_O).where(_IN_DAY).order_by(_O.paid_at, _O.position))
_REFUNDED = Statement(
    sa.select(*_R, *_O)
    .select_from(REFUNDS.join(ORDERS, _O.id == _R.order_id))
    .where(
        _R.merchant == _bind("merchant"),
        _R.made_at >= _bind("start"),
        _R.made_at < _bind("end"),
    )
    .order_by(_R.made_at, _R.id)
)
_E, _T, _J, _A = ENTRIES.c, TRANSFERS.c, JOURNALS.c, ACCOUNTS.c
_FLOW = Statement(
    sa.select(_J.made_at, _J.kind, _J.ref, _A.currency, _E.amount, _E.balance)
    .select_from(
        ENTRIES.join(ACCOUNTS, _A.no == _E.account)
        .join(TRANSFERS, _T.no == _E.transfer)
        .join(JOURNALS, _J.no == _T.journal)
    )
    .where(
        _A.owner_kind == "merchant",
        _A.owner == _bind("merchant"),
        _J.made_at >= _bind("start"),
        _J.made_at < _bind("end"),
    )
    .order_by(_A.currency, _E.seq)
)


def paid_since(tx: ReadTx, merchant: MerchantId, since: int, limit: int) -> list[Order]:
    """Return payments at a shop after a position, in order."""
    found = tx.all(_SINCE, merchant=merchant, since=since, limit=limit)
    return [as_struct(Order, row) for row in found]


def paid_by(tx: ReadTx, payer: UserId, since: int, limit: int) -> list[Order]:
    """Return what somebody paid at shops after a position, in order."""
    return [
        as_struct(Order, row) for row in tx.all(_PAID_BY, payer=payer, since=since, limit=limit)
    ]


def taken(
    tx: ReadTx, merchant: MerchantId, start: int, end: int
) -> list[tuple[Currency, int, int]]:
    """Return what a shop took from a time to a time: (currency, how many payments, their sum)."""
    return [
        (Currency(code), int(count), int(total))
        for code, count, total in tx.all(_TAKEN, merchant=merchant, start=start, end=end)
    ]


def paid(tx: ReadTx, merchant: MerchantId, start: int, end: int) -> Iterator[Order]:
    """Yield the payments at a shop from a time to a time, in order."""
    for row in tx.each(_PAID, merchant=merchant, start=start, end=end):
        yield as_struct(Order, row)


def refunded(
    tx: ReadTx, merchant: MerchantId, start: int, end: int
) -> Iterator[tuple[Refund, Order]]:
    """Yield the refunds of a shop from a time to a time, in order, each with its order."""
    width = len(REFUNDS.c)
    for row in tx.each(_REFUNDED, merchant=merchant, start=start, end=end):
        yield as_struct(Refund, row[:width]), as_struct(Order, row[width:])


def flow(tx: ReadTx, merchant: MerchantId, start: int, end: int) -> Iterator[Entry]:
    """Yield every entry of a shop's accounts from a time to a time, by currency and in order."""
    for row in tx.each(_FLOW, merchant=merchant, start=start, end=end):
        yield as_struct(Entry, row)

"""What must never be in the tables of shops: questions for `check`."""

from collections.abc import Iterator

import sqlalchemy as sa

from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, Row
from courtyard.wallet.shops.store_codes import PACKS, PAYCODES
from courtyard.wallet.shops.store_orders import ORDERS, REFUNDS
from courtyard.wallet.store import JOURNALS, TRANSFERS

_O, _R, _T, _J = ORDERS.c, REFUNDS.c, TRANSFERS.c, JOURNALS.c
_MOVED = (
    sa.select(sa.func.coalesce(sa.func.sum(_T.amount), 0))
    .select_from(TRANSFERS.join(JOURNALS, _J.no == _T.journal))
    .where(_J.id == _O.id + ".paid")
    .scalar_subquery()
)
_PAID = sa.case((_O.state == "paid", _O.amount), else_=0)
_WRONG_PAYMENTS = Statement(sa.select(_O.id, _PAID, _MOVED).where(_MOVED != _PAID))
_BACK = (
    sa.select(sa.func.coalesce(sa.func.sum(_R.amount), 0))
    .where(_R.order_id == _O.id)
    .scalar_subquery()
)
_WRONG_REFUNDED = Statement(
    sa.select(_O.id, _O.amount, _O.refunded, _BACK).where(
        sa.or_(_O.refunded != _BACK, _O.amount < _BACK)
    )
)
_RETURNED = (
    sa.select(sa.func.coalesce(sa.func.sum(_T.amount), 0))
    .select_from(TRANSFERS.join(JOURNALS, _J.no == _T.journal))
    .where(_J.id == _R.id)
    .scalar_subquery()
)
_WRONG_REFUNDS = Statement(sa.select(_R.id, _R.amount, _RETURNED).where(_R.amount != _RETURNED))
_WRONG_PACKS = Statement(
    sa.select(PACKS.c.id, PACKS.c.spent, PACKS.c.cap_total).where(PACKS.c.spent > PACKS.c.cap_total)
)
_LOOSE_CODES = Statement(
    sa.select(PAYCODES.c.used_by)
    .join(ORDERS, _O.id == PAYCODES.c.used_by)
    .where(_O.payer != PAYCODES.c.user_id)
)


def wrong_payments(tx: ReadTx) -> Iterator[Row]:
    """Yield orders for which another sum moved than their state says: (id, due, moved)."""
    yield from tx.each(_WRONG_PAYMENTS)


def wrong_refunded(tx: ReadTx) -> Iterator[Row]:
    """Yield orders of which another sum went back than they say: (id, amount, said, refunds)."""
    yield from tx.each(_WRONG_REFUNDED)


def wrong_refunds(tx: ReadTx) -> Iterator[Row]:
    """Yield refunds for which another sum moved: (id, amount, moved)."""
    yield from tx.each(_WRONG_REFUNDS)


def wrong_packs(tx: ReadTx) -> Iterator[Row]:
    """Yield packs that paid more than their cap: (id, spent, cap)."""
    yield from tx.each(_WRONG_PACKS)


def others_codes(tx: ReadTx) -> Iterator[Row]:
    """Yield orders that somebody else paid than who showed the code."""
    yield from tx.each(_LOOSE_CODES)

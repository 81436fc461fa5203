"""Tables and SQL of orders and refunds. What may be written, the database guards (migration 0019)."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import StreamPos, TimestampMs, UserId
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops.model import ClosedAs, Order, OrderId, Refund, RefundId

_bind = sa.bindparam
ORDERS = sa.Table(
    "wallet_orders",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), nullable=False),
    sa.Column("out_trade_no", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("closed_as", sa.Text),
    sa.Column("awaits", sa.Text),
    sa.Column("payer", sa.Text),
    sa.Column("paid_at", sa.BigInteger),
    sa.Column("position", sa.BigInteger),
    sa.Column("refunded", sa.BigInteger, nullable=False),
    sa.Column("refund_count", sa.Integer, nullable=False),
    sa.Column("revoked_at", sa.BigInteger),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("merchant", "out_trade_no"),
    sa.Index("wallet_orders_by_time", "state", "expires_at"),
    sa.Index("wallet_orders_by_awaits", "awaits", "state"),
    sa.Index("wallet_orders_by_payer", "payer", "position"),
    sa.Index("wallet_orders_by_payment", "merchant", "paid_at"),
    sa.Index("wallet_orders_by_position", "merchant", "position"),
    sqlite_with_rowid=False,
)
REFUNDS = sa.Table(
    "wallet_refunds",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("order_id", sa.Text, sa.ForeignKey("wallet_orders.id"), nullable=False),
    sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), nullable=False),
    sa.Column("out_refund_no", sa.Text, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("merchant", "out_refund_no"),
    sa.Index("wallet_refunds_by_order", "order_id"),
    sa.Index("wallet_refunds_by_time", "merchant", "made_at"),
    sqlite_with_rowid=False,
)

_O = ORDERS.c
_ADD_ORDER = Statement(sa.insert(ORDERS))
_ORDER = Statement(sa.select(*_O).where(_O.id == _bind("id")))
_BY_NUMBER = Statement(
    sa.select(*_O).where(_O.merchant == _bind("merchant"), _O.out_trade_no == _bind("no"))
)
_PAY = Statement(
    sa.update(ORDERS)
    .where(_O.id == _bind("of"))
    .values(
        state="paid",
        payer=_bind("by"),
        paid_at=_bind("at"),
        position=_bind("place"),
        version=_O.version + 1,
    )
)
_CLOSE = Statement(
    sa.update(ORDERS)
    .where(_O.id == _bind("of"))
    .values(state="closed", closed_as=_bind("how"), version=_O.version + 1)
)
_REVOKE = Statement(
    sa.update(ORDERS)
    .where(_O.id == _bind("of"))
    .values(revoked_at=_bind("at"), version=_O.version + 1)
)
_DUE = Statement(
    sa.select(*_O)
    .where(_O.state == "open", _O.expires_at <= _bind("now"))
    .order_by(_O.expires_at, _O.id)
    .limit(_bind("limit"))
)
_NEXT_DUE = Statement(
    sa.select(_O.expires_at).where(_O.state == "open").order_by(_O.expires_at).limit(1)
)
_AWAITING = Statement(
    sa.select(*_O)
    .where(_O.awaits == _bind("who"), _O.state == "open", _O.expires_at > _bind("now"))
    .order_by(_O.made_at, _O.id)
    .limit(_bind("limit"))
)


def add_order(tx: WriteTx, order: Order) -> None:
    """Make an order. It is open."""
    tx.run(_ADD_ORDER, **msgspec.structs.asdict(order))


def order(tx: ReadTx, id: OrderId) -> Order | None:
    """Return an order."""
    row = tx.one(_ORDER, id=id)
    return None if row is None else as_struct(Order, row)


def order_by_number(tx: ReadTx, merchant: MerchantId, no: str) -> Order | None:
    """Return an order by the merchant's own number."""
    row = tx.one(_BY_NUMBER, merchant=merchant, no=no)
    return None if row is None else as_struct(Order, row)


def set_paid(tx: WriteTx, id: OrderId, payer: UserId, position: StreamPos) -> None:
    """Note that an order is paid. The transfer that pays it comes first."""
    tx.run(_PAY, of=id, by=payer, at=tx.now_ms(), place=position)


def set_closed(tx: WriteTx, id: OrderId, how: ClosedAs) -> None:
    """Note that an order can be paid no more."""
    tx.run(_CLOSE, of=id, how=how)


def set_revoked(tx: WriteTx, id: OrderId) -> None:
    """Note that a paid order was taken back as a whole."""
    tx.run(_REVOKE, of=id, at=tx.now_ms())


def due_orders(tx: ReadTx, now_ms: int, limit: int) -> list[Order]:
    """Return open orders whose time is over, the oldest first."""
    return [as_struct(Order, row) for row in tx.all(_DUE, now=now_ms, limit=limit)]


def next_due(tx: ReadTx) -> TimestampMs | None:
    """Return when an open order expires next."""
    row = tx.one(_NEXT_DUE)
    return None if row is None else TimestampMs(row[0])


def awaiting(tx: ReadTx, user_id: UserId, now_ms: int, limit: int) -> list[Order]:
    """Return orders that wait for one person to confirm them, the oldest first."""
    found = tx.all(_AWAITING, who=user_id, now=now_ms, limit=limit)
    return [as_struct(Order, row) for row in found]


# --- refunds ----------------------------------------------------------------------------------

_R = REFUNDS.c
_ADD_REFUND = Statement(sa.insert(REFUNDS))
_REFUND = Statement(sa.select(*_R).where(_R.id == _bind("id")))
_REFUND_BY_NUMBER = Statement(
    sa.select(*_R).where(_R.merchant == _bind("merchant"), _R.out_refund_no == _bind("no"))
)


def add_refund(tx: WriteTx, refund: Refund) -> None:
    """Note what went back. The database adds it to the order. The transfer comes first."""
    tx.run(_ADD_REFUND, **msgspec.structs.asdict(refund))


def refund(tx: ReadTx, id: RefundId) -> Refund | None:
    """Return a refund."""
    row = tx.one(_REFUND, id=id)
    return None if row is None else as_struct(Refund, row)


def refund_by_number(tx: ReadTx, merchant: MerchantId, no: str) -> Refund | None:
    """Return a refund by the merchant's own number."""
    row = tx.one(_REFUND_BY_NUMBER, merchant=merchant, no=no)
    return None if row is None else as_struct(Refund, row)

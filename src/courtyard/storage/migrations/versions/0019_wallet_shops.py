"""Shops: merchants with keys and cashiers, orders and refunds, and the codes that payers show.

The database guards what must never break: an order ends once, and as paid only beside the transfer that paid it; refunds are never
more than was paid; a code works once; a pack never pays more than its cap.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

REFUNDS_MAX = 51
"""Fifty, and the one that takes back the whole."""

KEPT = {
    "wallet_merchants": ("id", "owner", "name", "mcc", "city", "country", "secret", "made_at"),
    "wallet_merchant_keys": ("id", "merchant", "name", "scope", "hash", "made_at"),
    "wallet_orders": (
        *("id", "merchant", "out_trade_no", "kind", "currency", "amount", "description"),
        *("made_by", "made_at", "expires_at", "awaits"),
    ),
    "wallet_paycodes": ("hash", "user_id", "device_id", "pack", "made_at", "expires_at"),
    "wallet_paypacks": (
        *("id", "user_id", "device_id", "currency", "cap_each", "cap_total"),
        *("made_at", "expires_at"),
    ),
}
"""What a row says for ever."""

ONCE = {
    "wallet_merchants": ("closed_at",),
    "wallet_merchant_keys": ("revoked_at",),
    "wallet_orders": ("closed_as", "payer", "paid_at", "position", "revoked_at"),
    "wallet_paycodes": ("used_by",),
    "wallet_paypacks": ("revoked_at",),
}
"""What is set once."""

ORDER_STARTS = """
CREATE TRIGGER wallet_orders_before BEFORE INSERT ON wallet_orders
BEGIN
  SELECT RAISE(ABORT, 'wallet: an order starts open')
  WHERE NEW.state <> 'open' OR NEW.refunded <> 0 OR NEW.refund_count <> 0 OR NEW.version <> 1;
END
"""

ORDER_FINAL = """
CREATE TRIGGER wallet_orders_final BEFORE UPDATE ON wallet_orders
BEGIN
  SELECT RAISE(ABORT, 'wallet: an order ends once, and its versions rise')
  WHERE (OLD.state <> 'open' AND NEW.state <> OLD.state) OR NEW.version <> OLD.version + 1;
  SELECT RAISE(ABORT, 'wallet: an order is paid by the transfer that pays it')
  WHERE OLD.state = 'open' AND NEW.state = 'paid' AND NOT EXISTS (
    SELECT 1 FROM wallet_journals j JOIN wallet_transfers t ON t.journal = j.no
    JOIN wallet_accounts source ON source.no = t.src
    JOIN wallet_accounts target ON target.no = t.dst
    WHERE j.id = NEW.id || '.paid' AND t.amount = NEW.amount
      AND source.id = 'user/' || NEW.payer || '/' || NEW.currency
      AND target.id = 'merchant/' || NEW.merchant || '/' || NEW.currency);
  SELECT RAISE(ABORT, 'wallet: only a refund says what went back')
  WHERE NEW.refunded <> (
    SELECT COALESCE(SUM(amount), 0) FROM wallet_refunds WHERE order_id = NEW.id)
    OR NEW.refund_count <> (SELECT COUNT(*) FROM wallet_refunds WHERE order_id = NEW.id);
END
"""

REFUND_BEFORE = """
CREATE TRIGGER wallet_refunds_before BEFORE INSERT ON wallet_refunds
BEGIN
  SELECT RAISE(ABORT, 'wallet: a refund is of a paid order, by the transfer that brings it back')
  WHERE NOT EXISTS (
    SELECT 1 FROM wallet_orders o JOIN wallet_journals j ON j.id = NEW.id
    JOIN wallet_transfers t ON t.journal = j.no
    JOIN wallet_accounts source ON source.no = t.src
    JOIN wallet_accounts target ON target.no = t.dst
    WHERE o.id = NEW.order_id AND o.state = 'paid' AND o.merchant = NEW.merchant
      AND t.amount = NEW.amount
      AND source.id = 'merchant/' || o.merchant || '/' || o.currency
      AND target.id = 'user/' || o.payer || '/' || o.currency);
END
"""

REFUND_AFTER = """
CREATE TRIGGER wallet_refunds_after AFTER INSERT ON wallet_refunds
BEGIN
  UPDATE wallet_orders SET refunded = refunded + NEW.amount, refund_count = refund_count + 1,
    version = version + 1
  WHERE id = NEW.order_id;
END
"""

PACK_SPENT = """
CREATE TRIGGER wallet_paypacks_spent BEFORE UPDATE OF spent ON wallet_paypacks
BEGIN
  SELECT RAISE(ABORT, 'wallet: what a pack has paid only grows')
  WHERE NEW.spent < OLD.spent OR NEW.spent - OLD.spent > OLD.cap_each;
END
"""


def upgrade() -> None:
    """Go forward; there is no way back."""
    _merchants()
    _orders()
    _codes()
    triggers = [
        *(ORDER_STARTS, ORDER_FINAL, REFUND_BEFORE, REFUND_AFTER, PACK_SPENT),
        *(_kept(table) for table in KEPT),
        _refuse("wallet_refunds", "UPDATE"),
        *(
            _refuse(table, "DELETE")
            for table in ("wallet_merchants", "wallet_merchant_keys", "wallet_orders")
        ),
        _refuse("wallet_refunds", "DELETE"),
    ]
    for trigger in triggers:
        op.execute(sa.text(trigger.replace(":", "\\:")))


def _refuse(table: str, verb: str) -> str:
    name = f"{table}_no_{verb.lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table}\nBEGIN\n"
        f"  SELECT RAISE(ABORT, 'wallet: {verb} of {table} is refused');\nEND"
    )


def _kept(table: str) -> str:
    changed = [f"NEW.{column} IS NOT OLD.{column}" for column in KEPT[table]]
    changed += [
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column})" for column in ONCE[table]
    ]
    condition = "\n    OR ".join(changed)
    return (
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table}\nBEGIN\n"
        f"  SELECT RAISE(ABORT, 'wallet: what stands in {table} stays as it is')\n"
        f"  WHERE {condition};\nEND"
    )


def _merchants() -> None:
    op.create_table(
        "wallet_merchants",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mcc", sa.Text, nullable=False),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("verified_name", sa.Text),
        sa.Column("verified_at", sa.BigInteger),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
        sa.CheckConstraint("(verified_name IS NULL) = (verified_at IS NULL)"),
        sqlite_with_rowid=False,
    )
    op.create_index("wallet_merchants_by_owner", "wallet_merchants", ["owner"])
    op.create_table(
        "wallet_merchant_keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.UniqueConstraint("hash"),
        sa.CheckConstraint("scope IN ('orders', 'till')"),
        sqlite_with_rowid=False,
    )
    op.create_index("wallet_merchant_keys_by_merchant", "wallet_merchant_keys", ["merchant"])
    op.create_table(
        "wallet_cashiers",
        sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("wallet_cashiers_by_user", "wallet_cashiers", ["user_id"])


def _orders() -> None:
    op.create_table(
        "wallet_orders",
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
        sa.CheckConstraint("typeof(amount) = 'integer' AND amount > 0"),
        sa.CheckConstraint("kind IN ('native', 'till', 'static', 'miniapp', 'link', 'consent')"),
        sa.CheckConstraint("state IN ('open', 'paid', 'closed')"),
        sa.CheckConstraint("closed_as IN ('expired', 'merchant', 'revoked')"),
        sa.CheckConstraint("(state = 'closed') = (closed_as IS NOT NULL)"),
        sa.CheckConstraint("(state = 'paid') = (payer IS NOT NULL)"),
        sa.CheckConstraint("(payer IS NULL) = (paid_at IS NULL)"),
        sa.CheckConstraint("(payer IS NULL) = (position IS NULL)"),
        sa.CheckConstraint("awaits IS NULL OR payer IS NULL OR payer = awaits"),
        sa.CheckConstraint("typeof(refunded) = 'integer' AND refunded BETWEEN 0 AND amount"),
        sa.CheckConstraint(f"refund_count BETWEEN 0 AND {REFUNDS_MAX}"),
        sqlite_with_rowid=False,
    )
    op.create_index("wallet_orders_by_time", "wallet_orders", ["state", "expires_at"])
    op.create_index("wallet_orders_by_awaits", "wallet_orders", ["awaits", "state"])
    op.create_index("wallet_orders_by_payer", "wallet_orders", ["payer", "position"])
    op.create_index("wallet_orders_by_payment", "wallet_orders", ["merchant", "paid_at"])
    op.create_index("wallet_orders_by_position", "wallet_orders", ["merchant", "position"])
    op.create_table(
        "wallet_refunds",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("order_id", sa.Text, sa.ForeignKey("wallet_orders.id"), nullable=False),
        sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), nullable=False),
        sa.Column("out_refund_no", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("merchant", "out_refund_no"),
        sa.CheckConstraint("typeof(amount) = 'integer' AND amount > 0"),
        sqlite_with_rowid=False,
    )
    op.create_index("wallet_refunds_by_order", "wallet_refunds", ["order_id"])
    op.create_index("wallet_refunds_by_time", "wallet_refunds", ["merchant", "made_at"])


def _codes() -> None:
    op.create_table(
        "wallet_paypacks",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("device_id", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
        sa.Column("cap_each", sa.BigInteger, nullable=False),
        sa.Column("cap_total", sa.BigInteger, nullable=False),
        sa.Column("spent", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.CheckConstraint("typeof(spent) = 'integer' AND spent BETWEEN 0 AND cap_total"),
        sqlite_with_rowid=False,
    )
    op.create_index("wallet_paypacks_by_device", "wallet_paypacks", ["user_id", "device_id"])
    op.create_table(
        "wallet_paycodes",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("device_id", sa.Text, nullable=False),
        sa.Column("pack", sa.Text, sa.ForeignKey("wallet_paypacks.id")),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        # The charge for which it was shown: an order, or a charge for which there was no money.
        sa.Column("used_by", sa.Text),
        sa.UniqueConstraint("used_by"),
        sqlite_with_rowid=False,
    )
    op.create_index("wallet_paycodes_by_device", "wallet_paycodes", ["user_id", "device_id"])
    op.create_index("wallet_paycodes_by_time", "wallet_paycodes", ["expires_at"])

"""Webhooks: what merchants' own servers are told, and how far that is.

A message is written with what it tells of, and one row for each endpoint that wants it. Triggers keep the order: a later version of the
same thing cannot be on its way, or have arrived, while an earlier one is still to come; an end is final.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

ENDPOINTS_MAX = 5
TRIES_MAX = 16
ROUNDS_MAX = 20

ENDPOINT_BEFORE = """
CREATE TRIGGER wallet_webhooks_before BEFORE INSERT ON wallet_webhooks
BEGIN
  -- ENDPOINTS_MAX
  SELECT RAISE(ABORT, 'wallet: a merchant has too many endpoints')
  WHERE NEW.count <> 0
    OR 5 <= (SELECT COUNT(*) FROM wallet_webhooks WHERE merchant = NEW.merchant);
END
"""

ENDPOINT_IDENTITY = """
CREATE TRIGGER wallet_webhooks_identity BEFORE UPDATE OF id, merchant, made_at ON wallet_webhooks
BEGIN
  SELECT RAISE(ABORT, 'wallet: an endpoint stays its merchant''s');
END
"""

DELIVERY_BEFORE = """
CREATE TRIGGER wallet_webhook_deliveries_before BEFORE INSERT ON wallet_webhook_deliveries
BEGIN
  SELECT RAISE(ABORT, 'wallet: a delivery begins at its endpoint''s end, for its message, untried')
  WHERE NEW.attempts <> 0 OR NEW.state NOT IN ('waiting', 'queued')
    OR NEW.number <> (SELECT count FROM wallet_webhooks WHERE id = NEW.endpoint)
    OR NOT EXISTS (
      SELECT 1 FROM wallet_webhook_messages m JOIN wallet_webhooks w ON w.merchant = m.merchant
      WHERE m.id = NEW.message AND w.id = NEW.endpoint
        AND m.ref = NEW.ref AND m.version = NEW.version);
  SELECT RAISE(ABORT, 'wallet: an earlier message is still to come')
  WHERE NEW.state = 'queued' AND EXISTS (
    SELECT 1 FROM wallet_webhook_deliveries d
    WHERE d.endpoint = NEW.endpoint AND d.ref = NEW.ref AND d.state IN ('waiting', 'queued'));
END
"""

DELIVERY_FINAL = """
CREATE TRIGGER wallet_webhook_deliveries_final BEFORE UPDATE ON wallet_webhook_deliveries
BEGIN
  SELECT RAISE(ABORT, 'wallet: what was delivered or given up stays as it is')
  WHERE OLD.state IN ('delivered', 'dead') OR NEW.endpoint <> OLD.endpoint
    OR NEW.number <> OLD.number OR NEW.message <> OLD.message OR NEW.ref <> OLD.ref
    OR NEW.version <> OLD.version OR NEW.round <> OLD.round;
  SELECT RAISE(ABORT, 'wallet: a delivery is tried once at a time, and only in its turn')
  WHERE NEW.state = 'waiting' OR NEW.attempts <> OLD.attempts + (OLD.state = 'queued')
    OR (OLD.state = 'waiting' AND (NEW.state <> 'queued' OR EXISTS (
      SELECT 1 FROM wallet_webhook_deliveries d
      WHERE d.endpoint = OLD.endpoint AND d.ref = OLD.ref AND d.number <> OLD.number
        AND (d.state = 'queued' OR (d.state = 'waiting' AND d.version < OLD.version)))));
END
"""


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "wallet_webhooks",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("merchant", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("merchant", "url"),
        sa.CheckConstraint("state IN ('enabled', 'disabled')"),
        sa.CheckConstraint("reason IN ('', 'owner', 'gone')"),
        sa.CheckConstraint("(state = 'enabled') = (reason = '')"),
    )
    op.create_table(
        "wallet_webhook_secrets",
        sa.Column("endpoint", sa.Text, sa.ForeignKey("wallet_webhooks.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("until", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wallet_webhook_messages",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("merchant", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("merchant", "ref", "version"),
        sa.CheckConstraint("version > 0"),
        sa.CheckConstraint(f"wanted BETWEEN 1 AND {ENDPOINTS_MAX}"),
    )
    op.create_table(
        "wallet_webhook_deliveries",
        sa.Column("endpoint", sa.Text, sa.ForeignKey("wallet_webhooks.id"), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("message", sa.Text, sa.ForeignKey("wallet_webhook_messages.id"), nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("message", "endpoint", "round"),
        sa.CheckConstraint("state IN ('waiting', 'queued', 'delivered', 'dead')"),
        sa.CheckConstraint("(next_at IS NOT NULL) = (state = 'queued')"),
        sa.CheckConstraint("(ended_at IS NOT NULL) = (state IN ('delivered', 'dead'))"),
        sa.CheckConstraint(f"attempts BETWEEN 0 AND {TRIES_MAX}"),
        # Given up is only what was tried as often as the time-table says.
        sa.CheckConstraint(f"state <> 'dead' OR attempts = {TRIES_MAX}"),
        sa.CheckConstraint("state <> 'delivered' OR status BETWEEN 200 AND 299"),
        sa.CheckConstraint(f"round BETWEEN 0 AND {ROUNDS_MAX}"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "wallet_webhook_deliveries_by_time",
        "wallet_webhook_deliveries",
        ["endpoint", "state", "next_at"],
    )
    op.create_index(
        "wallet_webhook_deliveries_by_ref",
        "wallet_webhook_deliveries",
        ["endpoint", "ref", "version"],
    )
    op.create_index(
        "wallet_webhook_deliveries_one",
        "wallet_webhook_deliveries",
        ["endpoint", "ref"],
        unique=True,
        sqlite_where=sa.text("state = 'queued'"),
    )
    for trigger in (
        *(ENDPOINT_BEFORE, ENDPOINT_IDENTITY, DELIVERY_BEFORE, DELIVERY_FINAL),
        *(
            _refuse(table, "DELETE")
            for table in (
                *("wallet_webhooks", "wallet_webhook_messages"),
                "wallet_webhook_deliveries",
            )
        ),
        _refuse("wallet_webhook_messages", "UPDATE"),
    ):
        op.execute(sa.text(trigger.replace(":", "\\:")))


def _refuse(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}\nBEGIN\n"
        f"  SELECT RAISE(ABORT, 'wallet: {verb} of {table} is refused');\nEND"
    )

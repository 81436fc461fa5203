"""Payments that arrive later: what a payer chose, and what operators stopped.

A payment in a chat has two more states: `arriving`, between its acceptance and its arrival, and `returned`. The table is made anew, because
its states are a CHECK. The database itself refuses what must never be: money that arrives before its time, a delay that is skipped, and
money that one operator alone sends back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

HOUR_MS = 3_600_000
DELAYS = f"(0, {2 * HOUR_MS}, {24 * HOUR_MS})"
OLD = "id, room_id, sender, recipient, currency, amount, escrow, state, made_at, expires_at, ended_at, event_id"

OFFERS = f"""
CREATE TABLE wallet_offers_new (
  id TEXT NOT NULL PRIMARY KEY,
  room_id TEXT NOT NULL,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  currency TEXT NOT NULL REFERENCES wallet_currencies (code),
  amount BIGINT NOT NULL,
  delay_ms BIGINT NOT NULL DEFAULT 0,
  arrives_at BIGINT,
  recalled_at BIGINT,
  escrow TEXT NOT NULL UNIQUE REFERENCES wallet_accounts (id),
  state TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  event_id TEXT NOT NULL,
  CHECK (state IN ('pending', 'arriving', 'accepted', 'declined', 'expired', 'returned')),
  CHECK (sender <> recipient),
  CHECK (delay_ms IN {DELAYS}),
  CHECK (arrives_at IS NULL OR (delay_ms > 0 AND arrives_at >= made_at + delay_ms)),
  CHECK (state NOT IN ('arriving', 'returned') OR arrives_at IS NOT NULL),
  CHECK (state <> 'accepted' OR delay_ms = 0 OR (arrives_at IS NOT NULL AND ended_at >= arrives_at)))
"""

OFFERS_FINAL = """
CREATE TRIGGER wallet_offers_final BEFORE UPDATE ON wallet_offers
BEGIN
  SELECT RAISE(ABORT, 'wallet: what ended in wallet_offers stays as it is')
  WHERE OLD.state NOT IN ('pending', 'arriving') OR NEW.id <> OLD.id OR NEW.amount <> OLD.amount
    OR NEW.sender <> OLD.sender OR NEW.recipient <> OLD.recipient OR NEW.escrow <> OLD.escrow
    OR NEW.delay_ms <> OLD.delay_ms
    OR (OLD.recalled_at IS NOT NULL AND NEW.recalled_at IS NOT OLD.recalled_at)
    OR (NEW.arrives_at IS NOT OLD.arrives_at AND NEW.state <> 'arriving')
    OR (OLD.state = 'arriving'
      AND NEW.state NOT IN ('arriving', 'accepted', 'declined', 'returned'))
    OR (OLD.state = 'pending' AND NEW.state = 'returned');
  SELECT RAISE(ABORT, 'wallet: what is on its way comes back only from a stop, by another operator')
  WHERE NEW.state = 'returned' AND NOT EXISTS (
    SELECT 1 FROM wallet_stops
    WHERE offer = NEW.id AND outcome = 'returned' AND ended_by <> begun_by);
END
"""

STOP_BEFORE = """
CREATE TRIGGER wallet_stops_before BEFORE INSERT ON wallet_stops
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a payment on its way is stopped, at the owner''s wish only if they wish it')
  WHERE NEW.ended_at IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM wallet_offers WHERE id = NEW.offer AND state = 'arriving'
      AND (NEW.reason <> 'owner_request' OR recalled_at IS NOT NULL));
END
"""

STOP_FINAL = """
CREATE TRIGGER wallet_stops_final BEFORE UPDATE ON wallet_stops
BEGIN
  SELECT RAISE(ABORT, 'wallet: a stop ends once, and stays what it is')
  WHERE NEW.id <> OLD.id OR NEW.offer <> OLD.offer OR NEW.reason <> OLD.reason
    OR NEW.words <> OLD.words OR NEW.begun_by <> OLD.begun_by OR NEW.begun_at <> OLD.begun_at
    OR NEW.was_at <> OLD.was_at
    OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at
      OR NEW.ended_by IS NOT OLD.ended_by OR NEW.outcome IS NOT OLD.outcome));
END
"""


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.execute(sa.text(OFFERS))
    op.execute(
        sa.text(f"INSERT INTO wallet_offers_new ({OLD}) SELECT {OLD} FROM wallet_offers")  # noqa: S608  # our own names
    )
    op.drop_table("wallet_offers")
    op.rename_table("wallet_offers_new", "wallet_offers")
    op.create_index("wallet_offers_by_time", "wallet_offers", ["state", "expires_at"])
    op.create_index("wallet_offers_by_sender", "wallet_offers", ["sender", "state", "expires_at"])
    op.create_index("wallet_offers_by_arrival", "wallet_offers", ["state", "arrives_at"])
    op.create_index(
        "wallet_offers_by_recipient", "wallet_offers", ["recipient", "state", "arrives_at"]
    )
    op.create_table(
        "wallet_delays",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("delay_ms", sa.BigInteger, nullable=False),
        sa.Column("next_ms", sa.BigInteger),
        sa.Column("next_at", sa.BigInteger),
        sa.CheckConstraint(f"delay_ms IN {DELAYS}"),
        sa.CheckConstraint(f"next_ms IS NULL OR next_ms IN {DELAYS}"),
        sa.CheckConstraint("next_ms IS NULL OR next_ms < delay_ms"),
        sa.CheckConstraint("(next_ms IS NULL) = (next_at IS NULL)"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wallet_stops",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("offer", sa.Text, sa.ForeignKey("wallet_offers.id"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("begun_by", sa.Text, nullable=False),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("was_at", sa.BigInteger, nullable=False),
        sa.Column("review_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_by", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("told_at", sa.BigInteger),
        sa.CheckConstraint(
            "reason IN ('security', 'suspected_fraud', 'court_order', 'owner_request')"
        ),
        sa.CheckConstraint("outcome IN ('released', 'returned')"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)"),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)"),
        sa.CheckConstraint("outcome IS NOT 'returned' OR ended_by <> begun_by"),
    )
    op.create_index("wallet_stops_by_offer", "wallet_stops", ["offer", "begun_at"])
    op.create_index("wallet_stops_by_told", "wallet_stops", ["told_at"])
    triggers = (
        *(OFFERS_FINAL, STOP_BEFORE, STOP_FINAL),
        *(_refuse(table, "DELETE") for table in ("wallet_offers", "wallet_stops")),
    )
    for trigger in triggers:
        op.execute(sa.text(trigger.replace(":", "\\:")))


def _refuse(table: str, verb: str) -> str:
    name = f"{table}_no_{verb.lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table}\nBEGIN\n"
        f"  SELECT RAISE(ABORT, 'wallet: {verb} of {table} is refused');\nEND"
    )

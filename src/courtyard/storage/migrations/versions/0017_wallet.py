"""The ledger, and money between people.

The database itself keeps the ledger: the one way to move money is a row in `wallet_transfers`. A trigger moves both balances and
writes both entries, constraints refuse an overdraft, and what is written cannot be changed or deleted. So no code can break it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

POSTED_MAX = 4 * 10**18
"""Below 2^63, so that no sum of two balances can overflow."""

NO_CHANGE = ("wallet_journals", "wallet_transfers", "wallet_entries", "wallet_answers")
NO_DELETE = (
    *("wallet_journals", "wallet_transfers", "wallet_entries"),
    *("wallet_accounts", "wallet_holds", "wallet_offers"),
    *("wallet_packets", "wallet_shares", "wallet_requests", "wallet_parts"),
    *("wallet_mints", "wallet_currencies"),
)

TRANSFER_BEFORE = """
CREATE TRIGGER wallet_transfers_before BEFORE INSERT ON wallet_transfers
BEGIN
  SELECT RAISE(ABORT, 'wallet: a transfer needs two different open accounts of its currency')
  WHERE NEW.src = NEW.dst OR 2 <> (
    SELECT COUNT(*) FROM wallet_accounts
    WHERE id IN (NEW.src, NEW.dst) AND currency = NEW.currency AND closed = 0);
  SELECT RAISE(ABORT, 'wallet: a transfer needs an open hold of its source and its size')
  WHERE NEW.hold IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM wallet_holds
    WHERE id = NEW.hold AND account = NEW.src AND state = 'open' AND amount >= NEW.amount);
END
"""

TRANSFER_AFTER = """
CREATE TRIGGER wallet_transfers_after AFTER INSERT ON wallet_transfers
BEGIN
  UPDATE wallet_holds SET state = 'captured', captured = NEW.amount WHERE id = NEW.hold;
  UPDATE wallet_accounts SET posted = posted - NEW.amount, seq = seq + 1 WHERE id = NEW.src;
  UPDATE wallet_accounts SET posted = posted + NEW.amount, seq = seq + 1 WHERE id = NEW.dst;
  INSERT INTO wallet_entries (account, seq, transfer, amount, balance)
    SELECT id, seq, NEW.id, -NEW.amount, posted FROM wallet_accounts WHERE id = NEW.src;
  INSERT INTO wallet_entries (account, seq, transfer, amount, balance)
    SELECT id, seq, NEW.id, NEW.amount, posted FROM wallet_accounts WHERE id = NEW.dst;
END
"""

ACCOUNT_BEFORE = """
CREATE TRIGGER wallet_accounts_before BEFORE INSERT ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: an account starts empty and open')
  WHERE NEW.posted <> 0 OR NEW.held <> 0 OR NEW.seq <> 0 OR NEW.closed <> 0;
END
"""

ACCOUNT_IDENTITY = """
CREATE TRIGGER wallet_accounts_identity
BEFORE UPDATE OF id, owner_kind, owner, currency, floor ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: an account stays what it is');
END
"""

# The newest transfer must be of this account, and its entry still to come: true only inside the trigger above.
ACCOUNT_POSTED = """
CREATE TRIGGER wallet_accounts_posted BEFORE UPDATE OF posted, seq ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a transfer moves a balance')
  WHERE NEW.seq <> OLD.seq + 1 OR NOT EXISTS (
    SELECT 1 FROM wallet_transfers t
    WHERE t.rowid = (SELECT MAX(rowid) FROM wallet_transfers)
      AND ((t.src = NEW.id AND NEW.posted = OLD.posted - t.amount)
        OR (t.dst = NEW.id AND NEW.posted = OLD.posted + t.amount))
      AND NOT EXISTS (
        SELECT 1 FROM wallet_entries e
        WHERE e.account = NEW.id AND e.seq = OLD.seq AND e.transfer = t.id));
END
"""

ACCOUNT_HELD = """
CREATE TRIGGER wallet_accounts_held BEFORE UPDATE OF held ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a hold keeps money back')
  WHERE NEW.held <> (
    SELECT COALESCE(SUM(amount), 0) FROM wallet_holds WHERE account = NEW.id AND state = 'open');
END
"""

ENTRY_BEFORE = """
CREATE TRIGGER wallet_entries_before BEFORE INSERT ON wallet_entries
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a transfer writes entries')
  WHERE NOT EXISTS (
    SELECT 1 FROM wallet_accounts a JOIN wallet_transfers t ON t.id = NEW.transfer
    WHERE a.id = NEW.account AND a.seq = NEW.seq AND a.posted = NEW.balance
      AND ((t.src = a.id AND NEW.amount = -t.amount) OR (t.dst = a.id AND NEW.amount = t.amount)));
END
"""

HOLD_BEFORE = """
CREATE TRIGGER wallet_holds_before BEFORE INSERT ON wallet_holds
BEGIN
  SELECT RAISE(ABORT, 'wallet: a hold starts open, on an open account')
  WHERE NEW.state <> 'open' OR NEW.captured <> 0 OR NOT EXISTS (
    SELECT 1 FROM wallet_accounts WHERE id = NEW.account AND closed = 0);
END
"""

HOLD_AFTER = """
CREATE TRIGGER wallet_holds_made AFTER INSERT ON wallet_holds
BEGIN
  UPDATE wallet_accounts SET held = held + NEW.amount WHERE id = NEW.account;
END
"""

HOLD_FINAL = """
CREATE TRIGGER wallet_holds_final BEFORE UPDATE ON wallet_holds
BEGIN
  SELECT RAISE(ABORT, 'wallet: a hold ends once and stays what it is')
  WHERE OLD.state <> 'open' OR NEW.state = 'open' OR NEW.id <> OLD.id OR NEW.account <> OLD.account
    OR NEW.amount <> OLD.amount OR NEW.journal <> OLD.journal OR NEW.expires_at <> OLD.expires_at
    OR (NEW.state <> 'captured' AND NEW.captured <> 0)
    OR (NEW.state = 'captured' AND NOT EXISTS (
      SELECT 1 FROM wallet_transfers WHERE hold = NEW.id AND amount = NEW.captured));
END
"""

HOLD_ENDED = """
CREATE TRIGGER wallet_holds_released AFTER UPDATE ON wallet_holds
BEGIN
  UPDATE wallet_accounts SET held = held - OLD.amount WHERE id = OLD.account;
END
"""

CURRENCY_IDENTITY = """
CREATE TRIGGER wallet_currencies_identity BEFORE UPDATE ON wallet_currencies
BEGIN
  SELECT RAISE(ABORT, 'wallet: a currency stays what it is');
END
"""

MINT_FINAL = """
CREATE TRIGGER wallet_mints_final BEFORE UPDATE ON wallet_mints
BEGIN
  SELECT RAISE(ABORT, 'wallet: new money is approved once and stays what it is')
  WHERE OLD.approved_by IS NOT NULL OR NEW.amount <> OLD.amount OR NEW.currency <> OLD.currency
    OR NEW.user_id <> OLD.user_id OR NEW.proposed_by <> OLD.proposed_by;
END
"""

SHARE_FINAL = """
CREATE TRIGGER wallet_shares_final BEFORE UPDATE ON wallet_shares
BEGIN
  SELECT RAISE(ABORT, 'wallet: a share is claimed once and stays what it is')
  WHERE OLD.claimant IS NOT NULL OR NEW.claimant IS NULL OR NEW.packet <> OLD.packet
    OR NEW.number <> OLD.number OR NEW.amount <> OLD.amount;
END
"""


def upgrade() -> None:
    """Go forward; there is no way back."""
    _ledger()
    _people()
    triggers = [
        *(TRANSFER_BEFORE, TRANSFER_AFTER, ACCOUNT_BEFORE, ACCOUNT_IDENTITY, ACCOUNT_POSTED),
        *(ACCOUNT_HELD, ENTRY_BEFORE, HOLD_BEFORE, HOLD_AFTER, HOLD_FINAL, HOLD_ENDED),
        *(CURRENCY_IDENTITY, MINT_FINAL, SHARE_FINAL),
        *(_refuse(table, "UPDATE") for table in NO_CHANGE),
        *(_refuse(table, "DELETE") for table in NO_DELETE),
        _final("wallet_offers", "pending", "amount", "sender", "recipient", "escrow"),
        _final("wallet_packets", "open", "total", "count", "seed", "escrow"),
        _final("wallet_parts", "open", "amount", "user_id", "request"),
    ]
    for trigger in triggers:
        op.execute(sa.text(trigger.replace(":", "\\:")))


def _refuse(table: str, verb: str) -> str:
    name = f"{table}_no_{verb.lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table}\nBEGIN\n"
        f"  SELECT RAISE(ABORT, 'wallet: {verb} of {table} is refused');\nEND"
    )


def _final(table: str, open_state: str, *kept: str) -> str:
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in kept)
    return (
        f"CREATE TRIGGER {table}_final BEFORE UPDATE ON {table}\nBEGIN\n"
        f"  SELECT RAISE(ABORT, 'wallet: what ended in {table} stays as it is')\n"
        f"  WHERE OLD.state <> '{open_state}' OR {changed};\nEND"
    )


def _ledger() -> None:
    op.create_table(
        "wallet_currencies",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("scale", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("kind IN ('fiat', 'community', 'points', 'test')"),
        sa.CheckConstraint("scale BETWEEN 0 AND 9"),
    )
    op.create_table(
        "wallet_accounts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner_kind", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
        sa.Column("posted", sa.BigInteger, nullable=False),
        sa.Column("held", sa.BigInteger, nullable=False),
        sa.Column("floor", sa.BigInteger),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("closed", sa.Integer, nullable=False),
        sa.UniqueConstraint("owner_kind", "owner", "currency"),
        sa.CheckConstraint("owner_kind IN ('user', 'merchant', 'system', 'escrow')"),
        sa.CheckConstraint("typeof(posted) = 'integer' AND typeof(held) = 'integer'"),
        # Only what the system keeps may owe without a limit: so the sum of a currency is always 0.
        sa.CheckConstraint("(floor IS NULL) = (owner_kind = 'system')"),
        sa.CheckConstraint("held >= 0"),
        sa.CheckConstraint("floor IS NULL OR posted - held >= floor"),
        sa.CheckConstraint(f"posted BETWEEN -{POSTED_MAX} AND {POSTED_MAX}"),
        sa.CheckConstraint("closed = 0 OR (closed = 1 AND posted = 0 AND held = 0)"),
    )
    op.create_table(
        "wallet_journals",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
    )
    op.create_table(
        "wallet_holds",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("journal", sa.Text, sa.ForeignKey("wallet_journals.id"), nullable=False),
        sa.Column("account", sa.Text, sa.ForeignKey("wallet_accounts.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("captured", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("typeof(amount) = 'integer' AND amount > 0"),
        sa.CheckConstraint("captured BETWEEN 0 AND amount"),
        sa.CheckConstraint("state IN ('open', 'captured', 'voided', 'expired')"),
    )
    op.create_index("wallet_holds_by_account", "wallet_holds", ["account", "state"])
    op.create_index("wallet_holds_by_time", "wallet_holds", ["state", "expires_at"])
    op.create_table(
        "wallet_transfers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("journal", sa.Text, sa.ForeignKey("wallet_journals.id"), nullable=False),
        sa.Column("src", sa.Text, sa.ForeignKey("wallet_accounts.id"), nullable=False),
        sa.Column("dst", sa.Text, sa.ForeignKey("wallet_accounts.id"), nullable=False),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("hold", sa.Text, sa.ForeignKey("wallet_holds.id")),
        sa.UniqueConstraint("hold"),
        sa.CheckConstraint("typeof(amount) = 'integer' AND amount > 0"),
    )
    op.create_index("wallet_transfers_by_journal", "wallet_transfers", ["journal"])
    op.create_table(
        "wallet_entries",
        sa.Column("account", sa.Text, sa.ForeignKey("wallet_accounts.id"), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("transfer", sa.Text, sa.ForeignKey("wallet_transfers.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("balance", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("wallet_entries_by_transfer", "wallet_entries", ["transfer"])
    op.create_table(
        "wallet_answers",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("refusal", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wallet_mints",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.BigInteger, nullable=False),
        sa.Column("approved_by", sa.Text),
        sa.Column("approved_at", sa.BigInteger),
        sa.CheckConstraint("typeof(amount) = 'integer' AND amount > 0"),
        sa.CheckConstraint("approved_by <> proposed_by"),
    )


def _people() -> None:
    op.create_table(
        "wallet_offers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("room_id", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("escrow", sa.Text, sa.ForeignKey("wallet_accounts.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.UniqueConstraint("escrow"),
        sa.CheckConstraint("state IN ('pending', 'accepted', 'declined', 'expired')"),
        sa.CheckConstraint("sender <> recipient"),
    )
    op.create_index("wallet_offers_by_time", "wallet_offers", ["state", "expires_at"])
    op.create_index("wallet_offers_by_sender", "wallet_offers", ["sender", "state", "expires_at"])
    op.create_table(
        "wallet_packets",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("room_id", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("split", sa.Text, nullable=False),
        sa.Column("seed", sa.LargeBinary, nullable=False),
        sa.Column("escrow", sa.Text, sa.ForeignKey("wallet_accounts.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.UniqueConstraint("escrow"),
        sa.CheckConstraint("state IN ('open', 'finished', 'expired')"),
        sa.CheckConstraint("split IN ('equal', 'lucky')"),
    )
    op.create_index("wallet_packets_by_time", "wallet_packets", ["state", "expires_at"])
    op.create_index("wallet_packets_by_sender", "wallet_packets", ["sender", "state", "expires_at"])
    op.create_table(
        "wallet_shares",
        sa.Column("packet", sa.Text, sa.ForeignKey("wallet_packets.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("claimant", sa.Text),
        sa.Column("claimed_at", sa.BigInteger),
        sa.UniqueConstraint("packet", "claimant"),
        sa.CheckConstraint("amount > 0"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wallet_requests",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("room_id", sa.Text, nullable=False),
        sa.Column("payee", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("remind_at", sa.BigInteger),
        sa.Column("event_id", sa.Text, nullable=False),
    )
    op.create_index("wallet_requests_by_time", "wallet_requests", ["remind_at"])
    op.create_table(
        "wallet_parts",
        sa.Column("request", sa.Text, sa.ForeignKey("wallet_requests.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.UniqueConstraint("request", "user_id"),
        sa.CheckConstraint("state IN ('open', 'paid', 'cancelled')"),
        sa.CheckConstraint("amount > 0"),
        sqlite_with_rowid=False,
    )

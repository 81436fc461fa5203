"""Ways of money in and out: what two operators agree on, payments over a rail, and what the bank's files say.

A payment over a rail only goes forward, and a line of the bank is applied once: the database refuses the rest.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

NO_DELETE = (
    *("wallet_proposals", "wallet_rail_txns", "wallet_rail_lines"),
    *("wallet_bank_files", "wallet_bank_statements", "wallet_bank_batches"),
)
NO_CHANGE = ("wallet_bank_files", "wallet_bank_statements", "wallet_bank_batches")

PROPOSAL_FINAL = """
CREATE TRIGGER wallet_proposals_final BEFORE UPDATE ON wallet_proposals
BEGIN
  SELECT RAISE(ABORT, 'wallet: a proposal is approved once and stays what it is')
  WHERE OLD.approved_by IS NOT NULL OR NEW.approved_by IS NULL OR NEW.id <> OLD.id
    OR NEW.kind <> OLD.kind OR NEW.subject <> OLD.subject OR NEW.body <> OLD.body
    OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_at <> OLD.proposed_at;
END
"""

TXN_IDENTITY = """
CREATE TRIGGER wallet_rail_txns_identity BEFORE UPDATE ON wallet_rail_txns
BEGIN
  SELECT RAISE(ABORT, 'wallet: a payment over a rail stays what it is')
  WHERE NEW.id <> OLD.id OR NEW.rail <> OLD.rail OR NEW.direction <> OLD.direction
    OR NEW.user_id <> OLD.user_id OR NEW.currency <> OLD.currency OR NEW.amount <> OLD.amount
    OR NEW.payee <> OLD.payee OR NEW.made_at <> OLD.made_at
    OR (OLD.external_id IS NOT NULL AND NEW.external_id IS NOT OLD.external_id)
    OR (OLD.batch IS NOT NULL AND NEW.batch IS NOT OLD.batch)
    OR (OLD.journal IS NOT NULL AND NEW.journal IS NOT OLD.journal)
    OR (OLD.return_journal IS NOT NULL AND NEW.return_journal IS NOT OLD.return_journal);
END
"""

TXN_FORWARD = """
CREATE TRIGGER wallet_rail_txns_forward BEFORE UPDATE OF state ON wallet_rail_txns
BEGIN
  SELECT RAISE(ABORT, 'wallet: a payment over a rail only goes forward')
  WHERE NEW.state <> OLD.state AND NOT (
    (OLD.state = 'created' AND NEW.state IN ('sent', 'settled', 'failed'))
    OR (OLD.state = 'sent' AND NEW.state IN ('settled', 'failed'))
    OR (OLD.direction = 'payout' AND OLD.state = 'sent' AND NEW.state = 'returned')
    OR (OLD.direction = 'payout' AND OLD.state = 'settled' AND NEW.state = 'returned'));
  SELECT RAISE(ABORT, 'wallet: an end of a payment over a rail needs its journal')
  WHERE (NEW.state = 'settled' AND NEW.journal IS NULL)
    OR (NEW.state IN ('failed', 'returned') AND NEW.direction = 'payout'
        AND NEW.return_journal IS NULL);
END
"""

LINE_FINAL = """
CREATE TRIGGER wallet_rail_lines_final BEFORE UPDATE ON wallet_rail_lines
BEGIN
  SELECT RAISE(ABORT, 'wallet: a line of the bank is applied once and stays what it is')
  WHERE NEW.rail <> OLD.rail OR NEW.line <> OLD.line OR NEW.amount <> OLD.amount
    OR NEW.currency <> OLD.currency OR NEW.day <> OLD.day OR NEW.reference <> OLD.reference
    OR NEW.end_to_end <> OLD.end_to_end OR NEW.is_return <> OLD.is_return
    OR (OLD.state <> 'unmatched' AND (NEW.state <> OLD.state OR NEW.txn IS NOT OLD.txn))
    OR (OLD.statement IS NOT NULL AND NEW.statement IS NOT OLD.statement);
END
"""


def upgrade() -> None:
    """Go forward; there is no way back."""
    _tables()
    triggers = [
        *(PROPOSAL_FINAL, TXN_IDENTITY, TXN_FORWARD, LINE_FINAL),
        *(_refuse(table, "UPDATE") for table in NO_CHANGE),
        *(_refuse(table, "DELETE") for table in NO_DELETE),
    ]
    for trigger in triggers:
        op.execute(sa.text(trigger.replace(":", "\\:")))


def _refuse(table: str, verb: str) -> str:
    name = f"{table}_no_{verb.lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table}\nBEGIN\n"
        f"  SELECT RAISE(ABORT, 'wallet: {verb} of {table} is refused');\nEND"
    )


def _tables() -> None:
    op.create_table(
        "wallet_proposals",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.BigInteger, nullable=False),
        sa.Column("approved_by", sa.Text),
        sa.Column("approved_at", sa.BigInteger),
        sa.CheckConstraint("kind IN ('mode', 'redeem', 'assign')"),
        sa.CheckConstraint("approved_by <> proposed_by"),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)"),
    )
    op.create_index("wallet_proposals_by_kind", "wallet_proposals", ["kind", "approved_at"])
    op.create_table(
        "wallet_bank_batches",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.CheckConstraint("count > 0 AND total > 0"),
    )
    op.create_table(
        "wallet_rail_txns",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("rail", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("payee", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("batch", sa.Text, sa.ForeignKey("wallet_bank_batches.id")),
        sa.Column("journal", sa.Text, sa.ForeignKey("wallet_journals.id")),
        sa.Column("return_journal", sa.Text, sa.ForeignKey("wallet_journals.id")),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("rail", "external_id"),
        sa.UniqueConstraint("journal"),
        sa.UniqueConstraint("return_journal"),
        sa.CheckConstraint("typeof(amount) = 'integer' AND amount > 0"),
        sa.CheckConstraint("direction IN ('topup', 'payout')"),
        sa.CheckConstraint("state IN ('created', 'sent', 'settled', 'returned', 'failed')"),
        sa.CheckConstraint("state <> 'settled' OR journal IS NOT NULL"),
    )
    op.create_index("wallet_rail_txns_by_state", "wallet_rail_txns", ["rail", "state", "made_at"])
    op.create_index("wallet_rail_txns_by_user", "wallet_rail_txns", ["user_id", "id"])
    op.create_table(
        "wallet_bank_files",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("imported_at", sa.BigInteger, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wallet_bank_statements",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("opening", sa.BigInteger, nullable=False),
        sa.Column("closing", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("imported_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wallet_rail_lines",
        sa.Column("rail", sa.Text, primary_key=True),
        sa.Column("line", sa.Text, primary_key=True),
        sa.Column("statement", sa.Text, sa.ForeignKey("wallet_bank_statements.id")),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("end_to_end", sa.Text, nullable=False),
        sa.Column("party", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("is_return", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("txn", sa.Text, sa.ForeignKey("wallet_rail_txns.id")),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("typeof(amount) = 'integer' AND amount <> 0"),
        sa.CheckConstraint("state IN ('unmatched', 'matched', 'house')"),
        sa.CheckConstraint("(state = 'matched') = (txn IS NOT NULL)"),
        sqlite_with_rowid=False,
    )
    op.create_index("wallet_rail_lines_by_state", "wallet_rail_lines", ["state", "made_at"])
    op.create_index("wallet_rail_lines_by_txn", "wallet_rail_lines", ["txn"])

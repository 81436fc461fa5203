"""Who pays: proofs, PINs, passkeys; how much: limits; what stops it: blocks; and what was wrong: reversals.

The database itself keeps a proof to one payment, a limit to its maximum, and a block to the four reasons that there are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

PROOF_FINAL = """
CREATE TRIGGER wallet_proofs_final BEFORE UPDATE ON wallet_proofs
BEGIN
  SELECT RAISE(ABORT, 'wallet: a proof is answered once, used once, and stays what it is')
  WHERE OLD.used_by IS NOT NULL OR NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id
    OR NEW.digest <> OLD.digest OR NEW.nonce <> OLD.nonce OR NEW.kind <> OLD.kind
    OR NEW.currency <> OLD.currency OR NEW.amount <> OLD.amount OR NEW.payee <> OLD.payee
    OR NEW.payee_name <> OLD.payee_name OR NEW.key <> OLD.key OR NEW.expires_at <> OLD.expires_at
    OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS NOT OLD.answered_at)
    OR (OLD.method IS NOT NULL AND NEW.method IS NOT OLD.method)
    OR (NEW.used_by IS NOT NULL AND OLD.answered_at IS NULL);
END
"""

PROOF_KEPT = """
CREATE TRIGGER wallet_proofs_kept BEFORE DELETE ON wallet_proofs
BEGIN
  SELECT RAISE(ABORT, 'wallet: a proof that was used is kept') WHERE OLD.used_by IS NOT NULL;
END
"""

LIMIT_GROWS = """
CREATE TRIGGER wallet_limit_use_grows BEFORE UPDATE ON wallet_limit_use
BEGIN
  SELECT RAISE(ABORT, 'wallet: what was used of a limit is not given back')
  WHERE NEW.used < OLD.used;
END
"""

BLOCK_FINAL = """
CREATE TRIGGER wallet_blocks_final BEFORE UPDATE ON wallet_blocks
BEGIN
  SELECT RAISE(ABORT, 'wallet: a block ends once and stays what it is')
  WHERE NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id OR NEW.reason <> OLD.reason
    OR NEW.words <> OLD.words OR NEW.begun_by <> OLD.begun_by OR NEW.begun_at <> OLD.begun_at
    OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at
      OR NEW.ended_by IS NOT OLD.ended_by OR NEW.review_at IS NOT OLD.review_at));
END
"""

REVERSAL_FINAL = """
CREATE TRIGGER wallet_reversals_final BEFORE UPDATE ON wallet_reversals
BEGIN
  SELECT RAISE(ABORT, 'wallet: a reversal is approved once and stays what it is')
  WHERE OLD.approved_by IS NOT NULL OR NEW.id <> OLD.id OR NEW.journal <> OLD.journal
    OR NEW.words <> OLD.words OR NEW.proposed_by <> OLD.proposed_by;
END
"""

NO_DELETE = ("wallet_limit_use", "wallet_blocks", "wallet_reversals")


def upgrade() -> None:
    """Go forward; there is no way back."""
    _proofs()
    _factors()
    _limits()
    _operators()
    triggers = [
        *(PROOF_FINAL, PROOF_KEPT, LIMIT_GROWS, BLOCK_FINAL, REVERSAL_FINAL),
        *(_refuse_delete(table) for table in NO_DELETE),
    ]
    for trigger in triggers:
        op.execute(sa.text(trigger.replace(":", "\\:")))


def _refuse_delete(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}\nBEGIN\n"
        f"  SELECT RAISE(ABORT, 'wallet: DELETE of {table} is refused');\nEND"
    )


def _proofs() -> None:
    op.create_table(
        "wallet_proofs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("payee", sa.Text, nullable=False),
        sa.Column("payee_name", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("method", sa.Text),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("used_by", sa.Text),
        sa.UniqueConstraint("used_by"),
        sa.CheckConstraint("method IN ('pin', 'passkey')"),
        sa.CheckConstraint("(method IS NULL) = (answered_at IS NULL)"),
        sa.CheckConstraint("used_by IS NULL OR answered_at IS NOT NULL"),
        sa.CheckConstraint("answered_at IS NULL OR answered_at < expires_at"),
    )
    op.create_index("wallet_proofs_by_user", "wallet_proofs", ["user_id", "expires_at"])


def _factors() -> None:
    op.create_table(
        "wallet_pins",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.CheckConstraint("wrong BETWEEN 0 AND 5"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wallet_passkeys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_index("wallet_passkeys_by_user", "wallet_passkeys", ["user_id"])
    op.create_table(
        "wallet_enrolments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("challenge", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_index("wallet_enrolments_by_user", "wallet_enrolments", ["user_id"])
    op.create_table(
        "wallet_cool_downs",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _limits() -> None:
    op.create_table(
        "wallet_payees",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("payee", sa.Text, primary_key=True),
        sa.Column("paid_at", sa.BigInteger),
        sa.Column("trusted_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wallet_runs",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("count_max", sa.BigInteger, nullable=False),
        sa.Column("total_max", sa.BigInteger, nullable=False),
        sa.CheckConstraint("count >= 0 AND total >= 0"),
        sa.CheckConstraint("count <= count_max OR total <= total_max"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wallet_limit_use",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), primary_key=True),
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("day", sa.BigInteger, primary_key=True),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("max", sa.BigInteger, nullable=False),
        sa.CheckConstraint("used >= 0 AND used <= max"),
        sqlite_with_rowid=False,
    )


def _operators() -> None:
    op.create_table(
        "wallet_blocks",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("begun_by", sa.Text, nullable=False),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("review_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_by", sa.Text),
        sa.Column("told_at", sa.BigInteger),
        # There is no word for speech here, and there is to be none (PSD2 art. 68(2)).
        sa.CheckConstraint(
            "reason IN ('security', 'suspected_fraud', 'court_order', 'owner_request')"
        ),
        sa.CheckConstraint("(reason = 'owner_request') = (review_at IS NULL)"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)"),
        sa.CheckConstraint("(reason = 'owner_request') = (begun_by = user_id)"),
    )
    op.create_index("wallet_blocks_by_user", "wallet_blocks", ["user_id", "begun_at"])
    op.create_index("wallet_blocks_by_told", "wallet_blocks", ["told_at"])
    op.create_table(
        "wallet_reversals",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("journal", sa.Text, sa.ForeignKey("wallet_journals.id"), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.BigInteger, nullable=False),
        sa.Column("approved_by", sa.Text),
        sa.Column("approved_at", sa.BigInteger),
        sa.UniqueConstraint("journal"),
        sa.CheckConstraint("approved_by <> proposed_by"),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)"),
    )

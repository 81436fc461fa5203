"""The tables of `conduct`."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "conduct_rulesets",
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("leaf", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "conduct_staff",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("granted_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conduct_conflicts",
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("about", sa.Text, primary_key=True),
        sa.Column("declared_at", sa.BigInteger, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conduct_cases",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("item_type", sa.Text, nullable=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("item_version", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("assignee", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_cases_by_item", "conduct_cases", ["item_type", "item_id"])
    op.create_index("conduct_cases_by_state", "conduct_cases", ["state"])
    op.create_table(
        "conduct_recusals",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("recused_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conduct_reports",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text),
        sa.Column("reporter", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_reports_by_case", "conduct_reports", ["case_id"])
    op.create_index("conduct_reports_by_reporter", "conduct_reports", ["reporter"])
    op.create_table(
        "conduct_proposals",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("approver", sa.Text),
        sa.Column("burst_id", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_proposals_by_case", "conduct_proposals", ["case_id"])
    op.create_table(
        "conduct_decisions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("is_heavy", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("leaf", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_decisions_by_case", "conduct_decisions", ["case_id"])
    op.create_index("conduct_decisions_by_subject", "conduct_decisions", ["subject"])
    op.create_index("conduct_decisions_by_weight", "conduct_decisions", ["is_heavy", "issued_at"])
    op.create_table(
        "conduct_statements",
        sa.Column("decision_id", sa.Text, primary_key=True),
        sa.Column("key_hash", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("salts", sa.Text),
        sa.Column("delivered_at", sa.BigInteger, nullable=False),
        sa.Column("room_id", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_statements_by_key", "conduct_statements", ["key_hash"], unique=True)
    op.create_table(
        "conduct_lifts",
        sa.Column("decision_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("leaf", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conduct_appeals",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("is_open", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("assignee", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("leaf", sa.BigInteger, nullable=False),
        sa.Column("ruling_leaf", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_appeals_by_decision", "conduct_appeals", ["decision_id"])
    op.create_index("conduct_appeals_by_due", "conduct_appeals", ["is_open", "due_at"])
    op.create_table(
        "conduct_votes",
        sa.Column("decision_id", sa.Text, primary_key=True),
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("is_for", sa.Integer, nullable=False),
        sa.Column("voted_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conduct_notices",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("room_id", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )

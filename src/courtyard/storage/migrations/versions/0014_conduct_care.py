"""Evidence and its views, complaints of reporters, erasures, and how reports turned out."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "conduct_evidence",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("report_id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("checked", sa.Text),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("captured_at", sa.BigInteger, nullable=False),
        sa.Column("captured_by", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_evidence_by_case", "conduct_evidence", ["case_id"])
    op.create_table(
        "conduct_evidence_views",
        sa.Column("evidence_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("staff_id", sa.Text, nullable=False),
        sa.Column("viewed_at", sa.BigInteger, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conduct_complaints",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("report_id", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("is_open", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("assignee", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_complaints_by_report", "conduct_complaints", ["report_id"])
    op.create_index("conduct_complaints_by_case", "conduct_complaints", ["case_id"])
    op.create_index("conduct_complaints_by_due", "conduct_complaints", ["is_open", "due_at"])
    op.create_table(
        "conduct_erasures",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("erased_at", sa.BigInteger, nullable=False),
        sa.Column("leaf", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.add_column("conduct_cases", sa.Column("closed_at", sa.BigInteger))
    op.create_index("conduct_cases_by_subject", "conduct_cases", ["subject"])
    op.add_column("conduct_appeals", sa.Column("is_inadmissible", sa.Integer))
    for column in (
        sa.Column("fate", sa.Text),
        sa.Column("key_hash", sa.LargeBinary),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("informed_at", sa.BigInteger),
        sa.Column("is_manifest", sa.Integer),
    ):
        op.add_column("conduct_reports", column)
    op.create_index("conduct_reports_by_key", "conduct_reports", ["key_hash"])
    op.create_index("conduct_reports_by_told", "conduct_reports", ["informed_at", "decided_at"])
    op.create_index("conduct_reports_by_misuse", "conduct_reports", ["is_manifest", "received_at"])

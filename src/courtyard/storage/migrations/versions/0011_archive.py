"""The tables of `archive`."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "exports",
        sa.Column("export_id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("device_id", sa.Text),
        sa.Column("requested_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("retry_at", sa.BigInteger, nullable=False),
        sa.Column("position", sa.BigInteger),
        sa.Column("snapshot_at", sa.BigInteger),
        sa.Column("ready_at", sa.BigInteger),
        sa.Column("expires_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_index("exports_user", "exports", ["user_id"], unique=True)
    op.create_table(
        "export_parts",
        sa.Column("export_id", sa.Text, sa.ForeignKey("exports.export_id"), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("is_downloaded", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "export_deletions",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("export_deletions_due", "export_deletions", ["due_at"])

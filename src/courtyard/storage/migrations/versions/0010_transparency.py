"""The tables of `transparency`."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "log_keys",
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("vkey", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_leaves",
        sa.Column("leaf_index", sa.BigInteger, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_heads",
        sa.Column("size", sa.BigInteger, primary_key=True),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "witnessed_logs",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("vkey", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("checkpoint", sa.Text),
        sqlite_with_rowid=False,
    )

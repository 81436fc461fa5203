"""The tables of `sync`."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "sync_filters",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("filter_id", sa.Integer, primary_key=True),
        sa.Column("json", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )

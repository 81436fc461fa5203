"""Statements by mail: addresses, what waits to be sent, and what was delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "conduct_mail",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("address", sa.Text),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.Column("wanted", sa.Text),
        sa.Column("code_hash", sa.LargeBinary),
        sa.Column("asked_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conduct_outbox",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_outbox_by_time", "conduct_outbox", ["next_at"])
    op.create_index("conduct_outbox_by_user", "conduct_outbox", ["user_id"])
    op.create_table(
        "conduct_deliveries",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=False),
        sa.Column("receipt", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_deliveries_by_decision", "conduct_deliveries", ["decision_id"])
    op.create_index("conduct_deliveries_by_user", "conduct_deliveries", ["user_id"])

"""The tables of `gate`."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "restrictions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("capability", sa.Text, nullable=False),
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("stayed_from", sa.BigInteger),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("appeal", sa.Text, nullable=False),
        sa.Column("appeal_until", sa.BigInteger, nullable=False),
        sa.Column("proof", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("restrictions_by_user", "restrictions", ["user_id"])
    op.create_index("restrictions_by_decision", "restrictions", ["decision_id"])
    op.create_index("restrictions_by_end", "restrictions", ["ends_at"])

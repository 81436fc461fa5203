"""What decisions withhold: the facts that rooms, media and search read."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "withheld",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("item_type", sa.Text, nullable=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("stayed_from", sa.BigInteger),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("withheld_by_item", "withheld", ["item_type", "item_id"])
    op.create_index("withheld_by_end", "withheld", ["ends_at"])

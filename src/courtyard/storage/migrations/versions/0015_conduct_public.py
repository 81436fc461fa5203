"""Legal requests, and decisions in the order of the public log."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_index("conduct_decisions_by_leaf", "conduct_decisions", ["leaf"])
    op.create_table(
        "conduct_legal",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("concerns", sa.Text),
        sa.Column("gag_until", sa.BigInteger),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("salts", sa.Text, nullable=False),
        sa.Column("opening", sa.Text),
        sa.Column("leaf", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("conduct_legal_by_time", "conduct_legal", ["received_at", "id"])
    op.create_index("conduct_legal_by_concerns", "conduct_legal", ["concerns"])
    op.create_table(
        "conduct_legal_steps",
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("opening", sa.Text),
        sa.Column("leaf", sa.BigInteger),
        sqlite_with_rowid=False,
    )

"""The tables of `push`."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "push_rule_changes",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("everywhere", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    everywhere = sa.text("everywhere = 1")
    op.create_index(
        "push_rule_changes_everywhere",
        "push_rule_changes",
        ["user_id"],
        sqlite_where=everywhere,
        postgresql_where=everywhere,
    )
    op.create_table(
        "push_targets",
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pushers",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("app_id", sa.Text, primary_key=True),
        sa.Column("pushkey", sa.Text, primary_key=True),
        sa.Column("device_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("app_display_name", sa.Text, nullable=False),
        sa.Column("device_display_name", sa.Text, nullable=False),
        sa.Column("profile_tag", sa.Text),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("set_at_ms", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("pushers_app_pushkey", "pushers", ["app_id", "pushkey"])

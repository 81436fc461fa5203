"""The tables of `accounts`."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "accounts",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("password_hash", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("is_admin", sa.Integer, nullable=False),
        sa.Column("user_type", sa.Text),
        sa.Column("deactivated_at", sa.BigInteger),
        sa.Column("is_erased", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "devices",
        sa.Column("user_id", sa.Text, sa.ForeignKey("accounts.user_id"), primary_key=True),
        sa.Column("device_id", sa.Text, primary_key=True),
        sa.Column("display_name", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("last_seen_ts", sa.BigInteger),
        sa.Column("last_seen_ip", sa.Text),
        sa.Column("last_seen_user_agent", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tokens",
        sa.Column("access_hash", sa.LargeBinary, primary_key=True),
        sa.Column("refresh_hash", sa.LargeBinary),
        sa.Column("previous_hash", sa.LargeBinary),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("device_id", sa.Text, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.ForeignKeyConstraint(["user_id", "device_id"], ["devices.user_id", "devices.device_id"]),
    )
    op.create_index("tokens_by_refresh", "tokens", ["refresh_hash"], unique=True)
    op.create_index("tokens_by_device", "tokens", ["user_id", "device_id"])
    op.create_table(
        "short_tokens",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_index("short_tokens_by_end", "short_tokens", ["expires_at"])
    op.create_table(
        "registration_tokens",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("uses_allowed", sa.BigInteger),
        sa.Column("uses", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "profiles",
        sa.Column("user_id", sa.Text, sa.ForeignKey("accounts.user_id"), primary_key=True),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )

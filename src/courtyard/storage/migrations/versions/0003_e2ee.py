"""The tables of `e2ee`."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go forward; there is no way back."""
    _device_keys()
    _cross_signing()
    _changes()
    _to_device()
    _key_backups()


def _device_keys() -> None:
    op.create_table(
        "device_keys",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("device_id", sa.Text, primary_key=True),
        sa.Column("key_json", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "one_time_keys",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("device_id", sa.Text, primary_key=True),
        sa.Column("algorithm", sa.Text, primary_key=True),
        sa.Column("key_id", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("key_json", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "one_time_keys_in_order",
        "one_time_keys",
        ["user_id", "device_id", "algorithm", "position"],
    )
    op.create_table(
        "claimed_keys",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("device_id", sa.Text, primary_key=True),
        sa.Column("algorithm", sa.Text, primary_key=True),
        sa.Column("key_id", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("claimed_keys_in_order", "claimed_keys", ["user_id", "device_id", "position"])
    op.create_table(
        "fallback_keys",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("device_id", sa.Text, primary_key=True),
        sa.Column("algorithm", sa.Text, primary_key=True),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("key_json", sa.LargeBinary, nullable=False),
        sa.Column("is_used", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def _cross_signing() -> None:
    op.create_table(
        "cross_signing_keys",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("usage", sa.Text, primary_key=True),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("key_json", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "key_signatures",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("target_id", sa.Text, primary_key=True),
        sa.Column("signer_id", sa.Text, primary_key=True),
        sa.Column("signer_key_id", sa.Text, primary_key=True),
        sa.Column("signature", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("key_signatures_by_signer", "key_signatures", ["signer_id", "signer_key_id"])


def _changes() -> None:
    op.create_table(
        "device_list_changes",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("device_list_changes_in_order", "device_list_changes", ["position"])
    op.create_table(
        "signature_changes",
        sa.Column("signer_id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _to_device() -> None:
    op.create_table(
        "device_inbox",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("device_id", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        sa.Column("ordinal", sa.BigInteger, nullable=False),
        sa.Column("event", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "to_device_transactions",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("device_id", sa.Text, primary_key=True),
        sa.Column("event_type", sa.Text, primary_key=True),
        sa.Column("txn_id", sa.Text, primary_key=True),
        sa.Column("sent_at_ms", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "to_device_transactions_by_age",
        "to_device_transactions",
        ["user_id", "device_id", "sent_at_ms"],
    )


def _key_backups() -> None:
    op.create_table(
        "key_backups",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("algorithm", sa.Text, nullable=False),
        sa.Column("auth_data", sa.LargeBinary, nullable=False),
        sa.Column("etag", sa.BigInteger, nullable=False),
        sa.Column("key_count", sa.BigInteger, nullable=False),
        sa.Column("is_deleted", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "key_backup_sessions",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("room_id", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("first_message_index", sa.BigInteger, nullable=False),
        sa.Column("forwarded_count", sa.BigInteger, nullable=False),
        sa.Column("is_verified", sa.Integer, nullable=False),
        sa.Column("key_json", sa.LargeBinary, nullable=False),
    )

"""The tables of `rooms`."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "rooms",
        sa.Column("room_no", sa.Integer, primary_key=True),
        sa.Column("room_id", sa.Text, nullable=False, unique=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("creator", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("published", sa.Integer, nullable=False),
        sa.Column("is_direct", sa.Integer, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("room_no", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False, unique=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("state_key", sa.Text),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("origin_server_ts", sa.BigInteger, nullable=False),
        sa.Column("depth", sa.BigInteger, nullable=False),
        sa.Column("json", sa.LargeBinary, nullable=False),
        sa.Column("pdu", sa.LargeBinary, nullable=False),
        sa.Column("txn", sa.Text),
        sa.Column("replaces", sa.BigInteger),
        sa.Column("redacted_by", sa.Text),
        sa.Column("thread", sa.Text),
        sa.Column("notify", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.BigInteger, nullable=False),
    )
    op.create_index("events_by_room", "events", ["room_no", "position"])
    op.create_index("events_by_time", "events", ["room_no", "origin_server_ts"])
    op.create_index(
        "events_in_threads",
        "events",
        ["room_no", "position"],
        sqlite_where=sa.text("thread IS NOT NULL"),
        postgresql_where=sa.text("thread IS NOT NULL"),
    )
    op.create_index(
        "events_counting_otherwise",
        "events",
        ["room_no", "position"],
        sqlite_where=sa.text("notify NOT IN (0, 1)"),
        postgresql_where=sa.text("notify NOT IN (0, 1)"),
    )
    op.create_table(
        "room_state",
        sa.Column("room_no", sa.Integer, primary_key=True),
        sa.Column("type", sa.Text, primary_key=True),
        sa.Column("state_key", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("room_state_by_position", "room_state", ["room_no", "position"])
    op.create_table(
        "current_state",
        sa.Column("room_no", sa.Integer, primary_key=True),
        sa.Column("type", sa.Text, primary_key=True),
        sa.Column("state_key", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "memberships",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("room_no", sa.Integer, primary_key=True),
        sa.Column("membership", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("display_name", sa.Text),
        sa.Column("forgotten", sa.Integer, nullable=False),
        sa.Column("stripped", sa.LargeBinary),
        sqlite_with_rowid=False,
    )
    op.create_index("memberships_by_room", "memberships", ["room_no", "membership"])
    op.create_table(
        "txns",
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "relations",
        sa.Column("parent_id", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        sa.Column("room_no", sa.Integer, nullable=False),
        sa.Column("rel_type", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("event_id", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("relations_by_room", "relations", ["room_no", "rel_type", "position"])
    op.create_table(
        "read_marks",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("room_no", sa.Integer, primary_key=True),
        sa.Column("thread", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("ordinal", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unread_exceptions",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("room_no", sa.Integer, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        sa.Column("thread", sa.Text, nullable=False),
        sa.Column("notify", sa.Integer, nullable=False),
        sa.Column("highlight", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "receipts",
        sa.Column("room_no", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, primary_key=True),
        sa.Column("thread", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("event_position", sa.BigInteger, nullable=False),
        sa.Column("ts", sa.BigInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("receipts_by_position", "receipts", ["room_no", "position"])
    op.create_table(
        "account_data",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("room_no", sa.Integer, primary_key=True),
        sa.Column("type", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("account_data_by_position", "account_data", ["user_id", "position"])
    op.create_table(
        "room_aliases",
        sa.Column("alias", sa.Text, primary_key=True),
        sa.Column("room_no", sa.Integer, nullable=False),
        sa.Column("creator", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("room_aliases_by_room", "room_aliases", ["room_no"])

"""The tables of `rooms`.

A room has a small number (`room_no`) inside the database: its id stands once and not in every row. `position` is always
the one global stream position.
"""

import sqlalchemy as sa

from courtyard.storage.schema import metadata

ROOMS = sa.Table(
    "rooms",
    metadata,
    sa.Column("room_no", sa.Integer, primary_key=True),
    sa.Column("room_id", sa.Text, nullable=False, unique=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("creator", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("published", sa.Integer, nullable=False),
    sa.Column("is_direct", sa.Integer, nullable=False),
)

EVENTS = sa.Table(
    "events",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("room_no", sa.Integer, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False, unique=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("state_key", sa.Text),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("origin_server_ts", sa.BigInteger, nullable=False),
    sa.Column("depth", sa.BigInteger, nullable=False),
    # The event as clients see it, without `room_id` and `unsigned`.
    sa.Column("json", sa.LargeBinary, nullable=False),
    # What only other servers see: auth_events, prev_events, hashes.
    sa.Column("pdu", sa.LargeBinary, nullable=False),
    # DEVICE, space, txn_id: for `unsigned.transaction_id`, shown to that device alone.
    sa.Column("txn", sa.Text),
    # The position of the state event that this one replaced.
    sa.Column("replaces", sa.BigInteger),
    sa.Column("redacted_by", sa.Text),
    sa.Column("thread", sa.Text),
    # 0 silent, 1 notifies every member with default rules, 3 and calls for their attention;
    # -1 it did notify, in the main timeline, and was then redacted.
    sa.Column("notify", sa.Integer, nullable=False),
    # How many events of the main timeline notify, up to and including this one.
    sa.Column("ordinal", sa.BigInteger, nullable=False),
    sa.Index("events_by_room", "room_no", "position"),
    sa.Index("events_by_time", "room_no", "origin_server_ts"),
    sa.Index(
        "events_in_threads",
        "room_no",
        "position",
        sqlite_where=sa.text("thread IS NOT NULL"),
        postgresql_where=sa.text("thread IS NOT NULL"),
    ),
    sa.Index(
        "events_counting_otherwise",
        "room_no",
        "position",
        sqlite_where=sa.text("notify NOT IN (0, 1)"),
        postgresql_where=sa.text("notify NOT IN (0, 1)"),
    ),
)

ROOM_STATE = sa.Table(
    "room_state",
    metadata,
    sa.Column("room_no", sa.Integer, primary_key=True),
    sa.Column("type", sa.Text, primary_key=True),
    sa.Column("state_key", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Index("room_state_by_position", "room_no", "position"),
    sqlite_with_rowid=False,
)
"""Every state event: the state at any position is the latest row at or before it."""

CURRENT_STATE = sa.Table(
    "current_state",
    metadata,
    sa.Column("room_no", sa.Integer, primary_key=True),
    sa.Column("type", sa.Text, primary_key=True),
    sa.Column("state_key", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""The latest row of `room_state` for each key."""

MEMBERSHIPS = sa.Table(
    "memberships",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("room_no", sa.Integer, primary_key=True),
    sa.Column("membership", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("display_name", sa.Text),
    sa.Column("forgotten", sa.Integer, nullable=False),
    # Stripped state for somebody who cannot see the room yet: `invite_state`, `knock_state`.
    sa.Column("stripped", sa.LargeBinary),
    sa.Index("memberships_by_room", "room_no", "membership"),
    sqlite_with_rowid=False,
)
"""Everybody's current membership; `position` is that of the member event."""

TXNS = sa.Table(
    "txns",
    metadata,
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What was already sent: a 16-byte hash of who, where and `txn_id`, to the event's position."""

RELATIONS = sa.Table(
    "relations",
    metadata,
    sa.Column("parent_id", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Column("room_no", sa.Integer, nullable=False),
    sa.Column("rel_type", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("key", sa.Text),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Index("relations_by_room", "room_no", "rel_type", "position"),
    sqlite_with_rowid=False,
)
"""Which event relates to which. Rows of redacted events are gone."""

READ_MARKS = sa.Table(
    "read_marks",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("room_no", sa.Integer, primary_key=True),
    # "*" the whole room, "main" outside threads, else the id of a thread's root.
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    # `events.ordinal` at that position.
    sa.Column("ordinal", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Up to where somebody has read, by receipt or by having written there."""

NOTICES = sa.Table(
    "unread_exceptions",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("room_no", sa.Integer, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("notify", sa.Integer, nullable=False),
    sa.Column("highlight", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Where an unread event counts differently for one user than for members with default rules: +1, 0 or -1."""

RECEIPTS = sa.Table(
    "receipts",
    metadata,
    sa.Column("room_no", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, primary_key=True),
    # "" for an unthreaded receipt.
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("event_position", sa.BigInteger, nullable=False),
    sa.Column("ts", sa.BigInteger, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Index("receipts_by_position", "room_no", "position"),
    sqlite_with_rowid=False,
)

ACCOUNT_DATA = sa.Table(
    "account_data",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    # 0: global.
    sa.Column("room_no", sa.Integer, primary_key=True),
    sa.Column("type", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Index("account_data_by_position", "user_id", "position"),
    sqlite_with_rowid=False,
)

ALIASES = sa.Table(
    "room_aliases",
    metadata,
    sa.Column("alias", sa.Text, primary_key=True),
    sa.Column("room_no", sa.Integer, nullable=False),
    sa.Column("creator", sa.Text, nullable=False),
    sa.Index("room_aliases_by_room", "room_no"),
    sqlite_with_rowid=False,
)

"""Tables and statements of to-device messages."""

import sqlalchemy as sa

from courtyard.base.ids import DeviceId, StreamPos, TimestampMs, UserId
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx

DEVICE_INBOX = sa.Table(
    "device_inbox",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Column("ordinal", sa.BigInteger, nullable=False),
    sa.Column("event", sa.LargeBinary, nullable=False),
)
"""Messages that wait for a device, as encoded events.

`ordinal` counts up by one within an inbox, and messages leave only at the old end: so newest minus
oldest says how many there are, without counting.
"""

TRANSACTIONS = sa.Table(
    "to_device_transactions",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("event_type", sa.Text, primary_key=True),
    sa.Column("txn_id", sa.Text, primary_key=True),
    sa.Column("sent_at_ms", sa.BigInteger, nullable=False),
    sa.Index("to_device_transactions_by_age", "user_id", "device_id", "sent_at_ms"),
    sqlite_with_rowid=False,
)
"""What a device has sent lately, so that a repeated request sends nothing."""

_I = DEVICE_INBOX.c
_T = TRANSACTIONS.c
_this_inbox = (_I.user_id == sa.bindparam("user_id"), _I.device_id == sa.bindparam("device_id"))
_this_device = (_T.user_id == sa.bindparam("user_id"), _T.device_id == sa.bindparam("device_id"))

_OLDEST = Statement(
    sa.select(_I.position, _I.ordinal).where(*_this_inbox).order_by(_I.position).limit(1)
)
_NEWEST = Statement(sa.select(_I.ordinal).where(*_this_inbox).order_by(_I.position.desc()).limit(1))
_ADD = Statement(sa.insert(DEVICE_INBOX))
_MESSAGES = Statement(
    sa.select(_I.position, _I.event)
    .where(
        *_this_inbox,
        _I.position > sa.bindparam("since"),
        _I.position <= sa.bindparam("upto"),
    )
    .order_by(_I.position)
    .limit(sa.bindparam("limit"))
)
_DELETE_UPTO = Statement(
    sa.delete(DEVICE_INBOX).where(*_this_inbox, _I.position <= sa.bindparam("upto"))
)
_DELETE_INBOX = Statement(sa.delete(DEVICE_INBOX).where(*_this_inbox))
_ALL_INBOXES = Statement(
    sa.select(
        _I.user_id, _I.device_id, sa.func.min(_I.position), sa.func.max(_I.position)
    ).group_by(_I.user_id, _I.device_id)
)
_GAPS = Statement(
    sa.select(_I.user_id, _I.device_id)
    .group_by(_I.user_id, _I.device_id)
    .having(sa.func.max(_I.ordinal) - sa.func.min(_I.ordinal) + 1 != sa.func.count())
)
_ADD_TRANSACTION = Upsert(
    TRANSACTIONS, key=["user_id", "device_id", "event_type", "txn_id"], update=[]
)
_DELETE_OLD_TRANSACTIONS = Statement(
    sa.delete(TRANSACTIONS).where(*_this_device, _T.sent_at_ms < sa.bindparam("before"))
)
_DELETE_TRANSACTIONS = Statement(sa.delete(TRANSACTIONS).where(*_this_device))


def add_message(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, position: StreamPos, event: bytes
) -> int:
    """Store a message; return how many wait now."""
    newest = tx.one(_NEWEST, user_id=user_id, device_id=device_id)
    ordinal = newest[0] + 1 if newest else 1
    tx.run(
        _ADD,
        user_id=user_id,
        device_id=device_id,
        position=position,
        ordinal=ordinal,
        event=event,
    )
    if newest is None:
        return 1
    oldest = tx.one(_OLDEST, user_id=user_id, device_id=device_id)
    assert oldest is not None
    return int(ordinal - oldest[1] + 1)


def delete_oldest(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Delete the message that has waited longest."""
    oldest = tx.one(_OLDEST, user_id=user_id, device_id=device_id)
    if oldest is not None:
        tx.run(_DELETE_UPTO, user_id=user_id, device_id=device_id, upto=oldest[0])


def messages(
    tx: ReadTx, user_id: UserId, device_id: DeviceId, since: int, upto: int, limit: int
) -> list[tuple[StreamPos, bytes]]:
    """Return waiting messages after `since`, up to `upto`, in order of arrival."""
    rows = tx.all(
        _MESSAGES, user_id=user_id, device_id=device_id, since=since, upto=upto, limit=limit
    )
    return [(row[0], row[1]) for row in rows]


def delete_upto(tx: WriteTx, user_id: UserId, device_id: DeviceId, upto: int) -> int:
    """Delete the messages at or before a position; return how many there were."""
    return tx.run(_DELETE_UPTO, user_id=user_id, device_id=device_id, upto=upto)


def inboxes(tx: ReadTx) -> list[tuple[UserId, DeviceId, StreamPos, StreamPos]]:
    """Return each device with waiting messages: its oldest and its newest position."""
    return [(row[0], row[1], row[2], row[3]) for row in tx.all(_ALL_INBOXES)]


def inboxes_with_gaps(tx: ReadTx) -> list[tuple[UserId, DeviceId]]:
    """Return inboxes whose ordinals do not say how many messages they hold. There must be none."""
    return [(row[0], row[1]) for row in tx.all(_GAPS)]


def add_transaction(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, event_type: str, txn_id: str
) -> bool:
    """Note a transaction; tell whether it is a new one."""
    return (
        tx.run(
            _ADD_TRANSACTION,
            user_id=user_id,
            device_id=device_id,
            event_type=event_type,
            txn_id=txn_id,
            sent_at_ms=tx.now_ms(),
        )
        > 0
    )


def forget_transactions(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, before: TimestampMs
) -> None:
    """Forget a device's transactions that are older than a time."""
    tx.run(_DELETE_OLD_TRANSACTIONS, user_id=user_id, device_id=device_id, before=before)


def delete_device(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Delete what waits for a device, and what it remembers to have sent."""
    tx.run(_DELETE_INBOX, user_id=user_id, device_id=device_id)
    tx.run(_DELETE_TRANSACTIONS, user_id=user_id, device_id=device_id)

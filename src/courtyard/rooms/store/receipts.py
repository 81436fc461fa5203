"""Receipts: every statement about them."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.rooms.store.tables import RECEIPTS
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx


class ReceiptRow(NamedTuple):
    """Up to where somebody has read. `thread` is empty for an unthreaded receipt."""

    room_no: int
    user_id: UserId
    type: str
    thread: str
    event_id: str
    event_position: int
    ts: int
    position: int


R = RECEIPTS.c
RECEIPT = (
    R.room_no,
    R.user_id,
    R.type,
    R.thread,
    R.event_id,
    R.event_position,
    R.ts,
    R.position,
)
_room_no: sa.BindParameter[Any] = sa.bindparam("room_no")
_SET = Upsert(
    RECEIPTS,
    key=["room_no", "user_id", "type", "thread"],
    update=["event_id", "event_position", "ts", "position"],
)
_GET = Statement(
    sa.select(*RECEIPT).where(
        R.room_no == _room_no,
        R.user_id == sa.bindparam("user_id"),
        R.type == sa.bindparam("type"),
        R.thread == sa.bindparam("thread"),
    )
)
_SINCE = Statement(
    sa.select(*RECEIPT)
    .where(R.room_no == _room_no, R.position > sa.bindparam("after"))
    .order_by(R.position)
)


def receipt(tx: ReadTx, room_no: int, user_id: UserId, type: str, thread: str) -> ReceiptRow | None:
    """Return one receipt."""
    row = tx.one(_GET, room_no=room_no, user_id=user_id, type=type, thread=thread)
    return ReceiptRow(*row) if row else None


def set_receipt(tx: WriteTx, row: ReceiptRow) -> None:
    """Store a receipt in place of the older one."""
    tx.run(_SET, **row._asdict())


def changed(tx: ReadTx, room_no: int, *, after: int) -> list[ReceiptRow]:
    """Return the receipts of a room that changed after a position, in order."""
    return [ReceiptRow(*row) for row in tx.all(_SINCE, room_no=room_no, after=after)]

"""Every SQL statement about notices rooms: where an account is told things, and by whom."""

import sqlalchemy as sa

from courtyard.base.ids import RoomId, UserId
from courtyard.conduct.store_tables import NOTICES
from courtyard.storage.statement import Statement as Sql
from courtyard.storage.tx import ReadTx, WriteTx

_bind = sa.bindparam

_NOTICES = Sql(
    sa.select(NOTICES.c.room_id, NOTICES.c.sender).where(NOTICES.c.user_id == _bind("user_id"))
)
_SENDER = Sql(sa.select(NOTICES.c.sender).order_by(NOTICES.c.user_id).limit(1))
_ADD_NOTICES = Sql(sa.insert(NOTICES))


def notices_room(tx: ReadTx, user_id: UserId) -> tuple[RoomId, UserId] | None:
    """Return the room in which an account is told things, and who tells them."""
    row = tx.one(_NOTICES, user_id=user_id)
    return None if row is None else (RoomId(row[0]), UserId(row[1]))


def sender(tx: ReadTx) -> UserId | None:
    """Return the account by which the server speaks, once there is one."""
    row = tx.one(_SENDER)
    return None if row is None else UserId(row[0])


def add_notices_room(tx: WriteTx, user_id: UserId, room_id: RoomId, sender: UserId) -> None:
    """Keep the room in which an account is told things."""
    tx.run(_ADD_NOTICES, user_id=user_id, room_id=room_id, sender=sender)

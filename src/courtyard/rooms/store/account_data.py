"""Account data, global and of rooms: every statement about it. Tags and read markers are account data too."""

from typing import Any

import sqlalchemy as sa

from courtyard.base.ids import StreamPos, UserId
from courtyard.rooms.store.tables import ACCOUNT_DATA
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx

GLOBAL = 0
"""The room number that stands for no room."""

A = ACCOUNT_DATA.c
_user: sa.BindParameter[Any] = sa.bindparam("user_id")

_SET = Upsert(ACCOUNT_DATA, key=["user_id", "room_no", "type"], update=["content", "position"])
_GET = Statement(
    sa.select(A.content).where(
        A.user_id == _user, A.room_no == sa.bindparam("room_no"), A.type == sa.bindparam("type")
    )
)
_SINCE = Statement(
    sa.select(A.room_no, A.type, A.content)
    .where(A.user_id == _user, A.position > sa.bindparam("after"))
    .where(A.position <= sa.bindparam("upto"))
    .order_by(A.position)
)
_OF_TYPE = Statement(sa.select(A.user_id, A.content).where(A.type == sa.bindparam("type")))
_OF_ROOM = Statement(
    sa.select(A.type, A.content).where(A.user_id == _user, A.room_no == sa.bindparam("room_no"))
)
_DELETE_ALL = Statement(sa.delete(ACCOUNT_DATA).where(A.user_id == _user))


def set_content(  # the columns
    tx: WriteTx, user_id: UserId, room_no: int, type: str, content: bytes, position: StreamPos
) -> None:
    """Store account data; an empty object means that it is deleted, and stays as a marker for sync."""
    tx.run(_SET, user_id=user_id, room_no=room_no, type=type, content=content, position=position)


def content(tx: ReadTx, user_id: UserId, room_no: int, type: str) -> bytes | None:
    """Return account data as JSON."""
    row = tx.one(_GET, user_id=user_id, room_no=room_no, type=type)
    return row[0] if row else None


def changed(tx: ReadTx, user_id: UserId, *, after: int, upto: int) -> list[tuple[int, str, bytes]]:
    """Return (room number, type, content) of what changed with after < position ≤ upto."""
    rows = tx.all(_SINCE, user_id=user_id, after=after, upto=upto)
    return [(room_no, kind, body) for room_no, kind, body in rows]


def of_type(tx: ReadTx, type: str) -> list[tuple[UserId, bytes]]:
    """Return everybody's account data of one type."""
    return [(UserId(user_id), body) for user_id, body in tx.all(_OF_TYPE, type=type)]


def of_room(tx: ReadTx, user_id: UserId, room_no: int) -> list[tuple[str, bytes]]:
    """Return a user's account data of one room."""
    return [(kind, body) for kind, body in tx.all(_OF_ROOM, user_id=user_id, room_no=room_no)]


def delete_all(tx: WriteTx, user_id: UserId) -> None:
    """Delete a user's account data, global and of every room."""
    tx.run(_DELETE_ALL, user_id=user_id)

"""Memberships, read marks and unread counts: every statement about them."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from courtyard.base.ids import RoomId, UserId
from courtyard.rooms.store.tables import EVENTS, MEMBERSHIPS, NOTICES, READ_MARKS, ROOMS
from courtyard.storage.statement import Statement, Upsert, any_of
from courtyard.storage.tx import ReadTx, WriteTx

WHOLE_ROOM = "*"
MAIN = "main"


class MembershipRow(NamedTuple):
    """Somebody's current membership of a room; `position` is that of the member event."""

    user_id: UserId
    room_no: int
    room_id: RoomId
    membership: str
    position: int
    sender: UserId
    forgotten: int
    stripped: bytes | None


M = MEMBERSHIPS.c
_MEMBERSHIP = (
    M.user_id,
    M.room_no,
    ROOMS.c.room_id,
    M.membership,
    M.position,
    M.sender,
    M.forgotten,
    M.stripped,
)
_FROM = MEMBERSHIPS.join(ROOMS, M.room_no == ROOMS.c.room_no)
_user: sa.BindParameter[Any] = sa.bindparam("user_id")
_room_no: sa.BindParameter[Any] = sa.bindparam("room_no")

SET_MEMBERSHIP = Upsert(
    MEMBERSHIPS,
    key=["user_id", "room_no"],
    update=["membership", "position", "sender", "display_name", "forgotten", "stripped"],
)
_OF_USER = Statement(sa.select(*_MEMBERSHIP).select_from(_FROM).where(M.user_id == _user))
_ONE = Statement(
    sa.select(*_MEMBERSHIP).select_from(_FROM).where(M.user_id == _user, M.room_no == _room_no)
)
_OF_ROOM = Statement(sa.select(*_MEMBERSHIP).select_from(_FROM).where(M.room_no == _room_no))
_COUNTS = Statement(
    sa.select(M.membership, sa.func.count())
    .where(M.room_no == _room_no, any_of(M.membership, "join", "invite"))
    .group_by(M.membership)
)
_JOINED_ROOMS = Statement(
    sa.select(ROOMS.c.room_id)
    .select_from(_FROM)
    .where(M.user_id == _user, M.membership == "join")
    .order_by(M.position)
)
_theirs = MEMBERSHIPS.alias("theirs")
_SHARING = Statement(
    sa.select(_theirs.c.user_id)
    .select_from(MEMBERSHIPS.join(_theirs, _theirs.c.room_no == M.room_no))
    .where(M.user_id == _user, M.membership == "join", _theirs.c.membership == "join")
    .distinct()
)
_SHARES = Statement(
    sa.select(_theirs.c.room_no)
    .select_from(MEMBERSHIPS.join(_theirs, _theirs.c.room_no == M.room_no))
    .where(M.user_id == _user, M.membership == "join", _theirs.c.membership == "join")
    .where(_theirs.c.user_id == sa.bindparam("other_id"))
    .limit(1)
)
_WRITES_TO = Statement(
    sa.select(_theirs.c.room_no)
    .select_from(MEMBERSHIPS.join(_theirs, _theirs.c.room_no == M.room_no))
    .where(M.user_id == _user, M.membership == "join")
    .where(_theirs.c.user_id == sa.bindparam("other_id"))
    .where(sa.or_(_theirs.c.membership == "join", _theirs.c.membership == "invite"))
    .limit(1)
)
_INVITED = Statement(sa.select(M.user_id).where(M.room_no == _room_no, M.membership == "invite"))
_KNOCKING = Statement(
    sa.select(M.user_id)
    .where(M.room_no == _room_no, M.membership == "knock")
    .order_by(M.position)
    .limit(sa.bindparam("count"))
)
_SET_FORGOTTEN = Statement(
    sa.update(MEMBERSHIPS)
    .where(M.user_id == sa.bindparam("who"), M.room_no == sa.bindparam("room"))
    .values(forgotten=sa.bindparam("is_forgotten"))
)

# --- read marks and what is unread ------------------------------------------------------------

SET_MARK = Upsert(READ_MARKS, key=["user_id", "room_no", "thread"], update=["position", "ordinal"])
_MARKS = Statement(
    sa.select(READ_MARKS.c.thread, READ_MARKS.c.position, READ_MARKS.c.ordinal).where(
        READ_MARKS.c.user_id == _user, READ_MARKS.c.room_no == _room_no
    )
)
_ALL_MARKS = Statement(
    sa.select(
        READ_MARKS.c.room_no, READ_MARKS.c.thread, READ_MARKS.c.position, READ_MARKS.c.ordinal
    ).where(READ_MARKS.c.user_id == _user)
)
INSERT_EXCEPTION = Statement(sa.insert(NOTICES))
_EXCEPTIONS = Statement(
    sa.select(NOTICES.c.thread, NOTICES.c.position, NOTICES.c.notify, NOTICES.c.highlight).where(
        NOTICES.c.user_id == _user, NOTICES.c.room_no == _room_no
    )
)
_ALL_EXCEPTIONS = Statement(
    sa.select(
        NOTICES.c.room_no,
        NOTICES.c.thread,
        NOTICES.c.position,
        NOTICES.c.notify,
        NOTICES.c.highlight,
    ).where(NOTICES.c.user_id == _user)
)
_CLEAR_ROOM = Statement(
    sa.delete(NOTICES).where(
        NOTICES.c.user_id == _user,
        NOTICES.c.room_no == _room_no,
        NOTICES.c.position <= sa.bindparam("upto"),
    )
)
_CLEAR_THREAD = Statement(
    sa.delete(NOTICES).where(
        NOTICES.c.user_id == _user,
        NOTICES.c.room_no == _room_no,
        NOTICES.c.position <= sa.bindparam("upto"),
        NOTICES.c.thread == sa.bindparam("thread"),
    )
)
_CLEAR_ALL = Statement(
    sa.delete(NOTICES).where(NOTICES.c.user_id == _user, NOTICES.c.room_no == _room_no)
)
_CLEAR_EVENT = Statement(
    sa.delete(NOTICES).where(
        NOTICES.c.room_no == _room_no, NOTICES.c.position == sa.bindparam("position")
    )
)
E = EVENTS.c
_IN_THREADS = Statement(
    sa.select(E.thread, E.position)
    .where(E.room_no == _room_no, E.position > sa.bindparam("after"))
    .where(E.thread.is_not(None), E.notify > 0)
)
_COUNTING_OTHERWISE = Statement(
    sa.select(E.thread, E.position, E.notify)
    .where(E.room_no == _room_no, E.position > sa.bindparam("after"))
    .where(sa.text("notify NOT IN (0, 1)"))
)
_ORDINAL_AT = Statement(
    sa.select(E.ordinal)
    .where(E.room_no == _room_no, E.position <= sa.bindparam("position"))
    .order_by(E.position.desc())
    .limit(1)
)


def memberships_of(tx: ReadTx, user_id: UserId) -> list[MembershipRow]:
    """Return a user's memberships of every kind, forgotten rooms included."""
    return [MembershipRow(*row) for row in tx.all(_OF_USER, user_id=user_id)]


def membership(tx: ReadTx, user_id: UserId, room_no: int) -> MembershipRow | None:
    """Return a user's membership of one room."""
    row = tx.one(_ONE, user_id=user_id, room_no=room_no)
    return MembershipRow(*row) if row else None


def members(tx: ReadTx, room_no: int) -> list[MembershipRow]:
    """Return everybody who has a membership of a room."""
    return [MembershipRow(*row) for row in tx.all(_OF_ROOM, room_no=room_no)]


def member_counts(tx: ReadTx, room_no: int) -> tuple[int, int]:
    """Return how many are joined and how many are invited."""
    counts: dict[str, int] = {row[0]: row[1] for row in tx.all(_COUNTS, room_no=room_no)}
    return counts.get("join", 0), counts.get("invite", 0)


def joined_rooms(tx: ReadTx, user_id: UserId) -> list[RoomId]:
    """Return the rooms that a user is joined to."""
    return [RoomId(row[0]) for row in tx.all(_JOINED_ROOMS, user_id=user_id)]


def sharing(tx: ReadTx, user_id: UserId) -> set[UserId]:
    """Return everybody who is joined to a room that the user is joined to, the user included."""
    return {UserId(row[0]) for row in tx.all(_SHARING, user_id=user_id)}


def shares_room(tx: ReadTx, user_id: UserId, other_id: UserId) -> bool:
    """Tell whether two users are joined to one room."""
    return tx.one(_SHARES, user_id=user_id, other_id=other_id) is not None


def writes_to(tx: ReadTx, user_id: UserId, other_id: UserId) -> bool:
    """Tell whether somebody is in a room that the user is joined to, or invited to one.

    Who encrypts a message encrypts it for those, too, who have been invited and may read it once they come.
    """
    return tx.one(_WRITES_TO, user_id=user_id, other_id=other_id) is not None


def invited(tx: ReadTx, room_no: int) -> set[UserId]:
    """Return who is invited to a room now."""
    return {UserId(row[0]) for row in tx.all(_INVITED, room_no=room_no)}


def knocking(tx: ReadTx, room_no: int, count: int) -> list[UserId]:
    """Return those who wait to be let into a room, who has waited longest first."""
    return [UserId(row[0]) for row in tx.all(_KNOCKING, room_no=room_no, count=count)]


def set_forgotten(tx: WriteTx, user_id: UserId, room_no: int, *, forgotten: bool) -> None:
    """Note that a user wants to see nothing more of a room."""
    tx.run(_SET_FORGOTTEN, who=user_id, room=room_no, is_forgotten=int(forgotten))


def marks(tx: ReadTx, user_id: UserId, room_no: int) -> dict[str, tuple[int, int]]:
    """Return a user's read marks of a room: thread → (position, ordinal)."""
    return {
        thread: (position, ordinal)
        for thread, position, ordinal in tx.all(_MARKS, user_id=user_id, room_no=room_no)
    }


def all_marks(tx: ReadTx, user_id: UserId) -> dict[int, dict[str, tuple[int, int]]]:
    """Return a user's read marks of every room."""
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for room_no, thread, position, ordinal in tx.all(_ALL_MARKS, user_id=user_id):
        found.setdefault(room_no, {})[thread] = (position, ordinal)
    return found


def exceptions(tx: ReadTx, user_id: UserId, room_no: int) -> list[tuple[str, int, int, int]]:
    """Return where events of a room count differently: (thread, position, notify, highlight)."""
    rows = tx.all(_EXCEPTIONS, user_id=user_id, room_no=room_no)
    return [(thread, position, notify, light) for thread, position, notify, light in rows]


def all_exceptions(tx: ReadTx, user_id: UserId) -> dict[int, list[tuple[str, int, int, int]]]:
    """Return the exceptions of every room."""
    found: dict[int, list[tuple[str, int, int, int]]] = {}
    for room_no, thread, position, notify, light in tx.all(_ALL_EXCEPTIONS, user_id=user_id):
        found.setdefault(room_no, []).append((thread, position, notify, light))
    return found


def clear_exceptions(tx: WriteTx, user_id: UserId, room_no: int, thread: str, *, upto: int) -> None:
    """Drop the exceptions that a read mark covers."""
    if thread == WHOLE_ROOM:
        tx.run(_CLEAR_ROOM, user_id=user_id, room_no=room_no, upto=upto)
    else:
        tx.run(_CLEAR_THREAD, user_id=user_id, room_no=room_no, upto=upto, thread=thread)


def clear_all_exceptions(tx: WriteTx, user_id: UserId, room_no: int) -> None:
    """Drop every exception of a user in a room."""
    tx.run(_CLEAR_ALL, user_id=user_id, room_no=room_no)


def clear_event_exceptions(tx: WriteTx, room_no: int, position: int) -> None:
    """Drop the exceptions about one event, because it is redacted."""
    tx.run(_CLEAR_EVENT, room_no=room_no, position=position)


def unread_in_threads(tx: ReadTx, room_no: int, *, after: int) -> list[tuple[str, int]]:
    """Return (thread, position) of the notifying events in threads after a position."""
    rows = tx.all(_IN_THREADS, room_no=room_no, after=after)
    return [(thread, position) for thread, position in rows]


def counting_otherwise(
    tx: ReadTx, room_no: int, *, after: int
) -> list[tuple[str | None, int, int]]:
    """Return (thread, position, notify) of events that call for attention, or that were redacted."""
    rows = tx.all(_COUNTING_OTHERWISE, room_no=room_no, after=after)
    return [(thread, position, notify) for thread, position, notify in rows]


def ordinal_at(tx: ReadTx, room_no: int, position: int) -> int:
    """Return how many events of the main timeline notify, up to and including a position."""
    row = tx.one(_ORDINAL_AT, room_no=room_no, position=position)
    return int(row[0]) if row else 0


_HEROES = Statement(
    sa.select(M.user_id, M.membership)
    .where(M.room_no == _room_no, any_of(M.membership, "join", "invite"))
    .order_by(M.position)
    .limit(sa.bindparam("count"))
)
_GONE = Statement(
    sa.select(M.user_id, M.membership)
    .where(M.room_no == _room_no, any_of(M.membership, "leave", "ban"))
    .order_by(M.position)
    .limit(sa.bindparam("count"))
)


def heroes(tx: ReadTx, room_no: int, count: int) -> list[tuple[UserId, str]]:
    """Return those who were joined or invited the longest ago and still are."""
    return [(UserId(u), m) for u, m in tx.all(_HEROES, room_no=room_no, count=count)]


def gone(tx: ReadTx, room_no: int, count: int) -> list[tuple[UserId, str]]:
    """Return those who left first."""
    return [(UserId(u), m) for u, m in tx.all(_GONE, room_no=room_no, count=count)]

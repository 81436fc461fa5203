"""Relations between events: every statement about them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.rooms.rules_relations import ANNOTATION, THREAD
from courtyard.rooms.store.tables import RELATIONS
from courtyard.storage.statement import OneOf, Statement, json_list
from courtyard.storage.tx import ReadTx


class RelationRow(NamedTuple):
    """One event that relates to another."""

    parent_id: str
    position: int
    room_no: int
    rel_type: str
    type: str
    sender: str
    key: str | None
    event_id: str


R = RELATIONS.c
_ROW = (R.parent_id, R.position, R.room_no, R.rel_type, R.type, R.sender, R.key, R.event_id)
_parent: sa.BindParameter[Any] = sa.bindparam("parent_id")
_room_no: sa.BindParameter[Any] = sa.bindparam("room_no")

_HAS_ANNOTATED = Statement(
    sa.select(R.event_id)
    .where(
        R.parent_id == sa.bindparam("parent_id"),
        R.rel_type == "m.annotation",
        R.type == sa.bindparam("type"),
        R.sender == sa.bindparam("sender"),
        R.key == sa.bindparam("key"),
    )
    .limit(1)
)


def _is_in(room_no: int | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that an event is in a room, where the question is about a few parents.

    It is put so that no planner takes the index by room for it: that would be every relation of the room, and the
    primary key leads to the parents' own.
    """
    return R.room_no + sa.literal_column("0") == room_no


_IN_THREADS = Statement(
    sa.select(*_ROW)
    .where(
        R.room_no == _room_no,
        R.rel_type == THREAD,
        R.position <= sa.bindparam("upto"),
        R.position > sa.bindparam("after"),
    )
    .order_by(R.position.desc())
    .limit(sa.bindparam("count"))
)
_OF_THREAD_AFTER = Statement(
    sa.select(*_ROW)
    .where(
        R.parent_id == _parent,
        _is_in(_room_no),
        R.rel_type == THREAD,
        R.position > sa.bindparam("after"),
    )
    .order_by(R.position)
    .limit(sa.bindparam("count"))
)
_HAS_WRITTEN_IN = Statement(
    sa.select(R.position)
    .where(
        R.parent_id == _parent,
        _is_in(_room_no),
        R.rel_type == THREAD,
        R.sender == sa.bindparam("sender"),
    )
    .limit(1)
)


def _children_statement(*, forwards: bool, by_rel_type: bool, by_type: bool) -> Statement:
    core = sa.select(*_ROW).where(
        R.parent_id == _parent,
        _is_in(_room_no),
        R.position <= sa.bindparam("upto"),
        R.position > sa.bindparam("after"),
    )
    if by_rel_type:
        core = core.where(R.rel_type == sa.bindparam("rel_type"))
    if by_type:
        core = core.where(R.type == sa.bindparam("type"))
    order = R.position if forwards else R.position.desc()
    return Statement(core.order_by(order).limit(sa.bindparam("count")))


_CHILDREN = {
    (forwards, by_rel_type, by_type): _children_statement(
        forwards=forwards, by_rel_type=by_rel_type, by_type=by_type
    )
    for forwards in (False, True)
    for by_rel_type in (False, True)
    for by_type in (False, True)
}


_lowest: sa.BindParameter[Any] = sa.bindparam("lowest")
_highest: sa.BindParameter[Any] = sa.bindparam("highest")

_KINDS = Statement(
    sa.select(
        R.parent_id,
        R.rel_type,
        sa.func.count(),
        sa.func.max(R.position),
        sa.func.max(sa.case((R.sender == sa.bindparam("user_id"), 1), else_=0)),
    )
    .where(OneOf(R.parent_id, "parent_ids"))
    .where(_is_in(_room_no), R.rel_type != ANNOTATION, R.position >= _lowest)
    .where(R.position <= _highest)
    .group_by(R.parent_id, R.rel_type)
)
_BY_SENDER = Statement(
    sa.select(*_ROW)
    .where(
        R.parent_id == _parent,
        _is_in(_room_no),
        R.rel_type == sa.bindparam("rel_type"),
        R.type == sa.bindparam("type"),
        R.sender == sa.bindparam("sender"),
        R.position >= _lowest,
        R.position <= _highest,
    )
    .order_by(R.position.desc())
    .limit(sa.bindparam("count"))
)


class RelationKind(NamedTuple):
    """What one event's relations of one type add up to."""

    parent_id: str
    rel_type: str
    total: int
    latest: int
    """The position of the newest."""
    has_own: int
    """Whether one of them is the asker's: 1 or 0."""


def has_annotated(tx: ReadTx, parent_id: str, type: str, sender: UserId, key: str) -> bool:
    """Tell whether a user has annotated an event with this type and key."""
    found = tx.one(_HAS_ANNOTATED, parent_id=parent_id, type=type, sender=sender, key=key)
    return found is not None


def kinds_of(
    tx: ReadTx,
    room_no: int,
    parent_ids: Sequence[str],
    user_id: UserId,
    *,
    lowest: int,
    highest: int,
) -> list[RelationKind]:
    """Return what relates to some events and may be bundled with them, added up by the database.

    Reactions are not bundled, and what is in another room has no say in this one.

    Args:
        user_id: who asks.
        lowest, highest: only relations at these positions and between them.
    """
    rows = tx.all(
        _KINDS,
        room_no=room_no,
        parent_ids=json_list(parent_ids),
        user_id=user_id,
        lowest=lowest,
        highest=highest,
    )
    return [RelationKind(*row) for row in rows]


def by_sender(
    tx: ReadTx,
    room_no: int,
    parent_id: str,
    *,
    rel_type: str,
    type: str,
    sender: str,
    lowest: int,
    highest: int,
    count: int,
) -> list[RelationRow]:
    """Return up to `count` relations of one sender and type to an event, oldest first; of more the newest."""
    rows = tx.all(
        _BY_SENDER,
        room_no=room_no,
        parent_id=parent_id,
        rel_type=rel_type,
        type=type,
        sender=sender,
        lowest=lowest,
        highest=highest,
        count=count,
    )
    return [RelationRow(*row) for row in reversed(rows)]


def children(  # what a page of children is chosen by
    tx: ReadTx,
    room_no: int,
    parent_id: str,
    *,
    rel_type: str | None,
    type: str | None,
    after: int,
    upto: int,
    forwards: bool,
    count: int,
) -> list[RelationRow]:
    """Return up to `count` events of a room that relate to an event, with after < position ≤ upto.

    Oldest first when going forwards, newest first otherwise.
    """
    statement = _CHILDREN[forwards, rel_type is not None, type is not None]
    rows = tx.all(
        statement,
        room_no=room_no,
        parent_id=parent_id,
        rel_type=rel_type,
        type=type,
        after=after,
        upto=upto,
        count=count,
    )
    return [RelationRow(*row) for row in rows]


def children_of_many(
    tx: ReadTx,
    room_no: int,
    parent_ids: Sequence[str],
    *,
    rel_type: str | None,
    type: str | None,
    upto: int,
    count: int,
) -> list[RelationRow]:
    """Return up to `count` events of a room that relate to one of some events, newest first."""
    core = _only(sa.select(*_ROW), room_no, parent_ids).where(R.position <= upto)
    if rel_type is not None:
        core = core.where(R.rel_type == rel_type)
    if type is not None:
        core = core.where(R.type == type)
    rows = tx.execute(core.order_by(R.position.desc()).limit(count))
    return [RelationRow(*row) for row in rows]


def parents_with(
    tx: ReadTx,
    room_no: int,
    parent_ids: Sequence[str],
    *,
    rel_types: Sequence[str] | None,
    senders: Sequence[str] | None,
    not_senders: Sequence[str],
) -> set[str]:
    """Return those of some events to which an event of a given kind and sender relates."""
    core = _only(sa.select(R.parent_id).distinct(), room_no, parent_ids)
    if rel_types is not None:
        core = core.where(R.rel_type.in_(list(rel_types)))
    if senders is not None:
        core = core.where(R.sender.in_(list(senders)))
    if not_senders:
        core = core.where(R.sender.not_in(list(not_senders)))
    return {row[0] for row in tx.execute(core)}


def _only(
    core: sa.Select[tuple[object, ...]], room_no: int, parent_ids: Sequence[str]
) -> sa.Select[tuple[object, ...]]:
    return core.where(R.parent_id.in_(list(parent_ids)), _is_in(room_no))


def in_threads(tx: ReadTx, room_no: int, *, after: int, upto: int, count: int) -> list[RelationRow]:
    """Return up to `count` events in threads of a room, with after < position ≤ upto, newest first."""
    rows = tx.all(_IN_THREADS, room_no=room_no, after=after, upto=upto, count=count)
    return [RelationRow(*row) for row in rows]


def of_thread_after(
    tx: ReadTx, room_no: int, root_id: str, *, after: int, count: int
) -> list[RelationRow]:
    """Return up to `count` events in one thread after a position, oldest first."""
    rows = tx.all(_OF_THREAD_AFTER, room_no=room_no, parent_id=root_id, after=after, count=count)
    return [RelationRow(*row) for row in rows]


def has_written_in(tx: ReadTx, room_no: int, root_id: str, user_id: UserId) -> bool:
    """Tell whether a user has written in a thread."""
    found = tx.one(_HAS_WRITTEN_IN, room_no=room_no, parent_id=root_id, sender=user_id)
    return found is not None

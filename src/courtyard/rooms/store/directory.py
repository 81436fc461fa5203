"""Room aliases and the public directory: every statement about them."""

import sqlalchemy as sa

from courtyard.base.ids import RoomAlias, RoomId, UserId
from courtyard.rooms.errors import BadAliasError
from courtyard.rooms.model import Event
from courtyard.rooms.store.tables import ALIASES, ROOMS
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, WriteTx

_FIND = Statement(
    sa.select(ROOMS.c.room_id, ROOMS.c.room_no, ALIASES.c.creator)
    .select_from(ALIASES.join(ROOMS, ALIASES.c.room_no == ROOMS.c.room_no))
    .where(ALIASES.c.alias == sa.bindparam("alias"))
)
_OF_ROOM = Statement(
    sa.select(ALIASES.c.alias)
    .where(ALIASES.c.room_no == sa.bindparam("room_no"))
    .order_by(ALIASES.c.alias)
)
_INSERT = Statement(sa.insert(ALIASES))
_DELETE = Statement(sa.delete(ALIASES).where(ALIASES.c.alias == sa.bindparam("which")))
_MOVE = Statement(
    sa.update(ALIASES)
    .where(ALIASES.c.room_no == sa.bindparam("from_no"))
    .values(room_no=sa.bindparam("to_no"))
)
_PUBLISH = Statement(
    sa.update(ROOMS)
    .where(ROOMS.c.room_no == sa.bindparam("which"))
    .values(published=sa.bindparam("is_published"))
)


def find_alias(tx: ReadTx, alias: str) -> tuple[RoomId, int, UserId] | None:
    """Return an alias's room id, room number and creator."""
    row = tx.one(_FIND, alias=alias)
    return (RoomId(row[0]), row[1], UserId(row[2])) if row else None


def aliases_of(tx: ReadTx, room_no: int) -> list[RoomAlias]:
    """Return a room's aliases."""
    return [RoomAlias(row[0]) for row in tx.all(_OF_ROOM, room_no=room_no)]


def add_alias(tx: WriteTx, alias: str, room_no: int, creator: UserId) -> None:
    """Point a new alias to a room."""
    tx.run(_INSERT, alias=alias, room_no=room_no, creator=creator)


def delete_alias(tx: WriteTx, alias: str) -> None:
    """Remove an alias."""
    tx.run(_DELETE, which=alias)


def move_aliases(tx: WriteTx, from_no: int, to_no: int) -> None:
    """Let every alias of one room point to another."""
    tx.run(_MOVE, from_no=from_no, to_no=to_no)


def publish(tx: WriteTx, room_no: int, *, published: bool) -> None:
    """List a room in the public directory, or take it out."""
    tx.run(_PUBLISH, which=room_no, is_published=int(published))


def check_canonical(
    tx: ReadTx, room_no: int, standing: Event | None, content: dict[str, object]
) -> None:
    """Refuse a canonical alias event that newly names what is no alias of the room.

    Raises:
        BadAliasError: the message names the alias.

    spec: client-server-api#mroomcanonical_alias
    """
    old = _named(standing.content) if standing is not None else set()
    for alias in _named(content) - old:
        found = find_alias(tx, alias)
        if found is None or found[1] != room_no:
            message = f"{alias} is not an alias of this room."
            raise BadAliasError(message)


def _named(content: dict[str, object]) -> set[str]:
    alias, others = content.get("alias"), content.get("alt_aliases")
    named = {alias} if isinstance(alias, str) and alias else set()
    if isinstance(others, list):
        named.update(other for other in others if isinstance(other, str))
    return named

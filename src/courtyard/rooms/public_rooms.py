"""The public directory: rooms that were published to be found.

spec: client-server-api#published-room-directory
"""

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from courtyard.base.errors import ForbiddenError, InvalidParamError, NotFoundError
from courtyard.base.ids import RoomId, UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.gate.model_withheld import NOTE
from courtyard.gate.rules_withheld import note
from courtyard.rooms.directory import may_set_canonical_alias
from courtyard.rooms.errors import NotInRoomError, RoomNotFoundError, UnknownPositionError
from courtyard.rooms.heads import Heads
from courtyard.rooms.rules_actions import MOMENTS, NOTICES
from courtyard.rooms.rules_summary import PublishedRoom, published, summary_of
from courtyard.rooms.store import directory as directory_store
from courtyard.rooms.store import discovery
from courtyard.rooms.store import events as store
from courtyard.rooms.store.discovery import Listed
from courtyard.rooms.summary import contents_of
from courtyard.rooms.withheld import hides_room
from courtyard.storage.tx import ReadTx, WriteTx

LIMIT_DEFAULT = 50
LIMIT_MAX = 500

SCAN_MAX = 5_000
"""Rooms that one request looks at to find matches. The next page goes on from there, so nothing is lost."""

SCAN_AT_ONCE = 1_000

SEARCH_TERM_MAX = 500

_TOKEN = re.compile(r"([np])([0-9]{1,13})_([0-9]{1,15})")
_START = (2**40, 0)
"""Before the largest room that there could be."""


class DirectoryFilter(msgspec.Struct, frozen=True):
    """Which rooms of the directory are wanted."""

    generic_search_term: Annotated[str, Meta(max_length=SEARCH_TERM_MAX)] | None = None
    room_types: Annotated[list[str | None], Meta(max_length=100)] | None = None


class DirectoryQuery(msgspec.Struct, frozen=True):
    """One page of the directory."""

    limit: int | None = None
    since: str | None = None
    filter: DirectoryFilter | None = None
    include_all_networks: bool | None = None
    third_party_instance_id: str | None = None


class DirectoryPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Some rooms of the directory."""

    chunk: list[PublishedRoom]
    total_room_count_estimate: int
    next_batch: str | None = None
    prev_batch: str | None = None
    withheld: list[dict[str, object]] = msgspec.field(default_factory=list, name=NOTE)
    """Rooms of this page's stretch that match and that a decision keeps from being listed. The estimate counts them."""


def public_rooms(tx: ReadTx, query: DirectoryQuery) -> DirectoryPage:
    """Return one page of the directory, the rooms with the most members first.

    Raises:
        InvalidParamError: the limit is not positive.
        UnknownPositionError: this server never gave that token out.

    spec: client-server-api#post_matrixclientv3publicrooms
    """
    limit = LIMIT_DEFAULT if query.limit is None else query.limit
    if limit < 1:
        message = "limit must be greater than zero."
        raise InvalidParamError(message)
    limit = min(limit, LIMIT_MAX)
    forwards, place = _parse(query.since)
    wanted = query.filter or DirectoryFilter()
    total = discovery.listed_count(tx)
    if query.third_party_instance_id and not query.include_all_networks:
        # Rooms of other networks: there is no bridge, so there are none.
        return DirectoryPage(chunk=[], total_room_count_estimate=0)
    found, more = _scan(tx, wanted, place, limit, forwards=forwards)
    if not forwards:
        found.reverse()
    # A room that is withheld keeps its place on the page, so that the pages are those of a server that withholds nothing.
    why = {room.room_id: row for _, room in found if (row := hides_room(tx, room.room_id))}
    # A page without rooms gives tokens that leave none out when the client turns round.
    first = _place(found[0][0]) if found else (place[0], place[1] + 1)
    last = _place(found[-1][0]) if found else _START
    if more is not None:
        first, last = (first, more) if forwards else (more, last)
    has_next = more is not None if forwards else True
    has_prev = query.since is not None if forwards else more is not None
    return DirectoryPage(
        chunk=[room for _, room in found if room.room_id not in why],
        total_room_count_estimate=total,
        next_batch=_token("n", last) if has_next else None,
        prev_batch=_token("p", first) if has_prev else None,
        withheld=[{"room_id": room_id} | note(row) for room_id, row in why.items()],
    )


def visibility(tx: ReadTx, room_id: RoomId) -> str:
    """Tell whether a room is in the directory: `public` or `private`.

    Raises:
        RoomNotFoundError: there is no such room.

    spec: client-server-api#get_matrixclientv3directorylistroomroomid
    """
    room = store.room(tx, room_id)
    if room is None:
        message = "There is no such room."
        raise RoomNotFoundError(message)
    return "public" if room.published else "private"


def set_visibility(
    tx: WriteTx, user_id: UserId, room_id: RoomId, *, is_public: bool, is_admin: bool
) -> None:
    """Publish a room in the directory, or take it out.

    Raises:
        RoomNotFoundError: there is no such room.
        NotInRoomError, ForbiddenError: only members who may name the room, and operators, may do that.
        RestrictedError: a decision keeps the account's rooms from being listed.

    spec: client-server-api#put_matrixclientv3directorylistroomroomid
    """
    room = store.room(tx, room_id)
    if room is None:
        message = "There is no such room."
        raise RoomNotFoundError(message)
    head = tx.memory(Heads).get(tx, room_id)
    if not is_admin:
        if user_id not in head.joined:
            message = "You are not in this room."
            raise NotInRoomError(message)
        if not may_set_canonical_alias(head, user_id):
            message = "Your power level is too low to list the room, or to take it off the list."
            raise ForbiddenError(message)
    if is_public:
        if head.room_type in (MOMENTS, NOTICES):
            message = "Rooms of this kind are never listed."
            raise ForbiddenError(message)
        admit(tx, user_id, Action.LIST_PUBLICLY)
    directory_store.publish(tx, head.room_no, published=is_public)


def only_here(server: str | None, server_name: str) -> None:
    """Refuse a question about another server's directory.

    Raises:
        NotFoundError: this server does not federate, so it knows no other directory.
    """
    if server is not None and server not in ("", server_name):
        message = "This server does not know the directory of other servers."
        raise NotFoundError(message)


def _scan(
    tx: ReadTx, wanted: DirectoryFilter, place: tuple[int, int], limit: int, *, forwards: bool
) -> tuple[list[tuple[Listed, PublishedRoom]], tuple[int, int] | None]:
    """Return up to `limit` matches, and the place to go on from when there may be more."""
    words = (wanted.generic_search_term or "").casefold().split()
    found: list[tuple[Listed, PublishedRoom]] = []
    step = discovery.listed_after if forwards else discovery.listed_before
    scanned = 0
    is_filtered = bool(words) or wanted.room_types is not None
    size = SCAN_AT_ONCE if is_filtered else limit + 1
    while scanned < SCAN_MAX:
        rooms = step(tx, *place, size)
        contents = contents_of(tx, [room.room_no for room in rooms])
        for room in rooms:
            if len(found) == limit:
                return found, place
            place = _place(room)
            scanned += 1
            summary = summary_of(
                room.room_id, room.version, room.joined_count, contents.get(room.room_no, {})
            )
            is_wanted = wanted.room_types is None or summary.room_type in wanted.room_types
            if is_wanted and summary.matches(words):
                found.append((room, published(summary)))
        if len(rooms) < size:
            return found, None
    return found, place


def _place(room: Listed) -> tuple[int, int]:
    return room.joined_count, room.room_no


def _token(direction: str, place: tuple[int, int]) -> str:
    return f"{direction}{place[0]}_{place[1]}"


def _parse(since: str | None) -> tuple[bool, tuple[int, int]]:
    if since is None or not since:
        return True, _START
    match = _TOKEN.fullmatch(since)
    if match is None:
        message = "That token is not one of this server's."
        raise UnknownPositionError(message)
    return match[1] == "n", (int(match[2]), int(match[3]))

"""Reading all that one may see of one's rooms, up to a place in the stream, page by page: for archives.

Everything is judged as of that place. What happens in a room afterwards changes nothing of what is read, but one thing: what is
redacted or erased meanwhile is read redacted.
"""

from typing import NamedTuple

import msgspec

from courtyard.base.ids import DeviceId, RoomId, UserId
from courtyard.rooms import withheld
from courtyard.rooms.errors import NotInRoomError
from courtyard.rooms.model import (
    CANONICAL_ALIAS,
    HISTORY_VISIBILITY,
    INVITE,
    KNOCK,
    MEMBER,
    NAME,
)
from courtyard.rooms.read_access import Asker, Place, reader_of, state_position
from courtyard.rooms.read_timeline import state_as_of
from courtyard.rooms.render import render, render_state
from courtyard.rooms.store import account_data as account_data_store
from courtyard.rooms.store import events as store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.visibility import FOREVER, Sight, oldest_visible, sight_from
from courtyard.storage.tx import ReadTx

_NO_DEVICE = DeviceId("")


class Page(NamedTuple):
    """A piece of a room's history, oldest first."""

    events: list[bytes]
    """As clients are sent them, each one line of JSON."""
    ignored_count: int
    """Events left out because the reader ignores who sent them."""
    times: tuple[int, int] | None
    """The smallest and the largest `origin_server_ts`, in milliseconds."""
    next_after: int | None
    """Where to go on; None: this was the last page."""


class RoomHead(NamedTuple):
    """What there is to say of a room besides its events."""

    membership: str
    name: str | None
    alias: str | None
    is_direct: bool
    """Whether it was made as a chat of two."""
    members: tuple[UserId, ...]
    """Who is joined or invited, the reader included."""
    json: dict[str, object]


def room_ids_of(tx: ReadTx, user_id: UserId) -> list[RoomId]:
    """Return the rooms that an account has to do with, whatever its membership, in order of their ids.

    Rooms that it has forgotten are not among them: it asked to see nothing more of them.
    """
    rows = members_store.memberships_of(tx, user_id)
    return sorted(row.room_id for row in rows if not row.forgotten)


def place_upto(tx: ReadTx, user_id: UserId, room_id: RoomId, upto: int) -> Place | None:
    """Return a room as an account sees it of which nothing after a position has happened.

    Returns:
        None when the account had nothing to do with the room then, or has forgotten it since.

    spec: client-server-api#room-history-visibility
    """
    room = store.room(tx, room_id)
    row = None if room is None else members_store.membership(tx, user_id, room.room_no)
    if room is None or row is None or row.forgotten:
        return None
    own = _upto(store.state_history(tx, room.room_no, MEMBER, user_id), upto)
    if not own:
        return None
    visibilities = _upto(store.state_history(tx, room.room_no, HISTORY_VISIBILITY, ""), upto)
    seen = sight_from(own, visibilities)
    ranges = tuple((first, min(last, upto)) for first, last in seen.ranges if first <= upto)
    reader = reader_of(tx, Asker(user_id, _NO_DEVICE))
    return Place(room, reader, Sight(ranges, seen.memberships))


def head_of(tx: ReadTx, place: Place, upto: int) -> RoomHead:
    """Return a room's state as its reader may have it: at `upto`, or when they left."""
    membership = place.sight.membership_at(FOREVER)
    state = _state(tx, place, upto)
    row = members_store.membership(tx, place.reader.user_id, place.room_no)
    stripped = row.stripped if row is not None and membership in (INVITE, KNOCK) else None
    named = {e.type: content_of(e.json) for e in state if e.state_key == ""}
    shown = [e for e in state if e.type != MEMBER]
    members = [e for e in state if e.type == MEMBER]

    def rendered(events: list[StoredEvent]) -> list[bytes]:
        return render_state(tx, place.reader.user_id, events, room_id=place.room_id)

    return RoomHead(
        membership=membership,
        name=_text(named.get(NAME, {}).get("name")),
        alias=_text(named.get(CANONICAL_ALIAS, {}).get("alias")),
        is_direct=bool(place.room.is_direct),
        members=tuple(
            UserId(e.state_key or "")
            for e in members
            if content_of(e.json).get("membership") in ("join", "invite")
        ),
        json={
            "room_id": place.room_id,
            "version": place.room.version,
            "membership": membership,
            "name": _text(named.get(NAME, {}).get("name")),
            "canonical_alias": _text(named.get(CANONICAL_ALIAS, {}).get("alias")),
            "is_direct": bool(place.room.is_direct),
            "account_data": _account_data(tx, place),
            "stripped_state": msgspec.Raw(withheld.stripped(tx, place.reader.user_id, stripped)),
            "state": [msgspec.Raw(e) for e in rendered(shown)],
            "members": [msgspec.Raw(e) for e in rendered(members)],
        },
    )


def history_page(tx: ReadTx, place: Place, *, after: int, count: int) -> Page:
    """Return up to `count` events after a position, those of ignored people left out.

    Relations are not bundled: the events that relate are in the history themselves.
    """
    rows = oldest_visible(tx, place.sight, place.room_no, after=after, upto=FOREVER, count=count)
    shown = [event for event in rows if not place.is_ignored(event)]
    times = [event.origin_server_ts for event in shown]
    return Page(
        events=render(
            tx,
            place.reader,
            shown,
            room_id=place.room_id,
            memberships={e.position: place.sight.membership_at(e.position) for e in shown},
            aggregate=False,
            sight=place.sight,
        ),
        ignored_count=len(rows) - len(shown),
        times=(min(times), max(times)) if times else None,
        next_after=rows[-1].position if len(rows) == count else None,
    )


def _upto(events: list[StoredEvent], upto: int) -> list[StoredEvent]:
    return [event for event in events if event.position <= upto]


def _state(tx: ReadTx, place: Place, upto: int) -> list[StoredEvent]:
    try:
        position = state_position(tx, place)
    except NotInRoomError:
        # Never joined: only the stripped state was ever shown.
        return []
    found = state_as_of(tx, place.room_no, min(position, upto))
    return sorted(found, key=lambda event: (event.type, event.state_key or ""))


def _account_data(tx: ReadTx, place: Place) -> dict[str, msgspec.Raw]:
    found = account_data_store.of_room(tx, place.reader.user_id, place.room_no)
    # An empty object is how account data is deleted.
    return {kind: msgspec.Raw(body) for kind, body in sorted(found) if body != b"{}"}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

"""Looking at a room from outside: its summary, and whether somebody may see that.

spec: client-server-api#get_matrixclientv1room_summaryroomidoralias
"""

from collections.abc import Sequence

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import RoomId, UserId
from courtyard.rooms.errors import RoomNotFoundError
from courtyard.rooms.model import (
    BAN,
    INVITE,
    JOIN,
    JOIN_RULES,
    KNOCK,
    KNOCK_RESTRICTED,
    LEAVE,
    PUBLIC,
)
from courtyard.rooms.rules_summary import (
    SUMMARY_TYPES,
    Contents,
    RoomSummary,
    allowed_rooms,
    is_open_to_strangers,
    is_world_readable,
    join_rule_in,
    summary_of,
)
from courtyard.rooms.store import directory as directory_store
from courtyard.rooms.store import discovery
from courtyard.rooms.store import events as store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.store.events import RoomRow
from courtyard.rooms.stored import content_of
from courtyard.storage.tx import ReadTx


def room_summary(
    tx: ReadTx, user_id: UserId | None, room_id_or_alias: str
) -> tuple[RoomSummary, str | None]:
    """Return a room's summary and the asker's membership (None for somebody unknown).

    Args:
        user_id: who asks; None without an access token.

    Raises:
        RoomNotFoundError: there is no such room, or it is none of the asker's business.

    spec: client-server-api#get_matrixclientv1room_summaryroomidoralias
    """
    room = find_room(tx, room_id_or_alias)
    contents = contents_of(tx, [room.room_no]).get(room.room_no, {})
    if not may_preview(tx, user_id, room.room_no, contents):
        message = "There is no such room."
        raise RoomNotFoundError(message)
    joined_count = discovery.joined_counts(tx, [room.room_no]).get(room.room_no, 0)
    summary = summary_of(room.room_id, room.version, joined_count, contents)
    if user_id is None:
        return summary, None
    row = members_store.membership(tx, user_id, room.room_no)
    return summary, LEAVE if row is None else row.membership


def find_room(tx: ReadTx, room_id_or_alias: str) -> RoomRow:
    """Return the room that an id or alias names.

    Raises:
        InvalidParamError: it is neither.
        RoomNotFoundError: there is none.
    """
    room = None
    if room_id_or_alias.startswith("#"):
        found = directory_store.find_alias(tx, room_id_or_alias)
        room = None if found is None else store.room_by_no(tx, found[1])
    elif room_id_or_alias.startswith("!"):
        room = store.room(tx, RoomId(room_id_or_alias))
    else:
        message = "That is neither a room ID nor a room alias."
        raise InvalidParamError(message)
    if room is None:
        message = "There is no such room."
        raise RoomNotFoundError(message)
    return room


def contents_of(tx: ReadTx, room_nos: Sequence[int]) -> dict[int, dict[str, dict[str, object]]]:
    """Return the state that summaries are made of, of some rooms."""
    found: dict[int, dict[str, dict[str, object]]] = {}
    for event in store.current_states_of(tx, room_nos, SUMMARY_TYPES):
        found.setdefault(event.room_no, {})[event.type] = content_of(event.json)
    return found


def may_preview(tx: ReadTx, user_id: UserId | None, room_no: int, contents: Contents) -> bool:
    """Tell whether somebody may see a room's summary.

    Who is in, invited, or may join or knock; and everybody where anybody may read.

    spec: client-server-api#get_matrixclientv1roomsroomidhierarchy
    """
    if user_id is None:
        return is_open_to_strangers(contents)
    row = members_store.membership(tx, user_id, room_no)
    membership = LEAVE if row is None else row.membership
    if membership in (JOIN, INVITE):
        return True
    if is_world_readable(contents):
        return True
    # Who is banned may neither join nor knock.
    if membership == BAN:
        return False
    if join_rule_in(contents) in (PUBLIC, KNOCK, KNOCK_RESTRICTED):
        return True
    return meets_condition(tx, user_id, contents.get(JOIN_RULES, {}))


def meets_condition(tx: ReadTx, user_id: UserId, join_rules: dict[str, object]) -> bool:
    """Tell whether a membership elsewhere lets a user into a restricted room.

    spec: client-server-api#restricted-rooms
    """
    return any(is_member(tx, user_id, RoomId(room_id)) for room_id in allowed_rooms(join_rules))


def is_member(tx: ReadTx, user_id: UserId, room_id: RoomId) -> bool:
    """Tell whether somebody is joined to a room now."""
    room = store.room(tx, room_id)
    row = None if room is None else members_store.membership(tx, user_id, room.room_no)
    return row is not None and row.membership == JOIN

"""Room aliases: names that people can remember, of this server alone.

spec: client-server-api#room-aliases
"""

from courtyard.base.errors import ForbiddenError, InvalidParamError, NotFoundError
from courtyard.base.ids import RoomAlias, RoomId, UserId, domain, parse_room_alias
from courtyard.gate.admit import admit
from courtyard.gate.model import Action, RestrictedError
from courtyard.rooms.append import Draft, append
from courtyard.rooms.errors import AliasTakenError, NotInRoomError, TooManyAliasesError
from courtyard.rooms.heads import Head, Heads
from courtyard.rooms.model import CANONICAL_ALIAS, HISTORY_VISIBILITY, NotAllowed
from courtyard.rooms.model import WORLD_READABLE as ANYBODY
from courtyard.rooms.rules_power import power_level, required_level
from courtyard.rooms.rules_visibility import visibility_of
from courtyard.rooms.send import joined_head
from courtyard.rooms.store import directory as store
from courtyard.rooms.store import events as events_store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.stored import content_of
from courtyard.storage.tx import ReadTx, WriteTx

ALIASES_MAX = 500
"""Aliases of one room at the most."""


def find_alias(tx: ReadTx, alias: str) -> RoomId:
    """Return the room that an alias names.

    Raises:
        InvalidParamError: it is no alias.
        NotFoundError: no room has it.

    spec: client-server-api#get_matrixclientv3directoryroomroomalias
    """
    found = store.find_alias(tx, parse_room_alias(alias))
    if found is None:
        message = f"No room has the alias {alias}."
        raise NotFoundError(message)
    return found[0]


def create_alias(tx: WriteTx, user_id: UserId, alias: str, room_id: RoomId) -> None:
    """Give a room an alias.

    Raises:
        InvalidParamError: it is no alias, or one of another server.
        NotInRoomError: the user is not joined to the room.
        AliasTakenError: some room has it already.
        TooManyAliasesError: the room has as many as it can.

    spec: client-server-api#put_matrixclientv3directoryroomroomalias
    """
    wanted = own_alias(tx, alias)
    head = joined_head(tx, user_id, room_id)
    if store.find_alias(tx, wanted) is not None:
        message = f"The room alias {wanted} already exists."
        raise AliasTakenError(message)
    if len(store.aliases_of(tx, head.room_no)) >= ALIASES_MAX:
        message = f"A room can have {ALIASES_MAX} aliases."
        raise TooManyAliasesError(message)
    admit(tx, user_id, Action.CREATE_ALIAS)
    store.add_alias(tx, wanted, head.room_no, user_id)


def delete_alias(tx: WriteTx, user_id: UserId, alias: str, *, is_admin: bool) -> None:
    """Take an alias away, and out of the room's `m.room.canonical_alias` where the user may do that.

    Raises:
        NotFoundError: no room has it.
        ForbiddenError: only who made it, who may name the room, and operators may do that.

    spec: client-server-api#delete_matrixclientv3directoryroomroomalias
    """
    found = store.find_alias(tx, parse_room_alias(alias))
    if found is None:
        message = f"No room has the alias {alias}."
        raise NotFoundError(message)
    room_id, _, creator = found
    head = tx.memory(Heads).get(tx, room_id)
    if not is_admin and user_id != creator and not may_set_canonical_alias(head, user_id):
        message = "Only who made the alias, or may name the room, can remove it."
        raise ForbiddenError(message)
    store.delete_alias(tx, alias)
    _leave_out(tx, head, user_id, alias)


def aliases_of(tx: ReadTx, user_id: UserId, room_id: RoomId) -> list[RoomAlias]:
    """Return a room's aliases.

    Raises:
        NotInRoomError: the user is not joined, and the room is not readable by everybody.

    spec: client-server-api#get_matrixclientv3roomsroomidaliases
    """
    room = events_store.room(tx, room_id)
    if room is not None:
        row = members_store.membership(tx, user_id, room.room_no)
        event = events_store.current_state_event(tx, room.room_no, HISTORY_VISIBILITY, "")
        is_open = event is not None and visibility_of(content_of(event.json)) == ANYBODY
        if is_open or (row is not None and row.membership == "join"):
            return store.aliases_of(tx, room.room_no)
    message = "You are not in this room."
    raise NotInRoomError(message)


def may_set_canonical_alias(head: Head, user_id: UserId) -> bool:
    """Tell whether a user is joined to a room and may name it."""
    needed = required_level(CANONICAL_ALIAS, head, is_state=True)
    return user_id in head.joined and power_level(user_id, head, head.version) >= needed


def own_alias(tx: ReadTx, alias: str) -> RoomAlias:
    """Accept an alias of this server.

    Raises:
        InvalidParamError: it is no alias, or one of another server.
    """
    parsed = parse_room_alias(alias)
    if domain(parsed) != tx.settings.server_name:
        message = f"Aliases here end with :{tx.settings.server_name}."
        raise InvalidParamError(message)
    return parsed


def without_alias(content: dict[str, object], alias: str) -> dict[str, object]:
    """Return the content of a `m.room.canonical_alias` that no longer names an alias."""
    kept = dict(content)
    if kept.get("alias") == alias:
        del kept["alias"]
    others = kept.get("alt_aliases")
    if isinstance(others, list):
        kept["alt_aliases"] = [other for other in others if other != alias]
    return kept


def _leave_out(tx: WriteTx, head: Head, user_id: UserId, alias: str) -> None:
    standing = head.get(CANONICAL_ALIAS, "")
    if standing is None:
        return
    content = without_alias(standing.content, alias)
    if content == standing.content or not may_set_canonical_alias(head, user_id):
        return
    try:
        permit = admit(tx, user_id, Action.SET_STATE_GROUP)
        draft = Draft(
            room_id=head.room_id,
            type=CANONICAL_ALIAS,
            sender=user_id,
            content=content,
            state_key="",
        )
        append(tx, permit, draft, head)
    except (NotAllowed, RestrictedError):
        # spec: the alias goes even when the event that names it has to stay.
        return

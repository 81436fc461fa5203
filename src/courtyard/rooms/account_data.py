"""Account data and tags: what an account keeps on the server for itself, globally or for one room.

spec: client-server-api#client-config
"""

import msgspec

from courtyard.base import canonical_json
from courtyard.base.errors import BadJsonError, CourtyardError, NotFoundError
from courtyard.base.ids import RoomId, StreamPos, UserId
from courtyard.bus import topics
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.rooms.ignores import IGNORED_USER_LIST, Ignores
from courtyard.rooms.store import account_data as store
from courtyard.rooms.store import events as events_store
from courtyard.storage.tx import ReadTx, WriteTx

TAG = "m.tag"
FULLY_READ = "m.fully_read"
PUSH_RULES = "m.push_rules"

CONTENT_BYTES_MAX = 65_536 * 4
TAGS_MAX = 100


class ServerManagedError(CourtyardError):
    """This type of account data has an endpoint of its own and cannot be set here."""

    code = "rooms.server_managed"


def put_account_data(
    tx: WriteTx, user_id: UserId, room_no: int, type: str, content: bytes
) -> StreamPos:
    """Store account data, whatever its type, and wake the account's devices."""
    position = tx.next_position()
    store.set_content(tx, user_id, room_no, type, content, position)
    if type == IGNORED_USER_LIST and room_no == store.GLOBAL:
        tx.memory(Ignores).changed(tx)
    tx.wake_after_commit(topics.user(user_id), position)
    return position


def set_account_data(
    tx: WriteTx, user_id: UserId, room_id: RoomId | None, type: str, content: dict[str, object]
) -> None:
    """Store account data for a client.

    Raises:
        ServerManagedError: `m.fully_read` and `m.push_rules` have endpoints of their own.
        BadJsonError: the content cannot be encoded, is too large, or has a shape we rely on wrong.

    spec: client-server-api#put_matrixclientv3useruseridaccount_datatype
    """
    if type in (FULLY_READ, PUSH_RULES):
        message = f"{type} cannot be set in this way."
        raise ServerManagedError(message)
    _check_shape(type, content)
    json = (
        canonical_json.encode(content) if _is_canonical(content) else msgspec.json.encode(content)
    )
    if len(json) > CONTENT_BYTES_MAX:
        message = "That is too much for one piece of account data."
        raise BadJsonError(message)
    admit(tx, user_id, Action.ACCOUNT_DATA)
    put_account_data(tx, user_id, room_number(tx, room_id), type, json)


def get_account_data(tx: ReadTx, user_id: UserId, room_id: RoomId | None, type: str) -> bytes:
    """Return account data as JSON.

    Raises:
        NotFoundError: there is none.
    """
    found = store.content(tx, user_id, room_number(tx, room_id), type)
    if found is None:
        message = f"There is no account data of type {type!r}."
        raise NotFoundError(message)
    return found


def all_account_data(tx: ReadTx, user_id: UserId) -> dict[str, bytes]:
    """Return an account's data that belong to no room, as JSON by type; deleted ones are left out."""
    found = store.of_room(tx, user_id, store.GLOBAL)
    return {kind: body for kind, body in sorted(found) if body != b"{}"}


def tags(tx: ReadTx, user_id: UserId, room_id: RoomId) -> dict[str, object]:
    """Return the tags that a user has given to a room."""
    found = store.content(tx, user_id, room_number(tx, room_id), TAG)
    value = msgspec.json.decode(found).get("tags") if found is not None else None
    return value if isinstance(value, dict) else {}


def set_tag(
    tx: WriteTx, user_id: UserId, room_id: RoomId, tag: str, content: dict[str, object]
) -> None:
    """Tag a room.

    spec: client-server-api#room-tagging
    """
    order = content.get("order")
    if order is not None and (isinstance(order, bool) or not isinstance(order, int | float)):
        message = "order must be a number."
        raise BadJsonError(message)
    standing = tags(tx, user_id, room_id)
    if tag not in standing and len(standing) >= TAGS_MAX:
        message = f"A room can have {TAGS_MAX} tags."
        raise BadJsonError(message)
    _set_tags(tx, user_id, room_id, {**standing, tag: content})


def remove_tag(tx: WriteTx, user_id: UserId, room_id: RoomId, tag: str) -> None:
    """Take a tag off a room; it is no error when there was none."""
    standing = tags(tx, user_id, room_id)
    if tag in standing:
        _set_tags(tx, user_id, room_id, {k: v for k, v in standing.items() if k != tag})


def _set_tags(tx: WriteTx, user_id: UserId, room_id: RoomId, value: dict[str, object]) -> None:
    json = msgspec.json.encode({"tags": value})
    if len(json) > CONTENT_BYTES_MAX:
        message = "Those tags are too large."
        raise BadJsonError(message)
    admit(tx, user_id, Action.ACCOUNT_DATA)
    put_account_data(tx, user_id, room_number(tx, room_id), TAG, json)


def room_number(tx: ReadTx, room_id: RoomId | None) -> int:
    """Return the number under which account data of a room is kept.

    Raises:
        NotFoundError: there is no such room.
    """
    if room_id is None:
        return store.GLOBAL
    room = events_store.room(tx, room_id)
    if room is None:
        message = "There is no such room."
        raise NotFoundError(message)
    return room.room_no


def _is_canonical(content: dict[str, object]) -> bool:
    # Account data may hold fractions (a tag's order), which canonical JSON does not have.
    try:
        canonical_json.validate(content)
    except BadJsonError:
        return False
    return True


def _check_shape(type: str, content: dict[str, object]) -> None:
    if type == IGNORED_USER_LIST and not isinstance(content.get("ignored_users", {}), dict):
        message = "ignored_users must be an object."
        raise BadJsonError(message)
    if type == TAG and not isinstance(content.get("tags", {}), dict):
        message = "tags must be an object."
        raise BadJsonError(message)

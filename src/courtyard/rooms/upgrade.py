"""Replacing a room by one of a newer version: in one transaction, or not at all.

spec: client-server-api#room-upgrades
"""

from collections.abc import Sequence

from courtyard.accounts.profile import member_profile
from courtyard.base.ids import EventId, RoomId, UserId, parse_user_id
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.rooms.append import Draft, append
from courtyard.rooms.carry_over import carry_over
from courtyard.rooms.create import new_room_id
from courtyard.rooms.errors import (
    InvalidRoomStateError,
    NotInRoomError,
    RoomNotFoundError,
    UnsupportedRoomVersionError,
)
from courtyard.rooms.heads import Head, Heads
from courtyard.rooms.model import (
    BAN,
    CANONICAL_ALIAS,
    CREATE,
    JOIN,
    MEMBER,
    POWER_LEVELS,
    TOMBSTONE,
    NotAllowed,
)
from courtyard.rooms.rules_actions import CHANNEL, MOMENTS
from courtyard.rooms.rules_power import creators, power_level, required_level
from courtyard.rooms.rules_summary import SPACE, SPACE_CHILD
from courtyard.rooms.rules_upgrade import (
    CARRIED,
    alias_contents,
    closed_power_levels,
    create_content,
    power_levels_content,
)
from courtyard.rooms.send import joined_head
from courtyard.rooms.store import directory as directory_store
from courtyard.rooms.store import discovery
from courtyard.rooms.store import events as store
from courtyard.rooms.stored import content_of
from courtyard.rooms.versions import ROOM_VERSIONS
from courtyard.storage.tx import WriteTx

BANS_MAX = 1_000
"""Bans that are taken over at the most, the newest first."""

CHILDREN_MAX = 1_000
"""Children of a space that are taken over at the most."""

TOMBSTONE_BODY = "This room has been replaced."

Content = dict[str, object]


def upgrade_room(
    tx: WriteTx,
    user_id: UserId,
    room_id: RoomId,
    version_id: str,
    additional_creators: Sequence[str] = (),
) -> RoomId:
    """Make a room that replaces another one, and return its id.

    Args:
        version_id: the room version of the new room.
        additional_creators: who else creates the new room, in versions that know that.

    Raises:
        RoomNotFoundError: the user is not joined, or there is no such room.
        NotAllowed: the user may not send a tombstone.
        UnsupportedRoomVersionError: we do not build that version.
        InvalidRoomStateError: the old room's state does not make a room of that version.
        RestrictedError, LimitExceededError: as they say.

    spec: client-server-api#post_matrixclientv3roomsroomidupgrade
    """
    version = ROOM_VERSIONS.get(version_id)
    if version is None:
        message = f"Room version {version_id!r} is not supported."
        raise UnsupportedRoomVersionError(message)
    try:
        old = joined_head(tx, user_id, room_id)
    except NotInRoomError as error:
        message = "There is no such room, or you are not in it."
        raise RoomNotFoundError(message) from error
    # spec: 1. The user may send a tombstone.
    if power_level(user_id, old, old.version) < required_level(TOMBSTONE, old, is_state=True):
        message = "Your power level is too low to replace this room."
        raise NotAllowed(message)
    others: list[str] = []
    if version.creators_privileged:
        others = [parse_user_id(user) for user in additional_creators]
    kind = {MOMENTS: Action.CREATE_MOMENTS, CHANNEL: Action.CREATE_CHANNEL}
    permit = admit(tx, user_id, kind.get(old.room_type or "", Action.CREATE_GROUP))

    new = Head(tx.next_position(), RoomId(""), version)
    new.is_direct = old.is_direct
    predecessor: Content = {"room_id": room_id}
    if not version.create_event_room_id_is_hash:
        # The id is chosen and not made from the create event, so each room can name the other's event.
        new.room_id = new_room_id(tx)
        predecessor["event_id"] = _bury(tx, permit, old, new.room_id)
    create = old.get(CREATE, "")
    assert create is not None
    content = create_content(create.content, version, user_id, others, predecessor)
    try:
        _build(tx, permit, old, new, content)
    except NotAllowed as error:
        raise InvalidRoomStateError(error.message) from error
    if version.create_event_room_id_is_hash:
        _bury(tx, permit, old, new.room_id)
    _move_names(tx, permit, old, new)
    _close(tx, permit, old)
    carry_over(tx, user_id, (old.room_no, old.room_id), (new.room_no, new.room_id))
    return new.room_id


def _build(tx: WriteTx, permit: Permit, old: Head, new: Head, creation: Content) -> None:
    """Append the first events of the new room.

    Power levels come last: until then the creator may do everything that the state to be taken over needs.
    """
    user_id = permit.actor
    _put(tx, permit, new, CREATE, creation)
    row = store.room_by_no(tx, old.room_no)
    assert row is not None
    tx.run(
        store.INSERT_ROOM,
        room_no=new.room_no,
        room_id=new.room_id,
        version=new.version.id,
        creator=user_id,
        position=new.room_no,
        published=row.published,
        is_direct=int(new.is_direct),
    )
    directory_store.publish(tx, old.room_no, published=False)
    tx.memory(Heads).put(tx, new.bind(tx))
    name, avatar = member_profile(tx, user_id)
    profile = {"displayname": name, "avatar_url": avatar}
    member: Content = {key: value for key, value in profile.items() if value is not None}
    _put(tx, permit, new, MEMBER, {"membership": JOIN, **member}, user_id)
    for type in CARRIED:
        event = old.get(type, "")
        if event is not None and event.content:
            _put(tx, permit, new, type, event.content)
    if new.room_type == SPACE:
        for key, _, _, json in discovery.state_of_type(
            tx, old.room_no, SPACE_CHILD, count=CHILDREN_MAX
        ):
            if content_of(json):
                _put(tx, permit, new, SPACE_CHILD, content_of(json), key)
    _carry_bans(tx, permit, old, new)
    levels = old.get(POWER_LEVELS, "")
    create, old_create = new.get(CREATE, ""), old.get(CREATE, "")
    assert create is not None
    assert old_create is not None
    if levels is not None:
        privileged = creators(old_create, old.version) if old.version.creators_privileged else ()
        founders = set(creators(create, new.version))
        content = power_levels_content(levels.content, new.version, privileged, founders)
        _put(tx, permit, new, POWER_LEVELS, content)


def _carry_bans(tx: WriteTx, permit: Permit, old: Head, new: Head) -> None:
    for user_id, json in discovery.banned(tx, old.room_no, count=BANS_MAX):
        content: Content = {"membership": BAN}
        reason = content_of(json).get("reason")
        if isinstance(reason, str):
            content["reason"] = reason
        try:
            _put(tx, permit, new, MEMBER, content, user_id)
        except NotAllowed:
            # An additional creator cannot be banned: they stand above everybody.
            continue


def _bury(tx: WriteTx, permit: Permit, old: Head, new_id: RoomId) -> EventId:
    content: Content = {"body": TOMBSTONE_BODY, "replacement_room": new_id}
    return _put(tx, permit, old, TOMBSTONE, content)


def _move_names(tx: WriteTx, permit: Permit, old: Head, new: Head) -> None:
    directory_store.move_aliases(tx, old.room_no, new.room_no)
    standing = old.get(CANONICAL_ALIAS, "")
    if standing is None:
        return
    moved = directory_store.aliases_of(tx, new.room_no)
    content, rest = alias_contents(standing.content, moved)
    if content:
        _try_put(tx, permit, new, CANONICAL_ALIAS, content)
        _try_put(tx, permit, old, CANONICAL_ALIAS, rest)


def _close(tx: WriteTx, permit: Permit, old: Head) -> None:
    levels = old.get(POWER_LEVELS, "")
    if levels is None:
        return
    content = closed_power_levels(levels.content)
    if content != levels.content:
        _try_put(tx, permit, old, POWER_LEVELS, content)


def _try_put(tx: WriteTx, permit: Permit, head: Head, type: str, content: Content) -> None:
    """Set state if the rules let the user; the upgrade does not depend on it."""
    try:
        _put(tx, permit, head, type, content)
    except NotAllowed:
        return


def _put(
    tx: WriteTx, permit: Permit, head: Head, type: str, content: Content, state_key: str = ""
) -> EventId:
    draft = Draft(
        room_id=head.room_id,
        type=type,
        sender=permit.actor,
        content=content,
        state_key=state_key,
    )
    return append(tx, permit, draft, head).event.event_id

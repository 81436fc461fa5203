"""Creating a room: all of its first events in one transaction, or none.

spec: client-server-api#creation
"""

import secrets
import string
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from courtyard.accounts.profile import member_profile
from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import RoomAlias, RoomId, UserId, parse_room_alias, parse_user_id
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.rooms.append import Draft, append
from courtyard.rooms.errors import (
    InvalidRoomStateError,
    RoomAliasInUseError,
    UnsupportedRoomVersionError,
)
from courtyard.rooms.group_calls import OLD_MEMBER, is_offered
from courtyard.rooms.heads import Head, Heads
from courtyard.rooms.membership import invite_with
from courtyard.rooms.model import (
    CANONICAL_ALIAS,
    CREATE,
    GUEST_ACCESS,
    HISTORY_VISIBILITY,
    INVITE,
    JOIN,
    JOIN_RULES,
    MEMBER,
    NAME,
    POWER_LEVELS,
    TOPIC,
    NotAllowed,
)
from courtyard.rooms.rules_actions import CHANNEL, MOMENTS
from courtyard.rooms.rules_content import check_content
from courtyard.rooms.send import check_type
from courtyard.rooms.store import directory as directory_store
from courtyard.rooms.store import events as store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.versions import ROOM_VERSIONS
from courtyard.storage.tx import WriteTx

INVITES_MAX = 200
INITIAL_STATE_MAX = 200

Preset = Literal["private_chat", "trusted_private_chat", "public_chat"]

PRESETS: dict[str, tuple[str, str, str]] = {
    "private_chat": ("invite", "shared", "can_join"),
    "trusted_private_chat": ("invite", "shared", "can_join"),
    "public_chat": ("public", "shared", "forbidden"),
}
"""Preset → (join rule, history visibility, guest access)."""


class InitialState(msgspec.Struct, frozen=True):
    """One state event to set at creation."""

    type: str
    content: dict[str, object]
    state_key: str = ""


class NewRoom(msgspec.Struct, frozen=True):
    """The body of `POST /createRoom`."""

    creation_content: dict[str, object] | None = None
    initial_state: Annotated[list[InitialState], Meta(max_length=INITIAL_STATE_MAX)] | None = None
    invite: Annotated[list[str], Meta(max_length=INVITES_MAX)] | None = None
    invite_3pid: list[dict[str, object]] | None = None
    is_direct: bool | None = None
    name: str | None = None
    power_level_content_override: dict[str, object] | None = None
    preset: Preset | None = None
    room_alias_name: str | None = None
    room_version: str | None = None
    topic: str | None = None
    visibility: Literal["public", "private"] | None = None


def create_room(
    tx: WriteTx, user_id: UserId, wish: NewRoom, permit: Permit | None = None
) -> RoomId:
    """Make a room and return its id.

    Args:
        permit: of the server itself, from `admit_server`; None: the gate is asked.

    Raises:
        UnsupportedRoomVersionError: we do not build that version.
        RoomAliasInUseError: the alias belongs to another room.
        InvalidRoomStateError: the events asked for contradict the room's own rules.
        InviteBlockedError, RestrictedError, LimitExceededError: as they say.

    spec: client-server-api#post_matrixclientv3createroom
    """
    version_id = wish.room_version or tx.settings.default_room_version
    version = ROOM_VERSIONS.get(version_id)
    if version is None:
        message = f"Room version {version_id!r} is not supported."
        raise UnsupportedRoomVersionError(message)
    invitees = [parse_user_id(user) for user in wish.invite or ()]
    alias = _alias(tx, wish)
    creation = dict(wish.creation_content or {})
    if permit is None:
        permit = admit(tx, user_id, _action(creation, wish, tx, user_id, invitees), _only(invitees))
    if wish.visibility == "public":
        admit(tx, user_id, Action.LIST_PUBLICLY)
    creation.pop("creator", None)
    creation["room_version"] = version_id
    if not version.implicit_creator:
        creation["creator"] = user_id
    preset = wish.preset or ("public_chat" if wish.visibility == "public" else "private_chat")
    if version.creators_privileged:
        _add_creators(creation, user_id, invitees if preset == "trusted_private_chat" else [])
    else:
        creation.pop("additional_creators", None)

    head = Head(tx.next_position(), RoomId(""), version)
    head.is_direct = bool(wish.is_direct)
    if not version.create_event_room_id_is_hash:
        head.room_id = new_room_id(tx)
    try:
        _write(tx, permit, head, wish, creation, preset, alias, invitees)
    except NotAllowed as error:
        raise InvalidRoomStateError(error.message) from error
    return head.room_id


def _write(  # what create_room has worked out
    tx: WriteTx,
    permit: Permit,
    head: Head,
    wish: NewRoom,
    creation: dict[str, object],
    preset: str,
    alias: RoomAlias | None,
    invitees: list[UserId],
) -> None:
    user_id = permit.actor

    def put(type: str, content: dict[str, object], state_key: str = "") -> None:
        draft = Draft(
            room_id=head.room_id,
            type=type,
            sender=user_id,
            content=content,
            state_key=state_key,
        )
        append(tx, permit, draft, head)

    put(CREATE, creation)
    # From version 12 the id is only known now: it is the hash of the event just made.
    tx.run(
        store.INSERT_ROOM,
        room_no=head.room_no,
        room_id=head.room_id,
        version=head.version.id,
        creator=user_id,
        position=head.room_no,
        published=int(wish.visibility == "public"),
        is_direct=int(head.is_direct),
    )
    heads = tx.memory(Heads)
    heads.put(tx, head.bind(tx))
    put(MEMBER, _own_member(tx, user_id, wish), user_id)
    has_calls = is_offered(tx.settings)
    levels = _power_levels(head, wish, preset, user_id, invitees, has_calls=has_calls)
    put(POWER_LEVELS, levels)
    if alias is not None:
        directory_store.add_alias(tx, alias, head.room_no, user_id)
        put(CANONICAL_ALIAS, {"alias": alias})
    join_rule, visibility, guests = PRESETS[preset]
    given = {(event.type, event.state_key) for event in wish.initial_state or ()}
    for type, key, value in (
        (JOIN_RULES, "join_rule", join_rule),
        (HISTORY_VISIBILITY, "history_visibility", visibility),
        (GUEST_ACCESS, "guest_access", guests),
    ):
        if (type, "") not in given:
            put(type, {key: value})
    for event in wish.initial_state or ():
        if event.type in (CREATE, MEMBER):
            message = f"{event.type} cannot be part of initial_state."
            raise InvalidParamError(message)
        check_type(event.type)
        check_content(event.type, event.state_key, event.content)
        if event.type == CANONICAL_ALIAS:
            directory_store.check_canonical(tx, head.room_no, None, event.content)
        put(event.type, event.content, event.state_key)
    if wish.name is not None:
        put(NAME, {"name": wish.name})
    if wish.topic is not None:
        put(TOPIC, topic_content(wish.topic))
    for invitee in invitees:
        content: dict[str, object] = {"membership": INVITE}
        if wish.is_direct:
            content["is_direct"] = True
        invite_with(tx, permit, head, invitee, content)


def topic_content(topic: str) -> dict[str, object]:
    """Return the content of a plain topic, in the old form and the new one.

    spec: client-server-api#mroomtopic
    """
    return {
        "topic": topic,
        "m.topic": {"m.text": [{"body": topic, "mimetype": "text/plain"}]},
    }


def _own_member(tx: WriteTx, user_id: UserId, wish: NewRoom) -> dict[str, object]:
    content: dict[str, object] = {"membership": JOIN}
    name, avatar = member_profile(tx, user_id)
    if name is not None:
        content["displayname"] = name
    if avatar is not None:
        content["avatar_url"] = avatar
    if wish.is_direct:
        content["is_direct"] = True
    return content


def _power_levels(  # one for each thing they follow from
    head: Head,
    wish: NewRoom,
    preset: str,
    user_id: UserId,
    invitees: list[UserId],
    *,
    has_calls: bool,
) -> dict[str, object]:
    users: dict[str, int] = {}
    if not head.version.creators_privileged:
        users[user_id] = 100
        if preset == "trusted_private_chat":
            users.update(dict.fromkeys(invitees, 100))
    events = {
        "m.room.name": 50,
        "m.room.power_levels": 100,
        "m.room.history_visibility": 100,
        "m.room.canonical_alias": 50,
        "m.room.avatar": 50,
        "m.room.tombstone": 150 if head.version.creators_privileged else 100,
        "m.room.server_acl": 100,
        "m.room.encryption": 100,
    }
    if has_calls and head.room_type is None and preset != "public_chat":
        # Whoever may write may call. For a crowd somebody has to say so.
        events[OLD_MEMBER] = 0
    content: dict[str, object] = {
        "users": users,
        "users_default": 0,
        "events": events,
        "events_default": 0,
        "state_default": 50,
        "ban": 50,
        "kick": 50,
        "redact": 50,
        "invite": 0 if preset != "public_chat" else 50,
        "historical": 100,
    }
    override = wish.power_level_content_override or {}
    content.update(override)
    check_content(POWER_LEVELS, "", content)
    return content


def _add_creators(creation: dict[str, object], user_id: UserId, invitees: list[UserId]) -> None:
    named = creation.get("additional_creators", [])
    if not isinstance(named, list) or not all(isinstance(user, str) for user in named):
        message = "additional_creators must be an array of user IDs."
        raise InvalidParamError(message)
    for user in named:
        parse_user_id(user)
    creators = [user for user in dict.fromkeys([*named, *invitees]) if user != user_id]
    if creators:
        creation["additional_creators"] = creators
    else:
        creation.pop("additional_creators", None)


def _action(
    creation: dict[str, object],
    wish: NewRoom,
    tx: WriteTx,
    user_id: UserId,
    invitees: list[UserId],
) -> Action:
    room_type = creation.get("type")
    if room_type == MOMENTS:
        return Action.CREATE_MOMENTS
    if room_type == CHANNEL:
        return Action.CREATE_CHANNEL
    other = _only(invitees)
    if wish.is_direct and other is not None:
        known = members_store.shares_room(tx, user_id, other)
        return Action.SEND_DM if known else Action.START_DM
    return Action.CREATE_GROUP


def _only(invitees: list[UserId]) -> UserId | None:
    return invitees[0] if len(invitees) == 1 else None


def _alias(tx: WriteTx, wish: NewRoom) -> RoomAlias | None:
    name = wish.room_alias_name
    if name is None:
        return None
    if not name or ":" in name or name.startswith("#"):
        message = "room_alias_name is only the part between # and the colon."
        raise InvalidParamError(message)
    alias = parse_room_alias(f"#{name}:{tx.settings.server_name}")
    if directory_store.find_alias(tx, alias) is not None:
        message = f"{alias} belongs to another room."
        raise RoomAliasInUseError(message)
    return alias


def new_room_id(tx: WriteTx) -> RoomId:
    """Return a random id for a room of a version before 12."""
    return RoomId(f"!{random_localpart()}:{tx.settings.server_name}")


def random_localpart() -> str:
    """Return 18 random letters, as room ids had before they became hashes."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(18))

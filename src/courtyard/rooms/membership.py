"""Joining, inviting, knocking, leaving, removing, banning: everything that changes a membership.

spec: client-server-api#room-membership
"""

from collections.abc import Mapping

from courtyard.accounts.profile import member_profile
from courtyard.base.errors import ForbiddenError, InvalidParamError
from courtyard.base.ids import EventId, RoomId, UserId, domain
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.rooms.append import Draft, append
from courtyard.rooms.carry_over import carry_over_on_join
from courtyard.rooms.errors import (
    CannotLeaveServerNoticeRoomError,
    InviteBlockedError,
    NotInRoomError,
    RoomNotFoundError,
    StillInRoomError,
)
from courtyard.rooms.heads import Head, Heads
from courtyard.rooms.invite_permission import blocks_invites
from courtyard.rooms.model import (
    BAN,
    INVITE,
    JOIN,
    JOIN_RULES,
    KNOCK,
    KNOCK_RESTRICTED,
    LEAVE,
    MEMBER,
    MEMBERSHIPS,
    RESTRICTED,
    NotAllowed,
)
from courtyard.rooms.rules import join_rule_of, membership_of
from courtyard.rooms.rules_actions import CHANNEL, MOMENTS, NOTICES
from courtyard.rooms.rules_content import check_content
from courtyard.rooms.rules_power import action_level, power_level
from courtyard.rooms.send import other_in_direct
from courtyard.rooms.store import directory as directory_store
from courtyard.rooms.store import events as store
from courtyard.rooms.store import members as members_store
from courtyard.storage.tx import WriteTx

Content = dict[str, object]

_OURS_IN_JOIN = frozenset(
    {
        "membership",
        "displayname",
        "avatar_url",
        "is_direct",
        "join_authorised_via_users_server",
        "third_party_invite",
        "third_party_signed",
    }
)
"""What the server alone writes into the member event of somebody who joins."""


def resolve(tx: WriteTx, room_id_or_alias: str) -> RoomId:
    """Return the room that an id or alias names.

    Raises:
        RoomNotFoundError: none.
    """
    if room_id_or_alias.startswith("#"):
        found = directory_store.find_alias(tx, room_id_or_alias)
        if found is not None:
            return found[0]
    elif room_id_or_alias.startswith("!"):
        room = store.room(tx, RoomId(room_id_or_alias))
        if room is not None:
            return room.room_id
    else:
        message = "That is neither a room ID nor a room alias."
        raise InvalidParamError(message)
    message = "There is no such room."
    raise RoomNotFoundError(message)


def join(
    tx: WriteTx, user_id: UserId, room_id_or_alias: str, extra: Mapping[str, object] | None = None
) -> RoomId:
    """Join a room. Who is joined already stays so, and nothing is written.

    Args:
        extra: what the client wants to say in its member event besides: a reason, or keys of its own.

    Raises:
        RoomNotFoundError: there is no such room.
        NotAllowed: the join rule keeps the user out.
        BadJsonError: `extra` has a known key with a value that it cannot have.

    spec: client-server-api#post_matrixclientv3joinroomidoralias
    """
    room_id = resolve(tx, room_id_or_alias)
    head = tx.memory(Heads).get(tx, room_id)
    if user_id in head.joined:
        return room_id
    content: Content = {k: v for k, v in (extra or {}).items() if k not in _OURS_IN_JOIN}
    content["membership"] = JOIN
    _with_profile(tx, user_id, content)
    check_content(MEMBER, user_id, content)
    _authorise_restricted(tx, head, user_id, content)
    action = {
        MOMENTS: Action.JOIN_MOMENTS,
        CHANNEL: Action.FOLLOW_CHANNEL,
        NOTICES: Action.JOIN_DM,
    }.get(head.room_type or "", Action.JOIN_DM if head.is_direct else Action.JOIN_GROUP)
    permit = admit(tx, user_id, action)
    _append(tx, permit, head, user_id, content)
    carry_over_on_join(tx, user_id, head)
    return room_id


def knock(tx: WriteTx, user_id: UserId, room_id_or_alias: str, reason: str | None = None) -> RoomId:
    """Ask to be let in.

    spec: client-server-api#knocking-on-rooms
    """
    room_id = resolve(tx, room_id_or_alias)
    head = tx.memory(Heads).get(tx, room_id)
    content = _content(KNOCK, reason)
    _with_profile(tx, user_id, content)
    _append(tx, admit(tx, user_id, Action.KNOCK), head, user_id, content)
    return room_id


def invite(
    tx: WriteTx, user_id: UserId, room_id: RoomId, target: UserId, reason: str | None = None
) -> None:
    """Invite somebody.

    Raises:
        InviteBlockedError: they let nobody invite them.
        NotAllowed: they are in the room or banned from it, or the inviter's power level is too low.

    spec: client-server-api#post_matrixclientv3roomsroomidinvite
    """
    head = _member_head(tx, user_id, room_id)
    action = Action.INVITE_GROUP
    if head.is_direct:
        action = (
            Action.SEND_DM if members_store.shares_room(tx, user_id, target) else Action.START_DM
        )
    content = _content(INVITE, reason)
    if head.is_direct:
        content["is_direct"] = True
    invite_with(tx, admit(tx, user_id, action, target), head, target, content)


def invite_with(tx: WriteTx, permit: Permit, head: Head, target: UserId, content: Content) -> None:
    """Append an invitation that the gate has permitted; also for rooms that are being created."""
    if domain(target) != tx.settings.server_name:
        message = f"{target} is on another server, and this one does not federate."
        raise ForbiddenError(message)
    if membership_of(target, head) not in (JOIN, BAN) and blocks_invites(tx, target):
        message = f"{target} does not accept invitations."
        raise InviteBlockedError(message)
    _with_profile(tx, target, content)
    _append(tx, permit, head, target, content)


def leave(tx: WriteTx, user_id: UserId, room_id: RoomId, reason: str | None = None) -> None:
    """Leave a room, refuse an invitation or withdraw a knock. Having left already is no error.

    Raises:
        CannotLeaveServerNoticeRoomError: decisions about the account are told and answered there.

    spec: client-server-api#post_matrixclientv3roomsroomidleave
    """
    head = tx.memory(Heads).get(tx, room_id)
    membership = membership_of(user_id, head)
    if membership == LEAVE and head.get(MEMBER, user_id) is not None:
        return
    if membership not in (JOIN, INVITE, KNOCK):
        message = "You are not in this room."
        raise NotInRoomError(message)
    if head.room_type == NOTICES:
        message = "This is where you are told about decisions and can answer; it cannot be left."
        raise CannotLeaveServerNoticeRoomError(message)
    _append(tx, admit(tx, user_id, Action.LEAVE), head, user_id, _content(LEAVE, reason))


def kick(
    tx: WriteTx, user_id: UserId, room_id: RoomId, target: UserId, reason: str | None = None
) -> None:
    """Remove somebody from a room, or take back their invitation.

    spec: client-server-api#post_matrixclientv3roomsroomidkick
    """
    head = _member_head(tx, user_id, room_id)
    if membership_of(target, head) not in (JOIN, INVITE, KNOCK):
        message = f"{target} is not in the room."
        raise NotAllowed(message)
    permit = admit(tx, user_id, Action.MODERATE_GROUP)
    _append(tx, permit, head, target, _content(LEAVE, reason))


def ban(
    tx: WriteTx, user_id: UserId, room_id: RoomId, target: UserId, reason: str | None = None
) -> None:
    """Keep somebody out of a room.

    spec: client-server-api#post_matrixclientv3roomsroomidban
    """
    head = _member_head(tx, user_id, room_id)
    permit = admit(tx, user_id, Action.MODERATE_GROUP)
    content = _content(BAN, reason)
    _keep_profile(head, target, content)
    _append(tx, permit, head, target, content)


def unban(
    tx: WriteTx, user_id: UserId, room_id: RoomId, target: UserId, reason: str | None = None
) -> None:
    """Let somebody in again who was banned.

    spec: client-server-api#post_matrixclientv3roomsroomidunban
    """
    head = _member_head(tx, user_id, room_id)
    if membership_of(target, head) != BAN:
        message = f"{target} is not banned."
        raise NotAllowed(message)
    permit = admit(tx, user_id, Action.MODERATE_GROUP)
    _append(tx, permit, head, target, _content(LEAVE, reason))


def forget(tx: WriteTx, user_id: UserId, room_id: RoomId) -> None:
    """Hide a room that was left, with its history, from the user for good.

    spec: client-server-api#post_matrixclientv3roomsroomidforget
    """
    head = tx.memory(Heads).get(tx, room_id)
    membership = membership_of(user_id, head)
    if membership in (JOIN, INVITE, KNOCK):
        message = "Leave the room before you forget it."
        raise StillInRoomError(message)
    if head.get(MEMBER, user_id) is None:
        message = "You are not in this room."
        raise NotInRoomError(message)
    admit(tx, user_id, Action.FORGET)
    members_store.set_forgotten(tx, user_id, head.room_no, forgotten=True)


def set_membership(
    tx: WriteTx, user_id: UserId, room_id: RoomId, target: UserId, content: Content
) -> EventId:
    """Set a member event by hand, as `PUT …/state/m.room.member/…` does, and return its id.

    The same checks hold as for the endpoint that is made for the change.
    """
    check_content(MEMBER, target, content)
    membership = content.get("membership")
    if membership not in MEMBERSHIPS:
        message = f"{membership!r} is no membership."
        raise InvalidParamError(message)
    head = tx.memory(Heads).get(tx, room_id)
    standing = head.get(MEMBER, target)
    if standing is not None and standing.content == content and standing.sender == user_id:
        return standing.event_id
    if membership == INVITE:
        _member_head(tx, user_id, room_id)
        action = Action.START_DM if head.is_direct else Action.INVITE_GROUP
        invite_with(tx, admit(tx, user_id, action, target), head, target, dict(content))
    elif target != user_id:
        _member_head(tx, user_id, room_id)
        permit = admit(tx, user_id, Action.MODERATE_GROUP)
        _append(tx, permit, head, target, content)
    elif membership == LEAVE:
        permit = admit(tx, user_id, Action.LEAVE)
        if head.room_type == NOTICES:
            message = "This is where you are told about decisions; it cannot be left."
            raise CannotLeaveServerNoticeRoomError(message)
        _append(tx, permit, head, target, content)
    elif membership == KNOCK:
        _append(tx, admit(tx, user_id, Action.KNOCK), head, target, content)
    elif user_id in head.joined:
        # A name or picture for this room alone: said to the people in it, so no public profile.
        action = Action.SEND_DM if head.is_direct else Action.SET_STATE_GROUP
        _append(
            tx, admit(tx, user_id, action, other_in_direct(head, user_id)), head, target, content
        )
    else:
        joining = dict(content)
        _authorise_restricted(tx, head, user_id, joining)
        action = Action.JOIN_DM if head.is_direct else Action.JOIN_GROUP
        _append(tx, admit(tx, user_id, action), head, target, joining)
    now_standing = head.get(MEMBER, target)
    assert now_standing is not None
    return now_standing.event_id


def _content(membership: str, reason: str | None) -> Content:
    content: Content = {"membership": membership}
    if reason is not None:
        content["reason"] = reason
    return content


def _with_profile(tx: WriteTx, user_id: UserId, content: Content) -> None:
    name, avatar = member_profile(tx, user_id)
    if name is not None:
        content["displayname"] = name
    if avatar is not None:
        content["avatar_url"] = avatar


def _keep_profile(head: Head, target: UserId, content: Content) -> None:
    standing = head.get(MEMBER, target)
    if standing is None:
        return
    for key in ("displayname", "avatar_url"):
        if key in standing.content:
            content[key] = standing.content[key]


def _member_head(tx: WriteTx, user_id: UserId, room_id: RoomId) -> Head:
    head = tx.memory(Heads).get(tx, room_id)
    if user_id not in head.joined:
        message = "You are not in this room."
        raise NotInRoomError(message)
    return head


def _append(tx: WriteTx, permit: Permit, head: Head, target: UserId, content: Content) -> None:
    draft = Draft(
        room_id=head.room_id, type=MEMBER, sender=permit.actor, state_key=target, content=content
    )
    append(tx, permit, draft, head)


def _authorise_restricted(tx: WriteTx, head: Head, user_id: UserId, content: Content) -> None:
    """Name a member who vouches for a join that another room's membership permits.

    spec: client-server-api#restricted-rooms
    """
    content.pop("join_authorised_via_users_server", None)
    if join_rule_of(head) not in (RESTRICTED, KNOCK_RESTRICTED):
        return
    if membership_of(user_id, head) in (INVITE, JOIN) or not _meets_condition(tx, head, user_id):
        return
    needed = action_level("invite", head)
    for member in head.joined:
        if power_level(member, head, head.version) >= needed:
            content["join_authorised_via_users_server"] = member
            return


def _meets_condition(tx: WriteTx, head: Head, user_id: UserId) -> bool:
    rules = head.get(JOIN_RULES, "")
    allow = rules.content.get("allow") if rules is not None else None
    for condition in allow if isinstance(allow, list) else ():
        if not isinstance(condition, dict) or condition.get("type") != "m.room_membership":
            continue
        room_id = condition.get("room_id")
        room = store.room(tx, RoomId(room_id)) if isinstance(room_id, str) else None
        if room is None:
            continue
        row = members_store.membership(tx, user_id, room.room_no)
        if row is not None and row.membership == JOIN:
            return True
    return False

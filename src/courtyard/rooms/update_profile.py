"""Changing one's profile, and telling every room one is in.

spec: client-server-api#profiles
"""

from collections.abc import Callable

import msgspec

from courtyard.accounts.profile import delete_profile_field, member_profile, set_profile_field
from courtyard.base.errors import TooLargeError
from courtyard.base.ids import UserId
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.rooms.append import Draft, append
from courtyard.rooms.heads import Head, Heads
from courtyard.rooms.model import MEMBER, NotAllowed
from courtyard.rooms.store import discovery
from courtyard.rooms.store import events as store
from courtyard.storage.tx import WriteTx

ROOMS_AT_ONCE = 1_000
"""Rooms that are told in the transaction of the change. The rest follows in further ones."""

TOLD = ("displayname", "avatar_url")
"""The fields that member events carry."""

ON_TOLD: list[Callable[[WriteTx, UserId], None]] = []
"""Called with (tx, user_id) in the transaction in which one of `TOLD` changed, before the rooms are told. `app` adds
what higher floors tell of it."""

_OF_ONE_JOIN = ("reason", "third_party_invite", "join_authorised_via_users_server")
"""What a member event says about how somebody came in, and not about who they are."""


class Untold(msgspec.Struct, frozen=True):
    """Rooms that are yet to be told of a changed profile."""

    permit: Permit
    after: int
    """They have a number above this one."""


def set_field(tx: WriteTx, user_id: UserId, field: str, value: object) -> Untold | None:
    """Store one field of the account's profile and tell the rooms.

    Returns:
        What `tell_more` has to be called with next; None when all is done.

    Raises:
        InvalidParamError, BadJsonError, KeyTooLargeError, ProfileTooLargeError: the field is not accepted.
        RestrictedError, LimitExceededError: as they say.

    spec: client-server-api#put_matrixclientv3profileuseridkeyname
    """
    permit = admit(tx, user_id, Action.PROFILE_EDIT)
    changed = set_profile_field(tx, user_id, field, value)
    return _tell_all(tx, permit) if changed and field in TOLD else None


def delete_field(tx: WriteTx, user_id: UserId, field: str) -> Untold | None:
    """Delete one field of the account's profile and tell the rooms; see `set_field`.

    spec: client-server-api#delete_matrixclientv3profileuseridkeyname
    """
    permit = admit(tx, user_id, Action.PROFILE_EDIT)
    changed = delete_profile_field(tx, user_id, field)
    return _tell_all(tx, permit) if changed and field in TOLD else None


def _tell_all(tx: WriteTx, permit: Permit) -> Untold | None:
    for hook in ON_TOLD:
        hook(tx, permit.actor)
    return _tell(tx, permit, 0)


def tell_more(tx: WriteTx, untold: Untold) -> Untold | None:
    """Tell further rooms of the profile as it is now."""
    return _tell(tx, untold.permit, untold.after)


def _tell(tx: WriteTx, permit: Permit, after: int) -> Untold | None:
    user_id = permit.actor
    room_nos = discovery.joined_room_nos(tx, user_id, after=after, count=ROOMS_AT_ONCE)
    name, avatar = member_profile(tx, user_id)
    for room_no in room_nos:
        room = store.room_by_no(tx, room_no)
        assert room is not None
        _tell_room(tx, permit, tx.memory(Heads).get(tx, room.room_id), name, avatar)
    return Untold(permit, room_nos[-1]) if len(room_nos) == ROOMS_AT_ONCE else None


def _tell_room(
    tx: WriteTx, permit: Permit, head: Head, name: str | None, avatar: str | None
) -> None:
    standing = head.get(MEMBER, permit.actor)
    assert standing is not None
    content = {key: value for key, value in standing.content.items() if key not in _OF_ONE_JOIN}
    for key, value in (("displayname", name), ("avatar_url", avatar)):
        if value is None:
            content.pop(key, None)
        else:
            content[key] = value
    if content == standing.content:
        return
    draft = Draft(
        room_id=head.room_id,
        type=MEMBER,
        sender=permit.actor,
        content=content,
        state_key=permit.actor,
    )
    try:
        append(tx, permit, draft, head)
    except (NotAllowed, TooLargeError):
        # A room whose own rules (or a content that somebody filled up by hand) refuse the event keeps the old
        # name. That is no reason to keep the account from changing its profile.
        return

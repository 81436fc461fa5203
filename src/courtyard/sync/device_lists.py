"""Whose devices a user has to look at again, and whose no longer: what `/sync` and `/keys/changes` tell.

A user follows the devices of everybody they share a room with, or who is invited to one of their rooms: messages are
encrypted for those, too. So besides changed devices, people come and go with rooms.

spec: client-server-api#tracking-the-device-list-for-a-user
"""

from collections.abc import Iterable
from typing import NamedTuple

from courtyard.base.ids import UserId
from courtyard.e2ee.device_lists import changed_for_signer, changed_users
from courtyard.rooms import log
from courtyard.rooms.model import BAN, JOIN, LEAVE, MEMBER
from courtyard.rooms.stored import content_of
from courtyard.storage.tx import ReadTx


class Movements(NamedTuple):
    """Who came together with a user in rooms, and who parted, between two positions."""

    came: set[UserId]
    """Others who joined rooms that the user is in."""
    invited: set[UserId]
    """Others who were invited to rooms that the user is in."""
    met: set[UserId]
    """Everybody in rooms that the user joined, themselves included."""
    parted: set[UserId]


def device_list_changes(
    tx: ReadTx, user_id: UserId, moved: Movements, *, after: int, upto: int
) -> dict[str, list[UserId]]:
    """Return `changed` and `left` between two positions; only what is not empty."""
    changed = {
        other
        for other in changed_users(tx, after, upto)
        if other == user_id or log.writes_to(tx, user_id, other)
    }
    changed.update(changed_for_signer(tx, user_id, after, upto))
    # Their own id too, when they join a room: clients expect it, for the user's other devices.
    changed.update(moved.came, moved.invited, moved.met)
    left = {
        other
        for other in moved.parted
        if other != user_id and not log.writes_to(tx, user_id, other)
    }
    # Whoever came and went is only gone.
    found = {"changed": sorted(changed - left), "left": sorted(left)}
    return {name: users for name, users in found.items() if users}


def movements(
    tx: ReadTx, user_id: UserId, glances: Iterable[log.RoomGlance], *, after: int, upto: int
) -> Movements:
    """Return whom a user shares rooms with since a position, and whom perhaps no longer."""
    came: set[UserId] = set()
    asked: set[UserId] = set()
    met: set[UserId] = set()
    went: set[UserId] = set()
    for glance in glances:
        if glance.membership == JOIN and glance.last_event > after:
            joined = log.joined(tx, glance.room_no)
            if glance.position > after and not _was_joined(tx, glance.room_no, user_id, after):
                met.update(joined)
                continue
            moved = set(log.members_changed(tx, glance.room_no, after=after, upto=upto))
            moved.discard(user_id)
            invited = log.invited(tx, glance.room_no) if moved - joined.keys() else set()
            came |= moved & joined.keys()
            asked |= moved & invited
            went |= moved - joined.keys() - invited
        elif (
            glance.membership in (LEAVE, BAN)
            and after < glance.position <= upto
            and _was_joined(tx, glance.room_no, user_id, after)
        ):
            went.update(log.joined_at(tx, glance.room_no, position=after))
    return Movements(came, asked, met, went)


def _was_joined(tx: ReadTx, room_no: int, user_id: UserId, position: int) -> bool:
    event = log.state_event_at(tx, room_no, MEMBER, user_id, position)
    return event is not None and content_of(event.json).get("membership") == JOIN

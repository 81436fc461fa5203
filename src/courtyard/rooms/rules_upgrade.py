"""What a room's replacement takes over from it, as contents. Pure.

spec: client-server-api#room-upgrades
"""

from collections.abc import Collection
from typing import Any

from courtyard.rooms import model
from courtyard.rooms.model import RoomVersion

CARRIED = (
    model.SERVER_ACL,
    model.ENCRYPTION,
    model.NAME,
    model.AVATAR,
    model.TOPIC,
    model.GUEST_ACCESS,
    model.HISTORY_VISIBILITY,
    model.JOIN_RULES,
)
"""State that the new room starts with, besides power levels, which come last."""

ADMIN_LEVEL = 100
MODERATOR_LEVEL = 50


def create_content(
    old: dict[str, object],
    version: RoomVersion,
    creator: str,
    additional_creators: Collection[str],
    predecessor: dict[str, object],
) -> dict[str, object]:
    """Return the content of the new room's create event.

    Additional creators are only those that were asked for; the old room's are not taken over.
    """
    content: dict[str, object] = {"room_version": version.id, "predecessor": predecessor}
    for key in ("type", "m.federate"):
        if key in old:
            content[key] = old[key]
    if not version.implicit_creator:
        content["creator"] = creator
    if version.creators_privileged:
        others = [user for user in dict.fromkeys(additional_creators) if user != creator]
        if others:
            content["additional_creators"] = others
    return content


def power_levels_content(
    old: dict[str, object], version: RoomVersion, old_creators: Collection[str], creators: set[str]
) -> dict[str, object]:
    """Return the power levels of the new room.

    Args:
        old: the old room's.
        version: the new room's version.
        old_creators: those who stood above every level in the old room, if its version has such.
        creators: the creators of the new room.
    """
    content: dict[str, Any] = dict(old)
    users = content.get("users")
    users = dict(users) if isinstance(users, dict) else {}
    if version.creators_privileged:
        # Who created the old room and not the new one has no rank in it: the upgrade chooses who
        # stands above everybody (`additional_creators`), as other servers do.
        users = {user: level for user, level in users.items() if user not in creators}
    else:
        # Older versions have no rank above all; the nearest is an administrator's.
        for user in (*old_creators, *sorted(creators)):
            users.setdefault(user, ADMIN_LEVEL)
    content["users"] = users
    return content


def closed_power_levels(old: dict[str, object]) -> dict[str, object]:
    """Return the old room's power levels, so that plain members no longer write or invite there."""
    default = old.get("users_default", 0)
    quiet = max(MODERATOR_LEVEL, default + 1 if type(default) is int else 0)
    content = dict(old)
    for key in ("events_default", "invite"):
        level = old.get(key, 0)
        content[key] = max(level, quiet) if type(level) is int else quiet
    return content


def alias_contents(
    old: dict[str, object], moved: Collection[str]
) -> tuple[dict[str, object], dict[str, object]]:
    """Return what the canonical alias event says in the new room, and what is left in the old one.

    Args:
        moved: the aliases that name the new room now.
    """
    new: dict[str, object] = {}
    rest: dict[str, object] = {}
    alias = old.get("alias")
    if isinstance(alias, str) and alias:
        (new if alias in moved else rest)["alias"] = alias
    others = old.get("alt_aliases")
    listed = [o for o in others if isinstance(o, str)] if isinstance(others, list) else []
    for content, names in (
        (new, [other for other in listed if other in moved]),
        (rest, [other for other in listed if other not in moved]),
    ):
        if names:
            content["alt_aliases"] = names
    return new, rest

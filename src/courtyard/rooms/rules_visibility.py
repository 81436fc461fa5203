"""Who may see an event that is already in the room.

spec: client-server-api#room-history-visibility
"""

from courtyard.rooms.model import (
    HISTORY_VISIBILITIES,
    INVITE,
    INVITED,
    JOIN,
    SHARED,
    WORLD_READABLE,
)


def visibility_of(content: dict[str, object] | None) -> str:
    """Return the history visibility that this `m.room.history_visibility` content sets.

    `None` is for a room without such an event. That, and a value nobody knows, means `shared`.
    """
    value = None if content is None else content.get("history_visibility")
    return value if isinstance(value, str) and value in HISTORY_VISIBILITIES else SHARED


def may_see(
    *,
    visibility: str,
    membership: str,
    joined_later: bool,
    visibility_after: str | None = None,
    membership_after: str | None = None,
) -> bool:
    """Tell whether a user may see one event. All facts are about that event and that user.

    Args:
        visibility: the history visibility in the state before the event.
        membership: the user's membership in the state before the event.
        joined_later: whether the user was joined at any time after the event, now or in the past.
        visibility_after: what the event itself sets, if it is an `m.room.history_visibility`.
        membership_after: what the event itself sets, if it is the user's own `m.room.member`.

    Either value of a pair is enough, so that people can see the change that concerns them.
    """
    visibilities = (visibility, visibility_after)
    memberships = (membership, membership_after)
    # 1. World readable: allow.
    if WORLD_READABLE in visibilities:
        return True
    # 2. The user was joined: allow.
    if JOIN in memberships:
        return True
    # 3. Shared, and the user joined at any point after the event: allow.
    if SHARED in visibilities and joined_later:
        return True
    # 4. The user was invited, and the visibility was "invited": allow. 5. Otherwise, deny.
    return INVITE in memberships and INVITED in visibilities

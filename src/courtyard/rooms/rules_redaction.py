"""What is left of an event when it is redacted, and who may do that.

The same stripping stands under every event id, so a mistake here would change ids: the tests hold
each list to the spec's.

spec: rooms/v11#redactions
"""

from typing import cast

from courtyard.base.ids import EventId
from courtyard.rooms.model import (
    CREATE,
    HISTORY_VISIBILITY,
    JOIN_RULES,
    MEMBER,
    POWER_LEVELS,
    REDACTION,
    AuthState,
    EventFields,
    RoomVersion,
)
from courtyard.rooms.rules_power import action_level, power_level

_TOP_V11 = frozenset(
    {
        "event_id",
        "type",
        "room_id",
        "sender",
        "state_key",
        "content",
        "hashes",
        "signatures",
        "depth",
        "prev_events",
        "auth_events",
        "origin_server_ts",
    }
)
_TOP_V9 = _TOP_V11 | {"prev_state", "origin", "membership"}

_LEVELS_V9 = frozenset(
    {
        "ban",
        "events",
        "events_default",
        "kick",
        "redact",
        "state_default",
        "users",
        "users_default",
    }
)
_CONTENT_V9 = {
    MEMBER: frozenset({"membership", "join_authorised_via_users_server"}),
    CREATE: frozenset({"creator"}),
    JOIN_RULES: frozenset({"join_rule", "allow"}),
    POWER_LEVELS: _LEVELS_V9,
    HISTORY_VISIBILITY: frozenset({"history_visibility"}),
}
# The create event keeps all of its content, which no list of keys can say: `_content` does.
_CONTENT_V11 = {
    MEMBER: frozenset({"membership", "join_authorised_via_users_server"}),
    JOIN_RULES: frozenset({"join_rule", "allow"}),
    POWER_LEVELS: _LEVELS_V9 | {"invite"},
    HISTORY_VISIBILITY: frozenset({"history_visibility"}),
    REDACTION: frozenset({"redacts"}),
}


def redact(event: dict[str, object], version: RoomVersion) -> dict[str, object]:
    """Return the event without everything that the protocol itself does not need.

    Takes a PDU or an event in the client format; `unsigned` goes too. Nothing in `event` changes, and
    what is kept is shared with it.
    """
    top = _TOP_V11 if version.redaction_v11 else _TOP_V9
    kept = {key: value for key, value in event.items() if key in top}
    kept["content"] = _content(event.get("type"), event.get("content"), version)
    return kept


def _content(type: object, content: object, version: RoomVersion) -> dict[str, object]:
    if not isinstance(content, dict) or not isinstance(type, str):
        return {}
    if version.redaction_v11 and type == CREATE:
        return cast("dict[str, object]", content)
    keys = (_CONTENT_V11 if version.redaction_v11 else _CONTENT_V9).get(type)
    if keys is None:
        return {}
    kept = {key: value for key, value in content.items() if key in keys}
    if version.redaction_v11 and type == MEMBER:
        invite = content.get("third_party_invite")
        if isinstance(invite, dict):
            # The object stays even when it has no `signed`: other servers hash it so.
            kept["third_party_invite"] = {k: v for k, v in invite.items() if k == "signed"}
    return kept


def target(event: EventFields, version: RoomVersion) -> EventId | None:
    """Return the id of the event that a redaction is aimed at, from where this version keeps it."""
    redacts = event.content.get("redacts") if version.redacts_in_content else event.redacts
    return EventId(redacts) if isinstance(redacts, str) else None


def may_redact(sender: str, target_sender: str, state: AuthState, version: RoomVersion) -> bool:
    """Tell whether a redaction that the rules let into the room also takes effect.

    The spec lets a *server* apply redactions between its own users. Every account here is on one
    server, so that would let anybody redact anybody; the line is drawn at the account instead.

    spec: rooms/v12#handling-redactions
    """
    if sender == target_sender:
        return True
    return power_level(sender, state, version) >= action_level("redact", state)

"""Stripped state: what somebody sees of a room that they are invited to or knock on.

spec: client-server-api#stripped-state
"""

import msgspec

from courtyard.rooms.heads import Head
from courtyard.rooms.model import (
    AVATAR,
    CANONICAL_ALIAS,
    CREATE,
    ENCRYPTION,
    JOIN_RULES,
    MEMBER,
    NAME,
    TOPIC,
    Event,
)

SHOWN = (CREATE, NAME, AVATAR, TOPIC, JOIN_RULES, CANONICAL_ALIAS, ENCRYPTION)


def stripped_state(head: Head, own: Event) -> bytes:
    """Return the stripped events as a JSON array; `own` is the invitation or the knock."""
    events = [head.get(type, "") for type in SHOWN]
    if own.state_key != own.sender:
        events.append(head.get(MEMBER, own.sender))
    events.append(own)
    return msgspec.json.encode([strip(event) for event in events if event is not None])


def strip(event: Event) -> dict[str, object]:
    """Return the members that a stripped event keeps."""
    return {
        "content": event.content,
        "sender": event.sender,
        "state_key": event.state_key,
        "type": event.type,
    }

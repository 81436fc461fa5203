"""Which event an event relates to, and how.

spec: client-server-api#forming-relationships-between-events
"""

import msgspec

THREAD = "m.thread"
ANNOTATION = "m.annotation"
REPLACE = "m.replace"
REFERENCE = "m.reference"

KEY_BYTES_MAX = 1024
"""The longest key of an annotation that is aggregated."""


class Relation(msgspec.Struct, frozen=True):
    """One `m.relates_to`."""

    parent_id: str
    rel_type: str
    key: str | None = None


def relation_of(content: dict[str, object]) -> Relation | None:
    """Return the relation in an event's content; a malformed one is as good as none."""
    relates_to = content.get("m.relates_to")
    if not isinstance(relates_to, dict):
        return None
    parent_id, rel_type = relates_to.get("event_id"), relates_to.get("rel_type")
    if not isinstance(parent_id, str) or not isinstance(rel_type, str) or not parent_id:
        return None
    if len(parent_id) > 255 or len(rel_type) > 255:  # the limit of identifiers
        return None
    key = relates_to.get("key")
    if not isinstance(key, str) or len(key) > KEY_BYTES_MAX:
        key = None
    return Relation(parent_id, rel_type, key)

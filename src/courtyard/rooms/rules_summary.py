"""What a room looks like from outside: name, topic, picture, whether and how one may get in.

spec: client-server-api#get_matrixclientv1room_summaryroomidoralias
"""

from collections.abc import Mapping

import msgspec

from courtyard.base.ids import RoomId
from courtyard.rooms import model
from courtyard.rooms.rules_visibility import visibility_of

Contents = Mapping[str, dict[str, object]]
"""Event type → content of the state event with the empty state key."""

SPACE = "m.space"
SPACE_CHILD = "m.space.child"

SUMMARY_TYPES = (
    model.CREATE,
    model.NAME,
    model.TOPIC,
    model.AVATAR,
    model.CANONICAL_ALIAS,
    model.JOIN_RULES,
    model.HISTORY_VISIBILITY,
    model.GUEST_ACCESS,
    model.ENCRYPTION,
)


class PublishedRoom(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A room in the public directory."""

    room_id: RoomId
    num_joined_members: int
    world_readable: bool
    guest_can_join: bool
    join_rule: str
    """Always said: when it is missing, readers take the room for a public one."""
    canonical_alias: str | None = None
    name: str | None = None
    topic: str | None = None
    avatar_url: str | None = None
    room_type: str | None = None

    def matches(self, words: list[str]) -> bool:
        """Tell whether every word, already casefolded, stands in the name, topic or alias."""
        shown = (self.name, self.topic, self.canonical_alias)
        text = "\n".join(part for part in shown if part is not None).casefold()
        return all(word in text for word in words)


class RoomSummary(PublishedRoom, frozen=True, kw_only=True, omit_defaults=True):
    """A room in a space's hierarchy, or looked at before joining."""

    allowed_room_ids: list[str] | None = None
    encryption: str | None = None
    room_version: str | None = None


def summary_of(room_id: RoomId, version: str, joined_count: int, contents: Contents) -> RoomSummary:
    """Put a summary together. State may hold anything, so what has a wrong type counts as absent."""
    join_rules = contents.get(model.JOIN_RULES, {})
    alias = _text(contents, model.CANONICAL_ALIAS, "alias")
    avatar = _text(contents, model.AVATAR, "url")
    guests = contents.get(model.GUEST_ACCESS, {}).get("guest_access")
    return RoomSummary(
        room_id=room_id,
        num_joined_members=joined_count,
        world_readable=is_world_readable(contents),
        guest_can_join=guests == model.GUESTS_CAN_JOIN,
        join_rule=join_rule_in(contents),
        canonical_alias=alias if alias and alias.startswith("#") else None,
        name=_text(contents, model.NAME, "name"),
        topic=topic_of(contents.get(model.TOPIC, {})),
        avatar_url=avatar if avatar and avatar.startswith("mxc://") else None,
        room_type=_text(contents, model.CREATE, "type"),
        allowed_room_ids=allowed_rooms(join_rules) or None,
        encryption=_text(contents, model.ENCRYPTION, "algorithm"),
        room_version=version,
    )


def published(summary: RoomSummary) -> PublishedRoom:
    """Return the part of a summary that the public directory shows."""
    return PublishedRoom(
        **{name: getattr(summary, name) for name in PublishedRoom.__struct_fields__}
    )


def join_rule_in(contents: Contents) -> str:
    """Return the join rule; `invite` when it is not set."""
    rule = contents.get(model.JOIN_RULES, {}).get("join_rule")
    return rule if isinstance(rule, str) else model.INVITE


def is_world_readable(contents: Contents) -> bool:
    """Tell whether anybody may read the room."""
    return visibility_of(contents.get(model.HISTORY_VISIBILITY)) == model.WORLD_READABLE


def is_open_to_strangers(contents: Contents) -> bool:
    """Tell whether somebody without an account here may look at the summary."""
    rules = (model.PUBLIC, model.KNOCK, model.KNOCK_RESTRICTED)
    return is_world_readable(contents) or join_rule_in(contents) in rules


def allowed_rooms(join_rules: dict[str, object]) -> list[str]:
    """Return the rooms whose members a restricted room lets in.

    spec: client-server-api#restricted-rooms
    """
    if join_rules.get("join_rule") not in (model.RESTRICTED, model.KNOCK_RESTRICTED):
        return []
    allow = join_rules.get("allow")
    found = [
        condition.get("room_id")
        for condition in (allow if isinstance(allow, list) else ())
        if isinstance(condition, dict) and condition.get("type") == "m.room_membership"
    ]
    return [room_id for room_id in found if isinstance(room_id, str) and room_id.startswith("!")]


def topic_of(content: dict[str, object]) -> str | None:
    """Return the topic as plain text, from the new form of the event or the old one.

    spec: client-server-api#mroomtopic
    """
    rich = content.get("m.topic")
    texts = rich.get("m.text") if isinstance(rich, dict) else None
    for text in texts if isinstance(texts, list) else ():
        if isinstance(text, dict) and text.get("mimetype", "text/plain") == "text/plain":
            body = text.get("body")
            if isinstance(body, str) and body:
                return body
    topic = content.get("topic")
    return topic if isinstance(topic, str) and topic else None


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """One `m.space.child` event, as a stripped event with its time."""

    type: str
    state_key: str
    content: dict[str, object]
    sender: str
    origin_server_ts: int

    @property
    def is_suggested(self) -> bool:
        """Whether the space recommends this room to its members."""
        return self.content.get("suggested") is True

    @property
    def sort_key(self) -> tuple[bool, str, int, str]:
        """Where the child stands among its siblings.

        spec: client-server-api#ordering-of-children-within-a-space
        """
        order = self.content.get("order")
        is_valid = (
            isinstance(order, str)
            and 0 < len(order) <= 50
            and all(0x20 <= ord(char) <= 0x7E for char in order)
        )
        return (not is_valid, str(order) if is_valid else "", self.origin_server_ts, self.state_key)


def children_in_order(events: list[Child], *, suggested_only: bool) -> list[Child]:
    """Return the valid children of a space in their order. One without `via` was removed."""
    valid = []
    for child in events:
        via = child.content.get("via")
        is_there = isinstance(via, list) and bool(via) and all(isinstance(s, str) for s in via)
        if (
            is_there
            and child.state_key.startswith("!")
            and (child.is_suggested or not suggested_only)
        ):
            valid.append(child)
    return sorted(valid, key=lambda child: child.sort_key)


def _text(contents: Contents, type: str, key: str) -> str | None:
    value = contents.get(type, {}).get(key)
    return value if isinstance(value, str) and value else None

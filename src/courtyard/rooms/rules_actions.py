"""Which action of the gate an event is: the capability follows from the kind of room and of event."""

from courtyard.gate.model import Action
from courtyard.rooms.rules_relations import ANNOTATION, THREAD, relation_of

MOMENTS = "org.courtyard.moments"
CHANNEL = "org.courtyard.channel"
NOTICES = "org.courtyard.notices"

_BY_ROOM: dict[str | None, tuple[Action, Action, Action]] = {
    # room type: (plain, annotation, reply)
    MOMENTS: (Action.FEED_POST, Action.FEED_LIKE, Action.FEED_REPLY),
    CHANNEL: (Action.CHANNEL_PUBLISH, Action.CHANNEL_LIKE, Action.CHANNEL_COMMENT),
    NOTICES: (Action.SEND_NOTICE_ROOM, Action.SEND_NOTICE_ROOM, Action.SEND_NOTICE_ROOM),
}
_GROUP = (Action.SEND_GROUP, Action.REACT_GROUP, Action.REPLY_GROUP)


def action_of_message(
    room_type: str | None, type: str, content: dict[str, object], *, is_direct: bool
) -> Action:
    """Return what sending a message event to a room is, for the gate."""
    if is_direct and room_type is None:
        return Action.SEND_DM
    plain, annotate, reply = _BY_ROOM.get(room_type, _GROUP)
    if type == "m.reaction":
        return annotate
    relation = relation_of(content)
    if relation is not None and relation.rel_type == ANNOTATION:
        return annotate
    relates_to = content.get("m.relates_to")
    is_reply = isinstance(relates_to, dict) and "m.in_reply_to" in relates_to
    if is_reply or (relation is not None and relation.rel_type == THREAD):
        return reply
    return plain


def action_of_state(room_type: str | None, *, is_direct: bool) -> Action:
    """Return what setting a room's state is, for the gate."""
    if is_direct and room_type is None:
        return Action.SEND_DM
    if room_type in _BY_ROOM:
        return _BY_ROOM[room_type][0]
    return Action.SET_STATE_GROUP

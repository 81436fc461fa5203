"""Which action of the gate an event is."""

from typing import Any

import pytest

from courtyard.gate.model import Action
from courtyard.rooms.rules_actions import (
    CHANNEL,
    MOMENTS,
    NOTICES,
    action_of_message,
    action_of_state,
)

PLAIN: dict[str, Any] = {"body": "hello"}
LIKE: dict[str, Any] = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$a", "key": "+1"}}
REPLY: dict[str, Any] = {"m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}}
THREAD: dict[str, Any] = {"m.relates_to": {"rel_type": "m.thread", "event_id": "$a"}}


@pytest.mark.parametrize(
    "room_type, actions",
    [
        (None, (Action.SEND_GROUP, Action.REACT_GROUP, Action.REPLY_GROUP)),
        ("m.space", (Action.SEND_GROUP, Action.REACT_GROUP, Action.REPLY_GROUP)),
        (MOMENTS, (Action.FEED_POST, Action.FEED_LIKE, Action.FEED_REPLY)),
        (CHANNEL, (Action.CHANNEL_PUBLISH, Action.CHANNEL_LIKE, Action.CHANNEL_COMMENT)),
        (NOTICES, (Action.SEND_NOTICE_ROOM,) * 3),
    ],
)
def test_a_message_is_a_post_a_like_or_a_reply(
    room_type: str | None, actions: tuple[Action, Action, Action]
) -> None:
    post, like, reply = actions

    def action(type: str, content: dict[str, Any]) -> Action:
        return action_of_message(room_type, type, content, is_direct=False)

    assert action("m.room.message", PLAIN) is post
    assert action("m.reaction", {}) is like
    assert action("org.example", LIKE) is like
    assert action("m.room.message", REPLY) is reply
    assert action("m.room.encrypted", THREAD) is reply


def test_in_a_direct_chat_everything_is_a_direct_message() -> None:
    for content in (PLAIN, LIKE, REPLY):
        message = action_of_message(None, "m.room.message", content, is_direct=True)
        assert message is Action.SEND_DM
    assert action_of_state(None, is_direct=True) is Action.SEND_DM


@pytest.mark.parametrize(
    "room_type, action",
    [
        (None, Action.SET_STATE_GROUP),
        (MOMENTS, Action.FEED_POST),
        (CHANNEL, Action.CHANNEL_PUBLISH),
        (NOTICES, Action.SEND_NOTICE_ROOM),
    ],
)
def test_setting_state(room_type: str | None, action: Action) -> None:
    assert action_of_state(room_type, is_direct=False) is action

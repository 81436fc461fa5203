"""spec: push-gateway-api#homeserver-behaviour."""

from typing import Any

import msgspec
import pytest
from hypothesis import given

from courtyard.base.ids import DeviceId, RoomId, TimestampMs, UserId
from courtyard.push.model import Notice, Pusher, StoredPusher
from courtyard.push.rules_delivery import (
    WAIT_MS_MAX,
    payload,
    rejected,
    tweaks_of,
    wait_ms,
)
from tests.push.strategies import json_values

URL = "https://push.example.org/_matrix/push/v1/notify"
STORED = StoredPusher(
    user_id=UserId("@alice:test.example"),
    device_id=DeviceId("D"),
    set_at_ms=TimestampMs(1_700_000_000_123),
    pusher=Pusher(
        pushkey="key",
        kind="http",
        app_id="app",
        app_display_name="App",
        device_display_name="Phone",
        lang="en",
        data={"url": URL, "custom": 1},
    ),
)
NOTICE = Notice(
    event_id="$e",
    room_id=RoomId("!r"),
    type="m.room.message",
    sender=UserId("@bob:test.example"),
    sender_display_name="Bob",
    content={"body": "secret"},
    tweaks={"sound": "default"},
    is_urgent=True,
)
DEVICE = {"app_id": "app", "pushkey": "key", "pushkey_ts": 1_700_000_000, "data": {"custom": 1}}


def with_format(name: str) -> StoredPusher:
    pusher = msgspec.structs.replace(STORED.pusher, data={"url": URL, "format": name})
    return msgspec.structs.replace(STORED, pusher=pusher)


def test_a_gateway_is_told_of_the_event_its_room_and_the_count() -> None:
    assert payload(STORED, NOTICE, 3) == {
        "notification": {
            "event_id": "$e",
            "id": "$e",
            "room_id": "!r",
            "type": "m.room.message",
            "sender": "@bob:test.example",
            "sender_display_name": "Bob",
            "content": {"body": "secret"},
            "prio": "high",
            "counts": {"unread": 3},
            "devices": [{**DEVICE, "tweaks": {"sound": "default"}}],
        }
    }


def test_a_member_event_about_the_user_says_so() -> None:
    about = msgspec.structs.replace(
        NOTICE,
        is_target=True,
        membership="invite",
        room_name="Tea",
        room_alias="#tea:test.example",
        is_urgent=False,
    )

    told: Any = payload(STORED, about, 0)["notification"]

    assert told["user_is_target"] is True
    assert (told["membership"], told["room_name"]) == ("invite", "Tea")
    assert (told["room_alias"], told["prio"]) == ("#tea:test.example", "low")
    # spec: counts whose value is zero should be omitted.
    assert told["counts"] == {}


def test_who_asks_for_ids_alone_is_told_nothing_of_the_event() -> None:
    told: Any = payload(with_format("event_id_only"), NOTICE, 1)["notification"]

    assert told.keys() == {"event_id", "room_id", "prio", "counts", "devices"}
    assert told["devices"][0]["data"] == {"format": "event_id_only"}


def test_a_new_count_is_told_without_an_event() -> None:
    assert payload(STORED, None, 2) == {
        "notification": {"counts": {"unread": 2}, "devices": [DEVICE]}
    }


def test_tweaks_come_from_the_actions() -> None:
    """spec: client-server-api#actions."""
    actions = (
        "notify",
        {"set_tweak": "sound", "value": "bing"},
        {"set_tweak": "highlight"},
        {"a": 1},
    )

    assert tweaks_of(actions) == {"sound": "bing", "highlight": True}


@pytest.mark.parametrize(
    "answer, is_rejected",
    [
        ({"rejected": ["other", "key"]}, True),
        ({"rejected": ["other"]}, False),
        ({"rejected": "key"}, False),
        ({}, False),
        (None, False),
        (["key"], False),
    ],
)
def test_a_gateway_may_know_a_key_no_longer(answer: object, is_rejected: bool) -> None:
    assert rejected(answer, "key") is is_rejected


@given(json_values)
def test_no_answer_of_a_gateway_breaks_anything(answer: object) -> None:
    assert rejected(answer, "key") in (True, False)


def test_each_failure_doubles_the_wait_up_to_an_hour() -> None:
    assert [wait_ms(n) for n in (1, 2, 3)] == [1_000, 2_000, 4_000]
    assert wait_ms(13) == wait_ms(10**9) == WAIT_MS_MAX

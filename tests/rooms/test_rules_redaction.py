"""What redaction leaves, and who may redact.

spec: rooms/v11#redactions
"""

import copy
from typing import Any

import msgspec
import pytest

from courtyard.base.ids import EventId
from courtyard.rooms.model import (
    CREATE,
    HISTORY_VISIBILITY,
    JOIN_RULES,
    MEMBER,
    MESSAGE,
    POWER_LEVELS,
    REDACTION,
    RoomVersion,
)
from courtyard.rooms.rules_redaction import may_redact, redact, target
from courtyard.rooms.versions import ROOM_VERSIONS, V10, V11, V12
from tests.rooms.rules_room import ALICE, BOB, CAROL, RulesRoom

VERSIONS = list(ROOM_VERSIONS.values())

KEPT = [
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
]
KEPT_IN_10 = [*KEPT, "prev_state", "origin", "membership"]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: f"v{v.id}")
def test_top_level_keys(version: RoomVersion) -> None:
    event: dict[str, object] = {
        **dict.fromkeys([*KEPT_IN_10, "redacts", "unsigned", "age", "org.example.x"], "value"),
        "content": {"body": "secret"},
    }
    before = copy.deepcopy(event)

    left = redact(event, version)

    assert set(left) == set(KEPT_IN_10 if version is V10 else KEPT)
    assert left["content"] == {}
    assert event == before


LEVELS = [
    "ban",
    "events",
    "events_default",
    "kick",
    "redact",
    "state_default",
    "users",
    "users_default",
]
CONTENT_KEYS = {
    MEMBER: (["membership", "join_authorised_via_users_server"],) * 2,
    JOIN_RULES: (["join_rule", "allow"],) * 2,
    POWER_LEVELS: (LEVELS, [*LEVELS, "invite"]),
    HISTORY_VISIBILITY: (["history_visibility"],) * 2,
    REDACTION: ([], ["redacts"]),
    MESSAGE: ([], []),
    "m.room.aliases": ([], []),
    "m.room.name": ([], []),
}
EVERY_KEY = {
    *(key for pair in CONTENT_KEYS.values() for keys in pair for key in keys),
    *("creator", "room_version", "aliases", "name", "body", "notifications", "reason"),
}


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: f"v{v.id}")
@pytest.mark.parametrize("type", CONTENT_KEYS)
def test_content_keys(type: str, version: RoomVersion) -> None:
    left = redact({"type": type, "content": dict.fromkeys(EVERY_KEY, 1)}, version)

    expected = CONTENT_KEYS[type][0 if version is V10 else 1]
    assert left == {"type": type, "content": dict.fromkeys(expected, 1)}


def test_the_create_event_keeps_all_of_its_content_from_version_11() -> None:
    content: dict[str, Any] = {
        "creator": "@a:b",
        "room_version": "x",
        "m.federate": False,
        "type": "m.space",
    }

    left = [redact({"type": CREATE, "content": content}, v)["content"] for v in VERSIONS]

    assert left == [{"creator": "@a:b"}, content, content]


@pytest.mark.parametrize(
    "invite,expected",
    [
        ({"signed": {"token": "t"}, "display_name": "x"}, {"signed": {"token": "t"}}),
        ({"display_name": "x"}, {}),
        ({"signed": None}, {"signed": None}),
        ("odd", None),
        (None, None),
    ],
)
def test_a_third_party_invite_keeps_signed_from_version_11(
    invite: object, expected: object
) -> None:
    event: dict[str, Any] = {
        "type": MEMBER,
        "content": {"membership": "invite", "third_party_invite": invite},
    }

    left = [redact(event, v)["content"] for v in VERSIONS]

    newer: dict[str, Any] = {"membership": "invite"}
    if expected is not None:
        newer["third_party_invite"] = expected
    assert left == [{"membership": "invite"}, newer, newer]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: f"v{v.id}")
def test_odd_events_are_stripped_too(version: RoomVersion) -> None:
    for odd in ({}, {"type": 7, "content": {"a": 1}}, {"type": CREATE, "content": [1]}):
        assert redact(dict(odd), version)["content"] == {}


def test_where_a_redaction_names_its_target() -> None:
    room = RulesRoom(V12)
    both = room.event(REDACTION, ALICE, {"redacts": "$in_content"})
    both = msgspec.structs.replace(both, redacts=EventId("$on_top"))

    assert [target(both, v) for v in VERSIONS] == ["$on_top", "$in_content", "$in_content"]
    for odd in ({}, {"redacts": 7}, {"redacts": None}):
        assert target(room.event(REDACTION, ALICE, dict(odd)), V11) is None
    assert target(room.event(REDACTION, ALICE, {"redacts": "$x"}), V10) is None


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: f"v{v.id}")
def test_one_may_redact_oneself_and_with_power_others(version: RoomVersion) -> None:
    room = RulesRoom(version)
    room.put_levels(users={BOB: 50, CAROL: 49})

    assert may_redact(CAROL, CAROL, room, version)
    assert may_redact(BOB, CAROL, room, version)
    assert may_redact(BOB, ALICE, room, version)  # power over events is not power over people
    assert may_redact(ALICE, BOB, room, version)
    assert not may_redact(CAROL, BOB, room, version)
    room.put_levels(redact=49, users={CAROL: 49})
    assert may_redact(CAROL, BOB, room, version)

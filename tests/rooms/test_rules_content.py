"""What a client may write into the events that the server reads.

spec: client-server-api#room-events
"""

from typing import Any

import pytest

from courtyard.base.errors import BadJsonError, InvalidParamError
from courtyard.rooms.model import MEMBER
from courtyard.rooms.rules_content import aliases, check_content
from tests.rooms.rules_room import ALICE, BOB

JOIN: dict[str, Any] = {"membership": "join"}
MEGOLM: dict[str, Any] = {"algorithm": "m.megolm.v1.aes-sha2"}


@pytest.mark.parametrize(
    "type,right,wrong",
    [
        (MEMBER, JOIN, {}),
        (MEMBER, JOIN, {"membership": "joined"}),
        (MEMBER, JOIN, {"membership": ["join"]}),
        (MEMBER, {**JOIN, "displayname": None}, {**JOIN, "displayname": 7}),
        (MEMBER, {**JOIN, "avatar_url": "mxc://a/b"}, {**JOIN, "avatar_url": {}}),
        (MEMBER, {**JOIN, "reason": "because"}, {**JOIN, "reason": ["because"]}),
        (MEMBER, {**JOIN, "is_direct": True}, {**JOIN, "is_direct": "true"}),
        (MEMBER, {**JOIN, "third_party_invite": {}}, {**JOIN, "third_party_invite": 1}),
        (
            MEMBER,
            {**JOIN, "join_authorised_via_users_server": ALICE},
            {**JOIN, "join_authorised_via_users_server": 7},
        ),
        ("m.room.create", {"room_version": "12"}, {"room_version": 12}),
        ("m.room.create", {"type": "m.space"}, {"type": None}),
        ("m.room.create", {"m.federate": False}, {"m.federate": "false"}),
        ("m.room.create", {"predecessor": {}}, {"predecessor": "!x"}),
        ("m.room.join_rules", {"join_rule": "restricted", "allow": "odd"}, {"join_rule": "open"}),
        ("m.room.join_rules", {"join_rule": "public"}, {"join_rule": {"public": 1}}),
        ("m.room.join_rules", {"join_rule": "knock"}, {}),
        ("m.room.history_visibility", {"history_visibility": "joined"}, {}),
        (
            "m.room.history_visibility",
            {"history_visibility": "shared"},
            {"history_visibility": "all"},
        ),
        ("m.room.guest_access", {"guest_access": "can_join"}, {"guest_access": True}),
        ("m.room.canonical_alias", {"alias": "#a:b"}, {"alias": 7}),
        ("m.room.canonical_alias", {"alias": None}, {"alias": ["#a:b"]}),
        ("m.room.canonical_alias", {"alt_aliases": ["#a:b"]}, {"alt_aliases": "#a:b"}),
        ("m.room.canonical_alias", {"alt_aliases": []}, {"alt_aliases": [None]}),
        ("m.room.name", {"name": ""}, {"name": 7}),
        ("m.room.topic", {"topic": "x", "m.topic": 1}, {"topic": {}}),
        ("m.room.avatar", {"url": "mxc://a/b"}, {"url": 1}),
        ("m.room.avatar", {"info": {}}, {"info": []}),
        ("m.room.encryption", MEGOLM, {}),
        ("m.room.encryption", MEGOLM, {"algorithm": None}),
        (
            "m.room.encryption",
            {**MEGOLM, "rotation_period_ms": 1},
            {**MEGOLM, "rotation_period_ms": True},
        ),
        ("m.room.tombstone", {"replacement_room": "!x"}, {"replacement_room": 1}),
        ("m.room.pinned_events", {"pinned": ["$x"]}, {"pinned": {"$x": 1}}),
        ("m.room.server_acl", {"allow": ["*"]}, {"allow": "*"}),
        ("m.room.redaction", {"redacts": "$x"}, {"redacts": ["$x"]}),
        ("m.room.third_party_invite", {"public_keys": [{}]}, {"public_keys": ["x"]}),
        ("m.room.third_party_invite", {"public_keys": []}, {"public_keys": {}}),
        ("m.room.power_levels", {"ban": 50}, {"ban": "50"}),
        ("m.room.power_levels", {"ban": 0}, {"ban": True}),
        ("m.room.power_levels", {"users": {BOB: 1}}, {"users": {"bob": 1}}),
        ("m.room.power_levels", {"events": {"x": -1}}, {"events": {"x": None}}),
    ],
    ids=repr,
)
def test_shapes(type: str, right: dict[str, Any], wrong: dict[str, Any]) -> None:
    state_key = BOB if type == MEMBER else ""
    check_content(type, state_key, right)

    with pytest.raises(BadJsonError, match=type.replace(".", r"\.")):
        check_content(type, state_key, wrong)


@pytest.mark.parametrize("type", ["m.room.message", "org.example.x", "m.reaction"])
def test_other_types_may_hold_anything(type: str) -> None:
    for content in ({}, {"membership": 7, "alias": [], "users": None}):
        check_content(type, None, content)


def test_a_membership_is_about_a_user() -> None:
    check_content(MEMBER, BOB, JOIN)
    check_content(MEMBER, None, JOIN)  # no state event at all: rule 5.1 refuses it
    for odd in ("", "bob", "@bob", "@" + "b" * 300 + ":here.test"):
        with pytest.raises(InvalidParamError):
            check_content(MEMBER, odd, JOIN)


def test_an_alias_looks_like_one() -> None:
    good: dict[str, Any] = {"alias": "#a:b", "alt_aliases": ["#c:d", ""]}
    check_content("m.room.canonical_alias", "", good)
    check_content("m.room.canonical_alias", "", {"alias": ""})
    assert aliases(good) == ["#a:b", "#c:d"]
    assert aliases({"alias": 7, "alt_aliases": "odd"}) == []

    wrong: list[dict[str, Any]] = [
        {"alias": "%a:b"},
        {"alias": "#a"},
        {"alt_aliases": ["#a:b", "a:b"]},
    ]
    for odd in wrong:
        with pytest.raises(InvalidParamError):
            check_content("m.room.canonical_alias", "", odd)

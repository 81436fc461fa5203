"""What a room looks like from outside, as a rule."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.ids import RoomId
from courtyard.rooms import model
from courtyard.rooms.rules_summary import (
    SUMMARY_TYPES,
    Child,
    allowed_rooms,
    children_in_order,
    is_open_to_strangers,
    published,
    summary_of,
    topic_of,
)

MEMBER_OF = {"type": "m.room_membership", "room_id": "!a:b"}
ROOM = RoomId("!room:test.example")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["name", "topic", "m.topic", "url", "alias", "join_rule", "allow", "type", "algorithm"]
)
CONTENTS = st.dictionaries(st.sampled_from(SUMMARY_TYPES), st.dictionaries(NAMES, JSON))


@given(CONTENTS)
def test_no_state_however_odd_breaks_a_summary(contents: dict[str, dict[str, object]]) -> None:
    summary = summary_of(ROOM, "12", 3, contents)

    shown = published(summary)
    assert (shown.room_id, shown.num_joined_members) == (ROOM, 3)
    assert isinstance(shown.join_rule, str)
    assert shown.matches([])
    assert isinstance(is_open_to_strangers(contents), bool)


@pytest.mark.parametrize(
    "content, topic",
    [
        ({}, None),
        ({"topic": ""}, None),
        ({"topic": 5}, None),
        ({"topic": "plain"}, "plain"),
        ({"topic": "old", "m.topic": 5}, "old"),
        ({"topic": "old", "m.topic": {"m.text": {}}}, "old"),
        ({"topic": "old", "m.topic": {"m.text": [5, {"body": ""}, {"body": 5}]}}, "old"),
        ({"topic": "old", "m.topic": {"m.text": [{"body": "new"}]}}, "new"),
        (
            {"m.topic": {"m.text": [{"mimetype": "text/html", "body": "<b>"}, {"body": "new"}]}},
            "new",
        ),
        ({"m.topic": {"m.text": [{"mimetype": "text/html", "body": "<b>"}]}}, None),
    ],
)
def test_a_topic_is_shown_as_plain_text(content: dict[str, Any], topic: str | None) -> None:
    assert topic_of(content) == topic


@pytest.mark.parametrize(
    "content, rooms",
    [
        ({"join_rule": "restricted", "allow": [MEMBER_OF, MEMBER_OF]}, ["!a:b", "!a:b"]),
        ({"join_rule": "knock_restricted", "allow": [MEMBER_OF]}, ["!a:b"]),
        ({"join_rule": "public", "allow": [MEMBER_OF]}, []),
        ({"join_rule": "restricted"}, []),
        ({"join_rule": "restricted", "allow": 5}, []),
        ({"join_rule": "restricted", "allow": [5, {}, {"type": "m.room_membership"}]}, []),
        (
            {
                "join_rule": "restricted",
                "allow": [{"type": "m.room_membership", "room_id": "#a:b"}],
            },
            [],
        ),
    ],
)
def test_only_rooms_that_let_in_are_named(content: dict[str, Any], rooms: list[str]) -> None:
    assert allowed_rooms(content) == rooms


@pytest.mark.parametrize(
    "contents, is_open",
    [
        ({}, False),
        ({model.JOIN_RULES: {"join_rule": "public"}}, True),
        ({model.JOIN_RULES: {"join_rule": "knock"}}, True),
        ({model.JOIN_RULES: {"join_rule": "knock_restricted"}}, True),
        ({model.JOIN_RULES: {"join_rule": "restricted"}}, False),
        ({model.JOIN_RULES: {"join_rule": 5}}, False),
        ({model.HISTORY_VISIBILITY: {"history_visibility": "world_readable"}}, True),
    ],
)
def test_strangers_look_where_they_may_come_in(contents: dict[str, Any], is_open: bool) -> None:
    assert is_open_to_strangers(contents) is is_open


def _child(key: str, ts: int = 0, **content: Any) -> Child:
    return Child(
        type="m.space.child",
        state_key=key,
        content={"via": ["a"], **content},
        sender="@a:b",
        origin_server_ts=ts,
    )


def test_children_stand_in_the_order_of_the_specification() -> None:
    """spec: client-server-api#ordering-of-children-within-a-space, with its own example."""
    children = [
        _child("!b:example.org", 1640341000000, order=" "),
        _child("!a:example.org", 1640141000000, order="aaaa"),
        _child("!c:example.org", 1640841000000, order="first"),
        _child("!e:example.org", 1640641000000),
        _child("!d:example.org", 1640741000000),
    ]

    assert children_in_order(children[::-1], suggested_only=False) == children


@pytest.mark.parametrize("order", ["", "x" * 51, "é", "\n", 5, None])
def test_an_order_that_is_not_valid_counts_as_none(order: object) -> None:
    ordered = [_child("!z:b", 9, order="~"), _child("!y:b", 1, order=order), _child("!x:b", 2)]

    assert children_in_order(ordered[::-1], suggested_only=False) == ordered


def test_equal_children_stand_by_their_ids() -> None:
    ordered = [_child("!a:b"), _child("!b:b"), _child("!c:b")]

    assert children_in_order(ordered[::-1], suggested_only=False) == ordered


@pytest.mark.parametrize("via", [None, [], "a", [5], {}])
def test_a_child_without_servers_was_removed(via: object) -> None:
    kept = _child("!a:b")

    assert children_in_order([kept, _child("!b:b", via=via)], suggested_only=False) == [kept]
    assert children_in_order([kept, _child("nonsense")], suggested_only=False) == [kept]


def test_only_suggested_children_are_walked_on_request() -> None:
    kept = _child("!a:b", suggested=True)

    found = children_in_order([kept, _child("!b:b", suggested="yes")], suggested_only=True)

    assert found == [kept]

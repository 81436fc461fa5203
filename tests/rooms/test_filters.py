"""spec: client-server-api#filtering."""

import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.errors import BadJsonError
from courtyard.rooms.filters import (
    LIMIT_MAX,
    NAMES_MAX,
    OPEN,
    EventFilter,
    RoomEventFilter,
    RoomFilter,
    parse_filter,
    parse_room_event_filter,
)
from tests.rooms.paper_room import PaperRoom

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
KEYS = [
    "limit",
    "types",
    "not_types",
    "senders",
    "not_senders",
    "rooms",
    "not_rooms",
    "contains_url",
    "lazy_load_members",
    "include_redundant_members",
    "unread_thread_notifications",
    "related_by_rel_types",
    "related_by_senders",
    "room",
    "timeline",
    "state",
    "ephemeral",
    "account_data",
    "presence",
    "event_fields",
    "event_format",
    "include_leave",
]


def test_an_open_filter_lets_everything_through() -> None:
    assert OPEN.room.timeline.allows("any.type", "@any:one")
    assert OPEN.room.timeline.is_open()
    assert OPEN.room.allows_room("!any")
    assert parse_filter({}) == OPEN


@pytest.mark.parametrize(
    "wanted,type,sender,expected",
    [
        (EventFilter(types=["a"]), "a", "@x:y", True),
        (EventFilter(types=["a"]), "b", "@x:y", False),
        (EventFilter(types=[]), "a", "@x:y", False),
        (EventFilter(not_types=["a"]), "a", "@x:y", False),
        (EventFilter(not_types=["a"]), "b", "@x:y", True),
        (EventFilter(types=["a"], not_types=["a"]), "a", "@x:y", False),
        (EventFilter(types=["m.*"], not_types=["m.room.*"]), "m.room.name", "@x:y", False),
        (EventFilter(types=["m.*"], not_types=["m.room.*"]), "m.reaction", "@x:y", True),
        (EventFilter(senders=["@x:y"]), "a", "@x:y", True),
        (EventFilter(senders=["@x:y"]), "a", "@z:y", False),
        (EventFilter(senders=["@*:y"]), "a", "@x:y", False),
        (EventFilter(senders=["@x:y"], not_senders=["@x:y"]), "a", "@x:y", False),
        (EventFilter(not_senders=["@x:y"]), "a", "@z:y", True),
    ],
)
def test_types_and_senders(wanted: EventFilter, type: str, sender: str, expected: bool) -> None:
    """The `not_` lists win; only types have wildcards."""
    assert wanted.allows(type, sender) is expected


@pytest.mark.parametrize("kind", [RoomEventFilter, RoomFilter])
def test_rooms(kind: type[RoomEventFilter | RoomFilter]) -> None:
    assert kind(rooms=["!a"]).allows_room("!a")
    assert not kind(rooms=["!a"]).allows_room("!b")
    assert not kind(rooms=[]).allows_room("!a")
    assert not kind(rooms=["!a"], not_rooms=["!a"]).allows_room("!a")
    assert kind(not_rooms=["!a"]).allows_room("!b")


@pytest.mark.parametrize(
    "content,has_url",
    [({"url": "mxc://a/b"}, True), ({"url": 1}, False), ({"url": None}, False), ({}, False)],
)
def test_contains_url(content: dict[str, Any], has_url: bool) -> None:
    room = PaperRoom()
    event = room.add(content=content)
    room.close()

    assert RoomEventFilter(contains_url=True).allows_event(event) is has_url
    assert RoomEventFilter(contains_url=False).allows_event(event) is not has_url
    assert RoomEventFilter().allows_event(event)
    assert not RoomEventFilter(contains_url=has_url, types=[]).allows_event(event)


@given(
    st.lists(st.sampled_from(["a", "b", ".", "*"]), max_size=10).map("".join),
    st.lists(st.sampled_from(["a", "b", "."]), max_size=12).map("".join),
)
def test_a_star_stands_for_any_number_of_characters(pattern: str, type: str) -> None:
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), type) is not None

    assert EventFilter(types=[pattern]).allows(type, "@x:y") is expected


def test_no_pattern_is_slow() -> None:
    """A pattern that a backtracking matcher would choke on is answered at once."""
    wanted = EventFilter(types=["*a" * 2000 + "b"])
    started = time.perf_counter()

    assert not wanted.allows("a" * 5000, "@x:y")

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "asked,limit", [(None, 10), (0, 0), (7, 7), (LIMIT_MAX + 1, LIMIT_MAX), (10**15, LIMIT_MAX)]
)
def test_limits_are_bounded(asked: int | None, limit: int) -> None:
    assert parse_room_event_filter({"limit": asked}).limit_or_default == limit


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "x",
        {"types": "m.room.message"},
        {"types": [1]},
        {"types": {"a": 1}},
        {"limit": -1},
        {"limit": 1.5},
        {"limit": True},
        {"contains_url": "yes"},
        {"senders": ["@x:y"] * (NAMES_MAX + 1)},
    ],
)
def test_what_is_no_filter_is_refused(value: Any) -> None:
    with pytest.raises(BadJsonError):
        parse_room_event_filter(value)


@given(json | st.dictionaries(st.sampled_from(KEYS), json, max_size=6))
def test_anything_is_a_filter_or_refused(value: Any) -> None:
    for parse in (parse_filter, parse_room_event_filter):
        try:
            parse(value)
        except BadJsonError:
            continue


def test_unknown_keys_and_nulls_are_passed_over() -> None:
    value = {"types": None, "room": {"x": 1}, "org.example": [None], "senders": ["@x:y"]}

    assert parse_room_event_filter(value) == RoomEventFilter(senders=["@x:y"])

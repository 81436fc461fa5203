"""spec: client-server-api#forming-relationships-between-events."""

from typing import Any

import pytest

from courtyard.rooms.rules_relations import KEY_BYTES_MAX, Relation, relation_of


def test_a_relation_is_read() -> None:
    relates_to = {"rel_type": "m.annotation", "event_id": "$a", "key": "+1"}

    assert relation_of({"m.relates_to": relates_to}) == Relation("$a", "m.annotation", "+1")


@pytest.mark.parametrize("key", [None, 3, "x" * (KEY_BYTES_MAX + 1)])
def test_a_key_that_cannot_be_counted_is_none(key: Any) -> None:
    relates_to = {"rel_type": "m.annotation", "event_id": "$a", "key": key}

    assert relation_of({"m.relates_to": relates_to}) == Relation("$a", "m.annotation")


@pytest.mark.parametrize(
    "relates_to",
    [
        None,
        [],
        {},
        {"rel_type": "m.thread"},
        {"event_id": "$a"},
        {"rel_type": 1, "event_id": "$a"},
        {"rel_type": "m.thread", "event_id": 1},
        {"rel_type": "m.thread", "event_id": ""},
        {"rel_type": "m.thread", "event_id": "$" * 256},
        {"rel_type": "x" * 256, "event_id": "$a"},
        {"m.in_reply_to": {"event_id": "$a"}},
    ],
)
def test_a_malformed_relation_is_as_good_as_none(relates_to: Any) -> None:
    assert relation_of({"m.relates_to": relates_to}) is None

"""spec: client-server-api#filtering."""

from typing import Any

import pytest

from courtyard.sync import stored_filters
from tests.api import User, q, text


async def store(user: User, wanted: Any) -> str:
    return str((await user.post(f"user/{q(user.id)}/filter", wanted)).ok()["filter_id"])


async def test_a_filter_is_stored_and_read_back(alice: User) -> None:
    wanted = {
        "room": {"timeline": {"limit": 5, "types": ["m.room.*"]}, "include_leave": True},
        "event_fields": ["type", "content"],
        "org.example.unknown": {"kept": True},
    }

    filter_id = await store(alice, wanted)

    assert (await alice.get(f"user/{q(alice.id)}/filter/{filter_id}")).ok() == wanted
    assert not filter_id.startswith("{")


async def test_the_same_filter_has_the_same_id(alice: User) -> None:
    one = await store(alice, {"room": {"timeline": {"limit": 5}}})
    two = await store(alice, {"room": {"timeline": {"limit": 6}}})

    assert await store(alice, {"room": {"timeline": {"limit": 5}}}) == one != two


async def test_a_stored_filter_works_in_sync(alice: User) -> None:
    room = await alice.create_room()
    (await alice.send(room, text("hi"))).ok()
    filter_id = await store(alice, {"room": {"timeline": {"types": ["org.example.none"]}}})

    filtered = await alice.sync(filter=filter_id)
    plain = await alice.sync()

    assert filtered["rooms"]["join"][room]["timeline"]["events"] == []
    assert plain["rooms"]["join"][room]["timeline"]["events"] != []


async def test_filters_are_ones_own(alice: User, bob: User) -> None:
    filter_id = await store(alice, {"room": {}})
    path = f"user/{q(alice.id)}/filter"
    assert (await alice.get(f"{path}/{filter_id}")).status == 200

    read = await bob.get(f"{path}/{filter_id}")
    write = await bob.post(path, {})

    assert (403, "M_FORBIDDEN") == (read.status, read.errcode) == (write.status, write.errcode)
    own = await bob.get(f"user/{q(bob.id)}/filter/{filter_id}")
    assert (404, "M_NOT_FOUND") == (own.status, own.errcode)


@pytest.mark.parametrize("filter_id", ["1", "-1", "x", "00000000000000000000001", "²", "1" * 400])
async def test_unknown_ids_are_not_found(alice: User, filter_id: str) -> None:
    assert await store(alice, {}) == "0"

    answer = await alice.get(f"user/{q(alice.id)}/filter/{q(filter_id)}")

    assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)


@pytest.mark.parametrize(
    "wanted",
    [
        {"room": []},
        {"room": {"timeline": {"limit": "5"}}},
        {"room": {"timeline": {"limit": -5}}},
        {"room": {"timeline": {"types": [None]}}},
        {"room": {"rooms": "!x:y"}},
        {"event_format": "xml"},
        {"event_fields": {"a": 1}},
        {"presence": {"not_senders": ["@x:y"] * 1001}},
        {"room": {"timeline": {"rooms": ["not a room"]}}},
        {"room": {"not_rooms": ["#alias:y"]}},
        {"room": {"timeline": {"senders": ["not a user"]}}},
        {"account_data": {"not_senders": ["@user"]}},
    ],
)
async def test_what_is_no_filter_is_refused(alice: User, wanted: Any) -> None:
    await store(alice, {"room": {"timeline": {"limit": 5}}})

    answer = await alice.post(f"user/{q(alice.id)}/filter", wanted)

    assert (400, "M_BAD_JSON") == (answer.status, answer.errcode)


async def test_nulls_are_as_good_as_nothing(alice: User) -> None:
    """Some clients write null for what they leave open."""
    assert await store(alice, {"room": {"timeline": {"types": None, "limit": None}}}) == "0"


async def test_an_account_stores_a_bounded_number(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_filters, "FILTERS_MAX", 2)
    for limit in (1, 2):
        await store(alice, {"room": {"timeline": {"limit": limit}}})

    one_more = await alice.post(f"user/{q(alice.id)}/filter", {"room": {"timeline": {"limit": 3}}})

    assert one_more.status == 400
    assert await store(alice, {"room": {"timeline": {"limit": 2}}}) == "1"

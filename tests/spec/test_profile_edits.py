"""Changing a profile through HTTP, and what the rooms are told.

spec: client-server-api#profiles
"""

from typing import Any

import pytest

from courtyard.rooms import update_profile
from tests.api import Api, User, q


def _path(user: User, field: str) -> str:
    return f"profile/{q(user.id)}/{field}"


async def _member(reader: User, room_id: str, user: User) -> Any:
    path = f"rooms/{q(room_id)}/state/m.room.member/{q(user.id)}"
    return (await reader.get(path)).ok()


@pytest.mark.parametrize(
    "field, value",
    [
        ("displayname", "Alice in Ünïcode"),
        ("avatar_url", "mxc://test.example/abc"),
        ("m.tz", "Europe/Vienna"),
        ("com.example.pronouns", [{"summary": "they", "grammar": None}]),
        ("com.example.flag", None),
    ],
)
async def test_a_field_is_set_and_deleted(
    api: Api, alice: User, bob: User, field: str, value: Any
) -> None:
    before = (await api.request("GET", f"profile/{q(alice.id)}")).ok()
    refused = await bob.put(_path(alice, field), {field: value})
    assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)

    (await alice.put(_path(alice, field), {field: value})).ok()

    assert (await api.request("GET", _path(alice, field))).ok() == {field: value}
    refused = await bob.request("DELETE", _path(alice, field))
    assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)

    (await alice.request("DELETE", _path(alice, field))).ok()

    assert (await api.request("GET", _path(alice, field))).status == 404
    before.pop(field, None)
    assert (await api.request("GET", f"profile/{q(alice.id)}")).ok() == before
    # What is not there can be deleted again.
    (await alice.request("DELETE", _path(alice, field))).ok()


async def test_rooms_hear_of_a_new_name_and_picture(alice: User, bob: User, carol: User) -> None:
    rooms = [await alice.create_room(preset="public_chat") for _ in range(3)]
    for room in rooms[:2]:
        (await bob.join(room)).ok()
    (await alice.leave(rooms[2])).ok()
    invited = await carol.create_room(invite=[alice.id])
    since = (await bob.sync())["next_batch"]

    (await alice.put(_path(alice, "displayname"), {"displayname": "Ally"})).ok()
    (await alice.put(_path(alice, "avatar_url"), {"avatar_url": "mxc://test.example/a"})).ok()

    shown = {"membership": "join", "displayname": "Ally", "avatar_url": "mxc://test.example/a"}
    joined = (await bob.sync(since))["rooms"]["join"]
    for room in rooms[:2]:
        assert await _member(bob, room, alice) == shown
        events = joined[room]["timeline"]["events"]
        assert [e["content"].get("avatar_url") for e in events] == [None, "mxc://test.example/a"]
        assert events[0]["unsigned"]["prev_content"]["displayname"] == "alice"
    assert (await _member(alice, rooms[2], alice))["membership"] == "leave"
    assert (await _member(carol, invited, alice))["membership"] == "invite"

    (await alice.request("DELETE", _path(alice, "displayname"))).ok()

    assert "displayname" not in await _member(bob, rooms[0], alice)


async def test_rooms_are_not_told_what_does_not_concern_them(alice: User, bob: User) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    since = (await bob.sync())["next_batch"]

    (await alice.put(_path(alice, "m.tz"), {"m.tz": "Europe/Vienna"})).ok()
    (await alice.put(_path(alice, "displayname"), {"displayname": "alice"})).ok()
    assert room not in (await bob.sync(since)).get("rooms", {}).get("join", {})

    (await alice.put(_path(alice, "displayname"), {"displayname": "Ally"})).ok()
    assert room in (await bob.sync(since))["rooms"]["join"]


async def test_further_rooms_are_told_in_further_batches(
    monkeypatch: pytest.MonkeyPatch, alice: User
) -> None:
    monkeypatch.setattr(update_profile, "ROOMS_AT_ONCE", 2)
    rooms = [await alice.create_room() for _ in range(5)]

    (await alice.put(_path(alice, "displayname"), {"displayname": "Ally"})).ok()

    for room in rooms:
        assert (await _member(alice, room, alice))["displayname"] == "Ally"


async def test_how_somebody_came_in_is_not_said_again(alice: User, bob: User) -> None:
    club = await alice.create_room(preset="public_chat")
    (await bob.join(club)).ok()
    room = await alice.create_room()
    allow = [{"type": "m.room_membership", "room_id": club}]
    (await alice.state(room, "m.room.join_rules", {"join_rule": "restricted", "allow": allow})).ok()
    (await bob.post(f"join/{q(room)}", {"reason": "here I am"})).ok()
    assert (await _member(bob, room, bob))["join_authorised_via_users_server"] == alice.id

    (await bob.put(_path(bob, "displayname"), {"displayname": "Bobby"})).ok()

    assert await _member(bob, room, bob) == {"membership": "join", "displayname": "Bobby"}


async def test_a_room_whose_rules_refuse_keeps_the_old_name(alice: User) -> None:
    shut = await alice.create_room()
    (await alice.state(shut, "m.room.join_rules", {"join_rule": "private"})).ok()
    other = await alice.create_room()

    (await alice.put(_path(alice, "displayname"), {"displayname": "Ally"})).ok()

    assert (await _member(alice, shut, alice))["displayname"] == "alice"
    assert (await _member(alice, other, alice))["displayname"] == "Ally"


@pytest.mark.parametrize(
    "field, body, errcode",
    [
        ("displayname", {}, "M_MISSING_PARAM"),
        ("displayname", {"avatar_url": "mxc://a/b"}, "M_MISSING_PARAM"),
        ("displayname", {"displayname": 5}, "M_BAD_JSON"),
        ("displayname", {"displayname": ["x"]}, "M_BAD_JSON"),
        ("displayname", {"displayname": "x" * 2000}, "M_PROFILE_TOO_LARGE"),
        ("avatar_url", {"avatar_url": "https://example.org/a.png"}, "M_INVALID_PARAM"),
        ("m.tz", {"m.tz": {}}, "M_BAD_JSON"),
        ("nodots", {"nodots": 1}, "M_INVALID_PARAM"),
        ("UPPER.case", {"UPPER.case": 1}, "M_INVALID_PARAM"),
        ("com.example.float", {"com.example.float": 1.5}, "M_BAD_JSON"),
        ("com.example.big", {"com.example.big": "x" * 70_000}, "M_PROFILE_TOO_LARGE"),
        ("com." + "x" * 300, {"com." + "x" * 300: 1}, "M_KEY_TOO_LARGE"),
    ],
)
async def test_a_malformed_field_changes_nothing(
    api: Api, alice: User, field: str, body: Any, errcode: str
) -> None:
    before = (await api.request("GET", f"profile/{q(alice.id)}")).ok()

    answer = await alice.put(_path(alice, field), body)

    assert (400, errcode) == (answer.status, answer.errcode)
    assert (await api.request("GET", f"profile/{q(alice.id)}")).ok() == before


async def test_editing_needs_an_account(api: Api, alice: User) -> None:
    answer = await api.request("PUT", _path(alice, "displayname"), {"displayname": "x"})

    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)

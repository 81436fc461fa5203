"""spec: client-server-api#get_matrixclientv3roomsroomidstate."""

import pytest

from tests.api import User, q
from tests.spec.timeline import redact


async def test_the_whole_state_is_a_list_of_events(alice: User) -> None:
    room = await alice.create_room(name="Tea", topic="Leaves")

    state = (await alice.get(f"rooms/{q(room)}/state")).ok()

    keys = [(event["type"], event["state_key"]) for event in state]
    assert len(set(keys)) == len(keys)
    assert {
        ("m.room.create", ""),
        ("m.room.member", alice.id),
        ("m.room.power_levels", ""),
        ("m.room.join_rules", ""),
        ("m.room.history_visibility", ""),
        ("m.room.name", ""),
        ("m.room.topic", ""),
    } <= set(keys)
    assert {event["room_id"] for event in state} == {room}


async def test_only_what_stands_now_is_in_it(alice: User) -> None:
    room = await alice.create_room(name="Old")
    (await alice.state(room, "m.room.name", {"name": "New"})).ok()

    state = (await alice.get(f"rooms/{q(room)}/state")).ok()

    assert [e["content"] for e in state if e["type"] == "m.room.name"] == [{"name": "New"}]


@pytest.mark.parametrize("state_key", ["", "key", "a/b c%", "x@y:z", "\u00fc"])
async def test_one_piece_of_state(alice: User, state_key: str) -> None:
    room = await alice.create_room()
    made = (await alice.state(room, "org.example.x", {"a": 1}, state_key)).ok()
    path = f"rooms/{q(room)}/state/org.example.x/{q(state_key)}"

    content = (await alice.get(path)).ok()
    event = (await alice.get(path, format="event")).ok()

    assert content == (await alice.get(path, format="content")).ok() == {"a": 1}
    assert event["event_id"] == made["event_id"]
    assert (event["state_key"], event["content"]) == (state_key, content)
    assert event["room_id"] == room


async def test_without_a_key_the_slash_is_optional(alice: User) -> None:
    room = await alice.create_room(name="Tea")

    without = await alice.get(f"rooms/{q(room)}/state/m.room.name")
    with_slash = await alice.get(f"rooms/{q(room)}/state/m.room.name/")

    assert without.ok() == with_slash.ok() == {"name": "Tea"}


async def test_absent_state_is_not_found(alice: User, bob: User) -> None:
    room = await alice.create_room(name="Tea")

    absent = await alice.get(f"rooms/{q(room)}/state/m.room.topic")
    other_key = await alice.get(f"rooms/{q(room)}/state/m.room.name/x")
    odd_format = await alice.get(f"rooms/{q(room)}/state/m.room.name", format="xml")
    stranger = await bob.get(f"rooms/{q(room)}/state/m.room.name")

    assert (404, "M_NOT_FOUND") == (absent.status, absent.errcode)
    assert (404, "M_NOT_FOUND") == (other_key.status, other_key.errcode)
    assert (400, "M_INVALID_PARAM") == (odd_format.status, odd_format.errcode)
    assert (403, "M_FORBIDDEN") == (stranger.status, stranger.errcode)


async def test_redacted_state_stays_with_nothing_in_it(alice: User) -> None:
    room = await alice.create_room(name="Oops")
    event = (await alice.get(f"rooms/{q(room)}/state/m.room.name", format="event")).ok()
    await redact(alice, room, event["event_id"])

    assert (await alice.get(f"rooms/{q(room)}/state/m.room.name")).ok() == {}


async def test_initial_sync_of_a_room(alice: User, bob: User) -> None:
    """spec: client-server-api#get_matrixclientv3roomsroomidinitialsync."""
    room = await alice.create_room(preset="public_chat", name="Tea")
    (await bob.join(room)).ok()
    await alice.say(room, "one")
    await alice.say(room, "two")
    tag = f"user/{q(bob.id)}/rooms/{q(room)}/tags/u.work"
    (await bob.put(tag, {"order": 0.5})).ok()

    answer = (await bob.get(f"rooms/{q(room)}/initialSync", limit=2)).ok()

    assert answer["room_id"] == room
    assert answer["membership"] == "join"
    assert [e["content"]["body"] for e in answer["messages"]["chunk"]] == ["one", "two"]
    older = await bob.get(
        f"rooms/{q(room)}/messages", dir="b", limit=1, **{"from": answer["messages"]["start"]}
    )
    assert older.ok()["chunk"][0]["state_key"] == bob.id
    assert [e["type"] for e in answer["account_data"]] == ["m.tag"]
    assert [e["sender"] for e in answer["presence"]] == [bob.id]
    assert {e["type"] for e in answer["state"]} >= {"m.room.create", "m.room.name"}


async def test_initial_sync_of_everything(alice: User, bob: User) -> None:
    """spec: client-server-api#get_matrixclientv3initialsync."""
    joined = await alice.create_room(preset="public_chat")
    left = await alice.create_room(preset="public_chat")
    invited = await bob.create_room(invite=[alice.id])
    refused = await bob.create_room(invite=[alice.id])
    for room in (left, refused):
        (await alice.leave(room)).ok()

    now = (await alice.get("initialSync", limit=1)).ok()
    archived = (await alice.get("initialSync", archived="true")).ok()

    assert {room["room_id"]: room["membership"] for room in now["rooms"]} == {
        joined: "join",
        invited: "invite",
    }
    assert {room["room_id"]: room["membership"] for room in archived["rooms"]} == {
        joined: "join",
        invited: "invite",
        left: "leave",
    }
    invitation = next(room["invite"] for room in now["rooms"] if "invite" in room)
    assert invitation["content"]["membership"] == "invite"


async def test_events_follow_where_initial_sync_ended(alice: User, bob: User) -> None:
    """spec: client-server-api#get_matrixclientv3events."""
    room = await alice.create_room(preset="public_chat")
    hidden = await bob.create_room()
    end = (await alice.get("initialSync")).ok()["end"]
    await alice.say(room, "new")
    await bob.say(hidden, "not for alice")

    answer = (await alice.get("events", **{"from": end, "timeout": "0"})).ok()
    of_room = (await alice.get("events", **{"from": end, "room_id": room})).ok()
    after = (await alice.get("events", **{"from": answer["end"]})).ok()

    assert [e["content"] for e in answer["chunk"]] == [{"msgtype": "m.text", "body": "new"}]
    assert of_room["chunk"] == answer["chunk"]
    assert (answer["start"], after["chunk"]) == (end, [])
    assert (await alice.get("events")).ok()["chunk"] == []
    assert (await alice.get("events", room_id=hidden)).errcode == "M_FORBIDDEN"
    assert (await alice.get("events", **{"from": "x"})).errcode == "M_INVALID_PARAM"

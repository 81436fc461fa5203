"""spec: client-server-api#get_matrixclientv3roomsroomideventeventid."""

import pytest

from tests.api import User, q, text
from tests.spec.timeline import edit, ignore, redact


async def test_an_event_is_returned_whole(alice: User) -> None:
    room = await alice.create_room()
    event_id = await alice.say(room, "hello")

    event = (await alice.get(f"rooms/{q(room)}/event/{q(event_id)}")).ok()

    assert event["event_id"] == event_id
    assert event["room_id"] == room
    assert event["sender"] == alice.id
    assert event["content"] == text("hello")
    assert (await alice.get(f"events/{q(event_id)}")).ok() == event


async def test_an_edit_is_bundled_and_the_original_is_untouched(alice: User) -> None:
    """spec: client-server-api#server-side-aggregation-of-mreplace-relationships."""
    room = await alice.create_room()
    event_id = await alice.say(room, "hello")
    await edit(alice, room, event_id, "hallo")
    last = await edit(alice, room, event_id, "hola")

    event = (await alice.get(f"rooms/{q(room)}/event/{q(event_id)}")).ok()

    assert event["content"] == text("hello")
    replacement = event["unsigned"]["m.relations"]["m.replace"]
    assert replacement["event_id"] == last
    assert replacement["room_id"] == room
    assert replacement["content"]["m.new_content"] == text("hola")


async def test_a_redacted_event_tells_why(alice: User) -> None:
    room = await alice.create_room()
    event_id = await alice.say(room, "oops")
    redaction = await redact(alice, room, event_id)

    event = (await alice.get(f"rooms/{q(room)}/event/{q(event_id)}")).ok()

    assert event["content"] == {}
    assert event["unsigned"]["redacted_because"]["event_id"] == redaction


async def test_a_state_event_tells_what_it_replaced(alice: User) -> None:
    room = await alice.create_room(name="Old")
    new = (await alice.state(room, "m.room.name", {"name": "New"})).ok()["event_id"]

    event = (await alice.get(f"rooms/{q(room)}/event/{q(new)}")).ok()

    assert event["state_key"] == ""
    assert event["unsigned"]["prev_content"] == {"name": "Old"}
    assert event["unsigned"]["replaces_state"].startswith("$")


async def test_missing_hidden_and_elsewhere_are_one_answer(alice: User, bob: User) -> None:
    one, two = await alice.create_room(), await alice.create_room()
    event_id = await alice.say(one, "here")
    (await alice.get(f"rooms/{q(one)}/event/{q(event_id)}")).ok()

    elsewhere = await alice.get(f"rooms/{q(two)}/event/{q(event_id)}")
    missing = await alice.get(f"rooms/{q(two)}/event/{q('$none')}")
    stranger = await bob.get(f"events/{q(event_id)}")

    assert (404, "M_NOT_FOUND") == (elsewhere.status, elsewhere.errcode)
    outside = await bob.get(f"rooms/{q(one)}/event/{q(event_id)}")
    assert elsewhere.body == missing.body == stranger.body == outside.body


async def test_events_of_ignored_users_are_left_out(alice: User, bob: User) -> None:
    """spec: client-server-api#ignoring-users."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    event_id = await bob.say(room, "noise")
    path = f"rooms/{q(room)}/event/{q(event_id)}"
    assert (await alice.get(path)).status == 200
    await ignore(alice, bob.id)

    assert (await alice.get(path)).status == 404
    await ignore(alice)
    assert (await alice.get(path)).status == 200


@pytest.mark.parametrize("event_id", ["x", "$", "$" + "a" * 3000, "$\x00", "!room", "$a/b"])
async def test_hostile_ids_are_not_found(alice: User, event_id: str) -> None:
    room = await alice.create_room()

    answer = await alice.get(f"rooms/{q(room)}/event/{q(event_id)}")

    assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)

"""spec: client-server-api#rooms."""

import pytest

from courtyard.app.wiring import Server
from tests.api import User, q, text
from tests.fakes import StoppedClock


@pytest.mark.parametrize("version", ["10", "11", "12"])
@pytest.mark.parametrize("preset", ["private_chat", "trusted_private_chat", "public_chat"])
async def test_a_room_can_be_created(alice: User, bob: User, version: str, preset: str) -> None:
    """Every preset in every version; the invited user can join and both can talk."""
    room = await alice.create_room(
        preset=preset, room_version=version, name="Tea", topic="Leaves", invite=[bob.id]
    )

    assert (await bob.join(room)).ok() == {"room_id": room}
    assert (await bob.send(room, text("hello"))).ok()["event_id"].startswith("$")
    assert (await alice.get("joined_rooms")).ok() == {"joined_rooms": [room]}


async def test_a_user_who_left_cannot_send(alice: User, bob: User) -> None:
    """spec: rooms/v12#authorisation-rules, rule 6."""
    room = await alice.create_room(invite=[bob.id])
    (await bob.join(room)).ok()
    (await bob.send(room, text("hello"))).ok()
    (await bob.leave(room)).ok()

    answer = await bob.send(room, text("hello"))

    assert (answer.status, answer.errcode) == (403, "M_FORBIDDEN")


async def test_the_same_transaction_makes_one_event(alice: User) -> None:
    """spec: client-server-api#transaction-identifiers."""
    room = await alice.create_room()

    first = (await alice.send(room, text("once"), txn="t")).ok()
    again = (await alice.send(room, text("once"), txn="t")).ok()
    other = (await alice.send(room, text("once"), txn="u")).ok()

    assert first == again != other


async def test_the_same_state_again_changes_nothing(alice: User) -> None:
    """The event that stands is returned."""
    room = await alice.create_room()

    first = (await alice.state(room, "m.room.name", {"name": "Tea"})).ok()
    again = (await alice.state(room, "m.room.name", {"name": "Tea"})).ok()
    other = (await alice.state(room, "m.room.name", {"name": "Coffee"})).ok()

    assert first == again != other


async def test_an_event_can_be_redacted_once(alice: User, bob: User) -> None:
    """Its author may; another member may not."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    event = await alice.say(room, "oops")

    refused = await bob.put(f"rooms/{q(room)}/redact/{q(event)}/1")
    done = await alice.put(f"rooms/{q(room)}/redact/{q(event)}/1", {"reason": "typo"})

    assert refused.status == 403
    assert done.ok()["event_id"].startswith("$")


async def test_rooms_made_in_the_same_millisecond_are_different(
    alice: User, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From version 12 the id is a hash of the create event, which may be the same to the letter."""
    monkeypatch.setattr(server.world, "clock", StoppedClock())

    first = await alice.create_room()
    second = await alice.create_room()

    assert first != second

"""matrix-nio with itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import nio
import pytest

from tests.clients.conftest import People
from tests.clients.conversation import (
    direct_room,
    exchange_photos,
    group_talk,
    show_faces,
    talk,
)
from tests.clients.nio_person import NioPerson

pytestmark = pytest.mark.slow


def assert_nothing_doubled(*people: NioPerson) -> None:
    doubled = {event for person in people for event, n in person.delivered.items() if n > 1}
    assert doubled == set()


async def test_two_people_hold_an_encrypted_conversation(people: People) -> None:
    alice, bob = await people.nio("alice"), await people.nio("bob")

    room = await direct_room(alice, bob)
    await talk(alice, bob, room)
    await exchange_photos(alice, bob, room)
    await show_faces(alice, bob)

    assert_nothing_doubled(alice, bob)


async def test_three_people_talk_in_an_encrypted_group(people: People) -> None:
    everybody = [await people.nio(name) for name in ("alice", "bob", "carol")]

    await group_talk(list(everybody))

    assert_nothing_doubled(*everybody)


async def test_two_devices_verify_each_other_by_emoji(people: People) -> None:
    """Afterwards nio sends to them without being told to ignore unverified devices."""
    alice, bob = await people.nio("alice"), await people.nio("bob")
    room = await direct_room(alice, bob)
    await alice.knows(bob.user_id, bob.device_id)
    await bob.knows(alice.user_id, alice.device_id)

    careful = {"msgtype": "m.text", "body": "for verified devices only"}
    with pytest.raises(nio.OlmUnverifiedDeviceError):
        await alice.client.room_send(room, "m.room.message", careful)
    await alice.start_verification(bob.user_id, bob.device_id)
    await bob.accept_verification()
    assert await alice.emoji() == await bob.emoji()
    await asyncio.gather(alice.confirm_emoji(), bob.confirm_emoji())

    assert alice.has_verified(bob.user_id, bob.device_id)
    assert bob.has_verified(alice.user_id, alice.device_id)
    await alice.client.room_send(room, "m.room.message", careful)
    await bob.sees(room, body="for verified devices only", encrypted=True)


async def test_exported_keys_open_old_messages_on_a_new_device(
    people: People, tmp_path: Path
) -> None:
    alice, bob = await people.nio("alice"), await people.nio("bob")
    room = await direct_room(alice, bob)
    sent = await alice.say(room, "before the new device")
    await bob.sees(room, event_id=sent, body="before the new device")
    keys = str(tmp_path / "keys.txt")
    await bob.client.export_keys(keys, "passphrase", count=1000)

    again = await people.nio_again(bob)
    await again.sees(room, event_id=sent, undecryptable=True)
    await again.client.import_keys(keys, "passphrase")
    page = await again.client.room_messages(room, limit=20)

    assert isinstance(page, nio.RoomMessagesResponse)
    bodies = [event.body for event in page.chunk if isinstance(event, nio.RoomMessageText)]
    assert bodies == ["before the new device"]


async def test_after_logout_the_token_opens_nothing(people: People) -> None:
    alice = await people.nio("alice")
    other = await people.nio_again(alice)
    token = alice.client.access_token

    await alice.logout()
    alice.client.access_token = token
    refused = await alice.client.whoami()
    still = await other.client.whoami()

    assert isinstance(refused, nio.WhoamiError)
    assert refused.status_code == "M_UNKNOWN_TOKEN"
    assert isinstance(still, nio.WhoamiResponse)

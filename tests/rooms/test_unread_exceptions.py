"""Mentions count until they are read, also when it was remembered that there were none."""

import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.rooms.store.members import all_exceptions
from tests.api import User, text


async def highlights(user: User, room_id: str, thread: str | None) -> int:
    """Return how many mentions a user has not read, in the main timeline or in a thread."""
    wide = '{"room":{"timeline":{"unread_thread_notifications":true}}}'
    room = (await user.sync(filter=wide))["rooms"]["join"][room_id]
    if thread is None:
        return int(room["unread_notifications"]["highlight_count"])
    counts = room.get("unread_thread_notifications", {})
    return int(counts.get(thread, {}).get("highlight_count", 0))


@pytest.mark.parametrize("in_thread", [False, True])
async def test_each_mention_counts_until_its_reader_writes(
    server: Server, alice: User, bob: User, in_thread: bool
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    root = await alice.say(room_id, "let us talk")
    relation = {"m.relates_to": {"rel_type": "m.thread", "event_id": root}} if in_thread else {}
    thread = root if in_thread else None
    mention = {**text("alice!"), "m.mentions": {"user_ids": [alice.id]}, **relation}

    for _ in range(3):
        (await bob.send(room_id, mention)).ok()
        (await bob.send(room_id, mention)).ok()
        assert await highlights(alice, room_id, thread) == 2
        for _ in range(2):
            (await alice.send(room_id, {**text("yes?"), **relation})).ok()
            assert await highlights(alice, room_id, thread) == 0
        # Not only not counted: what was read is not kept.
        assert not await server.db.read(all_exceptions, UserId(alice.id))

"""spec: client-server-api#tracking-the-device-list-for-a-user."""

from tests.api import User, q, text


async def test_who_joins_has_to_be_looked_at(alice: User, bob: User) -> None:
    """In `/sync` and in `/keys/changes`, on both sides."""
    room = await alice.create_room(preset="public_chat")
    alices = (await alice.sync())["next_batch"]
    bobs = (await bob.sync())["next_batch"]

    (await bob.join(room)).ok()

    seen = await alice.sync(alices)
    assert seen["device_lists"] == {"changed": [bob.id]}
    # Bob's other devices may have to know, too.
    assert (await bob.sync(bobs))["device_lists"] == {"changed": [alice.id, bob.id]}
    asked = {"from": alices, "to": seen["next_batch"]}
    changes = (await alice.get("keys/changes", **asked)).ok()
    assert changes == {"changed": [bob.id], "left": []}


async def test_who_leaves_need_not_be_looked_at(alice: User, bob: User) -> None:
    """Unless another room is still shared."""
    rooms = [await alice.create_room(preset="public_chat") for _ in range(2)]
    for room in rooms:
        (await bob.join(room)).ok()
    since = (await alice.sync())["next_batch"]

    (await bob.leave(rooms[0])).ok()
    first = await alice.sync(since)
    (await bob.leave(rooms[1])).ok()
    second = await alice.sync(first["next_batch"])

    assert "device_lists" not in first
    assert second["device_lists"] == {"left": [bob.id]}


async def test_notifications_are_listed(alice: User, bob: User) -> None:
    """spec: client-server-api#get_matrixclientv3notifications."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    first = await alice.say(room, "one")
    mention = {**text("two"), "m.mentions": {"user_ids": [bob.id]}}
    second = (await alice.send(room, mention)).ok()["event_id"]
    (await bob.post(f"rooms/{q(room)}/receipt/m.read/{q(first)}")).ok()

    everything = (await bob.get("notifications", limit=2)).ok()["notifications"]
    highlights = (await bob.get("notifications", only="highlight")).ok()["notifications"]

    assert [(n["event"]["event_id"], n["read"]) for n in everything] == [
        (second, False),
        (first, True),
    ]
    assert [n["event"]["event_id"] for n in highlights] == [second]


async def test_devices_that_come_and_go_are_told_with_or_without_keys(
    alice: User, bob: User
) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    since = (await alice.sync())["next_batch"]

    async def changed() -> list[str]:
        nonlocal since
        answer = await alice.sync(since)
        since = answer["next_batch"]
        found: list[str] = answer.get("device_lists", {}).get("changed", [])
        return found

    second = await alice.api.login(bob.id)
    assert await changed() == [bob.id]
    (await bob.put(f"devices/{second.device_id}", {"display_name": "tablet"})).ok()
    assert await changed() == [bob.id]
    (await second.post("logout")).ok()
    assert await changed() == [bob.id]
    assert await changed() == []

"""spec: client-server-api#tracking-the-device-list-for-a-user."""

from tests.api import PASSWORD, User, q, text
from tests.e2ee.keys import CrossSigningKeys


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


async def test_who_is_invited_is_followed_too(alice: User, bob: User) -> None:
    """Messages are encrypted for them before they come."""
    room = await alice.create_room()
    since = (await alice.sync())["next_batch"]

    async def told() -> dict[str, list[str]]:
        nonlocal since
        answer = await alice.sync(since)
        since = answer["next_batch"]
        lists: dict[str, list[str]] = answer.get("device_lists", {})
        return lists

    (await alice.invite(room, bob.id)).ok()
    assert await told() == {"changed": [bob.id]}
    second = await alice.api.login(bob.id)
    assert await told() == {"changed": [bob.id]}
    (await bob.leave(room)).ok()
    assert await told() == {"left": [bob.id]}
    (await second.post("logout")).ok()
    assert await told() == {}


async def test_a_user_signing_key_is_news_for_its_owner_alone(alice: User, bob: User) -> None:
    """Nobody else is shown it."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    keys = CrossSigningKeys(alice.id).upload()
    (await alice.post("keys/device_signing/upload", {"master_key": keys["master_key"]})).ok()
    alices, bobs = (await alice.sync())["next_batch"], (await bob.sync())["next_batch"]
    auth = {"type": "m.login.password", "password": PASSWORD}

    only = {"user_signing_key": keys["user_signing_key"], "auth": auth}
    (await alice.post("keys/device_signing/upload", only)).ok()

    assert (await alice.sync(alices))["device_lists"] == {"changed": [alice.id]}
    assert "device_lists" not in await bob.sync(bobs)

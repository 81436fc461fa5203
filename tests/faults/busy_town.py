"""A small town with everything in it: what a fault or a check should be tried on."""

from typing import Any

from tests.api import Api, User, q, text

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a494441"
    "54789c636000000002000148afa4710000000049454e44ae426082"
)


async def upload(user: User, body: bytes = PNG) -> str:
    """Upload a picture and return its `mxc://` address."""
    path = "/_matrix/media/v3/upload"
    answer = await user.request("POST", path, content=body, headers={"Content-Type": "image/png"})
    return str(answer.ok()["content_uri"])


async def react(user: User, room_id: str, event_id: str, key: str = "👍") -> str:
    """React to an event."""
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": key}}
    return str((await user.send(room_id, content, "m.reaction")).ok()["event_id"])


async def redact(user: User, room_id: str, event_id: str, txn: str = "r") -> Any:
    """Redact an event."""
    path = f"rooms/{q(room_id)}/redact/{q(event_id)}/{q(txn + event_id[:8])}"
    return (await user.put(path, {"reason": "no"})).ok()


async def build(api: Api, users: dict[str, User]) -> dict[str, Any]:
    """Let three people live here for a while; return the names of what they made."""
    alice, bob, carol = users["alice"], users["bob"], users["carol"]
    rooms = {}
    for version in ("10", "11", "12"):
        room_id = await alice.create_room(
            preset="public_chat",
            room_version=version,
            name=f"Square {version}",
            room_alias_name=f"square{version}",
        )
        rooms[version] = room_id
        (await bob.join(room_id)).ok()
        first = await alice.say(room_id, "hello bob")
        await react(bob, room_id, first)
        gone = await react(bob, room_id, first, "🎉")
        await redact(bob, room_id, gone)
        insult = await bob.say(room_id, "you fool")
        await redact(alice, room_id, insult)
        thread = {"rel_type": "m.thread", "event_id": first}
        (await bob.send(room_id, {**text("aside"), "m.relates_to": thread})).ok()
        named = (await alice.state(room_id, "m.room.topic", {"topic": "old"})).ok()["event_id"]
        (await alice.state(room_id, "m.room.topic", {"topic": "new"})).ok()
        await redact(alice, room_id, named)
        mention = {**text("look"), "m.mentions": {"user_ids": [bob.id]}}
        last = (await alice.send(room_id, mention)).ok()["event_id"]
        picture = await upload(alice, PNG + version.encode())
        shown = {"msgtype": "m.image", "body": "a.png", "url": picture}
        (await alice.send(room_id, shown)).ok()
        unseen = await upload(alice, PNG + b"gone" + version.encode())
        shown = {"msgtype": "m.image", "body": "b.png", "url": unseen}
        wiped = (await alice.send(room_id, shown)).ok()["event_id"]
        await redact(alice, room_id, wiped)
        (await bob.post(f"rooms/{q(room_id)}/receipt/m.read/{q(last)}")).ok()
        data = f"user/{q(bob.id)}/rooms/{q(room_id)}/account_data/org.example.note"
        (await bob.put(data, {"a": 1})).ok()
        (await alice.invite(room_id, carol.id)).ok()
        # Unread for bob, and counting.
        (await alice.send(room_id, mention)).ok()
    (await alice.put(f"profile/{q(alice.id)}/avatar_url", {"avatar_url": await upload(alice)})).ok()
    (await bob.put(f"user/{q(bob.id)}/account_data/org.example.all", {"b": 2})).ok()
    (await carol.join(rooms["12"])).ok()
    (await carol.leave(rooms["12"])).ok()
    (await alice.post(f"rooms/{q(rooms['10'])}/upgrade", {"new_version": "12"})).ok()
    message = {"messages": {bob.id: {"*": {"n": 1}}}}
    (await alice.put("sendToDevice/org.example.x/1", message)).ok()
    return {"rooms": rooms}

"""What older clients do and the specification no longer lists."""

import asyncio
from typing import Any

import msgspec

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from tests.api import User, q, text


async def test_without_a_transaction_id_each_request_is_its_own(alice: User) -> None:
    room = await alice.create_room()

    path = f"rooms/{q(room)}/send/m.room.message"
    sent = [(await alice.post(path, text("hello"))).ok()["event_id"] for _ in range(2)]
    redacted = [(await alice.post(f"rooms/{q(room)}/redact/{q(sent[0])}")).ok() for _ in range(2)]

    assert len({*sent, *(answer["event_id"] for answer in redacted)}) == 4
    first = (await alice.get(f"rooms/{q(room)}/event/{q(sent[0])}")).ok()
    assert first["content"] == {}
    assert first["unsigned"]["redacted_by"] == redacted[0]["event_id"]


async def test_cross_signing_keys_under_the_path_from_before_their_release(alice: User) -> None:
    old = "/_matrix/client/unstable/keys/device_signing/upload"

    asked = [await alice.post(path, {}) for path in ("keys/device_signing/upload", old)]

    assert [answer.status for answer in asked] == [asked[0].status] * 2
    assert asked[0].errcode == asked[1].errcode


async def test_a_join_may_say_more(alice: User, bob: User) -> None:
    """Keys of the client's own go into its member event; those of the server stay the server's."""
    room = await alice.create_room(preset="public_chat")
    body = {"reason": "why not", "com.example": 1, "membership": "ban", "displayname": "Alice"}

    refused = await bob.post(f"join/{q(room)}", body | {"reason": 5})
    (await bob.post(f"join/{q(room)}", body)).ok()

    assert refused.status == 400
    member = (await alice.get(f"rooms/{q(room)}/state/m.room.member/{q(bob.id)}")).ok()
    assert member == {
        "membership": "join",
        "displayname": "bob",
        "reason": "why not",
        "com.example": 1,
    }


async def test_a_room_is_created_once(alice: User) -> None:
    room = await alice.create_room()

    again = await alice.state(room, "m.room.create", {"room_version": "12", "more": 1})

    assert (400, "M_BAD_JSON") == (again.status, again.errcode)


async def test_a_room_is_left_before_it_is_forgotten(alice: User) -> None:
    room = await alice.create_room()

    early = await alice.post(f"rooms/{q(room)}/forget")
    (await alice.leave(room)).ok()
    (await alice.post(f"rooms/{q(room)}/forget")).ok()

    assert (400, "M_UNKNOWN") == (early.status, early.errcode)


async def test_the_event_stream_of_the_first_releases_reads_its_parameters(alice: User) -> None:
    await alice.create_room()

    for wrong in ({"limit": "many"}, {"limit": -5}, {"timeout": "long"}):
        refused = await alice.get("events", **wrong)
        assert (400, "M_INVALID_PARAM") == (refused.status, refused.errcode)
    (await alice.get("events", limit=5, timeout=0)).ok()


def _presence(events: list[Any]) -> dict[str, str]:
    """Return who is said to be how; old clients look for the user in the content."""
    return {
        event["content"]["user_id"]: event["content"]["presence"]
        for event in events
        if event["type"] == "m.presence"
    }


async def test_initial_sync_tells_who_is_there_and_who_has_read_what(
    alice: User, bob: User, carol: User
) -> None:
    """spec: client-server-api#get_matrixclientv3roomsroomidinitialsync."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    event = await alice.say(room, "hello")
    (await bob.post(f"rooms/{q(room)}/receipt/m.read/{q(event)}")).ok()
    (await bob.post(f"rooms/{q(room)}/receipt/m.read.private/{q(event)}")).ok()
    (await bob.put(f"presence/{q(bob.id)}/status", {"presence": "unavailable"})).ok()
    (await carol.put(f"presence/{q(carol.id)}/status", {"presence": "online"})).ok()

    for path in ("initialSync", f"rooms/{q(room)}/initialSync"):
        answer = (await alice.get(path)).ok()

        assert _presence(answer["presence"]) == {alice.id: "online", bob.id: "unavailable"}
        [receipt] = answer["receipts"]
        assert receipt["room_id"] == room
        assert set(receipt["content"][event]) == {"m.read"}
    (await bob.leave(room)).ok()
    departed = (await bob.get(f"rooms/{q(room)}/initialSync")).ok()
    assert (departed["presence"], departed["receipts"]) == ([], [])


async def test_the_event_stream_waits_for_news(alice: User, bob: User) -> None:
    """spec: client-server-api#get_matrixclientv3events."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    start = (await bob.get("initialSync")).ok()["end"]
    nothing = (await bob.get("events", **{"from": start, "timeout": "1"})).ok()
    waiting = asyncio.create_task(bob.get("events", **{"from": start, "timeout": "20000"}))
    await asyncio.sleep(0)

    await alice.say(room, "hello")

    answer = (await asyncio.wait_for(waiting, 10)).ok()
    assert (nothing["chunk"], nothing["end"]) == ([], start)
    assert [event["content"].get("body") for event in answer["chunk"]] == ["hello"]
    assert answer["start"] == start


async def test_who_looks_into_a_room_is_woken_by_it(alice: User, bob: User) -> None:
    room = await alice.create_room(preset="public_chat")
    world_readable = {"history_visibility": "world_readable"}
    (await alice.state(room, "m.room.history_visibility", world_readable)).ok()
    start = (await bob.get("events", room_id=room, timeout="20000")).ok()["end"]
    query = {"from": start, "room_id": room, "timeout": "20000"}
    waiting = asyncio.create_task(bob.get("events", **query))
    await asyncio.sleep(0)

    await alice.say(room, "hello")

    answer = (await asyncio.wait_for(waiting, 10)).ok()
    assert [event["content"]["body"] for event in answer["chunk"]] == ["hello"]


async def test_the_event_stream_has_events_of_rooms_alone(alice: User, bob: User) -> None:
    """Account data, receipts, typing and presence have no id, which the schema wants of each event."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    event = await alice.say(room, "hello")
    start = (await bob.get("events")).ok()["end"]

    (await bob.put(f"user/{q(bob.id)}/account_data/com.example", {"a": 1})).ok()
    (await alice.post(f"rooms/{q(room)}/receipt/m.read/{q(event)}")).ok()
    (await alice.put(f"presence/{q(alice.id)}/status", {"presence": "unavailable"})).ok()
    await alice.say(room, "again")

    answer = (await bob.get("events", **{"from": start})).ok()
    assert [event["content"] for event in answer["chunk"]] == [text("again")]
    assert (await bob.get("events", **{"from": answer["end"]})).ok()["chunk"] == []


async def test_old_ways_hide_whom_one_ignores_and_who_may_not_be_seen(
    server: Server, alice: User, bob: User
) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    ignored: dict[str, Any] = {"ignored_users": {alice.id: {}}}
    (await bob.put(f"user/{q(bob.id)}/account_data/m.ignored_user_list", ignored)).ok()
    (await alice.put(f"presence/{q(alice.id)}/status", {"presence": "unavailable"})).ok()

    assert _presence((await bob.get("initialSync")).ok()["presence"]) == {bob.id: "online"}
    settings: Settings = msgspec.structs.replace(server.settings, presence="off")
    server.world.settings = settings
    assert (await bob.get("initialSync")).ok()["presence"] == []


async def test_a_token_from_the_future_is_refused(alice: User) -> None:
    answer = await alice.get("events", **{"from": "s999999"})

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)

"""spec: client-server-api#syncing."""

import asyncio
import json
from typing import Any

import pytest

from tests.api import User, q, text
from tests.fakes import FakeClock


def bodies(answer: dict[str, Any], room: str, kind: str = "join") -> list[str]:
    """Return the texts in a room's timeline."""
    events = answer["rooms"][kind][room]["timeline"]["events"]
    return [e["content"]["body"] for e in events if e["type"] == "m.room.message"]


async def test_an_initial_sync_tells_rooms_and_account_data(alice: User) -> None:
    """State and timeline together hold the whole room."""
    room = await alice.create_room(name="Tea")
    await alice.say(room, "hello")

    answer = await alice.sync()

    section = answer["rooms"]["join"][room]
    types = {e["type"] for e in section["timeline"]["events"] + section["state"]["events"]}
    assert {"m.room.create", "m.room.member", "m.room.power_levels", "m.room.name"} <= types
    assert bodies(answer, room) == ["hello"]
    assert any(e["type"] == "m.push_rules" for e in answer["account_data"]["events"])
    assert answer["device_one_time_keys_count"] == {"signed_curve25519": 0}


async def test_a_delta_holds_only_what_is_new(alice: User) -> None:
    """Then nothing."""
    room = await alice.create_room()
    first = await alice.sync()
    await alice.say(room, "hello")

    delta = await alice.sync(first["next_batch"])
    nothing = await alice.sync(delta["next_batch"])

    assert bodies(delta, room) == ["hello"]
    assert delta["rooms"]["join"][room]["timeline"]["limited"] is False
    assert "rooms" not in nothing


async def test_an_event_tells_how_old_it_is(alice: User, bob: User, clock: FakeClock) -> None:
    """Devices whose clock is wrong go by that: calls ring for a minute. However the answer is made, and never below zero.

    spec: client-server-api#definition-clientevent
    """
    room = await alice.create_room(invite=[bob.id])
    (await bob.join(room)).ok()
    start = (await bob.sync())["next_batch"]
    own = (await alice.sync())["next_batch"]
    await alice.say(room, "hello")
    clock.advance(4_321)
    unusual = json.dumps({"room": {"state": {"types": []}}})
    for user, since, asked in ((bob, start, "{}"), (bob, start, unusual), (alice, own, "{}")):
        answer = await user.sync(since, filter=asked)
        [event] = answer["rooms"]["join"][room]["timeline"]["events"]
        # Each look at this clock takes a millisecond.
        assert 4_321 <= event["unsigned"]["age"] < 4_421
        assert event["unsigned"]["membership"] == "join"
        assert ("transaction_id" in event["unsigned"]) == (user is alice)

    await alice.say(room, "set back")
    clock.advance(-60_000)
    [*_, event] = (await bob.sync(start))["rooms"]["join"][room]["timeline"]["events"]
    assert event["unsigned"]["age"] == 0


async def test_a_long_poll_is_woken(alice: User, bob: User) -> None:
    """Send → seen without waiting for the timeout."""
    room = await alice.create_room(invite=[bob.id])
    (await bob.join(room)).ok()
    since = (await bob.sync())["next_batch"]

    poll = asyncio.create_task(bob.sync(since, timeout=20_000))
    await asyncio.sleep(0)
    await alice.say(room, "hello")
    answer = await asyncio.wait_for(poll, 5)

    assert bodies(answer, room) == ["hello"]


async def test_a_timeline_longer_than_the_limit_is_limited(alice: User) -> None:
    """`prev_batch` leads on; state that lies in the gap is told."""
    room = await alice.create_room()
    since = (await alice.sync())["next_batch"]
    (await alice.state(room, "m.room.name", {"name": "Tea"})).ok()
    for number in range(4):
        await alice.say(room, str(number))

    wanted = json.dumps({"room": {"timeline": {"limit": 2}}})
    section = (await alice.sync(since, filter=wanted))["rooms"]["join"][room]

    assert section["timeline"]["limited"] is True
    assert [e["content"]["body"] for e in section["timeline"]["events"]] == ["2", "3"]
    assert [e["type"] for e in section["state"]["events"]] == ["m.room.name"]


@pytest.mark.parametrize("name", ["use_state_after", "org.matrix.msc4222.use_state_after"])
async def test_the_state_after_the_timeline_can_be_asked_for(alice: User, name: str) -> None:
    """Even what the timeline itself holds is then in `state_after`."""
    room = await alice.create_room()
    since = (await alice.sync())["next_batch"]
    (await alice.state(room, "m.room.name", {"name": "Tea"})).ok()

    section = (await alice.sync(since, 0, **{name: "true"}))["rooms"]["join"][room]

    after = section[name.replace("use_", "")]
    assert [e["type"] for e in after["events"]] == ["m.room.name"]
    assert "state" not in section


async def test_lazy_loading_keeps_nothing_that_changed_from_a_client(
    alice: User, bob: User, carol: User
) -> None:
    """Not who left in a gap; nor, when the timeline does not count as state, who is kicked in it."""
    room = await alice.create_room(preset="public_chat")
    for user in (bob, carol):
        (await user.join(room)).ok()
        await user.say(room, "hello")
    lazy = {"room": {"state": {"lazy_load_members": True}}}
    gappy = {"room": {**lazy["room"], "timeline": {"limit": 1}}}
    since = (await alice.sync(filter=json.dumps(lazy)))["next_batch"]
    (await bob.leave(room)).ok()
    (await alice.post(f"rooms/{q(room)}/kick", {"user_id": carol.id})).ok()

    before = await alice.sync(since, filter=json.dumps(gappy))
    after = await alice.sync(since, filter=json.dumps(lazy), use_state_after="true")

    def memberships(section: dict[str, Any]) -> dict[str, str]:
        return {e["state_key"]: e["content"]["membership"] for e in section["events"]}

    assert memberships(before["rooms"]["join"][room]["state"])[bob.id] == "leave"
    told = memberships(after["rooms"]["join"][room]["state_after"])
    assert (told[bob.id], told[carol.id]) == ("leave", "leave")


async def test_state_after_tells_the_end_of_an_invitation(alice: User, bob: User) -> None:
    """What the timeline says does not count as state then: refused, banned and unbanned alike."""
    room = await alice.create_room(invite=[bob.id])
    since = (await bob.sync())["next_batch"]
    (await bob.leave(room)).ok()
    seen = []
    for step in (None, "ban", "unban"):
        if step is not None:
            (await alice.post(f"rooms/{q(room)}/{step}", {"user_id": bob.id})).ok()

        answer = await bob.sync(since, use_state_after="true")

        since = answer["next_batch"]
        section = answer["rooms"]["leave"][room]
        assert "state" not in section
        seen += [
            (e["type"], e["state_key"], e["content"]["membership"])
            for e in section["state_after"]["events"]
        ]
    assert seen == [("m.room.member", bob.id, kind) for kind in ("leave", "ban", "leave")]


async def test_an_invitation_and_its_refusal(alice: User, bob: User) -> None:
    """`invite`, then `leave`."""
    room = await alice.create_room(invite=[bob.id], name="Tea")

    invited = await bob.sync()
    (await bob.leave(room)).ok()
    left = await bob.sync(invited["next_batch"])

    events = invited["rooms"]["invite"][room]["invite_state"]["events"]
    assert {"m.room.create", "m.room.name", "m.room.member"} <= {e["type"] for e in events}
    timeline = left["rooms"]["leave"][room]["timeline"]["events"]
    assert [e["content"]["membership"] for e in timeline] == ["leave"]


async def test_a_room_that_was_left(alice: User, bob: User) -> None:
    """The events until the leaving, and none after it."""
    room = await alice.create_room(invite=[bob.id])
    (await bob.join(room)).ok()
    since = (await bob.sync())["next_batch"]
    await alice.say(room, "before")
    (await bob.leave(room)).ok()
    await alice.say(room, "after")

    answer = await bob.sync(since)

    assert bodies(answer, room, "leave") == ["before"]
    assert room not in answer["rooms"].get("join", {})
    assert answer["device_lists"]["left"] == [alice.id]


async def test_unread_counts(alice: User, bob: User) -> None:
    """They come with the event and go with the receipt."""
    room = await alice.create_room(invite=[bob.id])
    (await bob.join(room)).ok()
    since = (await bob.sync())["next_batch"]
    await alice.say(room, "one")
    mention = {**text("two"), "m.mentions": {"user_ids": [bob.id]}}
    last = (await alice.send(room, mention)).ok()["event_id"]

    unread = await bob.sync(since)
    (await bob.post(f"rooms/{q(room)}/receipt/m.read/{q(last)}")).ok()
    read = await bob.sync(unread["next_batch"])

    counts = unread["rooms"]["join"][room]["unread_notifications"]
    assert counts == {"notification_count": 2, "highlight_count": 1}
    counts = read["rooms"]["join"][room]["unread_notifications"]
    assert counts == {"notification_count": 0, "highlight_count": 0}
    receipts = read["rooms"]["join"][room]["ephemeral"]["events"]
    assert bob.id in receipts[0]["content"][last]["m.read"]


async def test_typing_is_told_and_ends(alice: User, bob: User) -> None:
    """spec: client-server-api#typing-notifications."""
    room = await alice.create_room(invite=[bob.id])
    (await bob.join(room)).ok()
    since = (await alice.sync())["next_batch"]
    path = f"rooms/{q(room)}/typing/{q(bob.id)}"

    (await bob.put(path, {"typing": True, "timeout": 20_000})).ok()
    typing = await alice.sync(since)
    (await bob.put(path, {"typing": False})).ok()
    ended = await alice.sync(typing["next_batch"])

    shown = typing["rooms"]["join"][room]["ephemeral"]["events"]
    assert shown == [{"type": "m.typing", "content": {"user_ids": [bob.id]}}]
    shown = ended["rooms"]["join"][room]["ephemeral"]["events"]
    assert shown == [{"type": "m.typing", "content": {"user_ids": []}}]


async def test_account_data_and_tags(alice: User) -> None:
    """Global, of a room, and tags."""
    room = await alice.create_room()
    since = (await alice.sync())["next_batch"]
    mine = f"user/{q(alice.id)}"
    (await alice.put(f"{mine}/account_data/org.example", {"a": 1})).ok()
    (await alice.put(f"{mine}/rooms/{q(room)}/account_data/org.example", {"b": 2})).ok()
    (await alice.put(f"{mine}/rooms/{q(room)}/tags/m.favourite", {"order": 0.5})).ok()

    answer = await alice.sync(since)

    assert {"type": "org.example", "content": {"a": 1}} in answer["account_data"]["events"]
    events = answer["rooms"]["join"][room]["account_data"]["events"]
    assert {"type": "org.example", "content": {"b": 2}} in events
    tagged = {"type": "m.tag", "content": {"tags": {"m.favourite": {"order": 0.5}}}}
    assert tagged in events


async def test_what_was_kept_of_a_room_before_joining_comes_with_the_room(
    alice: User, bob: User
) -> None:
    """The client was not told when it was kept, because it was not in the room."""
    room = await bob.create_room(preset="public_chat")
    path = f"/_matrix/client/v3/user/{q(alice.id)}/rooms/{q(room)}/account_data/org.example"
    (await alice.put(path, {"value": 1})).ok()
    since = (await alice.sync())["next_batch"]

    (await alice.join(room)).ok()
    told = (await alice.sync(since))["rooms"]["join"][room]["account_data"]["events"]

    assert told == [{"type": "org.example", "content": {"value": 1}}]


async def test_lazy_loading_tells_each_sender_once(alice: User, bob: User, carol: User) -> None:
    """spec: client-server-api#lazy-loading-room-members."""
    room = await alice.create_room(preset="public_chat")
    for user in (bob, carol):
        (await user.join(room)).ok()
    for number in range(3):
        await alice.say(room, str(number))
    lazy = json.dumps({"room": {"state": {"lazy_load_members": True}, "timeline": {"limit": 1}}})

    first = await alice.sync(filter=lazy)
    await bob.say(room, "hello")
    second = await alice.sync(first["next_batch"], filter=lazy)
    await bob.say(room, "again")
    third = await alice.sync(second["next_batch"], filter=lazy)

    def members(answer: dict[str, Any]) -> list[str]:
        events = answer["rooms"]["join"][room]["state"]["events"]
        return [e["state_key"] for e in events if e["type"] == "m.room.member"]

    assert members(first) == [alice.id]
    assert members(second) == [bob.id]
    assert members(third) == []
    assert first["rooms"]["join"][room]["summary"]["m.joined_member_count"] == 3


async def test_a_first_answer_tells_lazy_clients_who_waits_to_be_let_in(
    alice: User, bob: User, carol: User
) -> None:
    """spec: client-server-api#knocking-on-rooms."""
    rule = {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "knock"}}
    room = await alice.create_room(initial_state=[rule], invite=[carol.id])
    (await bob.post(f"knock/{room}", {"reason": "It is me"})).ok()
    (await carol.join(room)).ok()
    for number in range(3):
        await alice.say(room, str(number))
    lazy = json.dumps({"room": {"state": {"lazy_load_members": True}, "timeline": {"limit": 1}}})

    async def members(name: str, **query: Any) -> dict[str, str]:
        answer = await alice.sync(filter=lazy, **query)
        events = answer["rooms"]["join"][room][name]["events"]
        found = [event for event in events if event["type"] == "m.room.member"]
        return {event["state_key"]: event["content"]["membership"] for event in found}

    waiting = {alice.id: "join", bob.id: "knock"}
    assert await members("state") == waiting
    assert await members("state_after", use_state_after="true") == waiting
    (await alice.invite(room, bob.id)).ok()
    await alice.say(room, "welcome")
    assert await members("state") == {alice.id: "join"}


@pytest.mark.parametrize(
    "query",
    [
        {"since": "nonsense"},
        {"since": "s99999999"},
        {"timeout": "x"},
        {"filter": "{"},
        {"filter": '{"room": 3}'},
        {"filter": "77"},
        {"full_state": "maybe"},
    ],
)
async def test_a_bad_query_is_refused(alice: User, query: dict[str, str]) -> None:
    """A clear 4xx."""
    answer = await alice.get("sync", **query)

    assert answer.status in {400, 404}


async def test_who_left_in_a_gap_is_told_to_lazy_clients_too(
    alice: User, bob: User, carol: User
) -> None:
    """Otherwise they would go on encrypting to somebody who is gone."""
    room = await alice.create_room(preset="public_chat")
    for user in (bob, carol):
        (await user.join(room)).ok()
    lazy = json.dumps({"room": {"state": {"lazy_load_members": True}, "timeline": {"limit": 1}}})
    since = (await alice.sync(filter=lazy))["next_batch"]
    (await bob.leave(room)).ok()
    for number in range(3):
        await carol.say(room, str(number))

    section = (await alice.sync(since, filter=lazy))["rooms"]["join"][room]

    members = {
        e["state_key"]: e["content"]["membership"]
        for e in section["state"]["events"]
        if e["type"] == "m.room.member"
    }
    # Carol's own join is known: it was the first answer's timeline.
    assert members == {bob.id: "leave"}


async def test_a_timeline_of_messages_alone_comes_with_all_state(alice: User) -> None:
    """What the filter leaves out of the timeline is in `state`."""
    room = await alice.create_room(name="Tea")
    await alice.say(room, "hello")
    wanted = json.dumps({"room": {"timeline": {"types": ["m.room.message"]}}})

    section = (await alice.sync(filter=wanted))["rooms"]["join"][room]

    assert [e["type"] for e in section["timeline"]["events"]] == ["m.room.message"]
    types = {e["type"] for e in section["state"]["events"]}
    assert {"m.room.create", "m.room.member", "m.room.name"} <= types


async def test_receipts_of_several_threads_stand_beside_each_other(alice: User, bob: User) -> None:
    """One user may have a threaded and an unthreaded receipt for one event."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    event = await alice.say(room, "hello")
    since = (await alice.sync())["next_batch"]
    path = f"rooms/{q(room)}/receipt/m.read/{q(event)}"

    (await bob.post(path)).ok()
    (await bob.post(path, {"thread_id": "main"})).ok()

    events = (await alice.sync(since))["rooms"]["join"][room]["ephemeral"]["events"]
    threads = [e["content"][event]["m.read"][bob.id].get("thread_id") for e in events]
    assert threads == [None, "main"]


async def test_being_removed_is_told_in_a_first_sync(alice: User, bob: User) -> None:
    """P1: nothing is done to anybody in silence."""
    kicked, banned, left = [await alice.create_room(preset="public_chat") for _ in range(3)]
    for room in (kicked, banned, left):
        (await bob.join(room)).ok()
    (await alice.post(f"rooms/{q(kicked)}/kick", {"user_id": bob.id})).ok()
    (await alice.post(f"rooms/{q(banned)}/ban", {"user_id": bob.id, "reason": "spam"})).ok()
    (await bob.leave(left)).ok()

    answer = await bob.sync()

    assert set(answer["rooms"]["leave"]) == {kicked, banned}


async def test_a_room_that_was_forgotten_at_once_is_told_as_left(alice: User, bob: User) -> None:
    """The account's other devices have to hear of it."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    since = (await bob.sync())["next_batch"]
    (await bob.leave(room)).ok()
    (await bob.post(f"rooms/{q(room)}/forget")).ok()

    answer = await bob.sync(since)

    assert set(answer["rooms"]["leave"]) == {room}

"""Ending an account through HTTP.

spec: client-server-api#account-deactivation
"""

import json
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.archive import deactivate
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.model import RESTRICTABLE
from courtyard.gate.restrict import restrict
from tests.api import PASSWORD, Api, User, q
from tests.fakes import FakeClock
from tests.gate.restrictions import restriction

DONE = {"id_server_unbind_result": "success"}


def _auth(user: User, password: str = PASSWORD) -> dict[str, Any]:
    identifier = {"type": "m.id.user", "user": user.id}
    return {"type": "m.login.password", "identifier": identifier, "password": password}


async def _end(user: User, **body: Any) -> None:
    answer = await user.post("account/deactivate", {"auth": _auth(user), **body})
    assert answer.ok() == DONE


async def _timeline(user: User, room_id: str) -> list[Any]:
    path = f"rooms/{q(room_id)}/messages"
    answer = (await user.get(path, dir="b", limit=100)).ok()
    return list(reversed(answer["chunk"]))


async def _said(user: User, room_id: str) -> list[str | None]:
    events = await _timeline(user, room_id)
    return [e["content"].get("body") for e in events if e["type"] == "m.room.message"]


async def _membership(user: User, room_id: str, other: User) -> str:
    path = f"rooms/{q(room_id)}/state/m.room.member/{q(other.id)}"
    return str((await user.get(path)).ok()["membership"])


async def test_an_account_ends_when_its_owner_shows_who_they_are(api: Api, alice: User) -> None:
    asked = await alice.post("account/deactivate")
    assert asked.status == 401
    assert asked.body["flows"] == [{"stages": ["m.login.password"]}]
    wrong = await alice.post("account/deactivate", {"auth": _auth(alice, "wrong")})
    assert (401, "M_FORBIDDEN") == (wrong.status, wrong.errcode)
    assert (await alice.get("account/whoami")).status == 200

    auth = {**_auth(alice), "session": asked.body["session"]}
    assert (await alice.post("account/deactivate", {"auth": auth})).ok() == DONE

    gone = await alice.get("account/whoami")
    assert (401, "M_UNKNOWN_TOKEN") == (gone.status, gone.errcode)
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": alice.id},
        "password": PASSWORD,
    }
    assert (await api.request("POST", "login", login)).status == 403
    taken = await api.request("GET", "register/available", params={"username": "alice"})
    assert (400, "M_USER_IN_USE") == (taken.status, taken.errcode)
    assert (await api.request("GET", f"profile/{q(alice.id)}")).status == 404


async def test_it_leaves_every_room(alice: User, bob: User) -> None:
    joined = [await bob.create_room(preset="public_chat") for _ in range(3)]
    for room in joined:
        (await alice.join(room)).ok()
    invited = await bob.create_room(invite=[alice.id])
    knocked = await bob.create_room()
    (await bob.state(knocked, "m.room.join_rules", {"join_rule": "knock"})).ok()
    (await alice.post(f"knock/{q(knocked)}")).ok()
    banned = await bob.create_room()
    (await bob.post(f"rooms/{q(banned)}/ban", {"user_id": alice.id})).ok()
    assert await _membership(bob, joined[0], alice) == "join"

    await _end(alice)

    for room in (*joined, invited, knocked):
        assert await _membership(bob, room, alice) == "leave"
    assert await _membership(bob, banned, alice) == "ban"
    late = await bob.invite(joined[0], alice.id)
    assert late.status in (200, 403)


async def test_many_rooms_are_left_in_batches(
    monkeypatch: pytest.MonkeyPatch, alice: User, bob: User
) -> None:
    monkeypatch.setattr(deactivate, "ROOMS_AT_ONCE", 2)
    rooms = [await bob.create_room(preset="public_chat") for _ in range(5)]
    for room in rooms:
        (await alice.join(room)).ok()

    await _end(alice)

    assert {await _membership(bob, room, alice) for room in rooms} == {"leave"}
    assert (await alice.get("account/whoami")).status == 401


async def test_every_device_is_logged_out(api: Api, alice: User) -> None:
    other = await api.login(alice.id)

    await _end(alice)

    assert (await other.get("account/whoami")).status == 401


async def test_a_suspended_account_can_still_end(server: Server, alice: User, bob: User) -> None:
    room = await bob.create_room(preset="public_chat")
    (await alice.join(room)).ok()
    now = server.world.clock.now_ms()
    for n, capability in enumerate(sorted(RESTRICTABLE)):
        measure = restriction(
            capability,
            id=f"r{n}",
            user_id=UserId(alice.id),
            starts_at=TimestampMs(now),
            ends_at=TimestampMs(now + 3_600_000),
        )
        await server.db.write(restrict, measure)
    refused = await alice.send(room, {"msgtype": "m.text", "body": "hello"})
    assert (403, "M_USER_SUSPENDED") == (refused.status, refused.errcode)

    await _end(alice, erase=True)

    assert await _membership(bob, room, alice) == "leave"


async def test_without_the_wish_to_be_erased_messages_stay(
    alice: User, bob: User, carol: User
) -> None:
    room = await bob.create_room(preset="public_chat")
    (await alice.join(room)).ok()
    await alice.say(room, "hello")

    await _end(alice, erase=False)
    (await carol.join(room)).ok()

    assert await _said(bob, room) == await _said(carol, room) == ["hello"]


async def test_the_erased_are_read_only_by_those_who_were_there(
    alice: User, bob: User, carol: User
) -> None:
    room = await bob.create_room(preset="public_chat")
    (await alice.join(room)).ok()
    first = await alice.say(room, "hello")
    edit = {
        "msgtype": "m.text",
        "body": "* hallo",
        "m.new_content": {"msgtype": "m.text", "body": "hallo"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": first},
    }
    (await alice.send(room, edit)).ok()
    bobs = await bob.say(room, "hi alice")
    thread = {
        "msgtype": "m.text",
        "body": "in a thread",
        "m.relates_to": {"rel_type": "m.thread", "event_id": bobs},
    }
    (await alice.send(room, thread)).ok()
    assert await _said(bob, room) == ["hello", "* hallo", "hi alice", "in a thread"]

    await _end(alice, erase=True)
    (await carol.join(room)).ok()

    # Bob was there.
    assert await _said(bob, room) == ["hello", "* hallo", "hi alice", "in a thread"]
    # Carol was not.
    assert await _said(carol, room) == [None, None, "hi alice", None]
    events = {e["event_id"]: e for e in await _timeline(carol, room)}
    assert events[first]["content"] == {}
    assert "m.replace" not in events[first].get("unsigned", {}).get("m.relations", {})
    latest = events[bobs]["unsigned"]["m.relations"]["m.thread"]["latest_event"]
    assert (latest["sender"], latest["content"]) == (alice.id, {})
    text = str(await carol.sync())
    for word in ("hello", "hallo", "in a thread"):
        assert word not in text
    one = (await carol.get(f"rooms/{q(room)}/event/{q(first)}")).ok()
    assert one["content"] == {}
    context = (await carol.get(f"rooms/{q(room)}/context/{q(first)}")).ok()
    assert "hallo" not in str(context)
    relations = f"/_matrix/client/v1/rooms/{q(room)}/relations/{q(bobs)}"
    assert "in a thread" not in str((await carol.get(relations)).ok())
    threads = f"/_matrix/client/v1/rooms/{q(room)}/threads"
    assert "in a thread" not in str((await carol.get(threads)).ok())
    found = {"search_categories": {"room_events": {"search_term": "thread"}}}
    for user, count in ((bob, 1), (carol, 0)):
        answer = (await user.post("search", found)).ok()
        assert answer["search_categories"]["room_events"]["count"] == count


async def test_what_replaced_state_of_the_erased_does_not_repeat_it(
    alice: User, bob: User, carol: User
) -> None:
    room = await alice.create_room(
        preset="public_chat", power_level_content_override={"users": {bob.id: 100}}
    )
    (await bob.join(room)).ok()
    (await alice.state(room, "m.room.topic", {"topic": "about me"})).ok()
    (await bob.state(room, "m.room.topic", {"topic": "about us"})).ok()
    assert "about me" in str(await _timeline(bob, room))

    await _end(alice, erase=True)
    (await carol.join(room)).ok()

    assert "about me" in str(await _timeline(bob, room))
    assert "about me" not in str(await _timeline(carol, room))


async def test_state_of_the_erased_is_hidden_from_newcomers_alone(
    alice: User, bob: User, carol: User, clock: FakeClock
) -> None:
    """Bob came after it was written and before it was erased; he goes on seeing what he saw."""
    room = await alice.create_room(
        preset="public_chat",
        topic="about me",
        initial_state=[
            {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
            {"type": "com.example.own", "content": {"word": "about me"}},
        ],
    )
    await alice.say(room, "a message")
    (await bob.join(room)).ok()
    clock.advance(1)
    await _end(alice, erase=True)
    clock.advance(1)
    (await carol.join(room)).ok()
    since = (await carol.sync())["next_batch"]
    event = await bob.say(room, "hello")

    narrow = json.dumps({"room": {"timeline": {"limit": 1}}})
    # Each is what Bob is told, and what Carol is told.
    answers = [
        [await user.sync() for user in (bob, carol)],
        [await user.sync(filter=narrow) for user in (bob, carol)],
        [await user.sync(filter=narrow, use_state_after="true") for user in (bob, carol)],
        [await user.sync(since, full_state="true") for user in (bob, carol)],
    ]
    paths = (
        f"rooms/{q(room)}/state",
        f"rooms/{q(room)}/state/m.room.topic",
        f"rooms/{q(room)}/state/m.room.topic/?format=event",
        f"rooms/{q(room)}/state/com.example.own",
        f"rooms/{q(room)}/initialSync",
        f"rooms/{q(room)}/context/{q(event)}",
    )
    answers += [[(await user.get(path)).ok() for user in (bob, carol)] for path in paths]

    # A message is another thing: he was not there when it was sent.
    assert await _said(bob, room) == [None, "hello"]
    for bobs, carols in answers:
        assert "about me" in json.dumps(bobs)
        assert "about me" not in json.dumps(carols)
    path = f"rooms/{q(room)}/state/m.room.encryption"
    assert (await carol.get(path)).ok() == {"algorithm": "m.megolm.v1.aes-sha2"}
    power = (await carol.get(f"rooms/{q(room)}/state/m.room.power_levels")).ok()
    assert power["ban"] == 50
    assert await _membership(carol, room, alice) == "leave"


@pytest.mark.parametrize("body", [{"erase": "yes"}, {"erase": 1}, {"auth": 5}, {"id_server": []}])
async def test_a_malformed_request_ends_nothing(alice: User, body: Any) -> None:
    answer = await alice.post("account/deactivate", body)

    assert (400, "M_BAD_JSON") == (answer.status, answer.errcode)
    assert (await alice.get("account/whoami")).status == 200


async def test_a_wish_to_be_erased_cannot_be_added_later(alice: User) -> None:
    asked = await alice.post("account/deactivate", {"erase": False})
    auth = {**_auth(alice), "session": asked.body["session"]}

    answer = await alice.post("account/deactivate", {"auth": auth, "erase": True})

    assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)
    assert (await alice.get("account/whoami")).status == 200


async def test_ending_needs_an_account(api: Api) -> None:
    answer = await api.request("POST", "account/deactivate", {})

    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)

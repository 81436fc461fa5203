"""spec: client-server-api#room-history-visibility: every value for every kind of reader."""

from typing import Any

import pytest

from tests.api import User, q
from tests.spec.timeline import bodies, edit, ids, messages, relate

VALUES = ["world_readable", "shared", "invited", "joined"]

# What bob sees. The texts are sent, in this order: before he is invited, while he is invited, while he is joined, after
# he has left, and after he has joined again.
STRANGER = {"world_readable": ["first"], "shared": [], "invited": [], "joined": []}
INVITED = {
    "world_readable": ["first", "invited"],
    "shared": [],
    "invited": ["invited"],
    "joined": [],
}
JOINED = {
    "world_readable": ["first", "invited", "joined"],
    "shared": ["first", "invited", "joined"],
    "invited": ["invited", "joined"],
    "joined": ["joined"],
}
LEFT = {
    "world_readable": ["first", "invited", "joined", "left"],
    "shared": ["first", "invited", "joined"],
    "invited": ["invited", "joined"],
    "joined": ["joined"],
}
REJOINED = {
    "world_readable": ["first", "invited", "joined", "left", "again"],
    "shared": ["first", "invited", "joined", "left", "again"],
    "invited": ["invited", "joined", "again"],
    "joined": ["joined", "again"],
}


async def make_room(alice: User, visibility: str) -> str:
    """Make a room whose history has one visibility from its first text on."""
    return await alice.create_room(
        preset="public_chat",
        initial_state=[
            {
                "type": "m.room.history_visibility",
                "state_key": "",
                "content": {"history_visibility": visibility},
            }
        ],
    )


async def seen(user: User, room: str) -> list[str] | None:
    """Return the texts somebody sees by every way of reading; None when the room is closed to them."""
    answer = await user.get(f"rooms/{q(room)}/messages", dir="f", limit=1000)
    if answer.status == 403:
        assert answer.errcode == "M_FORBIDDEN"
        return None
    events = answer.body["chunk"]
    backwards = await messages(user, room, limit=1000)
    assert ids(backwards["chunk"])[::-1] == ids(events)
    return bodies(events)


async def check_one_by_one(alice: User, user: User, room: str, expected: list[str]) -> None:
    """Hold /event and /context to what /messages shows."""
    for event in (await messages(alice, room, limit=1000))["chunk"]:
        if "body" not in event["content"]:
            continue
        path = q(event["event_id"])
        alone = await user.get(f"rooms/{q(room)}/event/{path}")
        around = await user.get(f"rooms/{q(room)}/context/{path}", limit=100)
        anywhere = await user.get(f"events/{path}")
        if event["content"]["body"] in expected:
            assert alone.ok()["content"] == event["content"]
            assert anywhere.ok()["content"] == event["content"]
            context = around.ok()
            shown = [*context["events_before"][::-1], context["event"], *context["events_after"]]
            assert bodies(shown) == expected
        else:
            assert (404, "M_NOT_FOUND") == (alone.status, alone.errcode)
            status = (404, "M_NOT_FOUND") if expected else (403, "M_FORBIDDEN")
            assert status == (around.status, around.errcode)
            assert (404, "M_NOT_FOUND") == (anywhere.status, anywhere.errcode)


@pytest.mark.parametrize("value", VALUES)
async def test_the_table(alice: User, bob: User, value: str) -> None:
    """Every value, for who is never there, invited, joined, gone, back again."""
    room = await make_room(alice, value)
    tables = [STRANGER, INVITED, JOINED, LEFT, REJOINED]

    async def look() -> None:
        expected = tables.pop(0)[value]
        assert (await seen(bob, room) or []) == expected
        await check_one_by_one(alice, bob, room, expected)

    await alice.say(room, "first")
    await look()
    (await alice.invite(room, bob.id)).ok()
    await alice.say(room, "invited")
    await look()
    (await bob.join(room)).ok()
    await alice.say(room, "joined")
    await look()
    (await bob.leave(room)).ok()
    await alice.say(room, "left")
    await look()
    (await bob.join(room)).ok()
    await alice.say(room, "again")
    await look()
    assert tables == []


@pytest.mark.parametrize("value", VALUES)
async def test_a_stranger_is_let_in_by_world_readable_alone(
    alice: User, bob: User, value: str
) -> None:
    room = await make_room(alice, value)
    await alice.say(room, "hello")
    paths = ["messages?dir=b", "state", "members", "state/m.room.create", "initialSync"]

    answers = [await bob.get(f"rooms/{q(room)}/{path}") for path in paths]

    expected = 200 if value == "world_readable" else 403
    assert [answer.status for answer in answers] == [expected] * len(paths)
    assert (await bob.get(f"rooms/{q(room)}/joined_members")).status == 403


async def test_a_change_counts_from_where_it_was_made(alice: User, bob: User) -> None:
    """It is not retrospective, and the change itself is seen from either side."""
    room = await make_room(alice, "joined")
    await alice.say(room, "hidden")
    kind = "m.room.history_visibility"
    opened = (await alice.state(room, kind, {"history_visibility": "world_readable"})).ok()
    await alice.say(room, "open")
    closed = (await alice.state(room, kind, {"history_visibility": "joined"})).ok()
    await alice.say(room, "hidden again")

    page = await messages(bob, room, limit=100)

    assert bodies(page["chunk"]) == ["open"]
    assert [closed["event_id"], opened["event_id"]] == [
        event["event_id"] for event in page["chunk"] if event["type"] == kind
    ][:2]


async def test_who_left_sees_the_state_as_they_left_it(alice: User, bob: User) -> None:
    """spec: client-server-api#get_matrixclientv3roomsroomidstate."""
    room = await alice.create_room(preset="public_chat", name="Before")
    (await bob.join(room)).ok()
    (await bob.leave(room)).ok()
    (await alice.state(room, "m.room.name", {"name": "After"})).ok()
    (await alice.state(room, "m.room.topic", {"topic": "New"})).ok()

    name = (await bob.get(f"rooms/{q(room)}/state/m.room.name")).ok()
    topic = await bob.get(f"rooms/{q(room)}/state/m.room.topic")
    whole = (await bob.get(f"rooms/{q(room)}/state")).ok()
    initial = (await bob.get(f"rooms/{q(room)}/initialSync")).ok()

    assert name == {"name": "Before"}
    assert (404, "M_NOT_FOUND") == (topic.status, topic.errcode)
    names = [e["content"]["name"] for e in whole if e["type"] == "m.room.name"]
    assert names == ["Before"]
    assert ids(initial["state"]) == ids(whole)
    assert initial["membership"] == "leave"


async def test_who_was_removed_sees_that_and_no_more(alice: User, bob: User) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    (await alice.post(f"rooms/{q(room)}/ban", {"user_id": bob.id, "reason": "spam"})).ok()
    await alice.say(room, "after")

    newest = (await messages(bob, room, limit=1))["chunk"][0]

    assert newest["content"]["reason"] == "spam"


async def test_a_forgotten_room_shows_nothing(alice: User, bob: User) -> None:
    """spec: client-server-api#post_matrixclientv3roomsroomidforget."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    event = await alice.say(room, "hello")
    (await bob.leave(room)).ok()
    paths = ["messages?dir=b", f"event/{q(event)}", "state", "members", "initialSync"]
    before = [await bob.get(f"rooms/{q(room)}/{path}") for path in paths]
    (await bob.post(f"rooms/{q(room)}/forget")).ok()

    after = [await bob.get(f"rooms/{q(room)}/{path}") for path in paths]

    assert [answer.status for answer in before] == [200] * 5
    assert [answer.status for answer in after] == [403, 404, 403, 403, 403]
    (await bob.join(room)).ok()
    assert (await bob.get(f"rooms/{q(room)}/event/{q(event)}")).status == 200


async def test_what_relates_is_hidden_like_the_event_itself(alice: User, bob: User) -> None:
    """An edit and a reply from after the reader left are not bundled."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    parent = await alice.say(room, "then")
    early = await relate(alice, room, parent, "m.thread", "early")
    (await bob.leave(room)).ok()
    await edit(alice, room, parent, "now")
    await relate(alice, room, parent, "m.thread", "late")
    await relate(alice, room, parent, "m.reference", "late too")

    async def bundle(user: User) -> Any:
        event = (await user.get(f"rooms/{q(room)}/event/{q(parent)}")).ok()
        return event["unsigned"]["m.relations"]

    theirs, mine = await bundle(bob), await bundle(alice)

    assert set(theirs) == {"m.thread"}
    assert theirs["m.thread"]["count"] == 1
    assert theirs["m.thread"]["latest_event"]["event_id"] == early
    assert set(mine) == {"m.thread", "m.replace", "m.reference"}
    path = f"/_matrix/client/v1/rooms/{q(room)}/relations/{q(parent)}"
    assert ids((await bob.get(path)).ok()["chunk"]) == [early]


async def test_an_invitation_alone_does_not_open_the_room(alice: User, bob: User) -> None:
    room = await alice.create_room(invite=[bob.id])
    event = await alice.say(room, "private")
    paths = ["messages?dir=b", f"event/{q(event)}", "state", "members", "joined_members"]

    answers = [await bob.get(f"rooms/{q(room)}/{path}") for path in paths]

    assert [answer.status for answer in answers] == [403, 404, 403, 403, 403]
    (await bob.join(room)).ok()
    assert (await bob.get(f"rooms/{q(room)}/event/{q(event)}")).status == 200

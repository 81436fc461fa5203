"""spec: client-server-api#get_matrixclientv3roomsroomidcontexteventid."""

import json
from typing import Any

import pytest

from tests.api import User, q
from tests.spec.timeline import bodies, everything, fill, ids, ignore, messages


async def context(user: User, room: str, event_id: str, **params: Any) -> Any:
    if isinstance(params.get("filter"), dict):
        params["filter"] = json.dumps(params["filter"])
    return (await user.get(f"rooms/{q(room)}/context/{q(event_id)}", **params)).ok()


@pytest.mark.parametrize(
    "limit, before, after",
    [
        (0, [], []),
        (1, [], ["m5"]),
        (2, ["m3"], ["m5"]),
        (5, ["m3", "m2"], ["m5", "m6", "m7"]),
    ],
)
async def test_limit_is_the_sum_of_both_sides(
    alice: User, limit: int, before: list[str], after: list[str]
) -> None:
    room = await alice.create_room()
    sent = await fill(alice, room, 9)

    answer = await context(alice, room, sent[4], limit=limit)

    assert answer["event"]["event_id"] == sent[4]
    assert bodies(answer["events_before"]) == before
    assert bodies(answer["events_after"]) == after


async def test_the_default_is_ten(alice: User) -> None:
    room = await alice.create_room()
    sent = await fill(alice, room, 20)

    answer = await context(alice, room, sent[10])

    assert len(answer["events_before"]) == len(answer["events_after"]) == 5


@pytest.mark.parametrize("limit", [0, 1, 4, 50])
async def test_the_tokens_lead_on_in_both_directions(alice: User, limit: int) -> None:
    """Nothing is left out and nothing comes twice."""
    room = await alice.create_room()
    sent = await fill(alice, room, 9)

    answer = await context(alice, room, sent[4], limit=limit)
    older = await everything(alice, room, **{"from": answer["start"]})
    newer = await everything(alice, room, dir="f", **{"from": answer["end"]})

    whole = [
        *older[::-1],
        *answer["events_before"][::-1],
        answer["event"],
        *answer["events_after"],
        *newer,
    ]
    assert ids(whole) == ids(await everything(alice, room, dir="f", limit=1000))


async def test_the_state_is_that_of_the_last_event(alice: User) -> None:
    room = await alice.create_room(name="Old")
    event = await alice.say(room, "then")
    await fill(alice, room, 5)
    (await alice.state(room, "m.room.name", {"name": "New"})).ok()

    near = await context(alice, room, event, limit=2)
    far = await context(alice, room, event, limit=100)

    def name(answer: Any) -> str:
        found = [e["content"]["name"] for e in answer["state"] if e["type"] == "m.room.name"]
        assert len(found) == 1
        return str(found[0])

    assert (name(near), name(far)) == ("Old", "New")


async def test_lazy_loading_brings_the_senders_members_alone(
    alice: User, bob: User, carol: User
) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    (await carol.join(room)).ok()
    await bob.say(room, "hi")
    event = await alice.say(room, "hello")

    lazy = await context(alice, room, event, limit=2, filter={"lazy_load_members": True})
    eager = await context(alice, room, event, limit=2)

    def members(answer: Any) -> set[str]:
        return {e["state_key"] for e in answer["state"] if e["type"] == "m.room.member"}

    assert members(lazy) == {alice.id, bob.id}
    assert members(eager) == {alice.id, bob.id, carol.id}
    assert any(e["type"] == "m.room.create" for e in lazy["state"])


async def test_the_filter_is_not_for_the_event_itself(alice: User) -> None:
    room = await alice.create_room()
    await fill(alice, room, 3)
    (await alice.send(room, {}, type="org.example.one")).ok()
    event = await alice.say(room, "here")
    wanted = {"types": ["org.example.one"]}

    answer = await context(alice, room, event, filter=wanted)

    assert answer["event"]["event_id"] == event
    assert [e["type"] for e in answer["events_before"]] == ["org.example.one"]
    assert answer["events_after"] == []
    assert answer["state"] == []


async def test_ignored_users_are_left_out(alice: User, bob: User) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    noise = await bob.say(room, "noise")
    event = await alice.say(room, "here")
    await ignore(alice, bob.id)

    answer = await context(alice, room, event, limit=100)

    assert noise not in ids(answer["events_before"])
    assert (await alice.get(f"rooms/{q(room)}/context/{q(noise)}")).status == 404


async def test_what_cannot_be_used_is_refused(alice: User, bob: User) -> None:
    room = await alice.create_room()
    event = await alice.say(room, "here")
    path = f"rooms/{q(room)}/context"

    assert (await alice.get(f"{path}/{q(event)}", limit="-1")).errcode == "M_INVALID_PARAM"
    assert (await alice.get(f"{path}/{q(event)}", limit="x")).errcode == "M_INVALID_PARAM"
    assert (await alice.get(f"{path}/{q(event)}", filter="nonsense")).errcode == "M_NOT_JSON"
    assert (await alice.get(f"{path}/{q('$none')}")).errcode == "M_NOT_FOUND"
    assert (await bob.get(f"{path}/{q(event)}")).errcode == "M_FORBIDDEN"
    assert len((await messages(alice, room, limit=1))["chunk"]) == 1

"""spec: client-server-api#get_matrixclientv3roomsroomidmembers."""

from typing import Any

import pytest

from tests.api import User, q


@pytest.fixture
async def room(alice: User, bob: User, carol: User) -> str:
    """A room in which bob was, and to which carol is invited."""
    room = await alice.create_room(preset="public_chat", invite=[carol.id])
    (await bob.join(room)).ok()
    (await bob.leave(room)).ok()
    return room


async def members(user: User, room: str, **params: Any) -> dict[str, str]:
    chunk = (await user.get(f"rooms/{q(room)}/members", **params)).ok()["chunk"]
    assert {event["type"] for event in chunk} <= {"m.room.member"}
    assert {event["room_id"] for event in chunk} <= {room}
    return {event["state_key"]: event["content"]["membership"] for event in chunk}


async def test_everybody_with_a_membership(alice: User, bob: User, carol: User, room: str) -> None:
    expected = {alice.id: "join", bob.id: "leave", carol.id: "invite"}

    assert await members(alice, room) == expected


async def test_memberships_can_be_chosen(alice: User, bob: User, carol: User, room: str) -> None:
    """Both parameters together make an "or"."""
    assert await members(alice, room, membership="join") == {alice.id: "join"}
    assert set(await members(alice, room, not_membership="join")) == {bob.id, carol.id}
    both = await members(alice, room, membership="leave", not_membership="leave")
    assert set(both) == {alice.id, bob.id, carol.id}
    either = await members(alice, room, membership="invite", not_membership="leave")
    assert set(either) == {alice.id, carol.id}


async def test_as_it_was_at_a_token(alice: User, bob: User, carol: User, room: str) -> None:
    before = (await alice.sync())["next_batch"]
    (await bob.join(room)).ok()
    (await carol.join(room)).ok()

    then = await members(alice, room, at=before)
    now = await members(alice, room)

    assert then == {alice.id: "join", bob.id: "leave", carol.id: "invite"}
    assert now == {alice.id: "join", bob.id: "join", carol.id: "join"}


async def test_who_left_sees_the_members_of_then(
    alice: User, bob: User, carol: User, room: str
) -> None:
    (await carol.join(room)).ok()
    latest = (await alice.sync())["next_batch"]

    then = await members(bob, room)
    later = await members(bob, room, at=latest)

    assert then == later == {alice.id: "join", bob.id: "leave", carol.id: "invite"}


async def test_joined_members_have_names_and_pictures(
    alice: User, bob: User, carol: User, room: str
) -> None:
    """spec: client-server-api#get_matrixclientv3roomsroomidjoined_members."""
    (await carol.put(f"profile/{q(carol.id)}/displayname", {"displayname": "Carol"})).ok()
    (await carol.put(f"profile/{q(carol.id)}/avatar_url", {"avatar_url": "mxc://a/b"})).ok()
    (await carol.join(room)).ok()

    joined = (await alice.get(f"rooms/{q(room)}/joined_members")).ok()["joined"]

    assert set(joined) == {alice.id, carol.id}
    assert joined[carol.id] == {"display_name": "Carol", "avatar_url": "mxc://a/b"}
    gone = await bob.get(f"rooms/{q(room)}/joined_members")
    assert (403, "M_FORBIDDEN") == (gone.status, gone.errcode)


@pytest.mark.parametrize(
    "params", [{"at": "now"}, {"membership": "member"}, {"not_membership": ""}, {"at": "s1_x"}]
)
async def test_what_cannot_be_used_is_refused(
    alice: User, room: str, params: dict[str, str]
) -> None:
    assert await members(alice, room, at="s999999999999999999")

    answer = await alice.get(f"rooms/{q(room)}/members", **params)

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_a_stranger_is_told_nothing(alice: User, api: Any, room: str) -> None:
    dave = await api.register("dave")

    answer = await dave.get(f"rooms/{q(room)}/members")

    assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)


async def test_where_the_timeline_begins_the_room_has_its_first_member(
    alice: User, bob: User
) -> None:
    """`prev_batch` of a timeline that goes back to the beginning lies before all events."""
    room = await alice.create_room(preset="public_chat")
    timeline = (await alice.sync())["rooms"]["join"][room]["timeline"]
    assert not timeline["limited"]
    (await bob.join(room)).ok()

    assert await members(alice, room, at=timeline["prev_batch"]) == {alice.id: "join"}

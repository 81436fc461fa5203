"""spec: client-server-api#relationships-api."""

from typing import Any

import pytest

from courtyard.rooms import read_relations
from tests.api import User, q
from tests.spec.timeline import bodies, edit, ids, ignore, redact, relate

V1 = "/_matrix/client/v1"


def path(room: str, event: str, *rest: str) -> str:
    return "/".join([f"{V1}/rooms/{q(room)}/relations/{q(event)}", *map(q, rest)])


async def relations(user: User, room: str, event: str, *rest: str, **params: Any) -> Any:
    return (await user.get(path(room, event, *rest), **params)).ok()


async def every(user: User, room: str, event: str, *rest: str, **params: Any) -> list[Any]:
    """Page through all relations."""
    found: list[Any] = []
    while True:
        page = await relations(user, room, event, *rest, **params)
        found += page["chunk"]
        if "next_batch" not in page:
            return found
        assert page["next_batch"] != params.get("from")
        params["from"] = page["next_batch"]


@pytest.fixture
async def room(alice: User, bob: User) -> str:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    return room


async def test_children_come_newest_first(alice: User, room: str) -> None:
    parent = await alice.say(room, "parent")
    children = [await relate(alice, room, parent, "m.thread", f"c{n}") for n in range(4)]

    answer = await relations(alice, room, parent)

    assert ids(answer["chunk"]) == children[::-1]
    assert {event["room_id"] for event in answer["chunk"]} == {room}
    assert set(answer) == {"chunk"}


async def test_they_can_be_chosen_by_kind_and_type(alice: User, room: str) -> None:
    parent = await alice.say(room, "parent")
    thread = await relate(alice, room, parent, "m.thread")
    poll = await relate(alice, room, parent, "m.reference", type="org.example.vote")
    refers = await relate(alice, room, parent, "m.reference")

    assert ids(await every(alice, room, parent)) == [refers, poll, thread]
    assert ids(await every(alice, room, parent, "m.reference")) == [refers, poll]
    assert ids(await every(alice, room, parent, "m.reference", "org.example.vote")) == [poll]
    assert await every(alice, room, parent, "m.thread", "org.example.vote") == []
    assert await every(alice, room, parent, "org.example.none") == []


@pytest.mark.parametrize("recurse", [None, "true"])
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_pages_lead_on_in_both_directions(
    alice: User, room: str, limit: int, recurse: str | None
) -> None:
    parent = await alice.say(room, "parent")
    children = []
    for number in range(5):
        children.append(await relate(alice, room, parent, "m.thread", f"c{number}"))
        await alice.say(room, "between")
    more = {"recurse": recurse} if recurse else {}

    back = await every(alice, room, parent, limit=limit, **more)
    forth = await every(alice, room, parent, limit=limit, dir="f", **more)

    assert ids(back) == children[::-1]
    assert ids(forth) == children


async def test_from_and_to_bound_what_is_returned(alice: User, room: str) -> None:
    parent = await alice.say(room, "parent")
    await relate(alice, room, parent, "m.thread", "old")
    middle = (await alice.sync())["next_batch"]
    await relate(alice, room, parent, "m.thread", "new")

    assert bodies(await every(alice, room, parent, to=middle)) == ["new"]
    assert bodies(await every(alice, room, parent, **{"from": middle})) == ["old"]
    assert bodies(await every(alice, room, parent, dir="f", **{"from": middle})) == ["new"]
    assert bodies(await every(alice, room, parent, dir="f", to=middle)) == ["old"]
    assert bodies(await every(alice, room, parent, recurse="true", to=middle)) == ["new"]
    page = await relations(alice, room, parent, **{"from": middle})
    assert page["prev_batch"] == middle


async def test_recursion_follows_relations_of_relations(alice: User, bob: User, room: str) -> None:
    """Three levels; and the answer says how deep it went."""
    root = await alice.say(room, "root")
    reply = await relate(bob, room, root, "m.thread", "reply")
    reaction = await relate(
        alice, room, reply, "m.annotation", type="m.reaction", relates_to={"key": "+"}
    )
    deeper = await relate(bob, room, reaction, "m.reference", "deeper")
    await relate(bob, room, deeper, "m.reference", "too deep")

    flat = await relations(alice, room, root, recurse="false")
    deep = await relations(alice, room, root, recurse="true")
    by_kind = await relations(alice, room, root, "m.thread", recurse="true")
    broken = await relations(alice, room, root, "m.annotation", recurse="true")

    assert ids(flat["chunk"]) == [reply]
    assert ids(deep["chunk"]) == [deeper, reaction, reply]
    assert (flat["recursion_depth"], deep["recursion_depth"]) == (1, 3)
    assert ids(by_kind["chunk"]) == [reply]
    # Its only way to the root goes through an event that does not match.
    assert broken["chunk"] == []


async def test_a_redacted_child_relates_to_nothing(alice: User, room: str) -> None:
    parent = await alice.say(room, "parent")
    kept = await relate(alice, room, parent, "m.thread", "kept")
    gone = await relate(alice, room, parent, "m.thread", "gone")
    before = await every(alice, room, parent)
    await redact(alice, room, gone)

    after = await every(alice, room, parent)

    assert (ids(before), ids(after)) == ([gone, kept], [kept])


async def test_the_children_of_a_redacted_parent_remain(alice: User, room: str) -> None:
    """spec: client-server-api#aggregations-of-child-events."""
    parent = await alice.say(room, "parent")
    child = await relate(alice, room, parent, "m.thread", "child")
    replaced = await edit(alice, room, parent, "edited")
    await redact(alice, room, parent)

    assert ids(await every(alice, room, parent)) == [replaced, child]


async def test_children_bring_their_own_bundles(alice: User, room: str) -> None:
    parent = await alice.say(room, "parent")
    child = await relate(alice, room, parent, "m.thread", "child")
    replaced = await edit(alice, room, child, "edited")

    event = (await relations(alice, room, parent, "m.thread"))["chunk"][0]

    assert event["event_id"] == child
    assert event["unsigned"]["m.relations"]["m.replace"]["event_id"] == replaced


async def test_ignored_users_are_left_out(alice: User, bob: User, room: str) -> None:
    parent = await alice.say(room, "parent")
    mine = await relate(alice, room, parent, "m.thread")
    theirs = await relate(bob, room, parent, "m.thread")
    assert ids(await every(alice, room, parent)) == [theirs, mine]
    await ignore(alice, bob.id)

    assert ids(await every(alice, room, parent, limit=1)) == [mine]
    assert ids(await every(alice, room, parent, recurse="true")) == [mine]


async def test_another_room_has_no_say(alice: User, bob: User, room: str) -> None:
    parent = await alice.say(room, "parent")
    other = await bob.create_room()
    await relate(bob, other, parent, "m.thread", "from outside")
    mine = await relate(alice, room, parent, "m.thread", "inside")

    assert ids(await every(alice, room, parent)) == [mine]
    assert ids(await every(alice, room, parent, recurse="true")) == [mine]
    answer = await bob.get(path(other, parent))
    assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)


@pytest.mark.parametrize("recurse", ["false", "true"])
async def test_a_request_looks_at_a_bounded_number(
    alice: User, bob: User, room: str, recurse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = await alice.say(room, "parent")
    await relate(alice, room, parent, "m.thread", "mine")
    for number in range(8):
        await relate(bob, room, parent, "m.thread", f"noise{number}")
    await ignore(alice, bob.id)
    monkeypatch.setattr(read_relations, "SCAN_MAX", 4)

    page = await relations(alice, room, parent, limit=1, recurse=recurse)

    assert page["chunk"] == []
    if recurse == "false":
        assert bodies(await every(alice, room, parent, limit=1)) == ["mine"]


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"},
        {"limit": "-5"},
        {"limit": "x"},
        {"from": "x"},
        {"to": "s"},
        {"dir": "up"},
        {"recurse": "perhaps"},
    ],
)
async def test_what_cannot_be_used_is_refused(
    alice: User, room: str, params: dict[str, str]
) -> None:
    parent = await alice.say(room, "parent")
    assert await relations(alice, room, parent, limit="999999999999999999999") == {"chunk": []}

    answer = await alice.get(path(room, parent), **params)

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_unknown_parents_and_strangers(alice: User, carol: User, room: str) -> None:
    parent = await alice.say(room, "parent")

    missing = await alice.get(path(room, "$none"))
    stranger = await carol.get(path(room, parent))

    assert (404, "M_NOT_FOUND") == (missing.status, missing.errcode)
    assert (403, "M_FORBIDDEN") == (stranger.status, stranger.errcode)

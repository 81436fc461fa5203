"""spec: client-server-api#querying-threads-in-a-room."""

from typing import Any

import pytest

from courtyard.rooms import read_relations
from tests.api import User, q
from tests.spec.timeline import bodies, fill, ids, ignore, redact, relate


async def threads(user: User, room: str, **params: Any) -> Any:
    return (await user.get(f"/_matrix/client/v1/rooms/{q(room)}/threads", **params)).ok()


async def every(user: User, room: str, **params: Any) -> list[Any]:
    found: list[Any] = []
    while True:
        page = await threads(user, room, **params)
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


async def test_the_thread_that_was_written_in_last_comes_first(alice: User, room: str) -> None:
    one, two, three, _alone = await fill(alice, room, 4)
    for parent in (one, two, three, one):
        await relate(alice, room, parent, "m.thread")

    chunk = (await threads(alice, room))["chunk"]

    assert ids(chunk) == [one, three, two]
    summary = chunk[0]["unsigned"]["m.relations"]["m.thread"]
    assert summary["count"] == 2
    assert summary["current_user_participated"] is True
    assert summary["latest_event"]["room_id"] == room


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
async def test_pages_have_each_thread_once(
    alice: User, room: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_relations, "ROWS_MAX", 3)
    parents = await fill(alice, room, 5)
    for parent in (*parents, *parents[::-1], *parents[:2]):
        await relate(alice, room, parent, "m.thread")

    found = await every(alice, room, limit=limit)

    assert ids(found) == [parents[at] for at in (1, 0, 2, 3, 4)]


async def test_those_that_the_asker_took_part_in(alice: User, bob: User, room: str) -> None:
    mine, theirs, answered = [await user.say(room, "root") for user in (alice, bob, bob)]
    await relate(bob, room, mine, "m.thread")
    await relate(bob, room, theirs, "m.thread")
    await relate(alice, room, answered, "m.thread")
    await relate(bob, room, answered, "m.thread")

    assert ids(await every(alice, room)) == [answered, theirs, mine]
    assert ids(await every(alice, room, include="participated")) == [answered, mine]


async def test_the_root_of_an_ignored_user_looks_redacted(
    alice: User, bob: User, room: str
) -> None:
    root = await bob.say(room, "noise")
    await relate(alice, room, root, "m.thread", "mine")
    await relate(bob, room, root, "m.thread", "theirs")
    only_theirs = await alice.say(room, "quiet")
    await relate(bob, room, only_theirs, "m.thread", "theirs")
    await ignore(alice, bob.id)

    chunk = (await threads(alice, room))["chunk"]

    assert ids(chunk) == [root]
    assert chunk[0]["content"] == {}
    summary = chunk[0]["unsigned"]["m.relations"]["m.thread"]
    assert (summary["count"], bodies([summary["latest_event"]])) == (1, ["mine"])


async def test_a_redacted_root_keeps_its_thread_and_a_redacted_reply_leaves_it(
    alice: User, room: str
) -> None:
    first, second = await fill(alice, room, 2)
    await relate(alice, room, first, "m.thread")
    reply = await relate(alice, room, second, "m.thread")
    await redact(alice, room, first)
    await redact(alice, room, reply)

    chunk = (await threads(alice, room))["chunk"]

    assert ids(chunk) == [first]
    assert chunk[0]["content"] == {}
    assert chunk[0]["unsigned"]["m.relations"]["m.thread"]["count"] == 1


async def test_who_left_sees_the_threads_of_then(alice: User, bob: User, room: str) -> None:
    old, new = await fill(alice, room, 2)
    await relate(alice, room, old, "m.thread", "then")
    (await bob.leave(room)).ok()
    await relate(alice, room, old, "m.thread", "later")
    await relate(alice, room, new, "m.thread", "later")

    chunk = (await threads(bob, room))["chunk"]

    assert ids(chunk) == [old]
    assert bodies([chunk[0]["unsigned"]["m.relations"]["m.thread"]["latest_event"]]) == ["then"]


async def test_a_request_looks_at_a_bounded_number(
    alice: User, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_relations, "ROWS_MAX", 2)
    monkeypatch.setattr(read_relations, "SCAN_MAX", 4)
    quiet, busy = await fill(alice, room, 2)
    await relate(alice, room, quiet, "m.thread")
    for _ in range(7):
        await relate(alice, room, busy, "m.thread")

    page = await threads(alice, room)

    assert ids(page["chunk"]) == [busy]
    assert ids(await every(alice, room)) == [busy, quiet]


@pytest.mark.parametrize(
    "params", [{"limit": "0"}, {"limit": "-1"}, {"limit": "a"}, {"include": "some"}, {"from": "p1"}]
)
async def test_what_cannot_be_used_is_refused(
    alice: User, room: str, params: dict[str, str]
) -> None:
    assert await threads(alice, room) == {"chunk": []}

    answer = await alice.get(f"/_matrix/client/v1/rooms/{q(room)}/threads", **params)

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_a_stranger_is_told_nothing(carol: User, room: str) -> None:
    answer = await carol.get(f"/_matrix/client/v1/rooms/{q(room)}/threads")

    assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)

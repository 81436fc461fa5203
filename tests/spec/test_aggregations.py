"""spec: client-server-api#aggregations-of-child-events."""

from typing import Any

import pytest

from courtyard.rooms import aggregate
from tests.api import User, q, text
from tests.fakes import FakeClock
from tests.spec.timeline import edit, ignore, messages, redact, relate

NEW: dict[str, Any] = {"m.new_content": text("new")}


@pytest.fixture
async def room(alice: User, bob: User) -> str:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    return room


async def bundle(user: User, room: str, event_id: str) -> Any:
    event = (await user.get(f"rooms/{q(room)}/event/{q(event_id)}")).ok()
    in_page = [
        e for e in (await messages(user, room, limit=1000))["chunk"] if e["event_id"] == event_id
    ]
    assert in_page == [event], "every endpoint bundles the same"
    return event.get("unsigned", {}).get("m.relations", {})


async def test_nothing_is_bundled_with_an_event_alone(alice: User, room: str) -> None:
    assert await bundle(alice, room, await alice.say(room, "alone")) == {}


async def test_reactions_are_not_bundled(alice: User, room: str) -> None:
    parent = await alice.say(room, "hi")
    like: dict[str, Any] = {"type": "m.reaction", "relates_to": {"key": "+"}}
    await relate(alice, room, parent, "m.annotation", **like)

    assert await bundle(alice, room, parent) == {}


async def test_references_are_listed(alice: User, bob: User, room: str) -> None:
    parent = await alice.say(room, "hi")
    one = await relate(alice, room, parent, "m.reference")
    two = await relate(bob, room, parent, "m.reference")

    found = await bundle(alice, room, parent)

    assert found == {"m.reference": {"chunk": [{"event_id": one}, {"event_id": two}]}}


async def test_only_the_author_edits(alice: User, bob: User, room: str) -> None:
    """spec: client-server-api#validity-of-replacement-events."""
    parent = await alice.say(room, "hi")
    await edit(bob, room, parent, "hacked")
    assert await bundle(alice, room, parent) == {}

    mine = await edit(alice, room, parent, "edited")

    assert (await bundle(bob, room, parent))["m.replace"]["event_id"] == mine


async def test_what_makes_an_edit_void(alice: User, room: str) -> None:
    parent = await alice.say(room, "hi")
    other_type = await relate(alice, room, parent, "m.replace", type="org.example.x", **NEW)
    no_content = await relate(alice, room, parent, "m.replace", "without new content")
    valid = await edit(alice, room, parent, "edited")
    of_an_edit = await edit(alice, room, valid, "edited again")

    assert (await bundle(alice, room, parent))["m.replace"]["event_id"] == valid
    assert await bundle(alice, room, valid) == {}
    assert len({other_type, no_content, valid, of_an_edit}) == 4


async def test_an_edit_from_another_room_is_void(alice: User, room: str) -> None:
    other = await alice.create_room()
    parent = await alice.say(room, "hi")
    for kind in ("m.thread", "m.reference", "m.replace"):
        await relate(alice, other, parent, kind, **NEW)

    assert await bundle(alice, room, parent) == {}


async def test_the_newest_edit_is_the_latest_in_time(
    alice: User, room: str, clock: FakeClock
) -> None:
    parent = await alice.say(room, "hi")
    latest = await edit(alice, room, parent, "latest")
    clock.advance(-5_000)
    await edit(alice, room, parent, "sent later by a clock that was set back")

    assert (await bundle(alice, room, parent))["m.replace"]["event_id"] == latest


async def test_redacting_an_edit_takes_it_back(alice: User, room: str) -> None:
    """spec: client-server-api#redactions-of-edited-events."""
    parent = await alice.say(room, "hi")
    first = await edit(alice, room, parent, "one")
    second = await edit(alice, room, parent, "two")
    assert (await bundle(alice, room, parent))["m.replace"]["event_id"] == second

    await redact(alice, room, second)
    assert (await bundle(alice, room, parent))["m.replace"]["event_id"] == first

    await redact(alice, room, first)
    assert await bundle(alice, room, parent) == {}


async def test_a_redacted_event_loses_its_edits_alone(alice: User, room: str) -> None:
    parent = await alice.say(room, "hi")
    await edit(alice, room, parent, "edited")
    await relate(alice, room, parent, "m.thread")
    await relate(alice, room, parent, "m.reference")
    await redact(alice, room, parent)

    assert set(await bundle(alice, room, parent)) == {"m.thread", "m.reference"}


async def test_many_edits_are_looked_at_from_the_newest_on(
    alice: User, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aggregate, "EDITS_MAX", 3)
    parent = await alice.say(room, "hi")
    for number in range(6):
        last = await edit(alice, room, parent, f"edit {number}")

    assert (await bundle(alice, room, parent))["m.replace"]["event_id"] == last


async def test_a_thread_is_summed_up(alice: User, bob: User, carol: User, room: str) -> None:
    """spec: client-server-api#server-side-aggregation-of-mthread-relationships."""
    (await carol.join(room)).ok()
    root = await alice.say(room, "root")
    await relate(bob, room, root, "m.thread", "one")
    two = await relate(bob, room, root, "m.thread", "two")
    changed = await edit(bob, room, two, "zwei")

    seen = {user.id: (await bundle(user, room, root))["m.thread"] for user in (alice, bob, carol)}

    assert {s["count"] for s in seen.values()} == {2}
    assert {s["latest_event"]["event_id"] for s in seen.values()} == {two}
    latest = seen[carol.id]["latest_event"]
    assert latest["unsigned"]["m.relations"]["m.replace"]["event_id"] == changed
    assert [seen[user.id]["current_user_participated"] for user in (alice, bob, carol)] == [
        True,
        True,
        False,
    ]


async def test_ignored_users_are_not_counted(alice: User, bob: User, room: str) -> None:
    root = await alice.say(room, "root")
    mine = await relate(alice, room, root, "m.thread", "mine")
    await relate(bob, room, root, "m.thread", "theirs")
    await relate(bob, room, root, "m.reference")
    await ignore(alice, bob.id)

    found = await bundle(alice, room, root)

    assert set(found) == {"m.thread"}
    assert (found["m.thread"]["count"], found["m.thread"]["latest_event"]["event_id"]) == (1, mine)


async def test_state_events_have_no_bundles(alice: User, room: str) -> None:
    name = (await alice.state(room, "m.room.name", {"name": "Tea"})).ok()["event_id"]
    await relate(alice, room, name, "m.thread")

    assert await bundle(alice, room, name) == {}

"""spec: client-server-api#get_matrixclientv1roomsroomidtimestamp_to_event."""

from typing import Any

import pytest

from courtyard.rooms import read_event
from tests.api import Answer, User, q
from tests.fakes import FakeClock
from tests.spec.timeline import ignore, messages

HOUR = 3_600_000


async def closest(user: User, room: str, ts: Any, direction: str = "f") -> Answer:
    path = f"/_matrix/client/v1/rooms/{q(room)}/timestamp_to_event"
    return await user.get(path, ts=ts, dir=direction)


async def time_of(user: User, room: str, event_id: str) -> int:
    return int((await user.get(f"rooms/{q(room)}/event/{q(event_id)}")).ok()["origin_server_ts"])


async def hourly(user: User, room: str, clock: FakeClock, count: int) -> list[tuple[str, int]]:
    """Send a text every hour; return ids and times."""
    sent = []
    for number in range(count):
        clock.advance(HOUR)
        event_id = await user.say(room, f"m{number}")
        sent.append((event_id, await time_of(user, room, event_id)))
    return sent


async def test_the_closest_event_in_either_direction(alice: User, clock: FakeClock) -> None:
    room = await alice.create_room()
    sent = await hourly(alice, room, clock, 3)
    middle, ts = sent[1]

    after = (await closest(alice, room, ts - HOUR // 2)).ok()
    before = (await closest(alice, room, ts + HOUR // 2, "b")).ok()

    assert after == before == {"event_id": middle, "origin_server_ts": ts}
    assert (await closest(alice, room, ts)).ok() == after
    assert (await closest(alice, room, ts, "b")).ok() == after
    assert (await closest(alice, room, ts + 1)).ok()["event_id"] == sent[2][0]
    assert (await closest(alice, room, ts - 1, "b")).ok()["event_id"] == sent[0][0]


async def test_beyond_either_end_there_is_none(alice: User, clock: FakeClock) -> None:
    room = await alice.create_room()
    (_, ts), *_ = await hourly(alice, room, clock, 1)

    late = await closest(alice, room, ts + 1)
    early = await closest(alice, room, 0, "b")

    assert (404, "M_NOT_FOUND") == (late.status, late.errcode) == (early.status, early.errcode)
    assert (await closest(alice, room, ts + 1, "b")).status == 200
    assert (await closest(alice, room, 0)).ok()["event_id"].startswith("$")


async def test_a_clock_that_was_set_back_changes_nothing(alice: User, clock: FakeClock) -> None:
    """Time decides, and not the order of the log."""
    room = await alice.create_room()
    sent = await hourly(alice, room, clock, 3)
    clock.advance(-HOUR - HOUR // 2)
    between = await alice.say(room, "between the second and the third")
    at = await time_of(alice, room, between)

    assert sent[0][1] < at < sent[2][1]
    assert (await closest(alice, room, at - 10)).ok()["event_id"] == between


async def test_only_what_is_visible_is_found(alice: User, bob: User, clock: FakeClock) -> None:
    room = await alice.create_room(preset="public_chat")
    value = {"history_visibility": "joined"}
    (await alice.state(room, "m.room.history_visibility", value)).ok()
    hidden = await hourly(alice, room, clock, 3)
    (await bob.join(room)).ok()
    shown = await hourly(alice, room, clock, 1)
    (await bob.leave(room)).ok()
    await hourly(alice, room, clock, 2)

    first = (await closest(bob, room, 0)).ok()
    after = (await closest(bob, room, hidden[0][1])).ok()
    page = (await messages(bob, room, dir="f", limit=1000))["chunk"]
    last = (await closest(bob, room, 2**53, "b")).ok()

    oldest = min(page, key=lambda event: event["origin_server_ts"])
    newest = max(page, key=lambda event: event["origin_server_ts"])
    assert first["event_id"] == oldest["event_id"]
    assert after["event_id"] in [event["event_id"] for event in page]
    assert last["event_id"] == newest["event_id"]
    assert shown[0][0] in [event["event_id"] for event in page]


async def test_events_of_ignored_users_are_passed_over(
    alice: User, bob: User, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_event, "MOMENTS_MAX", 2)
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    noise = await hourly(bob, room, clock, 5)
    mine = await hourly(alice, room, clock, 1)
    await ignore(alice, bob.id)

    assert (await closest(alice, room, noise[0][1])).ok()["event_id"] == mine[0][0]
    monkeypatch.setattr(read_event, "SCAN_MAX", 4)
    assert (await closest(alice, room, noise[0][1])).status == 404


@pytest.mark.parametrize("ts", [-1, 2**53, 10**30, -(10**30)])
async def test_any_integer_is_a_time(alice: User, ts: int) -> None:
    room = await alice.create_room()

    answer = await closest(alice, room, ts, "f" if ts < 0 else "b")

    assert answer.status == 200


async def test_what_cannot_be_used_is_refused(alice: User, bob: User) -> None:
    room = await alice.create_room()
    path = f"/_matrix/client/v1/rooms/{q(room)}/timestamp_to_event"
    assert (await alice.get(path, ts=0, dir="f")).status == 200

    assert (await alice.get(path, ts="soon", dir="f")).errcode == "M_INVALID_PARAM"
    assert (await alice.get(path, ts="1.5", dir="f")).errcode == "M_INVALID_PARAM"
    assert (await alice.get(path, ts=0, dir="x")).errcode == "M_INVALID_PARAM"
    assert (await alice.get(path, dir="f")).errcode == "M_MISSING_PARAM"
    assert (await alice.get(path, ts=0)).errcode == "M_MISSING_PARAM"
    assert (await bob.get(path, ts=0, dir="f")).errcode == "M_FORBIDDEN"

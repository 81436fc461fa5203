"""Presence set and asked for by hand, through HTTP.

spec: client-server-api#presence
"""

import asyncio
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from tests.api import Api, User, q
from tests.fakes import FakeClock


def _path(user: User) -> str:
    return f"presence/{q(user.id)}/status"


@pytest.fixture
async def room(alice: User, bob: User) -> str:
    """A room with Alice and Bob in it."""
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    return room_id


async def test_presence_is_shown_to_whom_one_meets(
    alice: User, bob: User, carol: User, room: str, clock: FakeClock
) -> None:
    assert (await bob.get(_path(alice))).ok() == {"presence": "offline"}
    wish = {"presence": "online", "status_msg": "gardening"}
    (await alice.put(_path(alice), wish)).ok()
    clock.advance(5_000)

    for user in (alice, bob):
        shown = (await user.get(_path(alice))).ok()
        assert shown["last_active_ago"] >= 5_000
        del shown["last_active_ago"]
        assert shown == {**wish, "currently_active": True}
    for path in (_path(alice), "presence/@nobody:test.example/status"):
        stranger = await carol.get(path)
        assert (403, "M_FORBIDDEN") == (stranger.status, stranger.errcode)


async def test_who_wants_not_to_be_seen_leaves_no_time_behind(
    alice: User, bob: User, room: str, clock: FakeClock
) -> None:
    """Neither a device that listens without being seen tells when it came, nor one that was seen before and takes it back."""
    await alice.sync(set_presence="offline")
    assert (await bob.get(_path(alice))).ok() == {"presence": "offline"}
    await alice.sync(set_presence="online")
    clock.advance(5_000)
    assert (await bob.get(_path(alice))).ok()["last_active_ago"] >= 5_000

    (await alice.put(_path(alice), {"presence": "offline"})).ok()

    await alice.sync(set_presence="offline")
    assert (await bob.get(_path(alice))).ok() == {"presence": "offline", "currently_active": False}


async def test_a_change_wakes_those_who_wait(alice: User, bob: User, room: str) -> None:
    since = (await bob.sync(set_presence="offline"))["next_batch"]
    waiting = asyncio.create_task(bob.sync(since, timeout=20_000, set_presence="offline"))
    await asyncio.sleep(0)

    (await alice.put(_path(alice), {"presence": "unavailable", "status_msg": "away"})).ok()

    answer = await asyncio.wait_for(waiting, 10)
    [event] = answer["presence"]["events"]
    assert (event["type"], event["sender"]) == ("m.presence", alice.id)
    assert event["content"]["presence"] == "unavailable"
    assert event["content"]["status_msg"] == "away"
    assert event["content"]["last_active_ago"] >= 0


async def test_who_comes_together_hears_of_each_others_presence(
    alice: User, bob: User, carol: User, room: str
) -> None:
    """Once, on both sides; also of somebody who has not been seen yet."""
    (await alice.put(_path(alice), {"presence": "unavailable"})).ok()
    (await carol.put(_path(carol), {"presence": "online", "status_msg": "new here"})).ok()
    dora = await alice.api.register("dora")
    alices = (await alice.sync(set_presence="offline"))["next_batch"]
    carols = (await carol.sync(set_presence="offline"))["next_batch"]
    (await carol.join(room)).ok()
    (await dora.join(room)).ok()

    def told(answer: Any) -> dict[str, str]:
        events = answer.get("presence", {}).get("events", [])
        return {event["sender"]: event["content"]["presence"] for event in events}

    seen = await alice.sync(alices, set_presence="offline")
    found = await carol.sync(carols, set_presence="offline")

    assert told(seen) == {carol.id: "online", dora.id: "offline"}
    assert told(found) == {alice.id: "unavailable"}
    assert told(await alice.sync(seen["next_batch"], set_presence="offline")) == {}
    assert told(await carol.sync(found["next_batch"], set_presence="offline")) == {}


async def test_a_new_name_or_picture_is_told_with_presence(
    alice: User, bob: User, carol: User, room: str
) -> None:
    """spec: client-server-api#mpresence, also of somebody who has not been seen yet."""
    since = {user: (await user.sync(set_presence="offline"))["next_batch"] for user in (bob, carol)}
    avatar = "mxc://test.example/abc"

    (await alice.put(f"profile/{q(alice.id)}/displayname", {"displayname": "Alice A."})).ok()
    (await alice.put(f"profile/{q(alice.id)}/avatar_url", {"avatar_url": avatar})).ok()

    answer = await bob.sync(since[bob], set_presence="offline")
    [event] = answer["presence"]["events"]
    assert (event["sender"], event["content"]) == (
        alice.id,
        {
            "presence": "offline",
            "currently_active": False,
            "displayname": "Alice A.",
            "avatar_url": avatar,
        },
    )
    assert "presence" not in await carol.sync(since[carol], set_presence="offline")
    (await alice.put(f"profile/{q(alice.id)}/com.example", {"com.example": "own"})).ok()
    after = await bob.sync(answer["next_batch"], set_presence="offline")
    assert "presence" not in after


async def test_nobody_sets_the_presence_of_others(alice: User, bob: User, room: str) -> None:
    refused = await bob.put(_path(alice), {"presence": "online"})
    assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)

    (await bob.put(_path(bob), {"presence": "online"})).ok()

    assert (await alice.get(_path(alice))).ok() == {"presence": "offline"}


@pytest.mark.parametrize(
    "body, errcode",
    [
        ({}, "M_MISSING_PARAM"),
        ({"presence": "dancing"}, "M_BAD_JSON"),
        ({"presence": 1}, "M_BAD_JSON"),
        ({"presence": "online", "status_msg": 5}, "M_BAD_JSON"),
        ({"presence": "online", "status_msg": "x" * 600}, "M_BAD_JSON"),
    ],
)
async def test_a_malformed_presence_changes_nothing(alice: User, body: Any, errcode: str) -> None:
    answer = await alice.put(_path(alice), body)

    assert (400, errcode) == (answer.status, answer.errcode)
    assert (await alice.get(_path(alice))).ok() == {"presence": "offline"}


async def test_where_presence_is_off_everybody_is_offline(
    server: Server, alice: User, bob: User, room: str
) -> None:
    (await alice.put(_path(alice), {"presence": "online"})).ok()
    settings: Settings = msgspec.structs.replace(server.settings, presence="off")
    server.world.settings = settings

    assert (await bob.get(_path(alice))).ok() == {"presence": "offline"}
    refused = await alice.put(_path(alice), {"presence": "online"})
    assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)


@pytest.mark.parametrize("name", ["alice", "@:x:y", "!room"])
async def test_only_accounts_have_presence(alice: User, name: str) -> None:
    answer = await alice.get(f"presence/{q(name)}/status")

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_asking_needs_an_account(api: Api, alice: User) -> None:
    answer = await api.request("GET", _path(alice))

    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)

"""The user directory, other networks and call relays through HTTP.

spec: client-server-api#user-directory
"""

import base64
import hashlib
import hmac
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.settings import Settings
from courtyard.gate.restrict import restrict, standing
from courtyard.rooms import user_directory
from tests.api import Api, User, q
from tests.fakes import FakeClock
from tests.gate.restrictions import restriction


async def _find(user: User, term: str, **more: Any) -> list[str]:
    answer = (await user.post("user_directory/search", {"search_term": term, **more})).ok()
    return [hit["user_id"] for hit in answer["results"]]


async def _rename(user: User, name: str) -> None:
    (await user.put(f"profile/{q(user.id)}/displayname", {"displayname": name})).ok()


async def test_people_who_share_a_room_find_each_other(alice: User, bob: User, carol: User) -> None:
    await _rename(bob, "Robert")
    assert await _find(alice, "bob") == []
    room = await alice.create_room(invite=[bob.id])
    assert await _find(alice, "bob") == []

    (await bob.join(room)).ok()

    assert await _find(alice, "BOB") == [bob.id]
    assert await _find(alice, "obert") == [bob.id]
    assert await _find(alice, "@bo") == [bob.id]
    assert await _find(carol, "bob") == []


async def test_one_finds_oneself_where_others_would(bob: User) -> None:
    """In rooms that are open to anybody: so people see how others see them."""
    await bob.create_room()
    assert await _find(bob, "bob") == []
    room = await bob.create_room(preset="public_chat")

    assert await _find(bob, "bob") == [bob.id]

    await _rename(bob, "Robert")
    assert await _find(bob, "robert") == [bob.id]
    (await bob.leave(room)).ok()
    assert await _find(bob, "robert") == []


@pytest.mark.parametrize(
    "change, is_found",
    [
        (("m.room.join_rules", {"join_rule": "public"}), True),
        (("m.room.history_visibility", {"history_visibility": "world_readable"}), True),
        (("m.room.join_rules", {"join_rule": "knock"}), False),
    ],
)
async def test_people_in_open_rooms_are_found(
    alice: User, bob: User, change: Any, is_found: bool
) -> None:
    room = await bob.create_room()
    assert await _find(alice, "bob") == []

    (await bob.state(room, *change)).ok()

    assert await _find(alice, "bob") == ([bob.id] if is_found else [])


async def test_a_whole_id_finds_anybody(alice: User, bob: User) -> None:
    (await bob.put(f"profile/{q(bob.id)}/avatar_url", {"avatar_url": "mxc://a/b"})).ok()

    answer = await alice.post("user_directory/search", {"search_term": bob.id})

    hit = {"user_id": bob.id, "display_name": "bob", "avatar_url": "mxc://a/b"}
    assert answer.ok() == {"results": [hit], "limited": False}
    assert await _find(alice, "@nobody:test.example") == []


async def test_who_may_not_be_listed_is_left_out_for_others_and_counted(
    server: Server, alice: User, bob: User, carol: User
) -> None:
    """Wherever others would find them; they themselves see no difference, and read why in their standing."""
    room = await bob.create_room(preset="public_chat")
    (await alice.join(room)).ok()
    searches = ["bob", bob.id]
    for term in searches:
        assert await _find(alice, term) == await _find(carol, term) == [bob.id]
    now = server.world.clock.now_ms()
    measure = restriction(
        "discovery.listed",
        user_id=UserId(bob.id),
        starts_at=TimestampMs(now),
        ends_at=TimestampMs(now + 5_000),
    )
    await server.db.write(restrict, measure)

    for term in searches:
        for user in (alice, carol):
            answer = (await user.post("user_directory/search", {"search_term": term})).ok()
            assert answer == {"results": [], "limited": False, "org.courtyard.withheld": 1}
        assert await _find(bob, term) == [bob.id]
    assert await server.db.read(standing, UserId(bob.id)) == [measure]
    nobody = (await alice.post("user_directory/search", {"search_term": "nobody"})).ok()
    assert nobody == {"results": [], "limited": False}


async def test_a_measure_against_listing_ends_by_the_clock(
    server: Server, alice: User, bob: User, clock: FakeClock
) -> None:
    await bob.create_room(preset="public_chat")
    now = server.world.clock.now_ms()
    times = {"starts_at": TimestampMs(now), "ends_at": TimestampMs(now + 5_000)}
    measure = restriction("discovery.listed", user_id=UserId(bob.id), **times)
    await server.db.write(restrict, measure)
    assert await _find(alice, "bob") == []

    clock.advance(5_000)

    assert await _find(alice, "bob") == [bob.id]


async def test_the_best_matches_come_first_and_the_rest_is_announced(api: Api, alice: User) -> None:
    hall = await alice.create_room(preset="public_chat")
    names = ["banana", "an", "anna", "hannah"]
    users = {}
    for name in names:
        users[name] = await api.register(name)
        (await users[name].join(hall)).ok()
    expected = [users[name].id for name in ("an", "anna", "banana", "hannah")]

    assert await _find(alice, "an") == expected
    answer = (await alice.post("user_directory/search", {"search_term": "an", "limit": 2})).ok()
    assert [hit["user_id"] for hit in answer["results"]] == expected[:2]
    assert answer["limited"] is True


async def test_a_long_search_says_that_it_is_limited(
    monkeypatch: pytest.MonkeyPatch, api: Api, alice: User
) -> None:
    monkeypatch.setattr(user_directory, "SEARCH_MAX", 1)
    monkeypatch.setattr("courtyard.accounts.profile.SEARCH_MAX", 1)
    monkeypatch.setattr(user_directory, "SCAN_MAX", 2)
    hall = await alice.create_room(preset="public_chat")
    users = [await api.register(f"peer{n}") for n in range(3)]
    for user in users:
        (await user.join(hall)).ok()

    answer = (await alice.post("user_directory/search", {"search_term": "peer"})).ok()

    assert [hit["user_id"] for hit in answer["results"]] == [users[0].id, users[1].id]
    assert answer["limited"] is True


@pytest.mark.parametrize("term", ["%", "_", "\\", '"', "", "  ", "@", "\0", "x" * 5000, "😀"])
async def test_odd_terms_find_nobody(alice: User, bob: User, term: str) -> None:
    (await bob.join(await alice.create_room(preset="public_chat"))).ok()
    assert await _find(alice, "b") == [bob.id]

    assert await _find(alice, term) == []


@pytest.mark.parametrize(
    "body, errcode",
    [
        ({}, "M_MISSING_PARAM"),
        ({"search_term": 5}, "M_BAD_JSON"),
        ({"search_term": "x", "limit": "ten"}, "M_BAD_JSON"),
        ({"search_term": "x", "limit": 0}, "M_INVALID_PARAM"),
        ({"search_term": "x", "limit": -10}, "M_INVALID_PARAM"),
    ],
)
async def test_a_malformed_search_is_refused(alice: User, body: Any, errcode: str) -> None:
    answer = await alice.post("user_directory/search", body)

    assert (400, errcode) == (answer.status, answer.errcode)


async def test_searching_needs_an_account(api: Api) -> None:
    answer = await api.request("POST", "user_directory/search", {"search_term": "bob"})

    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)


# --- other networks -------------------------------------------------------------------------------


async def test_no_other_network_is_connected(api: Api, alice: User) -> None:
    assert (await alice.get("thirdparty/protocols")).ok() == {}
    for path in (
        "thirdparty/protocol/irc",
        "thirdparty/location/irc",
        "thirdparty/user/irc",
        "thirdparty/location?alias=%23a%3Ab",
        "thirdparty/user?userid=%40a%3Ab",
    ):
        answer = await alice.get(path)
        assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)
    nobody = await api.request("GET", "thirdparty/protocols")
    assert (401, "M_MISSING_TOKEN") == (nobody.status, nobody.errcode)


# --- calls ------------------------------------------------------------------------------------


async def test_without_relays_there_are_no_credentials(alice: User) -> None:
    answer = await alice.get("voip/turnServer")

    assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)


async def test_relays_come_with_credentials_that_end(server: Server, api: Api, alice: User) -> None:
    settings: Settings = msgspec.structs.replace(
        server.settings,
        turn_uris="turn:turn.example:3478?transport=udp  turns:turn.example:443?transport=tcp",
        turn_shared_secret="shared",
    )
    server.world.settings = settings

    answer = (await alice.get("voip/turnServer")).ok()

    expires, _, user_id = answer["username"].partition(":")
    assert (user_id, answer["ttl"]) == (alice.id, 86_400)
    assert abs(int(expires) - server.world.clock.now_ms() // 1000 - 86_400) < 10
    digest = hmac.new(b"shared", answer["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(answer["password"]) == digest
    assert answer["uris"] == [
        "turn:turn.example:3478?transport=udp",
        "turns:turn.example:443?transport=tcp",
    ]
    nobody = await api.request("GET", "voip/turnServer")
    assert (401, "M_MISSING_TOKEN") == (nobody.status, nobody.errcode)

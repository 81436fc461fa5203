"""The public directory and room summaries through HTTP.

spec: client-server-api#published-room-directory, client-server-api#room-summaries
"""

from typing import Any

import pytest

from courtyard.accounts.account import make_admin
from courtyard.app.wiring import Server
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.restrict import restrict
from tests.api import Api, User, q
from tests.gate.restrictions import restriction

SUMMARY = "/_matrix/client/v1/room_summary"


async def _listed(api: Api, **params: Any) -> list[str]:
    page = (await api.request("GET", "publicRooms", params=params)).ok()
    return [room["room_id"] for room in page["chunk"]]


async def _find(user: User, **filters: Any) -> list[str]:
    page = (await user.post("publicRooms", {"filter": filters})).ok()
    return [room["room_id"] for room in page["chunk"]]


async def test_a_room_is_listed_when_it_is_published(api: Api, alice: User, bob: User) -> None:
    room = await alice.create_room(
        preset="public_chat", name="Garden", topic="Growing things", room_alias_name="garden"
    )
    (await bob.join(room)).ok()
    path = f"directory/list/room/{q(room)}"
    assert (await api.request("GET", path)).ok() == {"visibility": "private"}
    assert await _listed(api) == []

    (await alice.put(path)).ok()

    assert (await api.request("GET", path)).ok() == {"visibility": "public"}
    page = (await api.request("GET", "publicRooms")).ok()
    assert page == {
        "chunk": [
            {
                "room_id": room,
                "num_joined_members": 2,
                "world_readable": False,
                "guest_can_join": False,
                "join_rule": "public",
                "canonical_alias": "#garden:test.example",
                "name": "Garden",
                "topic": "Growing things",
            }
        ],
        "total_room_count_estimate": 1,
    }

    (await alice.put(path, {"visibility": "private"})).ok()

    assert await _listed(api) == []


async def test_only_who_may_name_a_room_publishes_it(
    server: Server, alice: User, bob: User, carol: User
) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    path = f"directory/list/room/{q(room)}"
    for user in (bob, carol):
        refused = await user.put(path, {"visibility": "public"})
        assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)
    unknown = await alice.put("directory/list/room/!nowhere", {"visibility": "public"})
    assert (404, "M_NOT_FOUND") == (unknown.status, unknown.errcode)
    assert (await alice.get("directory/list/room/!nowhere")).status == 404
    odd = await alice.put(path, {"visibility": "everywhere"})
    assert (400, "M_BAD_JSON") == (odd.status, odd.errcode)

    await server.db.write(make_admin, UserId(carol.id))
    (await carol.put(path, {"visibility": "public"})).ok()


async def test_a_measure_against_being_listed_is_told(server: Server, alice: User) -> None:
    room = await alice.create_room(preset="public_chat")
    path = f"directory/list/room/{q(room)}"
    (await alice.put(path, {"visibility": "public"})).ok()
    now = server.world.clock.now_ms()
    until = TimestampMs(now + 3_600_000)
    measure = restriction(
        "discovery.listed", user_id=UserId(alice.id), starts_at=TimestampMs(now), ends_at=until
    )
    await server.db.write(restrict, measure)

    for refused in (
        await alice.put(path, {"visibility": "public"}),
        await alice.post("createRoom", {"visibility": "public"}),
    ):
        assert (403, "ORG.COURTYARD.RESTRICTED") == (refused.status, refused.errcode)
    # Taking a room off the list is free, and so is a room that is not on it.
    (await alice.put(path, {"visibility": "private"})).ok()
    await alice.create_room(visibility="private")


async def test_moments_are_never_listed(alice: User) -> None:
    room = await alice.create_room(creation_content={"type": "org.courtyard.moments"})

    answer = await alice.put(f"directory/list/room/{q(room)}", {"visibility": "public"})

    assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)


async def test_the_directory_comes_in_pages_both_ways_the_largest_rooms_first(
    api: Api, alice: User, bob: User, carol: User
) -> None:
    rooms = [
        await alice.create_room(preset="public_chat", visibility="public", name=f"Room {n}")
        for n in range(5)
    ]
    for room in (rooms[3], rooms[1]):
        (await bob.join(room)).ok()
    (await carol.join(rooms[3])).ok()
    order = [rooms[3], rooms[1], rooms[0], rooms[2], rooms[4]]
    assert await _listed(api) == order

    first = (await api.request("GET", "publicRooms", params={"limit": 2})).ok()
    assert [room["room_id"] for room in first["chunk"]] == order[:2]
    assert "prev_batch" not in first
    assert first["total_room_count_estimate"] == 5
    second = (await alice.post("publicRooms", {"limit": 2, "since": first["next_batch"]})).ok()
    assert [room["room_id"] for room in second["chunk"]] == order[2:4]
    third = (await alice.post("publicRooms", {"limit": 2, "since": second["next_batch"]})).ok()
    assert [room["room_id"] for room in third["chunk"]] == order[4:]
    assert "next_batch" not in third

    back = (await alice.post("publicRooms", {"limit": 2, "since": third["prev_batch"]})).ok()
    assert [room["room_id"] for room in back["chunk"]] == order[2:4]
    again = (await alice.post("publicRooms", {"limit": 2, "since": back["next_batch"]})).ok()
    assert [room["room_id"] for room in again["chunk"]] == order[4:]
    start = (await alice.post("publicRooms", {"limit": 2, "since": back["prev_batch"]})).ok()
    assert [room["room_id"] for room in start["chunk"]] == order[:2]
    assert "prev_batch" not in start


async def test_the_directory_is_searched_by_words_and_kind(alice: User) -> None:
    garden = await alice.create_room(visibility="public", name="Der Große Garten")
    tools = await alice.create_room(visibility="public", topic="Tools for the garten")
    space = await alice.create_room(
        visibility="public", creation_content={"type": "m.space"}, room_alias_name="garten-space"
    )
    hidden = await alice.create_room(name="Secret garten")

    assert await _find(alice) == [garden, tools, space]
    assert await _find(alice, generic_search_term="garten") == [garden, tools, space]
    assert await _find(alice, generic_search_term="GROSSE garten") == [garden]
    assert await _find(alice, generic_search_term="nothing") == []
    assert await _find(alice, room_types=["m.space"]) == [space]
    assert await _find(alice, room_types=[None]) == [garden, tools]
    assert await _find(alice, room_types=[None, "m.space"], generic_search_term="for") == [tools]
    assert hidden not in await _find(alice)


async def test_searching_in_pages_finds_each_room_once(alice: User) -> None:
    rooms = [
        await alice.create_room(visibility="public", name="yes" if n % 2 else "no")
        for n in range(7)
    ]
    wish: dict[str, Any] = {"limit": 1, "filter": {"generic_search_term": "yes"}}
    found = []
    while True:
        page = (await alice.post("publicRooms", wish)).ok()
        found += [room["room_id"] for room in page["chunk"]]
        if "next_batch" not in page:
            break
        wish["since"] = page["next_batch"]
    assert found == rooms[1::2]


async def test_other_servers_and_networks_have_no_directory_here(api: Api, alice: User) -> None:
    room = await alice.create_room(visibility="public")
    assert await _listed(api, server="test.example") == [room]

    elsewhere = await api.request("GET", "publicRooms", params={"server": "other.example"})
    assert (404, "M_NOT_FOUND") == (elsewhere.status, elsewhere.errcode)
    bridged = (await alice.post("publicRooms", {"third_party_instance_id": "irc"})).ok()
    assert bridged["chunk"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 0},
        {"limit": -3},
        {"limit": "ten"},
        {"limit": 2.5},
        {"since": "x"},
        {"since": "n99999999999999999999_1"},
        {"since": 7},
        {"filter": []},
        {"filter": {"generic_search_term": 5}},
        {"filter": {"generic_search_term": "x" * 501}},
        {"filter": {"room_types": "m.space"}},
        {"filter": {"room_types": [1]}},
    ],
)
async def test_a_malformed_question_is_refused(alice: User, body: Any) -> None:
    answer = await alice.post("publicRooms", body)

    assert answer.status == 400
    assert answer.errcode in ("M_BAD_JSON", "M_INVALID_PARAM")


@pytest.mark.parametrize("params", [{"limit": "many"}, {"limit": "0"}, {"since": "s1"}])
async def test_malformed_parameters_are_refused(api: Api, params: Any) -> None:
    answer = await api.request("GET", "publicRooms", params=params)

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_searching_needs_an_account(api: Api) -> None:
    answer = await api.request("POST", "publicRooms", {})

    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)


async def test_state_of_the_wrong_type_is_left_out(server: Server, api: Api, alice: User) -> None:
    room = await alice.create_room(visibility="public", creation_content={"type": "m.space"})
    (await alice.state(room, "m.room.name", {"name": ""})).ok()
    (await alice.state(room, "m.room.avatar", {"url": "https://example.org/x.png"})).ok()
    (await alice.state(room, "m.room.topic", {"topic": "old", "m.topic": {"m.text": [7]}})).ok()

    [shown] = (await api.request("GET", "publicRooms")).ok()["chunk"]

    assert (shown["room_type"], shown["topic"]) == ("m.space", "old")
    assert not {"name", "avatar_url", "canonical_alias"} & set(shown)


# --- summaries -----------------------------------------------------------------------------------


async def test_a_summary_tells_members_everything(alice: User, bob: User) -> None:
    room = await alice.create_room(name="Den", room_alias_name="den", room_version="11")
    encryption = {"algorithm": "m.megolm.v1.aes-sha2"}
    (await alice.state(room, "m.room.encryption", encryption)).ok()
    expected = {
        "room_id": room,
        "num_joined_members": 1,
        "world_readable": False,
        "guest_can_join": True,
        "join_rule": "invite",
        "canonical_alias": "#den:test.example",
        "name": "Den",
        "encryption": "m.megolm.v1.aes-sha2",
        "room_version": "11",
        "membership": "join",
    }
    assert (await alice.get(f"{SUMMARY}/{q(room)}")).ok() == expected
    assert (await alice.get(f"{SUMMARY}/{q('#den:test.example')}")).ok() == expected

    stranger = await bob.get(f"{SUMMARY}/{q(room)}")
    assert (404, "M_NOT_FOUND") == (stranger.status, stranger.errcode)
    (await alice.invite(room, bob.id)).ok()
    assert (await bob.get(f"{SUMMARY}/{q(room)}")).ok()["membership"] == "invite"


@pytest.mark.parametrize(
    "change, is_shown",
    [
        (("m.room.join_rules", {"join_rule": "public"}), True),
        (("m.room.join_rules", {"join_rule": "knock"}), True),
        (("m.room.history_visibility", {"history_visibility": "world_readable"}), True),
        (("m.room.join_rules", {"join_rule": "invite"}), False),
    ],
)
async def test_a_summary_is_shown_to_strangers_where_they_may_come_in(
    api: Api, alice: User, bob: User, change: Any, is_shown: bool
) -> None:
    room = await alice.create_room()
    (await alice.state(room, *change)).ok()

    unknown = await api.request("GET", f"{SUMMARY}/{q(room)}")
    known = await bob.get(f"{SUMMARY}/{q(room)}")

    assert (unknown.status == 200, known.status == 200) == (is_shown, is_shown)
    if is_shown:
        assert "membership" not in unknown.body
        assert known.body["membership"] == "leave"
        (await alice.post(f"rooms/{q(room)}/ban", {"user_id": bob.id})).ok()
        banned = await bob.get(f"{SUMMARY}/{q(room)}")
        assert (banned.status == 200) == (change[0] == "m.room.history_visibility")


async def test_a_summary_of_a_restricted_room_names_the_rooms_that_let_in(
    alice: User, bob: User, carol: User
) -> None:
    club = await alice.create_room(preset="public_chat")
    (await bob.join(club)).ok()
    room = await alice.create_room()
    rule = {
        "join_rule": "restricted",
        "allow": [{"type": "m.room_membership", "room_id": club}, {"type": "other"}, 5],
    }
    (await alice.state(room, "m.room.join_rules", rule)).ok()

    assert (await bob.get(f"{SUMMARY}/{q(room)}")).ok()["allowed_room_ids"] == [club]
    assert (await carol.get(f"{SUMMARY}/{q(room)}")).status == 404


@pytest.mark.parametrize(
    "name, status", [("!nowhere", 404), ("#nothing:test.example", 404), ("garden", 400)]
)
async def test_there_is_no_summary_of_nothing(api: Api, name: str, status: int) -> None:
    assert (await api.request("GET", f"{SUMMARY}/{q(name)}")).status == status


async def test_a_wrong_token_is_not_the_same_as_none(api: Api, alice: User) -> None:
    room = await alice.create_room(preset="public_chat")

    answer = await api.request("GET", f"{SUMMARY}/{q(room)}", token="wrong")

    assert (401, "M_UNKNOWN_TOKEN") == (answer.status, answer.errcode)

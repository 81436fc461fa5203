"""The hierarchy of spaces through HTTP.

spec: client-server-api#spaces
"""

from typing import Any

import pytest

from tests.api import Api, User, q

VIA = {"via": ["test.example"]}


def _path(room: str) -> str:
    return f"/_matrix/client/v1/rooms/{q(room)}/hierarchy"


async def _space(user: User, *children: tuple[str, dict[str, Any]], **wish: Any) -> str:
    space = await user.create_room(creation_content={"type": "m.space"}, **wish)
    for child, content in children:
        (await user.state(space, "m.space.child", VIA | content, child)).ok()
    return space


async def _ids(user: User, room: str, **params: Any) -> list[str]:
    answer = (await user.get(_path(room), **params)).ok()
    return [room["room_id"] for room in answer["rooms"]]


async def test_a_space_is_walked_depth_first_in_order(alice: User) -> None:
    plain = [await alice.create_room(name=f"Room {n}") for n in range(5)]
    inner = await _space(alice, (plain[0], {}), (plain[1], {"order": "z"}), name="Inner")
    outer = await _space(
        alice,
        (plain[2], {}),
        (plain[3], {"order": "b"}),
        (inner, {"order": "a"}),
        (plain[4], {"order": "not\nvalid"}),
        name="Outer",
    )

    answer = (await alice.get(_path(outer))).ok()

    order = [outer, inner, plain[1], plain[0], plain[3], plain[2], plain[4]]
    assert [room["room_id"] for room in answer["rooms"]] == order
    assert "next_batch" not in answer
    root = answer["rooms"][0]
    assert (root["room_type"], root["name"], root["num_joined_members"]) == ("m.space", "Outer", 1)
    children = root["children_state"]
    assert [child["state_key"] for child in children] == [inner, plain[3], plain[2], plain[4]]
    assert set(children[0]) == {"type", "state_key", "content", "sender", "origin_server_ts"}
    assert answer["rooms"][2]["children_state"] == []


async def test_equal_orders_stand_by_time(alice: User) -> None:
    rooms = [await alice.create_room() for _ in range(3)]
    space = await _space(alice, *[(room, {"order": "same"}) for room in reversed(rooms)])

    assert await _ids(alice, space) == [space, *reversed(rooms)]


async def test_depth_suggestions_and_pages(alice: User) -> None:
    deep = await alice.create_room()
    inner = await _space(alice, (deep, {"suggested": True}))
    other = await alice.create_room()
    outer = await _space(alice, (inner, {"suggested": True, "order": "a"}), (other, {}))
    whole = [outer, inner, deep, other]
    assert await _ids(alice, outer) == whole

    assert await _ids(alice, outer, max_depth=0) == [outer]
    assert await _ids(alice, outer, max_depth=1) == [outer, inner, other]
    assert await _ids(alice, outer, suggested_only="true") == [outer, inner, deep]
    only = (await alice.get(_path(outer), suggested_only="true")).ok()["rooms"][0]
    assert [child["state_key"] for child in only["children_state"]] == [inner]

    found: list[str] = []
    params: dict[str, Any] = {"limit": 1, "max_depth": 5}
    for _ in whole:
        answer = (await alice.get(_path(outer), **params)).ok()
        found += [room["room_id"] for room in answer["rooms"]]
        params["from"] = answer.get("next_batch", "")
    assert found == whole
    assert "next_batch" not in answer


async def test_what_cannot_change_between_pages(alice: User) -> None:
    space = await _space(alice, (await alice.create_room(), {}))
    token = (await alice.get(_path(space), limit=1)).ok()["next_batch"]

    same = await alice.get(_path(space), **{"from": token})
    deeper = await alice.get(_path(space), max_depth=1, **{"from": token})
    fewer = await alice.get(_path(space), suggested_only="true", **{"from": token})

    assert same.status == 200
    for answer in (deeper, fewer):
        assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_a_loop_ends(alice: User) -> None:
    first = await _space(alice)
    second = await _space(alice, (first, {}))
    (await alice.state(first, "m.space.child", VIA, second)).ok()
    (await alice.state(first, "m.space.child", VIA, first)).ok()

    assert await _ids(alice, first) == [first, second]


async def test_a_child_without_via_was_removed(alice: User) -> None:
    rooms = [await alice.create_room() for _ in range(4)]
    space = await _space(alice, *[(room, {}) for room in rooms])
    for room, via in zip(rooms[:3], ([], "test.example", [5]), strict=True):
        (await alice.state(space, "m.space.child", {"via": via}, room)).ok()

    assert await _ids(alice, space) == [space, rooms[3]]


async def test_others_see_what_they_may_enter(alice: User, bob: User) -> None:
    club = await alice.create_room(preset="public_chat")
    rules: dict[str, dict[str, Any]] = {
        "public": {"join_rule": "public"},
        "knock": {"join_rule": "knock"},
        "restricted": {
            "join_rule": "restricted",
            "allow": [{"type": "m.room_membership", "room_id": club}],
        },
        "invite": {"join_rule": "invite"},
    }
    rooms = {}
    for name, content in rules.items():
        rooms[name] = await alice.create_room(name=name)
        (await alice.state(rooms[name], "m.room.join_rules", content)).ok()
    rooms["readable"] = await alice.create_room()
    readable = {"history_visibility": "world_readable"}
    (await alice.state(rooms["readable"], "m.room.history_visibility", readable)).ok()
    space = await _space(alice, *[(room, {}) for room in rooms.values()], preset="public_chat")
    assert await _ids(alice, space) == [space, *rooms.values()]

    def known(*names: str) -> list[str]:
        return [space, *[rooms[name] for name in rooms if name in names]]

    assert await _ids(bob, space) == known("public", "knock", "readable")
    (await bob.join(club)).ok()
    answer = (await bob.get(_path(space))).ok()
    assert [r["room_id"] for r in answer["rooms"]] == known(
        "public", "knock", "restricted", "readable"
    )
    [restricted] = [r for r in answer["rooms"] if r["join_rule"] == "restricted"]
    assert restricted["allowed_room_ids"] == [club]
    (await alice.invite(rooms["invite"], bob.id)).ok()
    assert await _ids(bob, space) == known(*rooms)
    (await alice.post(f"rooms/{q(rooms['public'])}/ban", {"user_id": bob.id})).ok()
    assert rooms["public"] not in await _ids(bob, space)


async def test_a_space_that_one_may_not_enter_is_not_shown(alice: User, bob: User) -> None:
    space = await _space(alice)
    assert await _ids(alice, space) == [space]

    stranger = await bob.get(_path(space))
    nowhere = await bob.get(_path("!nowhere:test.example"))

    assert (403, "M_FORBIDDEN") == (stranger.status, stranger.errcode)
    assert (nowhere.status, nowhere.body) == (stranger.status, stranger.body)


async def test_a_plain_room_is_a_tree_of_one(alice: User) -> None:
    room = await alice.create_room()
    (await alice.state(room, "m.space.child", VIA, await alice.create_room())).ok()

    assert await _ids(alice, room) == [room]


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": "x"},
        {"max_depth": -1},
        {"max_depth": 1.5},
        {"suggested_only": "perhaps"},
        {"from": "x"},
        {"from": "h0_99_7"},
        {"from": "h99999999999_5_0"},
    ],
)
async def test_a_malformed_question_is_refused(alice: User, params: dict[str, Any]) -> None:
    space = await _space(alice)

    answer = await alice.get(_path(space), **params)

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_walking_needs_an_account(api: Api, alice: User) -> None:
    answer = await api.request("GET", _path(await _space(alice)))

    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)

"""Room aliases through HTTP.

spec: client-server-api#room-aliases
"""

from typing import Any

import pytest

from courtyard.accounts.account import make_admin
from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.rooms.directory import ALIASES_MAX
from tests.api import Api, User, q

ALIAS = "#garden:test.example"
PATH = f"directory/room/{q(ALIAS)}"


@pytest.fixture
async def room(alice: User, bob: User) -> str:
    """A public room of Alice's, with Bob in it and one alias made by Alice."""
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    (await alice.put(PATH, {"room_id": room_id})).ok()
    return room_id


async def _canonical(user: User, room_id: str) -> Any:
    sync = await user.sync()
    joined = sync["rooms"]["join"][room_id]
    events = joined.get("state", {}).get("events", []) + joined["timeline"]["events"]
    found = [e for e in events if e["type"] == "m.room.canonical_alias"]
    return found[-1]["content"] if found else None


async def test_an_alias_names_its_room_to_everybody(api: Api, carol: User, room: str) -> None:
    found = (await api.request("GET", PATH)).ok()
    assert found == {"room_id": room, "servers": ["test.example"]}
    joined = await carol.join(ALIAS)
    assert joined.ok() == {"room_id": room}

    unknown = await api.request("GET", f"directory/room/{q('#other:test.example')}")

    assert (404, "M_NOT_FOUND") == (unknown.status, unknown.errcode)


async def test_an_alias_is_given_once(alice: User, bob: User, room: str) -> None:
    other = await bob.create_room()

    again = await bob.put(PATH, {"room_id": other})

    assert (409, "M_UNKNOWN") == (again.status, again.errcode)
    assert (await alice.get(PATH)).ok()["room_id"] == room


async def test_only_members_give_aliases(bob: User, carol: User, room: str) -> None:
    path = f"directory/room/{q('#second:test.example')}"
    stranger = await carol.put(path, {"room_id": room})
    assert (403, "M_FORBIDDEN") == (stranger.status, stranger.errcode)
    nowhere = await bob.put(path, {"room_id": "!nowhere:test.example"})
    assert (403, "M_FORBIDDEN") == (nowhere.status, nowhere.errcode)

    (await bob.put(path, {"room_id": room})).ok()


@pytest.mark.parametrize(
    "alias",
    [
        "garden:test.example",
        "#:test.example",
        "#garden",
        "#garden:elsewhere.example",
        "!x",
        "#a\0:b",
    ],
)
async def test_only_aliases_of_this_server_are_given(alice: User, room: str, alias: str) -> None:
    answer = await alice.put(f"directory/room/{q(alias)}", {"room_id": room})

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


@pytest.mark.parametrize(
    "body, errcode",
    [
        ({}, "M_MISSING_PARAM"),
        ({"room_id": 5}, "M_BAD_JSON"),
        ({"room_id": None}, "M_MISSING_PARAM"),
    ],
)
async def test_an_alias_needs_a_room(alice: User, body: Any, errcode: str) -> None:
    answer = await alice.put(PATH, body)

    assert (400, errcode) == (answer.status, answer.errcode)


async def test_a_room_has_so_many_aliases_and_no_more(
    server: Server, alice: User, room: str
) -> None:
    from courtyard.rooms.directory import create_alias

    def fill(tx: Any) -> None:
        for n in range(ALIASES_MAX - 1):
            create_alias(tx, UserId(alice.id), f"#n{n}:test.example", room)  # type: ignore[arg-type]

    await server.db.write(fill)

    answer = await alice.put(f"directory/room/{q('#more:test.example')}", {"room_id": room})

    assert (400, "M_UNKNOWN") == (answer.status, answer.errcode)


async def test_members_list_aliases_and_strangers_only_where_anybody_reads(
    alice: User, bob: User, carol: User, room: str
) -> None:
    path = f"rooms/{q(room)}/aliases"
    assert (await bob.get(path)).ok() == {"aliases": [ALIAS]}
    stranger = await carol.get(path)
    assert (403, "M_FORBIDDEN") == (stranger.status, stranger.errcode)
    nowhere = await carol.get(f"rooms/{q('!nowhere:test.example')}/aliases")
    assert (403, "M_FORBIDDEN") == (nowhere.status, nowhere.errcode)

    visibility = {"history_visibility": "world_readable"}
    (await alice.state(room, "m.room.history_visibility", visibility)).ok()

    assert (await carol.get(path)).ok() == {"aliases": [ALIAS]}


async def test_an_alias_is_removed_by_whom_it_concerns(
    api: Api, server: Server, alice: User, bob: User, carol: User, room: str
) -> None:
    refused = await bob.request("DELETE", PATH)
    assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)
    (await bob.put(f"directory/room/{q('#bobs:test.example')}", {"room_id": room})).ok()

    # Who made it; who may name the room; an operator.
    (await alice.request("DELETE", f"directory/room/{q('#bobs:test.example')}")).ok()
    (await bob.put(f"directory/room/{q('#bobs:test.example')}", {"room_id": room})).ok()
    (await bob.request("DELETE", f"directory/room/{q('#bobs:test.example')}")).ok()
    stranger = await carol.request("DELETE", PATH)
    assert (403, "M_FORBIDDEN") == (stranger.status, stranger.errcode)
    await server.db.write(make_admin, UserId(carol.id))
    (await carol.request("DELETE", PATH)).ok()

    gone = await carol.request("DELETE", PATH)
    assert (404, "M_NOT_FOUND") == (gone.status, gone.errcode)


async def test_a_removed_alias_is_no_longer_canonical(alice: User, bob: User, room: str) -> None:
    other = "#other:test.example"
    (await bob.put(f"directory/room/{q(other)}", {"room_id": room})).ok()
    named = {"alias": ALIAS, "alt_aliases": [other]}
    (await alice.state(room, "m.room.canonical_alias", named)).ok()

    # Bob may take away what he made, but not write the room's event.
    (await bob.request("DELETE", f"directory/room/{q(other)}")).ok()
    assert await _canonical(alice, room) == named

    (await alice.request("DELETE", PATH)).ok()
    assert await _canonical(alice, room) == {"alt_aliases": [other]}


async def test_a_canonical_alias_must_be_one_of_the_room(alice: User, bob: User, room: str) -> None:
    own = await alice.state(room, "m.room.canonical_alias", {"alias": ALIAS})
    assert own.status == 200
    elsewhere = await bob.create_room()

    answer = await bob.state(elsewhere, "m.room.canonical_alias", {"alias": ALIAS})

    assert (400, "M_BAD_ALIAS") == (answer.status, answer.errcode)

"""Rooms shared with somebody, through HTTP.

spec: client-server-api#mutual-rooms
"""

from typing import Any

import pytest

from courtyard.rooms import user_directory
from tests.api import Api, User

PATH = "/_matrix/client/v1/mutual_rooms"


async def test_only_rooms_that_both_are_joined_to_are_shared(
    alice: User, bob: User, carol: User
) -> None:
    shared = [await alice.create_room(preset="public_chat") for _ in range(2)]
    left = await alice.create_room(preset="public_chat")
    for room in (*shared, left):
        (await bob.join(room)).ok()
    (await bob.leave(left)).ok()
    await alice.create_room(invite=[bob.id])
    await alice.create_room()

    assert (await alice.get(PATH, user_id=bob.id)).ok() == {"joined": shared, "count": 2}
    assert (await bob.get(PATH, user_id=alice.id)).ok() == {"joined": shared, "count": 2}
    assert (await carol.get(PATH, user_id=alice.id)).ok() == {"joined": [], "count": 0}
    unknown = await alice.get(PATH, user_id="@nobody:elsewhere.example")
    assert unknown.ok() == {"joined": [], "count": 0}


async def test_many_rooms_come_in_pages(
    monkeypatch: pytest.MonkeyPatch, alice: User, bob: User
) -> None:
    monkeypatch.setattr(user_directory, "MUTUAL_AT_ONCE", 2)
    rooms = [await alice.create_room(preset="public_chat") for _ in range(5)]
    for room in rooms:
        (await bob.join(room)).ok()

    found: list[str] = []
    params = {"user_id": bob.id}
    while True:
        page = (await alice.get(PATH, **params)).ok()
        assert page["count"] == 5
        found += page["joined"]
        if "next_batch" not in page:
            break
        params["from"] = page["next_batch"]

    assert found == rooms


@pytest.mark.parametrize(
    "params, errcode",
    [
        ({}, "M_MISSING_PARAM"),
        ({"user_id": ""}, "M_INVALID_PARAM"),
        ({"user_id": "bob"}, "M_INVALID_PARAM"),
        ({"user_id": "@alice:test.example"}, "M_INVALID_PARAM"),
        ({"user_id": "@bob:test.example", "from": "s1"}, "M_INVALID_PARAM"),
        ({"user_id": "@bob:test.example", "from": "r" + "9" * 40}, "M_INVALID_PARAM"),
    ],
)
async def test_a_malformed_question_is_refused(
    alice: User, bob: User, params: dict[str, Any], errcode: str
) -> None:
    assert (await alice.get(PATH, user_id=bob.id)).status == 200

    answer = await alice.get(PATH, **params)

    assert (400, errcode) == (answer.status, answer.errcode)


async def test_asking_needs_an_account(api: Api, alice: User) -> None:
    answer = await api.request("GET", PATH, params={"user_id": alice.id})

    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)

"""Whatever is sent to directory, profile, upgrade, search and presence, the answer is a documented one."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api import User, q
from tests.e2ee.hostile import bodies, spoilt

ALICE, ALIAS = "@alice:test.example", "#garden:test.example"
EVENTS = {
    "search_term": "tea",
    "keys": ["content.body"],
    "filter": {"limit": 5, "rooms": ["!a"], "types": ["m.*"]},
    "order_by": "recent",
    "event_context": {"before_limit": 1, "after_limit": 1, "include_profile": True},
    "include_state": True,
    "groupings": {"group_by": [{"key": "room_id"}, {"key": "sender"}]},
}
HONEST: dict[tuple[str, str], dict[str, Any]] = {
    ("PUT", f"directory/room/{q(ALIAS)}"): {"room_id": "{room}"},
    ("PUT", "directory/list/room/{room}"): {"visibility": "public"},
    ("POST", "publicRooms"): {
        "limit": 3,
        "since": "n1_1",
        "filter": {"generic_search_term": "x", "room_types": [None, "m.space"]},
    },
    ("PUT", f"profile/{q(ALICE)}/displayname"): {"displayname": "Ally"},
    ("PUT", f"profile/{q(ALICE)}/com.example.x"): {"com.example.x": {"a": [1, None]}},
    ("POST", "rooms/{room}/upgrade"): {"new_version": "12", "additional_creators": ["@bob:x"]},
    ("POST", "user_directory/search"): {"search_term": "bob", "limit": 3},
    ("POST", "search"): {"search_categories": {"room_events": EVENTS}},
    ("PUT", f"presence/{q(ALICE)}/status"): {"presence": "online", "status_msg": "here"},
}
PATHS = [
    "directory/room/{}",
    "directory/list/room/{}",
    "rooms/{}/aliases",
    "profile/{}/displayname",
    "presence/{}/status",
    "thirdparty/protocol/{}",
    "/_matrix/client/v1/room_summary/{}",
    "/_matrix/client/v1/rooms/{}/hierarchy",
]
REFUSALS = {
    (400, "M_BAD_JSON"),
    (400, "M_INVALID_PARAM"),
    (400, "M_MISSING_PARAM"),
    (400, "M_PROFILE_TOO_LARGE"),
    (400, "M_UNSUPPORTED_ROOM_VERSION"),
    (403, "M_FORBIDDEN"),
    (404, "M_NOT_FOUND"),
    (404, "M_UNRECOGNIZED"),
    (405, "M_UNRECOGNIZED"),
    (409, "M_UNKNOWN"),
    (413, "M_TOO_LARGE"),
}
IN_TURN = settings(
    max_examples=25,
    deadline=None,
    # One server for all examples on purpose: what one leaves behind must not break the next.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ODD = st.text(min_size=1, max_size=6) | st.sampled_from(["x" * 300, "\0", "!", "#", "@:", "#a:b"])


@pytest.fixture
async def room(alice: User) -> str:
    """A room of Alice's with something in it."""
    room_id = await alice.create_room(preset="public_chat", name="Garden")
    await alice.say(room_id, "tea")
    return room_id


@pytest.mark.parametrize("method,path", HONEST, ids=lambda value: value)
@IN_TURN
@given(data=st.data())
async def test_any_body_gets_a_documented_answer(
    alice: User, room: str, method: str, path: str, data: st.DataObject
) -> None:
    honest = HONEST[method, path]
    body = data.draw(spoilt(honest) | spoilt(honest) | bodies)

    answer = await alice.request(method, path.replace("{room}", q(room)), body)

    assert answer.status == 200 or (answer.status, answer.errcode) in REFUSALS


@pytest.mark.parametrize("path", PATHS)
@IN_TURN
@given(name=ODD, method=st.sampled_from(["GET", "PUT", "DELETE"]))
async def test_any_name_gets_a_documented_answer(
    alice: User, path: str, name: str, method: str
) -> None:
    answer = await alice.request(method, path.format(q(name)), {})

    assert answer.status == 200 or (answer.status, answer.errcode) in REFUSALS


@IN_TURN
@given(
    token=st.from_regex(r"[hnpqrs][0-9]{1,25}_[0-9]{1,25}(_[01])?", fullmatch=True) | ODD,
    number=st.integers() | ODD,
)
async def test_any_token_gets_a_documented_answer(
    alice: User, room: str, token: str, number: int | str
) -> None:
    search = {"search_categories": {"room_events": {"search_term": "tea"}}}
    answers = [
        await alice.get("publicRooms", since=token, limit=number),
        await alice.get(
            f"/_matrix/client/v1/rooms/{q(room)}/hierarchy",
            limit=number,
            max_depth=number,
            **{"from": token},
        ),
        await alice.get("/_matrix/client/v1/mutual_rooms", user_id="@b:c", **{"from": token}),
        await alice.request("POST", f"search?next_batch={q(token)}", search),
    ]

    for answer in answers:
        assert answer.status == 200 or (answer.status, answer.errcode) in REFUSALS

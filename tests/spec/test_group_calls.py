"""Group calls over HTTP: where they are carried, who gets a token for them, and who does not.

spec: MSC4143, MSC4195
"""

import base64
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.restrict import restrict
from tests.api import Answer, Api, User, q
from tests.fakes import FakeClock
from tests.gate.restrictions import restriction

URL = "wss://calls.example/rtc"
SFU_GET = "/_courtyard/livekit/v1/sfu/get"
GET_TOKEN = "/_matrix/client/unstable/io.element.msc4195/rtc/livekit/get_token"
TRANSPORTS = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports"
MEMBER = "org.matrix.msc3401.call.member"


@pytest.fixture
def livekit(server: Server) -> Server:
    """The server, with a LiveKit server in its settings."""
    server.world.settings = msgspec.structs.replace(
        server.settings,
        public_base_url="https://chat.example/",
        livekit_url=URL,
        livekit_api_key="key",
        livekit_api_secret="secret",
    )
    return server


def claims(jwt: str) -> Any:
    part = jwt.split(".")[1]
    return msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


async def ask(user: User, room: str) -> Answer:
    return await user.post(SFU_GET, {"room": room, "device_id": user.device_id})


async def ask_anew(user: User, room: str, **changes: Any) -> Answer:
    wish = {"url": URL, "room_id": room, "slot_id": "m.call#ROOM", "member_id": "m1"}
    return await user.post(GET_TOKEN, wish | changes)


async def group(alice: User, bob: User) -> str:
    room = await alice.create_room(invite=[bob.id])
    (await bob.join(room)).ok()
    return room


async def test_whoever_may_write_in_a_new_group_may_call(
    livekit: Server, alice: User, bob: User
) -> None:
    room = await group(alice, bob)

    levels = (await alice.get(f"rooms/{q(room)}/state/m.room.power_levels/")).ok()

    assert levels["events"][MEMBER] == 0
    assert levels["events"]["m.room.name"] == 50
    assert (await bob.state(room, MEMBER, {}, f"_{bob.id}_D_m.call")).status == 200


async def test_without_a_livekit_server_there_are_no_group_calls(api: Api, alice: User) -> None:
    room = await alice.create_room()

    assert (await alice.get(TRANSPORTS)).ok() == {"rtc_transports": []}
    assert "org.matrix.msc4143.rtc_foci" not in (
        (await api.request("GET", "/.well-known/matrix/client")).ok()
    )
    for answer in (await ask(alice, room), await ask_anew(alice, room)):
        assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)


async def test_clients_find_the_livekit_server(livekit: Server, api: Api, alice: User) -> None:
    told = {
        "type": "livekit",
        "url": URL,
        "livekit_service_url": "https://chat.example/_courtyard/livekit/v1",
    }

    assert (await alice.get(TRANSPORTS)).ok() == {"rtc_transports": [told]}
    assert (await api.request("GET", TRANSPORTS)).errcode == "M_MISSING_TOKEN"


async def test_a_member_gets_a_token_for_this_room_alone(
    livekit: Server, alice: User, bob: User
) -> None:
    one, other = await group(alice, bob), await group(alice, bob)

    answer = (await ask(bob, one)).ok()

    assert answer["url"] == URL
    said = claims(answer["jwt"])
    assert said["sub"] == f"{bob.id}:{bob.device_id}"
    room = said["video"]["room"]
    assert one[1:10] not in room
    assert claims((await ask(alice, one)).ok()["jwt"])["video"]["room"] == room
    assert claims((await ask(bob, other)).ok()["jwt"])["video"]["room"] != room


async def test_an_openid_token_serves_as_well(
    livekit: Server, api: Api, alice: User, bob: User, clock: FakeClock
) -> None:
    """spec: client-server-api#openid."""
    room = await group(alice, bob)
    given = (await bob.post(f"user/{q(bob.id)}/openid/request_token", {})).ok()
    body = {"room": room, "device_id": "LAPTOP", "openid_token": given}

    answer = (await api.request("POST", SFU_GET, json=body)).ok()

    assert claims(answer["jwt"])["sub"] == f"{bob.id}:LAPTOP"
    # A stranger's own token says who they are, and no more.
    wrong = body | {"openid_token": {"access_token": "nobody's"}}
    for bad in (wrong, body | {"openid_token": {"access_token": bob.token}}):
        refused = await api.request("POST", SFU_GET, json=bad)
        assert (401, "M_UNKNOWN_TOKEN") == (refused.status, refused.errcode)
    nobody = await api.request("POST", SFU_GET, json={"room": room, "device_id": "LAPTOP"})
    assert (401, "M_MISSING_TOKEN") == (nobody.status, nobody.errcode)
    clock.advance(3_600_001)
    late = await api.request("POST", SFU_GET, json=body)
    assert (401, "M_UNKNOWN_TOKEN") == (late.status, late.errcode)


async def test_the_later_form_names_nobody(livekit: Server, alice: User, bob: User) -> None:
    room = await group(alice, bob)

    said = claims((await ask_anew(bob, room)).ok()["jwt"])

    assert "bob" not in said["sub"]
    assert len(said["sub"]) == 43
    # Who asks in the older form is in the same call.
    assert said["video"]["room"] == claims((await ask(bob, room)).ok()["jwt"])["video"]["room"]
    other = claims((await ask_anew(bob, room, slot_id="m.call#other")).ok()["jwt"])
    assert other["video"]["room"] != said["video"]["room"]
    member = {"id": "m1", "claimed_device_id": "LAPTOP"}
    by_device = claims((await ask_anew(bob, room, member_id=None, member=member)).ok()["jwt"])
    assert by_device["sub"] not in (said["sub"], "")


async def test_a_stranger_gets_no_token(
    livekit: Server, alice: User, bob: User, carol: User
) -> None:
    room = await group(alice, bob)
    (await alice.invite(room, carol.id)).ok()
    (await bob.leave(room)).ok()

    for stranger in (carol, bob):
        for where in (room, "!nowhere:test.example", "nonsense", "!\0"):
            for answer in (await ask(stranger, where), await ask_anew(stranger, where)):
                assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)
    assert (await ask(alice, room)).status == 200


async def test_who_may_not_take_part_gets_no_token(livekit: Server, alice: User, bob: User) -> None:
    """The token follows the power levels of the event with which one would say that one takes part."""
    room = await alice.create_room(invite=[bob.id], preset="public_chat")
    (await bob.join(room)).ok()

    refused = await ask(bob, room)

    assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)
    assert (await bob.state(room, MEMBER, {}, f"_{bob.id}_D_m.call")).status == 403
    assert (await ask(alice, room)).status == 200
    # The later event is a message.
    assert (await ask_anew(bob, room)).status == 200


async def test_a_decision_that_takes_writing_takes_calling_and_says_so(
    livekit: Server, alice: User, bob: User, clock: FakeClock
) -> None:
    room = await group(alice, bob)
    now = clock.now_ms()
    measure = restriction(
        "chat.group.send",
        user_id=UserId(bob.id),
        starts_at=now,
        ends_at=TimestampMs(now + 60_000),
    )
    await livekit.db.write(restrict, measure)

    for answer in (await ask(bob, room), await ask_anew(bob, room)):
        assert (403, "ORG.COURTYARD.RESTRICTED") == (answer.status, answer.errcode)
        assert answer.body["org.courtyard.capability"] == "chat.group.send"
        assert answer.body["org.courtyard.statement"]
    # It stands for the events of the call, too; and it ends by the clock.
    joining = await bob.state(room, MEMBER, {"call_id": ""}, f"_{bob.id}_D_m.call")
    assert joining.body["org.courtyard.capability"] == "chat.group.send"
    assert (await ask(alice, room)).status == 200
    clock.advance(60_001)
    assert (await ask(bob, room)).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"device_id": "SOMEBODYELSES"},
        {"device_id": ""},
        {"device_id": "x" * 256},
        {"device_id": 1},
        {"room": None},
        {"room": "!" + "x" * 300},
        {"openid_token": "text"},
        {"openid_token": {}},
    ],
)
async def test_a_wish_of_another_shape_is_refused(
    livekit: Server, alice: User, change: dict[str, Any]
) -> None:
    room = await alice.create_room()

    answer = await alice.post(SFU_GET, {"room": room, "device_id": alice.device_id} | change)

    assert answer.status == 400


@pytest.mark.parametrize(
    "change, errcode",
    [
        ({"url": "wss://elsewhere.example"}, "M_INVALID_PARAM"),
        ({"server_name": "elsewhere.example"}, "M_INVALID_PARAM"),
        ({"member_id": None}, "M_MISSING_PARAM"),
        ({"member_id": ""}, "M_BAD_JSON"),
        ({"slot_id": 1}, "M_BAD_JSON"),
        ({"member_id": None, "member": {"id": "m", "claimed_device_id": []}}, "M_BAD_JSON"),
    ],
)
async def test_a_later_wish_of_another_shape_is_refused(
    livekit: Server, alice: User, change: dict[str, Any], errcode: str
) -> None:
    room = await alice.create_room()

    answer = await ask_anew(alice, room, **change)

    assert (400, errcode) == (answer.status, answer.errcode)

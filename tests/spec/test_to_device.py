"""Messages between devices, as far as `/sync` is not needed.

spec: client-server-api#send-to-device-messaging
"""

from typing import Any

import msgspec

from courtyard.app.wiring import Server
from courtyard.base.ids import DeviceId, UserId
from courtyard.e2ee.memory import E2eeMemory
from courtyard.e2ee.to_device import acknowledge, inbox
from tests.api import Answer, User, q


async def send(user: User, messages: Any, txn: str, event_type: str = "m.dummy") -> Answer:
    path = f"sendToDevice/{q(event_type)}/{q(txn)}"
    return await user.put(path, {"messages": messages})


def ids(device: User) -> tuple[UserId, DeviceId]:
    return UserId(device.id), DeviceId(device.device_id)


async def waiting(server: Server, device: User, since: int = 0) -> list[Any]:
    events, _ = await server.db.read(inbox, *ids(device), since, server.db.position)
    return [msgspec.json.decode(event) for event in events]


async def test_a_message_reaches_the_device_it_names(
    alice: User, bob: User, server: Server
) -> None:
    """spec: client-server-api#put_matrixclientv3sendtodeviceeventtypetxnid."""
    second = await bob.api.login(bob.id)

    assert (await send(alice, {bob.id: {bob.device_id: {"a": [1, "ü"]}}}, "1")).ok() == {}

    event = {"type": "m.dummy", "sender": alice.id, "content": {"a": [1, "ü"]}}
    assert await waiting(server, bob) == [event]
    assert await waiting(server, second) == []


async def test_a_star_reaches_every_device_and_a_name_goes_first(
    alice: User, bob: User, server: Server
) -> None:
    second = await bob.api.login(bob.id)

    (await send(alice, {bob.id: {"*": {"to": "all"}, second.device_id: {"to": "one"}}}, "1")).ok()

    assert [event["content"] for event in await waiting(server, bob)] == [{"to": "all"}]
    assert [event["content"] for event in await waiting(server, second)] == [{"to": "one"}]


async def test_a_repeated_transaction_sends_nothing(alice: User, bob: User, server: Server) -> None:
    """spec: client-server-api#transaction-identifiers."""
    to_bob: dict[str, Any] = {bob.id: {bob.device_id: {}}}
    other_device = await alice.api.login(alice.id)
    for sender, event_type, txn in (
        (alice, "a", "1"),
        (alice, "a", "1"),
        (alice, "b", "1"),
        (alice, "a", "2"),
        (other_device, "a", "1"),
    ):
        assert (await send(sender, to_bob, txn, event_type)).ok() == {}

    assert [event["type"] for event in await waiting(server, bob)] == ["a", "b", "a", "a"]


async def test_nobody_is_no_error(alice: User, bob: User, server: Server) -> None:
    start = server.db.position
    nobody: dict[str, Any] = {
        "@nobody:test.example": {"*": {}},
        bob.id: {"GONE": {}},
        "nonsense": {"X": {}},
    }

    assert (await send(alice, nobody, "1")).ok() == {}

    assert server.db.position == start
    assert await waiting(server, bob) == []


async def test_messages_stay_until_they_are_acknowledged(
    alice: User, bob: User, server: Server
) -> None:
    """spec: client-server-api#send-to-device-messaging."""
    for number in range(3):
        (await send(alice, {bob.id: {bob.device_id: {"n": number}}}, f"{number}")).ok()
    memory = server.world.memory(E2eeMemory)
    events, token = await server.db.read(inbox, *ids(bob), 0, server.db.position, 2)
    assert len(events) == 2
    assert len(await waiting(server, bob)) == 3

    assert memory.needs_acknowledge(*ids(bob), token)
    await server.db.write(acknowledge, *ids(bob), token)

    assert [event["content"]["n"] for event in await waiting(server, bob)] == [2]
    assert not memory.needs_acknowledge(*ids(bob), token)
    assert memory.inbox_position(*ids(bob)) > token


async def test_messages_die_with_their_device(alice: User, bob: User, server: Server) -> None:
    second = await bob.api.login(bob.id, device="SECOND")
    (await send(alice, {bob.id: {"*": {}}}, "1")).ok()

    (await second.post("logout")).ok()
    await bob.api.login(bob.id, device="SECOND")

    assert await waiting(server, second) == []
    assert len(await waiting(server, bob)) == 1


async def test_bodies_of_another_shape_are_refused(alice: User, bob: User) -> None:
    huge = {bob.id: {bob.device_id: {"x": "y" * 70_000}}}
    answers = [
        await alice.put("sendToDevice/m.dummy/1"),
        await send(alice, [], "1"),
        await send(alice, {bob.id: {bob.device_id: "x"}}, "1"),
        await send(alice, {}, "1" * 300),
        await send(alice, {}, "1", "t\0"),
        await send(alice, huge, "1"),
    ]

    assert [(answer.status, answer.errcode) for answer in answers] == [
        (400, "M_MISSING_PARAM"),
        (400, "M_BAD_JSON"),
        (400, "M_BAD_JSON"),
        (400, "M_INVALID_PARAM"),
        (400, "M_INVALID_PARAM"),
        (413, "M_TOO_LARGE"),
    ]

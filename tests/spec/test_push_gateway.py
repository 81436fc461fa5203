"""Notifications at the gateway: a real HTTPS server takes them.

spec: push-gateway-api#post_matrixpushv1notify
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.push import gateway as gateways
from courtyard.push.pushers import stored_pushers
from courtyard.push.rules_delivery import STALE_MS
from courtyard.sync import pushing
from tests.api import User, q, text
from tests.fakes import FakeClock
from tests.gateway import Gateway, answer, certificate


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("gateway"))


@pytest.fixture
def settings(settings: Settings, pem: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of every test, and a gateway on this machine may be spoken to."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setattr(pushing, "wait_ms", lambda _failures: 1)
    return msgspec.structs.replace(settings, push_to_private_addresses="on")


@pytest.fixture
async def gateway(pem: Path) -> AsyncIterator[Gateway]:
    made = Gateway(pem)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def room(alice: User, bob: User) -> str:
    room_id = await alice.create_room(preset="public_chat", name="Tea")
    (await bob.join(room_id)).ok()
    return room_id


async def set_pusher(user: User, url: str, key: str = "key", **data: Any) -> None:
    body = {
        "kind": "http",
        "app_id": "com.example.app",
        "pushkey": key,
        "app_display_name": "App",
        "device_display_name": "Phone",
        "lang": "en",
        "data": {"url": url, "custom": "data", **data},
        "append": True,
    }
    (await user.post("pushers/set", body)).ok()


async def test_a_message_is_delivered(alice: User, bob: User, room: str, gateway: Gateway) -> None:
    await set_pusher(bob, gateway.url)

    event_id = await alice.say(room, "hello")

    told = await gateway.next()
    [device] = told.pop("devices")
    assert told == {
        "event_id": event_id,
        "id": event_id,
        "room_id": room,
        "type": "m.room.message",
        "sender": alice.id,
        "sender_display_name": "alice",
        "room_name": "Tea",
        "content": text("hello"),
        "prio": "high",
        "counts": {"unread": 1},
    }
    assert device.pop("pushkey_ts") > 1_600_000_000
    assert device == {
        "app_id": "com.example.app",
        "pushkey": "key",
        "data": {"custom": "data"},
        "tweaks": {"sound": "default"},
    }
    [head] = gateway.requests
    assert head.startswith(b"POST /_matrix/push/v1/notify HTTP/1.1\r\nHost: 127.0.0.1:")


async def test_who_wants_ids_alone_gets_no_content(
    alice: User, bob: User, room: str, gateway: Gateway
) -> None:
    await set_pusher(bob, gateway.url, format="event_id_only")

    event_id = await alice.say(room, "hello")

    told = await gateway.next()
    assert told.keys() == {"event_id", "room_id", "prio", "counts", "devices"}
    assert told["event_id"] == event_id


async def test_only_what_notifies_is_delivered(
    alice: User, bob: User, carol: User, room: str, gateway: Gateway
) -> None:
    """Neither what came before the pusher, nor one's own, nor what rules, ignoring or reading silence."""
    (await carol.join(room)).ok()
    await alice.say(room, "before")
    await set_pusher(bob, gateway.url)
    ignored: dict[str, Any] = {"ignored_users": {carol.id: {}}}
    (await bob.put(f"user/{q(bob.id)}/account_data/m.ignored_user_list", ignored)).ok()
    quiet = await alice.create_room(preset="public_chat")
    (await bob.join(quiet)).ok()
    (await bob.put(f"pushrules/global/room/{q(quiet)}", {"actions": []})).ok()

    await bob.say(room, "own")
    await carol.say(room, "ignored")
    await alice.say(quiet, "muted")
    (await alice.send(room, {"msgtype": "m.notice", "body": "a bot's"})).ok()
    event_id = await alice.say(room, "heard")

    told = await gateway.next()
    assert (told["event_id"], told["counts"]) == (event_id, {"unread": 1})
    assert gateway.waiting_count() == 0


async def test_an_invitation_is_delivered(alice: User, bob: User, gateway: Gateway) -> None:
    await set_pusher(bob, gateway.url)

    room = await alice.create_room(invite=[bob.id])

    told = await gateway.next()
    assert (told["room_id"], told["type"], told["sender"]) == (room, "m.room.member", alice.id)
    assert told["user_is_target"] is True
    assert told["content"]["membership"] == told["membership"] == "invite"


async def test_a_mention_is_told_as_one(
    alice: User, bob: User, room: str, gateway: Gateway
) -> None:
    await set_pusher(bob, gateway.url)

    await alice.send(room, {**text("bob!"), "m.mentions": {"user_ids": [bob.id]}})

    told = await gateway.next()
    assert told["devices"][0]["tweaks"] == {"sound": "default", "highlight": True}


async def test_reading_tells_the_new_count(
    alice: User, bob: User, room: str, gateway: Gateway
) -> None:
    """spec: push-gateway-api#post_matrixpushv1notify: the counts may be sent by themselves."""
    await set_pusher(bob, gateway.url)
    first = await alice.say(room, "one")
    second = await alice.say(room, "two")
    told = [await gateway.next(), await gateway.next()]
    assert [it["event_id"] for it in told] == [first, second]

    for event_id, counts in ((first, {"unread": 1}), (second, {})):
        (await bob.post(f"rooms/{q(room)}/receipt/m.read/{q(event_id)}")).ok()
        fresh = await gateway.next()
        assert fresh.keys() == {"counts", "devices"}
        assert fresh["counts"] == counts


@pytest.mark.parametrize(
    "refusal",
    [
        answer(status=502),
        answer(status=404),
        b"HTTP/1.1 301 Moved\r\nLocation: https://127.0.0.1:1/\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"8000\r\n" + b"x" * 0x8002,
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
        b"",
    ],
)
async def test_what_a_gateway_does_not_take_is_delivered_again(
    alice: User, bob: User, room: str, gateway: Gateway, refusal: bytes
) -> None:
    """In order, and until it is taken."""
    await set_pusher(bob, gateway.url)
    gateway.answers = [refusal, refusal]

    sent = [await alice.say(room, "one"), await alice.say(room, "two")]

    seen = [(await gateway.next())["event_id"] for _ in range(4)]
    assert seen == [sent[0]] * 3 + [sent[1]]


@pytest.mark.parametrize(
    "taken",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nno json!",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\n\r\n",
        answer({"rejected": ["another key"]}),
    ],
)
async def test_what_is_answered_with_200_was_taken(
    alice: User, bob: User, room: str, gateway: Gateway, taken: bytes
) -> None:
    await set_pusher(bob, gateway.url)
    gateway.answers = [taken]

    sent = [await alice.say(room, "one"), await alice.say(room, "two")]

    assert [(await gateway.next())["event_id"] for _ in range(2)] == sent
    assert len((await bob.get("pushers")).ok()["pushers"]) == 1


async def test_a_rejected_key_loses_its_pusher_and_no_other(
    server: Server, alice: User, bob: User, room: str, gateway: Gateway
) -> None:
    await set_pusher(bob, gateway.url, "one")
    gateway.answers = [answer({"rejected": ["one"]})]
    await alice.say(room, "hello")
    await gateway.next()
    await set_pusher(bob, gateway.url, "two")

    await alice.say(room, "again")

    told = await gateway.next()
    assert told["devices"][0]["pushkey"] == "two"
    kept = await server.db.read(stored_pushers, UserId(bob.id))
    assert [stored.pusher.pushkey for stored in kept] == ["two"]


async def test_a_failing_gateway_holds_up_no_other(
    alice: User, bob: User, room: str, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "wait_ms", lambda _failures: 3_600_000)
    await set_pusher(bob, "https://127.0.0.1:1/_matrix/push/v1/notify", "unreachable")
    await set_pusher(bob, gateway.url, "reachable")

    for body in ("one", "two"):
        event_id = await alice.say(room, body)
        told = await gateway.next()
        assert (told["event_id"], told["devices"][0]["pushkey"]) == (event_id, "reachable")


async def test_a_pusher_that_is_set_anew_is_tried_at_once(
    alice: User, bob: User, room: str, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its old gateway did not take is delivered to the new one."""
    monkeypatch.setattr(pushing, "wait_ms", lambda _failures: 3_600_000)
    await set_pusher(bob, gateway.url)
    gateway.answers = [answer(status=500)]
    event_id = await alice.say(room, "hello")
    assert (await gateway.next())["event_id"] == event_id

    await set_pusher(bob, gateway.url)

    assert (await gateway.next())["event_id"] == event_id


async def test_a_gateway_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough for a busy machine to be connected.
    monkeypatch.setattr(gateways, "TIMEOUT_SECONDS", 3)
    hold = asyncio.Event()
    accepted = asyncio.Event()

    async def listen(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set()
        await hold.wait()
        writer.close()

    listening = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    made = gateways.Gateways()

    reply = await made.notify(
        f"https://127.0.0.1:{port}/_matrix/push/v1/notify", b"{}", is_private_ok=True
    )

    assert (reply.status, reply.reason) == (0, "it took too long")
    assert accepted.is_set()
    hold.set()
    listening.close()
    await listening.wait_closed()


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/_matrix/push/v1/notify",
        "https://[::1]:8448/_matrix/push/v1/notify",
        "https://localhost/_matrix/push/v1/notify",
        "https://a b/_matrix/push/v1/notify",
        "https://" + "a" * 70 + "/_matrix/push/v1/notify",
    ],
)
async def test_no_gateway_near_the_server_is_spoken_to(url: str) -> None:
    """Nothing is sent to this machine or its network; a host that is none is no fault either."""
    reply = await gateways.Gateways().notify(url, b"{}", is_private_ok=False)

    assert reply.status == 0
    assert reply.reason


async def test_private_addresses_are_refused_unless_the_operator_allows_them(
    server: Server, alice: User, bob: User, room: str, gateway: Gateway
) -> None:
    server.world.settings = msgspec.structs.replace(
        server.settings, push_to_private_addresses="off"
    )
    await set_pusher(bob, gateway.url)
    event_id = await alice.say(room, "hello")
    task = server.world.memory(pushing.Pushing)._tasks[UserId(bob.id)]
    for _ in range(3):
        await server.db.read(lambda tx: tx.position())
    assert (gateway.requests, task.done()) == ([], False)

    server.world.settings = server.settings

    assert (await gateway.next())["event_id"] == event_id


async def test_a_stop_in_between_loses_nothing(
    settings: Settings,
    clock: FakeClock,
    alice: User,
    bob: User,
    room: str,
    gateway: Gateway,
    server: Server,
) -> None:
    """What was not taken before a stop is delivered after the next start, and what was taken is not."""
    await set_pusher(bob, gateway.url)
    await alice.say(room, "before")
    await gateway.next()
    gateway.answers = [answer(status=500)] * 1_000
    event_id = await alice.say(room, "hello")
    await gateway.next()
    await server.stop()
    gateway.answers = []
    while gateway.waiting_count():
        await gateway.next()

    again = Server(settings, clock)
    await again.start()

    assert (await gateway.next())["event_id"] == event_id
    assert gateway.waiting_count() == 0
    await again.stop()


async def test_what_is_old_or_read_or_taken_back_is_no_news(
    alice: User,
    bob: User,
    room: str,
    gateway: Gateway,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pushing, "wait_ms", lambda _failures: 3_600_000)
    await set_pusher(bob, gateway.url)
    gateway.answers = [answer(status=500)]
    await alice.say(room, "old")
    await gateway.next()
    clock.advance(STALE_MS)
    back = await alice.say(room, "taken back")
    (await alice.put(f"rooms/{q(room)}/redact/{q(back)}/t")).ok()
    event_id = await alice.say(room, "new")

    await set_pusher(bob, gateway.url)

    assert (await gateway.next())["event_id"] == event_id
    assert gateway.waiting_count() == 0


async def test_whose_pushers_are_gone_is_no_longer_served(
    server: Server, alice: User, bob: User, room: str, gateway: Gateway
) -> None:
    await set_pusher(bob, gateway.url)
    await alice.say(room, "hello")
    await gateway.next()
    gone = {"kind": None, "app_id": "com.example.app", "pushkey": "key"}
    (await bob.post("pushers/set", gone)).ok()
    work = server.world.memory(pushing.Pushing)

    await alice.say(room, "unheard")
    for task in list(work._tasks.values()):
        await task

    assert gateway.waiting_count() == 0
    assert (work._owners, work._states, work._tasks) == (set(), {}, {})


class Meanwhile:
    """A database in which something happens between a question and its answer, once."""

    def __init__(self, db: Any, deed: Callable[[], Awaitable[None]]) -> None:
        """Use a real one for everything."""
        self._db = db
        self._deed: Callable[[], Awaitable[None]] | None = deed

    def __getattr__(self, name: str) -> Any:
        """Pass on whatever else is asked for."""
        return getattr(self._db, name)

    async def read(self, question: Any, *args: Any) -> Any:
        """Ask, do the deed, answer."""
        found = await self._db.read(question, *args)
        deed, self._deed = self._deed, None
        if deed is not None:
            await deed()
        return found


async def test_a_pusher_that_comes_as_its_owner_is_forgotten_is_served(
    server: Server, alice: User, bob: User, room: str, gateway: Gateway
) -> None:
    """Nobody is forgotten who has a pusher again by the time that is noticed."""
    work = server.world.memory(pushing.Pushing)
    work._owners.add(UserId(bob.id))
    work._db = Meanwhile(server.db, lambda: set_pusher(bob, gateway.url))  # type: ignore[assignment]
    work._look_after(UserId(bob.id))
    for task in list(work._tasks.values()):
        await task

    event_id = await alice.say(room, "hello")

    assert (await gateway.next())["event_id"] == event_id


async def test_the_very_first_event_of_a_server_is_news(
    server: Server, alice: User, bob: User, gateway: Gateway
) -> None:
    """A pusher that is set while there is no event at all is told the first one, however late it is looked at."""
    work = server.world.memory(pushing.Pushing)
    rooms: list[str] = []

    async def invite() -> None:
        rooms.append(await alice.create_room(invite=[bob.id]))

    assert server.db.position == 0
    work._db = Meanwhile(server.db, invite)  # type: ignore[assignment]

    await set_pusher(bob, gateway.url)

    assert (await gateway.next())["room_id"] == rooms[0]

"""The few Matrix calls that set a measure up: accounts, rooms, joins, messages.

Nothing here is timed. Everything goes through the Client-Server API, so any homeserver will do.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from bench.wire import Address, Answer, Caller, WireError, request

PASSWORD = "a long enough bench password"
# The same on every server, so that nobody gains by an older default.
ROOM_VERSION = "12"
MESSAGE = "a plain message of ordinary length, number "

T = TypeVar("T")
R = TypeVar("R")


class RefusedError(Exception):
    """The server answered a set-up call with anything but 200."""


@dataclass(frozen=True)
class User:
    """A registered account and one access token of it."""

    user_id: str
    token: str


class Matrix:
    """A pool of connections to one server, used for set-up only."""

    def __init__(self, address: Address, width: int) -> None:
        """Open up to `width` connections."""
        self.address = address
        self.width = width
        self._free: asyncio.Queue[Caller] = asyncio.Queue()
        self._all = [Caller(address) for _ in range(width)]
        for caller in self._all:
            self._free.put_nowait(caller)

    async def call(
        self, method: str, target: str, token: str | None = None, body: object | None = None
    ) -> dict[str, Any]:
        """Make one call and return its JSON; anything but 200 raises `RefusedError`."""
        caller = await self._free.get()
        try:
            answer = await caller.call(method, target, token, body)
        finally:
            self._free.put_nowait(caller)
        return _accept(answer, f"{method} {target}")

    async def register(self, localpart: str) -> User:
        """Register by the dummy stage."""
        body = {
            "auth": {"type": "m.login.dummy"},
            "username": localpart,
            "password": PASSWORD,
            "device_id": "BENCH",
        }
        answer = await self.call("POST", "/_matrix/client/v3/register", body=body)
        return User(answer["user_id"], answer["access_token"])

    async def login(self, user: User) -> User:
        """Log the account in on a new device."""
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user.user_id},
            "password": PASSWORD,
        }
        answer = await self.call("POST", "/_matrix/client/v3/login", body=body)
        return User(user.user_id, answer["access_token"])

    async def create_room(self, creator: User, name: str) -> str:
        """Create a public, unencrypted room."""
        body = {"preset": "public_chat", "name": name, "room_version": ROOM_VERSION}
        answer = await self.call("POST", "/_matrix/client/v3/createRoom", creator.token, body)
        return str(answer["room_id"])

    async def join(self, user: User, room_id: str) -> None:
        """Join a public room."""
        await self.call("POST", f"/_matrix/client/v3/join/{quote(room_id)}", user.token, {})

    async def send(self, user: User, room_id: str, txn_id: str) -> str:
        """Send one plain message and return its event id."""
        target = f"/_matrix/client/v3/rooms/{quote(room_id)}/send/m.room.message/{txn_id}"
        body = {"msgtype": "m.text", "body": MESSAGE + txn_id}
        return str((await self.call("PUT", target, user.token, body))["event_id"])

    async def each(self, items: Iterable[T], act: Callable[[T], Awaitable[R]]) -> list[R]:
        """Do `act` for all items, as many at once as there are connections; keep the order."""
        return list(await asyncio.gather(*(act(item) for item in items)))

    def close(self) -> None:
        """Close all connections."""
        for caller in self._all:
            caller.close()


def _accept(answer: Answer, what: str) -> dict[str, Any]:
    if answer.status == 0:
        raise WireError(f"{what}: {answer.body.decode(errors='replace')}")
    if answer.status != 200:
        raise RefusedError(f"{what}: {answer.status} {answer.body[:300]!r}")
    decoded = json.loads(answer.body)
    assert isinstance(decoded, dict)
    return decoded


@asynccontextmanager
async def connected(address: Address, width: int = 8) -> AsyncIterator[Matrix]:
    """Give a set-up pool and close it afterwards."""
    matrix = Matrix(address, width)
    try:
        yield matrix
    finally:
        matrix.close()


class SendTemplate:
    """The bytes of a send to one room, ready but for the transaction id and its copy in the text.

    Transaction ids are eight digits, so that the length of the body never changes.
    """

    def __init__(self, address: Address, token: str, room_id: str, text: str = MESSAGE) -> None:
        """Build the parts around the two places of the number."""
        mark = "########"
        body = json.dumps({"msgtype": "m.text", "body": text + mark}).encode()
        target = f"/_matrix/client/v3/rooms/{quote(room_id)}/send/m.room.message/{mark}"
        raw = request("PUT", target, address.authority, token, body)
        self._before, self._between, self._after = raw.split(mark.encode())

    def fill(self, number: int) -> bytes:
        """Return the request for transaction `number` (below 10^8)."""
        digits = b"%08d" % number
        return self._before + digits + self._between + digits + self._after


def sync_request(
    address: Address, token: str, since: str | None, timeout_ms: int, sync_filter: object | None
) -> bytes:
    """Build a GET /sync, with the filter inline as clients without a stored filter do."""
    query = [f"timeout={timeout_ms}"]
    if sync_filter is not None:
        query.append("filter=" + quote(json.dumps(sync_filter, separators=(",", ":"))))
    if since is not None:
        query.append(f"since={quote(since)}")
    target = "/_matrix/client/v3/sync?" + "&".join(query)
    return request("GET", target, address.authority, token)

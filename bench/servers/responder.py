"""A responder that does nothing a homeserver does: the ceiling of the load client.

It keeps one list of messages in memory, answers every send at once and wakes every waiting /sync
with the same ready-made bytes. What the bench measures against it is the cost of the client, the
kernel and asyncio alone; see docs/bench.md.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from bench.servers.stand import Stand
from bench.wire import WireError

_SINCE = re.compile(rb"since=(\d+)")
_TEXT = re.compile(rb'"body": "([^"]*)"')
_LENGTH = re.compile(rb"Content-Length: (\d+)")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_MESSAGES_MAX = 1_000_000


class Room:
    """All there is: the texts sent so far, and who waits for the next."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.waiting: list[asyncio.Transport] = []
        self.open: set[asyncio.Transport] = set()

    def say(self, text: bytes) -> None:
        assert len(self.texts) < _MESSAGES_MAX
        self.texts.append(text)
        waiting, self.waiting = self.waiting, []
        if waiting:
            answer = self.since(len(self.texts) - 1)
            for transport in waiting:
                transport.write(answer)

    def since(self, position: int) -> bytes:
        events = b",".join(b'{"body": "%s"}' % text for text in self.texts[position:])
        return _whole(b'{"next_batch":"%d","events":[%s]}' % (len(self.texts), events))


def _whole(body: bytes) -> bytes:
    return _HEAD % len(body) + body


class Conversation(asyncio.Protocol):
    """One client; the client sends one request at a time, so a request is a whole buffer."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._room.open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._room.open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, head_end)
        if length is not None and len(self._buffer) < head_end + 4 + int(length.group(1)):
            return
        raw, self._buffer = self._buffer, b""
        self.answer(raw)

    def answer(self, raw: bytes) -> None:
        room = self._room
        if raw.startswith(b"PUT"):
            self._transport.write(
                _whole(b'{"event_id":"$0123456789012345678901234567890123456789012"}')
            )
            text = _TEXT.search(raw)
            if text is None:
                raise WireError("a send without a text")
            room.say(text.group(1))
        elif b"/sync?" in raw:
            since = _SINCE.search(raw)
            position = int(since.group(1)) if since else len(room.texts)
            if since and position == len(room.texts):
                room.waiting.append(self._transport)
            else:
                self._transport.write(room.since(position))
        elif raw.startswith(b"POST"):
            self._transport.write(_whole(_SET_UP))
        else:
            self._transport.write(_whole(b"{}"))


# Enough for registering, creating and joining.
_SET_UP = b'{"user_id":"@a:b","access_token":"t","room_id":"!r"}'


class Responder(Stand):
    """The responder, in a process of its own like any server."""

    name = "Responder"

    def command(self) -> list[str]:
        """Run this file as a module, from the repository."""
        return [sys.executable, "-m", "bench.servers.responder", str(self.address.port)]

    def environment(self) -> dict[str, str]:
        """Make `bench` importable from anywhere."""
        return super().environment() | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}

    def version(self) -> str:
        """It has none."""
        return "bench responder"


async def open_on(
    port: int, room: Room, conversation: type[Conversation] = Conversation
) -> asyncio.Server:
    """Answer on a loopback port (0: any free one)."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: conversation(room), "127.0.0.1", port)


async def main(port: int) -> None:
    """Serve until ended."""
    server = await open_on(port, Room())
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

"""A merchant's own server for tests: a real HTTP server on this machine, which answers as it is told, well or badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

HOST = "127.0.0.1"


@dataclass
class Taken:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> Any:
        return json.loads(self.body)


def status(code: int, *headers: str) -> bytes:
    """Return an answer without a body."""
    lines = [f"HTTP/1.1 {code} Answer", *headers, "Content-Length: 0"]
    return "\r\n".join([*lines, "", ""]).encode()


Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def say(code: int, *headers: str) -> Answer:
    """Answer at once."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(status(code, *headers))

    return answer


async def hang(writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.Event().wait()


async def late(writer: asyncio.StreamWriter) -> None:
    """Take the message after the time for it is over."""
    await asyncio.sleep(0.8)
    await say(200)(writer)


async def die(writer: asyncio.StreamWriter) -> None:
    """Begin an answer and hang up."""
    writer.write(b"HTTP/1.1 200 O")


async def drip(writer: asyncio.StreamWriter) -> None:
    """Answer so slowly that the head never ends."""
    while True:
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"z" * 10_000:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.005)


async def chatter(writer: asyncio.StreamWriter) -> None:
    """Take the message, and then never stop to speak."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def nonsense(writer: asyncio.StreamWriter) -> None:
    """Speak no HTTP."""
    writer.write(b"220 mail.example ESMTP\r\n\r\n")


class Receiver:
    """Takes messages. `answers` are given one after the other; then each is `then`."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.then: Answer = say(200)
        self.taken: list[Taken] = []
        self.under_way = 0
        self.most_at_once = 0
        self._came = asyncio.Condition()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.url = ""

    async def start(self) -> Receiver:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.url = f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}/hook"
        return self

    async def stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def until(self, count: int) -> list[Taken]:
        """Return what came, when it is as much as that."""
        async with asyncio.timeout(20), self._came:
            await self._came.wait_for(lambda: len(self.taken) >= count)
        return self.taken

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            # What is signed is case-sensitive.
            for line in head[1:]:
                if line.lower().startswith("webhook-"):
                    headers[line.split(": ", 1)[0].lower()] = line.split(": ", 1)[1]
            body = (await reader.readexactly(int(headers["content-length"]))).decode()
            answer = self.answers.pop(0) if self.answers else self.then
            async with self._came:
                self.taken.append(Taken(head[0].split()[1], headers, body))
                self._came.notify_all()
            await self._answer(answer, reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # they hung up, or the test is over
        finally:
            self.under_way -= 1
            writer.close()
            self._tasks.discard(task)

    @staticmethod
    async def _answer(
        answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer, until the other side has gone."""
        answering = asyncio.ensure_future(answer(writer))
        gone = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({answering, gone}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answering.result()
                await writer.drain()
        finally:
            for task in (answering, gone):
                task.cancel()
            await asyncio.gather(answering, gone, return_exceptions=True)

"""A web site for tests: a real server on this machine, which answers as it is told, under any name."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

HOST = "127.0.0.1"

Speak = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Says an answer by itself."""


def answer(
    body: bytes | str,
    kind: str = "text/html; charset=utf-8",
    *headers: str,
    status: int = 200,
) -> bytes:
    """Return an HTTP answer."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Answer", f"Content-Type: {kind}", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""]).encode() + content


def leads_to(location: str, status: int = 302) -> bytes:
    """Return a redirection."""
    return answer("", "text/html", f"Location: {location}", status=status)


class Site:
    """Answers at every path what it was given for it, and remembers who asked for what."""

    def __init__(self) -> None:
        """Have no pages yet."""
        self.pages: dict[str, bytes | Speak] = {}
        self.heads: list[str] = []
        """Of all requests."""
        self.hosts: dict[str, Sequence[str]] = {}
        """Where hosts are that are not here."""
        self.looked_up: list[str] = []
        self.port = 0
        self.hold = asyncio.Event()
        """For answers that never come."""

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening."""
        self.hold.set()
        self._server.close()
        await self._server.wait_closed()

    def url(self, path: str, host: str = "site.example") -> str:
        """Return the address of a page."""
        return f"http://{host}:{self.port}{path}"

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Say where a host is: here, unless it was said otherwise."""
        assert port == self.port
        self.looked_up.append(host)
        return self.hosts.get(host, [HOST])

    def paths(self) -> list[str]:
        """Return what was asked for."""
        return [head.split(" ", 2)[1] for head in self.heads]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            page = self.pages.get(head.split(" ", 2)[1], answer("gone", status=404))
            if isinstance(page, bytes):
                writer.write(page)
                await writer.drain()
            else:
                await page(writer)
        except (OSError, EOFError):
            pass  # they hung up
        finally:
            writer.close()

"""The outermost ASGI application: CORS, metrics, the last resort for faults, and the hot routes.

Ordinary routes are Litestar handlers. The few that carry nearly all traffic are plain ASGI (`bench/` shows why): they
skip Litestar's routing and argument handling, and share everything else.

spec: client-server-api#web-browser-clients
"""

import asyncio
import functools
import itertools
import secrets
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import msgspec
import structlog
from litestar.types import ASGIApp, Message, Receive, Send

from courtyard.app.errors import answer
from courtyard.app.metrics import FAULTS, observe
from courtyard.app.web_client import WebClient
from courtyard.base.errors import (
    CourtyardError,
    InvalidParamError,
    TooLargeError,
    WrongMethodError,
)
from courtyard.base.hot import HotHandler, HotRequest, HotRoute

log = structlog.get_logger("edge")

CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, DELETE, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"X-Requested-With, Content-Type, Authorization, Range, If-None-Match",
    ),
    (b"access-control-expose-headers", b"ETag, Location, Retry-After, X-Request-Id"),
    (b"access-control-max-age", b"86400"),
]
# The endpoints of the first releases live on under their old names.
_OLD_PREFIXES = (
    ("/_matrix/client/r0/", "/_matrix/client/v3/"),
    ("/_matrix/media/r0/", "/_matrix/media/v3/"),
)
_CLOSE = (b"connection", b"close")

CACHED_SEGMENT_MAX = 300
"""The longest path segment whose decoded form is kept: a room id with every odd character encoded."""

UNREAD_BYTES_MAX = 16 * 1024 * 1024
"""How much of a body that nobody wanted is read and thrown away."""

UNREAD_SECONDS_MAX = 10
"""How long somebody may take to send it."""

PIECES_MAX = 1_024
"""In how many pieces a body may come, whatever their size."""

PIECE_BYTES_MIN = 64
"""How large the pieces of a longer body are on average, at the least: each costs the server as much as a request."""

_JSON_HEADERS = [(b"content-type", b"application/json"), *CORS]
FAULT = msgspec.json.encode(
    {"errcode": "M_UNKNOWN", "error": "Something went wrong on the server. It has been noted."}
)
WRONG_METHOD = "The endpoint does not answer this method."


def decode_segment(segment: str) -> str:
    """Decode one percent-encoded path segment.

    Raises:
        InvalidParamError: the bytes are not UTF-8.
    """
    if "%" not in segment:
        return segment
    if len(segment) <= CACHED_SEGMENT_MAX:
        return _decoded(segment)
    return _decode(segment)


def _decode(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        message = "The path is not valid UTF-8."
        raise InvalidParamError(message) from error


_decoded = functools.lru_cache(maxsize=4_096)(_decode)
"""The rooms of busy connections come again and again."""


class HotTable:
    """Finds the plain handler for a method and raw path, if there is one.

    A path is hot with all of its methods: the framework never hears of it.
    """

    def __init__(self, routes: Sequence[HotRoute]) -> None:
        """Index templates such as `/rooms/{room_id}/send/{type}/{txn_id}` by method and length."""
        self._index: dict[tuple[str, int], list[tuple[list[str], HotHandler]]] = {}
        self._templates: dict[int, list[list[str]]] = {}
        for method, template, handler in routes:
            segments = template.split("/")
            self._index.setdefault((method, len(segments)), []).append((segments, handler))
            self._templates.setdefault(len(segments), []).append(segments)

    def find(self, method: str, path: str) -> tuple[HotHandler, dict[str, str]] | None:
        """Return the handler and its decoded path parameters."""
        segments = path.split("/")
        for template, handler in self._index.get((method, len(segments)), ()):
            params = {}
            for expected, actual in zip(template, segments, strict=True):
                if expected[:1] == "{":
                    params[expected[1:-1]] = actual
                elif expected != actual:
                    break
            else:
                return handler, {name: decode_segment(value) for name, value in params.items()}
        return None

    def knows(self, path: str) -> bool:
        """Say whether a path is answered here, with whatever method."""
        segments = path.split("/")
        return any(
            all(
                expected == actual or expected[:1] == "{"
                for expected, actual in zip(template, segments, strict=True)
            )
            for template in self._templates.get(len(segments), ())
        )


class Edge:
    """Answers every request; nothing gets past it without a body in the documented shape."""

    def __init__(
        self, inner: ASGIApp, hot: HotTable, web: WebClient, *, log_requests: bool = False
    ) -> None:
        """Wrap the Litestar application; `log_requests` writes a line for each request, at level debug."""
        self._log_requests = log_requests
        self._web = web
        self._inner = inner
        self._hot = hot
        # A start has its own prefix, so that the log of one request is found again among those of many starts.
        self._prefix = secrets.token_hex(4)
        self._count = itertools.count(1)

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        method = scope["method"]
        request_id = f"{self._prefix}-{next(self._count):x}"
        structlog.contextvars.bind_contextvars(request_id=request_id)
        sending = _Body(scope, receive)
        # RFC 9110, section 9.3.2: HEAD is answered what GET would be, without the body.
        reply = _Reply(_without_body(send) if method == "HEAD" else send, sending, request_id)
        if method == "OPTIONS":
            await reply.send(200, b"{}", _JSON_HEADERS)
            return
        if method == "HEAD":
            scope["method"] = "GET"
        raw_path = scope.get("raw_path") or scope["path"].encode()
        path = raw_path.partition(b"?")[0].decode("latin-1")
        for old, new in _OLD_PREFIXES:
            if path.startswith(old):
                path = new + path[len(old) :]
        # Routing works on the encoded path: an encoded slash is part of its segment.
        scope["path"] = path
        started = time.perf_counter()
        try:
            found = self._hot.find(scope["method"], path)
            if found is not None:
                handler, params = found
                status, body = await handler(HotRequest(scope, sending.receive, params))
                await reply.send(status, body, _JSON_HEADERS)
            elif self._hot.knows(path):
                raise WrongMethodError(WRONG_METHOD)
            elif scope["method"] == "GET" and self._web.owns(path):
                status, body, headers = await self._web.answer(path, scope["headers"])
                await reply.send(status, body, headers)
            else:
                await self._inner(scope, sending.receive, reply.forward)
        except CourtyardError as error:
            status, body, headers = answer(error)
            await reply.send(status, body, [*_JSON_HEADERS, *headers])
        except Exception:
            log.exception("fault", method=method, path=path)
            FAULTS.inc()
            if not reply.started:
                await reply.send(500, FAULT, _JSON_HEADERS)
        finally:
            seconds = time.perf_counter() - started
            observe(method, reply.status, seconds)
            if self._log_requests:
                # The path without its query, which may hold a token.
                log.debug("request", method=method, path=path, status=reply.status, seconds=seconds)


class _Body:
    """A request's body, and whether all of it was read.

    Who is still sending does not look for an answer, and loses it if the connection is closed on them. So what a
    refusal left unread is read before the refusal is sent, within reason.
    """

    __slots__ = ("_pieces", "_receive", "_scope", "_size", "is_read")

    def __init__(self, scope: Any, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._pieces = 0
        self._size = 0
        self.is_read = False

    async def receive(self) -> Any:
        """Return the next message, as ASGI's `receive`.

        Raises:
            TooLargeError: the body comes in too many small pieces.
        """
        message: Any = await self._receive()
        if not message.get("more_body", False):
            self.is_read = True
            return message
        self._pieces += 1
        self._size += len(message.get("body", b""))
        if self._size == self._content_length():
            # The HTTP server would say so in a message of its own, and waiting for that one costs as much again.
            self.is_read = True
            message["more_body"] = False
            return message
        if self._is_crumbled():
            text = "The body comes in too many pieces."
            raise TooLargeError(text)
        return message

    def _is_crumbled(self) -> bool:
        return self._pieces > PIECES_MAX and self._size < self._pieces * PIECE_BYTES_MIN

    async def discard(self) -> bool:
        """Read what is left and throw it away; tell whether that was all of it."""
        announced = self._announced_bytes()
        if self.is_read or announced == 0:
            return True
        if announced > UNREAD_BYTES_MAX or self._is_crumbled():
            return False
        size = 0
        try:
            async with asyncio.timeout(UNREAD_SECONDS_MAX):
                while size <= UNREAD_BYTES_MAX:
                    message = await self.receive()
                    if not message.get("more_body", False):
                        return True
                    size += len(message.get("body", b""))
        except (TimeoutError, TooLargeError):
            pass
        return False

    def _content_length(self) -> int | None:
        """Return how long the body will be, if that is said and nothing else is."""
        size = None
        for name, value in self._scope["headers"]:
            if name == b"content-length" and value.isdigit():
                size = int(value)
            elif name == b"transfer-encoding":
                return None
        return size

    def _announced_bytes(self) -> int:
        """Return how long the body is said to be: 0 if there is none, or nobody waits to send it."""
        size = 0
        for name, value in self._scope["headers"]:
            if name == b"content-length":
                size = int(value) if value.isdigit() else 1
            elif name == b"transfer-encoding":
                size = size or 1
            elif name == b"expect":
                # They send nothing before they are told to.
                return 0
        return size


def _without_body(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return wrapped


class _Reply:
    """The answer to one request: CORS, the request's id, and what has been sent so far."""

    __slots__ = ("_body", "_request_id", "_send", "started", "status")

    def __init__(self, send: Send, body: _Body, request_id: str) -> None:
        self._send = send
        self._body = body
        self._request_id = request_id
        self.status = 0
        self.started = False

    async def send(self, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """Send a whole answer; its headers hold CORS already."""
        length = (b"content-length", str(len(body)).encode())
        await self._start(status, [*headers, length])
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def forward(self, message: Message) -> None:
        """Pass on a message of the framework, as ASGI's `send`."""
        if message["type"] == "http.response.start":
            await self._start(message["status"], [*message.get("headers", ()), *CORS])
        else:
            await self._send(message)

    async def _start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        headers.append((b"x-request-id", self._request_id.encode()))
        if not self._body.is_read:
            try:
                if not await self._body.discard():
                    headers.append(_CLOSE)
            except OSError:  # they have gone away
                pass
        self.status = status
        self.started = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

"""Every way into the server, and requests that no HTTP client would agree to send.

A door is one method of one mounted path, ordinary or hot. `doors` finds them all, so that a test about "every
endpoint" holds for one that is added tomorrow. `Caller` speaks ASGI itself: it sends paths, headers
and bodies byte for byte, and holds every answer against the rules of the specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx
import msgspec
from litestar.routes import HTTPRoute

from courtyard.app.wiring import Server, framework
from tests.api import Answer
from tests.openapi import Exchange, SpecValidator

PARAMETER: Final = re.compile(r"\{(\w+)\}")
HOT_QUERIES: Final = {
    "/_matrix/client/v3/sync": (
        *("since", "filter", "timeout", "full_state", "set_presence", "use_state_after"),
    )
}
"""Query parameters of the hot routes; those of the others are read off their handlers."""

NO_QUERY: Final = frozenset(
    {
        "db",
        "settings",
        "blobs",
        "session",
        "asker",
        "json_body",
        "request",
        "scope",
        "state",
        "headers",
    }
)

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, order=True)
class Door:
    """One method of one path. `names` are its path parameters, `query` its query parameters."""

    method: str
    template: str
    names: tuple[str, ...]
    query: tuple[str, ...]
    reads_json: bool

    def __str__(self) -> str:
        """As in a request line."""
        return f"{self.method} {self.template}"

    def path(self, values: dict[str, str], /, **encoded: str) -> str:
        """Fill in the path: `values` are quoted, `encoded` are taken as they stand."""
        filled = {name: quote(values.get(name, "x"), safe="") for name in self.names} | encoded
        return PARAMETER.sub(lambda found: filled[found[1]], self.template)


def doors(server: Server) -> list[Door]:
    """List every mounted door but preflight requests, which the edge answers for all paths."""
    inner = framework()
    found = [
        Door(
            method=method,
            template=route.path_format,
            names=tuple(PARAMETER.findall(route.path_format)),
            query=tuple(
                name.rstrip("_")
                for name in handler.parsed_fn_signature.parameters
                if name not in NO_QUERY and f"{{{name}}}" not in route.path_format
            ),
            reads_json="json_body" in handler.parsed_fn_signature.parameters,
        )
        for route in inner.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    ]
    for (method, _length), entries in server.asgi._hot._index.items():
        for segments, _handler in entries:
            template = "/".join(segments)
            names = tuple(PARAMETER.findall(template))
            query = HOT_QUERIES.get(template, ())
            found.append(Door(method, template, names, query, reads_json=method != "GET"))
    return sorted(found)


class Caller:
    """Sends requests straight to the ASGI application.

    Attributes:
        wrong: what was wrong with the answers so far, in words; a test ends by asserting that it is empty.
        count: how many requests were answered.
    """

    def __init__(self, server: Server, validator: SpecValidator | None) -> None:
        """Talk to a started server."""
        self._asgi = server.asgi
        self._validator = validator
        self.wrong: list[str] = []
        self.count = 0

    async def send(
        self,
        method: str,
        path: str | bytes,
        body: bytes | Iterable[bytes] = b"",
        *,
        token: str | None = None,
        headers: Headers = (),
        hang_up: bool = False,
    ) -> Answer:
        """Send one request.

        Args:
            path: percent-encoded, the query may follow.
            body: whole, or in pieces. No Content-Length is sent unless `headers` say one.
            token: sent as a bearer token.
            hang_up: the client goes away where the body would end.
        """
        raw = path.encode("latin-1") if isinstance(path, str) else path
        sent = list(headers)
        if token is not None:
            sent.append((b"authorization", f"Bearer {token}".encode("latin-1", "replace")))
        started: list[dict[str, Any]] = []
        answered: list[bytes] = []

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            elif message["type"] == "http.response.body":
                answered.append(message.get("body", b""))

        raw_path, _, query = raw.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": ("127.0.0.1", 8008),
            "client": ("127.0.0.1", 50000),
            "scheme": "http",
            "method": method,
            "root_path": "",
            "path": raw_path.decode("latin-1"),
            "raw_path": raw_path,
            "query_string": query,
            "headers": [(b"host", b"test.example"), *sent],
        }
        await self._asgi(scope, _receiver(body, hang_up=hang_up), send)
        self.count += 1
        if not started:
            assert hang_up, f"{method} {path!r}: no answer"
            return Answer(0, None, httpx.Headers())
        return self._answer(method, raw, started, b"".join(answered))

    def _answer(
        self, method: str, raw: bytes, started: list[dict[str, Any]], body: bytes
    ) -> Answer:
        status = started[0]["status"]
        headers = httpx.Headers(started[0]["headers"])
        where = f"{method} {raw[:200]!r} -> {status}"
        if len(started) != 1:
            self.wrong.append(f"{where}: {len(started)} answers")
        if status >= 500 and status != 504:  # the specification's answer for a file yet to come
            self.wrong.append(f"{where}: {body[:200]!r}")
        if headers.get("access-control-allow-origin") != "*":
            self.wrong.append(f"{where}: no CORS")
        is_json = headers.get("content-type", "").startswith("application/json")
        value = msgspec.json.decode(body) if is_json else body
        if status >= 400 and not (is_json and isinstance(value, dict) and _is_error(value)):
            self.wrong.append(f"{where}: not a standard error: {body[:200]!r}")
        if self._validator is not None:
            exchange = Exchange(method, raw.decode("latin-1"), status, headers, body)
            self.wrong += [
                str(broken)[:400]
                for broken in self._validator.check(exchange)
                # A path that is described and not mounted is not there for any method.
                if not (status == 404 and b"M_UNRECOGNIZED" in body)
            ]
        return Answer(status, value, headers)


def _is_error(value: dict[str, Any]) -> bool:
    """spec: client-server-api#standard-error-response, client-server-api#user-interactive-authentication-api."""
    if "flows" in value:
        return isinstance(value.get("session"), str)
    return all(isinstance(value.get(name), str) and value[name] for name in ("errcode", "error"))


def _receiver(body: bytes | Iterable[bytes], *, hang_up: bool) -> Any:
    pieces = iter([body] if isinstance(body, bytes) else body)
    piece = next(pieces, None)

    async def receive() -> dict[str, Any]:
        nonlocal piece
        if piece is None:
            return {"type": "http.disconnect"}
        now, piece = piece, next(pieces, None)
        more = piece is not None or hang_up
        return {"type": "http.request", "body": now, "more_body": more}

    return receive

"""The shape of a hot route: a plain function from a request to bytes, without a web framework."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from courtyard.base.errors import TooLargeError

BODY_BYTES_MAX = 1_048_576
"""The largest body of a hot route. One event may have 65,536 bytes once encoded."""


class HotRequest:
    """One request to a hot route."""

    __slots__ = ("_receive", "params", "scope")

    def __init__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        params: dict[str, str],
    ) -> None:
        """Keep the ASGI scope, and the decoded path parameters."""
        self.scope = scope
        self.params = params
        self._receive = receive

    def header(self, name: bytes) -> str | None:
        """Return a header's first value; `name` is lower case."""
        for key, value in self.scope["headers"]:
            if key == name:
                return str(value.decode("latin-1"))
        return None

    async def body(self) -> bytes:
        """Return the whole body.

        Raises:
            TooLargeError: it has more than `BODY_BYTES_MAX` bytes.
        """
        message = await self._receive()
        body: bytes = message.get("body", b"")
        while message.get("more_body", False) and len(body) <= BODY_BYTES_MAX:
            message = await self._receive()
            body += message.get("body", b"")
        if len(body) > BODY_BYTES_MAX:
            text = "The body is too large."
            raise TooLargeError(text)
        return body


HotHandler = Callable[[HotRequest], Awaitable[tuple[int, bytes]]]
"""Answers with a status and a JSON body, or raises a `CourtyardError`."""

HotRoute = tuple[str, str, HotHandler]
"""Method, path template with `{names}`, handler."""

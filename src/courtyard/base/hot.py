"""The shape of a hot route: a plain function from a request to bytes, without a web framework."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from courtyard.base.errors import NotJsonError, TooLargeError

BODY_BYTES_MAX = 1_048_576
"""The largest body of a hot route. One event may have 65,536 bytes once encoded."""

TOO_LARGE = "The body is too large."
CUT_OFF = "The body ended before it was complete."


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
            NotJsonError: the client went away before it was complete; nobody hears this.
        """
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            body: bytes = message.get("body", b"")
        else:
            body = await self._rest(message)
        if len(body) > BODY_BYTES_MAX:
            raise TooLargeError(TOO_LARGE)
        return body

    async def _rest(self, message: MutableMapping[str, Any]) -> bytes:
        # Pieces may be single bytes: joining them one by one would copy the body each time.
        pieces = bytearray()
        while True:
            if message["type"] != "http.request":
                # What has come so far might be read as a whole: nothing at all counts as `{}`.
                raise NotJsonError(CUT_OFF)
            pieces += message.get("body", b"")
            if len(pieces) > BODY_BYTES_MAX:
                raise TooLargeError(TOO_LARGE)
            if not message.get("more_body", False):
                return bytes(pieces)
            message = await self._receive()


HotHandler = Callable[[HotRequest], Awaitable[tuple[int, bytes]]]
"""Answers with a status and a JSON body, or raises a `CourtyardError`."""

HotRoute = tuple[str, str, HotHandler]
"""Method, path template with `{names}`, handler."""

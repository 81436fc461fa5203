"""The address of the operator's mail server, as one setting."""

from typing import Literal
from urllib.parse import unquote, urlsplit

import msgspec

from courtyard.base.errors import InvalidParamError

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465}
"""Message submission. RFC 6409, RFC 8314."""


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail is handed over.

    Attributes:
        tls: `none` on this machine alone; `starttls` begins in the clear and must change to TLS before anything is said;
            `tls` from the first byte on.
        user: empty: no login.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"]
    user: str
    password: str


def parse_smtp_url(url: str) -> SmtpServer:
    """Read `smtp://[user:password@]host[:port]` or `smtps://…`.

    Over `smtp://` mail leaves this machine encrypted or not at all: only to the machine itself may it go in the clear.

    Raises:
        InvalidParamError: it is none.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        user, password = (unquote(one or "", errors="strict") for one in _login(parts.netloc))
    except ValueError as error:
        raise InvalidParamError("smtp_url is not an address of a mail server.") from error
    rest = parts.path.strip("/") + parts.query + parts.fragment
    if parts.scheme not in PORTS or not host or not host.isascii() or rest:
        message = "smtp_url looks like smtp://user:password@host:port, or smtps://…"
        raise InvalidParamError(message)
    return SmtpServer(
        host=host,
        port=port or PORTS[parts.scheme],
        tls="tls" if parts.scheme == "smtps" else "none" if host in LOOPBACK else "starttls",
        user=user,
        password=password,
    )


def _login(netloc: str) -> tuple[str, str]:
    login, has_login, _ = netloc.rpartition("@")
    user, _, password = login.partition(":") if has_login else ("", "", "")
    return user, password

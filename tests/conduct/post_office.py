"""A real SMTP server for tests, on the test's own event loop: it takes letters, says no, goes away and comes back."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.ports import free_port


@dataclass(frozen=True)
class Received:
    """A letter as it came over the wire."""

    sender: str
    recipients: list[str]
    raw: bytes
    was_secure: bool

    @property
    def message(self) -> EmailMessage:
        """Return the letter as a mail program reads it."""
        return email.message_from_bytes(self.raw, policy=email.policy.SMTP)

    @property
    def text(self) -> str:
        """Return what is to be read."""
        content = self.message.get_content()
        assert isinstance(content, str)
        return content.replace("\r\n", "\n").removesuffix("\n")

    @property
    def code(self) -> str:
        """Return the code in a mail that confirms an address."""
        return self.text.split("hours: ")[1].split()[0]


class PostOffice:
    """The server. `letters` are those that it took, in order; `said` is what it answers to a letter.

    Attributes:
        hangs_up: it takes a letter and breaks the connection.
        is_silent: it takes a letter and never says so.
    """

    def __init__(self, port: int | None = None, **options: Any) -> None:
        self.port = port or free_port()
        self.letters: list[Received] = []
        self.said = "250 2.0.0 Ok: queued as 4XyZ"
        self.said_to_recipient = ""
        self.hangs_up = False
        self.is_silent = False
        self.arrived = asyncio.Event()
        self.logins: list[tuple[bytes, bytes]] = []
        self._tls: ssl.SSLContext | None = options.pop("tls", None)
        self._options = options
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Take letters."""
        self._server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(self, hostname="mail.example", authenticator=self._login, **self._options),
            "127.0.0.1",
            self.port,
            ssl=self._tls,
        )

    async def close(self) -> None:
        """Be away: connections are refused."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def handle_RCPT(  # noqa: N802  # the library's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.said_to_recipient:
            return self.said_to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.original_content, bytes)
        letter = Received(
            envelope.mail_from or "",
            list(envelope.rcpt_tos),
            envelope.original_content,
            session.ssl is not None or self._tls is not None,
        )
        self.letters.append(letter)
        self.arrived.set()
        if self.is_silent:
            # Until the other side goes away, which ends this task.
            await asyncio.Event().wait()
        if self.hangs_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.said

    def _login(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

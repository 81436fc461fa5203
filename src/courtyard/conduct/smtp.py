"""Handing one message to the operator's mail server. It blocks, so it is called in a thread.

spec: RFC 5321, RFC 6409
"""

import contextlib
import smtplib
import ssl
from email.message import EmailMessage
from typing import Final

from courtyard.base.smtp_url import SmtpServer
from courtyard.conduct.rules_mail import receipt_of

TIMEOUT_SECONDS: Final = 15
"""For each step of the dialogue."""


class _RefusedError(smtplib.SMTPException):
    """The mail server said no. Its words are not kept: they may name the address."""

    def __init__(self, step: str, code: int) -> None:
        super().__init__(f"{step}: {code}")


def hand_over(server: SmtpServer, sender: str, recipient: str, message: EmailMessage) -> str:
    """Give a message to the mail server; return what it said when it took it.

    Raises:
        OSError: it cannot be reached, is not who it should be, or did not take the message.
        ValueError: its name is none.
    """
    client = _connect(server, sender.rpartition("@")[2])
    try:
        client.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            client.starttls(context=ssl.create_default_context())
            client.ehlo()
        if server.user:
            client.login(server.user, server.password)
        _accepted("sender", client.mail(sender))
        _accepted("recipient", client.rcpt(recipient))
        code, said = client.data(message.as_bytes())
        _accepted("message", (code, said))
        return receipt_of(code, said)
    finally:
        # How the two part changes nothing: what was taken is taken.
        with contextlib.suppress(OSError):
            client.quit()
        client.close()


def reason_of(error: Exception) -> str:
    """Return what is logged of a failure: enough for the operator, and no words of another server."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}: {error.smtp_code}"
    return f"{type(error).__name__}: {error}"


def _connect(server: SmtpServer, domain: str) -> smtplib.SMTP:
    if server.tls == "tls":
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=domain,
            timeout=TIMEOUT_SECONDS,
            context=ssl.create_default_context(),
        )
    return smtplib.SMTP(server.host, server.port, local_hostname=domain, timeout=TIMEOUT_SECONDS)


def _accepted(step: str, reply: tuple[int, bytes]) -> None:
    code, _ = reply
    if not 200 <= code < 300:
        raise _RefusedError(step, code)

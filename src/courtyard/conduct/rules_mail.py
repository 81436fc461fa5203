"""Mail: which addresses are taken, how a letter looks on the wire, and when it is tried again."""

import re
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import ServerName
from courtyard.conduct.model_mail import CODE_MS, LETTER_MS, Letter, Mailbox

ADDRESS_CHARS_MAX: Final = 254
"""RFC 5321, 4.5.3.1.3."""
CODE_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike."""
CODE_CHARS: Final = 12
"""59 bits: nobody guesses one in its day, however often they try."""
RECEIPT_CHARS_MAX: Final = 200

_LOCAL: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"(?P<local>{_LOCAL})@{_LABEL}(?:\.{_LABEL})*")


def check_address(address: str) -> str:
    """Return a mail address that can be written to. Nothing in it can end a header or begin another.

    Raises:
        InvalidParamError: it is none, or not in ASCII: not every mail server takes others.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or len(found["local"]) > 64 or len(address) > ADDRESS_CHARS_MAX:
        message = "This is not a mail address that we can write to."
        raise InvalidParamError(message)
    return address


def code_of(letters: str) -> str:
    """Return a code as people read it: in groups of four."""
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def plain_code(code: str) -> str:
    """Return what somebody typed as the letters that were meant."""
    return re.sub(r"[\s-]", "", code).lower()


def has_wish(mailbox: Mailbox, now_ms: int) -> bool:
    """Tell whether an address can still be confirmed."""
    return mailbox.asked_at is not None and now_ms < mailbox.asked_at + CODE_MS


def wait_ms(attempts: int) -> int:
    """Return how long a letter waits after so many attempts: a minute, and twice as long each time, up to six hours."""
    return min(60_000 << min(attempts - 1, 9), 6 * 3_600_000)


def is_over(letter: Letter, now_ms: int) -> bool:
    """Tell whether a letter that could not be sent is given up: that a mail server is away for days is the operator's to see."""
    return now_ms >= letter.made_at + LETTER_MS


def is_stale(letter: Letter, now_ms: int) -> bool:
    """Tell whether a letter is not worth sending any more: a code that does not work."""
    return letter.what == "code" and now_ms >= letter.made_at + CODE_MS


def sender_of(mail_from: str, server_name: ServerName) -> str:
    """Return the address that mail comes from."""
    return mail_from or f"notices@{domain_of(server_name)}"


def domain_of(server_name: ServerName) -> str:
    """Return the server's name without a port."""
    return re.sub(r":\d+$", "", server_name)


def message_of(letter: Letter, mail_from: str, server_name: ServerName) -> EmailMessage:
    """Return a letter as it goes over the wire.

    It is made of what is in the letter alone, so that a second attempt sends the same bytes. No header holds
    anything that somebody wrote, but for the address, which `check_address` has seen.
    """
    domain = domain_of(server_name)
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(domain, addr_spec=sender_of(mail_from, server_name))
    message["To"] = Address(addr_spec=letter.address)
    message["Subject"] = letter.subject
    message["Date"] = datetime.fromtimestamp(letter.made_at // 1000, UTC)
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    # No holiday notice answers it. RFC 3834.
    message["Auto-Submitted"] = "auto-generated"
    # Base64, whatever the text is: no line of it is too long, or looks like something else to a mail server.
    message.set_content(letter.text, cte="base64")
    message["Content-Language"] = letter.lang
    return message


def receipt_of(code: int, said: bytes) -> str:
    """Return what a mail server said, as one line of ASCII that is not too long."""
    line = " ".join(f"{code} {said.decode('ascii', 'replace')}".split())
    return "".join(char if " " <= char <= "~" else "?" for char in line)[:RECEIPT_CHARS_MAX]

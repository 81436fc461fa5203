"""When a message is tried again, what an answer means, who is served next, and how a message is signed. Pure.

The time-table is WeChat Pay's: at once, and then fifteen times more within a day. Signatures are those of the Standard Webhooks
specification (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
"""

import base64
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal
from urllib.parse import urlsplit

from courtyard.base.ids import TimestampMs
from courtyard.base.ip_address import is_public
from courtyard.wallet.model import MerchantId
from courtyard.wallet.webhooks.errors import BadKindsError, BadUrlError
from courtyard.wallet.webhooks.model import KINDS, Endpoint, EndpointId, MessageId

_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE

WAITS_MS: Final = (
    *(15 * _SECOND, 15 * _SECOND, 30 * _SECOND, 3 * _MINUTE, 10 * _MINUTE, 20 * _MINUTE),
    *(30 * _MINUTE, 30 * _MINUTE, 30 * _MINUTE, 60 * _MINUTE),
    *(3 * _HOUR, 3 * _HOUR, 3 * _HOUR, 6 * _HOUR, 6 * _HOUR),
)
"""How long after a try that failed the next one is: 24 hours and 4 minutes in all."""
TRIES_MAX: Final = len(WAITS_MS) + 1

AT_ONCE: Final = 64
"""Requests under way at the most."""
FAILING_AT_ONCE: Final = 32
"""Of these to endpoints whose last try failed: others always find a place."""
EACH_AT_ONCE: Final = 4
"""Requests under way to one endpoint; one, when its last try failed."""

URL_LENGTH_MAX: Final = 1_024
ID_BYTES: Final = 15
SECRET_PREFIX: Final = "whsec_"  # noqa: S105  # what each begins with
_URL: Final = re.compile(r"https?://[!#-;=?-~]+", re.ASCII)
"""Printable ASCII without blanks, quotes and angle brackets: it goes into the head of a request as it is."""


def wait_ms(attempts: int) -> int | None:
    """Return how long to wait after so many tries that failed; None: it is not tried any more."""
    return WAITS_MS[attempts - 1] if attempts < TRIES_MAX else None


def later(now_ms: int, wait_ms: int) -> TimestampMs:
    """Return a time that is so much later."""
    return TimestampMs(now_ms + wait_ms)


def verdict(status: int) -> Literal["delivered", "gone", "failed"]:
    """Return what an answer means. A redirection is none that was taken: the merchant says where its server is."""
    if 200 <= status <= 299:
        return "delivered"
    return "gone" if status == 410 else "failed"


def wants(endpoint: Endpoint, kind: str) -> bool:
    """Tell whether an endpoint is to be told of something."""
    return endpoint.state == "enabled" and kind in endpoint.kinds


def turns(
    due: Collection[EndpointId],
    running: Mapping[EndpointId, int],
    failing: Collection[EndpointId],
    served: Mapping[EndpointId, int],
) -> list[tuple[EndpointId, int]]:
    """Return which endpoints are served now, and with how many more requests at once.

    Args:
        due: endpoints with something to be sent.
        running: requests under way.
        failing: endpoints whose last try failed.
        served: a number for each, that grows with each turn: who waited longest comes first.
    """
    free = AT_ONCE - sum(running.values())
    free_failing = FAILING_AT_ONCE - sum(running.get(one, 0) for one in failing)
    found = []
    for endpoint in sorted(due, key=lambda one: (served.get(one, 0), one)):
        is_failing = endpoint in failing
        wanted = (1 if is_failing else EACH_AT_ONCE) - running.get(endpoint, 0)
        count = min(wanted, free, free_failing if is_failing else free)
        if count > 0:
            found.append((endpoint, count))
            free -= count
            free_failing -= count if is_failing else 0
    return found


def parse_kinds(value: object) -> tuple[str, ...]:
    """Read what an endpoint wants to be told of.

    Raises:
        BadKindsError: it is no list of kinds that there are, or an empty one.
    """
    if not isinstance(value, list) or not value or any(kind not in KINDS for kind in value):
        message = f"`kinds` is a list with one or more of: {', '.join(KINDS)}."
        raise BadKindsError(message)
    return tuple(kind for kind in KINDS if kind in value)


def parse_url(value: object, *, is_private_ok: bool) -> str:
    """Read the address of a merchant's server.

    Args:
        is_private_ok: whether it may be on this machine or its private network; on this machine without TLS too.

    Raises:
        BadUrlError: no messages can be sent there.
    """
    message = (
        f"`url` is an address that begins with https://, of at most {URL_LENGTH_MAX} characters."
    )
    if not isinstance(value, str) or len(value) > URL_LENGTH_MAX or not _URL.fullmatch(value):
        raise BadUrlError(message)
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        is_odd = parts.port == 0 or "@" in parts.netloc or "#" in value
    except ValueError:
        raise BadUrlError(message) from None
    if not host or is_odd:
        raise BadUrlError(message)
    address = _address(host)
    is_loopback = address is not None and address.is_loopback
    if parts.scheme != "https" and not (is_private_ok and is_loopback):
        raise BadUrlError(message)
    if address is not None and not is_private_ok and not is_public(str(address)):
        message = "This server sends nothing to private addresses."
        raise BadUrlError(message)
    return value


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def message_id(merchant: MerchantId, ref: str, version: int) -> MessageId:
    """Return the id of a message: the same for the same news, so that it cannot be told twice as two."""
    digest = hashlib.blake2b(f"{merchant}\0{ref}\0{version}".encode(), digest_size=ID_BYTES)
    return MessageId(f"msg_{base64.b32encode(digest.digest()).decode().lower()}")


def show_secret(secret: bytes) -> str:
    """Return a secret as the merchant's program takes it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def signatures(secrets: Sequence[bytes], id: MessageId, timestamp: int, body: str) -> str:
    """Return the value of `webhook-signature`: one signature for each secret that is valid.

    Args:
        timestamp: Unix time of this try, in seconds.
    """
    signed = f"{id}.{timestamp}.{body}".encode()
    made = (hmac.digest(secret, signed, "sha256") for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made)

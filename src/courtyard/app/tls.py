"""What a server speaks TLS with, and the names and addresses that its certificate is for."""

import ipaddress
import re
import socket
from pathlib import Path
from typing import Final

import msgspec

from courtyard.base.errors import CourtyardError

_NAME: Final = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
)
_LABEL_MAX: Final = 63

_ELSEWHERE: Final = (
    *((socket.AF_INET, host) for host in ("192.0.2.1", "10.0.0.1", "172.16.0.1", "192.168.0.1")),
    *((socket.AF_INET6, host) for host in ("2001:db8::1", "fd00::1")),
)
"""The internet and each kind of private network, in the two versions of IP."""

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class BadCertificateError(CourtyardError):
    """A certificate or its key cannot be used."""

    code = "app.bad_certificate"


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """What the server proves with who it is.

    Attributes:
        cert: a PEM file with the certificate, and those between it and its root.
        key: a PEM file with the key; it may be the same file.
        names: the host names and addresses it is for.
        authority: the certificate of the server's own authority in PEM; empty where the certificate is the operator's.
    """

    cert: Path
    key: Path
    names: tuple[str, ...]
    authority: bytes = b""


def parse_names(text: str) -> list[str]:
    """Split host names and addresses with blanks between.

    Raises:
        BadCertificateError: one of them is neither.
    """
    names = []
    for word in text.lower().split():
        if not is_address(word) and not is_host_name(word):
            message = f"tls_names: {word!r} is neither a host name nor an address."
            raise BadCertificateError(message)
        names.append(_as_certificates_have_it(word))
    return names


def is_address(text: str) -> bool:
    """Say whether it is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_host_name(text: str) -> bool:
    """Say whether a certificate can name it as a host."""
    labels = text.split(".")
    # Four numbers that are no address would be taken for one all the same.
    return (
        bool(_NAME.fullmatch(text))
        and all(len(label) <= _LABEL_MAX for label in labels)
        and not labels[-1].isdigit()
    )


def host_of(server_name: str) -> str:
    """Return a server's name without its port, and without the brackets of an IPv6 address."""
    if server_name.startswith("["):
        return _as_certificates_have_it(server_name[1:].partition("]")[0])
    return _as_certificates_have_it(server_name.partition(":")[0])


def _as_certificates_have_it(name: str) -> str:
    return str(ipaddress.ip_address(name)) if is_address(name) else name.lower()


def own_addresses(listen: str) -> list[str]:
    """Return the addresses at which others in its networks find this machine.

    Where `listen` has an address of its own, that is the only one that answers.
    """
    host = listen.rpartition(":")[0].strip("[]")
    if not is_address(host) or not ipaddress.ip_address(host).is_unspecified:
        return [_as_certificates_have_it(host)] if is_address(host) else []
    found = (_address_towards(family, elsewhere) for family, elsewhere in _ELSEWHERE)
    return sorted({address for address in found if address is not None})


def _address_towards(family: socket.AddressFamily, host: str) -> str | None:
    """Return from which address the system would send there, or None: it knows no way. Nothing is sent."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))
        except OSError:
            return None
        # An address of one link alone comes with the name of the link.
        return str(probe.getsockname()[0]).partition("%")[0]

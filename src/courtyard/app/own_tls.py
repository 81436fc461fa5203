"""The server's own certificate authority, for networks in which nobody else vouches for a server.

`ca.pem` is the authority and `server.pem` what the server shows; in each lie a key and its certificate together, so that a file
appears whole or not at all. Both are for the owner's eyes alone.

The authority is trusted by phones for ten years, so it can vouch for little: this server's names, and what belongs to private
networks (RFC 5280, section 4.2.1.10). Who steals its key gains nothing on the internet.
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from courtyard.app.certificate_files import names_of, read_file
from courtyard.app.tls import BadCertificateError, Tls, is_address
from courtyard.base.ids import TimestampMs
from courtyard.storage.secret_file import write_secret

AUTHORITY_FILE: Final = "ca.pem"
SERVER_FILE: Final = "server.pem"

AUTHORITY_DAYS: Final = 3652
SERVER_DAYS: Final = 398
"""What browsers take at the most."""
RENEW_DAYS: Final = 30
_BEFORE: Final = timedelta(days=1)
"""The clocks of phones may be behind ours."""

_LOCAL_NAMES: Final = ("localhost", "local", "lan", "internal", "home.arpa")
_LOCAL_NETWORKS: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10"),
    )
)

log = structlog.get_logger("tls")


class _Held(NamedTuple):
    """A key, and the certificate for it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def text(self) -> str:
        """Return both in PEM, as they lie in a file."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return (key + self.certificate.public_bytes(Encoding.PEM)).decode()


def load_or_make(
    folder: Path, asked: Sequence[str], found: Sequence[str], now_ms: TimestampMs
) -> Tls:
    """Return a certificate for these names that is in force for a while, made now where there is none.

    Only the process that holds the data directory's lock may call this.

    Args:
        folder: where they lie.
        asked: names that it must be for.
        found: addresses of this machine; one that the authority may not vouch for is left out.
        now_ms: the time.

    Raises:
        BadCertificateError: the authority's file is damaged, has ended, may vouch for anything, or may not vouch for a name that
            was asked for. It is left as it is, because phones trust it.
    """
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / AUTHORITY_FILE
    authority = _read(path)
    if authority is None:
        authority = _make_authority([*asked, *found], now)
        write_secret(path, authority.text())
    if now > authority.certificate.not_valid_after_utc:
        message = (
            f"The certificate authority in {path} has ended. Move the file away: the next start makes a new"
            " one, which every device has to be given."
        )
        raise BadCertificateError(message)
    if _limits_of(authority.certificate) is None:
        message = (
            f"The certificate authority in {path} could vouch for every site there is, and devices are to trust"
            " it. Move the file away: the next start makes one that cannot."
        )
        raise BadCertificateError(message)
    names = _vouched(authority.certificate, path, asked, found)
    server = folder / SERVER_FILE
    if not _is_good(server, authority.certificate, names, now):
        write_secret(server, _make_server(authority, names, now).text())
        log.info("certificate_made", names=names)
    public = authority.certificate.public_bytes(Encoding.PEM)
    return Tls(cert=server, key=server, names=tuple(names), authority=public)


def _read(path: Path) -> _Held | None:
    """Return what a file holds, or None if there is no file."""
    if not path.exists():
        return None
    content = read_file(path)
    try:
        key = load_pem_private_key(content, password=None)
        held = x509.load_pem_x509_certificate(content)
    except (ValueError, TypeError) as error:
        raise BadCertificateError(f"There is no key with its certificate in {path}.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != held.public_key():
        raise BadCertificateError(f"The key and the certificate in {path} do not belong together.")
    return _Held(key, held)


def _vouched(
    authority: x509.Certificate, path: Path, asked: Sequence[str], found: Sequence[str]
) -> list[str]:
    names = list(dict.fromkeys(asked))
    for name in names:
        if not _may_vouch(authority, name):
            message = (
                f"The certificate authority in {path} may not vouch for {name}. Move the file away: the next"
                " start makes a new one, which every device has to be given."
            )
            raise BadCertificateError(message)
    for address in found:
        if not _may_vouch(authority, address):
            log.warning("address_without_certificate", address=address)
        elif address not in names:
            names.append(address)
    return names


def _limits_of(authority: x509.Certificate) -> list[x509.GeneralName] | None:
    """Return what an authority may vouch for; None: for anything."""
    try:
        limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return None
    return limits.permitted_subtrees


def _may_vouch(authority: x509.Certificate, name: str) -> bool:
    permitted = _limits_of(authority) or ()
    if is_address(name):
        one = ipaddress.ip_address(name)
        networks = [each.value for each in permitted if isinstance(each, x509.IPAddress)]
        return any(one in ipaddress.ip_network(network) for network in networks)
    return any(
        f".{name}".endswith(f".{each.value}")
        for each in permitted
        if isinstance(each, x509.DNSName)
    )


def _is_good(path: Path, authority: x509.Certificate, names: Sequence[str], now: datetime) -> bool:
    """Say whether what lies there can be shown for a while. What is damaged is made again: nobody trusts it by itself."""
    try:
        held = _read(path)
        if held is None:
            return False
        held.certificate.verify_directly_issued_by(authority)
    except (BadCertificateError, ValueError, TypeError, InvalidSignature):
        return False
    certificate = held.certificate
    left = certificate.not_valid_after_utc - now
    return (
        certificate.not_valid_before_utc <= now
        and left >= timedelta(days=RENEW_DAYS)
        and set(names_of(certificate)) == set(names)
    )


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(name)) if is_address(name) else x509.DNSName(name)


def _limits(names: Sequence[str]) -> x509.NameConstraints:
    """What an authority made now may vouch for: what is private, and these names."""
    permitted: list[x509.GeneralName] = [
        *map(x509.DNSName, _LOCAL_NAMES),
        *map(x509.IPAddress, _LOCAL_NETWORKS),
    ]
    for name in names:
        one = x509.IPAddress(ipaddress.ip_network(name)) if is_address(name) else x509.DNSName(name)
        if one not in permitted:
            permitted.append(one)
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(common_name: str) -> x509.Name:
    # 64 characters are what fits (RFC 5280, appendix A.1).
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _make_authority(names: Sequence[str], now: datetime) -> _Held:
    key = ec.generate_private_key(ec.SECP256R1())
    # The first is the server's own name: what people read when they give it to a phone.
    subject = _named(f"Courtyard {names[0]}")
    certificate = (
        _builder(subject, subject, key, now)
        .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(_limits(names), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _Held(key, certificate)


def _make_server(authority: _Held, names: Sequence[str], now: datetime) -> _Held:
    key = ec.generate_private_key(ec.SECP256R1())
    ends = min(
        now - _BEFORE + timedelta(days=SERVER_DAYS), authority.certificate.not_valid_after_utc
    )
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    certificate = (
        _builder(_named("Courtyard"), authority.certificate.subject, key, now)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(signer, critical=False)
        .add_extension(x509.SubjectAlternativeName(map(_general, names)), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return _Held(key, certificate)

"""The operator's certificate and key: looked at before the server starts, so that what is wrong is said in one sentence."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from courtyard.app.tls import BadCertificateError, Tls
from courtyard.base.ids import TimestampMs


def read_pair(cert: Path, key: Path, now_ms: TimestampMs) -> Tls:
    """Return an operator's certificate that is in force, with the key that belongs to it.

    Raises:
        BadCertificateError: a file cannot be read or holds something else, they do not belong together, or it is not in force now.
    """
    certificate = _certificate_in(cert)
    if _public_key_in(key) != _encoded(certificate.public_key()):
        message = f"The key in {key} does not belong to the certificate in {cert}."
        raise BadCertificateError(message)
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    if now > certificate.not_valid_after_utc:
        message = f"The certificate in {cert} ended on {certificate.not_valid_after_utc:%Y-%m-%d}."
        raise BadCertificateError(message)
    if now < certificate.not_valid_before_utc:
        begins = certificate.not_valid_before_utc
        message = f"The certificate in {cert} does not begin before {begins:%Y-%m-%d}."
        raise BadCertificateError(message)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
    except ssl.SSLError as error:
        message = f"The certificate in {cert} cannot be used: {error.reason or error}."
        raise BadCertificateError(message) from error
    return Tls(cert=cert, key=key, names=names_of(certificate))


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the host names and addresses that a certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (
        *names.get_values_for_type(x509.DNSName),
        *(str(address) for address in names.get_values_for_type(x509.IPAddress)),
    )


def read_file(path: Path) -> bytes:
    """Return what is in a file.

    Raises:
        BadCertificateError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadCertificateError(f"Cannot read {path}: {error.strerror}.") from error


def _certificate_in(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(read_file(path))[0]
    except ValueError as error:
        message = f"There is no certificate in PEM form in {path}."
        raise BadCertificateError(message) from error


def _public_key_in(path: Path) -> bytes:
    try:
        return _encoded(load_pem_private_key(read_file(path), password=None).public_key())
    except (ValueError, UnsupportedAlgorithm) as error:
        message = f"There is no private key in PEM form in {path}."
        raise BadCertificateError(message) from error
    except TypeError as error:  # the library's way to say that a password is wanted
        message = f"The key in {path} has a password; the server needs one without."
        raise BadCertificateError(message) from error


def _encoded(key: object) -> bytes:
    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]  # every kind of key has it
    return encoded

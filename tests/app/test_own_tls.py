"""The server's own certificate authority: made once, vouching for little, and followed by certificates that are never old."""

from __future__ import annotations

import ipaddress
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from courtyard.app.own_tls import AUTHORITY_FILE, SERVER_FILE, load_or_make
from courtyard.app.tls import BadCertificateError, Tls
from courtyard.base.ids import TimestampMs

NOW = TimestampMs(1_800_000_000_000)
DAY_MS = 86_400_000
ASKED = ("chat.example", "localhost", "127.0.0.1", "::1")
AT_HOME = "192.168.1.5"


def made(folder: Path, *named: str, found: tuple[str, ...] = (AT_HOME,), days: int = 0) -> Tls:
    return load_or_make(folder, [*ASKED, *named], found, TimestampMs(NOW + days * DAY_MS))


def shown(tls: Tls) -> x509.Certificate:
    return x509.load_pem_x509_certificate(tls.cert.read_bytes())


def check(authority: bytes, certificate: x509.Certificate, name: str, days: int = 0) -> None:
    """Verify as a browser does that trusts this authority.

    Raises:
        VerificationError: it would not open the page.
    """
    is_address = ":" in name or name[-1].isdigit()
    subject = x509.IPAddress(ipaddress.ip_address(name)) if is_address else x509.DNSName(name)
    policy = PolicyBuilder().store(Store([x509.load_pem_x509_certificate(authority)]))
    policy = policy.time(datetime.fromtimestamp(NOW / 1000, UTC) + timedelta(days=days))
    policy.build_server_verifier(subject).verify(certificate, [])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tls"


def test_a_device_that_was_given_the_authority_accepts_every_name(folder: Path) -> None:
    tls = made(folder, "pi.local")
    assert tls.names == (*ASKED, "pi.local", AT_HOME)
    for name in tls.names:
        check(tls.authority, shown(tls), name)
    with pytest.raises(VerificationError):
        check(tls.authority, shown(tls), "192.168.1.6")
    with pytest.raises(VerificationError):
        check(tls.authority, shown(tls), AT_HOME, days=398)


def test_keys_are_for_the_owner_alone_and_none_is_handed_out(folder: Path) -> None:
    tls = made(folder)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {AUTHORITY_FILE: 0o600, SERVER_FILE: 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"PRIVATE KEY" not in tls.authority


def test_a_certificate_lives_as_long_as_browsers_allow_and_the_authority_ten_years(
    folder: Path,
) -> None:
    tls = made(folder)
    certificate, authority = shown(tls), x509.load_pem_x509_certificate(tls.authority)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=398)
    ends = datetime.fromtimestamp(NOW / 1000, UTC) + timedelta(days=3652)
    assert authority.not_valid_after_utc == ends


def test_the_authority_can_vouch_for_nothing_on_the_internet(folder: Path) -> None:
    """Somebody has its key."""
    made(folder)
    content = (folder / AUTHORITY_FILE).read_bytes()
    key = load_pem_private_key(content, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    genuine = x509.load_pem_x509_certificate((folder / SERVER_FILE).read_bytes())
    authority = x509.load_pem_x509_certificate(content)

    def forged(name: str) -> x509.Certificate:
        builder = x509.CertificateBuilder(
            issuer_name=authority.subject,
            subject_name=genuine.subject,
            public_key=genuine.public_key(),
            serial_number=1,
            not_valid_before=genuine.not_valid_before_utc,
            not_valid_after=genuine.not_valid_after_utc,
        )
        for extension in genuine.extensions:
            value = extension.value
            if isinstance(value, x509.SubjectAlternativeName):
                value = x509.SubjectAlternativeName([x509.DNSName(name)])
            builder = builder.add_extension(value, extension.critical)
        return builder.sign(key, hashes.SHA256())

    check(content, forged("pi.local"), "pi.local")
    with pytest.raises(VerificationError):
        check(content, forged("bank.example"), "bank.example")


def test_a_later_start_finds_what_was_made(folder: Path) -> None:
    made(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    made(folder, days=398 - 1 - 30)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_certificate_with_less_than_thirty_days_left_is_renewed(folder: Path) -> None:
    first = shown(made(folder))
    days = 398 - 30
    second = made(folder, days=days)
    assert shown(second).not_valid_after_utc > first.not_valid_after_utc
    check(second.authority, shown(second), AT_HOME, days=days + 300)


def test_other_names_make_another_certificate_and_no_other_authority(folder: Path) -> None:
    before = made(folder)
    after = made(folder, "10.1.2.3", found=())
    assert after.authority == before.authority
    check(before.authority, shown(after), "10.1.2.3")
    with pytest.raises(VerificationError):
        check(before.authority, shown(after), AT_HOME)


def test_the_clock_went_back(folder: Path) -> None:
    made(folder, days=60)
    load_or_make(folder, ASKED, (), TimestampMs(NOW + 59 * DAY_MS))
    tls = made(folder, days=20)
    assert shown(tls).not_valid_before_utc <= datetime.fromtimestamp(NOW / 1000, UTC) + timedelta(
        days=20
    )


def test_what_the_authority_may_not_vouch_for(folder: Path) -> None:
    made(folder)
    before = (folder / AUTHORITY_FILE).read_bytes()
    # An address that was found is left out, one that was asked for is missed.
    assert "192.0.2.9" not in made(folder, found=("192.0.2.9", AT_HOME)).names
    with pytest.raises(BadCertificateError, match=r"may not vouch for other\.example"):
        made(folder, "other.example")
    assert (folder / AUTHORITY_FILE).read_bytes() == before
    (folder / AUTHORITY_FILE).unlink()
    assert {"other.example", "192.0.2.9"} <= {
        *made(folder, "other.example", found=("192.0.2.9",)).names
    }


@pytest.mark.parametrize("kept", ["nothing", "key", "certificate", "other"])
def test_a_damaged_authority_is_told_of_and_left_alone(folder: Path, kept: str) -> None:
    made(folder)
    path = folder / AUTHORITY_FILE
    begin = b"-----BEGIN CERTIFICATE-----"
    key, _, certificate = path.read_bytes().partition(begin)
    other = (folder / SERVER_FILE).read_bytes().partition(begin)[0]
    damaged = {
        "nothing": b"",
        "key": key,
        "certificate": begin + certificate,
        "other": other + begin + certificate,
    }[kept]
    path.write_bytes(damaged)
    with pytest.raises(BadCertificateError, match=r"ca\.pem"):
        made(folder)
    assert path.read_bytes() == damaged


@pytest.mark.parametrize("damaged", [b"", b"-----BEGIN CERTIFICATE-----\n"])
def test_a_damaged_certificate_is_made_again(folder: Path, damaged: bytes) -> None:
    tls = made(folder)
    tls.cert.write_bytes(damaged)
    check(tls.authority, shown(made(folder)), AT_HOME)


def test_a_certificate_of_another_authority_is_made_again(folder: Path) -> None:
    made(folder)
    (folder / AUTHORITY_FILE).unlink()
    tls = made(folder)
    check(tls.authority, shown(tls), AT_HOME)


def test_an_authority_ends(folder: Path) -> None:
    made(folder)
    # The last certificate ends with it.
    last = made(folder, days=3652 - 5)
    check(last.authority, shown(last), AT_HOME, days=3652 - 1)
    with pytest.raises(BadCertificateError, match="has ended"):
        made(folder, days=3653)


def test_an_authority_that_may_vouch_for_anything_is_refused(folder: Path) -> None:
    """It is somebody's own, put in the place of ours: phones would trust it for every site."""
    made(folder)
    path = folder / AUTHORITY_FILE
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ours")])
    now = datetime.fromtimestamp(NOW / 1000, UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=30))
    certificate = builder.sign(key, hashes.SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    before = path.read_bytes()
    with pytest.raises(BadCertificateError, match="could vouch for every site"):
        made(folder)
    assert path.read_bytes() == before

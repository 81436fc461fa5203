"""Handing a letter over: encrypted or not at all, and only to who the server should be."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from courtyard.base.smtp_url import SmtpServer
from courtyard.conduct.model_mail import Letter, LetterId
from courtyard.conduct.rules_mail import message_of
from courtyard.conduct.smtp import hand_over, reason_of
from tests.conduct.post_office import PostOffice
from tests.ports import free_port

LETTER = Letter(
    id=LetterId("0" * 32),
    user_id="@alice:test.example",  # type: ignore[arg-type]  # a plain literal
    decision_id=None,
    what="code",
    lang="en",
    address="alice@mail.example",
    subject="Hello",
    text="Hello.",
    made_at=1_700_000_000_000,  # type: ignore[arg-type]
)
Open = Callable[..., Coroutine[Any, Any, PostOffice]]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for `localhost` that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate)
    return made


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Opens post offices, and closes them in the end."""
    offices = []

    async def open(**options: Any) -> PostOffice:
        office = PostOffice(**options)
        await office.open()
        offices.append(office)
        return office

    yield open
    for office in offices:
        await office.close()


async def hand(office: PostOffice, tls: Any, user: str = "", password: str = "") -> str:
    server = SmtpServer(host="localhost", port=office.port, tls=tls, user=user, password=password)
    message = message_of(LETTER, "", "test.example:8448")  # type: ignore[arg-type]
    return await asyncio.to_thread(
        hand_over, server, "notices@test.example", LETTER.address, message
    )


@pytest.mark.usefixtures("trusted")
async def test_it_goes_out_encrypted_and_with_a_login(
    opened: Open, context: ssl.SSLContext
) -> None:
    begun = await opened(tls_context=context, require_starttls=True, auth_required=True)
    assert await hand(begun, "starttls", "courtyard", "right") == begun.said
    whole = await opened(tls=context, auth_require_tls=False)
    assert await hand(whole, "tls", "courtyard", "right") == whole.said
    for office in (begun, whole):
        (letter,) = office.letters
        assert letter.was_secure
        assert letter.message["Message-ID"] == f"<{LETTER.id}@test.example>"
        assert office.logins[-1] == (b"courtyard", b"right")


async def test_nothing_goes_to_a_server_that_is_not_who_it_should_be(
    opened: Open, context: ssl.SSLContext
) -> None:
    begun = await opened(tls_context=context)
    whole = await opened(tls=context)
    for office, tls in ((begun, "starttls"), (whole, "tls")):
        with pytest.raises(ssl.SSLCertVerificationError):
            await hand(office, tls, "courtyard", "right")
        assert (office.letters, office.logins) == ([], [])


async def test_nothing_goes_in_the_clear_where_encryption_is_missing(opened: Open) -> None:
    office = await opened(auth_require_tls=False)
    with pytest.raises(OSError, match="STARTTLS"):
        await hand(office, "starttls", "courtyard", "right")
    assert (office.letters, office.logins) == ([], [])


async def test_a_wrong_password_is_a_reason(opened: Open) -> None:
    office = await opened(auth_require_tls=False)
    with pytest.raises(OSError, match="535") as refused:
        await hand(office, "none", "courtyard", "wrong")
    assert reason_of(refused.value) == "SMTPAuthenticationError: 535"
    assert office.letters == []


async def test_a_reason_has_no_words_of_the_other_server(opened: Open) -> None:
    office = await opened()
    office.said_to_recipient = "550 no alice@mail.example here"
    with pytest.raises(OSError, match="recipient") as refused:
        await hand(office, "none")
    assert reason_of(refused.value) == "_RefusedError: recipient: 550"


async def test_a_strange_goodbye_changes_nothing(opened: Open) -> None:
    """The letter was taken; how the server parts is its own affair."""

    class Rude(PostOffice):
        async def handle_QUIT(self, *_: object) -> str:  # noqa: N802  # the library's name
            return "500 What?"

    office = Rude()
    await office.open()
    assert await hand(office, "none") == office.said
    await office.close()


async def test_who_is_not_there_or_no_mail_server_is_an_error() -> None:
    port = free_port()
    office = PostOffice(port)
    with pytest.raises(OSError, match="refused"):
        await hand(office, "none")

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", port)
    with pytest.raises((OSError, ValueError)):
        await hand(office, "none")
    server.close()
    await server.wait_closed()

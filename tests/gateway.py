"""A push gateway for tests: a real HTTPS server on this machine, which answers as it is told."""

import asyncio
import datetime as dt
import ipaddress
import json
import ssl
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


def certificate(folder: Path) -> Path:
    """Write a certificate of the gateway's own, with its key, for as long as a test lasts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "gateway.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def answer(body: object = None, status: int = 200) -> bytes:
    """Return an HTTP answer with a JSON body."""
    content = json.dumps({"rejected": []} if body is None else body).encode()
    return (
        f"HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    ).encode() + content


class Gateway:
    """Takes notifications."""

    def __init__(self, certificate_path: Path) -> None:
        """Use a certificate."""
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._tls.load_cert_chain(certificate_path)
        self._taken: asyncio.Queue[Any] = asyncio.Queue()
        self.answers: list[bytes] = []
        """To be given one after the other; then every notification is taken."""
        self.requests: list[bytes] = []
        """The heads of all requests."""
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, HOST, 0, ssl=self._tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"https://{HOST}:{port}/_matrix/push/v1/notify"

    async def stop(self) -> None:
        """Stop listening."""
        self._server.close()
        await self._server.wait_closed()

    async def next(self) -> Any:
        """Return the next notification; wait for it if need be."""
        return await asyncio.wait_for(self._taken.get(), 10)

    def waiting_count(self) -> int:
        """Return how many have come that nobody has looked at."""
        return self._taken.qsize()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = json.loads(await reader.readexactly(length))
            self.requests.append(head)
            writer.write(self.answers.pop(0) if self.answers else answer())
            await writer.drain()
            self._taken.put_nowait(body["notification"])
        except (OSError, EOFError):
            pass  # they hung up
        finally:
            writer.close()

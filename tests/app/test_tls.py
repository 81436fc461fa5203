"""A server that speaks TLS without a proxy: what is refused before the start, and the real process with it."""

from __future__ import annotations

import asyncio
import ssl
import stat
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from courtyard.app.config import BadSettingsError, load_settings
from courtyard.app.tls import host_of, own_addresses, parse_names
from courtyard.base.settings import Settings
from courtyard.cli.main import app
from tests.api import Api, text
from tests.app.certificates import NAMES, write_pair
from tests.server import Server, running_server

OWN = {"COURTYARD_TLS": "own", "COURTYARD_TLS_NAMES": "192.168.77.1 pi.local"}


def refused(data: Path, cert: Path, key: Path) -> str:
    """Return what is said of a pair of files; nothing is left of the start."""
    given = ["--data", str(data), "--listen", "127.0.0.1:0"]
    given += ["--tls-cert", str(cert), "--tls-key", str(key)]
    answer = CliRunner().invoke(app, ["serve", *given])
    assert answer.exit_code == 2, answer.output
    assert "Traceback" not in answer.output
    assert {path.name for path in data.iterdir()} == {"lock"}
    [line] = answer.output.splitlines()
    return line


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    cert, key = write_pair(tmp_path / "good")
    data = tmp_path / "data"
    nowhere = tmp_path / "nowhere.pem"
    assert refused(data, nowhere, key) == (
        f"courtyard: Cannot read {nowhere}: No such file or directory."
    )
    assert f"Cannot read {nowhere}" in refused(data, cert, nowhere)
    assert f"Cannot read {tmp_path}: Is a directory." in refused(data, cert, tmp_path)
    assert f"no certificate in PEM form in {key}" in refused(data, key, key)
    assert f"no private key in PEM form in {cert}" in refused(data, cert, cert)


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    cert, key = write_pair(tmp_path / "good")
    data = tmp_path / "data"
    other, other_key = write_pair(tmp_path / "other")
    assert refused(data, cert, other_key) == (
        f"courtyard: The key in {other_key} does not belong to the certificate in {cert}."
    )
    assert "does not belong" in refused(data, other, key)
    assert "has a password" in refused(data, *write_pair(tmp_path / "sealed", password=b"secret"))
    assert " ended on 20" in refused(
        data, *write_pair(tmp_path / "old", begins_days=-9, ends_days=-1)
    )
    assert "does not begin before 20" in refused(data, *write_pair(tmp_path / "new", begins_days=2))


@pytest.mark.parametrize(
    "given,named",
    [
        ({"tls": "on"}, "tls"),
        ({"tls_cert": "a.pem"}, "tls_key"),
        ({"tls_key": "a.pem"}, "tls_cert"),
        ({"tls": "own", "tls_cert": "a.pem", "tls_key": "b.pem"}, "choose one"),
        ({"tls": "own", "tls_names": "pi.local http://pi.local"}, "'http://pi.local'"),
        ({"tls": "own", "tls_names": "192.168.1.300"}, r"'192\.168\.1\.300'"),
        ({"tls": "own", "tls_names": "-pi.local"}, "'-pi.local'"),
    ],
)
def test_settings_that_do_not_fit(given: dict[str, object], named: str) -> None:
    with pytest.raises(BadSettingsError, match=named):
        load_settings(None, given, {})


def test_the_address_that_clients_are_told() -> None:
    assert Settings().base_url == "http://127.0.0.1:8008"
    assert Settings(tls="own").base_url == "https://127.0.0.1:8008"
    assert Settings(tls_cert="a", tls_key="b").base_url == "https://127.0.0.1:8008"
    assert Settings(tls="own", public_base_url="https://pi.local").base_url == "https://pi.local"


def test_an_address_of_its_own_is_the_only_one() -> None:
    assert own_addresses("192.168.1.5:8008") == ["192.168.1.5"]
    assert own_addresses("[fd00::5]:8008") == ["fd00::5"]
    assert own_addresses("localhost:8008") == []


def test_names_are_written_as_certificates_have_them() -> None:
    """Or each start would make another one."""
    assert host_of("Chat.Example:8448") == "chat.example"
    assert host_of("[FD00:0::5]:8448") == host_of("[fd00::5]") == "fd00::5"
    assert host_of("192.168.1.5:8448") == "192.168.1.5"
    assert parse_names(" PI.local  FD00:0::5 ") == ["pi.local", "fd00::5"]
    assert own_addresses("[FD00:0::5]:8008") == ["fd00::5"]


async def test_no_authority_is_handed_out_where_there_is_none(api: Api) -> None:
    answer = await api.request("GET", "/ca.crt")
    assert (answer.status, answer.errcode) == (404, "M_NOT_FOUND")


def trusting(server: Server) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.base_url, timeout=30, verify=server.trust())


async def talk(server: Server) -> None:
    """Two people, and a long poll that ends when something is said."""
    async with trusting(server) as http:
        alice = await Api(http).register()
        room_id = await alice.create_room()
        since = (await alice.sync())["next_batch"]
        polling = asyncio.create_task(alice.sync(since, timeout=30_000))
        (await alice.send(room_id, text("over TLS"))).ok()
        told = await polling
        assert room_id in told["rooms"]["join"]


@pytest.mark.slow
async def test_a_server_with_its_own_authority(tmp_path: Path) -> None:
    async with running_server(tmp_path, settings=OWN) as server:
        await talk(server)
        async with trusting(server) as http:
            answer = await http.get("/ca.crt")
            told = (await http.get("/.well-known/matrix/client")).json()
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/x-x509-ca-cert")
        assert told["m.homeserver"]["base_url"] == server.base_url
        # What was handed out is enough to trust the server, and without it there is no connection.
        handed = ssl.create_default_context(cadata=answer.text)
        async with httpx.AsyncClient(base_url=server.base_url, verify=handed) as http:
            assert (await http.get("/health")).status_code == 200
        async with httpx.AsyncClient(base_url=server.base_url) as http:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await http.get("/health")

        authority = (server.data / "tls" / "ca.pem").read_bytes()
        shown = (server.data / "tls" / "server.pem").read_bytes()
        assert await server.stop() == 0
        await server.start()
        assert (server.data / "tls" / "ca.pem").read_bytes() == authority
        assert (server.data / "tls" / "server.pem").read_bytes() == shown
        for path in (server.data / "tls").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

        # A year later another certificate is shown, of the same authority.
        assert await server.stop() == 0
        server.ahead_ms = 370 * 86_400_000
        await server.start()
        assert (server.data / "tls" / "ca.pem").read_bytes() == authority
        assert (server.data / "tls" / "server.pem").read_bytes() != shown


@pytest.mark.slow
async def test_a_server_that_finds_its_own_addresses(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path, settings={"COURTYARD_TLS": "own"}) as server,
        trusting(server) as http,
    ):
        assert (await http.get("/health")).status_code == 200


@pytest.mark.slow
async def test_a_server_with_an_operators_certificate(tmp_path: Path) -> None:
    cert, key = write_pair(tmp_path / "operator")
    files = {"COURTYARD_TLS_CERT": str(cert), "COURTYARD_TLS_KEY": str(key)}
    async with running_server(tmp_path, settings=files) as server:
        await talk(server)
        async with trusting(server) as http:
            assert (await http.get("/ca.crt")).status_code == 404
    assert not (server.data / "tls").exists()
    assert NAMES[1] in server.base_url

"""The web client's files over HTTP: the right form, kept as long as it may be, and never in the way of the API."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest

from courtyard.app.edge import Edge, HotTable
from courtyard.app.web_client import NOT_BUILT, WebClient

PAGE = b"<!doctype html><title>Courtyard</title>"
SCRIPT = b"console.log('hello');" * 50
# Without the time that gzip writes into a file: what a test is called must be the same in every process.
PACKED = gzip.compress(SCRIPT, mtime=0)
WORKER = b'keep([{url:"index.html",revision:"3fe7"},{url:"icon.svg",revision:"1d33"}])'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "icon.svg").write_bytes(b"<svg/>")
    script = tmp_path / "assets" / "main-abc.js"
    script.write_bytes(SCRIPT)
    script.with_name("main-abc.js.gz").write_bytes(PACKED)
    script.with_name("main-abc.js.br").write_bytes(b"brotli")
    worker = tmp_path / "sw.js"
    worker.write_bytes(WORKER)
    worker.with_name("sw.js.br").write_bytes(b"brotli")
    (tmp_path / "assets" / "crypto.wasm").write_bytes(b"\0asm")
    return tmp_path


def client(folder: Path) -> httpx.AsyncClient:
    async def api(scope: object, receive: object, send: object) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 404, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"{}"})  # type: ignore[operator]

    edge = Edge(api, HotTable([]), WebClient(folder))
    transport = httpx.ASGITransport(edge)  # type: ignore[arg-type]  # ours is untyped
    return httpx.AsyncClient(
        transport=transport, base_url="http://test", headers={"accept-encoding": "identity"}
    )


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/index.html", "/chats", "/chats/%21room%3Aone", "/me/standing", "/contacts?x=1"),
        # What people share: nobody may get an error in the place of the page.
        *("/contacts/@al%2Fice:x.y:8448", "/contacts/join/!Kq_x1?via=x.y%3A8448&via=z"),
        *("/contacts/join/%23tea:x.y", "/contacts/%E0%A4%A", "/contacts/join/%2e%2e"),
    ],
)
async def test_the_clients_own_addresses_get_its_page(folder: Path, path: str) -> None:
    async with client(folder) as http:
        answer = await http.get(path)
    assert (200, PAGE) == (answer.status_code, answer.content)
    assert answer.headers["cache-control"] == "no-cache"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/_matrix/client/v3/nothing", "/chatsx", "/assets/none.js", "/%2e%2e/x"],
)
async def test_every_other_address_is_the_apis(folder: Path, path: str) -> None:
    async with client(folder) as http:
        answer = await http.get(path)
        posted = await http.post("/")
    assert (404, b"{}") == (answer.status_code, answer.content)
    assert posted.status_code == 404


@pytest.mark.parametrize(
    "accepted, encoding, body",
    [
        ("br, gzip", "br", b"brotli"),
        ("gzip;q=0.9, br;q=0", "gzip", PACKED),
        ("GZIP", "gzip", PACKED),
        ("identity", None, SCRIPT),
    ],
    ids=["both", "gzip alone", "in capitals", "neither"],
)
async def test_a_file_comes_in_the_smallest_form_the_browser_takes(
    folder: Path, accepted: str, encoding: str | None, body: bytes
) -> None:
    async with (
        client(folder) as http,
        http.stream("GET", "/assets/main-abc.js", headers={"accept-encoding": accepted}) as answer,
    ):
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert encoding == answer.headers.get("content-encoding")
    assert raw == body
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"].endswith("/javascript")


async def test_what_the_browser_has_is_not_sent_again(folder: Path) -> None:
    async with client(folder) as http:
        tag = (await http.get("/icon.svg")).headers["etag"]
        again = await http.get("/icon.svg", headers={"if-none-match": tag})
        other = await http.get("/icon.svg", headers={"if-none-match": '"other"'})
        head = await http.head("/icon.svg")
    assert (304, b"") == (again.status_code, again.content)
    assert (200, b"<svg/>") == (other.status_code, other.content)
    assert (200, b"") == (head.status_code, head.content)


async def test_web_assembly_says_what_it_is(folder: Path) -> None:
    """A browser compiles it while it arrives only under this type."""
    async with client(folder) as http:
        answer = await http.get("/assets/crypto.wasm")
    assert answer.headers["content-type"] == "application/wasm"


@pytest.mark.parametrize("name", ["manifest.webmanifest", "manifest.zh-CN.webmanifest"])
async def test_a_manifest_says_what_it_is_in_each_language(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"{}")
    async with client(folder) as http:
        answer = await http.get(f"/{name}")
    assert (200, b"{}") == (answer.status_code, answer.content)
    assert answer.headers["content-type"] == "application/manifest+json"
    # Another one may come with each release.
    assert answer.headers["cache-control"] == "no-cache"


async def test_without_the_client_the_server_says_what_to_do(tmp_path: Path) -> None:
    async with client(tmp_path / "none") as http:
        answer = await http.get("/")
    assert (200, NOT_BUILT) == (answer.status_code, answer.content)


@pytest.mark.parametrize(
    "url, allowed",
    [
        ("", "connect-src 'self';"),
        ("wss://calls.example:7443/rtc", "connect-src 'self' wss://calls.example:7443;"),
    ],
)
async def test_the_policy_allows_the_livekit_server_alone(
    folder: Path, url: str, allowed: str
) -> None:
    answer = await WebClient(folder, livekit_url=url).answer("/", [])
    policy = dict(answer[2])[b"content-security-policy"].decode()
    assert allowed in policy
    assert "worker-src 'self';" in policy


@pytest.mark.parametrize("accepted", [b"br, gzip", b"identity"])
async def test_a_browser_that_knows_the_page_hears_of_another_policy(
    folder: Path, accepted: bytes
) -> None:
    """The service worker keeps the page with its headers until its revision is another one."""

    async def worker(url: str) -> tuple[bytes, bytes]:
        client = WebClient(folder, livekit_url=url)
        _, body, headers = await client.answer("/sw.js", [(b"accept-encoding", accepted)])
        told = dict(headers)
        packed = told.get(b"content-encoding") == b"gzip"
        return told[b"etag"], gzip.decompress(body) if packed else body

    tag, before = await worker("")
    assert (tag, before) == await worker("")
    other_tag, after = await worker("wss://calls.example")
    assert tag != other_tag
    assert before != after
    # Nothing else is fetched anew for it.
    assert before[-35:] == after[-35:] == WORKER[-35:]
    page = [
        (await WebClient(folder, livekit_url=url).answer("/", []))[2] for url in ("", "wss://x")
    ]
    assert dict(page[0])[b"etag"] != dict(page[1])[b"etag"]

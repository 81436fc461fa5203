"""Previews of links: a real site on this machine is looked at.

spec: client-server-api#get_matrixclientv1mediapreview_url
"""

import asyncio
import gzip
from collections.abc import AsyncIterator

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from courtyard.gate.limits import PREVIEW
from courtyard.media import previews
from courtyard.media.previews import KEPT_FAILURE_MS, KEPT_MS, Previews
from courtyard.storage.http_request import Caller
from tests.api import Answer, User
from tests.fakes import FakeClock
from tests.media import pictures
from tests.site import HOST, Site, answer, leads_to

V1 = "/_matrix/client/v1/media"
PAGE = """<html><head><title>Tea</title><meta property="og:description" content="Leaves &amp; water">
<meta property="og:site_name" content="The tea house"></head>"""
TEA = {
    "og:title": "Tea",
    "og:description": "Leaves & water",
    "og:site_name": "The tea house",
}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    await made.start()
    made.pages["/tea"] = answer(PAGE)
    yield made
    await made.stop()


@pytest.fixture
def settings(settings: Settings, site: Site) -> Settings:
    """Those of every test; pages are looked at, also at one address of this machine."""
    return msgspec.structs.replace(
        settings,
        link_previews="on",
        link_previews_ports=f"80 443 {site.port}",
        link_previews_networks=f"{HOST}/32",
    )


@pytest.fixture(autouse=True)
def resolver(server: Server, site: Site) -> None:
    server.world.memory(Previews).caller.resolve = site.resolve


async def ask(user: User, url: str) -> Answer:
    return await user.get(f"{V1}/preview_url", url=url)


async def refused(user: User, url: str) -> None:
    told = await ask(user, url)
    assert (404, "M_NOT_FOUND", "There is no preview of this address.") == (
        told.status,
        told.errcode,
        told.body["error"],
    )


# --- what is told -----------------------------------------------------------------------------


async def test_a_page_says_what_it_is(alice: User, site: Site) -> None:
    told = await ask(alice, site.url("/tea#leaves"))

    assert told.ok() == TEA
    [head] = site.heads
    names = [line.partition(":")[0].lower() for line in head.splitlines()[1:] if line]
    assert names == ["host", "user-agent", "accept", "accept-encoding", "connection"]
    assert head.startswith(f"GET /tea HTTP/1.1\r\nHost: site.example:{site.port}\r\n")


async def test_its_picture_is_a_file_of_the_one_who_asks(
    alice: User, bob: User, site: Site
) -> None:
    site.pages["/a"] = answer('<meta property="og:image" content="b.png"><title>A</title>')
    site.pages["/b.png"] = answer(pictures.png(1000, 500), "image/png")

    mine = (await ask(alice, site.url("/a"))).ok()
    again = (await ask(alice, site.url("/a"))).ok()
    his = (await ask(bob, site.url("/a"))).ok()

    assert (mine["og:image:width"], mine["og:image:height"]) == (640, 320)
    assert mine["og:image:type"] == "image/png"
    file = await bob.get(f"{V1}/download/{mine['og:image'].removeprefix('mxc://')}")
    assert len(file.ok()) == mine["matrix:image:size"]
    assert again == mine
    assert his["og:image"] != mine["og:image"]
    assert site.paths() == ["/a", "/b.png"]


async def test_a_picture_is_its_own_preview(alice: User, site: Site) -> None:
    site.pages["/b.png"] = answer(pictures.png(30, 20), "image/png")

    told = (await ask(alice, site.url("/b.png"))).ok()

    assert (told["og:image:width"], told["og:image:height"]) == (30, 20)


async def test_a_page_is_looked_at_once_for_a_while(
    alice: User, bob: User, site: Site, clock: FakeClock
) -> None:
    for user in (alice, bob, alice):
        (await ask(user, site.url("/tea"))).ok()
    assert len(site.heads) == 1

    clock.advance(KEPT_MS)
    (await ask(bob, site.url("/tea"))).ok()
    assert len(site.heads) == 2


async def test_many_who_ask_at_once_are_one_to_the_site(alice: User, bob: User, site: Site) -> None:
    all_of_them = await asyncio.gather(*(ask(user, site.url("/tea")) for user in (alice, bob) * 10))

    assert {told.status for told in all_of_them} == {200}
    assert len(site.heads) == 1


async def test_that_there_is_none_is_remembered_for_a_moment(
    alice: User, site: Site, clock: FakeClock
) -> None:
    await refused(alice, site.url("/late"))
    site.pages["/late"] = answer(PAGE)
    await refused(alice, site.url("/late"))

    clock.advance(KEPT_FAILURE_MS)
    assert (await ask(alice, site.url("/late"))).ok() == TEA


async def test_redirections_are_followed(alice: User, site: Site) -> None:
    site.pages["/1"] = leads_to("/2", 301)
    site.pages["/2"] = leads_to("3", 307)
    site.pages["/3"] = leads_to(site.url("/4", "other.example"), 303)
    site.pages["/4"] = leads_to("//other.example:" + f"{site.port}/5")
    site.pages["/5"] = leads_to("/tea")

    assert (await ask(alice, site.url("/1"))).ok() == TEA
    assert site.looked_up == ["site.example"] * 3 + ["other.example"] * 3


async def test_up_to_a_limit(alice: User, site: Site) -> None:
    site.pages["/a"] = leads_to("/a")

    await refused(alice, site.url("/a"))
    assert site.paths() == ["/a"] * 6


async def test_packed_and_in_other_alphabets(alice: User, site: Site) -> None:
    page = "<title>你好</title>".encode("gbk")
    site.pages["/gbk"] = answer(
        gzip.compress(page), "text/html; charset=GBK", "Content-Encoding: gzip"
    )
    site.pages["/bad"] = answer(b"<title>a\xff\xfeb</title>", "text/html; charset=nonsense")

    assert (await ask(alice, site.url("/gbk"))).ok() == {"og:title": "你好"}
    assert (await ask(alice, site.url("/bad"))).ok() == {"og:title": "a\ufffd\ufffdb"}


async def test_in_pieces(alice: User, site: Site) -> None:
    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for piece in (b"<tit", b"le>Tea", b"</title>"):
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    site.pages["/pieces"] = speak

    assert (await ask(alice, site.url("/pieces"))).ok() == {"og:title": "Tea"}


async def test_of_a_long_page_the_beginning_counts(alice: User, site: Site) -> None:
    site.pages["/long"] = answer("<title>Long</title>" + "x" * 5_000_000)
    site.pages["/open"] = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Open</title>"

    assert (await ask(alice, site.url("/long"))).ok() == {"og:title": "Long"}
    assert (await ask(alice, site.url("/open"))).ok() == {"og:title": "Open"}


# --- what is not fetched ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.2",
        "0.0.0.0",  # noqa: S104  # to be refused
        "10.0.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::1",
        "2001::1",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "nonsense",
    ],
)
async def test_places_near_the_server_are_not_looked_at(
    alice: User, site: Site, address: str
) -> None:
    site.hosts["near.example"] = [address]

    await refused(alice, site.url("/tea", "near.example"))
    assert site.looked_up == ["near.example"]
    assert site.heads == []


@pytest.mark.parametrize("host", ["127.0.0.2", "[::1]", "0x7f.2", "2130706434"])
async def test_by_whatever_name(alice: User, site: Site, server: Server, host: str) -> None:
    server.world.memory(Previews).caller.resolve = Caller().resolve

    await refused(alice, site.url("/tea", host))
    assert site.heads == []


async def test_a_name_means_for_the_connection_what_it_meant_when_it_was_judged(
    alice: User, site: Site, server: Server
) -> None:
    """DNS that answers differently the second time is not asked a second time."""
    answers = [[HOST], ["10.0.0.1"]]

    async def rebinding(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    server.world.memory(Previews).caller.resolve = rebinding

    assert (await ask(alice, site.url("/tea", "rebinding.example"))).ok() == TEA
    assert answers == [["10.0.0.1"]]


async def test_the_name_is_judged_again_for_every_request(
    alice: User, site: Site, server: Server
) -> None:
    answers = [[HOST], ["10.0.0.1"]]

    async def rebinding(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    server.world.memory(Previews).caller.resolve = rebinding
    site.pages["/a"] = leads_to("/tea")

    await refused(alice, site.url("/a", "rebinding.example"))
    assert site.paths() == ["/a"]


async def test_a_redirection_into_the_network_is_not_followed(alice: User, site: Site) -> None:
    site.hosts["near.example"] = ["127.0.0.2"]
    for number, location in enumerate(
        [
            site.url("/tea", "near.example"),
            "http://127.0.0.2:1/",
            "file:///etc/passwd",
            "ftp://site.example/",
            "gopher://site.example/",
            f"http://user@site.example:{site.port}/tea",
            "http://site.example:22/",
            "http://[",
            "",
        ]
    ):
        site.pages[f"/{number}"] = leads_to(location)
        await refused(alice, site.url(f"/{number}"))
    assert "/tea" not in site.paths()


async def test_nor_a_picture_there(alice: User, site: Site) -> None:
    site.hosts["near.example"] = ["127.0.0.2"]
    for number, image in enumerate(
        [
            site.url("/b.png", "near.example"),
            "file:///b.png",
            "data:image/png;base64,AA",
            "http://[",
        ]
    ):
        site.pages[f"/{number}"] = answer(
            f'<title>A</title><meta property="og:image" content="{image}">'
        )
        assert (await ask(alice, site.url(f"/{number}"))).ok() == {"og:title": "A"}
    assert "/b.png" not in site.paths()


async def test_only_addresses_of_pages_are_looked_at(alice: User, site: Site) -> None:
    for url in ("", "x", "ftp://a.example/", "http://site.example:22/", f"http://a@{HOST}/"):
        told = await ask(alice, url)
        assert (400, "M_INVALID_PARAM") == (told.status, told.errcode), url
    assert site.looked_up == []


# --- what is hostile --------------------------------------------------------------------------


async def test_what_is_no_page_has_no_preview(alice: User, site: Site) -> None:
    png = pictures.png(10, 10)
    pages: dict[str, bytes] = {
        "/empty": answer(""),
        "/words": answer("nothing about itself"),
        "/json": answer("{}", "application/json"),
        "/untyped": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "/gone": answer(PAGE, status=404),
        "/broken": answer(PAGE, status=500),
        "/svg": answer("<svg/>", "image/svg+xml"),
        "/lie": answer("<script>", "image/png"),
        "/half": answer(png, "image/png")[:-10],
        "/huge": answer(png + bytes(5 * 1024 * 1024), "image/png"),
        "/brotli": answer(PAGE, "text/html", "Content-Encoding: br"),
        "/length": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -1\r\n\r\nx",
        "/chunk": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
        "/head": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
        "/no": b"no HTTP at all\r\n\r\n",
        "/hung": b"",
    }
    site.pages.update(pages)
    for path in pages:
        await refused(alice, site.url(path))


async def test_a_packed_bomb_does_not_go_off(alice: User, site: Site) -> None:
    bomb = gzip.compress(b"<title>a</title>" + bytes(200_000_000), 1)
    site.pages["/page"] = answer(bomb, "text/html", "Content-Encoding: gzip")
    site.pages["/picture"] = answer(bomb, "image/png", "Content-Encoding: gzip")

    assert (await ask(alice, site.url("/page"))).ok() == {"og:title": "a"}
    await refused(alice, site.url("/picture"))


async def test_a_picture_of_too_many_pixels_is_none(alice: User, site: Site) -> None:
    site.pages["/a"] = answer('<title>A</title><meta property="og:image" content="/b">')
    site.pages["/b"] = answer(pictures.bomb(20_000, 20_000), "image/png")

    assert (await ask(alice, site.url("/a"))).ok() == {"og:title": "A"}


async def test_a_page_that_takes_its_time_is_not_waited_for(
    alice: User, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "TIMEOUT_SECONDS", 0.3)

    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>")
        await writer.drain()
        await site.hold.wait()

    async def silent(_writer: asyncio.StreamWriter) -> None:
        await site.hold.wait()

    site.pages.update({"/drip": drip, "/silent": silent})
    site.pages["/picture"] = answer('<title>A</title><meta property="og:image" content="/silent">')

    await refused(alice, site.url("/drip"))
    await refused(alice, site.url("/silent"))
    assert (await ask(alice, site.url("/picture"))).ok() == {"og:title": "A"}


async def test_what_a_page_says_is_made_harmless(alice: User, site: Site) -> None:
    site.pages["/a"] = answer(
        f'<meta property="og:title" content="a\u202e\u200b\x07b\nc{"x" * 5000}">'
        '<meta property="og:description" content="&lt;script&gt;alert(1)&lt;/script&gt;">'
    )

    told = (await ask(alice, site.url("/a"))).ok()

    assert told["og:title"].startswith("ab cxxx")
    assert len(told["og:title"]) == 300
    assert told["og:description"] == "<script>alert(1)</script>"


# --- limits -----------------------------------------------------------------------------------


async def test_previews_have_a_published_limit(
    alice: User, bob: User, site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        server.world, "settings", msgspec.structs.replace(server.settings, rate_limits="on")
    )
    for _ in range(PREVIEW.burst):
        (await ask(alice, site.url("/tea"))).ok()

    told = await ask(alice, site.url("/tea"))

    assert (429, "M_LIMIT_EXCEEDED") == (told.status, told.errcode)
    (await ask(bob, site.url("/tea"))).ok()


async def test_who_has_no_room_for_the_picture_gets_the_words(
    alice: User, site: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = msgspec.structs.replace(server.settings, rate_limits="on", upload_quota_bytes=10)
    monkeypatch.setattr(server.world, "settings", small)
    site.pages["/a"] = answer('<meta property="og:image" content="b.png"><title>A</title>')
    site.pages["/b.png"] = answer(pictures.png(100, 50), "image/png")

    assert (await ask(alice, site.url("/a"))).ok() == {"og:title": "A"}


async def test_no_more_wait_than_have_a_place(
    alice: User, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "WAITING_MAX", 2)
    both, go_on = asyncio.Event(), asyncio.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        if len(site.heads) == 2:
            both.set()
        await go_on.wait()
        writer.write(answer(PAGE))
        await writer.drain()

    site.pages.update({"/1": slow, "/2": slow})
    asked = [asyncio.create_task(ask(alice, site.url(path))) for path in ("/1", "/2")]
    await both.wait()

    told = await ask(alice, site.url("/tea"))

    assert (429, "M_LIMIT_EXCEEDED") == (told.status, told.errcode)
    go_on.set()
    assert {(await one).status for one in asked} == {200}


async def test_what_is_kept_has_a_limit(
    alice: User, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "KEPT_MAX", 2)
    for query in ("1", "2", "3", "2", "1"):
        site.pages[f"/tea?{query}"] = answer(PAGE)
        (await ask(alice, site.url(f"/tea?{query}"))).ok()

    assert site.paths() == ["/tea?1", "/tea?2", "/tea?3", "/tea?1"]


async def test_the_capabilities_say_whether_pages_are_looked_at(alice: User) -> None:
    told = (await alice.get("/_matrix/client/v3/capabilities")).ok()

    assert told["capabilities"]["org.courtyard.link_previews"] == {"enabled": True}

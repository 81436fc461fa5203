"""What a browser needs to install the client as an app: a manifest whose pictures and shortcuts are really there."""

from __future__ import annotations

import io
import json
import re

import httpx
import pytest
from PIL import Image

from courtyard.app.web_client import FOLDER
from tests.server import Server
from tests.web.beginnings import Town

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


MANIFESTS = {"en": "/manifest.webmanifest", "zh-CN": "/manifest.zh-CN.webmanifest"}


@pytest.mark.parametrize("language", MANIFESTS)
async def test_the_icons_are_what_the_manifest_says(server: Server, language: str) -> None:
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
        answer = await http.get(MANIFESTS[language])
        assert answer.headers["content-type"] == "application/manifest+json"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        manifest = json.loads(answer.text)
        assert manifest["lang"] == language
        found = set()
        shortcuts = [icon for one in manifest["shortcuts"] for icon in one["icons"]]
        for icon in [*manifest["icons"], *manifest.get("screenshots", ()), *shortcuts]:
            answer = await http.get(icon["src"])
            assert answer.status_code == 200, icon
            assert answer.headers["content-type"] == icon["type"]
            if icon["type"] == "image/svg+xml":
                continue
            width, height = Image.open(io.BytesIO(answer.content)).size
            assert icon["sizes"] == f"{width}x{height}"
            found.add((icon["sizes"], icon.get("purpose")))
        assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= found
        for path in ("/favicon.ico", "/icons/apple-touch-180.png"):
            assert (await http.get(path)).headers["content-type"].startswith("image/")
    assert (manifest["id"], manifest["display_override"][0]) == ("/", "standalone")


async def test_the_manifests_differ_in_their_words_alone(server: Server) -> None:
    """Whoever changes the language has one app still."""
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
        english, chinese = [json.loads((await http.get(path)).text) for path in MANIFESTS.values()]
        worker = (await http.get("/sw.js")).text
    words = [
        [one.pop("lang"), one.pop("name"), one.pop("short_name"), one.pop("description")]
        + [shortcut.pop("name") for shortcut in one["shortcuts"]]
        for one in (english, chinese)
    ]
    assert english == chinese
    assert words[0][1:3] == ["Courtyard", "Courtyard"]
    assert all(re.search("[一-鿿]", word) for word in words[1][1:])
    # Without a network the browser has them, too; each once.
    for path in MANIFESTS.values():
        assert worker.count(f'url:"{path[1:]}"') == 1


async def test_whose_work_comes_along_is_told(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
        told = (await http.get("/licences.txt")).text
    for name in (
        "react",
        "matrix-js-sdk",
        "livekit-client",
        "workbox-precaching",
        "emojibase-data",
    ):
        assert f"\n{name} " in told
    assert told.count("Permission is hereby granted") > 20


async def test_the_service_worker_keeps_the_page_under_the_servers_policy(server: Server) -> None:
    built = (FOLDER / "sw.js").read_text()
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
        served = (await http.get("/sw.js")).text
    page = re.compile(r'(?<=url:"index.html",revision:")\w{32}')
    assert page.findall(served) != page.findall(built)
    assert page.sub("", served) == page.sub("", built)


async def test_the_shortcuts_lead_where_they_say(settled: Town) -> None:
    alice = await settled.comes("alice", color_scheme="light")
    page, base_url = alice.page, settled.server.base_url
    await page.goto(f"{base_url}/chats#new")
    await page.get_by_role("dialog", name="New chat").wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_role("dialog").wait_for(state="detached")
    assert page.url == f"{base_url}/chats"
    for path, title in {"/contacts/scan": "Scan", "/contacts/code": "My QR code"}.items():
        await page.goto(f"{base_url}{path}")
        await page.get_by_role("heading", name=title, exact=True).first.wait_for()

    # The bars of the browser have the colour of the theme that is chosen, whatever the device says.
    await page.goto(f"{base_url}/me")
    bars = "[...document.querySelectorAll('meta[name=theme-color]')].map(one => one.content)"
    assert await page.evaluate(bars) == ["#f6f5f1"] * 2
    await page.get_by_text("Dark", exact=True).click()
    assert await page.evaluate(bars) == ["#121412"] * 2

    # What would be installed speaks the language that is chosen, also after a new start.
    named = "document.querySelector('link[rel=manifest]').getAttribute('href')"
    assert await page.evaluate(named) == MANIFESTS["en"]
    await page.get_by_text("简体中文", exact=True).click()
    await page.get_by_role("heading", name="我", exact=True).first.wait_for()
    assert await page.evaluate(named) == MANIFESTS["zh-CN"]
    await page.reload()
    await page.get_by_role("heading", name="我", exact=True).first.wait_for()
    assert await page.evaluate(named) == MANIFESTS["zh-CN"]
    assert alice.faults == []

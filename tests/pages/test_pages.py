"""The public pages in a real browser: no barrier that axe finds, by keyboard alone, at 320 pixels, in both themes and languages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from courtyard.app.wiring import Server
from tests.api import Api
from tests.browser import axe_faults, chromium
from tests.fakes import FakeClock
from tests.pages.record import build_record
from tests.pages.serving import served
from tests.ports import free_port

pytestmark = pytest.mark.slow


@pytest.fixture
async def address(server: Server, api: Api, clock: FakeClock) -> AsyncIterator[str]:
    """Where the pages are, over HTTP."""
    await build_record(server, api, clock)
    async with served(server, free_port()) as base_url:
        yield f"{base_url}/transparency"


async def _paths(address: str) -> list[str]:
    async with httpx.AsyncClient() as http:
        lines = (await http.get(f"{address}/decisions.ndjson")).text.splitlines()
        legal = (await http.get(f"{address}/legal")).json()["requests"]
    ids = [httpx.Response(200, text=line).json()["entry"]["id"] for line in (lines[1], lines[-1])]
    return [
        *("", "/decisions", "/rules", "/legal", "/gaps", "/log"),
        *(f"/decisions/{id}" for id in ids),
        *(f"/legal/{one['request']['id']}" for one in legal),
    ]


@pytest.mark.timeout(600)
async def test_every_page_has_no_barrier_in_both_themes_and_languages(address: str) -> None:
    async with chromium() as browser:
        for width, theme, lang in [
            (1280, "light", "en"),
            (1280, "dark", "zh"),
            (320, "light", "zh"),
            (320, "dark", "en"),
        ]:
            context = await browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True
            )
            page = await context.new_page()
            for path in await _paths(address):
                await page.goto(f"{address}{path}?lang={lang}")
                faults = await axe_faults(page, passes_min=11)
                assert faults == [], (path, width, theme, lang)
                across = await page.evaluate("document.documentElement.scrollWidth")
                assert across <= width, (path, width)
                # Only the long lists have more columns than a phone is wide.
                wide = await page.evaluate(
                    "[...document.querySelectorAll('figure .scroll')]"
                    ".filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.ariaLabel)"
                )
                assert wide == [], (path, width, lang)
            await context.close()


async def test_the_policy_holds_and_hostile_words_are_words(address: str) -> None:
    async with chromium() as browser:
        page = await browser.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        paths = await _paths(address)
        for path in paths:
            await page.goto(f"{address}{path}")
            # The style applies although the policy lets no other in.
            padding = await page.evaluate(
                "getComputedStyle(document.querySelector('main')).padding"
            )
            assert padding != "0px", path
        assert said == []
        assert len(asked) == len(paths), "a page asks for nothing but itself"


async def test_everything_is_reached_by_keyboard(address: str) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 320, "height": 900})
        await page.goto(f"{address}/decisions")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "main"
        await page.keyboard.press("Tab")
        # A table that is too wide is scrolled with the arrow keys.
        assert await page.evaluate("document.activeElement.className") == "scroll"
        for _ in range(8):
            await page.keyboard.press("ArrowRight")
        await page.wait_for_function("document.querySelector('.scroll').scrollLeft > 0")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/transparency/decisions/d_*")

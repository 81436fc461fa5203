"""Pictures of the main screens for the README, in both languages and themes: `make screenshots`.

People sign up before a real server, make friends and talk, all in real Chromium; then one of them goes through the screens.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image

from courtyard.app.web_client import FOLDER
from tests.browser import FAKE_DEVICES, chromium
from tests.server import Server, running_server
from tests.web.person import Person

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
BYTES_MAX = 60_000
LANGUAGES = ("en", "zh-CN")
THEMES = ("light", "dark")
COLOURS = (128, 64, 32)
"""How many colours a picture is given, the fewer the larger it would be."""

NAMES = {
    "mei": "Mei 林美",
    "lin": "Lin Wei 林薇",
    "kai": "Kai Nakamura",
    "ana": "Ana Torres",
    "jun": "小俊",
}
SAID = {
    "lin": ["The photos came out great", "照片拍得真好看"],
    "kai": ["See you at the station?", "Yes, at seven"],
    "ana": ["Obrigada!"],
}


async def _called(person: Person) -> None:
    """Give somebody the name that others see."""
    await person.page.evaluate(
        """async name => {
            const { userId, accessToken } = JSON.parse(localStorage.getItem('courtyard.session'))
            const path = `/_matrix/client/v3/profile/${encodeURIComponent(userId)}/displayname`
            const headers = { Authorization: `Bearer ${accessToken}` }
            const body = JSON.stringify({ displayname: name })
            await fetch(path, { method: 'PUT', headers, body })
        }""",
        NAMES[person.name],
    )


async def _settled(page: Any) -> None:
    """Wait until nothing says any more that it is on its way. The page's policy must be off: it forbids the asking."""
    await page.wait_for_function(
        "document.querySelector('main') !== null && !document.querySelector('.waiting, .skeleton')"
    )
    await page.evaluate("document.fonts.ready")


async def _befriend(mei: Person, others: list[Person]) -> str:
    """Let everybody talk with everybody of interest; returns the address of the group."""
    for other in others:
        await mei.to("/chats")
        await mei.start_chat(other.name)
        await other.accept(NAMES["mei"])
        for number, words in enumerate(SAID.get(other.name, ())):
            speaker, listener = (other, mei) if number % 2 == 0 else (mei, other)
            await speaker.say(words)
            await listener.sees(words)
    await mei.to("/contacts/new-group")
    await mei.fill("Name of the group", "Ramen Crew 拉面小分队")
    for other in others:
        await mei.page.get_by_role("row", name=NAMES[other.name]).click()
    await mei.press(f"Make the group ({len(others) + 1} people)")
    await mei.say("Who is hungry?")
    for other in others:
        await other.to("/contacts/requests")
        await other.press(f"Accept {NAMES['mei']}")
        await other.sees("Who is hungry?")
    for other, words in zip(others, ("Me!", "7pm at the corner?", "OK", "我带筷子"), strict=True):
        await other.say(words)
        await mei.sees(words)
    return str(await mei.page.evaluate("location.pathname"))


def _keep(picture: bytes, name: str) -> None:
    """Write a picture as small as a palette makes it."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        small = io.BytesIO()
        image.quantize(colours, method=Image.Quantize.MEDIANCUT).save(small, "PNG", optimize=True)
        if small.tell() <= BYTES_MAX:
            break
    else:
        raise AssertionError(f"{name} is larger than {BYTES_MAX} bytes")
    (IMAGES / f"{name}.png").write_bytes(small.getvalue())


async def _take(page: Any, name: str) -> None:
    await _settled(page)
    _keep(await page.screenshot(), name)


async def _through(mei: Person, group: str) -> None:
    """Go through every screen, in each language and theme."""
    screens = {
        "chats": "/chats",
        "conversation": group,
        "group": f"{group}/group",
        "contacts": "/contacts",
        "contact": f"/contacts/{quote('@lin:courtyard.test')}",
        "code": "/contacts/code",
        "me": "/me",
        "standing": "/me/standing",
    }
    for language in LANGUAGES:
        for theme in THEMES:
            await mei.page.evaluate(
                """([language, theme]) => {
                    localStorage.setItem('courtyard.language', language)
                    localStorage.setItem('courtyard.theme', theme)
                }""",
                [language, theme],
            )
            await mei.page.goto(f"{mei.base_url}/chats")
            await mei.page.get_by_role("grid").wait_for()
            for screen, path in screens.items():
                await mei.to(path)
                if screen == "conversation":
                    await mei.sees("我带筷子")
                await _take(mei.page, f"web-{screen}-{language}-{theme}")
            print(f"{language} {theme}: {len(screens)} screens", flush=True)


async def _welcome(browser: Any, server: Server) -> None:
    for language in LANGUAGES:
        for theme in THEMES:
            stranger = await Person.arrive(
                browser,
                server.base_url,
                "nobody",
                locale=language,
                color_scheme=theme,
                bypass_csp=True,
            )
            await _take(stranger.page, f"web-welcome-{language}-{theme}")
            await stranger.page.context.close()


async def main() -> int:
    """Take all pictures; 1 when the client is not built."""
    if not (FOLDER / "index.html").exists():
        print("The web client is not built: make web", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with running_server(Path(folder)) as server, chromium(*FAKE_DEVICES) as browser:
            await _welcome(browser, server)
            people = [
                await Person.arrive(browser, server.base_url, name, bypass_csp=True)
                for name in NAMES
            ]
            for person in people:
                await person.sign_up()
                await _called(person)
            mei, *others = people
            await _through(mei, await _befriend(mei, others))
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

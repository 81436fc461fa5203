"""Pictures of the main screens for the README, in both languages and themes: `make screenshots`.

People sign up before a real server, make friends and talk, all in real Chromium; then one of them goes through the screens. A further
screen is one more line in `SCREENS`; what has to be done before it is seen is a function of its own, named in that line.
"""

from __future__ import annotations

import asyncio
import io
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image

from courtyard.app.web_client import FOLDER
from tests.browser import FAKE_DEVICES, chromium
from tests.server import Server, running_server
from tests.web.attaching import choose
from tests.web.court import Absent, Staff, as_person, newcomer, report_account
from tests.web.person import PHONE, Person
from tests.web.pictures import photo
from tests.web.words import Words

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
OFFERED = ROOT / "web" / "public" / "screenshots"
"""Two of them again, for a browser that offers to install the client."""
DESK = {"width": 1280, "height": 800}
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
IN_GROUP = ("Me!", "7pm at the corner?", "OK", "我带筷子")
GROUP = "Ramen Crew 拉面小分队"
ASKING = "Book club 读书会"
PHOTOS = {"harbour": "#1b6ca8", "garden": "#0b7a5c", "evening": "#c2571a", "market": "#a8325e"}
"""Pictures that are sent, each with its colour."""
FACTS = "You sent the same advert to eleven people who had not asked for it."


@dataclass(frozen=True)
class Screen:
    """One screen of the client. In its path, `{group}` is the address of the group, `{talk}` of the chat with Lin."""

    name: str
    path: str
    sees: str = ""
    """Words that are there when it is ready, the same in both languages."""
    who: str = "mei"
    size: tuple[int, int] = (PHONE["width"], PHONE["height"])
    prepare: Callable[[Person], Awaitable[object]] | None = None
    """What is done on it before the picture is taken; undone by the next screen's address."""


async def _reports(person: Person) -> None:
    """Begin to report a message, up to the choice of what is wrong."""
    message = person.page.get_by_role("article").filter(has_text="我带筷子")
    await message.get_by_role("button").last.click()
    await person.page.get_by_role("button", name=re.compile("^(Report|举报)$")).click()
    await person.page.get_by_role("dialog").get_by_role("radio").first.wait_for()


def _either(key: str) -> re.Pattern[str]:
    """Return what something is called, in whichever of the languages."""
    words = (re.escape(Words(language)(key)) for language in LANGUAGES)
    return re.compile(f"^({'|'.join(words)})")


async def _searches(person: Person) -> None:
    """Look for what was said of the photos."""
    await person.page.get_by_role("searchbox").fill("photos")
    await person.sees("The photos came out great")


async def _hears(person: Person) -> None:
    """Open what the server tells an account."""
    await person.page.get_by_role("row", name=_either("notices.name")).click()
    await person.page.get_by_text(_either("notices.statement")).first.wait_for()


SCREENS = (
    Screen("chats", "/chats", "我带筷子"),
    Screen("conversation", "{group}", "我带筷子"),
    Screen("desk", "{group}", "我带筷子", size=(DESK["width"], DESK["height"])),
    Screen("group", "{group}/group", "小俊"),
    Screen("contacts", "/contacts", "小俊"),
    Screen("contact", f"/contacts/{quote('@lin:courtyard.test')}", GROUP),
    Screen("code", "/contacts/code"),
    Screen("requests", "/contacts/requests", ASKING),
    Screen("search", "/chats/search", prepare=_searches),
    Screen("gallery", "{talk}/media"),
    Screen("me", "/me"),
    Screen("recovery", "/me/recovery"),
    Screen("standing", "/me/standing"),
    Screen("report", "{group}", "我带筷子", prepare=_reports),
    Screen("restricted", "{group}", "我带筷子", who="kai"),
    Screen("decision", "/me/standing/{decision}", FACTS, who="kai"),
    Screen("notices", "/chats", who="kai", prepare=_hears),
)
WELCOME = "welcome"
"""What is seen before one signs in: it needs nobody."""


def picture_name(screen: str, language: str, theme: str) -> str:
    """Return the name of the file of a picture, without its ending."""
    return f"web-{screen}-{language}-{theme}"


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


async def _befriend(mei: Person, others: list[Person]) -> dict[str, str]:
    """Let everybody talk with everybody of interest; return the addresses of the group and of the chat with the first one."""
    talks = []
    for other in others:
        await mei.to("/chats")
        await mei.start_chat(other.name)
        await other.accept(NAMES["mei"])
        talks.append(await _address(mei))
        for number, words in enumerate(SAID.get(other.name, ())):
            speaker, listener = (other, mei) if number % 2 == 0 else (mei, other)
            await speaker.say(words)
            await listener.sees(words)
    await mei.to("/contacts/new-group")
    await mei.fill("Name of the group", GROUP)
    for other in others:
        await mei.page.get_by_role("row", name=NAMES[other.name]).click()
    await mei.press(f"Make the group ({len(others) + 1} people)")
    await mei.say("Who is hungry?")
    for other in others:
        await other.to("/contacts/requests")
        await other.press(f"Accept {NAMES['mei']}")
        await other.sees("Who is hungry?")
    for other, words in zip(others, IN_GROUP, strict=True):
        await other.say(words)
        await mei.sees(words)
    return {"group": await _address(mei), "talk": talks[0]}


async def _address(person: Person) -> str:
    return str(await person.page.evaluate("location.pathname"))


async def _show_photos(mei: Person, talk: str) -> None:
    """Send the pictures that the gallery shows."""
    await mei.to(talk)
    files = [photo(f"{name}.jpg", size=(900, 900), colour=PHOTOS[name]) for name in PHOTOS]
    sheet = await choose(mei, "Photos and videos", *files)
    await sheet.get_by_role("button", name=f"Send {len(files)}").click()
    # They go one after the other, and the first are out of sight by then.
    sent = mei.page.get_by_role("button", name=f"Look at: Picture from {NAMES['mei']}", exact=True)
    await sent.first.wait_for()
    await mei.page.wait_for_function("!document.querySelector('main [role=progressbar]')")


async def _ask(server: Server) -> None:
    """Let somebody whom nobody knows invite Mei into a group."""
    yan = Absent("yan", await newcomer(server, "yan"))
    wish = {"name": ASKING, "invite": [f"@mei:{server.server_name}"]}
    await as_person(server, yan, "POST", "/_matrix/client/v3/createRoom", wish)


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
    # A picture shows no ring around what has the focus: nobody has pressed a key.
    await page.evaluate("document.activeElement?.blur()")
    _keep(await page.screenshot(), name)


async def _restrict(server: Server, reporter: Person) -> str:
    """Let it be decided that Kai does not write in groups for a day; return the decision."""
    judge = await Staff.hire(server, "judge")
    await report_account(server, reporter, "kai")
    why = "Unasked advertising is against our rules, also among people who know each other."
    return await judge.decide_about_next("chat.group.send", facts=FACTS, explanation=why)


async def _through(people: dict[str, Person], known: dict[str, str]) -> None:
    """Go through every screen, in each language and theme. `known`: what the addresses are filled with."""
    for language in LANGUAGES:
        for theme in THEMES:
            for who in sorted({screen.who for screen in SCREENS}):
                page = people[who].page
                await page.evaluate(
                    """([language, theme]) => {
                        localStorage.setItem('courtyard.language', language)
                        localStorage.setItem('courtyard.theme', theme)
                    }""",
                    [language, theme],
                )
                await page.goto(f"{people[who].base_url}/chats")
                await page.get_by_role("grid").wait_for()
            for screen in SCREENS:
                person = people[screen.who]
                width, height = screen.size
                await person.page.set_viewport_size({"width": width, "height": height})
                await person.to(screen.path.format(**known))
                if screen.sees:
                    await person.sees(screen.sees)
                if screen.prepare is not None:
                    await screen.prepare(person)
                await _take(person.page, picture_name(screen.name, language, theme))
            print(f"{language} {theme}: {len(SCREENS)} screens", flush=True)


def _offer() -> None:
    """Put two pictures where the manifest names them."""
    OFFERED.mkdir(parents=True, exist_ok=True)
    for name, source in {"phone": "web-conversation-en-light", "desk": "web-desk-en-light"}.items():
        (OFFERED / f"{name}.png").write_bytes((IMAGES / f"{source}.png").read_bytes())


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
            await _take(stranger.page, picture_name(WELCOME, language, theme))
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
            people = {
                name: await Person.arrive(browser, server.base_url, name, bypass_csp=True)
                for name in NAMES
            }
            for person in people.values():
                await person.sign_up()
                await _called(person)
            mei, *others = people.values()
            known = await _befriend(mei, others)
            await _show_photos(mei, known["talk"])
            await _ask(server)
            known["decision"] = await _restrict(server, mei)
            await _through(people, known)
    _offer()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

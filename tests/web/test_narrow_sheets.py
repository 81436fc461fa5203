"""What comes up over a page, and the doors of the app, on a small phone in both languages: no word cut off, nothing too small to press.

A further sheet is one more line in `SHEETS`. The pages themselves: `test_narrow.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.browser import axe_faults
from tests.server import Server
from tests.web.court import Absent, as_person, group_of, newcomer, write
from tests.web.fits import misfits
from tests.web.person import NARROW, PASSWORD, Person
from tests.web.pictures import photo
from tests.web.words import Words

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CLIENT = "/_matrix/client/v3"
LANGUAGES = ("en", "zh-CN")
LONG = "Maximiliane von Hohenberg-Wallenstein"
MINE = "Shall we meet at the station?"
THEIRS = "At the corner where the bakery is"
BOOKS = "Book club of our street"

Step = Callable[[Person, Words], Awaitable[Any]]


def press(key: str, role: str = "button", **filled: str) -> Step:
    """Return the step that presses what is called so in the language that is spoken."""
    return lambda person, words: person.press(words(key, **filled), role)


def open_message(text: str) -> Step:
    """Return the step that opens what can be done with a message."""

    async def step(person: Person, _: Words) -> None:
        article = person.page.get_by_role("article").filter(has_text=text).last
        await article.click(button="right", position={"x": 4, "y": 8})

    return step


def press_line(text: str = "", key: str = "") -> Step:
    """Return the step that presses a line of a list: with this text in it, or with the words of a key."""

    def step(person: Person, words: Words) -> Awaitable[None]:
        line = person.page.locator("main").get_by_role("button")
        pressed: Awaitable[None] = line.filter(has_text=text or words(key)).first.click()
        return pressed

    return step


async def choose_photo(person: Person, words: Words) -> None:
    await person.press(words("talk.more"))
    async with person.page.expect_file_chooser() as chooser:
        await person.press(words("media.photos"))
    await (await chooser.value).set_files([photo("walk.jpg", size=(600, 400))])
    await person.page.get_by_role("dialog", name=words("media.before_sending")).wait_for()


PERSON = f"/contacts/{quote('@lin:courtyard.test')}"
SHEETS: tuple[tuple[str, tuple[Step, ...]], ...] = (
    ("/chats", (press("groups.begin"), press("chats.new", "menuitem"))),
    ("{group}", (open_message(MINE),)),
    ("{group}", (open_message(MINE), press("talk.forward"))),
    ("{group}", (open_message(MINE), press("reading.title"))),
    ("{group}", (open_message(MINE), press("talk.delete"))),
    ("{group}", (open_message(THEIRS), press("report.report"))),
    ("{group}", (press("talk.emoji"),)),
    ("{group}", (press("talk.more"),)),
    ("{group}", (choose_photo,)),
    ("{group}", (lambda person, _: person.page.locator("button.pane").click(),)),
    ("{group}/group", (press("groups.rename"),)),
    ("{group}/group", (press("groups.add"),)),
    ("{group}/group", (press("groups.leave"),)),
    ("{group}/group", (press_line(LONG),)),
    (PERSON, (press("contacts.remark_and_tags"),)),
    (PERSON, (press("report.report"),)),
    ("/contacts/requests", (press("contacts.report_name", name=BOOKS),)),
    ("/me", (press_line(key="account.sign_out"),)),
    ("/me/devices", (press_line(key="devices.this"),)),
    ("/me/devices", (press_line("Somewhere else"),)),
    ("/me/recovery", ()),
)
UP = ".sheet, dialog[open], .popover"


async def _lives(server: Server, browser: Any) -> tuple[Person, str]:
    """Make somebody with a group, a picture in it, an invitation and two devices; return them and the group."""
    lin = Absent("lin", await newcomer(server, "lin"))
    mei = await Person.arrive(
        browser, server.base_url, "mei", bypass_csp=True, viewport=NARROW, color_scheme="light"
    )
    await mei.sign_up()
    profile = f"{CLIENT}/profile/{quote('@lin:courtyard.test')}/displayname"
    await as_person(server, lin, "PUT", profile, {"displayname": LONG})
    kai = Absent("kai", await newcomer(server, "kai"))
    group = await group_of(server, mei, lin, kai)
    await write(server, mei, group, {"msgtype": "m.text", "body": MINE})
    await write(server, lin, group, {"msgtype": "m.text", "body": THEIRS})
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
        picture = photo("corner.jpg", size=(600, 400))
        token = {"Authorization": f"Bearer {await lin.token()}", "Content-Type": "image/jpeg"}
        kept = await http.post("/_matrix/media/v3/upload", content=picture["buffer"], headers=token)
        who = {"type": "m.id.user", "user": "mei"}
        entry = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
        named = {"initial_device_display_name": "Somewhere else"}
        assert (await http.post(f"{CLIENT}/login", json=entry | named)).status_code == 200
    info = {"w": 600, "h": 400, "mimetype": "image/jpeg", "size": len(picture["buffer"])}
    url = kept.json()["content_uri"]
    image = {"msgtype": "m.image", "body": "corner.jpg", "url": url, "info": info}
    await write(server, lin, group, image)
    invitation = {"invite": ["@mei:courtyard.test"], "name": BOOKS}
    await as_person(server, lin, "POST", f"{CLIENT}/createRoom", invitation)
    return mei, f"/chats/{quote(group, safe='')}"


async def _speaks(person: Person, language: str) -> Words:
    """Let the client come anew in a language."""
    words = Words(language)
    await person.page.evaluate(f"localStorage.setItem('courtyard.language', '{language}')")
    await person.page.goto(f"{person.base_url}/chats")
    await person.page.get_by_role("heading", name=words("chats.title"), exact=True).wait_for()
    return words


async def _faults(page: Any, where: str) -> list[str]:
    found = [*await misfits(page), *(f"axe: {one}" for one in await axe_faults(page))]
    return [f"{where}: {one}" for one in found]


async def test_no_sheet_cuts_a_word_or_is_too_small_to_press(server: Server, browser: Any) -> None:
    mei, group = await _lives(server, browser)
    page = mei.page
    faults: list[str] = []
    for language in LANGUAGES:
        words = await _speaks(mei, language)
        for number, (path, steps) in enumerate(SHEETS):
            where = f"{path} {number} {language}"
            await mei.to(path.format(group=group))
            for step in steps:
                await step(mei, words)
            if steps:
                await page.locator(UP).last.wait_for()
            await page.locator(".waiting, .skeleton").first.wait_for(state="detached")
            faults += await _faults(page, where)
            await mei.shot(f"sheet-{number}-{language}")
            if language == LANGUAGES[0]:
                await page.emulate_media(color_scheme="dark")
                await page.locator(":root[data-theme=dark]").wait_for()
                faults += [f"{where} dark axe: {one}" for one in await axe_faults(page)]
                await page.emulate_media(color_scheme="light")
                await page.locator(":root[data-theme=light]").wait_for()
            await _close(page)
    assert faults == [], "\n".join(faults)
    assert mei.faults == []


async def _close(page: Any) -> None:
    """Close what is up, as Escape does: a chosen picture's sheet lies over the one that it was chosen from."""
    while await page.locator(UP).count() > 0:
        before = await page.locator(UP).count()
        await page.keyboard.press("Escape")
        await page.wait_for_function(
            "([up, before]) => document.querySelectorAll(up).length < before", arg=[UP, before]
        )


async def test_no_door_cuts_a_word_in_chinese(server: Server, browser: Any) -> None:
    words = Words("zh-CN")
    stranger = await Person.arrive(
        browser, server.base_url, "mei", bypass_csp=True, viewport=NARROW, locale="zh-CN"
    )
    page = stranger.page
    faults: list[str] = []
    for key in ("welcome.sign_up", "welcome.sign_in"):
        await stranger.press(words(key))
        await page.get_by_label(words("account.password"), exact=True).wait_for()
        faults += await _faults(page, key)
        await stranger.shot(f"door-{key}")
        await page.reload()

    # The same address in a second tab: one of the two is to be chosen.
    await stranger.press(words("welcome.sign_up"))
    await page.get_by_label(words("account.name"), exact=True).fill("mei")
    await page.get_by_label(words("account.password"), exact=True).fill(PASSWORD)
    await stranger.press(words("account.sign_up"))
    await page.get_by_role("button", name=words("keys.make"), exact=True).wait_for()
    faults += await _faults(page, "the first recovery key")
    second = await page.context.new_page()
    await second.goto(server.base_url)
    await second.get_by_role("button", name=words("start.use_here"), exact=True).wait_for()
    faults += await _faults(second, "another tab")

    await second.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    await second.reload()
    await second.get_by_role("heading", name=words("start.insecure"), exact=True).wait_for()
    faults += await _faults(second, "not secure")
    assert faults == [], "\n".join(faults)
    assert stranger.faults == []

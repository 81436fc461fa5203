"""Every page of the client, with something on it, in both languages and themes, on a small phone, a phone and a desk.

The list of pages is the client's own (`web/src/shell/routes.tsx`): a new one is visited without a word here, unless a part of its address
varies in a way that no page's did before.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser import axe_faults
from tests.conduct.town import OURS
from tests.server import Server
from tests.web.court import Staff, as_person, group_of, newcomer, report_account
from tests.web.fits import misfits
from tests.web.person import NARROW, PHONE, Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

ROUTES = Path(__file__).resolve().parents[2] / "web" / "src" / "shell" / "routes.tsx"
DESK = {"width": 1280, "height": 800}
LOOKS = [("en", "light"), ("zh-CN", "dark"), ("en", "dark"), ("zh-CN", "light")]
CLIENT = "/_matrix/client/v3"
LONG = "Maximiliane von Hohenberg-Wallenstein"


def pages(examples: dict[str, str]) -> list[str]:
    """Return an address for each route. `examples`: what to put for a part that varies; after a whole route, for that route alone."""
    found = []
    for route in re.findall(r'path: "([^"]+)"', ROUTES.read_text("utf-8")):
        parts = [part for part in route.split("/") if part.startswith(":")]
        missing = [part for part in parts if part not in examples and route not in examples]
        assert not missing, f"{route}: test_narrow.py has no example for {', '.join(missing)}"
        filled = examples.get(route, route)
        for part in parts:
            filled = filled.replace(part, quote(examples.get(part, ""), safe=""))
        found.append(filled)
    assert len(found) > 30, "the routes are written in another way than this test reads them"
    return found


async def _inhabited(server: Server, browser: Any) -> tuple[Person, dict[str, str]]:
    """Make somebody who has used every part of the client; return them and examples for the addresses."""
    judge = await Staff.hire(server, "judge")
    mei = await Person.arrive(browser, server.base_url, "mei", bypass_csp=True)
    lin = await Person.arrive(browser, server.base_url, "lin")
    await mei.sign_up()
    await lin.sign_up()
    profile = f"{CLIENT}/profile/{quote('@lin:courtyard.test')}/displayname"
    await as_person(server, lin, "PUT", profile, {"displayname": LONG})
    await mei.start_chat("lin")
    await lin.accept("mei")
    await lin.say("Shall we meet at the station, at the corner where the bakery is?")
    await mei.sees("Shall we meet")

    group = await group_of(server, mei, lin)
    sent = f"{CLIENT}/rooms/{group}/send"
    root = (await _say(server, lin, sent, "The photos of our walk came out great"))["event_id"]
    await _say(server, mei, sent, "https://courtyard.test/" + "a-very-long-address/" * 8)
    relation = {"rel_type": "m.thread", "event_id": root}
    answer = await _say(
        server, lin, sent, "Which one do you like best?", **{"m.relates_to": relation}
    )
    sign = {"m.relates_to": {"rel_type": "m.annotation", "event_id": root, "key": "👍"}}
    await as_person(server, mei, "PUT", f"{sent}/m.reaction/sign", sign)

    # A group that one is not in, and somebody who waits for an answer.
    open_house = {"name": "Open house", "preset": "public_chat", "topic": "Everybody is welcome"}
    other = await as_person(server, lin, "POST", f"{CLIENT}/createRoom", open_house)
    await newcomer(server, "kai")
    invitation = {"invite": ["@mei:courtyard.test"], "name": "Book club of our street"}
    await as_person(server, lin, "POST", f"{CLIENT}/createRoom", invitation)
    data = f"{CLIENT}/user/{quote('@mei:courtyard.test')}/account_data"
    ignored: dict[str, Any] = {"ignored_users": {"@kai:courtyard.test": {}}}
    await as_person(server, mei, "PUT", f"{data}/m.ignored_user_list", ignored)

    await report_account(server, lin, "mei")
    decision = await judge.decide_about_next(
        *("chat.group.create", "feed.like", "media.upload.public"),
        facts="You wrote to somebody who had asked you to stop.",
        explanation="That is unwanted contact, which our rules do not allow.",
    )
    wish = {
        "item_type": "event",
        "item_id": root,
        "explanation": "This is not our walk at all.",
        "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    }
    report = (await as_person(server, mei, "POST", f"{OURS}/reports", wish))["report_id"]
    examples = {
        ":roomId": group,
        ":userId": "@lin:courtyard.test",
        ":eventId": root,
        ":saidId": answer["event_id"],
        ":decisionId": decision,
        ":reportId": report,
        "/contacts/join/:roomId": f"/contacts/join/{quote(other['room_id'], safe='')}",
    }
    return mei, examples


async def _say(server: Server, person: Person, sent: str, words: str, **more: Any) -> Any:
    content = {"msgtype": "m.text", "body": words, **more}
    return await as_person(server, person, "PUT", f"{sent}/m.room.message/{hash(words)}", content)


async def _settled(page: Any) -> None:
    """Wait until the page is there with all that it shows."""
    await page.wait_for_function(
        "document.querySelector('main h1, header h1, main') !== null"
        # The page of samples shows them for ever.
        " && (location.pathname === '/me/widgets'"
        "     || !document.querySelector('.waiting, .skeleton, [aria-busy=true]'))"
    )
    # A name in the title may be cut; a title of our own may not.
    await page.evaluate(
        """isFixed => {
            for (const h1 of document.querySelectorAll('h1')) h1.toggleAttribute('data-fixed', isFixed)
        }""",
        ":" not in await page.evaluate("decodeURIComponent(location.pathname)"),
    )


async def test_no_page_cuts_a_word_or_is_too_small_to_press(server: Server, browser: Any) -> None:
    mei, examples = await _inhabited(server, browser)
    page = mei.page
    faults: list[str] = []
    for language, theme in LOOKS:
        await page.evaluate(
            """([language, theme]) => {
                localStorage.setItem('courtyard.language', language)
                localStorage.setItem('courtyard.theme', theme)
            }""",
            [language, theme],
        )
        await page.goto(f"{server.base_url}/chats")
        await page.get_by_role("grid").wait_for()
        for path in pages(examples):
            await mei.to(path)
            await _settled(page)
            where = f"{path} {language} {theme}"
            for size in (DESK, PHONE, NARROW):
                await page.set_viewport_size(size)
                # On a desk the list stands beside the page: both are drawn anew.
                await _settled(page)
                faults += [f"{where} {size['width']}: {one}" for one in await misfits(page)]
                if size == DESK and theme == "light":
                    faults += [f"{where} desk axe: {one}" for one in await axe_faults(page)]
            faults += [f"{where} axe: {one}" for one in await axe_faults(page)]
            name = path.strip("/").replace("/", "-")[:110]
            await mei.shot(f"narrow-{name}-{language}-{theme}")
    assert faults == [], "\n".join(faults)
    assert mei.faults == []

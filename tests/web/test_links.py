"""Links: who writes one has the server look at it, and sends what it is along; who reads asks nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.browser import axe_faults
from tests.media import pictures
from tests.site import HOST, Site, answer
from tests.web.beginnings import Town
from tests.web.court import as_person
from tests.web.person import NARROW, Person
from tests.web.talking import message, nothing_is_clipped

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ASKS = "Your server will be asked about this address."
PAGE = """<title>Tea</title><meta property="og:title" content="How to make tea">
<meta property="og:site_name" content="bank.example"><meta property="og:image" content="/pot.png">
<meta property="og:description" content="Leaves, hot water, and the patience that it takes to let both of them stand.">"""


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    made = Site()
    await made.start()
    made.pages["/tea"] = answer(PAGE)
    made.pages["/pot.png"] = answer(pictures.png(800, 420), "image/png")
    yield made
    await made.stop()


@pytest.fixture
def town_settings(site: Site) -> dict[str, str]:
    return {
        "COURTYARD_LINK_PREVIEWS": "on",
        "COURTYARD_LINK_PREVIEWS_PORTS": str(site.port),
        "COURTYARD_LINK_PREVIEWS_NETWORKS": f"{HOST}/32",
    }


def offer(person: Person) -> Any:
    return person.page.get_by_role("region", name="Preview of the link")


def card(person: Person, title: str = "How to make tea") -> Any:
    return person.page.get_by_role("article").locator("a.link-card", has_text=title)


async def write(person: Person, text: str) -> Any:
    box = person.page.get_by_role("textbox", name="Message")
    await box.fill(text)
    return box


async def picture_is_seen(inside: Any) -> None:
    """Wait until the picture in something is drawn."""
    handle = await inside.locator("img").element_handle()
    await handle.evaluate("image => image.decode()")
    assert await handle.evaluate("image => image.naturalWidth") > 100


async def test_a_preview_goes_along_sealed(chatting: Town, site: Site) -> None:
    # Bob's browser holds the pages to their policy.
    alice, bob = await chatting.both({"bypass_csp": True}, {})
    url, host = site.url("/tea", HOST), f"{HOST}:{site.port}"
    await bob.say("What are you reading?")
    await message(alice, "reading").wait_for()

    # The chat is encrypted: nobody is asked before she says so.
    box = await write(alice, f"Look at {url}")
    await offer(alice).get_by_text(ASKS).wait_for()
    assert site.heads == []
    assert await axe_faults(alice.page) == []
    await alice.press("Show a preview")
    await offer(alice).get_by_text("How to make tea").wait_for()
    await picture_is_seen(offer(alice))
    assert await axe_faults(alice.page) == []
    await box.press("Enter")
    await offer(alice).wait_for(state="detached")

    # He sees what she sent along; the site saw one visit, and that was the server's.
    for person in (alice, bob):
        await card(person).get_by_text(host, exact=True).wait_for()
        await picture_is_seen(card(person))
        assert await card(person).get_attribute("href") == url
        assert await card(person).get_by_text("bank.example").count() == 0
    assert site.paths() == ["/tea", "/pot.png"]
    assert {"User-Agent: Courtyard (bot for previews of links)" in head for head in site.heads} == {
        True
    }
    assert await axe_faults(alice.page) == []

    # Another wording keeps the card as long as it keeps the address.
    await box.press("ArrowUp")
    await write(alice, f"Read {url}")
    await box.press("Enter")
    await message(bob, "Read").get_by_text("edited").wait_for()
    await picture_is_seen(card(bob))

    # Not wanted: none goes along, and nobody is asked.
    box = await write(alice, f"Without: {url}?plain")
    await offer(alice).get_by_text(ASKS).wait_for()
    await alice.press("No preview")
    await offer(alice).wait_for(state="detached")
    # She goes on writing where she was.
    assert await box.evaluate("field => field === document.activeElement")
    await box.press("Enter")
    await message(bob, "Without").wait_for()
    assert await card(bob).count() == 1

    # Where there is none, that is said.
    box = await write(alice, f"Nothing: {url}-house")
    await alice.press("Show a preview")
    await offer(alice).get_by_text("There is no preview of this address.").wait_for()
    await box.press("Enter")
    await message(bob, "Nothing").wait_for()

    # It is the same after a reload, from what the server and this browser kept.
    await alice.page.reload()
    await message(alice, "Nothing").wait_for()
    await picture_is_seen(card(alice))
    assert alice.faults == bob.faults == []


async def test_always_by_choice(settled: Town, site: Site) -> None:
    alice, bob = await settled.both({"bypass_csp": True, "viewport": NARROW, "locale": "zh-CN"}, {})
    await alice.to("/me/privacy")
    await alice.page.get_by_text("自动获取链接预览").click()
    assert await axe_faults(alice.page) == []
    await nothing_is_clipped(alice)
    await bob.start_chat("alice")
    await bob.say("Hello")
    await alice.to("/chats")
    await alice.page.get_by_role("row", name="bob").click()
    await alice.press("接受 bob")

    await message(alice, "Hello").wait_for()
    box = alice.page.get_by_role("textbox", name="消息")
    await box.fill(f"看看 {site.url('/tea', HOST)}")
    region = alice.page.get_by_role("region", name="链接预览")
    await region.get_by_text("How to make tea").wait_for()
    await picture_is_seen(region)
    assert await axe_faults(alice.page) == []
    await nothing_is_clipped(alice)
    await box.press("Enter")

    await picture_is_seen(card(bob))
    await nothing_is_clipped(alice)
    assert bob.faults == []


async def test_what_others_send_along_harms_nobody(settled: Town, site: Site) -> None:
    alice = await settled.comes("alice")
    made = await as_person(
        settled.server,
        alice,
        "POST",
        "/_matrix/client/v3/createRoom",
        {"name": "Open", "preset": "public_chat"},
    )
    await alice.page.get_by_role("row", name="Open").click()

    # The server reads along here anyway: it is asked by itself.
    box = await write(alice, site.url("/tea", HOST))
    await offer(alice).get_by_text("How to make tea").wait_for()
    await box.press("Enter")
    await picture_is_seen(card(alice))

    link = "https://xn--80ak6aa92e.example/"
    hostile = [
        None,
        5,
        "text",
        {"matched_url": 5, "og:title": "no"},
        {"matched_url": {"toString": 1}, "og:title": "no"},
        {"matched_url": "https://other.example/", "og:title": "Not in the text"},
        {"matched_url": "javascript:alert(1)", "og:title": "Not a page"},
        {
            "matched_url": link,
            "og:title": "<img src=x onerror=alert(1)>\u202e" + "x" * 5000,
            "og:description": ["no"],
            "og:image": "https://tracker.example/pixel.png",
            "og:image:width": 10**9,
            "beeper:image:encryption": {"url": "javascript:alert(1)", "key": []},
        },
        {"matched_url": link, "og:title": "Again"},
    ]
    path = f"/_matrix/client/v3/rooms/{made['room_id']}/send/m.room.message/1"
    content = {
        "msgtype": "m.text",
        "body": f"{link} javascript:alert(1)",
        "com.beeper.linkpreviews": hostile,
    }
    await as_person(settled.server, alice, "PUT", path, content)

    told = card(alice, "onerror")
    await told.get_by_text("xn--80ak6aa92e.example", exact=True).wait_for()
    assert await told.get_attribute("href") == link
    assert await told.locator("img").count() == 0
    assert await alice.page.locator("a.link-card").count() == 2
    for text in ("Not in the text", "Not a page", "Again"):
        assert await alice.page.get_by_text(text).count() == 0
    await nothing_is_clipped(alice)
    assert alice.faults == []

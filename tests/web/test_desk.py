"""On a desk: the list of a place, and what is open from it, side by side."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import axe_faults
from tests.server import Server
from tests.web.person import Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
DESK = {"width": 1280, "height": 800}


async def test_a_chat_stands_beside_the_list(server: Server, browser: Any) -> None:
    alice = await Person.arrive(
        browser, server.base_url, "alice", bypass_csp=True, viewport=DESK, color_scheme="light"
    )
    bob = await Person.arrive(browser, server.base_url, "bob")
    page = alice.page
    await alice.sign_up()
    await bob.sign_up()
    await page.get_by_role("heading", name="Choose a chat to read it here.").wait_for()
    await alice.start_chat("bob")
    await bob.accept("alice")
    await bob.say("Side by side")
    await alice.sees("Side by side")

    # The list says what is new, and which chat is open.
    row = page.get_by_role("row", name="bob")
    assert await row.get_attribute("aria-current") == "page"
    await row.get_by_text("Side by side").wait_for()
    assert await page.get_by_role("main").count() == 1
    assert await page.get_by_role("heading", level=1).count() == 1
    assert await axe_faults(page) == []

    # Another place: its list comes, and nothing is open beside it.
    await page.get_by_role("link", name="Contacts").click()
    await page.get_by_role("heading", name="Choose somebody").wait_for()
    await page.get_by_role("row", name="bob").click()
    await page.get_by_role("heading", name="bob", level=1).wait_for()
    assert await page.get_by_role("region", name="Contacts").is_visible()

    # On a narrower window it is a phone's app again, at the same page.
    await page.set_viewport_size({"width": 600, "height": 800})
    await page.get_by_role("region", name="Contacts").wait_for(state="detached")
    await page.get_by_role("heading", name="bob", level=1).wait_for()
    assert alice.faults == []

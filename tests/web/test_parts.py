"""Parts of the client are fetched when they are wanted. One that does not come takes nothing else along."""

from __future__ import annotations

import re

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.person import Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

MISSING = "A part of the app did not come."
WIDE = {"width": 1280, "height": 800}


async def lose(person: Person, parts: str) -> re.Pattern[str]:
    """Let files of the client not come from now on; returns what to give to `unroute`."""
    lost = re.compile(rf"/assets/({parts})-[^/]+\.js$")
    await person.page.route(lost, lambda route: route.abort())
    return lost


async def test_what_nobody_asked_for_is_not_missed(chatting: Town) -> None:
    alice = await chatting.comes("alice", bypass_csp=True)
    await lose(alice, "UpdatePrompt")
    calls = await lose(alice, "CallStage")
    async with (
        alice.page.expect_event("requestfailed", lambda asked: "UpdatePrompt" in asked.url),
        alice.page.expect_event("requestfailed", lambda asked: "CallStage" in asked.url),
    ):
        await alice.page.reload()
    await alice.say("Said all the same")
    await alice.sees("Said all the same")
    # A call begins when it can be shown.
    await alice.press("Call")
    await alice.press("Voice call", "menuitem")
    await alice.sees(MISSING)
    assert await axe_faults(alice.page) == []
    await alice.page.unroute(calls)
    await alice.press("Try again")
    await alice.page.get_by_role("button", name="Hang up").wait_for()
    assert alice.faults == []


async def test_what_was_asked_for_says_so_and_can_be_fetched_again(chatting: Town) -> None:
    alice = await chatting.comes("alice", bypass_csp=True)
    lost = await lose(alice, "EmojiPicker")
    await alice.press("Emoji")
    await alice.sees(MISSING)
    assert await axe_faults(alice.page) == []
    await alice.shot("part-missing")
    await alice.page.unroute(lost)
    await alice.press("Try again")
    await alice.page.get_by_role("gridcell").first.wait_for()
    assert alice.faults == []


async def test_a_place_beside_the_page_fails_alone(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True)
    await alice.page.set_viewport_size(WIDE)
    lost = await lose(alice, "ContactsPage")
    await alice.press("Contacts", "link")
    await alice.sees("That did not work")
    assert await axe_faults(alice.page) == []
    await alice.shot("place-missing")
    await alice.press("Me", "link")
    await alice.page.get_by_role("heading", name="Me", exact=True).wait_for()
    await alice.press("Contacts", "link")
    await alice.page.unroute(lost)
    await alice.press("Try again")
    await alice.page.get_by_role("heading", name="Contacts", exact=True).wait_for()

"""The Back of a phone closes what lies on top of a page, and after the app's own Back it never opens again what was just left."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.beginnings import Town

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

# A desktop browser asks the page to close something as a phone's Back does when nobody on the page takes Escape: this lets nobody see it.
UNSEEN = """() => {
  window.unseen = event => { if (event.key === 'Escape') event.stopImmediatePropagation() }
  addEventListener('keydown', window.unseen, true)
}"""
SEEN = "() => removeEventListener('keydown', window.unseen, true)"

# How many of the browser's watchers for Back are held; while one is, Back closes something on the page.
WATCHERS = """
window.watchers = 0
window.CloseWatcher = class extends CloseWatcher {
  constructor() { super(); window.watchers++ }
  destroy() { super.destroy(); window.watchers-- }
}
"""

# The way that led here, in this app.
WAY = """() => navigation.entries().slice(0, navigation.currentEntry.index + 1)
  .map(({ url }) => url && decodeURIComponent(new URL(url).pathname))"""


async def _are_open(page: Any, *titles: str) -> None:
    """Wait until just these lie open over the page."""
    await page.wait_for_function(
        """titles => JSON.stringify(titles) === JSON.stringify(
            [...document.querySelectorAll('[role$=dialog] h2[slot=title], [role=menu], dialog[open]')]
              .map(one => one.getAttribute('aria-label') ?? one.textContent))""",
        arg=list(titles),
    )


async def test_a_phones_back_closes_what_lies_on_top(chatting: Town) -> None:
    alice = await chatting.comes("alice", has_touch=True, first_script=WATCHERS)
    page = alice.page
    way = await page.evaluate(WAY)
    await page.evaluate(UNSEEN)
    back = page.keyboard.press

    # One sheet on another one.
    await alice.press("More")
    await alice.press("Poll")
    await _are_open(page, "More", "New poll")
    await alice.shot("back-two")
    await back("Escape")
    await _are_open(page, "More")
    assert await page.evaluate("watchers") == 1
    await back("Escape")
    await _are_open(page)
    # With nothing open it is the browser's own.
    await page.wait_for_function("watchers === 0")
    assert await page.evaluate(WAY) == way

    # A press that the page sees closes no more than one.
    await page.evaluate(SEEN)
    await alice.press("More")
    await alice.press("Poll")
    await _are_open(page, "More", "New poll")
    await back("Escape")
    await _are_open(page, "More")
    await back("Escape")
    await _are_open(page)
    await page.evaluate(UNSEEN)

    # Each kind of what there is; and again, since what served once must serve anew.
    await alice.to("/me/widgets")
    for _ in range(3):
        await alice.press("Sheet")
        await _are_open(page, "Sheet")
        await back("Escape")
        await _are_open(page)
        await alice.press("Menu")
        await page.get_by_role("menu").wait_for()
        await back("Escape")
        await page.get_by_role("menu").wait_for(state="detached")
        await alice.press("Image viewer")
        await _are_open(page, "Picture 1 of 3")
        await back("Escape")
        await _are_open(page)
    await page.wait_for_function("watchers === 0")
    assert await page.evaluate(WAY) == [*way, "/me/widgets"]
    assert alice.faults == []


async def test_back_never_leads_into_what_was_just_left(chatting: Town) -> None:
    alice = await chatting.comes("alice")
    page = alice.page
    chat = f"/chats/{await alice.room_id()}"
    assert await page.evaluate(WAY) == ["/chats", chat]

    # Up to the chats, whatever lies between.
    await page.get_by_role("link", name="bob").click()
    await alice.press("Message")
    await page.get_by_role("textbox", name="Message").wait_for()
    assert await page.evaluate(WAY) == ["/chats", chat, "/contacts/@bob:courtyard.test", chat]
    await page.get_by_role("button", name="Back").dblclick()
    await page.get_by_role("grid", name="Chats").wait_for()
    assert await page.evaluate(WAY) == ["/chats"]

    # From a page that was opened by its address: the way up comes instead of it.
    await page.goto(f"{alice.base_url}/me/devices")
    await alice.press("Back")
    await page.get_by_role("radiogroup", name="Appearance").wait_for()
    assert (await page.evaluate(WAY))[1:] == ["/me"]
    await alice.press("Devices", "link")
    await alice.press("Back")
    await page.get_by_role("radiogroup", name="Appearance").wait_for()
    await page.go_back()
    await page.get_by_role("grid", name="Chats").wait_for()
    assert alice.faults == []

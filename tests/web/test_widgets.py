"""Every widget, by keyboard and by finger, in both themes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

FAR = 60
"""More presses of Tab than there are stops on the page."""


async def _focus(page: Any, name: str) -> None:
    """Press Tab until something of this name has the focus."""
    for _ in range(FAR):
        await page.keyboard.press("Tab")
        if await page.evaluate(
            "() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent"
        ) in (name, f" {name}"):
            return
    raise AssertionError(f"the keyboard does not come to {name!r}")


async def test_every_widget_by_keyboard(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True)
    page = alice.page
    await page.goto(f"{settled.server.base_url}/me/widgets")
    await page.get_by_role("heading", name="Building blocks").wait_for()
    keys = page.keyboard

    await _focus(page, "Refresh")
    await keys.press("Enter")
    await alice.sees("Refreshed 1 times")

    await _focus(page, "Sheet")
    await keys.press("Enter")
    await page.get_by_role("dialog", name="Sheet").wait_for()
    assert await axe_faults(page) == []
    await keys.press("Escape")
    await page.get_by_role("dialog").wait_for(state="detached")
    assert await page.evaluate("document.activeElement.textContent") == "Sheet"

    await _focus(page, "Action sheet")
    await keys.press("Enter")
    await _focus(page, "Pin")
    await keys.press("Enter")
    await alice.sees("Last: Pin")

    # What a finger draws aside stands in the menu of the row, too.
    await _focus(page, "More for Draw me to the left")
    await keys.press("Enter")
    await page.get_by_role("menuitem", name="Delete").wait_for()
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await alice.sees("Last: Delete")

    await page.get_by_label("Passcode", exact=True).focus()
    await keys.type("12a3456")
    await alice.sees("Last: 123456")

    await _focus(page, "1")
    await keys.press("Enter")
    await keys.type("2.50")
    await keys.press("Backspace")
    assert await page.get_by_label("Amount").text_content() == "12.5"

    await _focus(page, "A")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await alice.sees("Last: Letter: L")

    await _focus(page, "Image viewer")
    await keys.press("Enter")
    viewer = page.get_by_role("dialog", name="Picture 1 of 3")
    await viewer.wait_for()
    await keys.press("+")
    assert "scale(1.5)" in await page.locator(".viewer img").get_attribute("style")
    await keys.press("ArrowRight")
    await page.get_by_role("dialog", name="Picture 2 of 3").wait_for()
    assert await axe_faults(page) == []
    await keys.press("Escape")
    await page.get_by_role("dialog").wait_for(state="detached")
    assert await page.evaluate("document.activeElement.textContent") == "Image viewer"

    files = [
        {"name": name, "mimeType": "text/plain", "buffer": b"x"} for name in ("a.txt", "b.txt")
    ]
    await page.locator("input[type=file]").set_input_files(files)
    await alice.sees("Not uploaded. Remove it and try again.")
    await alice.press("Remove b.txt")
    await page.get_by_role("button", name="Remove b.txt").wait_for(state="detached")

    for theme in ("light", "dark"):
        await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        assert await axe_faults(page) == []

    # Where the browser draws all grounds alike, what is chosen still differs.
    await page.emulate_media(forced_colors="active")
    grounds = await page.evaluate(
        """() => [...document.querySelectorAll('.choice .one')].map(one =>
            [one.hasAttribute('data-selected'), getComputedStyle(one).backgroundColor])"""
    )
    assert len({ground for _, ground in grounds}) == 2, grounds
    assert len({(chosen, ground) for chosen, ground in grounds}) == 2, grounds
    assert alice.faults == []


async def test_fingers_move_what_can_be_moved(settled: Town) -> None:
    alice = await settled.comes("alice", has_touch=True)
    page = alice.page
    await page.goto(f"{settled.server.base_url}/me/widgets")

    await alice.press("Sheet")
    head = await page.locator(".sheet-head").bounding_box()
    await _drag(page, head["x"] + 60, head["y"] + 10, 0, 160)
    await page.get_by_role("dialog").wait_for(state="detached")

    row = page.locator(".swipe-row .content")
    await row.scroll_into_view_if_needed()
    box = await row.bounding_box()
    await _drag(page, box["x"] + box["width"] - 20, box["y"] + 20, -150, 0)
    await page.locator(".swipe-row .under button", has_text="Pin").click()
    await alice.sees("Last: Pin")

    await page.set_viewport_size({"width": 320, "height": 640})
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320
    assert alice.faults == []


async def test_whoever_looks_at_pictures_keeps_their_place(settled: Town) -> None:
    alice = await settled.comes("alice")
    page = alice.page
    await page.goto(f"{settled.server.base_url}/me/widgets")
    await page.get_by_role("button", name="Image viewer").press("Enter")
    await page.get_by_role("dialog", name="Picture 1 of 3").wait_for()

    # The last press leads to where it goes no further; the next one does nothing, and the button is still there to be heard.
    for way, end in (("Next", "Picture 3 of 3"), ("Previous", "Picture 1 of 3")):
        turns = page.get_by_role("button", name=way)
        await turns.focus()
        for _ in range(3):
            await page.keyboard.press("Enter")
        await page.get_by_role("dialog", name=end).wait_for()
        assert await turns.is_disabled()
        assert await turns.evaluate("button => button === document.activeElement")

    # A swipe down is another way out of it, to the same place.
    await _drag(page, 200, 200, 0, 160)
    await page.get_by_role("dialog").wait_for(state="detached")
    assert await page.evaluate("document.activeElement.textContent") == "Image viewer"
    assert alice.faults == []


async def test_a_button_that_waits_shows_it_and_keeps_the_focus(settled: Town) -> None:
    alice = await settled.comes("alice")
    page = alice.page
    await page.goto(f"{settled.server.base_url}/me/widgets")
    button = page.get_by_role("button", name="A button that waits")
    await button.wait_for()
    wide = await button.evaluate("button => button.offsetWidth")
    for _ in range(2):
        await button.focus()
        await page.keyboard.press("Enter")
        wheel = button.get_by_role("progressbar", name="Loading…")
        await wheel.wait_for()
        # In one look: a busy machine may take longer for several than the button waits.
        seen = await button.evaluate(
            """button => [button.ariaDisabled, button === document.activeElement, button.offsetWidth,
            button.querySelector('.busy') !== null]"""
        )
        assert seen == ["true", True, wide, True]
        await wheel.wait_for(state="detached")
        await alice.sees("Last: A button that waits")
        assert await button.evaluate("button => button === document.activeElement")
    assert alice.faults == []


async def _drag(page: Any, x: float, y: float, dx: float, dy: float) -> None:
    await page.mouse.move(x, y)
    await page.mouse.down()
    for part in (0.25, 0.5, 0.75, 1):
        await page.mouse.move(x + dx * part, y + dy * part)
    await page.mouse.up()

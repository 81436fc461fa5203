"""A list of many chats: only the rows in sight are there, and the keyboard alone gets to each of them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.browser import axe_faults
from tests.server import Server
from tests.web.person import Person

pytestmark = pytest.mark.slow

CHATS = 80


async def _furnish(person: Person) -> None:
    headers = {"Authorization": f"Bearer {await person.token()}"}
    async with httpx.AsyncClient(base_url=person.base_url, headers=headers) as client:
        for number in range(CHATS):
            made = await client.post(
                "/_matrix/client/v3/createRoom", json={"name": f"Room {number:02}"}
            )
            room_id = made.raise_for_status().json()["room_id"]
            said = {"msgtype": "m.text", "body": f"In room {number:02}"}
            path = f"/_matrix/client/v3/rooms/{room_id}/send/m.room.message/said"
            (await client.put(path, json=said)).raise_for_status()


async def _is_on(person: Person, name: str) -> None:
    """Wait until the row of a chat has the focus, in sight."""
    await person.page.wait_for_function(
        """name => {
            const row = document.activeElement
            if (row?.role !== 'row' || row.getAttribute('aria-label') !== name) return false
            const { top, bottom } = row.getBoundingClientRect()
            const around = document.querySelector('main').getBoundingClientRect()
            return top >= around.top - 1 && bottom <= around.bottom + 1
        }""",
        arg=name,
    )


async def test_a_long_list_by_keyboard_and_by_scrolling(server: Server, browser: Any) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice", bypass_csp=True)
    await alice.sign_up()
    await _furnish(alice)
    page = alice.page
    newest, oldest = f"Room {CHATS - 1:02}", "Room 00"
    # With the last message all are there, and the order stands.
    await page.get_by_role("row", name=newest).get_by_text(f"In room {CHATS - 1:02}").wait_for()
    await page.wait_for_function(
        "all => document.querySelector('[role=grid]').ariaRowCount === String(all)", arg=CHATS
    )
    assert await page.get_by_role("row").count() < CHATS / 2
    assert await axe_faults(page) == []

    # Down and up, by pages, and to both ends.
    await page.get_by_role("row", name=newest).focus()
    await page.keyboard.press("ArrowDown")
    await _is_on(alice, f"Room {CHATS - 2:02}")
    await page.keyboard.press("PageDown")
    await _is_on(alice, f"Room {CHATS - 10:02}")
    await page.keyboard.press("End")
    await _is_on(alice, oldest)
    await page.keyboard.press("ArrowUp")
    await _is_on(alice, "Room 01")
    await page.keyboard.press("Home")
    await _is_on(alice, newest)
    await page.keyboard.press("ArrowUp")
    await _is_on(alice, newest)

    # Sideways to what can be done with a chat, and back to where one was.
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="Mute").wait_for()
    await page.keyboard.press("Escape")
    # What opened the sheet gets the focus back once that is gone.
    await page.wait_for_function("document.activeElement.closest('[role=row] button') !== null")
    await page.keyboard.press("ArrowLeft")
    await _is_on(alice, f"Room {CHATS - 2:02}")

    # A finger or a wheel gets there, too.
    await page.locator("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    await page.get_by_role("row", name=oldest).click()
    await page.get_by_role("heading", name=oldest, exact=True).wait_for()
    await page.get_by_role("article").filter(has_text="In room 00").wait_for()
    assert alice.faults == []

"""The keyboard alone suffices, for all of it; one always sees where one is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server import Server
from tests.web.keyboard import Keys
from tests.web.person import Person
from tests.web.talking import THUMB

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


async def test_the_keyboard_alone_suffices(server: Server, browser: Any) -> None:
    desk = {"width": 1280, "height": 800}
    alice = await Person.arrive(
        browser, server.base_url, "alice", bypass_csp=True, viewport=desk, color_scheme="light"
    )
    bob = await Person.arrive(browser, server.base_url, "bob")
    await bob.sign_up()
    keys, page = Keys(alice), alice.page
    await keys.sign_up()

    # A menu and a sheet close with Escape, and the focus is back where it was.
    await keys.press("New")
    await page.get_by_role("menu").wait_for()
    await keys.key("Escape")
    await keys.is_somewhere()
    await keys.is_on("New")
    await keys.key("Enter")
    await page.get_by_role("menuitem", name="New chat").wait_for()
    await keys.focus()
    await keys.key("Enter")
    await page.get_by_role("dialog", name="New chat").wait_for()
    await keys.key("Escape")
    await keys.is_somewhere()

    # A chat, and the first words in it.
    await keys.press("New", back=(await keys.focus())["name"] != "Skip to the content")
    await page.get_by_role("menuitem", name="New chat").wait_for()
    await keys.key("Enter")
    await page.get_by_role("dialog", name="New chat").wait_for()
    await keys.is_on("Name of the person")
    await keys.type("bob")
    await keys.key("Enter")
    await page.get_by_role("textbox", name="Message").wait_for()
    await keys.is_on("bob")
    await keys.to("Message")
    await keys.type("Hello from my keyboard")
    await keys.key("Enter")
    await bob.accept("alice")
    await bob.sees("Hello from my keyboard")
    await bob.say("A mouse says hello")
    await alice.sees("A mouse says hello")

    # To the conversation, past the bar; a sign, a reply, and out of the sheet again.
    await page.get_by_role("heading", name="bob").focus()
    await keys.press("Skip to the conversation", back=True)
    assert (await keys.focus())["role"] == "article"
    await keys.key("End")
    await page.wait_for_function("document.activeElement.textContent.includes('A mouse')")
    await keys.focus()
    await keys.key("Enter")
    await page.get_by_role("dialog", name="What to do with this message").wait_for()
    await keys.key("Escape")
    await keys.is_somewhere()
    assert (await keys.focus())["role"] == "article"
    await keys.key("Enter")
    await keys.press(f"React with {THUMB}")
    await bob.page.locator(".reaction").wait_for()
    await keys.is_somewhere()
    assert (await keys.focus())["role"] == "article"
    await keys.key("Enter")
    await keys.press("Reply")
    await keys.is_on("Message")
    await keys.type("Then your hand is free")
    await keys.key("Enter")
    await bob.sees("Then your hand is free")

    # A group.
    await keys.press("Back", back=True)
    await page.get_by_role("grid", name="Chats").wait_for()
    await keys.is_on("Chats")
    await keys.press("New")
    await page.get_by_role("menuitem", name="New group").wait_for()
    await keys.key("ArrowDown", "Enter")
    await keys.is_on("Name of the group")
    await keys.type("Keyboards")
    await keys.to("bob")
    await keys.key("Space")
    await keys.press("Make the group (2 people)")
    await keys.is_on("Keyboards")
    await page.get_by_role("textbox", name="Message").wait_for()

    # The settings: another theme.
    await keys.press("Back", back=True)
    await keys.is_on("Chats")
    await keys.press("Me")
    await page.get_by_role("radiogroup", name="Appearance").wait_for()
    await keys.to("As the device")
    await keys.key("ArrowRight")
    await keys.is_on("Light")
    await keys.key("ArrowRight")
    await keys.is_on("Dark")
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"

    # One's standing.
    await keys.press("Account standing", back=True)
    await alice.sees("Nothing restricts your account")
    await keys.is_on("Account standing")
    await keys.press("Back", back=True)
    await page.get_by_role("radiogroup", name="Appearance").wait_for()

    # A report is begun, and given up.
    await alice.to("/chats")
    row = page.get_by_role("row", name="bob")
    await row.wait_for()
    # The group is newer.
    await keys.to("Keyboards")
    await keys.key("ArrowDown")
    await keys.is_on("bob")
    await keys.key("Enter")
    await page.get_by_role("article").filter(has_text="A mouse says hello").first.wait_for()
    await keys.is_on("bob")
    await keys.press("Skip to the conversation", back=True)
    mouse = page.get_by_role("article").filter(has_text="A mouse says hello").first
    for _ in range(8):
        if await mouse.evaluate("e => e === document.activeElement"):
            break
        await keys.key("ArrowUp")
    await keys.key("Enter")
    await keys.press("Report")
    await page.get_by_role("dialog", name="Report a message").wait_for()
    await page.get_by_role("radio", name="Fraud").wait_for()
    while (await keys.focus())["tag"] != "input":
        await keys.key("Tab")
    await keys.key("Space")
    await keys.press("Next")
    await alice.sees("1 message chosen")
    await keys.focus()
    await keys.key("Escape")
    await keys.is_somewhere()
    assert keys.unseen == set(), "the focus is not seen"
    assert alice.faults == bob.faults == []

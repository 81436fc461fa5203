"""Buttons that wait for a slow server: they show it, keep the focus, and take no second press."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.court import group_of
from tests.web.person import NARROW, Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@asynccontextmanager
async def _slow(person: Person, method: str, path: str) -> AsyncIterator[list[str]]:
    """Hold back what is asked of the server in this way until the block ends; yield what was asked."""
    asked: list[str] = []
    answered = asyncio.Event()

    async def hold(route: Any) -> None:
        if route.request.method == method:
            asked.append(route.request.url)
            await answered.wait()
        await route.continue_()

    await person.page.route(path, hold)
    try:
        yield asked
    finally:
        answered.set()
        await person.page.unroute_all(behavior="wait")


async def _is_seen_to_wait(person: Person, button: Any, shot: str) -> None:
    wheel = button.get_by_role("progressbar", name="Loading…")
    await wheel.wait_for()
    # It comes slowly.
    await person.page.wait_for_function(
        "getComputedStyle(document.querySelector('.busy')).opacity === '1'"
    )
    assert await button.is_disabled()
    assert await axe_faults(person.page) == []
    assert await person.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    await person.shot(shot)


async def test_what_waits_shows_it_where_it_was_pressed(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True, viewport=NARROW, color_scheme="light")
    page = alice.page
    keys = page.keyboard

    # A form: Enter in the field sends it, once.
    await alice.press("New")
    await alice.press("New chat", "menuitem")
    await alice.fill("Name of the person", "bob")
    start = page.get_by_role("button", name="Start")
    async with _slow(alice, "POST", "**/createRoom") as asked:
        await start.focus()
        await keys.press("Enter")
        await _is_seen_to_wait(alice, start, "waiting-start")
        await keys.press("Enter")
        assert await start.evaluate("button => button === document.activeElement")
        await page.get_by_label("Name of the person").press("Enter")
        assert len(asked) == 1
    await page.get_by_role("textbox", name="Message").wait_for()

    # One of several deeds: the others can wait.
    await alice.press("Back")
    await page.get_by_role("row", name="bob").click(button="right")
    async with _slow(alice, "PUT", "**/tags/**"):
        pin = page.get_by_role("button", name="Pin to the top")
        await pin.focus()
        await keys.press("Enter")
        await _is_seen_to_wait(alice, pin, "waiting-pin")
        assert await pin.evaluate("button => button === document.activeElement")
        assert await page.get_by_role("button", name="Leave").is_disabled()
    await page.get_by_role("dialog").wait_for(state="detached")

    await page.emulate_media(color_scheme="dark")
    await page.goto(f"{settled.server.base_url}/contacts/@bob:courtyard.test")
    block = page.get_by_role("button", name="Block this person")
    async with _slow(alice, "PUT", "**/account_data/m.ignored_user_list"):
        await block.focus()
        await keys.press("Enter")
        await _is_seen_to_wait(alice, block, "waiting-block")
        assert await page.get_by_role("button", name="Message", exact=True).is_disabled()
    await page.get_by_role("button", name="Unblock").wait_for()
    assert alice.faults == []


async def test_what_says_in_words_that_it_waits_keeps_the_focus(settled: Town) -> None:
    bob = await Person.arrive(
        settled.browser, settled.server.base_url, "bob", bypass_csp=True, viewport=NARROW
    )
    page = bob.page
    async with _slow(bob, "POST", "**/v3/login") as asked:
        await bob.sign_in()
        signing_in = page.get_by_role("button", name="Signing in…")
        await _is_seen_to_wait(bob, signing_in, "waiting-sign-in")
        await page.keyboard.press("Enter")
        await page.get_by_label("Password").press("Enter")
        await signing_in.focus()
        assert await signing_in.evaluate("button => button === document.activeElement")
        assert len(asked) == 1
    await bob.press("Not now")

    # In a tab of its own: from there, too, the page leads back.
    bob.page = await page.context.new_page()
    await page.close()
    page = bob.page
    await page.goto(f"{settled.server.base_url}/contacts/new-group")
    await bob.press("Back")
    await page.get_by_role("heading", name="Contacts", exact=True).wait_for()
    await page.goto(f"{settled.server.base_url}/contacts/new-group")
    await bob.fill("Name of the group", "Hikers")
    make = page.get_by_role("button", name="Make the group")
    async with _slow(bob, "POST", "**/createRoom") as asked:
        await make.focus()
        await page.keyboard.press("Enter")
        making = page.get_by_role("button", name="Making the group…")
        await _is_seen_to_wait(bob, making, "waiting-group")
        await page.keyboard.press("Enter")
        await page.get_by_label("Name of the group").press("Enter")
        assert await page.evaluate("document.activeElement?.tagName") != "BODY"
        assert len(asked) == 1
    await page.get_by_role("textbox", name="Message").wait_for()
    assert bob.faults == []


async def test_a_group_is_seen_to_wait_and_asks_before_removing(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True, viewport=NARROW, color_scheme="light")
    page = alice.page
    keys = page.keyboard
    room = await group_of(settled.server, alice, settled.absent("bob"))
    await alice.to(f"/chats/{quote(room)}/group")
    bob = page.get_by_role("button", name="bob")

    async with _slow(alice, "PUT", "**/m.room.power_levels/*"):
        await bob.click()
        admin = page.get_by_role("button", name="Make an admin")
        await admin.focus()
        await keys.press("Enter")
        await _is_seen_to_wait(alice, admin, "waiting-role")
        assert await admin.evaluate("button => button === document.activeElement")
        assert await page.get_by_role("button", name="Remove and keep out").is_disabled()
    await page.get_by_role("dialog").wait_for(state="detached")
    await bob.get_by_text("Admin").wait_for()

    async with _slow(alice, "PUT", "**/pushrules/**"):
        await page.locator(".toggle", has_text="Mute").click()
        await page.get_by_role("status").filter(has_text="Saving…").wait_for()
        assert await page.get_by_role("switch", name="Mute").is_checked()
        await alice.shot("waiting-mute")
    await page.get_by_text("Saving…").wait_for(state="hidden")

    await bob.click()
    await alice.press("Remove from the group")
    question = page.get_by_role("alertdialog", name="Remove bob?")
    remove = question.get_by_role("button", name="Remove from the group")
    assert await axe_faults(page) == []
    await alice.shot("waiting-question")
    async with _slow(alice, "POST", "**/kick") as asked:
        await remove.focus()
        await keys.press("Enter")
        await _is_seen_to_wait(alice, remove, "waiting-kick")
        await keys.press("Enter")
        assert await remove.evaluate("button => button === document.activeElement")
        assert len(asked) == 1
    await question.wait_for(state="detached")
    await alice.sees("1 member")
    assert alice.faults == []

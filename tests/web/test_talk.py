"""Conversations: what two people say, change, answer, find and lose the connection over."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.court import as_person
from tests.web.person import NARROW, Person
from tests.web.talking import THUMB, act, fits_in_both_themes, message, nothing_is_clipped, speaks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ACTIONS = "What to do with this message"


async def test_answers_edits_signs_threads_deletions(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("The tea is ready, see https://tea.example/today")
    await bob.sees("The tea is ready")
    link = bob.page.get_by_role("link", name="https://tea.example/today")
    assert await link.get_attribute("rel") == "noopener noreferrer nofollow"
    # Bob sees it, so Alice is told.
    await message(alice, "tea").get_by_role("img", name="Read").wait_for()

    # An answer, which leads to what it answers.
    await act(bob, "tea", "Reply")
    await bob.sees("Reply to alice")
    await bob.say("I come at once")
    await message(alice, "I come at once").get_by_text("The tea is ready").wait_for()

    # Another wording: by arrow up from the empty field.
    await bob.page.get_by_role("textbox", name="Message").press("ArrowUp")
    await bob.say("I come at five")
    await message(alice, "I come at five").get_by_text("edited").wait_for()
    await message(alice, "I come at five").get_by_text("The tea is ready").wait_for()
    await message(alice, "I come at once").wait_for(state="detached")

    # A sign, and taken back.
    await act(alice, "five", f"React with {THUMB}")
    sign = bob.page.get_by_role("button", name=f"{THUMB} from alice", exact=True)
    await sign.click()
    await alice.page.get_by_role("button", name=f"{THUMB} from alice, bob", exact=True).click()
    await bob.page.get_by_role("button", name=f"{THUMB} from bob", exact=True).wait_for()

    # Names, from the list after "@".
    box = alice.page.get_by_role("textbox", name="Message")
    await box.press_sequentially("Thanks @b")
    await alice.page.get_by_role("option", name="bob").wait_for()
    assert await axe_faults(alice.page) == []
    await box.press("Enter")
    await box.press("Enter")
    await bob.page.locator(".mention", has_text="@bob").wait_for()

    # A thread stays out of the chat itself.
    await act(alice, "Thanks", "Reply in a thread")
    await alice.page.get_by_role("heading", name="Thread in bob").wait_for()
    await alice.say("only under this")
    # What is new there is told in the chat, until it was read there.
    await bob.page.get_by_role("button", name="1 reply").wait_for()
    assert await axe_faults(bob.page) == []
    await bob.press("1 new reply in a thread", "link")
    await bob.sees("only under this")
    await bob.say("I see")
    await alice.sees("I see")
    assert await axe_faults(alice.page) == []
    await alice.press("Back")
    await bob.press("Back")
    await bob.page.get_by_role("link", name="in a thread").wait_for(state="detached")
    await alice.page.get_by_role("button", name="2 replies").wait_for()
    await alice.page.get_by_text("only under this").first.wait_for(state="detached")

    # Deleted for both, with its first wording, and not without a trace.
    await act(bob, "five", "Delete")
    await bob.press("Delete")
    await bob.sees("You deleted this message.")
    await alice.sees("This message was deleted.")
    # It is the same after a reload, from what the server and this browser kept.
    await alice.page.reload()
    await alice.sees("This message was deleted.")
    await alice.page.get_by_role("button", name="2 replies").wait_for()
    path = f"/_matrix/client/v3/rooms/{await alice.room_id()}/messages?dir=b&limit=100"
    page = await as_person(chatting.server, alice, "GET", path)
    left = [one for one in page["chunk"] if one["sender"].startswith("@bob:")]
    assert sum("redacted_because" in one.get("unsigned", {}) for one in left) == 2
    assert await alice.page.get_by_text("This message was deleted.").count() == 1
    assert await axe_faults(alice.page) == []
    assert alice.faults == bob.faults == []


async def test_a_chat_that_was_replaced_leads_on(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("in the old one")
    await bob.sees("in the old one")
    old = f"/_matrix/client/v3/rooms/{await alice.room_id()}"
    made = await as_person(chatting.server, alice, "POST", f"{old}/upgrade", {"new_version": "12"})
    new = made["replacement_room"]
    invitation = f"/_matrix/client/v3/rooms/{new}/invite"
    await as_person(chatting.server, alice, "POST", invitation, {"user_id": "@bob:courtyard.test"})
    for person in (alice, bob):
        go_on = person.page.get_by_role("button", name="Go on in the new chat")
        await go_on.wait_for()
        assert await person.page.get_by_role("textbox", name="Message").count() == 0
        await fits_in_both_themes(person)
        await go_on.click()
        await person.page.get_by_role("textbox", name="Message").wait_for()
        assert await person.room_id() == new
    await alice.say("in the new one")
    await bob.sees("in the new one")
    # A screen reader is told what a row says beside its name: here what was said last.
    await bob.press("Back")
    await bob.page.get_by_role("heading", name="Chats", exact=True).wait_for()
    (row,) = await bob.page.get_by_role("row").all()
    described = "e => e.getAttribute('aria-describedby').split(' ').map(one => document.getElementById(one)?.textContent).join()"
    assert "in the new one" in await row.evaluate(described)
    assert alice.faults == bob.faults == []


async def test_everything_by_keyboard_alone(chatting: Town) -> None:
    alice, bob = await chatting.both()
    for text in ("one", "two", "three"):
        await alice.say(text)
        await bob.sees(text)
    keys = bob.page.keyboard
    await bob.page.get_by_role("textbox", name="Message").focus()
    # Back past the tools and a message's "…" to the message itself, then up by arrows.
    while await bob.page.evaluate("document.activeElement.role !== 'article'"):
        await keys.press("Shift+Tab")
    await keys.press("ArrowUp")
    await bob.page.locator("[role=article]:focus", has_text="two").wait_for()
    await keys.press("Enter")
    await bob.page.get_by_role("dialog", name=ACTIONS).wait_for()
    assert await axe_faults(bob.page) == []
    await keys.press("Escape")
    await bob.page.locator("[role=article]:focus", has_text="two").wait_for()
    await keys.press("Enter")
    while await bob.page.evaluate("!document.activeElement.textContent.startsWith('Reply')"):
        await keys.press("Tab")
    await keys.press("Enter")
    # The focus goes where the answer is written.
    await bob.page.locator("textarea:focus").wait_for()
    await keys.type("to the second")
    await keys.press("Enter")
    await message(alice, "to the second").get_by_text("two").wait_for()
    # An emoji, chosen by its name.
    await keys.press("Tab")
    await keys.press("Enter")
    await bob.page.get_by_role("searchbox", name="Search emoji").fill("lantern")
    await bob.page.get_by_role("gridcell", name="Red paper lantern").wait_for()
    assert await axe_faults(bob.page) == []
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await bob.page.locator("textarea:focus").wait_for()
    await keys.press("Enter")
    await alice.sees("🏮")
    assert alice.faults == bob.faults == []


async def test_what_is_written_offline_goes_out_in_order(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("before")
    await bob.sees("before")
    await bob.say("heard")
    await alice.sees("heard")
    context = alice.page.context
    await context.set_offline(True)
    await alice.sees("No connection. What you write now")
    await alice.say("first in the dark")
    await alice.say("second in the dark")
    waits = alice.page.get_by_role("img", name="Waits for a connection")
    await waits.nth(1).wait_for()
    assert await axe_faults(alice.page) == []

    await context.set_offline(False)
    await bob.sees("second in the dark")
    await message(alice, "second").get_by_role("img", name="Read").wait_for()
    said = await bob.page.get_by_role("article").all_inner_texts()
    dark = [text for text in said if "in the dark" in text]
    assert ["first" in dark[0], "second" in dark[1], len(dark)] == [True, True, 2]

    # A message that the server refuses is marked, and can be given up or tried again.
    async def refuse(route: Any) -> None:
        await route.fulfill(status=400, json={"errcode": "M_UNKNOWN", "error": "no"})

    await alice.page.route("**/send/m.room.encrypted/**", refuse)
    await alice.say("refused once")
    failed = message(alice, "refused once")
    await failed.get_by_text("Not sent").wait_for()
    assert await axe_faults(alice.page) == []
    await alice.page.unroute("**/send/m.room.encrypted/**")
    await failed.get_by_role("button", name="Try again").click()
    await bob.sees("refused once")

    # What is half written is there when one comes back, and in the list.
    await alice.page.get_by_role("textbox", name="Message").fill("half a thought")
    await alice.press("Back")
    await alice.sees("[Draft]")
    await alice.page.get_by_role("row", name="bob").click()
    box = alice.page.get_by_role("textbox", name="Message")
    assert await box.input_value() == "half a thought"


async def test_what_waits_outlives_a_reload(chatting: Town) -> None:
    """Also what could not be encrypted yet, since the other's keys were out of reach."""
    alice, bob = await chatting.both()

    async def lost(route: Any) -> None:
        await route.abort()

    blocked = ("**/send/**", "**/sendToDevice/**", "**/keys/claim*")
    for pattern in blocked:
        await alice.page.context.route(pattern, lost)
    await alice.say("kept for later")
    await alice.page.get_by_role("img", name="Sending").wait_for()
    await alice.page.reload()
    await alice.sees("kept for later")
    assert await alice.page.get_by_role("article").count() == 1
    for pattern in blocked:
        await alice.page.context.unroute(pattern)
    await bob.sees("kept for later")
    await message(alice, "kept for later").get_by_role("img", name="Read").wait_for()
    assert await alice.page.evaluate("localStorage.getItem('courtyard.unsent')") is None
    assert await bob.page.get_by_role("article").count() == 1


async def test_find_pin_mute_mark_hide_forward(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await bob.say("lanterns at the bridge")
    await alice.sees("lanterns")
    await bob.say("灯笼真好看")
    await alice.sees("灯笼真好看")

    # The server cannot look into it; the device can, and says how far it looked.
    await alice.press("Search in this chat")
    await alice.sees("Looks through 2 messages.")
    await alice.page.get_by_role("searchbox").fill("笼真")
    await alice.page.get_by_role("link", name="灯笼").wait_for()
    assert await axe_faults(alice.page) == []
    await alice.page.get_by_role("link", name="灯笼").click()
    await alice.page.locator("[role=article]:focus", has_text="灯笼").wait_for()

    # Forwarded to oneself: another chat.
    await act(alice, "lanterns", "Forward")
    dialog = alice.page.get_by_role("dialog", name="Forward to")
    await dialog.get_by_role("button", name="bob").click()
    await dialog.get_by_role("button", name="Send").click()
    assert await axe_faults(alice.page) == []
    await dialog.get_by_role("button", name="Close").last.click()
    assert await alice.page.get_by_role("article").filter(has_text="lanterns").count() == 2

    await alice.press("Back")
    row = alice.page.get_by_role("row", name="bob")
    for action, mark in (
        ("Pin to the top", "Pinned"),
        ("Mute", "Muted"),
        ("Mark as unread", "Marked as unread"),
    ):
        await row.click(button="right")
        await alice.press(action)
        await alice.page.get_by_role("img", name=mark, exact=True).wait_for()
    assert await axe_faults(alice.page) == []
    await row.click()
    await alice.page.get_by_role("textbox", name="Message").wait_for()
    await alice.press("Back")
    await alice.page.get_by_role("img", name="Pinned").wait_for()
    await alice.page.get_by_role("img", name="Marked as unread").wait_for(state="detached")

    # Hidden until something new is said. By keyboard: into the row, to its "…".
    await row.focus()
    await alice.page.keyboard.press("ArrowRight")
    await alice.page.keyboard.press("Enter")
    await alice.press("Hide until there is something new")
    await alice.sees("No chats yet")
    await bob.say("are you there?")
    await row.wait_for()
    assert alice.faults == bob.faults == []


async def test_far_back_and_to_the_newest(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("the very first")
    await bob.sees("the very first")
    # A long time passes: more than any client loads at once.
    await _write(chatting, bob, "message", 300)
    await bob.press("Back")
    await alice.sees("message 299")

    # Alice comes back on a fresh page: the newest is in sight, few lines are there, and history comes as she scrolls.
    await alice.page.reload()
    await alice.sees("message 299")
    assert await alice.page.get_by_role("article").count() < 60
    feed = alice.page.get_by_role("feed")
    for _ in range(200):
        if await alice.page.get_by_text("the very first").count():
            break
        await feed.evaluate("one => { one.scrollTop = 0 }")
        await alice.page.wait_for_function(
            "() => !document.querySelector('[role=feed]').ariaBusy?.includes('true')"
        )
    await alice.sees("the very first")
    await alice.press("To the newest message")
    await message(alice, "message 299").wait_for()

    # Bob has read none of what is said now: a line says where it begins. What is not in sight yet is not told to be read.
    await alice.say("news for you")
    # After a pause the server tells the newest of it alone: where it begins has to be looked for.
    await bob.page.context.set_offline(True)
    await _write(chatting, alice, "more", 40)
    await bob.page.context.set_offline(False)
    await bob.page.get_by_role("row", name="alice").get_by_text("more 39").wait_for()
    told: list[str] = []
    bob.page.on("request", lambda one: told.append(one.url) if "/receipt/" in one.url else None)
    await bob.page.get_by_role("row", name="alice").click()
    await bob.sees("New messages")
    await bob.sees("news for you")
    assert await axe_faults(bob.page) == []
    await bob.page.get_by_role("button", name="To the newest message").wait_for()
    assert told == []
    async with bob.page.expect_request(lambda one: "/receipt/" in one.url):
        await bob.press("To the newest message")

    # What is far back is found by typing alone, on a page that has loaded none of it; and it leads there.
    room_id = await alice.room_id()
    await alice.page.reload()
    await alice.to(f"/chats/{room_id}/search")
    await alice.page.get_by_role("searchbox").fill("the very first")
    await alice.page.get_by_role("link", name="the very first").click()
    await message(alice, "the very first").wait_for()
    assert alice.faults == bob.faults == []


async def _write(town: Town, person: Person, word: str, count: int) -> None:
    """Let a program write for somebody: much at once, and not encrypted."""
    token, room_id = await person.token(), await person.room_id()
    async with httpx.AsyncClient(base_url=town.server.base_url, timeout=30) as http:
        for number in range(count):
            answer = await http.put(
                f"/_matrix/client/v3/rooms/{room_id}/send/m.room.message/{word}{number}",
                json={"msgtype": "m.text", "body": f"{word} {number}"},
                headers={"Authorization": f"Bearer {token}"},
            )
            if answer.status_code == 429:
                pytest.fail("the server slows down its own tests")


async def test_what_a_new_device_cannot_read_is_explained(chatting: Town) -> None:
    alice, _ = await chatting.both()
    await alice.say("said before the new device came")
    again = await Person.arrive(
        chatting.browser, chatting.server.base_url, "bob", bypass_csp=True, viewport=NARROW
    )
    await again.sign_in()
    await again.press("Not now")
    await again.page.get_by_role("row", name="alice").click()
    await again.page.get_by_role("button", name="Why, and what to do").first.click()
    await again.page.get_by_role("dialog", name="This message cannot be read here").wait_for()
    await nothing_is_clipped(again)
    assert await axe_faults(again.page) == []


async def test_narrow_screens_in_both_languages(chatting: Town) -> None:
    alice, bob = await chatting.both({"viewport": NARROW, "bypass_csp": True}, {})
    await alice.say("A long enough message that goes over more than one line 和一些中文字")
    await bob.sees("A long enough")
    await bob.say("👍")
    await alice.sees("👍")
    for language in ("en", "zh-CN"):
        await speaks(alice, language)
        last = alice.page.get_by_role("article").last
        await last.wait_for()
        await fits_in_both_themes(alice)
        await alice.reach(last)
        await alice.page.keyboard.press("ContextMenu")
        await alice.page.get_by_role("dialog").wait_for()
        await fits_in_both_themes(alice)
        await alice.page.keyboard.press("Escape")
        await alice.page.get_by_role("dialog").wait_for(state="detached")
        # The page is whole when what it is about is there.
        await alice.to("/chats/search")
        await alice.page.get_by_role("searchbox").wait_for()
        await fits_in_both_themes(alice)
        await alice.to("/chats")
        row = alice.page.get_by_role("row").last
        await row.wait_for()
        await fits_in_both_themes(alice)
        await row.click(button="right")
        await alice.page.get_by_role("dialog").wait_for()
        await fits_in_both_themes(alice)
        await alice.page.keyboard.press("Escape")
        await alice.page.get_by_role("dialog").wait_for(state="detached")
        await row.click()
    assert alice.faults == bob.faults == []

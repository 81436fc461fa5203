"""Several things under way at once in the composer: what one has begun is never lost by the next."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import axe_faults
from tests.web.attaching import choose, is_shown
from tests.web.beginnings import Town
from tests.web.person import NARROW, Person
from tests.web.pictures import photo
from tests.web.talking import act, message
from tests.web.test_voice import recorded

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def field(person: Person) -> Any:
    return person.page.get_by_role("textbox", name="Message")


async def holds(person: Person, text: str) -> None:
    """Wait until the text field holds just this."""
    await person.page.locator("textarea").evaluate(
        """(box, text) => new Promise(done => {
            const look = () => (box.value === text ? done() : requestAnimationFrame(look))
            look()
        })""",
        text,
    )


async def test_a_recording_outlives_an_edit_that_begins_meanwhile(chatting: Town) -> None:
    alice, bob = await chatting.both({"viewport": NARROW, "bypass_csp": True}, {})
    await alice.say("Supper at sevn")
    await alice.press("Record a voice message")
    bar = alice.page.locator(".voice-bar")
    await recorded(alice, 1)
    await act(alice, "Supper at sevn", "Edit")
    await alice.sees("Editing")
    assert await axe_faults(alice.page) == []
    await alice.shot("recording-and-editing")
    await bar.get_by_role("button", name="Send voice message").click()
    await bob.page.locator(".sounding").wait_for()
    # The recording is away, and the other wording is what one writes next.
    await alice.page.locator("textarea:focus").wait_for()
    await holds(alice, "Supper at sevn")
    await field(alice).fill("Supper at seven")
    await alice.press("Save")
    await message(bob, "Supper at seven").wait_for()
    await alice.page.get_by_role("button", name="Record a voice message").wait_for()
    assert alice.faults == bob.faults == []


async def test_a_recording_waits_where_it_was_left(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("Listen")
    await alice.press("Record a voice message")
    bar = alice.page.locator(".voice-bar")
    await recorded(alice, 1)
    await alice.press("Back")
    row = alice.page.get_by_role("row", name="bob")
    await row.get_by_text("[Draft] [Voice]").wait_for()
    await alice.shot("recording-in-the-list")
    await row.click()
    await bar.get_by_role("button", name="Play").wait_for()
    assert await axe_faults(alice.page) == []
    await alice.shot("recording-waits")
    await bar.get_by_role("button", name="Send voice message").click()
    await bob.page.locator(".sounding").wait_for()
    assert alice.faults == bob.faults == []


async def test_a_half_written_edit_is_given_up_only_when_that_is_wanted(chatting: Town) -> None:
    alice, bob = await chatting.both({"viewport": NARROW, "bypass_csp": True}, {})
    await alice.say("Supper at sevn")
    await alice.say("Bring wine")
    # What is still on its way can be copied only.
    await message(alice, "Bring wine").get_by_role("img", name="Read").wait_for()
    await act(alice, "Supper at sevn", "Edit")
    await holds(alice, "Supper at sevn")
    # Nothing was changed yet: nothing is asked.
    await act(alice, "Bring wine", "Edit")
    await holds(alice, "Bring wine")
    await act(alice, "Supper at sevn", "Edit")
    await holds(alice, "Supper at sevn")
    await field(alice).fill("Supper at seven")
    await act(alice, "Bring wine", "Reply")
    asked = alice.page.get_by_role("alertdialog", name="Discard your changes?")
    await asked.wait_for()
    assert await axe_faults(alice.page) == []
    await alice.shot("half-written")
    await alice.press("Go on editing")
    await asked.wait_for(state="detached")
    await alice.page.locator("textarea:focus").wait_for()
    await holds(alice, "Supper at seven")
    await act(alice, "Bring wine", "Edit")
    await alice.press("Discard changes")
    await alice.page.locator("textarea:focus").wait_for()
    await holds(alice, "Bring wine")
    await field(alice).fill("Bring bread")
    await alice.press("Save")
    await message(bob, "Bring bread").wait_for()
    await message(bob, "Supper at sevn").wait_for()
    assert alice.faults == bob.faults == []


async def test_what_is_said_about_a_picture_is_formatted_and_edited(chatting: Town) -> None:
    alice, bob = await chatting.both()
    sheet = await choose(alice, "Photos and videos", photo("sea.jpg", size=(800, 600)))
    await sheet.get_by_role("textbox", name="Say something about it").fill("**Sea** and ||ice||")
    await sheet.get_by_role("button", name="Send", exact=True).click()
    theirs = bob.page.get_by_role("article").filter(has=bob.page.locator(".pane")).last
    await theirs.locator("strong", has_text="Sea").wait_for()
    assert await theirs.get_by_text("ice").count() == 0

    # With its signs; what they mean goes along again, and the picture stays.
    mine = alice.page.get_by_role("article").filter(has=alice.page.locator(".pane")).last
    await mine.locator(".caption").click(button="right", position={"x": 4, "y": 4})
    await alice.press("Edit")
    await holds(alice, "**Sea** and ||ice||")
    await alice.shot("editing-a-caption")
    await field(alice).fill("**Lake** and ||ice||")
    await alice.press("Save")
    await theirs.locator("strong", has_text="Lake").wait_for()
    await theirs.get_by_text("edited").wait_for()
    await theirs.get_by_role("button", name="Show hidden words").wait_for()
    await theirs.locator(".pane img").evaluate("one => one.decode()")
    # Also for who comes later.
    await bob.page.reload()
    await theirs.locator("strong", has_text="Lake").wait_for()
    await theirs.locator(".pane img").evaluate("one => one.decode()")
    await bob.shot("edited-caption")
    assert alice.faults == bob.faults == []


async def test_files_leave_an_edit_as_it_is_and_take_the_answer_along(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("Supper at sevn")
    await bob.sees("Supper at sevn")
    await act(alice, "Supper at sevn", "Edit")
    await field(alice).fill("Supper at seven")
    sheet = await choose(alice, "Photos and videos", photo("table.jpg", size=(800, 600)))
    await sheet.get_by_role("button", name="Send", exact=True).click()
    await is_shown(bob, "Picture from alice")
    await holds(alice, "Supper at seven")
    await alice.press("Save")
    await message(bob, "Supper at seven").wait_for()

    # Given up, it was not the answer; sent, it was.
    await act(bob, "Supper at seven", "Reply")
    sheet = await choose(bob, "Photos and videos", photo("menu.jpg", size=(800, 600)))
    await sheet.get_by_role("button", name="Close").click()
    await bob.sees("Reply to alice")
    sheet = await choose(bob, "Photos and videos", photo("menu.jpg", size=(800, 600)))
    await sheet.get_by_role("button", name="Send", exact=True).click()
    answer = alice.page.get_by_role("article").filter(has=alice.page.locator(".pane")).last
    await answer.get_by_text("Supper at seven").wait_for()
    assert await bob.page.get_by_text("Reply to alice").count() == 0
    assert alice.faults == bob.faults == []

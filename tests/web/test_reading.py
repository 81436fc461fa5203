"""Who has read what, and who is here: of those who want it told."""

from __future__ import annotations

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.person import NARROW, Person
from tests.web.talking import act, message, nothing_is_clipped

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SHOWS = "Others see when I am here"


async def choose(person: Person, name: str, *, on: bool) -> None:
    """Turn one of the switches of the privacy page."""
    await person.to("/me/privacy")
    await person.page.get_by_text(name).click()
    state = ":checked" if on else ":not(:checked)"
    await person.page.get_by_role("switch", name=name).and_(person.page.locator(state)).wait_for()


async def test_who_has_read(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("to you alone")
    await bob.sees("to you alone")
    await message(alice, "to you alone").get_by_text("Read ", exact=False).first.wait_for()
    # The newest is in sight as soon as the chat is opened again, below the line: without a scroll.
    await bob.press("Back")
    await bob.page.get_by_role("heading", name="Chats", exact=True).wait_for()
    await alice.say("are you there?")
    await bob.page.get_by_role("row", name="alice").get_by_text("are you there?").wait_for()
    await bob.page.get_by_role("row", name="alice").click()
    await bob.sees("New messages")
    await message(alice, "are you there?").get_by_text("Read ", exact=False).first.wait_for()
    await alice.press("Back")
    await bob.press("Back")

    # A group of three; the third does not want it told.
    carol = await Person.arrive(chatting.browser, chatting.server.base_url, "carol")
    await carol.sign_up()
    await alice.start_chat("carol")
    await carol.accept("alice")
    await choose(carol, "Others see what I have read", on=False)
    await carol.to("/chats")
    await alice.to("/contacts/new-group")
    await alice.fill("Name of the group", "Three")
    for name in ("bob", "carol"):
        await alice.page.get_by_role("row", name=name).click()
    await alice.press("Make the group (3 people)")
    await alice.page.get_by_role("textbox", name="Message").wait_for()
    for person in (bob, carol):
        await person.accept("Three")
    await alice.say("to all of you")
    await bob.sees("to all of you")
    await carol.sees("to all of you")
    await message(alice, "to all of you").get_by_role("button", name="Read by 1").click()
    await alice.page.get_by_role("region", name="Read").get_by_text("bob").wait_for()
    await (
        alice.page.get_by_role("region", name="Not read yet, or not shown")
        .get_by_text("carol")
        .wait_for()
    )
    assert await axe_faults(alice.page) == []
    await alice.shot("readers")
    await alice.page.keyboard.press("Escape")

    # An answer says more than any receipt; and it can be asked for any message of one's own.
    await carol.say("thank you")
    await alice.sees("thank you")
    await act(alice, "to all of you", "Who has read it")
    await alice.page.get_by_role("region", name="Read by 2").get_by_text("carol").wait_for()
    await alice.page.keyboard.press("Escape")

    # Everybody is meant at once, by one name; and each sees that it is meant for them.
    box = alice.page.get_by_role("textbox", name="Message")
    await box.press_sequentially("Supper @ro")
    await alice.page.get_by_role("option", name="room").wait_for()
    assert await axe_faults(alice.page) == []
    await box.press("Enter")
    await box.press("Enter")
    await carol.page.locator(".mention.me", has_text="@room").wait_for()
    assert await axe_faults(carol.page) == []
    await act(alice, "to all of you", "Who has read it")
    await alice.page.get_by_role("region", name="Read by 2").get_by_text("carol").wait_for()
    await alice.page.set_viewport_size(NARROW)
    await nothing_is_clipped(alice)
    assert await axe_faults(alice.page) == []
    assert alice.faults == bob.faults == carol.faults == []


async def test_who_is_here_by_choice(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await bob.say("hello")
    await alice.sees("hello")
    chat = await alice.room_id()
    # Nobody has chosen anything: nobody is seen, by any client.
    token, bob_id = await alice.token(), "@bob:courtyard.test"
    status = f"/_matrix/client/v3/presence/{bob_id}/status"
    asked = "async ([url, token]) => (await fetch(url, {headers: {Authorization: `Bearer ${token}`}})).json()"
    assert await alice.page.evaluate(asked, [status, token]) in (
        {"presence": "offline"},
        {"presence": "offline", "currently_active": False},
    )
    await choose(alice, SHOWS, on=True)
    assert await axe_faults(alice.page) == []
    await alice.to(f"/chats/{chat}")
    await alice.page.get_by_role("textbox", name="Message").wait_for()
    assert await alice.page.get_by_text("here now").count() == 0

    # Both have: a line in the chat, a dot among the contacts, words on the page of the person.
    await choose(bob, SHOWS, on=True)
    await alice.page.get_by_text("here now").wait_for()
    await alice.shot("here-now")
    assert await axe_faults(alice.page) == []
    await alice.to("/contacts")
    await alice.page.get_by_role("row", name="bob").get_by_role("img", name="here now").wait_for()
    assert await axe_faults(alice.page) == []
    await alice.shot("here-contacts")
    await alice.page.get_by_role("row", name="bob").click()
    await alice.page.get_by_text("here now").wait_for()
    await alice.page.set_viewport_size(NARROW)
    await nothing_is_clipped(alice)

    # Five minutes without a key or a press: was here.
    await bob.page.clock.install()
    await bob.page.reload()
    # The account's choice is known again, so the minutes are counted.
    chosen = bob.page.get_by_role("switch", name=SHOWS).and_(bob.page.locator(":checked"))
    await chosen.wait_for()
    await bob.page.clock.run_for(5 * 60_000 + 1_000)
    await alice.page.get_by_text("seen 1 minute ago").wait_for()

    # Taken back: nothing is left of it.
    await choose(bob, SHOWS, on=False)
    await alice.page.get_by_text("seen 1 minute ago").wait_for(state="detached")
    assert "last_active_ago" not in await alice.page.evaluate(asked, [status, token])
    assert alice.faults == bob.faults == []

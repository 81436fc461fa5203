"""The recovery key: made after signing up, and what opens old messages on a second device."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.browser import axe_faults
from tests.server import Server
from tests.web.beginnings import Town
from tests.web.person import NARROW, PASSWORD, Person
from tests.web.talking import fits_in_both_themes

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


async def make_key(person: Person) -> str:
    """Go through the steps of making a recovery key, and return it."""
    await person.press("Make my recovery key")
    await person.page.get_by_role("heading", name="This is your recovery key").wait_for()
    groups = (
        await person.page.get_by_role("list", name="Recovery key").locator("li").all_inner_texts()
    )
    await person.press("I have kept it")
    label = await person.page.locator("form label").inner_text()
    asked = int(label.removeprefix("Type group ").split()[0])
    await person.fill(label, "????")
    await person.press("Confirm")
    await person.sees("That is not this group.")
    await person.fill(label, groups[asked - 1])
    await person.press("Confirm")
    await person.sees("Your recovery key works")
    return " ".join(groups)


async def opens_with(key: str, person: Person) -> None:
    """Let somebody who has just signed in open what they are locked out of."""
    await person.press("With my recovery key")
    await person.fill("Recovery key", key)
    await person.press("Open my messages")
    await person.sees("This device is verified")


async def test_a_second_device_reads_the_history_with_the_recovery_key(
    server: Server, browser: Any
) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice", bypass_csp=True)
    bob = await Person.arrive(browser, server.base_url, "bob")
    await bob.sign_up()
    await alice.make_account()
    await alice.page.get_by_role("button", name="Make my recovery key").wait_for()
    assert await axe_faults(alice.page) == []
    key = await make_key(alice)
    await alice.press("Go on")
    await alice.start_chat("bob")
    await alice.say("Before the new phone")
    await bob.accept("alice")
    await bob.sees("Before the new phone")

    phone = await Person.arrive(browser, server.base_url, "alice", bypass_csp=True, viewport=NARROW)
    await phone.sign_in()
    await phone.sees("This device is not verified")
    assert await axe_faults(phone.page) == []
    # Put off, it is said above the chats, and what cannot be read is not shown.
    await phone.press("Not now")
    await phone.page.get_by_role("heading", name="Chats", exact=True).wait_for()
    await phone.to("/me/recovery")
    await phone.press("With my recovery key")
    await phone.fill("Recovery key", key[:-2])
    await phone.press("Open my messages")
    await phone.sees("This is not your recovery key.")
    assert await axe_faults(phone.page) == []
    await phone.fill("Recovery key", key.replace(" ", ""))
    await phone.press("Open my messages")
    await phone.sees("This device is verified")
    await phone.press("Go on")
    await phone.to("/chats")
    await phone.page.get_by_role("row", name="bob").click()
    await phone.sees("Before the new phone")

    # The first device lists both, and sees that the new one is verified.
    await alice.to("/me/devices")
    await alice.page.get_by_role("button", name="Last seen").wait_for()
    await alice.page.get_by_role("img", name="Verified").nth(1).wait_for()
    assert await axe_faults(alice.page) == []
    assert alice.faults == bob.faults == phone.faults == []


async def test_a_key_that_comes_late_still_opens_its_message(server: Server, browser: Any) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice")
    bob = await Person.arrive(browser, server.base_url, "bob")
    await bob.sign_up()
    await alice.make_account()
    key = await make_key(alice)
    await alice.press("Go on")
    # The first device does not get round to handing its key in.
    may_go_on = asyncio.Event()

    async def hold(route: Any) -> None:
        await may_go_on.wait()
        await route.continue_()

    await alice.page.route("**/room_keys/keys*", hold)
    await alice.start_chat("bob")
    await alice.say("Before the new phone")
    await bob.accept("alice")
    await bob.sees("Before the new phone")

    phone = await Person.arrive(browser, server.base_url, "alice")
    await phone.sign_in()
    await opens_with(key, phone)
    await phone.press("Go on")
    await phone.to("/chats")
    await phone.page.get_by_role("row", name="bob").click()
    await phone.sees("cannot be read")
    may_go_on.set()
    await phone.sees("Before the new phone")
    assert alice.faults == bob.faults == phone.faults == []


async def test_a_key_that_was_put_off_is_asked_about_again(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True)
    assert await alice.page.get_by_role("complementary").count() == 0
    later = "JSON.stringify({at: Date.now() - 25 * 3600000, times: 1})"
    await alice.page.evaluate(f"localStorage.setItem('courtyard.recovery.later', {later})")
    await alice.page.reload()
    await alice.sees("If this device is lost, your messages are lost.")
    assert await axe_faults(alice.page) == []
    await alice.press("Make it")
    await make_key(alice)
    assert await alice.page.evaluate("localStorage.getItem('courtyard.recovery.later')") is None
    await alice.press("Go on")
    await alice.to("/chats")
    await alice.page.get_by_role("heading", name="Chats", exact=True).wait_for()
    assert await alice.page.get_by_role("complementary").count() == 0
    assert alice.faults == []


async def test_a_first_start_that_breaks_off_is_finished(server: Server, browser: Any) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice")
    publish = "**/keys/device_signing/upload"

    async def lose(route: Any) -> None:
        await route.abort()

    await alice.page.route(publish, lose)
    async with alice.page.expect_request(publish):
        await alice.make_account()
    # Nobody has to wait for it.
    await alice.press("Not now")
    await alice.page.get_by_role("heading", name="Chats", exact=True).wait_for()
    await alice.page.unroute(publish)
    await alice.page.reload()
    await alice.page.get_by_role("heading", name="Chats", exact=True).wait_for()
    await alice.to("/me/recovery")
    key = await make_key(alice)
    await alice.press("Go on")
    await alice.to("/me/recovery")
    for done in ("This device is verified", "You have a recovery key"):
        await alice.sees(done)
    await alice.page.get_by_role("img", name="Yes").nth(2).wait_for()

    phone = await Person.arrive(browser, server.base_url, "alice")
    await phone.sign_in()
    await opens_with(key, phone)
    assert alice.faults == phone.faults == []


async def test_whoever_starts_over_is_seen_to_have_new_keys(chatting: Town) -> None:
    alice, bob = await chatting.both(bob={"bypass_csp": True, "viewport": NARROW})
    await alice.say("With my first keys")
    await bob.sees("With my first keys")
    # Their keys are known to whoever has written to them.
    await bob.say("I can read it")
    await alice.sees("I can read it")
    told = bob.page.get_by_role("complementary", name="New keys")
    assert await told.count() == 0

    phone = await Person.arrive(chatting.browser, chatting.server.base_url, "alice")
    await phone.sign_in()
    await phone.press("I have no other device")
    await phone.fill("Password", PASSWORD)
    await phone.press("Start over with new keys")
    await phone.sees("You have new keys")
    await told.get_by_text("alice has new keys.").wait_for()
    await fits_in_both_themes(bob, "new-keys")
    # It is a warning and no wall.
    await bob.say("Is it you?")
    await phone.to("/chats")
    await phone.page.get_by_role("row", name="bob").click()
    await phone.sees("Is it you?")
    await told.get_by_role("button", name="I know").click()
    await told.wait_for(state="detached")
    await bob.page.reload()
    await bob.sees("Is it you?")
    assert await told.count() == 0
    assert alice.faults == bob.faults == phone.faults == []


async def test_what_was_written_last_is_not_lost_by_signing_out(
    server: Server, browser: Any
) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice", bypass_csp=True, viewport=NARROW)
    bob = await Person.arrive(browser, server.base_url, "bob")
    await bob.sign_up()
    await alice.make_account()
    key = await make_key(alice)
    await alice.press("Go on")
    hand_in = "**/room_keys/keys*"

    async def lose(route: Any) -> None:
        await route.abort()

    await alice.page.route(hand_in, lose)
    await alice.start_chat("bob")
    await alice.say("Said at the door")
    await bob.accept("alice")
    await bob.sees("Said at the door")
    dialog = alice.page.get_by_role("alertdialog")
    await alice.to("/me")
    await alice.press("Sign out")
    await dialog.get_by_role("button", name="Sign out").click()
    await alice.sees("could not be saved on the server")
    await fits_in_both_themes(alice, "sign-out-left")
    await alice.page.unroute(hand_in)
    await alice.press("Try once more")

    await alice.sign_in()
    await alice.press("With my recovery key")
    await alice.fill("Recovery key", key)
    await alice.press("Open my messages")
    await alice.press("Go on")
    await alice.page.get_by_role("row", name="bob").click()
    await alice.sees("Said at the door")

    # What is not sent is named.
    await alice.page.context.set_offline(True)
    await alice.say("Said to nobody")
    await alice.to("/me")
    await alice.press("Sign out")
    await alice.sees("Messages or files of yours have not been sent yet.")
    await fits_in_both_themes(alice, "sign-out-unsent")
    await alice.press("Look at my chats")
    await alice.page.get_by_role("heading", name="Chats", exact=True).wait_for()
    assert alice.faults == bob.faults == []

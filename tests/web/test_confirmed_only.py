"""Who wants it writes only to devices that their owner has confirmed, and reads nothing that is written on others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.person import NARROW, Person
from tests.web.talking import fits_in_both_themes, message, speaks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CHOICE = "Send only to devices their owner has verified"
UNREADABLE = "This message cannot be read here"


async def another(chatting: Town, name: str) -> Person:
    """One more device of somebody's, in their chat, that they have not confirmed."""
    device = await Person.arrive(chatting.browser, chatting.server.base_url, name)
    await device.sign_in()
    await device.press("Not now")
    await device.page.get_by_role("row", name="bob" if name == "alice" else "alice").click()
    await device.page.get_by_role("textbox", name="Message").wait_for()
    return device


async def chooses(person: Person, *, is_on: bool) -> None:
    """Press the choice, and wait until the server has it."""
    await person.to("/me/privacy")
    choice = person.page.get_by_role("switch", name=CHOICE)
    assert await choice.is_checked() is not is_on
    async with person.page.expect_response("**/account_data/org.courtyard.privacy"):
        await person.page.get_by_text(CHOICE).click()
    await person.sees("These hold on all your devices.")
    assert await choice.is_checked() is is_on


async def to_chat(person: Person, other: str) -> None:
    await person.to("/chats")
    await person.page.get_by_role("row", name=other).click()
    await person.page.get_by_role("textbox", name="Message").wait_for()


def newest(person: Person) -> Any:
    return person.page.get_by_role("article").last


async def test_what_is_written_reaches_confirmed_devices_alone(chatting: Town) -> None:
    alice, bob = await chatting.both({"bypass_csp": True, "viewport": NARROW}, {})
    tablet = await another(chatting, "bob")
    phone = await another(chatting, "alice")
    # It is off: everybody reads.
    await alice.say("To all of you")
    for device in (bob, tablet, phone):
        await message(device, "To all of you").wait_for()

    await chooses(alice, is_on=True)
    await fits_in_both_themes(alice, "confirmed-only")
    await to_chat(alice, "bob")
    await alice.say("Only to confirmed ones")
    await message(bob, "Only to confirmed ones").wait_for()
    await newest(tablet).get_by_text(UNREADABLE).wait_for()
    await tablet.press("Why, and what to do")
    await tablet.sees("The sender sends only to devices that are verified, and this one is not.")
    await tablet.page.keyboard.press("Escape")

    # Nor does she read what that device says, while he does.
    await tablet.say("From the tablet")
    await message(bob, "From the tablet").wait_for()
    await newest(alice).get_by_text(UNREADABLE).wait_for()
    await alice.press("Why, and what to do")
    await alice.sees("It is not certain that this message comes from a device of the sender.")
    assert await axe_faults(alice.page) == []
    await alice.page.keyboard.press("Escape")

    # It holds on her other device, at once, and that one is not confirmed: it may not write.
    await phone.say("From my new phone")
    await phone.sees("Verify this device first")
    assert await message(bob, "From my new phone").count() == 0

    # Kept over a reload.
    await alice.page.reload()
    await alice.say("Still only to those")
    await message(bob, "Still only to those").wait_for()
    await newest(tablet).get_by_text(UNREADABLE).wait_for()
    assert await tablet.page.get_by_text("Still only to those").count() == 0

    # Off again, what was not read opens by itself.
    await chooses(alice, is_on=False)
    await to_chat(alice, "bob")
    await message(alice, "From the tablet").wait_for()
    await alice.say("To all again")
    for device in (bob, tablet):
        await message(device, "To all again").wait_for()
    assert alice.faults == bob.faults == tablet.faults == phone.faults == []


async def test_the_choice_in_chinese(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True, viewport=NARROW)
    await speaks(alice, "zh-CN")
    await alice.to("/me/privacy")
    await alice.sees("只发给主人验证过的设备")
    await fits_in_both_themes(alice, "confirmed-only-zh")
    assert alice.faults == []

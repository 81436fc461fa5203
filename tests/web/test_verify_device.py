"""Two devices of one person confirm each other with seven pictures, and the history opens on the new one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.person import Person
from tests.web.talking import message

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

UNCONFIRMED = "Sent from a device that its owner has not verified."


async def pictures(person: Person) -> list[str]:
    await person.page.get_by_text("Do both devices show these pictures").wait_for()
    shown = person.page.locator(".emoji-list li")
    assert await shown.count() == 7
    return [str(one) for one in await shown.all_inner_texts()]


async def test_a_new_device_is_confirmed_with_the_first_one(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("From the first device")
    await bob.sees("From the first device")

    tablet = await Person.arrive(
        chatting.browser, chatting.server.base_url, "alice", bypass_csp=True
    )
    await tablet.sign_in()
    # Until it is confirmed, others are told of what it says that it may be anybody's.
    await tablet.page.get_by_role("button", name="With my other device").wait_for()
    await tablet.to("/chats")
    await tablet.page.get_by_role("row", name="bob").click()
    await tablet.say("From another device")
    doubt = message(bob, "From another device").get_by_role("img", name=UNCONFIRMED)
    await doubt.wait_for()
    await message(bob, "From another device").click(button="right", position={"x": 4, "y": 8})
    await bob.page.get_by_role("dialog").get_by_text(UNCONFIRMED).wait_for()
    assert await axe_faults(bob.page) == []
    await bob.page.keyboard.press("Escape")
    assert await message(bob, "From the first device").get_by_role("img").count() == 0
    await tablet.to("/me/recovery")
    # No recovery key was made: the other device is the way.
    await tablet.press("With my other device")
    await tablet.sees("Open Courtyard on your other device")
    await alice.sees("has signed in to your account")
    assert await axe_faults(alice.page) == []
    await alice.press("Yes, it is me")
    await tablet.press("Compare pictures instead")
    assert await pictures(alice) == await pictures(tablet)
    assert await axe_faults(tablet.page) == []
    # The first device does not get round to handing its keys over.
    may_go_on = asyncio.Event()

    async def hold(route: Any) -> None:
        await may_go_on.wait()
        await route.continue_()

    await alice.page.route("**/sendToDevice/m.room.encrypted/*", hold)
    await tablet.press("They are the same")
    await tablet.sees("Now confirm on the other device, too")
    await alice.press("They are the same")
    await alice.sees("Both devices now trust each other")
    await tablet.sees("Both devices now trust each other")
    await alice.press("OK")
    await tablet.press("OK")

    await tablet.sees("This device is verified")
    await tablet.sees("Your other device is handing over the keys")
    await tablet.press("Go on")
    # A recovery key that was made here now would hold nothing.
    await tablet.to("/me/recovery")
    await tablet.sees("Keys are missing on this device")
    assert await axe_faults(tablet.page) == []
    may_go_on.set()
    await tablet.sees("A key for the worst day")
    await tablet.to("/chats")
    await tablet.page.get_by_role("row", name="bob").click()
    await tablet.sees("From the first device")
    await doubt.wait_for(state="detached")
    assert alice.faults == bob.faults == tablet.faults == []


async def test_what_is_not_the_same_is_refused_on_both(settled: Town) -> None:
    alice = await settled.comes("alice")
    tablet = await Person.arrive(settled.browser, settled.server.base_url, "alice")
    await tablet.sign_in()

    # Somebody else's device is turned away with one press.
    await tablet.press("With my other device")
    await alice.press("No, not me")
    await tablet.sees("One of the devices stopped.")
    await tablet.press("OK")

    await tablet.press("With my other device")
    await alice.press("Yes, it is me")
    await alice.press("Compare pictures instead")
    await pictures(alice)
    await pictures(tablet)
    await alice.press("They differ")
    await alice.sees("The pictures were not the same")
    await tablet.sees("The pictures were not the same")
    await tablet.press("OK")
    await tablet.sees("This device is not verified")
    assert alice.faults == tablet.faults == []


async def test_a_new_device_is_confirmed_by_its_code(settled: Town, tmp_path: Path) -> None:
    alice = await settled.comes("alice", bypass_csp=True)
    tablet = await Person.arrive(settled.browser, settled.server.base_url, "alice", bypass_csp=True)
    await tablet.sign_in()
    await tablet.press("With my other device")
    await alice.press("Yes, it is me")
    code = tablet.page.get_by_role("img", name="Code to verify this device")
    await code.wait_for()
    assert await axe_faults(tablet.page) == []
    shown, strange = tmp_path / "code.png", tmp_path / "strange.png"
    await code.screenshot(path=shown)
    Image.new("RGB", (300, 300), "#ffffff").save(strange)

    await alice.press("Scan the code on your other device")
    await alice.page.get_by_label("Camera").wait_for()
    assert await axe_faults(alice.page) == []
    for picture in (strange, shown):
        async with alice.page.expect_file_chooser() as chooser:
            await alice.page.get_by_role("button", name="From a picture").click()
        await (await chooser.value).set_files(picture)
        if picture is strange:
            await alice.sees("There is no QR code in this picture.")
    await alice.sees("Scanned. Now confirm on the other device")
    await tablet.press("Yes, it did")
    await tablet.sees("Both devices now trust each other")
    await alice.sees("Both devices now trust each other")
    await tablet.press("OK")
    await tablet.sees("This device is verified")
    assert alice.faults == tablet.faults == []

"""Two devices of one person confirm each other with seven pictures, and the history opens on the new one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import axe_faults
from tests.server import Server
from tests.web.person import Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


async def pictures(person: Person) -> list[str]:
    await person.page.get_by_text("Do both devices show these pictures").wait_for()
    shown = person.page.locator(".emoji-list li")
    assert await shown.count() == 7
    return [str(one) for one in await shown.all_inner_texts()]


async def test_a_new_device_is_confirmed_with_the_first_one(server: Server, browser: Any) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice", bypass_csp=True)
    bob = await Person.arrive(browser, server.base_url, "bob")
    await alice.sign_up()
    await bob.sign_up()
    await alice.start_chat("bob")
    await alice.say("From the first device")
    await bob.page.get_by_role("row", name="alice").click()
    await bob.press("Accept")
    await bob.sees("From the first device")

    tablet = await Person.arrive(browser, server.base_url, "alice", bypass_csp=True)
    await tablet.sign_in()
    # No recovery key was made: the other device is the way.
    await tablet.press("With my other device")
    await tablet.sees("Open Courtyard on your other device")
    await alice.sees("has signed in to your account")
    assert await axe_faults(alice.page) == []
    await alice.press("Yes, it is me")
    assert await pictures(alice) == await pictures(tablet)
    assert await axe_faults(tablet.page) == []
    await tablet.press("They are the same")
    await tablet.sees("Now confirm on the other device, too")
    await alice.press("They are the same")
    await alice.sees("Both devices now trust each other")
    await tablet.sees("Both devices now trust each other")
    await alice.press("Close")
    await tablet.press("Close")

    await tablet.sees("This device is verified")
    await tablet.press("Go on")
    await tablet.go("/chats")
    await tablet.page.get_by_role("row", name="bob").click()
    await tablet.sees("From the first device")
    assert alice.faults == bob.faults == tablet.faults == []


async def test_what_is_not_the_same_is_refused_on_both(server: Server, browser: Any) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice")
    await alice.sign_up()
    tablet = await Person.arrive(browser, server.base_url, "alice")
    await tablet.sign_in()

    # Somebody else's device is turned away with one press.
    await tablet.press("With my other device")
    await alice.press("No, not me")
    await tablet.sees("One of the devices stopped.")
    await tablet.press("Close")

    await tablet.press("With my other device")
    await alice.press("Yes, it is me")
    await pictures(alice)
    await pictures(tablet)
    await alice.press("They differ")
    await alice.sees("The pictures were not the same")
    await tablet.sees("The pictures were not the same")
    await tablet.press("Close")
    await tablet.sees("This device is not verified")
    assert alice.faults == tablet.faults == []

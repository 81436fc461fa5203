"""Links of people and groups that somebody shares: they open in any browser, and who has to come in first gets there in the end."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.person import NARROW, Person
from tests.web.talking import fits_in_both_themes, message, speaks
from tests.web.test_recovery import make_key

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def copied_link(person: Person) -> str:
    """Copy the link that is shown, and return it."""
    await person.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await person.press("Copy the link")
    await person.press("Copied")
    link = await person.page.evaluate("navigator.clipboard.readText()")
    assert link == await person.page.locator("p.link").inner_text()
    return str(link)


async def opens(town: Town, link: str, name: str, **context: Any) -> Person:
    """Open a link in a browser that knows nothing of this server."""
    return await Person.arrive(town.browser, link, name, bypass_csp=True, **context)


async def test_the_link_of_a_group(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.to("/contacts/new-group")
    await alice.fill("Name of the group", "Ramen Crew")
    await alice.page.get_by_role("row", name="bob").click()
    await alice.press("Make the group (2 people)")
    await alice.press("About this group")
    room_id = await alice.room_id()
    await alice.press("QR code")
    await alice.sees("Any phone's camera opens it")
    await fits_in_both_themes(alice, "shared-link-group-code")
    link = await copied_link(alice)
    assert link == (
        f"{chatting.server.base_url}/contacts/join/{quote(room_id, safe='!:')}?via=courtyard.test"
    )
    await alice.press("Close")

    # In a message it opens within the app, which is not loaded anew.
    await alice.to("/chats")
    await alice.page.get_by_role("row", name="bob").click()
    await alice.say(f"Come along: {link}")
    await bob.page.evaluate("window.isStillHere = true")
    await message(bob, "Come along").get_by_role("link").click()
    await bob.page.get_by_role("heading", name="Ramen Crew").wait_for()
    await bob.press("Join the group")
    await bob.page.get_by_role("textbox", name="Message").wait_for()
    assert await bob.page.evaluate("window.isStillHere")
    assert len(bob.page.context.pages) == 1

    # Somebody without an account makes one on the way.
    carol = await opens(chatting, link, "carol", viewport=NARROW)
    await carol.sees("You have opened the link of a group.")
    for language in ("zh-CN", "en"):
        await speaks(carol, language)
        await fits_in_both_themes(carol, f"shared-link-welcome-{language}")
    await carol.make_account()
    await carol.page.get_by_role("button", name="Make my recovery key").wait_for()
    # It is not forgotten when the page comes anew.
    await carol.page.reload()
    await carol.press("Not now")
    await carol.page.get_by_role("heading", name="Ramen Crew").wait_for()
    await fits_in_both_themes(carol, "shared-link-join")
    assert carol.page.url == link
    await carol.press("Ask to come in")
    await carol.sees("You have asked.")
    await bob.sees("carol asks to join")
    assert alice.faults == bob.faults == carol.faults == []


async def test_the_link_of_a_person_in_a_second_browser(settled: Town) -> None:
    alice, bob = await settled.both()
    await bob.to("/contacts/code")
    await bob.sees("Any phone's camera opens it")
    await fits_in_both_themes(bob, "shared-link-person-code")
    link = await copied_link(bob)
    assert link == f"{settled.server.base_url}/contacts/@bob:courtyard.test"
    await alice.to("/me/recovery")
    key = await make_key(alice)
    await alice.press("Go on")

    # What else may stand in an address of the first page leads nowhere but into the app.
    astray = f"{settled.server.base_url}/me/recovery?first=in&then=//elsewhere.example/chats"
    for opened, goes_on in ((link, "bob"), (astray, "Chats")):
        phone = await opens(settled, opened, "alice", viewport=NARROW)
        await phone.sign_in()
        await phone.press("With my recovery key")
        await phone.fill("Recovery key", key)
        await phone.press("Open my messages")
        await phone.sees("This device is verified")
        assert await axe_faults(phone.page) == []
        await phone.press("Go on")
        await phone.page.get_by_role("heading", name=goes_on, exact=True, level=1).wait_for()
        assert urlsplit(phone.page.url).path == (
            "/contacts/@bob:courtyard.test" if opened == link else "/chats"
        )
        assert phone.faults == []
    assert alice.faults == bob.faults == []

"""Two people make sure, with seven pictures, that nobody stands between them; and see it when that is not certain any more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.beginnings import Town
from tests.web.person import NARROW, PASSWORD, Person
from tests.web.talking import fits_in_both_themes, message, speaks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

ALICE, BOB = "/contacts/@alice:courtyard.test", "/contacts/@bob:courtyard.test"
LOOK = {"bypass_csp": True, "viewport": NARROW}


async def asks(person: Person, other: str) -> None:
    await person.to(other)
    await person.sees("Not verified yet: compare emoji when you meet or in a call.")
    await person.press("Compare")


async def pictures(person: Person, other: str) -> list[str]:
    await person.sees(f"Ask {other} whether they see the same, in this order.")
    shown = person.page.locator(".emoji-list li")
    assert await shown.count() == 7
    return [str(one) for one in await shown.all_inner_texts()]


async def compare(alice: Person, bob: Person) -> None:
    """Let alice ask, and both find the pictures the same."""
    await asks(alice, BOB)
    await bob.sees("alice wants to compare emoji with you")
    await bob.page.get_by_role("alertdialog").get_by_role("button", name="Compare").click()
    await alice.press("Compare emoji")
    assert await pictures(alice, "bob") == await pictures(bob, "alice")


def shield(person: Person, name: str = "Verified") -> Any:
    return person.page.locator("header").get_by_role("img", name=name, exact=True)


async def to_chat(person: Person, other: str) -> None:
    await person.to("/chats")
    await person.page.get_by_role("row", name=other).click()
    await person.page.locator("textarea").wait_for()


async def test_two_people_compare_and_see_it_in_both_languages(chatting: Town) -> None:
    alice, bob = await chatting.both(LOOK, LOOK)
    assert await shield(alice).count() == 0
    # He is asked wherever he is.
    await bob.to("/me")
    await asks(alice, BOB)
    await alice.sees("bob is asked in Courtyard now")
    await fits_in_both_themes(alice, "compare-waits")
    await bob.sees("alice wants to compare emoji with you")
    await fits_in_both_themes(bob, "compare-asked")
    await bob.page.get_by_role("alertdialog").get_by_role("button", name="Compare").click()
    await alice.sees("If you sit together, let bob scan this code.")
    await bob.sees("If you sit together, scan the code that alice is shown.")
    await fits_in_both_themes(alice, "compare-code")
    await fits_in_both_themes(bob, "compare-scan")
    await alice.press("Compare emoji")
    assert await pictures(alice, "bob") == await pictures(bob, "alice")
    await fits_in_both_themes(bob, "compare-emoji")
    await alice.press("They are the same")
    await alice.sees("Waiting for bob to say so, too…")
    await bob.press("They are the same")
    await alice.sees("You have verified bob. When their keys change, you are told.")
    await bob.sees("You have verified alice.")
    await fits_in_both_themes(alice, "compare-done")
    await alice.press("OK")
    await bob.press("OK")

    await alice.sees("You have verified bob.")
    assert await alice.page.get_by_role("button", name="Compare", exact=True).count() == 0
    await to_chat(alice, "bob")
    await bob.to(ALICE)
    for person in (alice, bob):
        await shield(person).wait_for()
        await fits_in_both_themes(person, f"compare-{person.name}")
    await alice.sees("alice asked to compare keys")
    for person in (alice, bob):
        await speaks(person, "zh-CN")
        await shield(person, "已验证").wait_for()
        await fits_in_both_themes(person, f"compare-{person.name}-zh")
    await alice.sees("alice 想比对钥匙")
    await bob.sees("你已验证 alice。")
    # What is over asks nothing after the page has come anew; and the list says what it was.
    await bob.to("/chats")
    await bob.page.get_by_role("row", name="alice").get_by_text("想比对钥匙").wait_for()
    assert await bob.page.get_by_role("alertdialog").count() == 0
    assert alice.faults == bob.faults == []


async def test_who_does_not_want_to_says_so_and_blocked_people_ask_nothing(chatting: Town) -> None:
    alice, bob = await chatting.both(LOOK, LOOK)
    await bob.to("/contacts")
    await asks(alice, BOB)
    await bob.press("Not now")
    await alice.sees("One of you stopped. You can begin again at any time.")
    await fits_in_both_themes(alice, "compare-declined")
    await alice.press("OK")

    # She takes it back herself.
    await alice.press("Compare")
    await bob.sees("alice wants to compare emoji with you")
    await alice.press("Cancel")
    await bob.sees("One of you stopped.")
    await bob.press("OK")

    # What they see is not the same: both hear it.
    await compare(alice, bob)
    await bob.press("They differ")
    for person in (alice, bob):
        await person.sees("You did not see the same")
        await person.press("OK")
    await alice.sees("Not verified yet")
    assert await shield(alice).count() == 0

    await bob.to(ALICE)
    await bob.press("Block this person")
    await bob.sees("Unblock")
    await alice.press("Compare")
    await alice.sees("bob is asked in Courtyard now")
    await alice.press("Cancel")
    # His own change comes to him after what she has done: a question would lie over it.
    await bob.press("Unblock")
    await bob.page.get_by_role("button", name="Block this person").wait_for()
    assert await bob.page.get_by_role("alertdialog").count() == 0
    assert alice.faults == bob.faults == []


async def test_who_was_verified_and_starts_over_is_not_verified_any_more(chatting: Town) -> None:
    alice, bob = await chatting.both(LOOK, LOOK)
    await compare(alice, bob)
    await alice.press("They are the same")
    await bob.press("They are the same")
    await alice.press("OK")
    await bob.press("OK")
    await shield(alice).wait_for()

    anew = await Person.arrive(chatting.browser, chatting.server.base_url, "bob")
    await anew.sign_in()
    await anew.press("I have no other device")
    await anew.fill("Password", PASSWORD)
    await anew.press("Start over with new keys")
    await anew.sees("You have new keys")
    await alice.sees("The keys of bob have changed since you verified them.")
    await fits_in_both_themes(alice, "compare-changed")
    assert await shield(alice).count() == 0
    await to_chat(anew, "alice")
    await anew.say("My new phone")
    await to_chat(alice, "bob")
    doubt = "The sender's identity has changed since you verified it."
    await message(alice, "My new phone").get_by_role("img", name=doubt).wait_for()
    assert alice.faults == anew.faults == []


async def test_a_device_says_that_another_one_answered(chatting: Town) -> None:
    alice, bob = await chatting.both(LOOK, LOOK)
    tablet = await Person.arrive(chatting.browser, chatting.server.base_url, "bob", **LOOK)
    await tablet.sign_in()
    await tablet.press("Not now")
    await tablet.page.get_by_role("row", name="alice").wait_for()
    await asks(alice, BOB)
    # It has none of the keys that this takes.
    await tablet.sees("To answer, first verify this device")
    await fits_in_both_themes(tablet, "compare-unverified")
    await bob.page.get_by_role("alertdialog").get_by_role("button", name="Compare").click()
    await tablet.sees("Answered on another device")
    await tablet.press("OK")
    # That ends nothing for the two.
    await alice.press("Compare emoji")
    assert await pictures(alice, "bob") == await pictures(bob, "alice")
    assert alice.faults == bob.faults == tablet.faults == []

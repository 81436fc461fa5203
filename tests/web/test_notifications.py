"""What is said is told while the app is open and not looked at, as each person has chosen."""

from __future__ import annotations

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.person import WITH_WORKER

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

# The browser without a screen shows none: what would be shown is written down.
LISTEN = """
window.shown = [];
window.Notification = class {
  static permission = 'default';
  static async requestPermission() { return (Notification.permission = window.answer ?? 'granted'); }
  constructor(title, options) { window.shown.push([title, options.body]); }
  close() {}
};
"""

INVITE = """async (name) => {
  const {accessToken, userId} = JSON.parse(localStorage.getItem("courtyard.session"));
  const invite = [userId.replace("bob", "alice")];
  await fetch("/_matrix/client/v3/createRoom", {
    method: "POST",
    headers: {Authorization: `Bearer ${accessToken}`},
    body: JSON.stringify({name, invite}),
  });
}"""


async def test_a_message_is_told_unless_its_chat_is_open(chatting: Town) -> None:
    alice, bob = await chatting.both(
        {"bypass_csp": True, "first_script": LISTEN, **WITH_WORKER}, {}
    )

    # Nobody is interrupted who has not asked for it, and a refusal is explained.
    await bob.say("Before anything was asked")
    await alice.sees("Before anything was asked")
    await alice.to("/me/notifications")
    await alice.page.evaluate("window.answer = 'denied'")
    await alice.page.get_by_text("Notify me").click()
    await alice.sees("Your browser blocks notifications")
    assert await axe_faults(alice.page) == []
    await alice.page.evaluate("window.answer = 'granted'")
    await alice.page.get_by_text("Notify me").click()
    await alice.page.get_by_role("button", name="Hear the sound", disabled=False).wait_for()
    assert await alice.page.evaluate("window.shown") == []

    await bob.say("The soup is hot")
    await alice.page.wait_for_function("window.shown.length === 1")
    assert await alice.page.evaluate("window.shown[0]") == ["bob", "The soup is hot"]
    # Without its text it only says that there is something.
    await alice.page.get_by_text("Show what was written").click()
    await bob.say("A secret")
    await alice.page.wait_for_function("window.shown.length === 2")
    assert await alice.page.evaluate("window.shown[1]") == ["Courtyard", "There is something new"]

    # With the chat before her eyes she needs no notification.
    await alice.to("/chats")
    await alice.page.get_by_role("row", name="bob").click()
    await alice.page.get_by_role("textbox", name="Message").wait_for()
    await bob.say("You are here")
    await alice.sees("You are here")
    await alice.say("Yes")
    await bob.sees("Yes")
    assert await alice.page.evaluate("window.shown.length") == 2

    # Who asks her for an answer is told too.
    await alice.to("/me/notifications")
    await alice.page.get_by_text("Show what was written").click()
    await bob.page.evaluate(INVITE, "Soup")
    await alice.page.wait_for_function("window.shown.length === 3")
    assert await alice.page.evaluate("window.shown[2]") == ["bob", "invites you to Soup"]
    assert alice.faults == bob.faults == []

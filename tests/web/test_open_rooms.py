"""Chats that are not encrypted: they say so before one comes in and for as long as one writes, and no new chat lands in one."""

from __future__ import annotations

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.court import as_person
from tests.web.person import NARROW

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

OPEN = "Not encrypted: whoever runs this server can read it."


async def test_an_open_chat_says_so_and_a_new_one_is_encrypted(settled: Town) -> None:
    alice = await settled.comes("alice")
    bob = await settled.comes("bob", bypass_csp=True, viewport=NARROW, color_scheme="light")
    wish = {"is_direct": True, "preset": "trusted_private_chat", "invite": ["@bob:courtyard.test"]}
    made = await as_person(settled.server, alice, "POST", "/_matrix/client/v3/createRoom", wish)

    await bob.page.get_by_role("row", name="alice").click()
    await bob.sees(OPEN)
    assert await axe_faults(bob.page) == []
    await bob.shot("open-asked")
    await bob.page.get_by_role("button", name="Accept ").click()
    await bob.page.get_by_role("textbox", name="Message").wait_for()
    line = bob.page.get_by_text(OPEN)
    await line.wait_for()
    await bob.say("Hello")
    await bob.page.get_by_role("img", name="Sent").wait_for()
    assert await line.is_visible()
    for scheme in ("dark", "light"):
        await bob.page.emulate_media(color_scheme=scheme)
        assert await axe_faults(bob.page) == []
        await bob.shot(f"open-chat-{scheme}")
    assert await bob.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]

    # One's own chat with them is another one.
    await bob.press("Back")
    await bob.start_chat("alice")
    assert str(made["room_id"]) not in await bob.page.evaluate(
        "decodeURIComponent(location.pathname)"
    )
    await bob.sees("Messages here are end-to-end encrypted")
    assert await line.count() == 0
    assert alice.faults == bob.faults == []

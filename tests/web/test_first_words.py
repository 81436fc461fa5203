"""From an empty browser to the first encrypted words, two people at once."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.server import Server
from tests.web.person import Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


async def test_from_signing_up_to_the_first_encrypted_message(server: Server, browser: Any) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice")
    bob = await Person.arrive(browser, server.base_url, "bob")
    await alice.sign_up()
    await bob.sign_up()

    await alice.start_chat("bob")
    await bob.page.get_by_role("row", name="alice").click()
    await bob.press("Accept")
    await bob.page.get_by_role("textbox", name="Message").wait_for()
    await alice.say("The tea is ready 🍵")
    await bob.sees("The tea is ready 🍵")
    await bob.say("On my way")
    await alice.sees("On my way")

    # What the server has is not what was said.
    token = await alice.page.evaluate(
        "JSON.parse(localStorage.getItem('courtyard.session')).accessToken"
    )
    room_id = await alice.page.evaluate("decodeURIComponent(location.pathname.split('/')[2])")
    async with httpx.AsyncClient(base_url=server.base_url) as http:
        page = await http.get(
            f"/_matrix/client/v3/rooms/{room_id}/messages",
            params={"dir": "b", "limit": 50},
            headers={"Authorization": f"Bearer {token}"},
        )
    types = [event["type"] for event in page.json()["chunk"]]
    assert types.count("m.room.encrypted") == 2
    assert "m.room.message" not in types

    # Who said yes to a person has a contact.
    await bob.press("Back")
    await bob.press("Contacts", "link")
    await bob.page.get_by_role("row", name="alice").wait_for()

    # It is still there after a reload, decrypted with the keys that this browser kept.
    await alice.page.reload()
    await alice.sees("On my way")
    assert alice.faults == bob.faults == []

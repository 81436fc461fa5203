"""From an empty browser to the first encrypted words, two people at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server import Server
from tests.web.court import as_person
from tests.web.person import WITH_WORKER, Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


async def test_from_signing_up_to_the_first_encrypted_message(server: Server, browser: Any) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice", **WITH_WORKER)
    bob = await Person.arrive(browser, server.base_url, "bob", **WITH_WORKER)
    await alice.sign_up()
    await bob.sign_up()

    await alice.start_chat("bob")
    await bob.accept("alice")
    await alice.say("The tea is ready 🍵")
    await bob.sees("The tea is ready 🍵")
    await bob.say("On my way")
    await alice.sees("On my way")

    # What the server has is not what was said.
    path = f"/_matrix/client/v3/rooms/{await alice.room_id()}/messages?dir=b&limit=50"
    page = await as_person(server, alice, "GET", path)
    types = [event["type"] for event in page["chunk"]]
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

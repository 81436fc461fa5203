"""Who calls a group is heard by its people wherever they are in the app: as long as it counts, and no longer."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest

from tests.livekit import LiveKit
from tests.server import Server
from tests.web.person import NARROW, PHONE, Person
from tests.web.test_group_calls import (
    DESK,
    api,
    call,
    group_of,
    is_in,
    livekit,
    looks_right,
    server,
)

__all__ = ["livekit", "server"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

NOTIFICATION = "org.matrix.msc4075.rtc.notification"


def bar(person: Person) -> Any:
    return person.page.locator(".ring-bar")


def sign(person: Person) -> Any:
    """What the group's row in the list of chats says of a call."""
    return person.page.get_by_role("row", name="Ramen Crew").locator(".call-sign")


async def rings(person: Person) -> None:
    await bar(person).get_by_text("Ramen Crew").wait_for()
    await bar(person).get_by_text("alice is calling").wait_for()


async def hang_up(person: Person) -> None:
    await person.press("Hang up")
    await person.page.locator(".call-page").wait_for(state="detached")


async def test_a_group_hears_of_a_call(server: Server, browser: Any, livekit: LiveKit) -> None:
    """In the list of chats as on any other page; who has muted the group sees it in the list alone."""
    room, (alice, bob, carol) = await group_of(
        server, browser, "alice", "bob", "carol", bypass_csp=True
    )
    tablet = await Person.arrive(browser, server.base_url, "bob")
    await tablet.sign_in()
    await tablet.press("Not now")
    await tablet.page.get_by_role("row", name="Ramen Crew").wait_for()
    await bob.to("/me")
    await carol.to("/chats")

    await call(alice, "Voice")
    await is_in(alice)
    for person in (bob, tablet, carol):
        await rings(person)
    await looks_right(bob, "rings", NARROW, PHONE, DESK)
    await looks_right(carol, "sign", NARROW, PHONE, DESK)
    await sign(carol).get_by_text("1 person is in a call").wait_for()

    # Not now, and the list says on that there is a call.
    await carol.press("Not now")
    await bar(carol).wait_for(state="detached")
    await sign(carol).wait_for()
    # The keyboard is not at the top of the page again.
    await carol.page.wait_for_function("document.activeElement !== document.body")
    # Taken up, and one's other devices have nothing to say any more.
    await bob.press("Join")
    await is_in(bob)
    await bar(tablet).wait_for(state="detached")
    await sign(carol).get_by_text("2 people are in a call").wait_for()
    await hang_up(bob)
    await hang_up(alice)
    await sign(carol).wait_for(state="detached")

    # It leaves nothing to be read.
    await carol.page.get_by_role("row", name="Ramen Crew").click()
    await carol.page.get_by_role("button", name="Group call", exact=True).wait_for()
    assert await carol.page.get_by_role("article").count() == 0
    await carol.to("/chats")
    await carol.page.locator(".chat .count").wait_for(state="detached")

    # Muted for one, and over before another takes it up.
    async with api(carol) as http:
        rule = f"/_matrix/client/v3/pushrules/global/room/{quote(room)}"
        (await http.put(rule, json={"actions": []})).raise_for_status()
    await carol.page.get_by_role("img", name="Muted").wait_for()
    await call(alice, "Video")
    await rings(bob)
    await sign(carol).get_by_text("1 person is in a call").wait_for()
    await nothing_rings(alice, room, carol)
    await hang_up(alice)
    await bar(bob).wait_for(state="detached")
    await sign(carol).wait_for(state="detached")
    assert alice.faults == bob.faults == carol.faults == tablet.faults == []


async def tell(person: Person, room: str, *, age_ms: int = 0, lifetime_ms: int = 60_000) -> None:
    """Tell the group of a call beside the browser, whether there is one or not."""
    content = {
        "slot_id": "m.call#ROOM",
        "m.mentions": {"user_ids": [], "room": True},
        "notification_type": "ring",
        "sender_ts": int(time.time() * 1000) - age_ms,
        "lifetime": lifetime_ms,
    }
    async with api(person) as http:
        path = f"/_matrix/client/v3/rooms/{quote(room)}/send/{NOTIFICATION}/{time.time_ns()}"
        (await http.put(path, json=content)).raise_for_status()


async def nothing_rings(speaker: Person, room: str, *devices: Person) -> None:
    """What came before two messages has been dealt with when the second one is there."""
    async with api(speaker) as http:
        for text in (f"Quiet {time.time_ns()}", f"Still quiet {time.time_ns()}"):
            path = f"/_matrix/client/v3/rooms/{quote(room)}/send/m.room.message/{time.time_ns()}"
            content = {"msgtype": "m.text", "body": text}
            (await http.put(path, json=content)).raise_for_status()
            for device in devices:
                await device.sees(text)
    for device in devices:
        assert await bar(device).count() == 0


async def test_what_does_not_ring(server: Server, browser: Any, livekit: LiveKit) -> None:
    """What is old, what somebody says who is not in the call, and what has had its time."""
    room, (alice, bob, carol) = await group_of(
        server, browser, "alice", "bob", "carol", sealed=False
    )
    await bob.to("/chats")
    await tell(carol, room)
    await call(alice, "Voice")
    await rings(bob)
    await bob.press("Not now")
    await bar(bob).wait_for(state="detached")

    await tell(carol, room)
    await tell(alice, room, age_ms=300_000)
    await nothing_rings(carol, room, bob)

    await tell(alice, room, lifetime_ms=6_000)
    await rings(bob)
    await bar(bob).wait_for(state="detached", timeout=15_000)
    await sign(bob).wait_for()

    # Loaded anew, a call that goes on is shown, and does not ring.
    await bob.page.reload()
    await sign(bob).get_by_text("1 person is in a call").wait_for()
    await nothing_rings(carol, room, bob)

    # What somebody says whom one has blocked is not heard.
    async with api(bob) as http:
        me = f"@bob:{server.server_name}"
        ignored: dict[str, Any] = {"ignored_users": {f"@alice:{server.server_name}": {}}}
        path = f"/_matrix/client/v3/user/{quote(me)}/account_data/m.ignored_user_list"
        (await http.put(path, json=ignored)).raise_for_status()
    await tell(alice, room)
    await nothing_rings(carol, room, bob)
    assert alice.faults == bob.faults == carol.faults == []


# How often a sound was begun that has not ended; and what the browser would show of it.
HEARD = """
window.sounding = 0;
window.AudioContext = class extends AudioContext {
  constructor(...given) { super(...given); window.sounding++; }
  close() { window.sounding--; return super.close(); }
};
"""


async def test_a_group_of_two_rings_aloud(server: Server, browser: Any, livekit: LiveKit) -> None:
    """And who declines is let be on each device."""
    room, (alice, bob) = await group_of(server, browser, "alice", "bob", first_script=HEARD)
    tablet = await Person.arrive(browser, server.base_url, "bob", first_script=HEARD)
    await tablet.sign_in()
    await tablet.press("Not now")
    await tablet.page.get_by_role("row", name="Ramen Crew").wait_for()
    await call(alice, "Voice")
    for device in (bob, tablet):
        await rings(device)
        await device.page.wait_for_function("window.sounding === 1")
    await tablet.press("Not now")
    for device in (tablet, bob):
        await bar(device).wait_for(state="detached")
        await device.page.wait_for_function("window.sounding === 0")
    await bob.sees("1 person is in a call")

    # All of that went sealed. What comes open to this group a server can have written: it rings for nobody.
    async with api(alice) as http:
        path = f"/_matrix/client/v3/rooms/{quote(room)}"
        answer = await http.get(f"{path}/messages", params={"dir": "b", "limit": 100})
        kinds = [event["type"] for event in answer.json()["chunk"]]
        assert kinds.count("m.room.encrypted") == 2
        assert not [kind for kind in kinds if "rtc.notification" in kind or "rtc.decline" in kind]
        await tell(alice, room)
    await nothing_rings(alice, room, bob, tablet)
    for device in (bob, tablet):
        assert await device.page.evaluate("window.sounding") == 0
    assert alice.faults == bob.faults == tablet.faults == []

"""Calls of three people in an encrypted group, through a real LiveKit server: who sees whom, and what happens when it goes wrong."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio

from courtyard.app.web_client import FOLDER
from tests.browser import axe_faults
from tests.livekit import LiveKit, running_livekit
from tests.server import Server, running_server
from tests.web.court import Staff, report_account
from tests.web.fits import misfits
from tests.web.person import NARROW, PHONE, Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

DESK = {"width": 1280, "height": 800}


@pytest_asyncio.fixture(loop_scope="session")
async def livekit(tmp_path: Path) -> AsyncIterator[LiveKit]:
    async with running_livekit(tmp_path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path, livekit: LiveKit) -> AsyncIterator[Server]:
    assert (FOLDER / "index.html").exists(), "the web client is not built: make web"
    async with running_server(tmp_path, settings=livekit.settings) as running:
        yield running


@asynccontextmanager
async def api(person: Person) -> AsyncIterator[httpx.AsyncClient]:
    """Requests in somebody's name, beside their browser."""
    headers = {"Authorization": f"Bearer {await person.token()}"}
    async with httpx.AsyncClient(base_url=person.base_url, headers=headers, timeout=30) as http:
        yield http


async def group_of(
    server: Server, browser: Any, *names: str, sealed: bool = True, **context: Any
) -> tuple[str, list[Person]]:
    """Let people sign up, and put them together into one group that the first of them has made."""
    people = [await Person.arrive(browser, server.base_url, name, **context) for name in names]
    for person in people:
        await person.sign_up()
    encryption = {
        "type": "m.room.encryption",
        "state_key": "",
        "content": {"algorithm": "m.megolm.v1.aes-sha2"},
    }
    async with AsyncExitStack() as stack:
        https = [await stack.enter_async_context(api(person)) for person in people]
        made = await https[0].post(
            "/_matrix/client/v3/createRoom",
            json={
                "name": "Ramen Crew",
                "preset": "private_chat",
                "invite": [f"@{name}:{server.server_name}" for name in names[1:]],
                "initial_state": [encryption] if sealed else [],
            },
        )
        room = str(made.json()["room_id"])
        for http in https[1:]:
            (await http.post(f"/_matrix/client/v3/join/{quote(room)}", json={})).raise_for_status()
    for person in people:
        await person.to(f"/chats/{quote(room, safe='')}")
        await person.page.get_by_role("button", name="Group call", exact=True).wait_for()
    return room, people


async def call(person: Person, kind: str) -> None:
    await person.press("Group call")
    await person.press(f"{kind} call", "menuitem")


async def join(person: Person) -> None:
    await person.press("Join")


def tile(person: Person, name: str) -> Any:
    """The tile of somebody in a call, as one sees it."""
    people = person.page.get_by_role("list", name="People in the call").get_by_role("listitem")
    called = person.page.locator(".tile-name", has_text=re.compile(rf"^{name}"))
    return people.filter(has=called)


async def is_in(person: Person) -> None:
    await person.page.locator(".group-call").get_by_role("timer").wait_for()


MOVES = """
async video => {
  const next = () => new Promise(done => video.requestVideoFrameCallback((_, frame) => done(frame)))
  const first = await next()
  let last = first
  while (last.presentedFrames < first.presentedFrames + 5) last = await next()
  const { totalVideoFrames } = video.getVideoPlaybackQuality()
  // Sealed frames that are not opened are noise, or nothing: the fake camera is mostly of one colour.
  const pen = new OffscreenCanvas(32, 32).getContext('2d')
  pen.drawImage(video, 0, 0, 32, 32)
  const [red, green, blue] = pen.getImageData(24, 24, 1, 1).data
  return { width: video.videoWidth, frames: totalVideoFrames, red, green, blue }
}
"""


async def sees(person: Person, name: str) -> dict[str, Any]:
    """Wait until the picture of somebody moves, and return what is seen of it."""
    video = tile(person, name).locator("video")
    await video.wait_for()
    seen = dict(await asyncio.wait_for(video.evaluate(MOVES), 60))
    assert seen["width"] > 0
    assert seen["frames"] > 0
    return seen


async def hears(person: Person, count: int) -> None:
    """Wait until there is sound of so many others."""
    await person.page.wait_for_function(
        "count => [...document.querySelectorAll('audio')]"
        ".filter(one => one.srcObject?.getAudioTracks().length > 0 && one.currentTime > 0.3).length === count",
        arg=count,
    )


async def test_three_people_see_each_other(server: Server, browser: Any) -> None:
    """With the page's policy in force."""
    _, (alice, bob, carol) = await group_of(server, browser, "alice", "bob", "carol")
    await call(alice, "Video")
    await is_in(alice)
    await alice.sees("You are the first.")
    await bob.sees("1 person is in a call")
    await call(bob, "Video")
    await is_in(bob)
    await carol.sees("2 people are in a call")
    await join(carol)
    await is_in(carol)
    await carol.press("Camera on")

    for person, others in (
        (alice, ("bob", "carol")),
        (bob, ("alice", "carol")),
        (carol, ("alice", "bob")),
    ):
        for other in others:
            seen = await sees(person, other)
            # The fake camera is green.
            assert seen["green"] > seen["red"], (person.name, other, seen)
        await sees(person, "You")
        await hears(person, 2)
    await alice.shot("group-three")

    # Muted, and everybody sees it.
    await bob.press("Mute")
    for person in (alice, carol):
        await tile(person, "bob").get_by_text("muted").wait_for()
        assert await tile(person, "carol").get_by_text("muted").count() == 0
    await bob.press("Unmute")
    await tile(alice, "bob").get_by_text("muted").wait_for(state="detached")
    await alice.page.locator(".tile.speaking", has_text="bob").wait_for()

    # Small, while one reads and writes; and large again.
    await alice.press("Make the call small")
    await alice.say("I read meanwhile")
    await alice.page.get_by_role("complementary", name="Call in Ramen Crew").wait_for()
    await alice.press("Back to the call: Ramen Crew")
    await is_in(alice)

    # The camera goes, and the name stays.
    await carol.press("Camera off")
    await tile(alice, "carol").locator("video").wait_for(state="detached")
    await tile(alice, "carol").wait_for()

    # One leaves, and is gone; the others go on, with new keys.
    await carol.press("Hang up")
    await carol.page.locator(".group-call").wait_for(state="detached")
    for person in (alice, bob):
        await tile(person, "carol").wait_for(state="detached")
    await sees(alice, "bob")
    await sees(bob, "alice")
    await carol.sees("2 people are in a call")
    # Back again, without a camera at first.
    await join(carol)
    await sees(carol, "alice")
    await hears(carol, 2)
    await hears(alice, 2)
    for person in (alice, bob, carol):
        await person.press("Hang up")
    await carol.page.get_by_text("in a call").wait_for(state="detached")
    assert alice.faults == bob.faults == carol.faults == []


async def looks_right(person: Person, name: str, *sizes: dict[str, int]) -> None:
    """Hold a screen of a call against axe and against sizes: by turns in the light and in the dark."""
    page = person.page
    for index, size in enumerate(sizes or (NARROW, PHONE)):
        theme = "dark" if index % 2 else "light"
        await page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        await page.set_viewport_size(size)
        assert await misfits(page) == [], f"{name}, {size['width']} px"
        assert await axe_faults(page) == [], f"{name}, {theme}"
        await person.shot(f"group-{name}-{theme}-{size['width']}")
    await page.evaluate("document.documentElement.dataset.theme = 'light'")


async def test_what_a_call_needs_does_not_come(
    server: Server, browser: Any, livekit: LiveKit
) -> None:
    """It is said, first that it takes a while; and then one can try again, or let it be."""
    _, (alice, bob) = await group_of(server, browser, "alice", "bob", bypass_csp=True)
    arrived = asyncio.Event()

    async def swallow(route: Any) -> None:
        await arrived.wait()
        await route.abort()

    parts = re.compile(r"/assets/(GroupStage|groupcalls)[^/]*\.js")
    await alice.page.route(parts, swallow)
    await call(alice, "Voice")
    sheet = alice.page.get_by_role("dialog", name="Call")
    await sheet.get_by_role("status").get_by_text("Getting the call ready…").wait_for()
    await looks_right(alice, "coming")
    arrived.set()
    await sheet.get_by_role("alert").get_by_text("The call could not start").wait_for()
    await looks_right(alice, "not-come")
    # Closed, nothing begins; the next press asks anew.
    await alice.page.keyboard.press("Escape")
    await sheet.wait_for(state="detached")
    await call(alice, "Voice")
    await sheet.get_by_role("alert").wait_for()
    await alice.page.unroute(parts)
    await alice.press("Try again")
    await is_in(alice)
    # It looks as it does otherwise.
    await looks_right(alice, "after-all")
    await bob.sees("1 person is in a call")
    await alice.press("Hang up")
    assert alice.faults == bob.faults == []


async def test_the_screens_of_a_group_call(server: Server, browser: Any, livekit: LiveKit) -> None:
    """In both languages."""
    _, (alice, bob, carol) = await group_of(
        server, browser, "alice", "bob", "carol", bypass_csp=True
    )
    # He reads Chinese.
    await bob.page.evaluate("localStorage.setItem('courtyard.language', 'zh-CN')")
    await bob.page.reload()
    await bob.page.get_by_role("button", name="群通话", exact=True).wait_for()

    await call(alice, "Video")
    await is_in(alice)
    await alice.sees("You are the first.")
    await looks_right(alice, "first")
    await bob.sees("1 人正在通话")
    await carol.sees("1 person is in a call")
    await looks_right(carol, "strip")
    await looks_right(bob, "strip-zh")
    await bob.press("加入")
    await bob.page.locator(".group-call").get_by_role("timer").wait_for()
    await bob.press("开摄像头")
    await join(carol)
    await is_in(carol)
    await sees(alice, "bob")
    await carol.press("Mute")
    await tile(alice, "carol").get_by_text("muted").wait_for()
    await looks_right(alice, "three")
    await looks_right(bob, "three-zh")
    await looks_right(alice, "three", DESK)
    await looks_right(bob, "three-zh", DESK)

    # The other devices there are to choose from.
    await alice.press("Devices")
    await alice.page.get_by_role("radiogroup", name="Microphone").wait_for()
    await looks_right(alice, "devices")
    await alice.page.keyboard.press("Escape")
    await alice.press("Share screen")
    await tile(carol, "Screen of alice").locator("video").wait_for()
    await looks_right(carol, "screen", PHONE, DESK)
    await alice.press("Stop sharing")
    await tile(carol, "Screen of alice").wait_for(state="detached")

    # By the keyboard: small, large, and out of it.
    await carol.page.keyboard.press("Escape")
    await carol.page.locator(".call-bar").wait_for()
    await looks_right(carol, "small")
    await carol.page.keyboard.press("Enter")
    await is_in(carol)

    # A reload is a farewell: the others see it, and one comes back in.
    bob.page.on("dialog", lambda asked: asyncio.ensure_future(asked.accept()))
    await bob.page.reload()
    await tile(alice, "bob").wait_for(state="detached")
    await bob.sees("2 人正在通话")
    await bob.press("加入")
    await bob.page.locator(".group-call").get_by_role("timer").wait_for()
    await hears(bob, 2)

    await bob.press("挂断")
    await bob.page.locator(".call-page").wait_for(state="detached")
    assert alice.faults == bob.faults == carol.faults == []


async def test_the_server_of_the_calls_dies_and_comes_back(
    server: Server, browser: Any, livekit: LiveKit
) -> None:
    """It is said, with what can be done, in both languages."""
    _, (alice, bob) = await group_of(server, browser, "alice", "bob", bypass_csp=True)
    await bob.page.evaluate("localStorage.setItem('courtyard.language', 'zh-CN')")
    await bob.page.reload()
    await bob.page.get_by_role("button", name="群通话", exact=True).wait_for()
    await call(alice, "Voice")
    await is_in(alice)
    await bob.press("加入")
    await hears(bob, 1)

    await livekit.kill()
    for person, trying in ((alice, "Trying again"), (bob, "正在重试")):
        await person.page.locator(".group-call").get_by_text(trying).wait_for()
    await looks_right(alice, "reconnecting", PHONE)
    for person, lost in ((alice, "The connection was lost"), (bob, "连接中断")):
        alert = person.page.get_by_role("alert").filter(has_text=lost)
        await alert.wait_for(timeout=120_000)
    await looks_right(alice, "lost")
    await looks_right(bob, "lost-zh")
    await alice.press("Join again")
    await alice.page.get_by_role("alert").get_by_text("The call cannot be reached").wait_for()
    await looks_right(alice, "unreachable", PHONE)
    await livekit.start()
    await alice.press("Join again")
    await is_in(alice)
    await alice.press("Hang up")
    await alice.page.locator(".call-page").wait_for(state="detached")
    assert alice.faults == bob.faults == []


async def test_who_is_not_in_the_group_hears_nothing(
    server: Server, browser: Any, livekit: LiveKit
) -> None:
    """A stranger gets no token; and whoever leaves the group in the midst of a call gets nothing more, encrypted or not."""
    room, (alice, bob) = await group_of(server, browser, "alice", "bob", sealed=False)
    mallory = await Person.arrive(browser, server.base_url, "mallory")
    await mallory.sign_up()
    device = "JSON.parse(localStorage.getItem('courtyard.session')).deviceId"
    async with api(mallory) as http:
        body = {"room": room, "device_id": await mallory.page.evaluate(device)}
        answer = await http.post("/_courtyard/livekit/v1/sfu/get", json=body)
        assert (403, "M_FORBIDDEN") == (answer.status_code, answer.json()["errcode"])
        forged = {"Authorization": "Bearer x.y.z"}
        url = livekit.url.replace("ws://", "http://")
        refused = await http.get(f"{url}/rtc/validate?access_token=x.y.z", headers=forged)
        assert refused.status_code == 401

    await call(alice, "Video")
    await is_in(alice)
    await alice.sees("This group is not encrypted")
    await join(bob)
    await sees(bob, "alice")
    # He leaves the group beside his browser, whose connection to the call stays open.
    async with api(bob) as http:
        left = await http.post(f"/_matrix/client/v3/rooms/{quote(room)}/leave", json={})
        left.raise_for_status()
    await tile(alice, "bob").wait_for(state="detached")
    await bob.page.wait_for_function(
        "() => { const one = document.querySelector('.tile video');"
        " return one === null || one.srcObject === null || one.srcObject.getVideoTracks()"
        ".every(track => track.muted || track.readyState === 'ended') }"
    )
    async with api(bob) as http:
        body = {"room": room, "device_id": await bob.page.evaluate(device)}
        answer = await http.post("/_courtyard/livekit/v1/sfu/get", json=body)
        assert answer.status_code == 403
    assert alice.faults == bob.faults == []


async def test_a_decision_that_takes_writing_takes_calling(server: Server, browser: Any) -> None:
    """It is said before one tries, in the same words as everywhere."""
    judge = await Staff.hire(server, "judge")
    _, (alice, bob) = await group_of(server, browser, "alice", "bob")
    await report_account(server, alice, "bob")
    await judge.decide_about_next("chat.group.send", facts="You shout.", explanation="Stop.")
    await bob.page.reload()
    await call(bob, "Voice")
    sheet = bob.page.get_by_role("alertdialog", name="right now")
    await sheet.get_by_text("You shout.").wait_for()
    assert await bob.page.locator(".call-page").count() == 0
    assert bob.faults == []

"""Calls between two people: what rings, what is heard and seen, how it ends, and what it leaves."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.court import Staff, report_account
from tests.web.person import NARROW, PHONE, WITH_WORKER, Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

# What goes over the line is looked at where the browser makes it: in its connections.
LINES = """
window.lines = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); window.lines.push(this); }
};
window.heard = async () => {
  const line = window.lines.findLast(one => one.connectionState === 'connected');
  if (!line) return null;
  let audio = null, frames = 0, energy = 0, via = '';
  const report = await line.getStats();
  for (const one of report.values()) {
    if (one.type === 'inbound-rtp' && one.kind === 'audio') {
      audio = one.packetsReceived; energy = one.totalAudioEnergy;
    }
    if (one.type === 'inbound-rtp' && one.kind === 'video') frames += one.framesDecoded ?? 0;
    if (one.type === 'transport') {
      const pair = report.get(one.selectedCandidatePairId);
      via = pair ? report.get(pair.localCandidateId).candidateType : '';
    }
  }
  return { audio, frames, energy, via };
};
"""


async def two(chatting: Town, *, first_script: str = "", **context: Any) -> tuple[Person, Person]:
    """Let two people come who chat with each other; `first_script` runs before anything else in their pages."""
    look = context | WITH_WORKER | {"first_script": first_script + LINES}
    alice, bob = await chatting.both(look, look)
    await alice.page.get_by_role("button", name="Call", exact=True).wait_for()
    return alice, bob


async def call(person: Person, kind: str) -> None:
    await person.press("Call")
    await person.press(f"{kind} call", "menuitem")


def dialog(person: Person) -> Any:
    return person.page.locator(".call-page")


async def rings(person: Person, name: str, kind: str) -> None:
    await person.page.get_by_role("alertdialog", name=name).get_by_text(f"{kind} call").wait_for()


async def hears(person: Person, *, sees: bool = False) -> dict[str, Any]:
    """Wait until sound (and pictures) have come, and return what the browser counts."""
    come = "now !== null && now.audio > 20 && now.energy > 0" + (" && now.frames > 5" * sees)
    look = (
        "async () => { for (;;) { const now = await window.heard();"
        f" if ({come}) return now; await new Promise(next => setTimeout(next, 100)) }} }}"
    )
    return dict(await asyncio.wait_for(person.page.evaluate(look), 40))


async def sees(person: Person) -> None:
    """Wait until pictures of the other are shown, and change."""
    await hears(person, sees=True)
    picture = person.page.locator(".call-live > video")
    await picture.wait_for()
    await person.page.wait_for_function(
        "() => { const one = document.querySelector('.call-live > video');"
        " return one !== null && one.videoWidth > 0 && one.currentTime > 0.3 }"
    )


async def is_over(*people: Person) -> None:
    for person in people:
        await dialog(person).wait_for(state="detached")


async def line(person: Person, words: str) -> None:
    """Wait for what a call leaves in the conversation; `#` is how long it was."""
    pattern = re.compile(re.escape(words).replace(r"\#", r"\d+:\d\d"))
    await person.page.get_by_role("article").filter(has_text=pattern).last.wait_for()


async def talk(alice: Person, bob: Person) -> None:
    """Let one call the other, and both hear each other."""
    await call(alice, "Voice")
    await rings(bob, "alice", "Voice")
    await bob.press("Answer")
    for person in (alice, bob):
        await dialog(person).get_by_role("timer").wait_for()
        await hears(person)


async def test_a_voice_call_from_ring_to_line(chatting: Town) -> None:
    alice, bob = await two(chatting)
    await call(alice, "Voice")
    await dialog(alice).get_by_text("Ringing…").wait_for()
    await rings(bob, "alice", "Voice")
    await bob.press("Answer")
    for person in (alice, bob):
        await dialog(person).get_by_role("timer").wait_for()
        await hears(person)

    # Muted, and the other is told so; and heard again.
    await alice.press("Mute")
    await dialog(bob).get_by_text("alice is muted").wait_for()
    assert await alice.page.evaluate(
        "window.lines.at(-1).getSenders().every(one => !one.track || !one.track.enabled)"
    )
    await alice.press("Unmute")
    await dialog(bob).get_by_text("alice is muted").wait_for(state="detached")

    # Small, while one reads and writes; and large again.
    await alice.press("Make the call small")
    await alice.say("I read meanwhile")
    await alice.page.get_by_role("complementary", name="Call with bob").wait_for()
    await alice.shot("call-bar")
    await alice.press("Back to the call: bob")
    await dialog(alice).get_by_role("timer").wait_for()

    # The camera joins a call that began without one.
    await bob.press("Camera on")
    await sees(alice)
    await bob.press("Camera off")
    await alice.page.locator(".call-live > video").wait_for(state="detached")

    await bob.press("Hang up")
    await is_over(alice, bob)
    for person in (alice, bob):
        await line(person, "Call, #")
    # Nothing listens or looks any more.
    for person in (alice, bob):
        assert await person.page.evaluate(
            "window.lines.every(one => one.signalingState === 'closed')"
        )
    await alice.shot("call-line")
    assert alice.faults == bob.faults == []


async def test_who_was_cut_off_calls_again(chatting: Town) -> None:
    alice, bob = await two(chatting)
    await call(alice, "Voice")
    await rings(bob, "alice", "Voice")
    await bob.press("Answer")
    for person in (alice, bob):
        await hears(person)

    # Her page is gone before it could say that it goes.
    address = alice.page.url
    page = await alice.page.context.new_page()
    await alice.page.close(run_before_unload=False)
    alice = Person("alice", page)
    await page.goto(address)
    await page.get_by_role("button", name="Call", exact=True).wait_for()
    await call(alice, "Voice")

    # He was talking with her, and goes on: there is nothing to answer.
    await dialog(alice).get_by_role("timer").wait_for()
    await hears(bob)
    assert await bob.page.get_by_role("alertdialog").count() == 0
    await bob.press("Hang up")
    await is_over(alice, bob)
    assert alice.faults == bob.faults == []


CUT = """
[...document.querySelectorAll('.call-page *, .call-bar *, .sheet *')]
  .filter(e => !e.closest('.sr-only, .clip, svg, .own-picture') && e.textContent.trim() !== '')
  .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible')
  .map(e => e.textContent)
"""


async def fits(person: Person, name: str) -> None:
    """Hold a call's screen against axe in both themes, and against a phone and a narrow one."""
    page = person.page
    for theme in ("light", "dark"):
        await page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        for size in (NARROW, PHONE):
            await page.set_viewport_size(size)
            assert await axe_faults(page) == [], f"{name}, {theme}"
            assert await page.evaluate(CUT) == [], f"{name}: cut off at {size['width']} px"
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            await person.shot(f"call-{name}-{theme}-{size['width']}")
    await page.evaluate("document.documentElement.dataset.theme = 'light'")


async def test_a_video_call_and_its_screens(chatting: Town) -> None:
    alice, bob = await two(chatting, bypass_csp=True)
    await alice.say("Shall I call?")
    await bob.sees("Shall I call?")
    # He reads Chinese.
    await bob.page.evaluate("localStorage.setItem('courtyard.language', 'zh-CN')")
    await bob.page.reload()
    await bob.page.get_by_role("textbox", name="消息").wait_for()
    await fits(alice, "bar-of-the-chat")

    await call(alice, "Video")
    await dialog(alice).get_by_text("Ringing…").wait_for()
    await bob.page.get_by_role("alertdialog", name="alice").get_by_text("视频通话").wait_for()
    await fits(alice, "calling")
    await fits(bob, "ringing-zh")
    await bob.press("接听")
    for person in (alice, bob):
        await sees(person)
    await fits(alice, "talking")
    await fits(bob, "talking-zh")

    # One's own picture goes to another corner, by hand.
    own = alice.page.locator(".own-picture")
    await own.drag_to(alice.page.locator(".call-head"))
    await alice.page.get_by_role("button", name="Your picture, top right").wait_for()

    # The other devices there are to choose from.
    await alice.press("Devices")
    await alice.page.get_by_role("radiogroup", name="Microphone").wait_for()
    await fits(alice, "devices")
    mics = alice.page.get_by_role("radiogroup", name="Microphone").get_by_role("radio")
    assert await mics.count() > 1
    await mics.last.press("ArrowUp")
    await alice.page.keyboard.press("Escape")
    await hears(bob, sees=True)

    # A screen in the place of faces, and back.
    await alice.press("Share screen")
    await bob.page.locator(".call-live > video.whole").wait_for()
    await bob.page.wait_for_function(
        "document.querySelector('.call-live > video.whole')?.videoWidth > 0"
    )
    await alice.press("Stop sharing")
    await bob.page.locator(".call-live > video.whole").wait_for(state="detached")
    await sees(bob)

    # Without a camera one is a name.
    await alice.press("Camera off")
    await bob.page.locator(".call-live > video").wait_for(state="detached")
    await bob.page.locator(".call-who", has_text="A").wait_for()
    await alice.press("Mute")
    await dialog(bob).get_by_text("alice已静音").wait_for()
    await fits(bob, "muted-zh")
    await alice.press("Camera on")
    await sees(bob)

    await alice.press("Make the call small")
    await alice.page.locator(".call-bar").wait_for()
    await fits(alice, "small")
    await alice.press("Hang up")
    await alice.page.locator(".call-bar").wait_for(state="detached")
    await is_over(bob)
    await line(alice, "Video call, #")
    await line(bob, "视频通话 #")
    await fits(alice, "line")
    assert alice.faults == bob.faults == []


async def test_how_calls_end_that_nobody_takes(chatting: Town) -> None:
    alice, bob = await two(chatting, bypass_csp=True)

    # Declined.
    await call(alice, "Voice")
    await rings(bob, "alice", "Voice")
    await bob.press("Decline")
    await is_over(bob)
    await alice.page.get_by_role("alert").get_by_text("Declined").wait_for()
    await fits(alice, "declined")
    await line(bob, "Declined")

    # From there once more; and given up before it is taken.
    await dialog(alice).get_by_role("button", name="Call again").click()
    await rings(bob, "alice", "Voice")
    await alice.press("Hang up")
    await is_over(alice, bob)
    await line(alice, "Cancelled")
    await line(bob, "Missed call")
    await fits(bob, "missed")

    # Called back, out of the conversation.
    await (
        bob.page.get_by_role("article")
        .filter(has_text="Missed call")
        .get_by_role("button", name="Call back")
        .click()
    )
    await rings(alice, "bob", "Voice")
    await alice.press("Decline")
    await bob.press("Close")
    await is_over(alice, bob)

    # Both at once: they are in one call, and nobody has to answer.
    await alice.press("Call")
    await bob.press("Call")
    await asyncio.gather(alice.press("Voice call", "menuitem"), bob.press("Voice call", "menuitem"))
    for person in (alice, bob):
        await dialog(person).get_by_role("timer").wait_for()
        await hears(person)
    assert alice.faults == bob.faults == []

    # In a call, others are told that one is busy; in the call nothing is noticed.
    carol = await Person.arrive(
        chatting.browser, chatting.server.base_url, "carol", bypass_csp=True
    )
    await carol.sign_up()
    await carol.start_chat("bob")
    await bob.press("Make the call small")
    await bob.to("/chats")
    await bob.accept("carol")
    await call(carol, "Voice")
    await carol.page.get_by_role("alert").get_by_text("Busy").wait_for()
    await fits(carol, "busy")
    await bob.page.locator(".call-bar").get_by_role("timer").wait_for()
    await line(bob, "Missed call")
    await bob.press("Hang up")
    await is_over(alice)

    # Nobody answers: after a minute it is given up.
    await dialog(carol).get_by_role("button", name="Call again").click()
    await rings(bob, "carol", "Voice")
    await carol.page.get_by_role("alert").get_by_text("No answer").wait_for(timeout=90_000)
    await is_over(bob)
    await bob.page.get_by_role("article").filter(has_text="Missed call").nth(1).wait_for()


async def tab_to(person: Person, name: str) -> None:
    """Press Tab until the focus is on something of this name."""
    for _ in range(40):
        await person.page.keyboard.press("Tab")
        at = "(document.activeElement.ariaLabel ?? document.activeElement.innerText).trim()"
        if await person.page.evaluate(at) == name:
            return
    raise AssertionError(f"the keyboard does not come to {name}")


async def test_a_call_by_keyboard_alone(chatting: Town) -> None:
    alice, bob = await two(chatting)
    await alice.page.get_by_role("button", name="Call", exact=True).focus()
    await alice.page.keyboard.press("Enter")
    await alice.page.get_by_role("menuitem", name="Voice call").wait_for()
    await alice.page.keyboard.press("ArrowDown")
    await alice.page.keyboard.press("Enter")
    await rings(bob, "alice", "Video")
    # Escape is no answer, and what one was typing gives none.
    await bob.page.keyboard.press("Escape")
    await bob.page.keyboard.press("Enter")
    await bob.page.keyboard.press("Space")
    await rings(bob, "alice", "Video")
    await tab_to(bob, "Answer without camera")
    await bob.page.keyboard.press("Enter")
    await sees(bob)
    await dialog(alice).get_by_role("timer").wait_for()

    await tab_to(alice, "Your picture, bottom right. The arrow keys move it.")
    await alice.page.keyboard.press("ArrowLeft")
    await alice.page.get_by_role("button", name="Your picture, bottom left").wait_for()
    await tab_to(alice, "Mute")
    await alice.page.keyboard.press("Space")
    await dialog(bob).get_by_text("alice is muted").wait_for()
    await alice.page.keyboard.press("Escape")
    await alice.page.locator(".call-bar").wait_for()
    await alice.page.keyboard.press("Enter")
    await tab_to(alice, "Hang up")
    await alice.page.keyboard.press("Enter")
    await is_over(alice, bob)
    await line(bob, "Video call, #")
    # The keyboard is where it was before.
    await alice.page.wait_for_function(
        "document.activeElement.ariaLabel === 'Call' || document.activeElement.ariaLabel === 'Back'"
    )
    assert alice.faults == bob.faults == []


async def test_a_call_that_may_not_be(chatting: Town) -> None:
    """A decision refuses it, the microphone is refused, or there is no connection: each says what to do."""
    judge = await Staff.hire(chatting.server, "judge")
    alice, bob = await two(chatting, bypass_csp=True)

    await bob.page.evaluate(
        """() => {
            navigator.mediaDevices.getUserMedia = async () => {
                throw new DOMException('Permission denied', 'NotAllowedError')
            }
        }"""
    )
    await call(bob, "Voice")
    await bob.page.get_by_role("alert").get_by_text("does not let this page use").wait_for()
    await fits(bob, "no-microphone")
    await bob.page.keyboard.press("Escape")
    await is_over(bob)
    await bob.page.context.set_offline(True)
    await call(bob, "Voice")
    await bob.page.get_by_role("alert").get_by_text("You are offline").wait_for()
    await bob.press("Close")
    await bob.page.context.set_offline(False)
    assert await bob.page.evaluate("window.lines.length") == 0

    # The person's page has the same way to call; whom one has blocked one does not call.
    await alice.to(f"/contacts/{quote(f'@bob:{chatting.server.server_name}')}")
    await alice.page.get_by_role("button", name="Video call").wait_for()
    await fits(alice, "contact")
    await alice.press("Block this person")
    await alice.page.get_by_role("button", name="Video call").wait_for(state="detached")
    await alice.press("Unblock")

    await report_account(chatting.server, alice, "bob")
    no_contact = f"chat.dm.existing:@alice:{chatting.server.server_name}"
    await judge.decide_about_next(no_contact, facts="You call at night.", explanation="Stop.")
    await bob.page.reload()
    await bob.page.get_by_role("button", name="Call", exact=True).wait_for()
    await call(bob, "Voice")
    sheet = bob.page.get_by_role("alertdialog", name="right now")
    await sheet.get_by_text("You call at night.").wait_for()
    await is_over(bob)
    assert alice.faults == bob.faults == []


# The browser without a screen shows no notifications: what would be shown is written down, until it is taken away.
LOOKS_ELSEWHERE = """() => {
  document.hasFocus = () => false;
  localStorage.setItem('courtyard.notify', '{"isOn":true}');
  window.shown = [];
  window.Notification = class {
    static permission = 'granted';
    constructor(title, options) { this.what = [title, options.body]; window.shown.push(this.what); }
    close() { window.shown = window.shown.filter(one => one !== this.what); }
  };
}"""


async def test_other_devices_stop_ringing(chatting: Town) -> None:
    alice, bob = await two(chatting)
    second = await Person.arrive(chatting.browser, chatting.server.base_url, "bob", **WITH_WORKER)
    await second.sign_in()
    await second.press("Not now")
    await second.page.get_by_role("row", name="alice").wait_for()
    await bob.page.evaluate(LOOKS_ELSEWHERE)
    await call(alice, "Voice")
    for device in (bob, second):
        await rings(device, "alice", "Voice")
    assert await bob.page.evaluate("window.shown") == [["alice", "Voice call"]]
    await second.press("Answer")
    await dialog(second).get_by_role("timer").wait_for()
    await is_over(bob)
    assert await bob.page.evaluate("window.shown") == []
    await dialog(alice).get_by_role("timer").wait_for()
    await hears(alice)
    await alice.press("Hang up")
    await is_over(alice, second)
    await line(bob, "Call, #")
    assert alice.faults == bob.faults == second.faults == []


# What the page was told is kept when nobody looks at it any more, as when a phone is put away; and then it takes a moment.
LOOKS_AWAY = """async () => {
  const { promise, resolve } = Promise.withResolvers();
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    if (this.name === 'sync') this.transaction.addEventListener('complete', resolve);
    return put.apply(this, given);
  };
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
  await promise;
}"""


async def test_a_page_that_is_loaded_anew_rings_on(chatting: Town) -> None:
    """Whether the call is among what this device has kept, or has yet to be told by the server; what is over rings no more."""
    alice, bob = await two(chatting)
    bob.page.on("dialog", lambda asked: asyncio.ensure_future(asked.accept()))

    await call(alice, "Voice")
    await rings(bob, "alice", "Voice")
    await bob.page.evaluate(LOOKS_AWAY)
    await bob.page.reload()
    await rings(bob, "alice", "Voice")
    await bob.press("Answer")
    for person in (alice, bob):
        await dialog(person).get_by_role("timer").wait_for()
        await hears(person)
    await alice.press("Hang up")
    await is_over(alice, bob)
    await line(bob, "Call, #")

    # Answered, and hung up: it is over for whoever comes now.
    await bob.page.evaluate(LOOKS_AWAY)
    await bob.page.reload()
    await line(bob, "Call, #")
    assert await dialog(bob).count() == 0

    # His page was not there when it began.
    await bob.page.goto("about:blank")
    await call(alice, "Video")
    await dialog(alice).get_by_text("Ringing…").wait_for()
    await bob.page.goto(chatting.server.base_url)
    await rings(bob, "alice", "Video")
    await bob.press("Decline")
    await is_over(bob)
    await alice.page.get_by_role("alert").get_by_text("Declined").wait_for()
    assert alice.faults == bob.faults == []


# As other clients hold a call: nothing of the other side is wanted any more.
DIRECT = """direction => {
  const line = window.lines.findLast(one => one.connectionState === 'connected');
  for (const one of line.getTransceivers()) one.direction = direction;
}"""


async def test_a_call_on_hold_says_so(chatting: Town) -> None:
    alice, bob = await two(chatting, bypass_csp=True)
    await talk(alice, bob)

    await alice.page.evaluate(DIRECT, "sendonly")
    said = dialog(bob).get_by_role("status").get_by_text("On hold: alice cannot hear you now")
    await said.wait_for()
    assert await dialog(alice).get_by_text("On hold").count() == 0
    await fits(bob, "held")
    await alice.page.evaluate(DIRECT, "sendrecv")
    await said.wait_for(state="detached")
    await hears(bob)
    await alice.press("Hang up")
    await is_over(alice, bob)
    assert alice.faults == bob.faults == []

"""Calls between two people: what rings, what is heard and seen, how it ends, and what it leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import FAKE_DEVICES, axe_faults, chromium
from tests.server import Server
from tests.web.court import as_person
from tests.web.person import NARROW, Person

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


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    async with chromium(*FAKE_DEVICES, "--allow-loopback-in-peer-connection") as made:
        yield made


async def two(server: Server, browser: Any, **context: Any) -> tuple[Person, Person]:
    """Let two people sign up and chat with each other."""
    people = []
    for name in ("alice", "bob"):
        person = await Person.arrive(browser, server.base_url, name, **context)
        await person.page.add_init_script(LINES)
        await person.page.reload()
        await person.sign_up()
        people.append(person)
    alice, bob = people
    await alice.start_chat("bob")
    await bob.accept("alice")
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
    wanted = "&& now.frames > 5" if sees else ""
    await person.page.wait_for_function(
        "async () => { const now = await window.heard();"
        f" return now !== null && now.audio > 20 && now.energy > 0 {wanted} }}"
    )
    return dict(await person.page.evaluate("window.heard()"))


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
    """Wait for what a call leaves in the conversation."""
    await person.page.get_by_role("article").filter(has_text=words).last.wait_for()


async def test_a_voice_call_from_ring_to_line(server: Server, browser: Any, tmp_path: Path) -> None:
    alice, bob = await two(server, browser)
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
    await alice.shot(tmp_path / "bar.png")
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
        await line(person, "Call, 0:")
    # Nothing listens or looks any more.
    for person in (alice, bob):
        assert await person.page.evaluate("window.lines.every(one => one.signalingState === 'closed')")
    await alice.shot(tmp_path / "line.png")
    assert alice.faults == bob.faults == []

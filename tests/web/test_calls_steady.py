"""Calls between two where something does not go as it should: the network, the other's client, a device that is unplugged."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.web.beginnings import Town
from tests.web.person import Person
from tests.web.test_calls import call, dialog, fits, hears, is_over, line, rings, sees, talk, two
from tests.web.test_group_calls import api

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# What is sent gets an answer of the journey's own, where it has one: a status, or 0 for a network that is gone.
SENDS = """
window.sends = { answer: null, tried: 0 };
const ask = window.fetch;
window.fetch = (...given) => {
  const { answer } = window.sends;
  if (answer === null || !String(given[0]).includes('/send/')) return ask(...given);
  window.sends.tried += 1;
  if (answer === 0) return Promise.reject(new TypeError('Failed to fetch'));
  return Promise.resolve(new Response('{"errcode":"M_UNKNOWN"}', { status: answer }));
};
"""

# What the page opens; and a device that is unplugged, as the browser tells of it.
OPENS = """
window.opened = [];
const take = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (...given) => {
  if (window.isBare) throw new DOMException('Requested device not found', 'NotFoundError');
  const media = await take(...given);
  window.opened.push(...media.getTracks());
  return media;
};
window.mic = () => window.lines.at(-1).getSenders().find(one => one.track?.kind === 'audio')?.track;
window.unplug = () => {
  const track = window.mic();
  track.stop();
  track.dispatchEvent(new Event('ended'));
};
"""


async def hears_on(person: Person) -> None:
    """Wait until more sound has come than had come before."""
    before = await hears(person)
    await person.page.wait_for_function(
        "async before => { const now = await window.heard();"
        " return now !== null && now.audio > before.audio + 30 && now.energy > before.energy }",
        arg=before,
    )


async def test_some_seconds_without_network_end_no_call(chatting: Town) -> None:
    alice, bob = await two(chatting, first_script=SENDS, bypass_csp=True)
    await talk(alice, bob)
    # The browser looks for another way, which the other side cannot be told.
    way = "window.lines.at(-1).currentRemoteDescription.sdp.match(/ice-ufrag:(.+)/)[1]"
    before = await alice.page.evaluate(way)
    await alice.page.evaluate("window.sends.answer = 0; window.lines.at(-1).restartIce()")
    await alice.page.wait_for_function("window.sends.tried >= 3")
    await dialog(alice).get_by_role("timer").wait_for()
    # Then it can.
    await alice.page.evaluate("window.sends.answer = null")
    await alice.page.wait_for_function(f"before => {way} !== before", arg=before)
    for person in (alice, bob):
        await hears_on(person)
        await dialog(person).get_by_role("timer").wait_for()
    await alice.press("Hang up")
    await is_over(alice, bob)
    assert alice.faults == bob.faults == []


async def test_what_was_answered_in_vain_is_answered_once_more(chatting: Town) -> None:
    alice, bob = await two(chatting, first_script=SENDS + OPENS, bypass_csp=True)
    await call(alice, "Voice")
    await rings(bob, "alice", "Voice")
    await bob.page.evaluate("window.sends.answer = 403")
    await bob.press("Answer")
    ringing = bob.page.get_by_role("alertdialog", name="alice")
    await ringing.get_by_text("Your answer did not get through").wait_for()
    # Nobody is listened to meanwhile.
    assert await bob.page.evaluate("window.opened.map(one => one.readyState)") == ["ended"]
    await fits(bob, "answered-in-vain")
    await bob.page.evaluate("window.sends.answer = null")
    await bob.press("Answer")
    for person in (alice, bob):
        await dialog(person).get_by_role("timer").wait_for()
        await hears(person)
    await bob.press("Hang up")
    await is_over(alice, bob)
    assert await bob.page.evaluate("window.opened.every(one => one.readyState === 'ended')")
    assert alice.faults == []


async def test_who_hangs_up_before_the_answer_arrived_lets_nobody_ring_on(chatting: Town) -> None:
    alice, bob = await two(chatting, first_script=SENDS, bypass_csp=True)
    await call(alice, "Voice")
    await rings(bob, "alice", "Voice")
    await bob.page.evaluate("window.sends.answer = 0")
    await bob.press("Answer")
    await bob.page.wait_for_function("window.sends.tried >= 2")
    await bob.press("Hang up")
    await dialog(bob).wait_for(state="detached")
    assert await dialog(alice).get_by_text("Ringing").count() == 1
    await bob.page.evaluate("window.sends.answer = null")
    # Long before it would have rung enough.
    await dialog(alice).get_by_text("Ringing").wait_for(state="detached", timeout=20_000)
    await line(bob, "Declined")
    assert alice.faults == bob.faults == []


async def test_a_call_from_a_device_that_nobody_has_confirmed(chatting: Town) -> None:
    _, bob = await two(chatting, bypass_csp=True)
    phone = await Person.arrive(chatting.browser, chatting.server.base_url, "alice")
    await phone.sign_in()
    await phone.press("Not now")
    await phone.page.get_by_role("row", name="bob").click()
    await call(phone, "Voice")
    await rings(bob, "alice", "Voice")
    await bob.sees("Called from a device that its owner has not verified.")
    await fits(bob, "called-from-unconfirmed")
    await phone.press("Hang up")
    await is_over(bob)
    assert bob.faults == phone.faults == []


# An older client: it does not say which of its streams is what.
OLDER = """
const KEY = 'sdp_stream_metadata';
const write = JSON.stringify;
JSON.stringify = (value, ...rest) =>
  write(value?.[KEY] === undefined ? value : { ...value, [KEY]: undefined }, ...rest);
"""


async def test_without_camera_means_without_camera(chatting: Town) -> None:
    alice, bob = await two(chatting, first_script=OPENS + OLDER, bypass_csp=True)
    await call(alice, "Video")
    await rings(bob, "alice", "Video")
    await bob.press("Answer without camera")
    await sees(bob)
    await hears(alice)
    assert await bob.page.evaluate("window.opened.map(one => one.kind)") == ["audio"]
    assert await alice.page.locator(".call-live > video").count() == 0
    await alice.press("Hang up")
    await is_over(alice, bob)
    assert alice.faults == bob.faults == []


async def test_a_headset_that_is_unplugged(chatting: Town) -> None:
    alice, bob = await two(chatting, first_script=OPENS, bypass_csp=True)
    await talk(alice, bob)
    # The device's own microphone takes its place.
    await alice.page.evaluate("window.unplug()")
    await alice.page.wait_for_function("window.mic()?.readyState === 'live'")
    await hears_on(bob)
    assert await dialog(alice).get_by_text("Your microphone is gone").count() == 0

    # There is none: both are told.
    await alice.page.evaluate("window.isBare = true; window.unplug()")
    said = dialog(alice).get_by_role("status").get_by_text("Your microphone is gone")
    await said.wait_for()
    await dialog(bob).get_by_text("alice is muted").wait_for()
    await fits(alice, "microphone-gone")

    # Plugged in again.
    await alice.page.evaluate("window.isBare = false")
    await alice.press("Unmute")
    await said.wait_for(state="detached")
    await dialog(bob).get_by_text("alice is muted").wait_for(state="detached")
    await hears_on(bob)
    await alice.press("Hang up")
    await is_over(alice, bob)
    assert await alice.page.evaluate("window.opened.every(one => one.readyState === 'ended')")
    assert alice.faults == bob.faults == []


TONES = """
window.tones = 0;
const begin = AudioScheduledSourceNode.prototype.start;
AudioScheduledSourceNode.prototype.start = function (...given) {
  window.tones += 1;
  return begin.apply(this, given);
};
"""


async def mute_chat(person: Person, room: str, *, is_muted: bool) -> None:
    rule = f"/_matrix/client/v3/pushrules/global/room/{quote(room)}"
    await person.to("/chats")
    async with api(person) as http:
        answer: Any = await (
            http.put(rule, json={"actions": []}) if is_muted else http.delete(rule)
        )
        answer.raise_for_status()
    sign = person.page.get_by_role("img", name="Muted")
    await sign.wait_for(state="visible" if is_muted else "detached")


async def test_a_muted_chat_rings_without_a_sound(chatting: Town) -> None:
    alice, bob = await two(chatting, first_script=TONES, bypass_csp=True)
    room = await bob.room_id()
    await mute_chat(bob, room, is_muted=True)
    await call(alice, "Voice")
    await rings(bob, "alice", "Voice")
    await alice.page.wait_for_function("window.tones > 0")
    assert await bob.page.evaluate("window.tones") == 0
    await alice.press("Hang up")
    await is_over(alice, bob)

    await mute_chat(bob, room, is_muted=False)
    await call(alice, "Voice")
    await rings(bob, "alice", "Voice")
    await bob.page.wait_for_function("window.tones > 0")
    await alice.press("Hang up")
    await is_over(alice, bob)
    assert alice.faults == bob.faults == []

"""Voice messages: recorded from Chromium's own microphone, heard by somebody else."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser import axe_faults, chromium
from tests.server import Server
from tests.web.beginnings import Town
from tests.web.court import as_person
from tests.web.person import NARROW, Person
from tests.web.talking import fits_in_both_themes, nothing_is_clipped, speaks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

RECORD = "Record a voice message"
SEND = "Send voice message"


def bar(person: Person) -> Any:
    return person.page.locator(".voice-bar")


async def recorded(person: Person, seconds: int) -> None:
    """Wait until it has recorded for so long."""
    await person.page.wait_for_function(
        "least => Number(document.querySelector('.voice-bar [role=timer]')?.textContent.split(':')[1]) >= least",
        arg=seconds,
    )


async def say_aloud(person: Person, seconds: int) -> None:
    await person.press(RECORD)
    await recorded(person, seconds)
    await bar(person).get_by_role("button", name=SEND).click()
    await bar(person).wait_for(state="detached")


def voices(person: Person) -> Any:
    return person.page.get_by_role("article").filter(has=person.page.locator(".sounding"))


async def place_of(voice: Any) -> float:
    return float(await voice.get_by_role("slider").input_value())


async def test_a_recording_is_heard_by_the_other_with_keys_alone(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("Listen to this")
    keys = alice.page.keyboard
    await alice.page.get_by_role("textbox", name="Message").focus()
    await keys.press("Tab")
    await keys.press("Tab")
    await (
        alice.page.get_by_role("button", name=RECORD).and_(alice.page.locator(":focus")).wait_for()
    )
    await keys.press("Enter")
    await recorded(alice, 3)
    await alice.page.get_by_text("Recording", exact=True).wait_for()
    assert await axe_faults(alice.page) == []
    # The focus is where it is ended; then where it is listened to.
    assert await alice.page.evaluate("document.activeElement.ariaLabel") == "Stop and listen first"
    await keys.press("Enter")
    await (
        alice.page.get_by_role("button", name="Play").and_(alice.page.locator(":focus")).wait_for()
    )
    await keys.press("Enter")
    await bar(alice).get_by_role("button", name="Pause").wait_for()
    assert await axe_faults(alice.page) == []
    await keys.press("Enter")
    await bar(alice).get_by_role("button", name="Play").wait_for()
    while await alice.page.evaluate("document.activeElement.ariaLabel") != SEND:
        await keys.press("Tab")
    await keys.press("Enter")
    await (
        alice.page.get_by_role("button", name=RECORD).and_(alice.page.locator(":focus")).wait_for()
    )

    # Bob sees how long it is and that it is new to him, and hears it.
    voice = voices(bob).last
    await voice.get_by_role("img", name="Not played yet").wait_for()
    length = (await voice.locator(".left").inner_text()).strip()
    assert length == (await voices(alice).last.locator(".left").inner_text()).strip()
    # A machine that is busy takes its time between two presses.
    assert "0:03" <= length < "1:00"
    assert await axe_faults(bob.page) == []
    await voice.get_by_role("button", name="Play").focus()
    await bob.page.keyboard.press("Enter")
    await voice.get_by_role("button", name="Pause").wait_for()
    await bob.page.wait_for_function("document.querySelector('.sounding input').value > 0.8")
    await voice.get_by_role("img", name="Not played yet").wait_for(state="detached")
    await bob.page.keyboard.press("Enter")
    await voice.get_by_role("button", name="Play").wait_for()
    # To another place with the arrows, and faster.
    await bob.page.keyboard.press("Tab")
    await bob.page.keyboard.press("Home")
    assert await place_of(voice) == 0
    for _ in range(10):
        await bob.page.keyboard.press("ArrowRight")
    assert await place_of(voice) == pytest.approx(1)
    await bob.page.keyboard.press("Tab")
    await bob.page.keyboard.press("Enter")
    await voice.get_by_role("button", name="Speed 1.5\u00d7, change").wait_for()
    assert await axe_faults(bob.page) == []
    await voice.get_by_role("button", name="Play").press("Enter")
    # To its end, and at its beginning again.
    await voice.get_by_role("button", name="Pause").wait_for()
    await voice.get_by_role("button", name="Play").wait_for()
    assert await place_of(voice) == 0
    # It stays heard.
    await bob.page.reload()
    await voices(bob).last.get_by_role("button", name="Play").wait_for()
    assert await bob.page.get_by_role("img", name="Not played yet").count() == 0
    # The server sees neither who speaks nor for how long.
    path = f"/_matrix/client/v3/rooms/{await alice.room_id()}/messages?dir=b&limit=5"
    page = await as_person(chatting.server, alice, "GET", path)
    assert "m.room.encrypted" in {one["type"] for one in page["chunk"]}
    assert all("voice" not in str(one) for one in page["chunk"])
    assert alice.faults == bob.faults == []


async def test_one_plays_at_a_time_and_the_next_follows_on(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await say_aloud(alice, 1)
    await voices(bob).last.wait_for()
    await say_aloud(alice, 2)
    await voices(bob).nth(1).wait_for()
    first, second = voices(bob).nth(0), voices(bob).nth(1)
    await first.get_by_role("button", name="Play").click()
    await second.get_by_role("button", name="Pause").wait_for()
    await first.get_by_role("button", name="Play").wait_for()
    assert await bob.page.get_by_role("img", name="Not played yet").count() == 0
    await first.get_by_role("button", name="Play").click()
    await first.get_by_role("button", name="Pause").wait_for()
    await second.get_by_role("button", name="Play").wait_for()
    # Whoever leaves the conversation hears no more.
    await bob.press("Back")
    await bob.page.get_by_role("row", name="alice").click()
    await voices(bob).nth(1).wait_for()
    assert await bob.page.get_by_role("button", name="Pause").count() == 0

    # What could not be sent stays in the chat, wherever one goes; what is thrown away does not.
    async def refuse(route: Any) -> None:
        await route.fulfill(status=500, json={"errcode": "M_UNKNOWN", "error": "no"})

    await alice.page.route("**/media/v3/upload*", refuse)
    await say_aloud(alice, 1)
    failed = alice.page.get_by_role("article").filter(has_text="Not sent")
    await failed.get_by_text("The server could not do this.").wait_for()
    assert await axe_faults(alice.page) == []
    await alice.press("Back")
    await alice.page.get_by_role("row", name="bob").click()
    await failed.get_by_role("button", name="Play").click()
    await failed.get_by_role("button", name="Pause").wait_for()
    await alice.page.unroute("**/media/v3/upload*")
    await failed.get_by_role("button", name="Try again").click()
    await voices(bob).nth(2).wait_for()
    await alice.press(RECORD)
    await recorded(alice, 1)
    await alice.press("Throw away")
    await bar(alice).wait_for(state="detached")
    await alice.say("only words")
    await bob.sees("only words")
    assert await voices(bob).count() == 3
    assert alice.faults == bob.faults == []


async def test_a_finger_holds_the_microphone(chatting: Town) -> None:
    alice, bob = await chatting.both({"has_touch": True, "is_mobile": True}, {})
    finger = await alice.page.context.new_cdp_session(alice.page)
    box = await alice.page.get_by_role("button", name=RECORD).bounding_box()
    x, y = box["x"] + 22, box["y"] + 22

    async def touch(kind: str, left: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x - left, "y": y}]
        await finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    # Away: nothing is sent.
    await touch("touchStart")
    await recorded(alice, 1)
    await alice.sees("Let go to send.")
    await touch("touchMove", 120)
    await alice.sees("Let go to throw it away")
    await touch("touchEnd")
    await bar(alice).wait_for(state="detached")
    # Held: it is sent when the finger lets go.
    await touch("touchStart")
    await recorded(alice, 2)
    await touch("touchEnd")
    await bar(alice).wait_for(state="detached")
    await voices(bob).last.get_by_role("button", name="Play").wait_for()
    assert await voices(bob).count() == 1
    # Tapped: it goes on by itself.
    await touch("touchStart")
    await touch("touchEnd")
    await recorded(alice, 1)
    await alice.page.get_by_role("button", name="Stop and listen first").tap()
    await bar(alice).get_by_role("button", name="Play").wait_for()
    await bar(alice).get_by_role("button", name=SEND).tap()
    await voices(bob).nth(1).wait_for()
    assert alice.faults == bob.faults == []


def _tone() -> bytes:
    """Return two seconds of silence as a sound file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * 2))
    return out.getvalue()


async def test_sounds_of_other_programs(chatting: Town) -> None:
    """A plain sound plays; what no honest client writes harms nobody."""
    alice, bob = await chatting.both()
    headers = {"Authorization": f"Bearer {await alice.token()}"}
    room_id = await alice.room_id()
    async with httpx.AsyncClient(
        base_url=chatting.server.base_url, headers=headers, timeout=30
    ) as http:
        kind = {"Content-Type": "audio/wav"}
        answer = await http.post("/_matrix/media/v3/upload", content=_tone(), headers=kind)
        uri = answer.json()["content_uri"]
        plain = {
            "body": "bells.wav",
            "url": uri,
            "info": {"mimetype": "audio/wav", "duration": 2000},
        }
        odd: dict[str, Any] = {"duration": "long", "waveform": [None, -5, 10**9, {}] * 200}
        contents: list[dict[str, Any]] = [
            plain,
            {"body": 5, "url": "javascript:alert(1)", "info": []},
            {
                "body": "x",
                "url": uri,
                "org.matrix.msc1767.audio": odd,
                "org.matrix.msc3245.voice": {},
            },
            {"body": "y", "file": {"url": uri, "v": "v2"}, "info": {"duration": -1}},
        ]
        for number, content in enumerate(contents):
            path = f"/_matrix/client/v3/rooms/{room_id}/send/m.room.message/v{number}"
            answer = await http.put(path, json={"msgtype": "m.audio", **content})
            assert answer.status_code == 200, answer.text
    await bob.sees("bells.wav")
    await bob.page.get_by_text("This sound cannot be played").nth(1).wait_for()
    first = voices(bob).first
    await first.get_by_role("button", name="Play").click()
    await bob.page.wait_for_function("document.querySelector('.sounding input').value > 0.3")
    assert await first.get_by_role("slider").get_attribute("max") == "2"
    async with bob.page.expect_download() as saving:
        await first.get_by_role("button", name="Save").click()
    saved = await saving.value
    assert saved.suggested_filename == "bells.wav"
    assert Path(await saved.path()).read_bytes() == _tone()
    assert await axe_faults(bob.page) == []
    assert bob.faults == []


async def test_without_a_microphone_it_says_what_to_do(server: Server) -> None:
    async with chromium("--deny-permission-prompts") as other:
        alice = await Person.arrive(
            other, server.base_url, "alice", bypass_csp=True, viewport=NARROW
        )
        await alice.sign_up()
        bob = await Person.arrive(other, server.base_url, "bob")
        await bob.sign_up()
        await alice.start_chat("bob")
        await alice.say("I would rather speak")
        await alice.page.get_by_role("article").wait_for()
        await alice.press(RECORD)
        await alice.page.get_by_role("dialog", name="Voice message").get_by_role("alert").wait_for()
        await nothing_is_clipped(alice)
        assert await axe_faults(alice.page) == []
        await alice.press("Try again")
        await alice.page.get_by_role("dialog").get_by_role("alert").wait_for()
        await alice.page.keyboard.press("Escape")
        await (
            alice.page.get_by_role("button", name=RECORD)
            .and_(alice.page.locator(":focus"))
            .wait_for()
        )


async def test_narrow_screens(chatting: Town) -> None:
    alice, bob = await chatting.both({"viewport": NARROW, "bypass_csp": True}, {})
    await say_aloud(alice, 1)
    await voices(bob).last.wait_for()
    for number, language in enumerate(("en", "zh-CN"), 1):
        # One that she has not heard yet.
        await say_aloud(bob, 2)
        await voices(alice).nth(number).wait_for()
        await speaks(alice, language)
        voice = voices(alice).last
        await voice.locator(".unheard").wait_for()
        await fits_in_both_themes(alice)
        await voice.locator(".play").click()
        await voice.locator(".speed").wait_for()
        await fits_in_both_themes(alice)
        await alice.page.locator(".mic").click()
        await recorded(alice, 1)
        await fits_in_both_themes(alice)
        await alice.page.locator(".voice-bar .stop").click()
        await alice.page.locator(".voice-bar .play").click()
        await fits_in_both_themes(alice)
    assert alice.faults == bob.faults == []

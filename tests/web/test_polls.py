"""Polls: asked, voted on, changed, ended; and what does not count."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import axe_faults
from tests.server import Server
from tests.web.beginnings import Town
from tests.web.court import write
from tests.web.person import NARROW, Person
from tests.web.talking import message, nothing_is_clipped, speaks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

UNSTABLE = "org.matrix.msc3381.poll"


async def close_both(person: Person) -> None:
    """Close the form, and the sheet of tools below it."""
    for left in (1, 0):
        await person.page.keyboard.press("Escape")
        await person.page.wait_for_function(
            "left => document.querySelectorAll('[role=dialog]').length === left", arg=left
        )


async def ask(person: Person, question: str, *answers: str, **ways: bool) -> None:
    await person.press("More")
    await person.press("Poll")
    await person.fill("Question", question)
    for number, answer in enumerate(answers, 1):
        if number > 2:
            await person.press("Add an answer")
        await person.fill(f"Answer {number}", answer)
    for label, switch in (("several", "Several answers"), ("closed", "Results only at the end")):
        if ways.get(label):
            await person.page.get_by_text(switch).click()
    await person.press("Send the poll")
    await person.page.get_by_role("dialog").first.wait_for(state="detached")


async def send(server: Server, sender: Person, kind: str, content: Any) -> str:
    """Write as any client could, in the open."""
    return await write(server, sender, await sender.room_id(), content, kind)


async def test_asked_voted_changed_ended(chatting: Town) -> None:
    alice, bob = await chatting.both()
    # What is missing is said before anything is sent.
    await alice.press("More")
    await alice.shot("tools")
    await alice.press("Poll")
    await alice.press("Send the poll")
    await alice.sees("Write what you want to ask.")
    await alice.shot("poll-form")
    assert await axe_faults(alice.page) == []
    await close_both(alice)

    await ask(alice, "Where do we meet?", "At the bridge", "In the tea house", "By the lake")
    poll = message(bob, "Where do we meet?")
    await poll.get_by_text("Choose one answer").wait_for()
    bridge = poll.get_by_role("button", name="At the bridge")
    await bridge.click()
    await poll.get_by_role("button", name="At the bridge 1 vote, 100 %", pressed=True).wait_for()
    hers = message(alice, "Where do we meet?")
    await hers.get_by_text("1 person has voted").wait_for()

    # The other votes too; the first thinks again. By keyboard.
    await hers.get_by_role("button", name="In the tea house").press("Enter")
    await poll.get_by_text("2 people have voted").wait_for()
    await poll.get_by_role("button", name="In the tea house").press("Space")
    await hers.get_by_role("button", name="In the tea house 2 votes, 100 %").wait_for()
    await hers.get_by_role("button", name="At the bridge 0 votes, 0 %").wait_for()
    assert await axe_faults(bob.page) == []
    await bob.shot("poll-open")
    await poll.get_by_role("button", name="Who voted").click()
    await bob.page.get_by_role("region", name="In the tea house").get_by_text("alice").wait_for()
    assert await axe_faults(bob.page) == []
    await bob.shot("poll-voters")
    await bob.page.keyboard.press("Escape")

    # Only its author ends it; nobody votes after that, and the list says what it was.
    assert await poll.get_by_role("button", name="End the poll").count() == 0
    await hers.get_by_role("button", name="End the poll").click()
    sure = alice.page.get_by_role("alertdialog", name="End this poll?")
    await sure.get_by_role("button", name="End the poll").click()
    await poll.get_by_text("This poll has ended").wait_for()
    assert await poll.get_by_role("button", name="At the bridge").count() == 0
    await poll.get_by_text(", most votes").wait_for(state="attached")
    assert await axe_faults(bob.page) == []
    await bob.shot("poll-ended")
    await bob.press("Back")
    await (
        bob.page.get_by_role("row", name="alice").get_by_text("[Poll] Where do we meet?").wait_for()
    )

    # It is the same after a reload.
    await alice.page.reload()
    await hers.get_by_text("This poll has ended").wait_for()
    await hers.get_by_text("2 people have voted").wait_for()
    assert alice.faults == bob.faults == []


async def test_closed_several_and_from_any_client(chatting: Town) -> None:
    alice, bob = await chatting.both({"viewport": NARROW, "bypass_csp": True}, {})

    # Without results until the end, and with several answers.
    await ask(alice, "What do you bring?", "Cake", "Tea", several=True, closed=True)
    poll = message(bob, "What do you bring?")
    await poll.get_by_text("Choose up to 2 answers · results at the end").wait_for()
    for name in ("Cake", "Tea"):
        await poll.get_by_role("button", name=name).click()
        await poll.get_by_role("button", name=name, pressed=True).wait_for()
    await message(alice, "What do you bring?").get_by_text("1 person has voted").wait_for()
    assert await poll.get_by_text("%").count() == 0
    assert await poll.get_by_role("button", name="Who voted").count() == 0

    # By the stable names, asked by another client; hostile words are words.
    text = [{"body": "<img src=x onerror=alert(1)> " + "long" * 30}]
    answers = [
        {"m.id": "x", "m.text": [{"body": "Here"}]},
        {"m.id": "y", "m.text": text},
        7,
        {"m.id": []},
    ]
    start = {
        "m.text": text,
        "m.poll": {"kind": "m.disclosed", "question": {"m.text": text}, "answers": answers},
    }
    event_id = await send(chatting.server, bob, "m.poll.start", start)
    about = {"rel_type": "m.reference", "event_id": event_id}
    await send(
        chatting.server, bob, "m.poll.response", {"m.relates_to": about, "m.selections": ["x"]}
    )
    stable = alice.page.get_by_role("article").filter(has_text="onerror").last
    await stable.get_by_role("button", name="Here 1 vote, 100 %").wait_for()
    # An unknown answer takes the vote back. An end by somebody else than the author does not count: here Alice may end what Bob
    # asked, for she looks after this chat; Bob, who does not, cannot end hers.
    await send(
        chatting.server, bob, "m.poll.response", {"m.relates_to": about, "m.selections": ["zzz"]}
    )
    await stable.get_by_text("0 people have voted").wait_for()
    # Once both have read it, nothing moves under the finger any more.
    await message(bob, "onerror").get_by_text("0 people have voted").wait_for()
    await stable.get_by_role("button", name="Here").click()
    await stable.get_by_role("button", name="Here 1 vote, 100 %", pressed=True).wait_for()
    await message(bob, "onerror").get_by_role("button", name="Here 1 vote, 100 %").wait_for()
    await nothing_is_clipped(alice)
    assert await axe_faults(alice.page) == []
    await alice.shot("poll-hostile")

    # None that can be answered: said as the words that came along.
    await send(
        chatting.server,
        bob,
        f"{UNSTABLE}.start",
        {"body": "no poll at all", f"{UNSTABLE}.start": [1]},
    )
    await alice.to_newest()
    await message(alice, "no poll at all").get_by_text("does not know this kind").wait_for()
    for language in ("zh-CN", "en"):
        await speaks(alice, language)
        await stable.wait_for()
        await nothing_is_clipped(alice)
        assert await axe_faults(alice.page) == []
        await alice.shot(f"poll-{language}")
        await alice.page.locator(".composer .icon-button").first.click()
        await alice.page.locator(".tool:has(.lucide-list-checks)").click()
        await alice.page.locator(".poll-form").wait_for()
        await nothing_is_clipped(alice)
        assert await axe_faults(alice.page) == []
        await alice.shot(f"poll-form-{language}")
        await close_both(alice)
    assert alice.faults == bob.faults == []

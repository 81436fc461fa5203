"""What a decision takes is said beforehand, and explained wherever it is tried all the same; what it leaves goes on working."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.court import Staff, as_person, group_of, newcomer, report_account
from tests.web.person import NARROW, PHONE, Person
from tests.web.talking import THUMB

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FACTS = "You wrote to somebody who had asked you to stop."
WHY = "That is unwanted contact."
TAKEN = (
    *("chat.group.send", "chat.group.create", "chat.group.join", "chat.group.invite"),
    *("chat.dm.initiate", "media.upload.public"),
)
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FILE = {"name": "me.png", "mimeType": "image/png", "buffer": PICTURE}


async def _refused(person: Person, what: str) -> None:
    """Hold that the one sheet says which one thing is refused, why and until when, and leads to the appeal; close it."""
    sheet = person.page.get_by_role("alertdialog", name=f"You cannot {what} right now")
    await sheet.wait_for()
    await sheet.get_by_text("hours left").wait_for()
    await sheet.get_by_text("Rule R3.1: Harassment").wait_for()
    await sheet.get_by_text(FACTS).wait_for()
    await sheet.get_by_role("button", name="Read why, and appeal").wait_for()
    await sheet.get_by_role("button", name="Close").click()
    await sheet.wait_for(state="detached")


async def _told(person: Person, what: str) -> Any:
    """Hold that the page says by itself what cannot be done on it; return where."""
    told = person.page.get_by_role("complementary", name=f"You cannot {what} right now")
    await told.get_by_text(f"You cannot {what} until").wait_for()
    await told.get_by_role("link", name="Appeal").wait_for()
    for size in (PHONE, NARROW):
        await person.page.set_viewport_size(size)
        assert await axe_faults(person.page) == [], what
    await person.page.set_viewport_size(PHONE)
    return told


async def _town(settled: Town) -> tuple[Staff, Person, Person, str]:
    """Make Bob, who has a group with Alice and chats with Alice and Carol; Dan is a stranger. Return the judge, both and the group."""
    judge = await Staff.hire(settled.server, "judge")
    alice, bob = await settled.both({}, {"bypass_csp": True})
    for name in ("carol", "dan"):
        await newcomer(settled.server, name)
    group = await group_of(settled.server, bob, alice)
    await bob.start_chat("carol")
    await bob.to("/chats")
    await bob.start_chat("alice")
    await alice.accept("bob")
    hello = {"msgtype": "m.text", "body": "Good morning"}
    path = f"/_matrix/client/v3/rooms/{group}/send/m.room.message/1"
    await as_person(settled.server, alice, "PUT", path, hello)
    await report_account(settled.server, alice, "bob")
    return judge, alice, bob, group


async def test_whatever_is_refused_is_explained(settled: Town) -> None:
    judge, alice, bob, group = await _town(settled)
    # Bob's browser does not hear of the decision beforehand: the server's own answer has to suffice.
    await bob.page.route("**/conduct/v1/standing", lambda route: route.abort())
    await judge.decide_about_next(*TAKEN, facts=FACTS, explanation=WHY)
    await bob.page.goto(f"{settled.server.base_url}/chats")

    # A message in a group: refused, explained, and still there to be sent later.
    await bob.page.get_by_role("row", name="Neighbours").click()
    await bob.say("Good morning, all")
    await _refused(bob, "write in groups")
    await bob.sees("Not sent")

    # A sign to a message: it does not stay as if it had arrived.
    message = bob.page.get_by_role("article").filter(has_text="Good morning").first
    await message.get_by_role("button", name="What to do with this message").click()
    await bob.press(f"React with {THUMB}")
    await _refused(bob, "write in groups")
    await bob.page.locator(".reaction").wait_for(state="detached")

    # The group's name, and an invitation into it.
    await bob.to(f"/chats/{group}/group")
    await bob.press("Name and purpose")
    await bob.fill("Name of the group", "Friends")
    await bob.press("Save")
    await _refused(bob, "write in groups")
    await bob.sees("A decision about your account does not let you do this now.")
    await bob.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await bob.press("Add people")
    await bob.page.get_by_role("row", name="carol").click()
    await bob.press("Invite")
    await _refused(bob, "invite people to groups")

    # Another group.
    await bob.to("/contacts/new-group")
    await bob.fill("Name of the group", "Others")
    await bob.press("Make the group")
    await _refused(bob, "start groups")

    # Somebody new: from the list of chats, and from their page.
    await bob.to("/chats")
    await bob.press("New")
    await bob.press("New chat", "menuitem")
    await bob.fill("Name of the person", "dan")
    await bob.press("Start")
    await _refused(bob, "write to people you have not talked to before")
    await bob.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await bob.to("/contacts/@dan:courtyard.test")
    await bob.press("Message")
    await _refused(bob, "write to people you have not talked to before")

    # A picture of oneself. Uploads go another way than everything else.
    await bob.to("/me/profile")
    async with bob.page.expect_file_chooser() as choosing:
        await bob.press("Choose a picture")
    await (await choosing.value).set_files([FILE])
    await _refused(bob, "upload files that everybody can see")
    await bob.sees("A decision about your account does not let you do this now.")

    # Only that is refused: the name, and a chat that there is already.
    await bob.fill("Name", "Bob B.")
    await bob.press("Save")
    await bob.sees("Saved")
    await bob.to("/chats")
    await bob.page.get_by_role("row", name="alice").click()
    await bob.say("Only you can hear me")
    await alice.sees("Only you can hear me")
    assert alice.faults == bob.faults == []


async def test_what_cannot_be_done_is_said_before_one_tries(settled: Town) -> None:
    judge, alice, bob, group = await _town(settled)
    await bob.to("/chats")
    await bob.page.get_by_role("row", name="Neighbours").click()
    await bob.page.get_by_role("textbox", name="Message").fill("I was about to say")

    # It is decided while he writes: in place of the field stands why, and what he wrote is kept.
    decision = await judge.decide_about_next(*TAKEN, facts=FACTS, explanation=WHY)
    told = await _told(bob, "write in groups")
    assert await bob.page.get_by_role("textbox", name="Message").count() == 0
    await told.get_by_role("button", name="Why?").click()
    await _refused(bob, "write in groups")
    pages = {
        "/contacts/new-group": "start groups",
        f"/chats/{group}/group": "write in groups",
        "/contacts/add": "write to people you have not talked to before",
        "/contacts/@dan:courtyard.test": "write to people you have not talked to before",
        "/me/profile": "upload files that everybody can see",
    }
    for path, what in pages.items():
        await bob.to(path)
        await _told(bob, what)
    await bob.to("/contacts/@carol:courtyard.test")
    await bob.page.get_by_role("button", name="Message").wait_for()
    assert await bob.page.get_by_role("complementary").count() == 0

    # From there to the appeal; when it is heard, he goes on where he was.
    await bob.to(f"/chats/{group}")
    told = await _told(bob, "write in groups")
    await told.get_by_role("link", name="Appeal").click()
    await bob.page.wait_for_url(f"**/me/standing/{decision}")
    await bob.fill("Say what is wrong with it", "It was my brother, on my phone.")
    await bob.press("Send the appeal")
    await bob.sees("It waits for an answer.")
    other = await Staff.hire(settled.server, "other")
    await other.answer_next_appeal("overturned", "Your brother said so.")
    await bob.sees("Answered: you were right. The decision is cancelled.")
    await bob.to(f"/chats/{group}")
    box = bob.page.get_by_role("textbox", name="Message")
    await box.wait_for()
    assert await box.input_value() == "I was about to say"
    await box.press("Enter")
    await alice.page.get_by_role("button", name="Back").click()
    await alice.page.get_by_role("row", name="Neighbours").click()
    await alice.sees("I was about to say")
    assert alice.faults == bob.faults == []


async def test_it_is_said_in_chinese_too(settled: Town) -> None:
    server = settled.server
    judge, alice = await Staff.hire(server, "judge"), settled.absent("alice")
    look = {"locale": "zh-CN", "color_scheme": "dark", "bypass_csp": True}
    lin = await settled.comes("bob", **look)
    await lin.page.get_by_role("heading", name="聊天", exact=True).wait_for()
    await group_of(server, lin, alice)
    await report_account(server, alice, "bob")
    await judge.decide_about_next("chat.group.send", facts=FACTS, explanation=WHY)
    await lin.page.get_by_role("row", name="Neighbours").click()
    told = lin.page.get_by_role("complementary", name="你现在不能在群里发言")
    await told.get_by_text("你不能在群里发言").wait_for()
    for size in (PHONE, NARROW):
        await lin.page.set_viewport_size(size)
        assert await axe_faults(lin.page) == []
    await told.get_by_role("button", name="为什么").click()
    await lin.page.get_by_role("alertdialog", name="你现在不能在群里发言").wait_for()
    await lin.press("查看理由、申诉")
    await lin.sees("已在这个浏览器里核对无误")
    assert lin.faults == []

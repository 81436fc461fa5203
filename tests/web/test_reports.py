"""A report as its author makes it: chosen, seen before it is sent, followed; and what a suspension leaves of it."""

from __future__ import annotations

import pytest

from tests.web.beginnings import Town
from tests.web.court import FACTS, WHY, Staff, as_person, group_of, report_account
from tests.web.looks import fits

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_a_report_shows_exactly_what_was_chosen(chatting: Town) -> None:
    judge, other = [await Staff.hire(chatting.server, name) for name in ("judge", "other")]
    alice, bob = await chatting.both({"bypass_csp": True}, {})
    for words in ("Nice weather", "I know where you live", "See you at eight"):
        await bob.say(words)
        await alice.sees(words)

    # The reported message is chosen, and nothing else; one more is added.
    await alice.begin_report("I know where you live")
    assert await alice.page.get_by_role("button", name="Next", exact=True).is_disabled()
    sheet = alice.page.get_by_role("dialog", name="Report a message")
    await sheet.get_by_text("Threats", exact=True).click()
    await sheet.get_by_text("Somebody is in danger", exact=True).click()
    await alice.fill("What should they know?", "He says it every evening.")
    await fits(alice, "report-what")
    await alice.press("Next")
    await alice.sees("1 message chosen")
    await sheet.get_by_role("checkbox", name="See you at eight").focus()
    await alice.page.keyboard.press("Space")
    await alice.sees("2 messages chosen")
    await fits(alice, "report-show")
    await alice.press("Next")

    # All of it is seen before any of it is sent.
    await alice.sees("This is what they will see")
    seen = sheet.locator(".messages")
    assert await seen.get_by_text("I know where you live", exact=True).count() == 1
    assert await seen.get_by_text("See you at eight", exact=True).count() == 1
    assert await seen.get_by_text("Nice weather").count() == 0
    await fits(alice, "report-review")
    assert (await judge.ask("queue/next"))["case"] is None
    await alice.press("Send the report")
    await alice.sees("Your report has arrived")
    await alice.sees("Checked: what you showed is exactly what was written.")
    await fits(alice, "report-sent")

    # The staff sees that, checked against the ciphertext, and no more of the room.
    case = (await judge.ask("queue/next"))["case"]
    assert case["reports"][0]["explanation"] == "R4.1 Threats\n\nHe says it every evening."
    assert (case["subject"], case["reports"][0]["kind"]) == ("@bob:courtyard.test", "urgent")
    (evidence,) = case["evidence"]
    assert (evidence["kind"], evidence["check"]) == ("disclosed", "verified")
    disclosed = await judge.look(evidence["id"])
    assert [one["plaintext"]["content"]["body"] for one in disclosed] == [
        "I know where you live",
        "See you at eight",
    ]

    # She follows it, is told that nothing was done, and complains; a different person opens it again.
    await alice.press("Follow it")
    await alice.sees("It has not been decided yet.")
    await judge.ask(f"cases/{case['id']}/dismiss", {})
    await alice.sees("found no broken rule, so nothing was done")
    await alice.fill("Say what was overlooked", "He stood before my door.")
    await alice.press("Send the complaint")
    await alice.sees("A different person answers by")
    await fits(alice, "report-followed")
    complaint = (await other.ask("complaints/next"))["complaint"]
    ruling = {"outcome": "reopened", "reasons": "It is a threat."}
    await other.ask(f"complaints/{complaint['id']}/decide", ruling)
    await alice.sees("you were right to ask. The case is open again.")
    await alice.press("Back")
    await alice.sees("A message")
    await fits(alice, "reports")
    assert alice.faults == bob.faults == []


async def test_who_is_suspended_can_still_call_for_help(settled: Town) -> None:
    judge, other = [await Staff.hire(settled.server, name) for name in ("judge", "other")]
    alice, bob = settled.absent("alice"), await settled.comes("bob", bypass_csp=True)
    group = await group_of(settled.server, alice, bob)
    threat = {"msgtype": "m.text", "body": "We are at your door"}
    path = f"/_matrix/client/v3/rooms/{group}/send/m.room.message/1"
    await as_person(settled.server, alice, "PUT", path, threat)
    await report_account(settled.server, alice, "bob")
    await judge.suspend_next(other, facts=FACTS, explanation=WHY)

    await bob.page.get_by_role("row", name="Neighbours").click()
    await bob.begin_report("We are at your door")
    await bob.page.get_by_role("radio", name="Threats").focus()
    await bob.page.keyboard.press("Space")
    await bob.press("Next")
    await bob.press("Send the report")
    refused = bob.page.get_by_role(
        "alertdialog", name="You cannot report things that are not urgent right now"
    )
    await refused.wait_for()
    await refused.get_by_text("This decision takes more than this one thing.").wait_for()
    await fits(bob, "report-refused")
    await refused.get_by_role("button", name="Close").click()

    # What was written is still there. Danger is never refused.
    sheet = bob.page.get_by_role("dialog", name="Report a message")
    await sheet.get_by_role("button", name="Back").click()
    await bob.page.get_by_role("radio", name="Somebody is in danger").focus()
    await bob.page.keyboard.press("Space")
    await bob.press("Next")
    await bob.press("Send the report")
    await bob.sees("Your report has arrived")
    await bob.press("Close")

    # All of what a suspension takes and leaves is on one page, and in the notices room he is heard.
    await bob.page.goto(f"{settled.server.base_url}/me/standing")
    await bob.sees("Your account is suspended")
    await fits(bob, "standing-suspended")
    await bob.press("Messages about your standing", role="link")
    await bob.fill("Your answer", "I object.")
    await bob.press("Send")
    await bob.page.locator(".answer .at", has_text="at").wait_for()
    assert bob.faults == []


async def test_a_person_and_a_group_are_reported_from_their_pages(settled: Town) -> None:
    judge = await Staff.hire(settled.server, "judge")
    alice, bob = await settled.comes("alice", bypass_csp=True), settled.absent("bob")
    group = await group_of(settled.server, bob, alice)
    await alice.page.get_by_role("row", name="Neighbours").wait_for()
    subjects = {"Report bob": "/contacts/@bob:courtyard.test"}
    subjects["Report this group"] = f"/chats/{group}/group"
    for title, path in subjects.items():
        await alice.to(path)
        await alice.press("Report")
        sheet = alice.page.get_by_role("dialog", name=title)
        await sheet.get_by_role("radio", name="Fraud").focus()
        await alice.page.keyboard.press("Space")
        await sheet.get_by_role("button", name="Next").click()
        await sheet.get_by_role("heading", name="This is what they will see").wait_for()
        await fits(alice, title.lower().replace(" ", "-"))
        await sheet.get_by_role("button", name="Send the report").click()
        await alice.sees("Your report has arrived")
        await alice.press("Close")
    case = (await judge.ask("queue/next"))["case"]
    await judge.ask(f"cases/{case['id']}/dismiss", {})
    other_case = (await judge.ask("queue/next"))["case"]
    items = {one["item"]["type"]: one["item"]["id"] for one in (case, other_case)}
    assert items == {"account": "@bob:courtyard.test", "room": group}
    assert alice.faults == []

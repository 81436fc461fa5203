"""Pictures, films and files in conversations: sealed, without the place where they were taken, and found again."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import ExifTags

from tests.web.attaching import choose, fits, is_shown, saved
from tests.web.beginnings import Town
from tests.web.court import Staff, group_of, report_account
from tests.web.person import PHONE, Person
from tests.web.pictures import SIDEWAYS, Upload, drawing, film, noted, photo, size_of
from tests.web.talking import act

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

UPLOADS = "**/_matrix/media/v3/upload*"


async def hand_in(person: Person, event: str, file: Upload) -> None:
    """Let a file go over the conversation ("drop"), or paste it into the text field ("paste")."""
    await person.page.evaluate(
        """({ event, name, type, bytes }) => {
            const data = new DataTransfer()
            data.items.add(new File([new Uint8Array(bytes)], name, { type }))
            const how = { bubbles: true, cancelable: true }
            const field = document.querySelector('textarea')
            if (event === 'paste')
                field.dispatchEvent(new ClipboardEvent('paste', { ...how, clipboardData: data }))
            else for (const kind of ['dragover', 'drop'])
                field.dispatchEvent(new DragEvent(kind, { ...how, dataTransfer: data }))
        }""",
        {
            "event": event,
            "name": file["name"],
            "type": file["mimeType"],
            "bytes": list(file["buffer"]),
        },
    )


async def test_a_photo_goes_sealed_and_without_its_place(chatting: Town) -> None:
    alice, bob = await chatting.both()
    fetched: list[Any] = []
    bob.page.on(
        "response", lambda one: fetched.append(one) if "/media/download/" in one.url else None
    )
    taken = photo("IMG_2040.jpg")
    assert noted(taken["buffer"])[ExifTags.Base.Orientation] == SIDEWAYS
    assert ExifTags.GPS.GPSLatitude in noted(taken["buffer"])

    sheet = await choose(alice, "Photos and videos", taken)
    await sheet.get_by_text("IMG_2040.jpg").wait_for()
    await fits(alice, "before-sending")
    await sheet.get_by_role("textbox", name="Say something about it").fill("By the sea")
    await sheet.get_by_role("button", name="Send", exact=True).click()

    # What the server got is no picture: it cannot look at it.
    await is_shown(alice, "By the sea")
    look = await is_shown(bob, "By the sea")
    # A small copy comes at once, the whole when it is asked for.
    assert len(fetched) == 1
    assert not (await fetched[0].body()).startswith(b"\xff\xd8")
    # It stands upright in its own shape before it has come.
    box = await look.bounding_box()
    assert abs(box["height"] / box["width"] - 2400 / 1600) < 0.02
    await fits(bob, "photo")

    await look.click()
    viewer = bob.page.get_by_role("dialog", name="Picture 1 of 1")
    await viewer.get_by_role("img", name="By the sea").wait_for()
    await fits(bob, "viewer")
    received = await saved(bob, viewer.get_by_role("button", name="Save to this device"))
    assert not (await fetched[-1].body()).startswith(b"\xff\xd8")
    assert noted(received) == {}
    assert size_of(received) == (1365, 2048)
    await bob.page.keyboard.press("Escape")

    # In its original size it keeps every pixel, and still nothing of where it was taken.
    sheet = await choose(alice, "Photos and videos", photo("IMG_2041.jpg", colour="#b83b6b"))
    await sheet.get_by_text("Original size").click()
    await sheet.get_by_role("button", name="Send", exact=True).click()
    await is_shown(bob, "Picture from alice")
    look = await is_shown(bob, "Picture from alice")
    await look.click()
    viewer = bob.page.get_by_role("dialog", name="Picture 2 of 2")
    received = await saved(bob, viewer.get_by_role("button", name="Save to this device"))
    assert noted(received) == {ExifTags.Base.Orientation: SIDEWAYS}
    assert size_of(received) == (2400, 1600)
    assert alice.faults == bob.faults == []


async def test_several_a_film_a_file_and_all_of_them_again(chatting: Town) -> None:
    alice, bob = await chatting.both()
    # With a phone, and with the page's policy in force, as people have it.
    kim = await Person.arrive(
        chatting.browser, chatting.server.base_url, "kim", is_mobile=True, has_touch=True
    )
    await kim.sign_up()
    sheet = await choose(
        alice,
        "Photos and videos",
        photo("one.jpg"),
        photo("two.jpg", colour="#2f6fc4"),
        drawing("three.png"),
        await film(alice.page, "walk.webm"),
    )
    await sheet.get_by_role("button", name="Send 4").wait_for()
    await sheet.get_by_role("button", name="Remove two.jpg").click()
    await sheet.get_by_role("button", name="Send 3").click()
    await bob.page.get_by_role("button", name="Play: Video from alice").wait_for()
    # In the order in which they were chosen.
    names = await bob.page.locator(".pane").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert names == [*["Look at: Picture from alice"] * 2, "Play: Video from alice"]
    await is_shown(bob, "Picture from alice")

    await bob.press("Play: Video from alice")
    playing = bob.page.locator("video[aria-label='Video from alice']")
    await playing.wait_for()
    await bob.page.wait_for_function("document.querySelector('video').currentTime > 0")
    await fits(bob, "film")

    papers = {"name": "报告 report.txt", "mimeType": "text/plain", "buffer": b"<b>all is well</b>"}
    sheet = await choose(bob, "File", papers)
    await sheet.get_by_text("Sent as it is, with everything that is noted in it.").wait_for()
    await fits(bob, "before-sending-file")
    await sheet.get_by_role("button", name="Send", exact=True).click()
    save = alice.page.get_by_role("button", name="Save 报告 report.txt")
    assert await saved(alice, save) == papers["buffer"]
    await fits(alice, "file")

    # Dropped on the conversation, and pasted.
    sheet = bob.page.get_by_role("dialog", name="Before you send")
    await bob.page.locator("textarea:focus").wait_for()
    for event in ("drop", "paste"):
        await hand_in(bob, event, photo(f"{event}.jpg", size=(800, 600), colour="#8a5a00"))
        await sheet.get_by_text(f"{event}.jpg").wait_for()
        await sheet.get_by_role("button", name="Send", exact=True).click()
        await sheet.wait_for(state="detached")
    # Until they are up, they are not to be pressed.
    await bob.page.get_by_role("button", name="Look at: Picture from bob").nth(1).wait_for()
    await bob.page.wait_for_function("document.querySelector('.pane:disabled') === null")
    await alice.to_newest()
    await is_shown(alice, "Picture from bob")

    # By the keyboard alone through the pictures of the chat.
    look = bob.page.get_by_role("button", name="Look at: Picture from bob").last
    keys = bob.page.keyboard
    # What was only just sent cannot be reached before it is up and drawn in its place.
    await bob.reach(look)
    await keys.press("Enter")
    await bob.page.get_by_role("dialog", name="of 4").wait_for()
    for _ in range(3):
        await keys.press("ArrowLeft")
    await bob.page.get_by_role("dialog", name="Picture 1 of 4").wait_for()
    for _ in range(3):
        await keys.press("ArrowRight")
    last = bob.page.get_by_role("dialog", name="Picture 4 of 4")
    await last.get_by_role("img", name="Picture from bob").wait_for()
    await keys.press("+")
    await keys.press("Escape")
    await last.wait_for(state="detached")

    # Forwarded, it is the same file: nothing is sent up again.
    uploads: list[str] = []
    bob.page.on("request", lambda one: uploads.append(one.url) if "/upload" in one.url else None)
    await look.click()
    await bob.press("Forward")
    dialog = bob.page.get_by_role("dialog", name="Forward to")
    await dialog.get_by_role("button", name="alice").click()
    await dialog.get_by_role("button", name="Send").click()
    await dialog.get_by_role("button", name="Close").last.click()
    await bob.page.get_by_role("button", name="Look at: Picture from bob").nth(2).wait_for()
    await is_shown(bob, "Picture from bob")
    assert uploads == []

    # All of them again, from the bar where there is room for the button, and from the person's page.
    await alice.page.set_viewport_size({"width": 600, "height": PHONE["height"]})
    await alice.press("Pictures and files")
    await alice.page.set_viewport_size(PHONE)
    cells = alice.page.locator(".gallery .cell")
    await cells.nth(5).wait_for()
    assert await cells.count() == 6
    await alice.page.wait_for_function(
        "[...document.querySelectorAll('.cell img')].filter(one => one.naturalWidth > 0).length === 6"
    )
    await fits(alice, "gallery")
    await cells.last.click()
    await alice.page.get_by_role("dialog", name="Picture 1 of 5").wait_for()
    await alice.page.keyboard.press("Escape")
    await alice.page.get_by_text("Files", exact=True).click()
    await alice.page.get_by_text("报告 report.txt").wait_for()
    await fits(alice, "gallery-files")
    await alice.press("In the chat", "link")
    await alice.page.locator("[role=article]:focus", has_text="report.txt").wait_for()
    # What is sent in a thread is among them, and the way leads there.
    await act(alice, "report.txt", "Reply in a thread")
    sheet = await choose(alice, "Photos and videos", drawing("five.png"))
    await sheet.get_by_role("button", name="Send", exact=True).click()
    await is_shown(alice, "Picture from alice")
    await alice.press("Back")
    await alice.press("About this person")
    await alice.press("Pictures and files")
    await cells.nth(6).wait_for()
    await cells.first.click()
    await alice.page.get_by_role("dialog", name="Picture 6 of 6").wait_for()
    await fits(alice, "gallery-viewer")
    await alice.press("In the chat")
    await is_shown(alice, "Picture from alice")
    assert "/thread/" in alice.page.url
    assert alice.faults == bob.faults == []

    # The same with the policy: pictures from memory are what it allows.
    await kim.start_chat("alice")
    await kim.press("More")
    camera = kim.page.get_by_role("button", name="Take a photo")
    async with kim.page.expect_file_chooser() as chooser:
        await camera.click()
    field = (await chooser.value).element
    assert await field.get_attribute("capture") == "environment"
    await kim.page.keyboard.press("Escape")
    await camera.wait_for(state="detached")
    sheet = await choose(
        kim, "Photos and videos", photo("four.jpg"), await film(kim.page, "b.webm")
    )
    await sheet.get_by_role("button", name="Send 2").click()
    await is_shown(kim, "Picture from kim")
    # Its line still changes until it has arrived, and a press then may go nowhere.
    await kim.page.get_by_role("img", name="Sent").nth(1).wait_for()
    await kim.press("Play: Video from kim")
    await kim.page.locator("video").evaluate(
        """one => one.currentTime > 0 || new Promise(done => {
            one.ontimeupdate = () => one.currentTime > 0 && done()
        })"""
    )
    assert kim.faults == []


async def test_what_breaks_is_told_and_tried_again(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("now the picture")

    async def lost(route: Any) -> None:
        await route.abort()

    await alice.page.route(UPLOADS, lost)
    sheet = await choose(alice, "Photos and videos", photo("lost.jpg"), photo("given-up.jpg"))
    await sheet.get_by_role("button", name="Send 2").click()
    failed = alice.page.get_by_role("article").filter(has_text="Not sent")
    await failed.nth(1).wait_for()
    await fits(alice, "not-sent")
    await failed.nth(1).get_by_role("button", name="Do not send").click()
    await failed.nth(1).wait_for(state="detached")
    # It is there when the page comes anew.
    await alice.page.reload()
    await failed.wait_for()
    await alice.page.unroute(UPLOADS)
    await failed.get_by_role("button", name="Try again").click()
    await is_shown(bob, "Picture from alice")
    await failed.wait_for(state="detached")
    assert await alice.page.locator(".pane").count() == 1
    assert await bob.page.locator(".pane").count() == 1

    # One that is under way can be stopped.
    async def held(route: Any) -> None:
        waiting.append(route)

    waiting: list[Any] = []
    await alice.page.route(UPLOADS, held)
    sheet = await choose(alice, "Photos and videos", photo("stopped.jpg"))
    await sheet.get_by_role("button", name="Send", exact=True).click()
    await fits(alice, "sending")
    await alice.press("Do not send stopped.jpg")
    await alice.page.get_by_role("progressbar").wait_for(state="detached")
    await alice.page.unroute(UPLOADS)
    assert await alice.page.locator(".pane").count() == 1

    # What the server would not take is said before it is sent.
    async def small(route: Any) -> None:
        await route.fulfill(json={"m.upload.size": 20_000})

    await alice.page.route("**/media/config", small)
    big = {"name": "big.bin", "mimeType": "application/zip", "buffer": b"x" * 20_001}
    sheet = await choose(alice, "File", big)
    await sheet.get_by_text("This server takes files up to 20 kB.").wait_for()
    assert await sheet.get_by_role("button", name="Send").is_disabled()
    await fits(alice, "too-large")
    await alice.page.keyboard.press("Escape")
    await sheet.wait_for(state="detached")

    # What is called a photo and is none goes as a file, and one is told why.
    none = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": b"not a picture here"}
    sheet = await choose(alice, "Photos and videos", none)
    await sheet.get_by_text("This browser cannot open this picture.").wait_for()
    await fits(alice, "unreadable")
    assert alice.faults == bob.faults == []


async def test_a_refused_upload_is_explained(settled: Town) -> None:
    judge = await Staff.hire(settled.server, "judge")
    alice, bob = settled.absent("alice"), await settled.comes("bob", bypass_csp=True)
    await group_of(settled.server, bob, alice)
    await report_account(settled.server, alice, "bob")
    facts = "You put up pictures of somebody who had asked you not to."
    await judge.decide_about_next("media.upload.public", facts=facts, explanation="Unwanted.")

    await bob.page.get_by_role("row", name="Neighbours").click()
    sheet = await choose(bob, "Photos and videos", photo("refused.jpg"))
    await sheet.get_by_role("button", name="Send", exact=True).click()
    refusal = bob.page.get_by_role(
        "alertdialog", name="You cannot upload files that everybody can see right now"
    )
    await refusal.get_by_text(facts).wait_for()
    await fits(bob, "upload-refused")
    await bob.page.keyboard.press("Escape")
    # It stays in sight, not sent.
    await bob.sees("Not sent")
    assert bob.faults == []

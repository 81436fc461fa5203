"""Contacts and groups: who is found how, and a group that somebody comes into by scanning its code."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import FAKE_DEVICES, axe_faults, chromium
from tests.web.beginnings import Town
from tests.web.person import NARROW, Person
from tests.web.pictures import photo
from tests.web.talking import speaks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def _looks_right(person: Person, *, width: int = 390) -> None:
    await person.page.set_viewport_size({"width": width, "height": 844})
    assert await axe_faults(person.page) == []
    assert await person.page.evaluate("document.documentElement.scrollWidth") <= width


async def test_a_request_a_remark_and_a_block(settled: Town) -> None:
    alice, bob = await settled.both()

    # Alice finds Bob by his name, and writes to him from his page.
    await alice.press("Contacts", "link")
    await alice.sees("No contacts yet")
    await _looks_right(alice)
    await alice.page.get_by_role("button", name="Add a contact").first.click()
    field = alice.page.get_by_role("searchbox", name="Name of the person")
    await field.fill("nobody-of-this-name")
    await field.press("Enter")
    await alice.sees("There is nobody of this name here.")
    await field.fill("bob")
    await field.press("Enter")
    await alice.page.get_by_role("link", name="bob").click()
    await alice.press("Message")
    await alice.page.get_by_role("textbox", name="Message").wait_for()
    await alice.say("Hello from the market")

    # Bob sees who asks, and says yes.
    await bob.press("Contacts", "link")
    await bob.page.get_by_role("link", name="1 waits for your answer").click()
    await bob.sees("wants to chat with you")
    # Whatever she calls herself, it says who she is.
    await bob.sees("@alice:courtyard.test")
    await _looks_right(bob, width=320)
    await bob.press("Accept alice")
    await bob.sees("Hello from the market")

    # His own name for her, which nobody else sees.
    await bob.press("About this person")
    await bob.press("Name and tags")
    await bob.fill("My name for them", "小爱")
    await bob.fill("Tags", "market, friends")
    await bob.press("Save")
    await bob.sees("Calls themselves alice")
    await _looks_right(bob)
    await bob.to("/contacts")
    await bob.page.get_by_role("row", name="小爱").wait_for()
    assert await bob.page.locator(".people .letter").text_content() == "X"
    await bob.page.get_by_role("searchbox").fill("friend")
    await bob.page.get_by_role("row", name="小爱").click()

    await bob.press("Block this person")
    await bob.sees("You have blocked this person.")
    await bob.to("/contacts")
    await bob.sees("No contacts yet")
    assert alice.faults == bob.faults == []


async def test_a_group_and_its_code(chatting: Town, tmp_path: Path) -> None:
    alice, bob = await chatting.both()

    await alice.to("/chats")
    await alice.press("New")
    await alice.press("New group", "menuitem")
    await alice.fill("Name of the group", "Ramen Crew")
    await alice.page.get_by_role("row", name="bob").click()
    await _looks_right(alice)
    file = alice.page.locator("input[type=file]")
    broken = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    await file.set_input_files(broken)
    await alice.sees("This file is not a picture")
    await file.set_input_files(photo("IMG_at_home.jpg", size=(900, 600)))
    await alice.page.locator(".profile img").wait_for()
    async with alice.page.expect_response("**/media/v3/upload*") as sent:
        await alice.press("Make the group (2 people)")
    # Everybody may see it: not where it was taken, and not what the file is called.
    upload = await sent.value
    assert "IMG_at_home" not in upload.url
    place = (await upload.json())["content_uri"].removeprefix("mxc://")
    kept = await alice.page.context.request.get(
        f"{chatting.server.base_url}/_matrix/client/v1/media/download/{place}",
        headers={"Authorization": f"Bearer {await alice.token()}"},
    )
    picture = Image.open(io.BytesIO(await kept.body()))
    assert (picture.size, dict(picture.getexif())) == ((512, 512), {})
    await alice.say("First one pays")
    await bob.to("/contacts/requests")
    await bob.sees("invites you to Ramen Crew")
    await bob.press("Accept alice")
    await bob.sees("First one pays")

    # Carol scans the code that Alice shows her, and asks to come in.
    await alice.press("About this group")
    await alice.press("QR code")
    code = alice.page.get_by_role("img", name="QR code of Ramen Crew")
    await code.wait_for()
    await _looks_right(alice)
    film = _film(await code.screenshot(), tmp_path)
    await alice.press("Close")
    async with chromium(*FAKE_DEVICES, f"--use-file-for-fake-video-capture={film}") as other:
        carol = await Person.arrive(other, chatting.server.base_url, "carol")
        await carol.page.context.grant_permissions(["camera"], origin=chatting.server.base_url)
        await carol.sign_up()
        await carol.press("New")
        await carol.press("Scan", "menuitem")
        await carol.sees("2 members")
        await carol.press("Ask to come in")
        await carol.sees("You have asked.")

        await carol.to("/contacts/requests")
        await carol.sees("You have asked to come in")
        await _looks_right(carol, width=320)

        # Alice is asked, says yes, and Carol is in without another press, whatever page she looks at.
        await alice.sees("asks to come into Ramen Crew")
        await alice.press("Accept carol")
        await alice.sees("3 members")
        await carol.page.get_by_text("You have asked to come in").wait_for(state="hidden")
        await carol.to("/chats")
        await carol.page.get_by_role("row", name="Ramen Crew").click()
        await carol.say("I brought chopsticks")
        await bob.sees("I brought chopsticks")

        # Roles in plain words, and what only admins may do.
        await alice.page.get_by_role("button", name="bob").click()
        await alice.press("Make an admin")
        await alice.page.get_by_role("button", name="bob Admin").wait_for()
        await alice.page.get_by_text("Admins only").nth(1).click()
        await alice.page.locator(".toggle", has_text="Mute").click()
        await alice.page.get_by_role("switch", name="Mute", checked=True).wait_for()
        await _looks_right(alice, width=320)
        await alice.page.get_by_role("button", name="carol").click()
        # Who is kept out is not let in by the code again, until somebody allows it.
        await alice.press("Remove and keep out")
        # It asks first.
        await alice.page.get_by_role("alertdialog").wait_for()
        await _looks_right(alice, width=320)
        await alice.press("Remove and keep out")
        await alice.sees("2 members")
        await alice.sees("Kept out")
        await _looks_right(alice, width=320)
        await alice.press("Allow carol to come again")
        await alice.page.get_by_text("Kept out").wait_for(state="hidden")
        await alice.press("Add people")
        await alice.page.get_by_role("searchbox").fill("carol")
        await alice.press("Add carol")
        await alice.press("Invite")
        await alice.page.get_by_role("heading", name="Invited").wait_for()
        await alice.press("Take the invitation of carol back")
        await alice.page.get_by_role("heading", name="Invited").wait_for(state="hidden")

        await bob.press("About this group")
        await bob.press("Leave the group")
        await (
            bob.page.get_by_role("alertdialog")
            .get_by_role("button", name="Leave the group")
            .click()
        )
        await bob.page.get_by_role("heading", name="Chats", exact=True).wait_for()
        await alice.sees("1 member")
        assert alice.faults == bob.faults == carol.faults == []


async def test_a_code_in_a_picture(settled: Town, tmp_path: Path) -> None:
    alice, bob = await settled.both()
    await alice.to("/contacts/code")
    code = alice.page.get_by_role("img", name="QR code of alice")
    await code.wait_for()
    await _looks_right(alice, width=320)
    picture = tmp_path / "code.png"
    picture.write_bytes(await code.screenshot())

    await bob.to("/contacts/scan")
    await bob.page.locator("input[type=file]").set_input_files(picture)
    await bob.page.get_by_role("heading", name="alice", level=1).wait_for()

    # An address that does not come apart names nobody, and leaves the way back.
    await bob.to("/contacts/@100%25:x.y")
    await bob.press("Back")
    await bob.page.get_by_role("heading", name="alice", level=1).wait_for()
    assert alice.faults == bob.faults == []


def _film(code: bytes, folder: Path) -> Path:
    """Make what a camera sees that is held over a code: a second of the same frame."""
    frame = Image.new("RGB", (640, 480), "white")
    frame.paste(Image.open(io.BytesIO(code)).convert("RGB").resize((400, 400)), (120, 40))
    held = io.BytesIO()
    frame.save(held, "JPEG", quality=90)
    film = folder / "code.mjpeg"
    film.write_bytes(held.getvalue() * 30)
    return film


_CUT = """() => [...document.querySelectorAll('body *')]
    .filter(one => getComputedStyle(one).overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1)
    // Names and what people write may end in an ellipsis; what only a screen reader reads has no width.
    .filter(one => !one.closest('.clip, .sr-only, [aria-hidden=true]') && one.clientWidth > 2)
    .map(one => `${one.className}: ${one.textContent}`)"""


async def test_no_words_are_cut_on_a_narrow_screen(chatting: Town) -> None:
    narrow = {"viewport": NARROW, "bypass_csp": True}
    alice, bob = await chatting.both(narrow, narrow)
    await alice.to("/contacts/new-group")
    await alice.fill(
        "Name of the group", "A group with a name as long as names of groups often are"
    )
    await alice.page.get_by_role("row", name="bob").click()
    await alice.press("Make the group (2 people)")
    await alice.page.get_by_role("textbox", name="Message").wait_for()
    group = await alice.page.evaluate("location.pathname")
    for person, paths in (
        (
            alice,
            (
                *("/contacts", "/contacts/groups", "/contacts/add", "/contacts/scan"),
                *("/contacts/code", "/contacts/@bob:courtyard.test", "/contacts/new-group"),
                *(f"{group}/group", "/me/widgets"),
            ),
        ),
        (bob, ("/contacts/requests", f"/contacts/join/{group.split('/')[2]}")),
    ):
        page = person.page
        await page.evaluate("localStorage.setItem('courtyard.theme', 'dark')")
        await person.to("/chats")
        for language in ("en", "zh-CN"):
            await speaks(person, language)
            await page.get_by_role("grid").wait_for()
            for path in paths:
                await person.to(path)
                await page.locator("main, .result").first.wait_for()
                where = f"{path} {language}"
                assert await page.evaluate("document.documentElement.scrollWidth") <= 320, where
                assert await page.evaluate(_CUT) == [], where
                assert await axe_faults(page) == [], where
            await person.to("/chats")
        assert person.faults == []

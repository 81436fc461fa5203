"""Stickers: those that come with the app, those of a group, and those that somebody keeps."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from PIL import Image, ImageDraw

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.court import as_person
from tests.web.person import NARROW, Person
from tests.web.talking import fits_in_both_themes, speaks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LAUGHS = "A bun that laughs until it cries"
WAVES = "A bun that waves hello"
ADD = "Add the Courtyard stickers"


async def open_stickers(person: Person) -> None:
    await person.press("Emoji")
    await person.press("Stickers", "tab")


async def add_buns(person: Person) -> None:
    await open_stickers(person)
    await person.press(ADD)
    await person.page.get_by_role("option", name=LAUGHS).wait_for()


def sent(person: Person, words: str) -> Any:
    return person.page.get_by_role("article").get_by_role("img", name=words)


def picture(colour: str) -> bytes:
    """Return a large picture that is clear around its middle."""
    image = Image.new("RGBA", (900, 600), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((200, 100, 700, 500), fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


async def test_from_the_first_one_to_one_that_is_kept(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("Look")
    await bob.sees("Look")
    await open_stickers(alice)
    await alice.sees("You have no stickers yet.")
    assert await axe_faults(alice.page) == []
    await alice.press(ADD)
    await alice.page.get_by_role("option", name=LAUGHS).wait_for()
    assert await alice.page.get_by_role("option").count() == 12
    await alice.page.locator("[role=option] img").nth(3).wait_for()
    assert await axe_faults(alice.page) == []
    await alice.page.get_by_role("searchbox", name="Search stickers").fill("sunglasses")
    await alice.page.get_by_role("option", name=WAVES).wait_for(state="detached")
    await alice.page.get_by_role("searchbox", name="Search stickers").fill("laugh")
    await alice.page.get_by_role("option", name=LAUGHS).click()
    await sent(bob, LAUGHS).wait_for()
    # Its picture is there, as it was drawn.
    await bob.page.wait_for_function("document.querySelector('.sticker img')?.naturalWidth === 512")
    assert await axe_faults(bob.page) == []
    path = f"/_matrix/client/v3/rooms/{await alice.room_id()}/messages?dir=b&limit=1"
    assert (await as_person(chatting.server, alice, "GET", path))["chunk"][0][
        "type"
    ] == "m.room.encrypted"

    # Bob keeps it, and sends it back.
    await bob.page.get_by_role("article").last.click(button="right")
    await bob.press("Keep this sticker")
    await bob.press("Put it into my stickers")
    await bob.sees("It is in your stickers now.")
    assert await axe_faults(bob.page) == []
    await bob.page.get_by_role("dialog").get_by_text("Close", exact=True).click()
    await open_stickers(bob)
    await bob.page.get_by_role("option", name=LAUGHS).click()
    await sent(alice, LAUGHS).nth(1).wait_for()
    # What was used last comes first. Where stickers lie is no chat.
    await open_stickers(alice)
    await alice.page.get_by_role("radio", name="Recent", checked=True).wait_for()
    assert await alice.page.get_by_role("option").count() == 1
    await alice.page.keyboard.press("Escape")
    for person in (alice, bob):
        await person.press("Back")
        await person.page.get_by_role("row").first.wait_for()
        assert await person.page.get_by_role("row").count() == 1
        await person.page.get_by_role("row").get_by_text("[Sticker]").wait_for()
    assert alice.faults == bob.faults == []


async def test_pictures_that_did_not_come_are_fetched_again(chatting: Town) -> None:
    alice = await chatting.comes("alice", bypass_csp=True, viewport=NARROW)
    await add_buns(alice)
    page = alice.page
    await page.route("**/media/thumbnail/**", lambda route: route.fulfill(status=502, body="{}"))
    await page.reload()
    await page.locator("textarea").wait_for()
    await open_stickers(alice)
    again = page.get_by_role("button", name="Could not load. Try again")
    await again.wait_for()
    assert await axe_faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    await alice.shot("stickers-again")
    await page.unroute("**/media/thumbnail/**")
    await again.click()
    await page.locator("[role=option] img").nth(3).wait_for()
    await again.wait_for(state="detached")
    assert alice.faults == []


async def test_with_keys_alone(chatting: Town) -> None:
    alice, bob = await chatting.both()
    keys = alice.page.keyboard

    async def to(role: str, key: str = "Tab") -> None:
        while await alice.page.evaluate("document.activeElement.getAttribute('role')") != role:
            await keys.press(key)

    await alice.page.get_by_role("textbox", name="Message").focus()
    await keys.press("Tab")
    await keys.press("Enter")
    await alice.page.get_by_role("searchbox", name="Search emoji").wait_for()
    await to("tab", "Shift+Tab")
    await keys.press("ArrowRight")
    button = alice.page.get_by_role("button", name=ADD)
    await button.wait_for()
    while not await button.evaluate("one => one === document.activeElement"):
        await keys.press("Tab")
    await keys.press("Enter")
    await alice.page.get_by_role("option", name=WAVES).wait_for()
    await to("option")
    first = await alice.page.evaluate("document.activeElement.ariaLabel")
    await keys.press("ArrowRight")
    second = await alice.page.evaluate("document.activeElement.ariaLabel")
    await keys.press("ArrowDown")
    below = await alice.page.evaluate("document.activeElement.ariaLabel")
    assert len({first, second, below}) == 3
    await keys.press("Enter")
    await sent(bob, below).wait_for()
    # The focus is where it began.
    await (
        alice.page.get_by_role("button", name="Emoji").and_(alice.page.locator(":focus")).wait_for()
    )
    assert alice.faults == bob.faults == []


async def test_a_group_makes_a_pack(chatting: Town, tmp_path: Path) -> None:
    alice, bob = await chatting.both()
    direct = await bob.room_id()
    await alice.to("/contacts/new-group")
    await alice.fill("Name of the group", "Painters")
    await alice.page.get_by_role("row", name="bob").click()
    await alice.press("Make the group (2 people)")
    await alice.say("Our own stickers")
    await bob.to("/contacts/requests")
    await bob.press("Accept alice")
    await bob.sees("Our own stickers")

    await alice.press("About this group")
    await alice.press("Stickers of this group")
    await alice.sees("No stickers in this group yet")
    assert await axe_faults(alice.page) == []
    await alice.press("Make a pack")
    await alice.press("Rename New pack")
    await alice.page.get_by_role("textbox", name="Name of the pack").fill("Colours")
    await alice.press("Save")
    await alice.page.get_by_role("heading", name="Colours").wait_for()
    files = []
    for colour in ("red", "teal"):
        path = tmp_path / f"{colour} ball.png"
        path.write_bytes(picture(colour))
        files.append(path)
    # One that is no picture does not keep the others out.
    (tmp_path / "torn.png").write_bytes(b"not a picture")
    files.insert(1, tmp_path / "torn.png")
    async with alice.page.expect_file_chooser() as choosing:
        await alice.press("Add pictures")
    await (await choosing.value).set_files(files)
    await alice.sees("These cannot be used and were left out: torn.png.")
    await alice.press("Change “teal ball”")
    await alice.fill("Shortcode", "not good")
    await alice.sees("Use only the letters")
    await alice.fill("Shortcode", "teal")
    await alice.fill("What it shows", "A teal ball")
    assert await axe_faults(alice.page) == []
    await alice.press("Save")
    await alice.page.get_by_role("button", name="Change “A teal ball”").wait_for()
    assert await axe_faults(alice.page) == []

    # What the server has: small, and clear where it was clear.
    room = quote(await alice.room_id())
    state = await as_person(chatting.server, alice, "GET", f"/_matrix/client/v3/rooms/{room}/state")
    (pack,) = [one for one in state if one["type"] == "m.room.image_pack"]
    assert sorted(pack["content"]["images"]) == ["red_ball", "teal"]
    teal = pack["content"]["images"]["teal"]
    assert (teal["body"], teal["info"]["w"], teal["info"]["h"]) == ("A teal ball", 256, 171)
    media = teal["url"].removeprefix("mxc://")
    headers = {"Authorization": f"Bearer {await alice.token()}"}
    async with httpx.AsyncClient(
        base_url=chatting.server.base_url, headers=headers, timeout=30
    ) as http:
        answer = await http.get(f"/_matrix/client/v1/media/download/{media}")
    image = Image.open(io.BytesIO(answer.content)).convert("RGBA")
    clear = image.getchannel("A").tobytes()
    assert (image.size, clear[0], clear[170 * 512 + 256]) == ((512, 341), 0, 255)

    # Bob, who may change nothing, sends one, and takes the pack along into another chat.
    await open_stickers(bob)
    await bob.page.get_by_role("option", name="A teal ball").click()
    await bob.page.get_by_role("article").get_by_role("img", name="A teal ball").wait_for()
    await bob.press("About this group")
    await bob.press("Stickers of this group")
    await bob.page.get_by_role("img", name="A teal ball").wait_for()
    assert await bob.page.get_by_role("button", name="Make a pack").count() == 0
    assert await bob.page.get_by_role("button", name="Add pictures").count() == 0
    assert await axe_faults(bob.page) == []
    await bob.page.get_by_text("Use in all my chats").click()
    await bob.to("/me/stickers")
    await bob.page.get_by_role("heading", name="Colours").wait_for()
    await bob.to(f"/chats/{quote(direct)}")
    await open_stickers(bob)
    await bob.page.get_by_role("radio", name="Colours").click()
    await bob.page.get_by_role("option", name="A teal ball").wait_for()

    # Taken out of the pack, it stays where it was sent.
    await alice.press("Change “A teal ball”")
    await alice.press("Take it out of the pack")
    await bob.page.get_by_role("option", name="A teal ball").wait_for(state="detached")
    await alice.press("Back")
    await alice.page.get_by_role("heading", name="Group", exact=True).wait_for()
    await alice.press("Back")
    await sent(alice, "A teal ball").wait_for()
    assert alice.faults == bob.faults == []


async def test_packs_and_stickers_of_other_programs(chatting: Town) -> None:
    """The older names are read; what no honest client writes harms nobody."""
    alice, bob = await chatting.both()
    await alice.say("hello")
    await bob.sees("hello")
    headers = {"Authorization": f"Bearer {await alice.token()}"}
    room = f"/_matrix/client/v3/rooms/{quote(await alice.room_id())}"
    async with httpx.AsyncClient(
        base_url=chatting.server.base_url, headers=headers, timeout=30
    ) as http:
        kind = {"Content-Type": "image/png"}
        answer = await http.post("/_matrix/media/v3/upload", content=picture("red"), headers=kind)
        uri = answer.json()["content_uri"]
        old = {
            "images": {"ball": {"url": uri, "body": "An old ball"}},
            "pack": {"display_name": "Old ones"},
        }
        images = {
            "a": 5,
            "b": {"url": "javascript:alert(1)"},
            "c c": {"url": uri, "info": {"w": -1}},
        }
        odd = {"images": images, "pack": {"display_name": ["x"], "usage": {"a": 1}}}
        for path, content in {
            "state/im.ponies.room_emotes/old": old,
            "state/m.room.image_pack/odd": odd,
            "send/m.sticker/1": {"body": 7, "url": "https://x.example/a.png", "info": "no"},
            "send/m.sticker/2": {"body": "A ball", "url": uri, "info": {"w": 10**9, "h": "x"}},
        }.items():
            answer = await http.put(f"{room}/{path}", json=content)
            assert answer.status_code == 200, answer.text
    await bob.sees("This sticker cannot be shown")
    await sent(bob, "A ball").wait_for()
    await open_stickers(bob)
    await bob.page.get_by_role("radio", name="Old ones").click()
    await bob.page.get_by_role("option", name="An old ball").wait_for()
    await bob.page.get_by_role("radio").filter(has_not_text="Old ones").first.click()
    await bob.page.get_by_role("option", name="c c").wait_for()
    assert await axe_faults(bob.page) == []
    assert bob.faults == []


async def test_narrow_screens(chatting: Town) -> None:
    alice, bob = await chatting.both({"viewport": NARROW, "bypass_csp": True}, {})
    await add_buns(alice)
    await alice.page.get_by_role("option", name=WAVES).click()
    await sent(bob, WAVES).wait_for()
    room = f"/chats/{quote(await alice.room_id())}"
    for language in ("en", "zh-CN"):
        await speaks(alice, language)
        await sent(alice, WAVES).wait_for()
        await fits_in_both_themes(alice)
        await alice.page.locator(".composer .icon-button:has(.lucide-smile)").click()
        await alice.page.get_by_role("tab").last.click()
        await alice.page.get_by_role("option").first.wait_for()
        await fits_in_both_themes(alice)
        for path in ("/me/stickers", f"{room}/stickers"):
            await alice.page.goto(chatting.server.base_url + path)
            await alice.page.get_by_role("main").locator("p.muted").first.wait_for()
            await fits_in_both_themes(alice)
        await alice.to(room)
    assert alice.faults == bob.faults == []

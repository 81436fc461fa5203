"""Photos as phones pack them (HEIC), in a browser that cannot open them by itself."""

from __future__ import annotations

import io
import re
from typing import Any

import httpx
import pillow_heif
import pytest
from PIL import ExifTags, Image, ImageCms

from courtyard.app.web_client import FOLDER
from tests.server import Server
from tests.web.attaching import choose, fits, is_shown, saved
from tests.web.court import as_person, group_of
from tests.web.person import Person
from tests.web.pictures import Upload, noted, phone_notes, size_of

pillow_heif.register_heif_opener()

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

Colour = tuple[int, int, int]
Corners = tuple[Colour, ...]
TOOL = "Photos and videos"
SKY, SUN, SEA, SAND = (90, 140, 200), (220, 180, 60), (30, 90, 110), (200, 170, 140)
DISPLAY_P3, SRGB_CURVE = 12, 13
"""Numbers of ITU-T H.273: what the screens of phones show, with the usual curve."""


def packed(name: str, **how: Any) -> Upload:
    """Return a photo with four colours, taken sideways at a place."""
    picture = Image.new("RGB", (2400, 1600), SKY)
    picture.paste(SUN, (1200, 0, 2400, 800))
    picture.paste(SEA, (0, 800, 1200, 1600))
    picture.paste(SAND, (1200, 800, 2400, 1600))
    held = io.BytesIO()
    heif = pillow_heif.from_pillow(picture)
    heif.info["exif"] = phone_notes().tobytes()
    heif.save(held, quality=80, **how)
    return {"name": name, "mimeType": "image/heic", "buffer": held.getvalue()}


def corners(picture: bytes) -> Corners:
    """Return the four colours of a picture: at the top from the left, then below."""
    opened = Image.open(io.BytesIO(picture)).convert("RGB")
    data = opened.resize((2, 2), Image.Resampling.NEAREST).tobytes()
    return tuple((data[at], data[at + 1], data[at + 2]) for at in range(0, 12, 3))


def alike(one: Corners, other: Corners) -> bool:
    pairs = zip(one, other, strict=True)
    return all(abs(a - b) < 8 for here, there in pairs for a, b in zip(here, there, strict=True))


UPRIGHT = (SEA, SKY, SAND, SUN)
"""The four colours once the picture has been turned a quarter to the right."""


async def received_by(bob: Person, sheet: Any, words: str) -> bytes:
    """Send what lies in a sheet, with words about it; return what the other one saves of it."""
    await sheet.get_by_role("textbox", name="Say something about it").fill(words)
    await sheet.get_by_role("button", name="Send", exact=True).click()
    await sheet.wait_for(state="detached")
    await bob.page.get_by_role("button", name=f"Look at: {words}").wait_for()
    await (await is_shown(bob, words)).click()
    viewer = bob.page.get_by_role("dialog", name="Picture")
    await viewer.get_by_role("img", name=words).wait_for()
    received = await saved(bob, viewer.get_by_role("button", name="Save to this device"))
    await bob.page.keyboard.press("Escape")
    await viewer.wait_for(state="detached")
    return received


async def pair(server: Server, browser: Any) -> tuple[Person, Person]:
    """Two in a chat; the one who sends has the page's policy in force, as people have it."""
    alice = await Person.arrive(browser, server.base_url, "alice")
    bob = await Person.arrive(browser, server.base_url, "bob", bypass_csp=True)
    await alice.sign_up()
    await bob.sign_up()
    await alice.start_chat("bob")
    await bob.accept("alice")
    return alice, bob


async def test_it_goes_as_every_other_photo_does(server: Server, browser: Any) -> None:
    alice, bob = await pair(server, browser)
    asked: list[str] = []
    alice.page.context.on("request", lambda one: asked.append(one.url))

    taken = packed("IMG_3001.HEIC")
    assert ExifTags.GPS.GPSLatitude in noted(taken["buffer"])
    sheet = await choose(alice, TOOL, taken)
    # It has become another kind of picture, and is called so.
    await sheet.get_by_text("IMG_3001.jpg").wait_for()
    await sheet.get_by_text("Where and when a photo was taken is not sent along.").wait_for()
    received = await received_by(bob, sheet, "By the sea")
    assert Image.open(io.BytesIO(received)).format == "JPEG"
    assert noted(received) == {}
    assert size_of(received) == (1365, 2048)
    assert alike(corners(received), UPRIGHT), corners(received)
    # Nobody else is asked for what opens it.
    assert {one for one in asked if not one.startswith((alice.base_url, "blob:"))} == set()

    # In its original size; called otherwise than it is; and with the colours of a phone's screen.
    wide = {"color_primaries": DISPLAY_P3, "transfer_characteristics": SRGB_CURVE}
    sheet = await choose(alice, TOOL, packed("photo.jpg", **wide) | {"mimeType": "image/jpeg"})
    await sheet.get_by_text("Original size").click()
    await sheet.get_by_text("photo.jpg").wait_for()
    received = await received_by(bob, sheet, "From a phone")
    assert noted(received) == {}
    assert size_of(received) == (1600, 2400)
    # The same colours, as the screens of most people write them.
    assert alike(corners(received), ((0, 93, 111), (71, 142, 205), (206, 170, 136), (228, 179, 0)))

    # A profile says it more exactly. This one takes red for blue: nobody can overlook it.
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    names = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}
    swapped = re.sub(b"[rb]XYZ", lambda found: names[found[0]], usual)
    sheet = await choose(alice, TOOL, packed("odd.heif", icc_profile=swapped))
    await sheet.get_by_text("odd.jpg").wait_for()
    received = await received_by(bob, sheet, "Red for blue")
    meant = tuple((blue, green, red) for red, green, blue in UPRIGHT)
    assert alike(corners(received), meant), corners(received)
    assert alice.faults == bob.faults == []


async def test_what_cannot_be_opened_ends_in_words(server: Server, browser: Any) -> None:
    alice, bob = await pair(server, browser)
    whole = packed("IMG_3002.HEIC")
    broken = {**whole, "buffer": whole["buffer"][:-2_000]}
    sheet = await choose(bob, TOOL, broken)
    await sheet.get_by_text("This photo (HEIC) cannot be opened here.").wait_for()
    await fits(bob, "heic-broken")
    # It goes all the same, as it is.
    await sheet.get_by_role("button", name="Send", exact=True).click()
    save = alice.page.get_by_role("button", name="Save IMG_3002.HEIC")
    assert await saved(alice, save) == broken["buffer"]

    side = whole["buffer"].index(b"ispe") + 8
    huge = bytearray(whole["buffer"])
    huge[side : side + 8] = (50_000).to_bytes(4) * 2
    sheet = await choose(bob, TOOL, {**whole, "buffer": bytes(huge)})
    await sheet.get_by_text("This photo (HEIC) is too large to be opened here.").wait_for()
    await bob.page.keyboard.press("Escape")

    async def lost(route: Any) -> None:
        await route.abort()

    await bob.page.route("**/libheif/*", lost)
    sheet = await choose(bob, TOOL, whole)
    await sheet.get_by_text("could not be fetched. Check the connection").wait_for()
    await fits(bob, "heic-away")
    await bob.page.keyboard.press("Escape")
    await bob.page.unroute("**/libheif/*")

    # Whoever runs the server may have taken it away.
    async def gone(route: Any) -> None:
        await route.fulfill(status=404)

    await bob.page.route("**/libheif/*", gone)
    sheet = await choose(bob, TOOL, whole)
    await sheet.get_by_text("This browser cannot open this kind of photo (HEIC).").wait_for()
    await bob.page.keyboard.press("Escape")
    await bob.page.unroute("**/libheif/*")
    # Chosen again, it is opened.
    sheet = await choose(bob, TOOL, whole)
    await sheet.get_by_text("IMG_3002.jpg").wait_for()
    assert alice.faults == bob.faults == []


async def test_one_from_another_client_is_shown(server: Server, browser: Any) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice")
    bob = await Person.arrive(browser, server.base_url, "bob")
    await alice.sign_up()
    await bob.sign_up()
    room_id = await group_of(server, alice, bob)
    sent = packed("IMG_3003.HEIC")["buffer"]
    headers = {"Authorization": f"Bearer {await alice.token()}", "Content-Type": "image/heic"}
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
        answer = await http.post("/_matrix/media/v3/upload", content=sent, headers=headers)
    info = {"mimetype": "image/heic", "size": len(sent), "w": 1600, "h": 2400}
    content = {"body": "IMG_3003.HEIC", "url": answer.json()["content_uri"], "info": info}
    for kind in ("image", "file"):
        path = f"/_matrix/client/v3/rooms/{room_id}/send/m.room.message/{kind}"
        await as_person(server, alice, "PUT", path, {"msgtype": f"m.{kind}", **content})

    await bob.page.get_by_role("row", name="Neighbours").click()
    await bob.page.get_by_role("button", name="Save IMG_3003.HEIC").wait_for()
    await bob.press("Look at: Picture from alice")
    viewer = bob.page.get_by_role("dialog", name="Picture 1 of 1")
    # Larger than what the server makes of it: it is the picture itself.
    picture = viewer.get_by_role("img", name="Picture from alice")
    size = """async one => {
        for (;;) {
            await one.decode().catch(() => null)
            if (one.naturalHeight > 1600) return [one.naturalWidth, one.naturalHeight]
            await new Promise(requestAnimationFrame)
        }
    }"""
    assert await picture.evaluate(size) == [1600, 2400]
    # What is saved is what was sent.
    assert await saved(bob, viewer.get_by_role("button", name="Save to this device")) == sent
    assert alice.faults == bob.faults == []


async def test_what_opens_it_lies_apart_with_its_licence(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.base_url) as http:
        code = await http.get("/libheif/libheif.wasm")
        licence = await http.get("/libheif/LICENSE.txt")
        notice = await http.get("/libheif/README.txt")
    assert code.headers["content-type"] == "application/wasm"
    # Whoever puts another one in its place is heard.
    assert code.headers["cache-control"] == "no-cache"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in licence.text
    assert "https://github.com/strukturag/libheif" in notice.text
    # It is not fetched before it is needed: the worker keeps none of it.
    assert 'url:"libheif' not in (FOLDER / "sw.js").read_text()

"""Places: found by a press, blurred unless one wants otherwise, shown without any map."""

from __future__ import annotations

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.court import write
from tests.web.person import NARROW, Person
from tests.web.talking import fits_in_both_themes, message, nothing_is_clipped, speaks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LONDON = {"latitude": 51.507351, "longitude": -0.127758, "accuracy": 12}
YORK = {"latitude": 53.958, "longitude": -1.08, "accuracy": 20}


async def open_tool(person: Person) -> None:
    await person.press("More")
    await person.press("Location")
    await person.page.get_by_role("dialog", name="Send where I am").wait_for()


async def gone(person: Person) -> None:
    await person.page.get_by_role("dialog").first.wait_for(state="detached")


async def test_sent_about_or_exactly(chatting: Town) -> None:
    # Bob's page keeps the server's whole policy: the browser's own question must come through it.
    alice, bob = await chatting.both(
        {"viewport": NARROW, "bypass_csp": True, "geolocation": LONDON}, {"geolocation": YORK}
    )
    fetched: list[str] = []
    for person in (alice, bob):
        person.page.on("request", lambda request: fetched.append(request.url))

    # Refused: what to do, and no place.
    await open_tool(alice)
    await nothing_is_clipped(alice)
    await alice.press("Find where I am")
    await alice.sees("Your browser does not tell this page where you are.")
    assert await axe_faults(alice.page) == []
    await alice.page.context.grant_permissions(["geolocation"])
    await alice.press("Try again")

    # It is seen before it is sent, and about is what it begins with.
    preview = alice.page.get_by_role("region", name="This is sent:")
    await preview.get_by_text("51.51° north, 0.13° west").wait_for()
    await preview.get_by_text("Within about 1 km").wait_for()
    await fits_in_both_themes(alice, "location-send")
    await (
        alice.page.get_by_role("dialog", name="Send where I am")
        .get_by_role("button", name="Send")
        .click()
    )
    await gone(alice)
    about = message(bob, "51.51° north")
    await about.wait_for()

    await open_tool(alice)
    await alice.press("Find where I am")
    await alice.page.get_by_text("Exact", exact=True).click()
    await preview.get_by_text("51.50735° north, 0.12776° west").wait_for()
    await (
        alice.page.get_by_role("dialog", name="Send where I am")
        .get_by_role("button", name="Send")
        .click()
    )
    await gone(alice)
    exact = message(bob, "51.50735° north")
    await exact.get_by_text("Within about 12 m").wait_for()

    # How far: asked for by a press, of this browser alone.
    await bob.page.context.grant_permissions(["geolocation", "clipboard-read", "clipboard-write"])
    await exact.get_by_role("button", name="How far from me?").click()
    await exact.get_by_text("280 km to the south").wait_for()
    await exact.get_by_role("button", name="Copy").click()
    await exact.get_by_role("button", name="Copied").wait_for()
    assert await bob.page.evaluate("navigator.clipboard.readText()") == "51.50735, -0.12776"
    osm = exact.get_by_role("link", name="Look at OpenStreetMap")
    assert (await osm.get_attribute("href") or "").startswith(
        "https://www.openstreetmap.org/?mlat=51.50735"
    )
    assert await osm.get_attribute("rel") == "noopener noreferrer"
    assert await osm.get_attribute("target") == "_blank"
    app = exact.get_by_role("link", name="Open in a map app")
    assert await app.get_attribute("href") == "geo:51.50735,-0.12776;u=12"
    await bob.shot("location")

    # What nobody can read is said to be so; nothing but our own server was asked anything.
    for number, uri in enumerate(("javascript:alert(1)", "geo:999,0", {"a": 1}, "geo:10,20")):
        content = {"msgtype": "m.location", "body": f"odd {number}", "geo_uri": uri}
        await write(chatting.server, bob, await bob.room_id(), content)
    await message(alice, "odd 2").get_by_text("does not know this kind").wait_for()
    await message(alice, "10.00000° north").get_by_text("How exact it is was not said").wait_for()
    assert await alice.page.locator("a[href^='javascript']").count() == 0
    await fits_in_both_themes(alice, "location-here")
    await bob.press("Back")
    await bob.page.get_by_role("row", name="alice").get_by_text("[Location]").wait_for()
    assert all(url.startswith((chatting.server.base_url, "blob:", "data:")) for url in fetched)

    await speaks(alice, "zh-CN")
    await alice.page.get_by_text("北纬").first.wait_for()
    await fits_in_both_themes(alice, "location-zh")
    assert alice.faults == bob.faults == []

"""What one sets for oneself: profile, password, devices, privacy, look, data, and the end of the account."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.person import NARROW, PASSWORD, WITH_WORKER, Person
from tests.web.talking import speaks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PAGES = (
    "recovery",
    "profile",
    "devices",
    "password",
    "notifications",
    "privacy",
    "blocked",
    "archive",
    "storage",
    "end",
)
CLIPPED = """() => [...document.querySelectorAll('main *, header *, aside *, nav *')]
    .filter(node => node.children.length === 0 && node.textContent.trim() !== ''
        && getComputedStyle(node).clipPath === 'none' && node.scrollWidth > node.clientWidth + 1
        && getComputedStyle(node).display !== 'inline')
    .map(node => node.textContent)"""
"""What is cut off, or sticks out."""


async def test_a_new_password_signs_out_the_other_device(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True)
    tablet = await Person.arrive(settled.browser, settled.server.base_url, "alice")
    await tablet.sign_in()
    await tablet.press("Not now")
    await tablet.page.get_by_role("heading", name="Chats", exact=True).wait_for()

    await alice.press("Me", "link")
    await alice.press("Password", "link")
    await alice.fill("Password now", "not my password")
    await alice.fill("New password", "x")
    await alice.press("Change password")
    await alice.sees("it needs at least 6 characters")
    await alice.fill("New password", "another horse battery")
    await alice.press("Change password")
    await alice.sees("The password that you have now is not right.")
    assert await axe_faults(alice.page) == []
    await alice.fill("Password now", PASSWORD)
    await alice.press("Change password")
    await alice.sees("Your password is changed")

    # The other device is at the first page, and has kept nothing.
    await tablet.sees("This device was signed out")
    kept = "Object.keys(localStorage).filter(name => name.startsWith('courtyard.'))"
    assert await tablet.page.evaluate(kept) == ["courtyard.theme"]
    await tablet.sign_in()
    await tablet.sees("Name or password is not right.")
    await tablet.fill("Password", "another horse battery")
    await tablet.press("Sign in")
    await tablet.sees("This device is not verified")
    assert alice.faults == tablet.faults == []


async def test_a_device_is_signed_out_from_another(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True)
    tablet = await Person.arrive(settled.browser, settled.server.base_url, "alice")
    await tablet.sign_in()
    await tablet.sees("This device is not verified")

    await alice.to("/me/devices")
    await alice.sees("Not verified")
    await alice.page.get_by_role("button", name="Last seen").click()
    await alice.fill("Name of the device", "Old tablet")
    await alice.press("Save")
    await alice.page.get_by_role("button", name="Old tablet").click()
    assert await axe_faults(alice.page) == []
    await alice.press("Sign out")
    await alice.fill("Password", "wrong")
    await alice.press("Sign out")
    await alice.sees("The password is not right.")
    await alice.fill("Password", PASSWORD)
    await alice.press("Sign out")
    await tablet.sees("This device was signed out")
    await alice.page.get_by_role("button", name="Old tablet").wait_for(state="detached")

    # Signed out while it was closed, it ends at the first page all the same.
    await tablet.sign_in()
    await tablet.sees("This device is not verified")
    await tablet.page.goto("about:blank")
    await alice.page.reload()
    await alice.press("Sign out all other devices")
    await alice.fill("Password", PASSWORD)
    await alice.press("Sign out")
    await alice.page.get_by_role("button", name="Sign out all other devices").wait_for(
        state="detached"
    )
    await tablet.page.goto(settled.server.base_url)
    await tablet.sees("This device was signed out")
    await tablet.sign_in()
    await tablet.sees("This device is not verified")
    assert alice.faults == tablet.faults == []


async def test_language_theme_and_profile(settled: Town, tmp_path: Path) -> None:
    alice = await settled.comes("alice", bypass_csp=True)
    await alice.press("Me", "link")
    await alice.page.get_by_text("Dark", exact=True).click()
    assert await alice.page.evaluate("document.documentElement.dataset.theme") == "dark"
    await alice.page.get_by_text("简体中文", exact=True).click()
    await alice.page.get_by_role("heading", name="我", exact=True).wait_for()
    assert await axe_faults(alice.page) == []
    await alice.page.reload()
    await alice.page.get_by_role("heading", name="我", exact=True).wait_for()
    assert await alice.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert await alice.page.evaluate("document.documentElement.lang") == "zh-CN"
    await alice.page.get_by_text("English", exact=True).click()

    picture = tmp_path / "face.png"
    Image.new("RGB", (900, 600), "#c03020").save(picture)
    await alice.press("My profile", "link")
    await alice.fill("Name", "Alice Lin")
    await alice.press("Save")
    await alice.sees("Saved.")
    async with alice.page.expect_file_chooser() as chooser:
        await alice.press("Choose a picture")
    await (await chooser.value).set_files(picture)
    await alice.page.locator(".big-picture img").wait_for()
    assert await axe_faults(alice.page) == []
    async with httpx.AsyncClient(base_url=settled.server.base_url, timeout=30) as http:
        profile = (await http.get("/_matrix/client/v3/profile/@alice:courtyard.test")).json()
    assert profile["displayname"] == "Alice Lin"
    assert profile["avatar_url"].startswith("mxc://")
    assert alice.faults == []


async def test_privacy_and_blocked_people_hold_on_every_device(settled: Town) -> None:
    alice, bob = await settled.both({"bypass_csp": True}, {})
    await alice.to("/me/privacy")
    for name in ("Others see that I am writing", "Others may invite me"):
        await alice.page.get_by_text(name).click()
        await (
            alice.page.get_by_role("switch", name=name)
            .and_(alice.page.locator(":not(:checked)"))
            .wait_for()
        )
    assert await axe_faults(alice.page) == []
    await bob.press("New")
    await bob.press("New chat", "menuitem")
    await bob.fill("Name of the person", "alice")
    await bob.press("Start")
    await bob.sees("They take no invitations.")

    await alice.to("/me/blocked")
    for nobody in ("bbo", "Bob from next door", "bob: next door"):
        await alice.fill("Name of the person", nobody)
        await alice.press("Block")
        await alice.sees("Nobody here has this user name, so nobody was blocked.")
        await alice.shot("blocked-nobody")
        assert await axe_faults(alice.page) == []
        await alice.sees("You have blocked nobody.")
    await alice.fill("Name of the person", "bob")
    await alice.press("Block")
    await alice.page.get_by_role("button", name="Unblock @bob:courtyard.test").wait_for()
    assert await axe_faults(alice.page) == []
    tablet = await Person.arrive(settled.browser, settled.server.base_url, "alice")
    await tablet.sign_in()
    await tablet.press("Not now")
    await tablet.to("/me/privacy")
    switch = tablet.page.get_by_role("switch", name="Others may invite me")
    await switch.wait_for(state="attached")
    assert not await switch.is_checked()
    await tablet.to("/me/blocked")
    await tablet.press("Unblock @bob:courtyard.test")
    await tablet.sees("You have blocked nobody.")
    await alice.sees("You have blocked nobody.")
    assert alice.faults == bob.faults == tablet.faults == []


async def test_the_archive_is_asked_for_and_downloaded(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True)
    await alice.to("/me/archive")
    await alice.press("Ask for my archive")
    fetch = alice.page.get_by_role("button", name="Download the archive")
    await fetch.wait_for()
    assert await axe_faults(alice.page) == []
    async with alice.page.expect_download() as download:
        await fetch.click()
    path = await (await download.value).path()
    names = zipfile.ZipFile(io.BytesIO(Path(path).read_bytes())).namelist()
    assert {"account.json", "manifest.json", "README.txt"} <= set(names)
    await alice.page.get_by_role("img", name="Downloaded").wait_for()
    assert alice.faults == []


async def test_what_was_loaded_is_cleared_and_the_keys_stay(chatting: Town) -> None:
    alice = await chatting.comes("alice", bypass_csp=True, **WITH_WORKER)
    await alice.say("Still readable")
    await alice.sees("Still readable")
    await alice.to("/me/storage")
    await alice.sees("Used on this device")
    await alice.press("Clear loaded messages")
    assert await axe_faults(alice.page) == []
    async with alice.page.expect_navigation():
        await (
            alice.page.get_by_role("alertdialog")
            .get_by_role("button", name="Clear loaded messages")
            .click()
        )
    await alice.sees("Used on this device")
    await alice.to("/chats")
    await alice.page.get_by_role("row", name="bob").click()
    await alice.sees("Still readable")
    assert alice.faults == []


async def test_installing_is_offered_when_the_browser_can(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True)
    await alice.press("Me", "link")
    await alice.page.get_by_role("heading", name="Me", exact=True).wait_for()
    offer = alice.page.get_by_role("button", name="Install Courtyard")
    assert await offer.count() == 0
    # A browser without a screen offers nothing: its offer is made for it.
    await alice.page.evaluate(
        "() => { const offer = new Event('beforeinstallprompt', {cancelable: true});"
        " offer.prompt = async () => { window.asked = true; return {outcome: 'accepted'}; };"
        " window.dispatchEvent(offer); }"
    )
    await offer.click()
    await offer.wait_for(state="detached")
    assert await alice.page.evaluate("window.asked")
    assert alice.faults == []


async def test_the_account_ends_when_its_owner_says_so(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True)
    await alice.to("/me/end")
    await alice.fill("Type your user name: alice", "alcie")
    await alice.fill("Password", PASSWORD)
    await alice.press("End my account")
    await alice.sees("This is not your user name.")
    await alice.fill("Type your user name: alice", "alice")
    await alice.fill("Password", "wrong")
    await alice.press("End my account")
    await alice.sees("The password is not right.")
    assert await axe_faults(alice.page) == []
    await alice.fill("Password", PASSWORD)
    await alice.press("End my account")
    await alice.sees("Your account has ended")
    await alice.sign_in()
    await alice.page.get_by_role("alert").wait_for()
    assert alice.faults == []


async def test_every_page_fits_a_narrow_screen(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True, viewport=NARROW)
    for language in ("en", "zh-CN"):
        await speaks(alice, language)
        for name in ("", *PAGES):
            await alice.to(f"/me/{name}")
            await alice.page.locator("main .button, main .card").first.wait_for()
            where = f"{name} {language}"
            assert await alice.page.evaluate(CLIPPED) == [], where
            assert await alice.page.evaluate("document.documentElement.scrollWidth") <= 320, where
            assert await axe_faults(alice.page) == [], where
    assert alice.faults == []

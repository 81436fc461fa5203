"""The doors of the app: without a network, in two tabs, on an address that is not secure, and what the server refuses at the door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser import axe_faults
from tests.server import Server, running_server
from tests.web.beginnings import Town
from tests.web.front import in_front_of
from tests.web.person import WITH_WORKER, Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

LEFT_BEHIND = """new Promise((made) => {
  const asked = indexedDB.open("matrix-js-sdk::matrix-sdk-crypto", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("somebody else's");
  asked.onsuccess = () => { asked.result.close(); made(true); };
})"""

FORGET = """async () => {
  for (const {name} of await indexedDB.databases())
    if (name.startsWith("matrix-js-sdk:sync")) await new Promise((gone) => {
      indexedDB.deleteDatabase(name).onsuccess = gone;
    });
}"""


async def test_the_app_opens_without_a_network(chatting: Town) -> None:
    alice = await chatting.comes("alice", bypass_csp=True, **WITH_WORKER)
    await alice.say("Said with a network")
    await alice.sees("Said with a network")
    # Everything is fetched, and what was said is written down.
    await alice.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await alice.page.wait_for_function(
        "caches.keys().then(async names => (await Promise.all(names.map(async name =>"
        " (await (await caches.open(name)).keys()).length))).some(count => count > 20))"
    )
    await alice.page.reload()
    await alice.sees("Said with a network")

    await alice.page.context.set_offline(True)
    await alice.to("/chats")
    await alice.page.reload()
    await alice.page.get_by_role("heading", name="Chats", exact=True).wait_for()
    await alice.page.get_by_role("row", name="bob").wait_for()
    assert await axe_faults(alice.page) == []

    # How it stands with the keys is known here.
    await alice.press("Me", "link")
    # Its name says besides that something is left to do, as soon as that is known.
    await alice.page.get_by_role("link", name="Recovery key").click()
    await alice.page.get_by_role("heading", name="A key for the worst day").wait_for()
    await alice.press("Back")
    await alice.page.get_by_role("radiogroup", name="Appearance").wait_for()
    # What can come again only with a network does not go without one; where it is gone, that is said.
    await alice.to("/me/storage")
    await alice.press("Clear loaded messages")
    await (
        alice.page.get_by_role("alertdialog")
        .get_by_role("button", name="Clear loaded messages")
        .click()
    )
    await alice.page.get_by_role("alert").get_by_text("There is no connection").wait_for()
    await alice.page.goto(f"{chatting.server.base_url}/icon.svg")
    await alice.page.evaluate(FORGET)
    await alice.page.goto(chatting.server.base_url)
    await alice.sees("Your chats open as soon as there is one.")
    assert await axe_faults(alice.page) == []
    await alice.page.context.set_offline(False)
    await alice.page.get_by_role("button", name="New", exact=True).wait_for()

    # Who signs out without a network hears what the server does not.
    await alice.page.context.set_offline(True)
    await alice.press("Me", "link")
    await alice.press("Sign out")
    await alice.page.get_by_role("alertdialog").get_by_role("button", name="Sign out").click()
    # What was said last may not be handed in yet: then it is asked about first.
    anyway = alice.page.get_by_role("button", name="Sign out all the same")
    told = alice.page.get_by_text("still lists this device")
    await anyway.or_(told).first.wait_for()
    if await anyway.is_visible():
        await anyway.click()
    await told.wait_for()
    assert await axe_faults(alice.page) == []
    await alice.page.context.set_offline(False)
    assert alice.faults == []


async def test_one_tab_at_a_time(settled: Town) -> None:
    alice = await settled.comes("alice", bypass_csp=True, **WITH_WORKER)
    second = Person("alice", await alice.page.context.new_page())
    await second.page.goto(settled.server.base_url)
    await second.sees("Courtyard is open in another tab")
    assert await axe_faults(second.page) == []
    await second.press("Use it here")
    await second.page.get_by_role("heading", name="Chats", exact=True).wait_for()
    await alice.sees("Courtyard is open in another tab")
    # And back again, and once more; a file that is on its way there does not hold it.
    await second.page.evaluate(
        "addEventListener('beforeunload', (event) => event.preventDefault())"
    )
    for taker, other in ((alice, second), (second, alice)):
        await taker.press("Use it here")
        await taker.page.get_by_role("heading", name="Chats", exact=True).wait_for()
        await other.sees("Courtyard is open in another tab")
    assert alice.faults == second.faults == []


async def test_a_tab_that_is_still_starting_gives_way(settled: Town) -> None:
    first = await settled.comes("alice", **WITH_WORKER)
    second = Person("alice", await first.page.context.new_page())
    await second.page.goto(settled.server.base_url)
    # Slowed, so that there is time to be faster than its start.
    slow = await first.page.context.new_cdp_session(first.page)
    await slow.send("Emulation.setCPUThrottlingRate", {"rate": 8})
    for _ in range(2):
        await second.press("Use it here")
        await first.press("Use it here")
        await second.press("Use it here")
        await second.page.get_by_role("button", name="New", exact=True).wait_for()
        await first.sees("Courtyard is open in another tab")
        await first.press("Use it here")
        await second.sees("Courtyard is open in another tab")
    assert first.faults == second.faults == []


async def test_signing_out_and_in_again_in_the_same_tab(server: Server, browser: Any) -> None:
    alice = await Person.arrive(browser, server.base_url, "alice", bypass_csp=True, **WITH_WORKER)
    await alice.sign_up()
    await alice.press("Me", "link")
    await alice.press("Sign out")
    # Without a recovery key it is said what goes with the device.
    await alice.sees("You have no recovery key.")
    assert await axe_faults(alice.page) == []
    await alice.page.get_by_role("alertdialog").get_by_role("button", name="Sign out").click()
    await alice.sign_in()
    await alice.sees("This device is not verified")
    # Nothing opens the old keys any more: new ones do for what comes.
    await alice.press("I have no other device")
    await alice.fill("Password", "wrong")
    await alice.press("Start over with new keys")
    await alice.sees("The password is not right.")
    assert await axe_faults(alice.page) == []
    await alice.fill("Password", "correct horse battery")
    await alice.press("Start over with new keys")
    await alice.sees("You have new keys")
    await alice.sees("Old messages stay locked")

    # Keys that are another device's: it is said, and there is a way out.
    await alice.page.evaluate("""() => {
      const kept = JSON.parse(localStorage.getItem("courtyard.session"));
      localStorage.setItem("courtyard.session", JSON.stringify({...kept, deviceId: "ANOTHER"}));
    }""")
    await alice.page.reload()
    await alice.sees("What the app keeps in this browser cannot be opened.")
    assert await axe_faults(alice.page) == []
    await alice.press("Sign out on this device")
    await alice.page.get_by_role("alertdialog").get_by_role("button", name="Sign out").click()
    await alice.page.get_by_role("button", name="I have an account").wait_for()
    databases = "indexedDB.databases().then((all) => all.map(({name}) => name))"
    assert await alice.page.evaluate(databases) == []
    await alice.sign_in()
    await alice.sees("This device is not verified")
    assert alice.faults == []


async def test_signing_in_in_two_tabs(settled: Town) -> None:
    first = await Person.arrive(
        settled.browser, settled.server.base_url, "alice", bypass_csp=True, **WITH_WORKER
    )
    second = Person("alice", await first.page.context.new_page())
    await second.page.goto(settled.server.base_url)
    await second.page.get_by_role("button", name="I have an account").wait_for()
    # What is left of a device that is no more is not in the way.
    await first.page.evaluate(LEFT_BEHIND)
    await first.sign_in()
    await first.sees("This device is not verified")
    await second.sees("Courtyard is open in another tab")
    await second.press("Use it here")
    await second.sees("This device is not verified")
    await first.sees("Courtyard is open in another tab")
    assert first.faults == second.faults == []


async def test_signing_out_in_one_tab_and_in_in_another(settled: Town) -> None:
    first = await settled.comes("alice", **WITH_WORKER)
    await first.press("Me", "link")
    await first.press("Sign out")
    await first.page.get_by_role("alertdialog").get_by_role("button", name="Sign out").click()
    await first.page.get_by_role("button", name="I have an account").wait_for()
    # The first tab is open still, and had the keys for itself.
    second = Person("alice", await first.page.context.new_page())
    await second.page.goto(settled.server.base_url)
    await second.sign_in()
    await second.sees("This device is not verified")
    await first.sees("Courtyard is open in another tab")
    assert first.faults == second.faults == []


async def insecure_page(browser: Any, address: str) -> Any:
    context = await browser.new_context(bypass_csp=True, locale="en-GB")
    await context.add_init_script(
        "Object.defineProperty(window, 'isSecureContext', {value: false})"
    )
    page = await context.new_page()
    async with page.expect_response("**/.well-known/matrix/client"):
        await page.goto(address)
    await page.get_by_role("heading", name="This address is not secure").wait_for()
    return page


async def test_an_address_that_is_not_secure(server: Server, browser: Any) -> None:
    page = await insecure_page(browser, server.base_url)
    # Nothing answers over https: there is no link that leads nowhere.
    await page.get_by_text("courtyard serve --tls own").wait_for()
    assert await page.get_by_role("link").count() == 0
    assert await axe_faults(page) == []


async def test_a_secure_address_that_the_server_tells(browser: Any, tmp_path: Path) -> None:
    told = {"COURTYARD_PUBLIC_BASE_URL": "https://chat.example"}
    async with running_server(tmp_path, settings=told) as server:
        page = await insecure_page(browser, f"{server.base_url}/chats")
        await page.get_by_role("link", name="https://chat.example/chats").wait_for()
        assert await axe_faults(page) == []


async def test_what_the_server_refuses_at_the_door(browser: Any, tmp_path: Path) -> None:
    settings = {"COURTYARD_REGISTRATION": "closed", "COURTYARD_RATE_LIMITS": "on"}
    async with running_server(tmp_path, settings=settings) as server:
        alice = await Person.arrive(
            browser, server.base_url, "alice", bypass_csp=True, **WITH_WORKER
        )
        await alice.press("Create an account")
        await alice.fill("User name", "alice")
        await alice.fill("Password", "short")
        await alice.press("Create account")
        await alice.sees("This server does not take new accounts by itself.")
        assert await axe_faults(alice.page) == []
        await alice.press("Back")
        await alice.press("I have an account")
        await alice.fill("User name", "alice")
        await alice.fill("Password", "wrong")
        # Ten tries, then a pause whose length is told.
        for _ in range(12):
            await alice.press("Sign in")
            await alice.page.get_by_role("alert").wait_for()
            if "Too many tries" in await alice.page.get_by_role("alert").inner_text():
                break
        await alice.page.get_by_text("Please wait").wait_for()
        await server.stop()
        await alice.press("Sign in")
        await alice.sees("There is no connection to the server.")
        assert alice.faults == []


async def test_an_invitation_is_asked_for_where_one_is_wanted(browser: Any, tmp_path: Path) -> None:
    async with running_server(tmp_path, settings={"COURTYARD_REGISTRATION": "token"}) as server:
        alice = await Person.arrive(
            browser, server.base_url, "alice", bypass_csp=True, **WITH_WORKER
        )
        await alice.press("Create an account")
        await alice.fill("User name", "alice")
        await alice.fill("Password", "correct horse battery")
        await alice.press("Create account")
        await alice.fill("Invitation code", "no-such-code")
        await alice.press("Create account")
        await alice.sees("This invitation code does not work")
        assert await axe_faults(alice.page) == []
        assert alice.faults == []


async def test_a_new_version_waits_until_the_person_is_ready(server: Server, browser: Any) -> None:
    with in_front_of(server.base_url) as front:
        alice = await Person.arrive(browser, front.address, "alice", bypass_csp=True, **WITH_WORKER)
        await alice.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await alice.page.reload()
        front.is_newer = True
        await alice.page.evaluate(
            "navigator.serviceWorker.ready.then(worker => worker.update()).then(() => true)"
        )
        await alice.sees("A new version is here.")
        assert await axe_faults(alice.page) == []
        # Put off, it is there at the next start; taken, the page comes anew.
        await alice.press("Later")
        await alice.page.get_by_text("A new version is here.").wait_for(state="detached")
        await alice.page.reload()
        await alice.sees("A new version is here.")
        async with alice.page.expect_navigation():
            await alice.press("Reload")
        await alice.page.get_by_role("button", name="Create an account").wait_for()
        waiting = "navigator.serviceWorker.ready.then(worker => worker.waiting === null)"
        assert await alice.page.evaluate(waiting)
        assert alice.faults == []

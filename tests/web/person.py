"""Somebody with a browser of their own: what they see and press, by its name as a screen reader would say it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

PASSWORD = "correct horse battery"

PATIENCE_MS = 40_000
"""How long a journey waits for anything: a busy machine takes its time."""

LOOK_MS = 50
LOOKS_MAX = PATIENCE_MS // LOOK_MS
"""Of what gives no sign when it changes."""

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}

# The service worker would fetch the whole client, ten megabytes, for every person anew. It is there in the journeys that are about what it
# does: WITH_WORKER.
EMPTY = {"viewport": PHONE, "locale": "en-GB", "bypass_csp": False, "service_workers": "block"}
WITH_WORKER = {"service_workers": "allow"}


class Person:
    """One account in one browser context."""

    def __init__(self, name: str, page: Any) -> None:
        """Take a page; `faults` gathers what the browser complains about."""
        self.name = name
        self.base_url = ""
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "console",
            lambda said: self.faults.append(said.text) if "Content Security" in said.text else None,
        )

    @classmethod
    async def arrive(cls, browser: Any, base_url: str, name: str, **context: Any) -> Person:
        """Open the server's address with a browser that is empty unless `storage_state` says otherwise.

        `first_script` runs before anything else in each of its pages; the rest is Playwright's for a context.
        """
        settings = EMPTY | context
        first_script = settings.pop("first_script", "")
        page = await (await browser.new_context(**settings)).new_page()
        if first_script:
            await page.add_init_script(first_script)
        page.set_default_timeout(PATIENCE_MS)
        person = cls(name, page)
        person.base_url = base_url
        await page.goto(base_url)
        return person

    async def press(self, name: str, role: str = "button") -> None:
        await self.page.get_by_role(role, name=name, exact=True).click()

    async def fill(self, label: str, text: str) -> None:
        await self.page.get_by_label(label, exact=True).fill(text)

    async def sees(self, text: str) -> None:
        await self.page.get_by_text(text).first.wait_for()

    async def make_account(self) -> None:
        await self.press("Create an account")
        await self.fill("User name", self.name)
        await self.fill("Password", PASSWORD)
        await self.press("Create account")

    async def sign_up(self) -> None:
        await self.make_account()
        # The recovery key comes first, and may be put off; also before the account has its keys.
        await self.page.get_by_role("button", name="Make my recovery key").wait_for()
        await self.press("Not now")
        await self.page.get_by_role("heading", name="Chats", exact=True).wait_for()

    async def start_chat(self, other: str) -> None:
        await self.press("New")
        await self.press("New chat", "menuitem")
        await self.fill("Name of the person", other)
        await self.press("Start")
        await self.page.get_by_role("textbox", name="Message").wait_for()

    async def say(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Message")
        await box.fill(text)
        await box.press("Enter")

    async def shot(self, name: str) -> None:
        """Keep a picture of the page, where COURTYARD_SHOTS names a folder for them."""
        if folder := os.environ.get("COURTYARD_SHOTS"):
            path = Path(folder) / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=path)

    async def sign_in(self, password: str = PASSWORD) -> None:
        """Sign in to the account on one more device; the page that opens its keys is what comes first."""
        await self.press("I have an account")
        await self.fill("User name", self.name)
        await self.fill("Password", password)
        await self.press("Sign in")

    async def begin_report(self, text: str) -> None:
        """Ask to report a message of somebody else's."""
        message = self.page.get_by_role("article").filter(has_text=text)
        await message.get_by_role("button", name="What to do with this message").click()
        await self.press("Report")

    async def accept(self, other: str) -> None:
        """Take up the chat that somebody has begun."""
        await self.page.get_by_role("row", name=other).click()
        # Who asks is named there: for a group, whoever invites.
        await self.page.get_by_role("button", name="Accept ").click()
        await self.page.get_by_role("textbox", name="Message").wait_for()

    async def token(self) -> str:
        """Return the access token in their browser."""
        kept = "JSON.parse(localStorage.getItem('courtyard.session')).accessToken"
        return str(await self.page.evaluate(kept))

    async def room_id(self) -> str:
        """Return the id of the chat that is open."""
        place = "decodeURIComponent(location.pathname.split('/')[2])"
        return str(await self.page.evaluate(place))

    async def to(self, path: str) -> None:
        """Go to a page of the client by its address, as a link within it does."""
        await self.page.evaluate(
            "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }",
            path,
        )

    async def to_newest(self) -> None:
        """Go to the end of the conversation, where one is not there."""
        button = self.page.get_by_role("button", name="To the newest message")
        if await button.count() > 0:
            await button.click()

    async def reach(self, what: Any) -> None:
        """Put the focus on something, as soon as it takes it."""
        for _ in range(LOOKS_MAX):
            if await what.evaluate("e => { e.focus(); return document.activeElement === e }"):
                return
            await self.page.wait_for_timeout(LOOK_MS)
        raise AssertionError("it does not take the focus")

"""Somebody who has nothing but a keyboard."""

from __future__ import annotations

from typing import Any

from tests.web.person import LOOK_MS, LOOKS_MAX, PASSWORD, Person

STOPS_MAX = 70
"""More presses of Tab than a page has stops."""

# What has the focus: its name as a screen reader says it (near enough), and whether one sees that it has it.
_FOCUS = """
() => {
  const e = document.activeElement
  if (e === null || e === document.body) return { name: null, tag: 'body', isSeen: false }
  const labels = [...(e.labels ?? [])].map(one => one.textContent).join(' ')
  const by = (e.getAttribute('aria-labelledby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent ?? '')
  const name = e.ariaLabel || by.join(' ').trim() || labels || e.textContent || e.placeholder || ''
  const rings = one => {
    const style = getComputedStyle(one)
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'
  }
  // The ring of a box that is not seen itself is drawn around its label; of a sheet, around all of it.
  const around = [e, e.closest('label'), e.matches('[role=dialog], [role=alertdialog]') ? e.closest('.sheet') : null,
    e.closest('.search-box'), e.closest('.passcode')?.querySelector('.box.next')]
  return { name: name.trim(), tag: e.tagName.toLowerCase(), role: e.role ?? '',
    isSeen: around.some(one => one && rings(one)) }
}
"""


class Keys:
    """Their keys; every stop is held to be seen and not to be nowhere."""

    def __init__(self, person: Person) -> None:
        """Take somebody's browser."""
        self.person = person
        self.page = person.page
        self.unseen: set[str] = set()

    async def focus(self) -> dict[str, Any]:
        """Return what has the focus, which must be something that shows it."""
        found: dict[str, Any] = await self.page.evaluate(_FOCUS)
        if found["tag"] != "body" and not found["isSeen"]:
            self.unseen.add(f"{self.page.url}: {found['tag']} {found['name'][:60]}")
        return found

    async def to(self, name: str, *, back: bool = False) -> None:
        """Press Tab until something of this name has the focus."""
        seen = []
        for _ in range(STOPS_MAX):
            await self.page.keyboard.press("Shift+Tab" if back else "Tab")
            found = await self.focus()
            if found["name"] == name or (found["name"] or "").startswith(f"{name},"):
                return
            seen.append(found["name"])
        raise AssertionError(f"Tab does not come to {name!r}, only to {seen}")

    async def press(self, name: str, *, back: bool = False, key: str = "Enter") -> None:
        await self.to(name, back=back)
        await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        await self.page.keyboard.type(text)

    async def key(self, *names: str) -> None:
        for name in names:
            await self.page.keyboard.press(name)

    async def is_on(self, name: str) -> None:
        """Wait until something of this name has got the focus by itself."""
        found: dict[str, Any] = {}
        for _ in range(LOOKS_MAX):
            found = await self.focus()
            if found["name"] == name:
                return
            await self.page.wait_for_timeout(LOOK_MS)
        raise AssertionError(f"the focus is on {found}, not on {name!r}")

    async def is_somewhere(self) -> None:
        """Wait until nothing lies over the page any more, and hold that the focus is not lost."""
        await self.page.locator(".sheet, .popover").first.wait_for(state="detached")
        for _ in range(LOOKS_MAX):
            if (await self.focus())["tag"] != "body":
                return
            await self.page.wait_for_timeout(LOOK_MS)
        raise AssertionError("the focus is lost")

    async def sign_up(self) -> None:
        """Make the account."""
        await self.press("Create an account")
        await self.to("User name")
        await self.type(self.person.name)
        await self.to("Password")
        await self.type(PASSWORD)
        await self.key("Enter")
        await self.page.get_by_role("button", name="Make my recovery key").wait_for()
        await self.press("Not now")
        await self.page.get_by_role("heading", name="Chats", exact=True).wait_for()

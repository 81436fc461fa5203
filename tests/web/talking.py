"""What journeys through conversations share: a message, what can be done with it, and that nothing of it is cut off."""

from __future__ import annotations

from typing import Any

from tests.browser import axe_faults
from tests.web.person import Person

THUMB = "👍\N{VARIATION SELECTOR-16}"
"""As the list of all emoji has it, and so everybody who keeps to the specification."""


def message(person: Person, text: str) -> Any:
    return person.page.get_by_role("article").filter(has_text=text).last


async def act(person: Person, text: str, action: str) -> None:
    """Open what can be done with a message, by the other mouse button, and press one of it."""
    await message(person, text).click(button="right", position={"x": 4, "y": 8})
    await person.press(action)


async def nothing_is_clipped(person: Person) -> None:
    """Names and previews may end in an ellipsis (`.clip`); nothing else may, and no page is wider than its screen.

    What is scrolled sideways by keyboard too (code, a table) is not cut off.
    """
    cut = await person.page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(one => one.checkVisibility() && one.clientWidth > 1 && !one.closest('.clip, .sr-only, svg'))
            .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible')
            .filter(one => one.tabIndex !== 0 || getComputedStyle(one).overflowX !== 'auto')
            .map(one => one.className + ': ' + one.textContent.slice(0, 80))"""
    )
    assert cut == []
    assert await person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def speaks(person: Person, language: str) -> None:
    """Let the page come anew in another language."""
    await person.page.evaluate(f"localStorage.setItem('courtyard.language', '{language}')")
    await person.page.reload()


async def fits_in_both_themes(person: Person, name: str = "") -> None:
    """Hold what the page shows now against axe and against its screen, light and dark; keep a picture of each where one is wanted."""
    for theme in ("light", "dark"):
        await person.page.emulate_media(color_scheme=theme)
        await person.page.locator(f":root[data-theme={theme}]").wait_for()
        await nothing_is_clipped(person)
        assert await axe_faults(person.page) == [], f"{name} {theme}"
        if name:
            await person.shot(f"{name}-{theme}")

"""What every page about decisions and reports is held against, and the picture that is kept of it."""

from __future__ import annotations

from tests.browser import axe_faults
from tests.web.person import NARROW, PHONE, Person

# Text that a box does not show, to its side or below.
CUT = """
[...document.querySelectorAll('main *, .sheet *, .top h1')]
  .filter(e => !e.closest('.sr-only, .clip, svg, textarea') && e.textContent.trim() !== '')
  .filter(e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX))
  .filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
  .map(e => e.textContent)
"""


async def fits(person: Person, name: str) -> None:
    """Hold the page as it is against axe and against a narrow screen, and keep a picture where one is wanted."""
    page = person.page
    await person.shot(name)
    for size in (PHONE, NARROW):
        await page.set_viewport_size(size)
        assert await axe_faults(page) == [], name
        wide = await page.evaluate(
            "[...document.querySelectorAll('main, .sheet')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
        )
        assert wide == 0, f"{name} is wider than {size['width']} px"
        cut = await page.evaluate(CUT)
        assert cut == [], f"{name}: cut off at {size['width']} px"
    await page.set_viewport_size(PHONE)

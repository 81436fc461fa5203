"""Pictures and files put into a conversation, and looked at there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser import axe_faults
from tests.web.person import NARROW, PHONE, Person
from tests.web.pictures import Upload
from tests.web.talking import nothing_is_clipped


async def fits(person: Person, name: str) -> None:
    """Hold a page against axe, wide and narrow; keep a picture of it where one is wanted."""
    await person.shot(name)
    assert await axe_faults(person.page) == [], name
    await person.page.set_viewport_size(NARROW)
    assert await axe_faults(person.page) == [], name
    await nothing_is_clipped(person)
    await person.page.set_viewport_size(PHONE)


async def choose(person: Person, tool: str, *files: Upload) -> Any:
    """Choose files under "+"; return the sheet in which they are looked at."""
    await person.press("More")
    async with person.page.expect_file_chooser() as chooser:
        await person.press(tool)
    await (await chooser.value).set_files(list(files))
    sheet = person.page.get_by_role("dialog", name="Before you send")
    await sheet.wait_for()
    return sheet


async def saved(person: Person, button: Any) -> bytes:
    """Press what saves a file; return its bytes."""
    async with person.page.expect_download() as download:
        await button.click()
    return Path(await (await download.value).path()).read_bytes()


async def is_shown(person: Person, name: str) -> Any:
    """Wait until a picture can be seen, in its own shape; return what is pressed to see it whole."""
    button = person.page.get_by_role("button", name=f"Look at: {name}", exact=True).last
    # Not by `wait_for_function`: the page's policy forbids it.
    await button.locator("img").evaluate("one => one.decode()")
    return button

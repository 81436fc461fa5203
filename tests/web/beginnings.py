"""How most journeys begin: alice and bob have signed up, and perhaps chat already.

They go that way once, through the pages. What the server and each browser kept of it is then copied for every journey that is about
something else, as after a restart of all of them.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.server import Server, running_server
from tests.web.court import Absent
from tests.web.person import Person

NAMES = ("alice", "bob")


@dataclass(frozen=True)
class Beginning:
    """What a stopped server and each one's browser kept."""

    data: Path
    base_url: str
    kept: Mapping[str, Any]
    is_chatting: bool


async def make_beginnings(browser: Any, folder: Path) -> dict[str, Beginning]:
    """Let alice and bob sign up, and then begin a chat; keep both states."""
    async with running_server(folder) as server:
        people = await asyncio.gather(*(_signed_up(browser, server, name) for name in NAMES))
        alice, bob = people
        settled = await _keep(server, folder / "settled", people, is_chatting=False)
        for person in people:
            await person.page.goto(server.base_url)
        await alice.start_chat("bob")
        await bob.accept("alice")
        chatting = await _keep(server, folder / "chatting", people, is_chatting=True)
        for person in people:
            await person.page.context.close()
    return {"settled": settled, "chatting": chatting}


async def _signed_up(browser: Any, server: Server, name: str) -> Person:
    person = await Person.arrive(browser, server.base_url, name)
    await person.sign_up()
    return person


async def _keep(
    server: Server, data: Path, people: list[Person], *, is_chatting: bool
) -> Beginning:
    # A browser at another page writes nothing down any more, and a server that has stopped neither.
    for person in people:
        await person.page.goto("about:blank")
    await server.stop()
    shutil.copytree(server.data, data)
    await server.start()
    kept = {one.name: await one.page.context.storage_state(indexed_db=True) for one in people}
    return Beginning(data, server.base_url, kept, is_chatting)


class Town:
    """A server of one's own that goes on from a beginning, and the people who come to it."""

    def __init__(self, browser: Any, server: Server, beginning: Beginning) -> None:
        """Take a server that runs on a copy of the beginning."""
        self.browser, self.server = browser, server
        self._beginning = beginning

    async def comes(self, name: str, **context: Any) -> Person:
        """Open alice's or bob's browser at the list of chats, or at their chat where they have one."""
        # The same browser at the same address: only the port is another one.
        kept = json.dumps(self._beginning.kept[name])
        state = json.loads(kept.replace(self._beginning.base_url, self.server.base_url))
        person = await Person.arrive(
            self.browser, self.server.base_url, name, storage_state=state, **context
        )
        # No bar but the app's own has a title: it is there.
        await person.page.locator("header h1").wait_for()
        if self._beginning.is_chatting:
            (other,) = {*NAMES} - {name}
            await person.page.get_by_role("row", name=other).click()
            await person.page.locator("textarea").wait_for()
        return person

    def absent(self, name: str) -> Absent:
        """Return alice or bob without their browser."""
        (kept,) = self._beginning.kept[name]["origins"]
        items = {one["name"]: one["value"] for one in kept["localStorage"]}
        return Absent(name, json.loads(items["courtyard.session"])["accessToken"])

    async def both(
        self, alice: Mapping[str, Any] | None = None, bob: Mapping[str, Any] | None = None
    ) -> tuple[Person, Person]:
        """Let both come at once. Each one's context is as wanted, and by itself without a policy on scripts, for axe."""
        looks = [{"bypass_csp": True} if one is None else one for one in (alice, bob)]
        first, second = await asyncio.gather(
            *(self.comes(name, **look) for name, look in zip(NAMES, looks, strict=True))
        )
        return first, second


@asynccontextmanager
async def running_town(
    browser: Any, beginning: Beginning, folder: Path, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Town]:
    """Run a server on a copy of a beginning until the block ends."""
    shutil.copytree(beginning.data, folder / "data")
    async with running_server(folder, settings=settings) as server:
        yield Town(browser, server, beginning)

"""A browser as slow as a simple phone's, and what can be read of a page's start in it.

The processor's slowing is Chromium's own: it holds up the page's thread alone. What else the machine does slows a page
too, so a plain page that always does the same work is timed beside each start: the control.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

SLOWER: Final = 4
NETWORK: Final = {
    "offline": False,
    "latency": 85,
    "downloadThroughput": 9_000_000 / 8,
    "uploadThroughput": 9_000_000 / 8,
}

# Numbers in and out of a small table: nothing that waits for anything.
_CONTROL = """() => {
    const began = performance.now()
    const table = new Float64Array(4096)
    for (let n = 0; n < 8_000_000; n += 1) table[n & 4095] = table[(n * 7) & 4095] * 0.5 + n
    return performance.now() - began + table[1] * 0
}"""

_FIRST_PAINT = """new Promise(resolve => {
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            if (entry.name === 'first-contentful-paint') resolve(entry.startTime)
    }).observe({ type: 'paint', buffered: true })
})"""

# Everything the page asked for: what it was, when it began and was there, and what it cost the network.
_FETCHED = """performance.getEntriesByType('resource').map(one => ({
    path: new URL(one.name).pathname, from: one.startTime, to: one.responseEnd, bytes: one.transferSize,
}))"""
_MARKS = (
    """performance.getEntriesByType('mark').map(one => ({ name: one.name, at: one.startTime }))"""
)
_LONG = """new Promise(resolve => {
    new PerformanceObserver(list => resolve(list.getEntries().map(one => one.duration)))
        .observe({ type: 'longtask', buffered: true })
    setTimeout(() => resolve([]), 300)
})"""

_API: Final = "/_matrix/client/"


class Slowed:
    """One page, slowed down: how busy its thread was, and what it fetched when."""

    def __init__(self, page: Any, session: Any) -> None:
        """Take a page and a way to speak to the browser about it."""
        self.page = page
        self._session = session

    async def forget_files(self) -> None:
        """Have the browser keep no file of the client's, as after a new version: what the person has stays."""
        await self.page.evaluate("""async () => {
            for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister()
            for (const name of await caches.keys()) await caches.delete(name)
        }""")
        await self.page.goto("about:blank")
        await self._session.send("Network.clearBrowserCache")

    async def rate(self, slower: int) -> None:
        """Slow the page's processor so many times."""
        await self._session.send("Emulation.setCPUThrottlingRate", {"rate": slower})

    async def thread_ms(self) -> float:
        """Return how long the page's thread has worked, by its own clock: waiting for a busy machine is not in it."""
        metrics = (await self._session.send("Performance.getMetrics"))["metrics"]
        (seconds,) = (one["value"] for one in metrics if one["name"] == "TaskDuration")
        return float(seconds) * 1000

    async def parts(self) -> dict[str, float]:
        """Return the start's main parts: the moment, in ms from the address, at which each was there; and totals."""
        fetched = await self.page.evaluate(_FETCHED)
        parts: dict[str, float] = {}

        def last(name: str, paths: list[dict[str, Any]]) -> None:
            if paths:
                parts[name] = max(one["to"] for one in paths)

        scripts = [one for one in fetched if one["path"].endswith(".js")]
        last(
            "WebAssembly fetched",
            [one for one in fetched if "crypto" in one["path"] and ".wasm" in one["path"]],
        )
        last(
            "Matrix SDK fetched",
            [one for one in scripts if "/rust-crypto" in one["path"] or "/matrix" in one["path"]],
        )
        for mark in await self.page.evaluate(_MARKS):
            parts[mark["name"]] = mark["at"]
        for one in fetched:
            if one["path"].startswith(_API):
                name = one["path"].removeprefix(_API).removeprefix("v3/").split("/")[0]
                parts.setdefault(f"/{name} answered", one["to"])
        parts["first paint"] = float(await self.page.evaluate(_FIRST_PAINT))
        long = await self.page.evaluate(_LONG)
        parts["(long tasks, ms in all)"] = sum(long)
        parts["(scripts, count)"] = len(scripts)
        parts["(requests to the API)"] = sum(one["path"].startswith("/_") for one in fetched)
        parts["(over the network, kB)"] = sum(one["bytes"] for one in fetched) / 1000
        return parts


@asynccontextmanager
async def slowed(page: Any) -> AsyncIterator[Slowed]:
    """Make the page's processor and network those of a simple phone."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", NETWORK)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield Slowed(page, session)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    await session.detach()


async def control_ms(browser: Any) -> float:
    """Return how long the same piece of work takes just now, in a page slowed down as all are here."""
    page = await browser.new_page()
    try:
        async with slowed(page):
            return float(await page.evaluate(_CONTROL))
    finally:
        await page.close()

"""`python -m bench.web`: how the web client starts and how fast words cross, in real Chromium against the real server.

The processor is slowed to a quarter and the network to what 4G gives (9 Mbit/s, 85 ms), as Chromium's own tools do it. The budgets
are those of the web client; send→seen is measured without either, between two people on one machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench import machine
from courtyard.app.web_client import FOLDER
from tests.browser import FAKE_DEVICES, chromium
from tests.server import running_server
from tests.web.person import PASSWORD, Person

SLOWER: Final = 4
NETWORK: Final = {
    "offline": False,
    "latency": 85,
    "downloadThroughput": 9_000_000 / 8,
    "uploadThroughput": 9_000_000 / 8,
}
WORDS: Final = 20
RESULTS: Final = Path(__file__).resolve().parent / "results"

PAINT = "first paint (cold, CPU÷4, 4G), ms"
COLD = "address to usable, with signing in, nothing kept (CPU÷4, 4G), ms"
WARM = "reload to usable (CPU÷4, 4G), ms"
SEEN = "send→seen between two browsers, p50, ms"
SEEN_95 = "send→seen between two browsers, p95, ms"
SCRIPTS = "JavaScript before the login, kB gzip"
BUDGETS: Final[dict[str, float | None]] = {
    PAINT: 1200,
    COLD: 4000,
    WARM: 2000,
    SEEN: 150,
    SEEN_95: None,
    SCRIPTS: 180,
}

# Asked in the page of who listens: the moment at which a text first stands there, on the clock both browsers share.
_WHEN_SEEN = """text => new Promise(resolve => {
    const look = () => {
        const there = [...document.querySelectorAll('main')].some(one => one.textContent.includes(text))
        if (!there) return false
        resolve(performance.timeOrigin + performance.now())
        return true
    }
    if (look()) return
    const watch = new MutationObserver(() => { if (look()) watch.disconnect() })
    watch.observe(document.body, { childList: true, subtree: true, characterData: true })
})"""
_NOW = "performance.timeOrigin + performance.now()"
_FIRST_PAINT = """new Promise(resolve => {
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            if (entry.name === 'first-contentful-paint') resolve(entry.startTime)
    }).observe({ type: 'paint', buffered: true })
})"""


@asynccontextmanager
async def _slowed(page: Any) -> AsyncIterator[None]:
    """Make the page's processor and network those of a simple phone."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", NETWORK)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield
    await session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    await session.detach()


async def _start(browser: Any, base_url: str, name: str) -> dict[str, float]:
    """Open the address with an empty browser, sign in, and reload."""
    person = await Person.arrive(browser, "about:blank", name)
    page = person.page
    async with _slowed(page):
        await page.goto(base_url, wait_until="commit")
        await person.press("I have an account")
        await person.fill("User name", name)
        await person.fill("Password", PASSWORD)
        chats = page.get_by_role("heading", name="Chats", exact=True)
        await person.press("Sign in")
        await chats.wait_for()
        # Nobody types as fast as this, so nothing is hidden behind the typing.
        taken = {COLD: float(await page.evaluate("performance.now()"))}
        taken[PAINT] = float(await page.evaluate(_FIRST_PAINT))
        await page.reload(wait_until="commit")
        await chats.wait_for()
        taken[WARM] = float(await page.evaluate("performance.now()"))
    await page.context.close()
    return taken


def _first_scripts_kb() -> float:
    """Return how much JavaScript the first page asks for, as gzip sends it. What it fetches ahead, when idle, is not asked for."""
    page = (FOLDER / "index.html").read_text("utf-8")
    names: list[str] = re.findall(r'"/(assets/[^"]+\.js)"', page)
    paths = [FOLDER / name for name in names]
    packed = [path.with_name(path.name + ".gz") for path in paths]
    # What is small is sent as it is.
    sizes = zip(paths, packed, strict=True)
    return sum([(gz if gz.exists() else path).stat().st_size for path, gz in sizes]) / 1000


async def _talk(alice: Person, bob: Person) -> list[float]:
    """Let one say something and the other see it, again and again. Milliseconds each."""
    times: list[float] = []
    for number in range(WORDS + 2):
        words = f"Word number {number} of many."
        seen = asyncio.create_task(bob.page.evaluate(_WHEN_SEEN, words))
        box = alice.page.get_by_role("textbox", name="Message")
        await box.fill(words)
        began = await alice.page.evaluate(_NOW)
        await box.press("Enter")
        times.append(await seen - began)
    # The first ones set up the keys, as a conversation does once.
    return times[2:]


async def measure(rounds: int) -> dict[str, list[float]]:
    """Return every figure of every round."""
    taken: dict[str, list[float]] = {figure: [] for figure in BUDGETS}
    with tempfile.TemporaryDirectory() as folder:
        async with running_server(Path(folder)) as server, chromium(*FAKE_DEVICES) as browser:
            people = [
                await Person.arrive(browser, server.base_url, name) for name in ("alice", "bob")
            ]
            for person in people:
                await person.sign_up()
            alice, bob = people
            await alice.start_chat("bob")
            await bob.accept("alice")
            times = sorted(await _talk(alice, bob))
            taken[SEEN].append(median(times))
            taken[SEEN_95].append(times[int(len(times) * 0.95)])
            for person in people:
                await person.page.context.close()
            for number in range(rounds):
                print(f"bench: round {number + 1} of {rounds}", file=sys.stderr, flush=True)
                for figure, value in (await _start(browser, server.base_url, "alice")).items():
                    taken[figure].append(value)
    taken[SCRIPTS].append(_first_scripts_kb())
    return taken


def table(taken: dict[str, list[float]]) -> str:
    """Lay out one line per figure: the median round, the worst one, the budget."""
    wide = max(map(len, BUDGETS))
    lines = [f"{'':<{wide}}  {'median':>8}  {'worst':>8}  budget"]
    for figure, budget in BUDGETS.items():
        middle, worst = median(taken[figure]), max(taken[figure])
        verdict = ""
        if budget is not None:
            verdict = f"≤ {budget:<6g}{'met' if middle <= budget else 'MISSED'}"
        lines.append(f"{figure:<{wide}}  {middle:>8,.0f}  {worst:>8,.0f}  {verdict}".rstrip())
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 0 when everything was measured, whatever the figures say."""
    parser = argparse.ArgumentParser(prog="python -m bench.web", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if not (FOLDER / "index.html").exists():
        print("bench: the web client is not built: make web", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        facts = machine.facts(Path(folder))
    for warning in machine.warnings(facts):
        print(f"bench: warning: {warning}", file=sys.stderr)
    taken = asyncio.run(measure(options.rounds))
    print(table(taken))
    at = datetime.now(UTC)
    kept = {"at": at.isoformat(timespec="seconds"), "machine": facts, "rounds": taken}
    path = RESULTS / f"web-{at:%Y%m%d-%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

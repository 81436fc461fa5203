"""`python -m bench.web`: how the web client starts and how fast words cross, in real Chromium against the real server.

The processor is slowed to a quarter and the network to what 4G gives (9 Mbit/s, 85 ms), as Chromium's own tools do it. All is counted
from the address. *Usable* is the moment at which the chats stand there, the client behind them is started, and one can be opened; *the list*
is the moment at which they can be read: as they were last seen, while the client starts.

* *Cold, signing in*: an empty browser. A script in the page types and presses as soon as it can, so nothing is hidden behind typing.
* *Cold, signed in*: the browser has the session and what the person has, and none of the client's files.
* *Warm*: the same address again, with everything kept.
* *First words*: an encrypted chat is opened as soon as it can be pressed; until its newest message is there.

send→seen is not slowed down, between two people on one machine. `thread` is how long the page's own thread worked, by its own clock:
it leaves out the waiting for a busy machine, though not what such a machine takes from it otherwise; *not slowed* is the surest of them.
`control` is a fixed piece of work in a plain page before each round: where it varies, the machine did something else. With
`--against CHECKOUT` another checkout, built, is measured in turns with this one. With `--check` the exit status is 1 when a budget was missed,
and 2 when the machine was too busy to tell.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
from collections import defaultdict
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import quote

import httpx

from bench import machine
from bench.figures import Budget
from bench.judge import Line, is_quiet, judge
from bench.slowed import Slowed, control_ms, slowed
from courtyard.app.web_client import FOLDER
from tests.browser import FAKE_DEVICES, chromium
from tests.server import ROOT, running_server
from tests.web.person import PASSWORD, PHONE, Person

WORDS: Final = 20
ROOMS: Final = 20
"""How many more chats somebody has, and how much was said in each."""
SAID: Final = 10
RESULTS: Final = Path(__file__).resolve().parent / "results"

PAINT = "first paint, cold, ms"
COLD = "cold to usable, signing in, ms"
COLD_IN = "cold to usable, signed in, ms"
COLD_LIST = "cold to the list, signed in, ms"
WARM = "warm to usable, ms"
WARM_LIST = "warm to the list, ms"
WARM_WORDS = "warm to first words, ms"
COLD_THREAD = "thread: cold, signing in, ms"
COLD_WORK = "thread: cold, signed in, ms"
WARM_WORK = "thread: warm, ms"
WARM_UNSLOWED = "thread: warm, not slowed, ms"
SEEN = "send→seen between two browsers, p50, ms"
SEEN_95 = "send→seen between two browsers, p95, ms"
SCRIPTS = "JavaScript before the login, kB gzip"
CONTROL = "control, ms"
LOAD = "load average"
BUDGETS: Final[dict[str, float | None]] = {
    PAINT: 1200,
    COLD: 4000,
    COLD_IN: 4000,
    COLD_LIST: None,
    WARM: 2000,
    WARM_LIST: None,
    WARM_WORDS: None,
    SEEN: 150,
    SEEN_95: None,
    SCRIPTS: 180,
    COLD_THREAD: None,
    COLD_WORK: None,
    WARM_WORK: None,
    WARM_UNSLOWED: None,
    CONTROL: None,
    LOAD: None,
}
WAIT_SECONDS: Final = 90

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
LAST = "The last word of all."

# In the page, before its own scripts: acts as somebody would who misses nothing, and notes when what was waited for was there. Asking
# from outside would add the time that this program waits for a busy machine.
_WATCH = """([last, name, password]) => {
    const noted = {}
    window.noted = noted
    const note = (what, found) => {
        if (noted[what] === undefined && found) noted[what] = performance.now()
    }
    const pressed = new Set()
    const press = (label) => {
        const button = [...document.querySelectorAll('button')].find(one => one.textContent.trim() === label)
        if (!button || pressed.has(label)) return
        pressed.add(label)
        button.click()
    }
    const type = (field, text) => {
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, text)
        field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    const look = () => {
        const rows = [...document.querySelectorAll('[role=row]')]
        note('list', rows[0] ?? document.querySelector('.chats li'))
        note('usable', rows.find(one => one.textContent.includes('bob')))
        note('first words', [...document.querySelectorAll('[role=article]')].find(one => one.textContent.includes(last)))
        if (name === '') {
            const chat = [...document.querySelectorAll('.chats li a, .chats [role=row]')].find(one => one.textContent.includes('bob'))
            if (sessionStorage.getItem('opens') && chat && !pressed.has('chat')) { pressed.add('chat'); chat.click() }
            return
        }
        press('I have an account')
        const [user, secret] = document.querySelectorAll('form input')
        if (secret && !pressed.has('typed')) {
            pressed.add('typed')
            type(user, name)
            type(secret, password)
            setTimeout(() => { note('sign-in pressed', true); press('Sign in') })
        }
        press('Not now')
    }
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true })
}"""

Figures = dict[str, float]
Parts = dict[str, dict[str, float]]


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


async def _furnish(alice: Person) -> None:
    """Give somebody more chats: a list of one is no list."""
    headers = {"Authorization": f"Bearer {await alice.token()}"}
    base_url = f"{alice.base_url}/_matrix/client/v3"
    async with httpx.AsyncClient(base_url=base_url, headers=headers) as client:
        for number in range(ROOMS):
            made = await client.post("/createRoom", json={"name": f"Room {number}"})
            room = made.raise_for_status().json()["room_id"]
            for said in range(SAID):
                content = {"msgtype": "m.text", "body": f"Said {said} in room {number}"}
                path = f"/rooms/{quote(room)}/send/m.room.message/{said}"
                (await client.put(path, json=content)).raise_for_status()


class Subject:
    """One build with its server and two people in it."""

    def __init__(self, name: str, base_url: str, folder: Path) -> None:
        """`folder` holds the client as it was built."""
        self.name = name
        self.base_url = base_url
        self.folder = folder
        self.figures: dict[str, list[float]] = defaultdict(list)
        self.parts: dict[str, list[dict[str, float]]] = defaultdict(list)

    async def settle(self, browser: Any) -> None:
        """Sign two people up, and let them talk."""
        self._browser = browser
        names = ("alice", "bob")
        alice, bob = [
            await Person.arrive(browser, self.base_url, name, service_workers="allow")
            for name in names
        ]
        for person in (alice, bob):
            await person.sign_up()
        await _furnish(alice)
        await alice.start_chat("bob")
        await bob.accept("alice")
        self._alice, self._bob = alice, bob

    async def talk(self) -> None:
        times = sorted(await _talk(self._alice, self._bob))
        self.figures[SEEN].append(median(times))
        self.figures[SEEN_95].append(times[int(len(times) * 0.95)])

    async def end_talk(self) -> None:
        await self._alice.say(LAST)
        await self._bob.sees(LAST)
        await self._bob.page.context.close()
        await self._alice.press("Back")
        await self._alice.page.add_init_script(f"({_WATCH})({json.dumps([LAST, '', ''])})")
        # What is kept of what the server told is kept a while after.
        await self._alice.page.wait_for_timeout(3000)

    async def round(self) -> None:
        """Start the client in each of the ways."""
        self._keep({CONTROL: await control_ms(self._browser), LOAD: os.getloadavg()[0]})
        await self._cold()
        async with slowed(self._alice.page) as slow:
            await slow.forget_files()
            await self._kept(slow, "cold, signed in", (COLD_IN, COLD_LIST, COLD_WORK))
            await slow.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
            await self._kept(slow, "warm", (WARM, WARM_LIST, WARM_WORK))
            await slow.page.evaluate("sessionStorage.setItem('opens', '1')")
            noted, _ = await self._start(slow, "warm, a chat opened at once", "first words")
            self._keep({WARM_WORDS: noted["first words"]})
            await slow.page.evaluate("sessionStorage.clear()")
            await slow.rate(1)
            noted, worked = await self._start(slow, "warm, not slowed", "usable")
            self._keep({WARM_UNSLOWED: worked})

    async def _cold(self) -> None:
        context = await self._browser.new_context(viewport=PHONE, locale="en-GB")
        page = await context.new_page()
        await page.add_init_script(f"({_WATCH})({json.dumps([LAST, 'alice', PASSWORD])})")
        async with slowed(page) as slow:
            await page.goto(self.base_url, wait_until="commit")
            await _until(page, "usable")
            worked = await slow.thread_ms()
            noted = await page.evaluate("noted")
            parts = await slow.parts()
        self.parts["cold, signing in"].append(parts | noted)
        self._keep({COLD: noted["usable"], COLD_THREAD: worked, PAINT: parts["first paint"]})
        await context.close()

    async def _kept(self, slow: Slowed, way: str, names: tuple[str, str, str]) -> None:
        noted, worked = await self._start(slow, way, "usable")
        usable, shown, work = names
        self._keep({usable: noted["usable"], shown: noted["list"], work: worked})

    async def _start(self, slow: Slowed, way: str, until: str) -> tuple[dict[str, float], float]:
        """Start where somebody is signed in; return what was noted, and how long the page's thread worked."""
        before = await slow.thread_ms()
        await slow.page.goto(f"{self.base_url}/chats", wait_until="commit")
        await _until(slow.page, until)
        worked = await slow.thread_ms()
        noted = await slow.page.evaluate("noted")
        self.parts[way].append(await slow.parts() | noted)
        # What the client keeps of this start is kept a moment later.
        await slow.page.wait_for_timeout(1500)
        # Another process may have taken the page over: its clock begins at nothing.
        return noted, worked - before if worked > before else worked

    def _keep(self, told: Figures) -> None:
        for figure, value in told.items():
            self.figures[figure].append(value)


async def _until(page: Any, what: str) -> None:
    asked = """what => new Promise(resolve => {
        const look = () => window.noted[what] === undefined ? setTimeout(look, 50) : resolve()
        look()
    })"""
    await asyncio.wait_for(page.evaluate(asked, what), WAIT_SECONDS)


def _first_scripts_kb(folder: Path) -> float:
    """Return how much JavaScript the first page asks for, as gzip sends it. What it fetches ahead, when idle, is not asked for."""
    page = (folder / "index.html").read_text("utf-8")
    names: list[str] = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', page)
    paths = [folder / name for name in names]
    packed = [path.with_name(path.name + ".gz") for path in paths]
    # What is small is sent as it is.
    sizes = zip(paths, packed, strict=True)
    return sum([(gz if gz.exists() else path).stat().st_size for path, gz in sizes]) / 1000


async def measure(rounds: int, against: Path | None) -> list[Subject]:
    """Measure in turns; return what was measured, this checkout first."""
    checkouts = [("this", ROOT)] + ([("against", against)] if against else [])
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(chromium(*FAKE_DEVICES))
        subjects = []
        for name, root in checkouts:
            data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            source = {"PYTHONPATH": str(root / "src")}
            server = await stack.enter_async_context(running_server(data, settings=source))
            folder = root / FOLDER.relative_to(ROOT)
            subjects.append(Subject(name, server.base_url, folder))
            await subjects[-1].settle(browser)
            subjects[-1].figures[SCRIPTS].append(_first_scripts_kb(folder))
        for _ in range(2):
            for subject in subjects:
                await subject.talk()
        for subject in subjects:
            await subject.end_talk()
        for number in range(rounds):
            print(f"bench: round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            for subject in subjects if number % 2 == 0 else reversed(subjects):
                await subject.round()
    return subjects


def judged(taken: dict[str, list[float]]) -> list[Line]:
    """Return the median of each figure that was taken, with its budget."""
    return [
        Line(figure, median(taken[figure]), None if most is None else Budget(value_max=most))
        for figure, most in BUDGETS.items()
        if taken[figure]
    ]


def table(taken: dict[str, list[float]]) -> str:
    """Lay out one line per figure: the best, median and worst round, and the budget."""
    wide = max(map(len, BUDGETS))
    lines = [f"{'':<{wide}}  {'best':>8}  {'median':>8}  {'worst':>8}  budget"]
    for line in judged(taken):
        values = taken[line.name]
        row = f"{min(values):>8,.0f}  {line.value:>8,.0f}  {max(values):>8,.0f}"
        budget = f"{line.budget or ''!s:<8}{line.verdict()}"
        lines.append(f"{line.name:<{wide}}  {row}  {budget}".rstrip())
    return "\n".join(lines)


def waterfall(parts: dict[str, list[dict[str, float]]]) -> str:
    """Lay out each way of starting: its parts in the order in which they come, as medians; totals last."""
    lines = []
    for way, rounds in parts.items():
        lines += ["", way]
        names = {name for one in rounds for name in one}
        middle = {name: median(one[name] for one in rounds if name in one) for name in names}
        order = sorted(names, key=lambda name: (name.startswith("("), middle[name]))
        lines += [f"{middle[name]:>8,.0f}  {name}" for name in order]
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 0 when everything was measured, whatever the figures say, unless they are to be checked."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.web",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against", type=Path, help="another checkout, with its client built")
    parser.add_argument("--check", action="store_true", help="fail when a budget is missed")
    options = parser.parse_args()
    if not (FOLDER / "index.html").exists():
        print("bench: the web client is not built: make web", file=sys.stderr)
        return 1
    load = machine.load_per_core()
    with tempfile.TemporaryDirectory() as folder:
        facts = machine.facts(Path(folder))
    for warning in machine.warnings(facts):
        print(f"bench: warning: {warning}", file=sys.stderr)
    subjects = asyncio.run(measure(options.rounds, options.against))
    for subject in subjects:
        print(f"\n{subject.name}\n{table(subject.figures)}\n{waterfall(subject.parts)}")
    at = datetime.now(UTC)
    kept = {
        "at": at.isoformat(timespec="seconds"),
        "machine": facts,
        "rounds": {subject.name: subject.figures for subject in subjects},
        "parts": {subject.name: subject.parts for subject in subjects},
    }
    path = RESULTS / f"web-{at:%Y%m%d-%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, indent=1) + "\n")
    if not options.check:
        return 0
    # Of two checkouts it is this one that is judged; a busy moment in the other's turn would have been as bad.
    controls = [ms for subject in subjects for ms in subject.figures[CONTROL]]
    status, why = judge(judged(subjects[0].figures), quiet=is_quiet(controls, load))
    print(f"bench: {why}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())

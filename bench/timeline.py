"""How smoothly a conversation of 50,000 messages scrolls in the web client: `python -m bench.timeline`.

The client's own timeline, behind its own `Feed` on a room of the Matrix SDK with as many real events (`web/bench/`), is scrolled in Debian's
Chromium, at full speed and with the processor slowed down four times, as phones are. A frame of 60 a second has 16.7 ms. `CPU` is what the
page's own thread spends on a frame, script, style and layout, by the clock of the thread: it is the same however busy the machine is. `work`
is how long a frame took by the clock on the wall, from its start until the next task could run; `in time` are frames that missed no refresh.
These two mean something on a machine that does nothing else.

Of what comes, the median of some times is told, slowed down: *folded* is what the feed makes of it, *shown* goes on until it is painted.
`control` is the same piece of work before each of these: where it varies, the machine did something else. With `--check` the exit status
is 1 when a budget was missed, and 2 when the machine was too busy to tell.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any, Final

from PIL import Image

from bench import machine
from bench.figures import Budget
from bench.judge import Line, is_quiet, judge
from bench.slowed import SLOWER, control_ms
from tests.browser import chromium
from tools.web import WEB, node_folder

FRAME_MS: Final = 1000 / 60
LATE_MS: Final = FRAME_MS * 1.5
"""A frame that came later than this was missed by at least one refresh of the screen."""

MADE_MS: Final = 180_000
"""So long the page may take to make its events: that is not measured."""

FRAMES: Final = 240
STEPS: Final = {"read on": -40, "hard flick": -130, "drag the bar": -4000}
"""How far the list moves in each frame, in pixels; upwards, as history is read. A hard flick makes about 8,000 a second."""
SMOOTH: Final = Budget(value_min=95)
"""Percent of the frames that have to be in time."""
SMOOTH_IN: Final = {("read on", 1), ("hard flick", 1), ("read on", SLOWER), ("hard flick", SLOWER)}
KNOWN: Final = {("hard flick", SLOWER)}
"""Not reached: each frame draws more new lines than a phone's processor can."""

TIMES: Final = 7
COMINGS: Final[dict[str, dict[str, Budget | None]]] = {
    "open": {"folded": Budget(value_max=1000), "shown": None},
    # What comes while somebody scrolls must not cost them a frame; a tenth of a second is seen as at once.
    "one newer": {"folded": Budget(value_max=16), "shown": Budget(value_max=100)},
    "a page older": {"folded": Budget(value_max=50), "shown": Budget(value_max=150)},
}
"""What the page can be asked for, and how many milliseconds each part of it may take, slowed down."""


class _Served(SimpleHTTPRequestHandler):
    """The built page, and one picture for whatever is asked of a homeserver's media."""

    def do_GET(self) -> None:
        if not self.path.startswith("/_matrix/"):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(_PICTURE)))
        self.end_headers()
        self.wfile.write(_PICTURE)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell what goes wrong. What was scrolled past before it came is wanted no more: that is no fault."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _picture() -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").resize((400, 300)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


_PICTURE: Final = _picture()


def _build(folder: Path) -> None:
    path = f"{node_folder()}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["node", "bench/build.ts", str(folder)],
        cwd=WEB,
        env=os.environ | {"PATH": path},
        check=True,
    )


def _share(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


async def _thread_ms(session: Any) -> float:
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    (seconds,) = (one["value"] for one in metrics if one["name"] == "TaskDuration")
    return float(seconds) * 1000


class _Run:
    """One page with a long conversation in it, and what was measured there."""

    def __init__(self, browser: Any, page: Any, session: Any) -> None:
        self._browser = browser
        self._page = page
        self._session = session
        self.controls: list[float] = []
        self.lines: list[Line] = []

    async def come(self) -> None:
        """Measure, slowed down, what is to be shown next: the whole, something new, something older."""
        _say("| what comes, ÷4 | ms | budget | |\n|---|---|---|---|")
        for what, parts in COMINGS.items():
            await self._begin(SLOWER)
            told = [
                await self._page.evaluate("what => bench.come(what)", what) for _ in range(TIMES)
            ]
            for part, budget in parts.items():
                line = Line(f"{what}, {part}", median(one[part] for one in told), budget)
                self.lines.append(line)
                _say(f"| {line.name} | {line.value:.1f} | {budget or ''} | {line.verdict()} |")

    async def scroll(self) -> None:
        """Measure how many frames come in time, at full speed and slowed down."""
        _say("\n| scrolling | CPU ms a frame | work p50 ms | p95 | in time | budget | |")
        _say("|---|---|---|---|---|---|---|")
        for slower in (1, SLOWER):
            for name, step in STEPS.items():
                await self._begin(slower)
                cpu, work, in_time = await self._frames(step)
                budget = SMOOTH if (name, slower) in SMOOTH_IN else None
                known = (name, slower) in KNOWN
                line = Line(f"{name}, ÷{slower}", in_time, budget, known=known)
                self.lines.append(line)
                took = f"{cpu:.1f} | {_share(work, 0.5):.1f} | {_share(work, 0.95):.1f}"
                wanted = f"{budget or ''} | {line.verdict()}"
                _say(f"| {line.name} | {took} | {in_time:.1f} % | {wanted} |")

    async def _begin(self, slower: int) -> None:
        self.controls.append(await control_ms(self._browser))
        await self._session.send("Emulation.setCPUThrottlingRate", {"rate": slower})

    async def _frames(self, step: int) -> tuple[float, list[float], float]:
        """Return what a frame cost the thread, how long each took, and how many percent were in time."""
        await self._page.evaluate("document.querySelector('.talk').scrollTop = 1e9")
        # Not measured: code is compiled, fonts are read.
        await self._page.evaluate("bench.scroll(30, -40)")
        before = await _thread_ms(self._session)
        asked = "([frames, step]) => bench.scroll(frames, step)"
        told = await self._page.evaluate(asked, [FRAMES, step])
        cpu = (await _thread_ms(self._session) - before) / FRAMES
        in_time = sum(gap <= LATE_MS for gap in told["frames"]) / len(told["frames"])
        return cpu, told["work"], 100 * in_time


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def _run(url: str, count: int) -> _Run:
    async with chromium() as browser:
        page = await (await browser.new_context(viewport={"width": 390, "height": 844})).new_page()
        await page.goto(f"{url}/index.html?count={count}")
        await page.get_by_role("article").first.wait_for(timeout=MADE_MS)
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable", {"timeDomain": "threadTicks"})
        run = _Run(browser, page, session)
        _say(f"{count:,} events\n")
        await run.come()
        await run.scroll()
        there = await page.evaluate("document.querySelectorAll('.talk *').length")
        controls = f"{min(run.controls):.0f} to {max(run.controls):.0f}"
        _say(f"\n{there} elements in the page; control {controls} ms")
        return run


def main() -> int:
    """Build, serve, measure, print; 0 when all was measured, whatever the figures say, unless they are to be checked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--check", action="store_true", help="fail when a budget is missed")
    options = parser.parse_args()
    # Building is work, too.
    load = machine.load_per_core()
    with tempfile.TemporaryDirectory() as folder:
        _build(Path(folder))
        server = _Server(("127.0.0.1", 0), partial(_Served, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            run = asyncio.run(_run(f"http://127.0.0.1:{server.server_port}", options.count))
        finally:
            server.shutdown()
    if not options.check:
        return 0
    status, why = judge(run.lines, quiet=is_quiet(run.controls, load))
    sys.stderr.write(f"bench: {why}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())

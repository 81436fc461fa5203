"""How smoothly a conversation of 50,000 messages scrolls in the web client: `python -m bench.timeline`.

The client's own timeline is built with a made conversation (`web/bench/`) and scrolled in Debian's Chromium, at full speed and with the
processor slowed down four times, as phones are. A frame of 60 a second has 16.7 ms. `CPU` is what the page's own thread
spends on a frame, script, style and layout, by the clock of the thread: it is the same however busy the machine is. `work` is how long a
frame took by the clock on the wall, from its start until the next task could run; `in time` are frames that missed no refresh. These two
mean something on a machine that does nothing else.
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
from pathlib import Path
from typing import Any

from tests.browser import chromium
from tools.web import WEB, node_folder

FRAME_MS = 1000 / 60
LATE_MS = FRAME_MS * 1.5
"""A frame that came later than this was missed by at least one refresh of the screen."""

FRAMES = 240
STEPS = (("read on", -40), ("flick", -130), ("drag the bar", -4000))
"""How far the list moves in each frame, in pixels; upwards, as history is read. A hard flick makes about 8,000 a second."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


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


async def _measure(page: Any, slower: int) -> list[tuple[str, float, float, float, float]]:
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    await session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    rows = []
    for name, step in STEPS:
        await page.evaluate("document.querySelector('.talk').scrollTop = 1e9")
        await page.evaluate(
            "bench.scroll(30, -40)"
        )  # not measured: code is compiled, fonts are read
        before = await _thread_ms(session)
        told = await page.evaluate("([frames, step]) => bench.scroll(frames, step)", [FRAMES, step])
        cpu = (await _thread_ms(session) - before) / FRAMES
        late = sum(gap > LATE_MS for gap in told["frames"]) / len(told["frames"])
        work = told["work"]
        rows.append((f"{name}, ÷{slower}", cpu, _share(work, 0.5), _share(work, 0.95), 1 - late))
    return rows


async def _run(url: str, count: int) -> None:
    async with chromium() as browser:
        page = await (await browser.new_context(viewport={"width": 390, "height": 844})).new_page()
        await page.goto(f"{url}/index.html?count={count}")
        await page.get_by_role("article").first.wait_for()
        sys.stdout.write(f"{count:,} events\n\n| once | ms |\n|---|---|\n")
        for call in ("addNewer", "addOlder"):
            await page.evaluate(f"bench.{call}()")
        once = await page.evaluate("bench.once")
        for name, ms in once.items():
            sys.stdout.write(f"| {name} | {ms:.1f} |\n")
        there = await page.evaluate("document.querySelectorAll('.talk *').length")
        sys.stdout.write(f"| elements in the page | {there} |\n\n")
        sys.stdout.write(
            "| scrolling | CPU ms a frame | work p50 ms | p95 | in time |\n|---|---|---|---|---|\n"
        )
        for slower in (1, 4):
            for name, cpu, median, most, in_time in await _measure(page, slower):
                sys.stdout.write(
                    f"| {name} | {cpu:.1f} | {median:.1f} | {most:.1f} | {in_time:.1%} |\n"
                )


def main() -> None:
    """Build, serve, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=50_000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        _build(Path(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            asyncio.run(_run(f"http://127.0.0.1:{server.server_port}", count))
        finally:
            server.shutdown()


if __name__ == "__main__":
    main()

"""The machine's own Chromium, for tests that look at pages."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FAKE_DEVICES = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
# Each window's address bar would start a page of its own in a process of its own, which takes as long as one of ours. The others are what
# Playwright turns off itself: of two lists Chromium heeds the last.
OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync", "AimEnabled"),
    *("DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable"),
    *("LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning"),
)

# What comes up or changes its colour has done so. What turns for ever is let turn.
AT_REST = """() => Promise.allSettled(document.getAnimations()
    .filter(one => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity)
    .map(one => one.finished)).then(() => null)"""


@asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Any]:
    """Start a browser of our own, and end it."""
    from playwright.async_api import async_playwright

    program = shutil.which("chromium")
    assert program, "this test needs Debian's chromium: apt-get install chromium"
    # Without the sandbox: in a container the kernel does not let it have one. Nothing leaves the machine.
    own = (
        *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        f"--disable-features={','.join(OFF)}",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
    )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*own, *flags])
        yield browser
        await browser.close()


def _axe() -> str:
    import axe_playwright_python

    (folder,) = axe_playwright_python.__path__
    return (Path(folder) / "axe.min.js").read_text("utf-8")


async def axe_faults(page: Any, *, passes_min: int = 6) -> list[Any]:
    """Return what axe finds wrong with a page as it is now. Its context must bypass the page's policy on scripts.

    `passes_min`: how many of axe's checks the page must pass at least, or axe has looked at nothing.
    """
    await page.evaluate(AT_REST)
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_axe())
    # Of what passes the names suffice: to describe all of it takes axe longer than to look.
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
    found = await page.evaluate("options => axe.run(document, options)", options)
    assert len(found["passes"]) >= passes_min, "axe has looked at nothing"
    return [
        (one["id"], node["target"], node["failureSummary"])
        for one in found["violations"]
        for node in one["nodes"]
    ]

"""The letters at the edge of a long list of people: by a finger, by keys, and where there is no room for all of them."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser import axe_faults
from tests.web.beginnings import Town
from tests.web.court import Absent, as_person, newcomer
from tests.web.fits import misfits
from tests.web.person import LOOK_MS, LOOKS_MAX, NARROW, Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CLIENT = "/_matrix/client/v3"
# Each with the letter that it stands under: of a Chinese name, the first of its pinyin.
UNDER = (
    "Ana A, 艾米 A, Bela B, 白雪 B, Carlos C, 曾志伟 Z, Dora D, Emil E, 方芳 F, 高远 G, Hanna H, Ida I, "
    "贾玲 J, 孔明 K, Lena L, 林薇 L, 马丽 M, Nora N, 欧阳锋 O, Petra P, 钱多多 Q, 任远 R, 单田芳 S, Tom T, "
    "Uma U, Vera V, 王芳 W, 解缙 X, Yusuf Y, 110 #"
)
PEOPLE: dict[str, str] = dict(one.split(" ") for one in UNDER.split(", "))
LETTERS = [*sorted(set(PEOPLE.values()) - {"#"}), "#"]


async def _with_contacts(town: Town) -> Person:
    """Let alice have begun a chat with each of them, which is how one comes to have contacts."""
    server, alice = town.server, town.absent("alice")

    async def befriend(number: int, name: str) -> tuple[str, list[str]]:
        other = Absent(f"p{number}", await newcomer(server, f"p{number}"))
        user = f"@p{number}:{server.server_name}"
        path = f"{CLIENT}/profile/{quote(user)}/displayname"
        await as_person(server, other, "PUT", path, {"displayname": name})
        wish = {"preset": "trusted_private_chat", "is_direct": True, "invite": [user]}
        made = await as_person(server, alice, "POST", f"{CLIENT}/createRoom", wish)
        await as_person(server, other, "POST", f"{CLIENT}/join/{made['room_id']}", {})
        return user, [made["room_id"]]

    direct = dict(await asyncio.gather(*(befriend(*one) for one in enumerate(PEOPLE))))
    me = quote(f"@alice:{server.server_name}")
    await as_person(server, alice, "PUT", f"{CLIENT}/user/{me}/account_data/m.direct", direct)
    return await town.comes("alice", bypass_csp=True, viewport=NARROW, has_touch=True)


async def _is_at(page: Any, letter: str) -> None:
    """Wait until a letter's people are at the top of the list, or as near to it as the end of the list lets them."""
    at_top = """letter => {
        const list = document.querySelector('.contacts-page')
        const from = list.querySelector(`[data-section="${letter}"]`).getBoundingClientRect().top
        const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 2
        const gap = from - list.getBoundingClientRect().top
        return Math.abs(gap) < 4 || (isAtEnd && gap > 0)
    }"""
    for _ in range(LOOKS_MAX):
        if await page.evaluate(at_top, letter):
            return
        await page.wait_for_timeout(LOOK_MS)
    raise AssertionError(f"the list is not at {letter}")


async def test_a_letter_is_reached_by_a_finger_and_by_keys(settled: Town) -> None:
    alice = await _with_contacts(settled)
    page = alice.page
    await alice.to("/contacts")
    bar = page.get_by_role("toolbar", name="Letters")
    await page.get_by_role("row", name="王芳").wait_for()
    await bar.wait_for()

    # Everybody stands under the letter that they are looked for by.
    for name, letter in PEOPLE.items():
        section = page.locator(f'[data-section="{letter}"]')
        await section.get_by_role("row", name=name, exact=True).wait_for()

    # On a small phone there is no room for all: the first and the last are there, and none lies over a bar of the page.
    drawn = await bar.get_by_role("button").all_inner_texts()
    assert (drawn[0], drawn[-1]) == (LETTERS[0], LETTERS[-1])
    assert 15 < len(drawn) < len(LETTERS)
    assert await misfits(page) == []
    assert await axe_faults(page) == []
    await alice.shot("letters")
    box = await bar.bounding_box()
    header = await page.locator("header").first.bounding_box()
    tabs = await page.locator("nav.tabs").bounding_box()
    assert header["y"] + header["height"] <= box["y"]
    assert box["y"] + box["height"] <= tabs["y"] + 1

    # A finger slides over every letter, also over those that are not drawn.
    middle = box["x"] + box["width"] / 2
    each = box["height"] / len(LETTERS)
    touch = await page.context.new_cdp_session(page)
    await _touch(touch, "touchStart", middle, box["y"] + 2)
    for place, letter in enumerate(LETTERS):
        await _touch(touch, "touchMove", middle, box["y"] + each * (place + 0.5))
        await _is_at(page, letter)
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    # By keys: one stop of Tab, and arrows.
    await bar.get_by_role("button", name=drawn[0], exact=True).focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await _is_at(page, drawn[1])

    # On a taller one all are there.
    await page.set_viewport_size({"width": 320, "height": 900})
    await bar.get_by_role("button").nth(len(LETTERS) - 1).wait_for()
    assert await bar.get_by_role("button").all_inner_texts() == LETTERS
    assert await misfits(page) == []
    assert alice.faults == []


async def _touch(session: Any, type: str, x: float, y: float) -> None:
    point = {"x": x, "y": y}
    await session.send("Input.dispatchTouchEvent", {"type": type, "touchPoints": [point]})

"""Formatted words: written with a few signs, read from any client, and never more than words."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.browser import axe_faults
from tests.server import Server
from tests.web.beginnings import Town
from tests.web.court import write
from tests.web.person import NARROW, Person
from tests.web.talking import act, fits_in_both_themes, message, speaks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HOSTILE = (
    "<mx-reply><blockquote>old words</blockquote></mx-reply><h1>Plan</h1>"
    '<script>window.taken = 1</script><img src="x" onerror="window.taken = 1" alt="a picture">'
    '<img src="mxc://evil.example/one"><a href="javascript:window.taken=1">press me</a> '
    '<a href="https://other.example/" onclick="window.taken=1">https://bank.example</a> '
    '<font color="#ffffff" style="position:fixed;inset:0">white</font>'
    '<svg><a href="https://x.example"><text>drawn</text></a></svg><iframe src="/"></iframe>'
    '<form action="/"><input name="q"></form><style>body{display:none}</style>'
    "<table><tr><th>Day</th><th>What we do there together</th></tr><tr><td>Mon</td><td>Tea</td></tr></table>"
    '<pre><code class="language-py">print("a very long line of a program that does not break anywhere at all")\n</code></pre>'
    '<ol start="3"><li>third</li></ol><details><summary>More</summary>inside</details>'
    '<p>He <span data-mx-spoiler="the end">dies</span>. '
    '<a href="https://tea.example/"><span data-mx-spoiler>And she marries</span></a> '
    '<a href="https://matrix.to/#/@alice:localhost">Not Alice</a></p>'
)

UNWANTED = "img, iframe, svg:not(.lucide), form, script, [style], [onclick]"


async def send_html(server: Server, sender: Person, html: Any, body: str) -> None:
    """Write as another client would: in the open, with HTML of any kind."""
    content = {
        "msgtype": "m.text",
        "body": body,
        "format": "org.matrix.custom.html",
        "formatted_body": html,
    }
    await write(server, sender, await sender.room_id(), content)


async def send_picture(server: Server, sender: Person, html: str, body: str) -> None:
    """Write about a picture as another client would: in the open, and of a kind that this server does not make small."""
    held = io.BytesIO()
    Image.effect_noise((300, 200), 40).save(held, "BMP")
    headers = {"Authorization": f"Bearer {await sender.token()}", "Content-Type": "image/bmp"}
    async with httpx.AsyncClient(base_url=server.base_url) as http:
        path = "/_matrix/media/v3/upload"
        answer = await http.post(path, content=held.getvalue(), headers=headers)
    content = {
        "msgtype": "m.image",
        "url": answer.json()["content_uri"],
        "filename": "noise.bmp",
        "body": body,
        "format": "org.matrix.custom.html",
        "formatted_body": html,
        "info": {"mimetype": "image/bmp", "w": 300, "h": 200, "size": len(held.getvalue())},
    }
    await write(server, sender, await sender.room_id(), content)


async def test_written_with_signs(chatting: Town) -> None:
    alice, bob = await chatting.both()
    await alice.say("**Tea** at *five*, ||bring cake||")
    said = message(bob, "at five")
    await said.locator("strong", has_text="Tea").wait_for()
    await said.locator("em", has_text="five").wait_for()
    assert await said.get_by_text("bring cake").count() == 0
    await said.get_by_role("button", name="Show hidden words").click()
    await said.get_by_text("bring cake").wait_for()

    # What has signs comes before what is written after it, and plain words stay plain.
    await alice.say("**first**")
    await alice.say("5*3*2 = 30 ¯\\_(ツ)_/¯")
    await bob.sees("5*3*2 = 30 ¯\\_(ツ)_/¯")
    texts = await bob.page.get_by_role("article").all_inner_texts()
    assert "first" in texts[-2]

    # Editing begins with the signs, and keeps what they mean.
    await act(alice, "at five", "Edit")
    box = alice.page.get_by_role("textbox", name="Message")
    assert await box.input_value() == "**Tea** at *five*, ||bring cake||"
    await alice.say("**Coffee** at *six*")
    await message(bob, "at six").locator("strong", has_text="Coffee").wait_for()
    await message(bob, "at six").get_by_text("edited").wait_for()

    # Hidden words stay hidden in the list of chats.
    await alice.say("the end: ||they marry||")
    await message(bob, "the end").get_by_role("button", name="Show hidden words").wait_for()
    await bob.press("Back")
    await bob.page.get_by_role("row", name="alice").get_by_text("the end: ▒▒▒▒").wait_for()
    await bob.page.get_by_role("row", name="alice").click()

    # Code, a list, a quote; the code is taken along by one press.
    await bob.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await alice.say("> you said\n- one\n- two\n```\nlet tea = 5;\n```")
    code = message(bob, "you said")
    await code.locator("blockquote", has_text="you said").wait_for()
    await code.get_by_role("listitem").nth(1).wait_for()
    await code.get_by_role("button", name="Copy the code").click()
    await code.get_by_role("button", name="Copied").wait_for()
    assert await bob.page.evaluate("navigator.clipboard.readText()") == "let tea = 5;"
    assert await axe_faults(bob.page) == []

    # A name leads to the person.
    box = alice.page.get_by_role("textbox", name="Message")
    await box.press_sequentially("**hello** @b")
    await alice.page.get_by_role("option", name="bob").wait_for()
    await box.press("Enter")
    await box.press("Enter")
    await message(bob, "hello").locator("strong", has_text="hello").wait_for()
    await message(bob, "hello").get_by_role("link", name="@bob").click()
    await bob.page.get_by_role("heading", level=1, name="bob").wait_for()
    assert alice.faults == bob.faults == []


async def test_from_any_client(chatting: Town) -> None:
    alice, bob = await chatting.both({"viewport": NARROW, "bypass_csp": True}, {})
    fetched: list[str] = []
    alice.page.on("request", lambda request: fetched.append(request.url))
    await send_html(chatting.server, bob, HOSTILE, "plain words of it")
    deep = "<blockquote>" * 300 + "deep down" + "</blockquote>" * 300
    await send_html(chatting.server, bob, deep, "not so deep")
    await send_html(chatting.server, bob, ["<b>", 7], "only plain")
    await send_html(chatting.server, bob, "<script>x</script>", "nothing but this")
    about = "<b>All</b> of them: <span data-mx-spoiler>it was the cook</span>"
    await send_picture(chatting.server, bob, about, "All of them: ||it was the cook||")
    for person in (alice, bob):
        await person.sees("deep down")
        await person.sees("only plain")
        await person.sees("nothing but this")
    for language in ("en", "zh-CN"):
        await speaks(alice, language)
        await alice.sees("deep down")
        said = message(alice, "Plan")
        for words in ("a picture", "press me", "white", "third"):
            await said.get_by_text(words).first.wait_for()
        # A link says where it leads, a person is called by the name they have here, and nothing came with it.
        await said.get_by_role("link", name="https://bank.example (other.example)").wait_for()
        await said.get_by_role("link", name="@alice").wait_for()
        assert await said.locator(UNWANTED).count() == 0
        assert await said.get_by_text("old words").count() == 0
        for covered in ("dies", "And she marries"):
            assert await said.get_by_text(covered).count() == 0
        await said.locator("ol[start='3']").wait_for()
        assert await alice.page.evaluate("window.taken") is None
        await fits_in_both_themes(alice, f"formatted-{language}")
    await _looks_behind_covers(bob)
    base_url = chatting.server.base_url
    assert all(url.startswith((base_url, "blob:", "data:")) for url in fetched)
    # The browser says so of each handler while the message is still being cleaned: none of them runs, in either way.
    assert alice.faults == []
    assert all(fault.startswith("Executing inline event handler") for fault in bob.faults)


async def _looks_behind_covers(person: Person) -> None:
    """A link is one only when it can be read; a picture opens although it has no small copy, and keeps its secret."""
    said = message(person, "Plan")
    assert await said.get_by_role("link", name="tea.example").count() == 0
    await said.get_by_role("button", name="Show hidden words", exact=True).click()
    await said.get_by_role("link", name="And she marries (tea.example)").wait_for()

    shown = message(person, "of them")
    await shown.locator("b", has_text="All").wait_for()
    await shown.get_by_role("button", name="Look at: All of them: ▒▒▒▒").click()
    viewer = person.page.get_by_role("dialog", name="Picture 1 of 1")
    await viewer.locator("img").evaluate("one => one.decode()")
    await viewer.get_by_text("All of them: ▒▒▒▒").wait_for()
    await person.shot("formatted-viewer")
    assert await person.page.get_by_text("it was the cook").count() == 0
    await person.page.keyboard.press("Escape")
    await shown.get_by_role("button", name="Show hidden words").click()
    await shown.get_by_text("it was the cook").wait_for()

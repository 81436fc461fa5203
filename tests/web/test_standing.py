"""A decision as its subject meets it: refused, explained, proved, appealed, restored."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from courtyard.conduct.rules_leaf import SEALED_BELOW
from tests.conduct.town import DAY, HOUR, WARNING, feature
from tests.web.beginnings import Town
from tests.web.court import (
    FACTS,
    WHY,
    Staff,
    as_person,
    group_of,
    newcomer,
    report_account,
    report_message,
    write,
)
from tests.web.looks import fits
from tests.web.person import PASSWORD, Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_from_a_decision_to_its_end_by_an_appeal(settled: Town) -> None:
    judge, other = [await Staff.hire(settled.server, name) for name in ("judge", "other")]
    alice, bob = await settled.both({}, {"bypass_csp": True})
    await group_of(settled.server, bob, alice)

    # Nothing restricts him yet.
    await bob.press("Me", role="link")
    await bob.press("Account standing", role="link")
    await bob.sees("Nothing restricts your account")
    await fits(bob, "standing-good")

    # It is decided while he looks at that page, and the page says so at once.
    await report_account(settled.server, alice, "bob")
    await judge.decide_about_next("chat.group.send", facts=FACTS, explanation=WHY)
    await bob.sees("For now you cannot:")
    await bob.sees("You cannot write in groups until")
    await fits(bob, "standing-restricted")

    # Where he would write stands what is refused; it names the one thing, and leads to the reasons.
    await bob.page.goto(f"{settled.server.base_url}/chats")
    await bob.page.get_by_role("row", name="Neighbours").click()
    await bob.press("Why?")
    sheet = bob.page.get_by_role("alertdialog", name="You cannot write in groups right now")
    await sheet.wait_for()
    await sheet.get_by_text(FACTS).wait_for()
    await sheet.get_by_text("Rule R3.1: Harassment").wait_for()
    await sheet.get_by_text("Only this is refused.").wait_for()
    await fits(bob, "refusal")
    await bob.press("Read why, and appeal")

    # The decision, its reasons, and its proof as this browser checked it.
    await bob.sees(FACTS)
    await bob.sees(WHY)
    await bob.sees("Proved, in this browser")
    await bob.sees("The entry speaks of you and of exactly these words.")
    # The entry is sealed on a server as small as this one, and he opens it.
    await bob.sees("It opened with the key that you alone were given")
    await bob.sees("Rule and measures are those of the entry")
    await bob.page.locator("summary", has_text="What the log says of it").click()
    says = bob.page.get_by_text("You cannot write in groups, for 24 hours at most.")
    await says.scroll_into_view_if_needed()
    await fits(bob, "decision")

    await bob.fill("Say what is wrong with it", "It was my brother, on my phone.")
    await bob.press("Send the appeal")
    await bob.sees("It waits for an answer.")
    await bob.sees("the decision is paused from then on")
    await fits(bob, "appeal-waits")

    # Who decided does not hear it; somebody else does, and all of it changes without a reload.
    assert (await judge.ask("appeals/next"))["appeal"] is None
    assert "my brother" in await other.answer_next_appeal("overturned", "Your brother said so.")
    await bob.sees("Answered: you were right. The decision is cancelled.")
    await bob.sees("Your brother said so.")
    await fits(bob, "appeal-answered")
    await bob.press("Check again")
    await bob.sees("The log continues what this browser saw before")

    # The notices room tells all of it too.
    await bob.press("Back")
    await bob.press("Messages about your standing", role="link")
    await bob.page.get_by_role(
        "heading", name="A decision about your account", exact=True
    ).wait_for()
    await bob.page.get_by_role("heading", name="News about a decision", exact=True).wait_for()
    await fits(bob, "notices")
    await bob.press("Back")
    row = bob.page.get_by_role("row", name="Account standing")
    await row.get_by_role("img", name="From the server").wait_for()

    await bob.page.get_by_role("row", name="Neighbours").click()
    await bob.say("I am back")
    await alice.page.get_by_role("row", name="Neighbours").click()
    await alice.sees("I am back")
    assert alice.faults == bob.faults == []


async def test_each_part_of_a_decision_has_its_own_end_and_place(settled: Town) -> None:
    judge, other = [await Staff.hire(settled.server, name) for name in ("judge", "other")]
    alice, bob = settled.absent("alice"), await settled.comes("bob", bypass_csp=True)
    group = await group_of(settled.server, bob, alice)
    words = ("Nobody wants you here", "Go away at once")
    said = [
        await write(settled.server, bob, group, {"msgtype": "m.text", "body": one}) for one in words
    ]
    hidden = {"type": "content", "step": "hide", "length_ms": 7 * DAY}
    likes = feature("feed.like", "feed.post", length_ms=DAY)
    reasons = {"facts": FACTS, "explanation": WHY}
    await report_message(settled.server, alice, said[0])
    decision = await judge.decide(hidden, likes, WARNING, **reasons)
    await report_message(settled.server, alice, said[1])
    await judge.decide(hidden, **reasons)

    # Three ends, and none of them is called the end of another part.
    await bob.to("/me/standing")
    lines = bob.page.locator(".measures li")
    await bob.sees("You cannot like moments, post moments until")
    await lines.filter(has_text="You are warned. It is remembered until").wait_for()
    await bob.sees("The last of it ends on")
    assert await bob.page.get_by_text("89 days left").count() == 0
    await fits(bob, "standing-parts")

    # Two messages are hidden, and each line leads to its own.
    looks = bob.page.get_by_role("link", name="Look at it")
    assert await looks.count() == 2
    for one, text in zip(("last", "first"), words, strict=True):
        await getattr(looks, one).click()
        await bob.page.get_by_role("article").filter(has_text=text).first.wait_for()
        await bob.to("/me/standing")
        await looks.first.wait_for()

    # What an appeal gave back is named no longer: the rest is, with its own end.
    path = f"/_courtyard/conduct/v1/decisions/{decision}/appeals"
    await as_person(settled.server, bob, "POST", path, {"text": "I only liked a picture."})
    given_back = {"ends_at": 1, "capabilities": ["feed.like"]}
    await other.answer_next_appeal("reduced", "Likes hurt nobody.", **given_back)
    await bob.to(f"/me/standing/{decision}")
    await bob.sees("You cannot post moments until")
    await bob.sees("each part at its own time")
    # The log still says what was decided at first.
    taken = bob.page.get_by_role("region", name="What it takes")
    assert await taken.get_by_text("like moments").count() == 0
    await bob.sees("Proved, in this browser")
    await fits(bob, "decision-reduced")

    # A refusal by another decision is not called the only one, and leads to all of them.
    await report_account(settled.server, alice, "bob")
    await judge.decide_about_next("chat.group.send", **reasons)
    await bob.to(f"/chats/{group}")
    await bob.press("Why?")
    sheet = bob.page.get_by_role("alertdialog", name="You cannot write in groups right now")
    await sheet.get_by_text("Other restrictions are in force, too.").wait_for()
    assert await sheet.get_by_text("Only this is refused.").count() == 0
    await fits(bob, "refusal-others")
    await sheet.get_by_role("link", name="See all of them").click()
    await bob.sees("For now you cannot:")

    # Nor does the page of one decision hide that the other goes on.
    await bob.to(f"/me/standing/{decision}")
    await bob.sees("In force besides this")
    await fits(bob, "decision-beside")
    await bob.page.get_by_role("link", name="You cannot write in groups until").click()
    await bob.page.get_by_role("link", name="You cannot post moments until").wait_for()
    assert bob.faults == []


async def test_an_appeal_that_nobody_answered_in_time_says_so(settled: Town) -> None:
    server = settled.server
    judge = await Staff.hire(server, "judge")
    alice, bob = settled.absent("alice"), await settled.comes("bob", bypass_csp=True)
    await report_account(server, alice, "bob")
    likes = feature("feed.like", length_ms=DAY)
    decision = await judge.decide(likes, WARNING, facts=FACTS, explanation=WHY)
    path = f"/_courtyard/conduct/v1/decisions/{decision}/appeals"
    await as_person(server, bob, "POST", path, {"text": "I only liked a picture."})
    await bob.to(f"/me/standing/{decision}")
    await bob.sees("You will get an answer by")
    await bob.sees("the decision is paused from then on")

    # Half a day later, by the server's clock alone: nothing promises any more what is over.
    await server.stop()
    server.ahead_ms = 13 * HOUR
    await server.start()
    await bob.page.reload()
    await bob.sees("You should have had an answer by")
    await bob.sees("Until there is one, the decision is paused and restricts nothing.")
    await bob.sees("That is paused now. It can go on until")
    await bob.sees("Nobody heard you in time, so that has been over since")
    assert await bob.page.get_by_text("You will get an answer by").count() == 0
    await fits(bob, "appeal-late")
    assert bob.faults == []


async def test_it_is_readable_in_chinese_and_in_the_dark(settled: Town) -> None:
    server, alice = settled.server, settled.absent("alice")
    judge = await Staff.hire(server, "judge")
    settings = {"locale": "zh-CN", "color_scheme": "dark", "bypass_csp": True}
    lin = await Person.arrive(settled.browser, server.base_url, "lin", **settings)
    await lin.press("注册账号")
    await lin.fill("用户名", "lin")
    await lin.fill("密码", PASSWORD)
    await lin.press("注册")
    await lin.press("以后再说")
    await lin.page.get_by_role("heading", name="聊天", exact=True).wait_for()
    group = await group_of(server, lin, alice)
    hello = {"msgtype": "m.text", "body": "早上好"}
    await as_person(
        server, alice, "PUT", f"/_matrix/client/v3/rooms/{group}/send/m.room.message/1", hello
    )
    await report_account(server, alice, "lin")
    taken = ("chat.group.send", "feed.like", "chat.dm.initiate")
    measures = feature(*taken, length_ms=DAY), WARNING
    decision = await judge.decide(*measures, facts="你一直发消息。", explanation=WHY)

    await lin.page.goto(f"{server.base_url}/me/standing")
    await lin.sees("目前你不能")
    await lin.sees("记录保留到")
    await lin.page.get_by_role("heading", name="骚扰").wait_for()
    await fits(lin, "zh-standing")
    await lin.page.goto(f"{server.base_url}/me/standing/{decision}")
    await lin.sees("已在这个浏览器里核对无误")
    await fits(lin, "zh-decision")
    await lin.page.goto(f"{server.base_url}/chats")
    # Before it is opened, too, in the words in which it is told inside.
    row = lin.page.get_by_role("row", name="账号状态")
    await row.get_by_text("关于你账号的一项决定").wait_for()
    await fits(lin, "zh-chats")
    await row.click()
    await lin.page.get_by_role("heading", name="关于你账号的一项决定").wait_for()
    await fits(lin, "zh-notices")
    await lin.press("返回")
    await lin.page.get_by_role("row", name="Neighbours").click()
    await lin.page.get_by_role("button", name="为什么").click()
    await lin.page.get_by_role("alertdialog", name="你现在不能在群里发言").wait_for()
    await lin.sees("骚扰")
    await fits(lin, "zh-refusal")
    await lin.page.keyboard.press("Escape")

    # What is not encrypted, the server reads itself; also then it is seen beforehand. The keyboard alone suffices.
    await lin.page.get_by_role("article").filter(has_text="早上好").press("Enter")
    await lin.page.get_by_role("button", name="举报", exact=True).press("Enter")
    await lin.page.get_by_role("radio", name="刷屏").focus()
    await lin.page.keyboard.press("Space")
    await fits(lin, "zh-report-what")
    await lin.page.get_by_role("button", name="下一步").press("Enter")
    await lin.sees("这个聊天没有加密。")
    await fits(lin, "zh-report-review")
    await lin.page.get_by_role("button", name="提交举报").press("Enter")
    await lin.sees("举报已收到")
    assert lin.faults == []


async def test_a_log_that_was_changed_is_a_clear_warning(settled: Town) -> None:
    judge = await Staff.hire(settled.server, "judge")
    alice, bob = settled.absent("alice"), await settled.comes("bob", bypass_csp=True)
    await report_account(settled.server, alice, "bob")
    decision = await judge.decide_about_next("feed.like", facts=FACTS, explanation=WHY)
    page = f"{settled.server.base_url}/me/standing/{decision}"

    # One letter of the reasons is another than the log speaks of.
    async def changed(route: Any) -> None:
        answer = await route.fetch()
        body = (await answer.text()).replace("unwanted", "unwonted")
        await route.fulfill(response=answer, body=body)

    await bob.page.route("**/statement", changed)
    await bob.page.goto(page)
    await bob.sees("This proof is wrong")
    await bob.sees("The entry does not speak of these words.")
    await fits(bob, "proof-wrong")
    await bob.page.unroute("**/statement")
    await bob.page.reload()
    await bob.sees("Proved, in this browser")

    # The log that this browser saw before had another root.
    await bob.page.evaluate(
        "const seen = JSON.parse(localStorage['courtyard.log']);"
        "localStorage['courtyard.log'] = JSON.stringify({...seen, root: 'A'.repeat(43) + '='})"
    )
    await bob.press("Check again")
    await bob.sees("The log is not the one that this browser saw before")
    await bob.press("Check again")
    await bob.sees("This proof is wrong")

    # Without a network the page says so, and goes on when there is one again.
    await bob.page.route("**/_courtyard/**", lambda route: route.abort())
    await bob.press("Back")
    await bob.sees("There is no connection to the server.")
    await bob.page.unroute("**/_courtyard/**")
    await bob.press("Try again")
    await bob.sees("For now you cannot:")
    assert bob.faults == []


async def test_a_rule_whose_words_were_changed_is_a_clear_warning(settled: Town) -> None:
    # The log of a small server does not say which rules a decision cites.
    await asyncio.gather(*(newcomer(settled.server, f"guest{n}") for n in range(SEALED_BELOW)))
    judge = await Staff.hire(settled.server, "judge")
    alice, bob = settled.absent("alice"), await settled.comes("bob", bypass_csp=True)
    await report_account(settled.server, alice, "bob")
    decision = await judge.decide_about_next("feed.like", facts=FACTS, explanation=WHY)
    await bob.page.goto(f"{settled.server.base_url}/me/standing/{decision}")
    await bob.sees("Proved, in this browser")
    await bob.sees("Rule and measures are those of the entry")
    await bob.sees("The words of the rule are those that it had when this was decided.")
    await fits(bob, "decision-open")

    async def changed(route: Any) -> None:
        answer = await route.fetch()
        body = (await answer.text()).replace("insult", "contradict", 1)
        assert body != await answer.text()
        await route.fulfill(response=answer, body=body)

    await bob.page.route("**/rules/1", changed)
    await bob.page.reload()
    await bob.sees("This proof is wrong")
    await bob.sees("The words of the rule are not those that it had when this was decided.")
    await fits(bob, "rule-changed")
    await bob.page.unroute("**/rules/1")

    # No rules at all make no proof wrong; but then the page does not speak for their words.
    await bob.page.route("**/rules/1", lambda route: route.fulfill(status=503, json={}))
    await bob.page.reload()
    await bob.sees("Proved, in this browser")
    await bob.sees("The server did not show the words of the rule")
    await fits(bob, "rule-unknown")
    assert bob.faults == []

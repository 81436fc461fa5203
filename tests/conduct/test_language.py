"""In which language an account is told: its own where there are words for it, and English otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from courtyard.app.wiring import Server
from tests.api import Api, User, q
from tests.conduct.town import OURS, STAFF, Court, build_court, notices


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


async def speaks(user: User, content: dict[str, Any]) -> None:
    """Have an account say its language, as any Matrix client can."""
    path = f"user/{q(user.id)}/account_data/org.courtyard.language"
    (await user.put(path, content)).ok()


async def test_everything_is_told_in_the_accounts_language(
    court: Court, alice: User, bob: User
) -> None:
    await speaks(alice, {"language": "zh-Hans-CN"})
    id = await court.decide(bob, alice)
    (await alice.post(f"{OURS}/decisions/{id}/appeals", {"text": "那是玩笑。"})).ok()
    appeal = (await court.staff[2].post(f"{STAFF}/appeals/next")).ok()["appeal"]["id"]
    ruling = {"outcome": "upheld", "reasons": "It was none."}
    (await court.staff[2].post(f"{STAFF}/appeals/{q(appeal)}/decide", ruling)).ok()
    (await court.staff[1].post(f"{STAFF}/decisions/{id}/lift", {})).ok()
    statement, answer, lift = await notices(alice)
    assert "在群里发言" in statement["body"]
    # The rule has a title in Chinese; what the staff wrote stays as it was, and that is said.
    assert "规则 R3.1" in statement["body"]
    assert "骚扰" in statement["body"]
    assert "Harassment" not in statement["body"]
    assert "You wrote to somebody" in statement["body"]
    assert "“English”" in statement["body"]
    assert statement["org.courtyard.lang"] == "en"
    assert (await alice.get(f"{OURS}/decisions/{id}/statement")).ok()["lang"] == "en"
    assert "维持原决定" in answer["body"]
    assert "It was none." in answer["body"]
    assert "已撤销" in lift["body"]


async def test_reasons_in_the_accounts_own_language_need_no_word_about_it(
    court: Court, alice: User, bob: User
) -> None:
    await speaks(alice, {"language": "zh"})
    case_id = await court.case_about(bob, alice)
    made = (await court.propose(case_id, facts="您写了。", explanation="不可。", lang="zh")).ok()
    assert made["state"] == "issued"
    (statement,) = await notices(alice)
    assert "这种语言" not in statement["body"]
    assert statement["org.courtyard.lang"] == "zh"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"language": None},
        {"language": 5},
        {"language": ["zh"]},
        {"language": ""},
        {"language": "tlh"},
        {"language": "{subject}"},
        {"language": "x" * 10_000},
        {"lang": "zh"},
    ],
)
async def test_what_is_no_language_of_ours_is_english(
    court: Court, alice: User, bob: User, content: dict[str, Any]
) -> None:
    await speaks(alice, content)
    await court.decide(bob, alice)
    (statement,) = await notices(alice)
    assert "write in groups" in statement["body"]


async def test_a_suspended_account_can_change_it(court: Court, alice: User, bob: User) -> None:
    await court.decide(bob, alice, {"type": "suspension", "length_ms": 7 * 86_400_000})
    await speaks(alice, {"language": "zh"})

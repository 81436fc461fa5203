"""The staff's work in the terminal, against a real server: from a report to an answered appeal."""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from courtyard.base.errors import InvalidParamError
from courtyard.cli import court_show, court_words
from courtyard.cli.conduct import conduct
from tests.api import PASSWORD, Api, User
from tests.conduct.town import OURS
from tests.server import Server, running_server

NOW = 1_700_000_000_000


class Desk:
    """A server, and a terminal at which anybody can sit down."""

    def __init__(self, server: Server, api: Api) -> None:
        self.server = server
        self.api = api

    async def run(self, who: User | None, *arguments: str, given: str = "") -> Result:
        """Run a command as somebody, in a thread: it blocks as in a terminal."""
        env = {
            "COURTYARD_URL": self.server.base_url,
            "COURTYARD_TOKEN": who.token if who else None,
            "COLUMNS": "200",
        }
        return await asyncio.to_thread(
            CliRunner().invoke, conduct, list(arguments), input=given, env=env
        )

    async def ok(self, who: User, *arguments: str) -> str:
        """Run a command that must work; return what it prints."""
        answer = await self.run(who, *arguments)
        assert answer.exit_code == 0, (arguments, answer.output, answer.exception)
        return answer.stdout

    async def json(self, who: User, *arguments: str) -> Any:
        """Run a command that must work; return the server's answer."""
        return json.loads(await self.ok(who, *arguments, "--json"))

    async def hire(self, *names: str) -> list[User]:
        """Take people on the staff."""
        here = ["--data", str(self.server.data), "--server-name", self.server.server_name]
        made = [await self.api.register(name) for name in names]
        for user in made:
            await self.ok(user, "staff", "add", user.id, *here)
        return made


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with (
        running_server(tmp_path) as server,
        httpx.AsyncClient(base_url=server.base_url, timeout=30) as client,
    ):
        yield Desk(server, Api(client))


PROPOSAL = (
    *("--rule", "R3.1", "--happened", "0m"),
    *("--facts", "You wrote to somebody who had asked you to stop."),
    *("--explanation", "That is unwanted contact."),
)


async def _case(desk: Desk, reporter: User, judge: User, subject: User, version: str) -> str:
    said = ("--category", "cyber_violence", "--says", "It hurts.", "--version", version)
    made = await desk.json(reporter, "report", "account", subject.id, *said)
    assert made["report_id"].startswith("r_")
    case = (await desk.json(judge, "queue"))["case"]
    assert case["subject"] == subject.id
    return str(case["id"])


async def test_a_case_from_the_report_to_the_answered_appeal(desk: Desk) -> None:
    first, second, third = await desk.hire("one", "two", "three")
    alice, bob = [await desk.api.register(name) for name in ("alice", "bob")]
    assert (await desk.run(first, "queue")).exit_code == 3

    case_id = await _case(desk, bob, first, alice, "v1")
    shown = await desk.ok(first, "case", case_id)
    for words in (case_id, alice.id, "It hurts.", "cyber_violence", "P1"):
        assert words in shown
    assert shown == await desk.ok(first, "queue")
    # Nobody else opens it.
    refused = await desk.run(second, "case", case_id)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "courtyard: There is no such case.\n"

    longer = ("--measure", "suspension:7d")
    made = await desk.json(first, "propose", case_id, *longer, *PROPOSAL)
    assert made["state"] == "waiting"
    refused = await desk.run(first, "approve", made["decision"])
    assert refused.exit_code == 1
    assert "courtyard: " in refused.stderr
    assert (await desk.run(first, "waiting")).exit_code == 3
    found = await desk.ok(second, "waiting")
    assert "approve" in found
    assert "suspension" in found
    assert "for 7 days" in found
    assert "unwanted contact" in await desk.ok(second, "proposal", made["decision"])
    assert "in force" in await desk.ok(second, "approve", made["decision"])

    path = f"{OURS}/decisions/{made['decision']}/appeals"
    (await alice.post(path, {"text": "It was a joke."})).ok()
    for involved in (first, second):
        assert (await desk.run(involved, "appeals")).exit_code == 3
    appeal = (await desk.json(third, "appeals"))["appeal"]
    assert "It was a joke." in await desk.ok(third, "appeals")
    answer = ("--reasons", "Half as long will do.", "--ends", "3d")
    assert "told" in await desk.ok(third, "decide", appeal["id"], "reduced", *answer)
    standing = (await alice.get(f"{OURS}/standing")).ok()
    assert standing["decisions"][0]["appeals"][0]["outcome"] == "reduced"
    assert "lifted" in await desk.ok(third, "lift", made["decision"], "--annul")
    assert (await alice.get(f"{OURS}/standing")).ok()["restricted"] == []


async def test_the_other_ways_that_a_case_goes(desk: Desk, tmp_path: Path) -> None:
    first, second = await desk.hire("one", "two")
    alice, bob = [await desk.api.register(name) for name in ("alice", "bob")]

    # One person's decision, with texts from a file and from standard input.
    case_id = await _case(desk, bob, first, alice, "v1")
    file = tmp_path / "facts.txt"
    file.write_text("您写了。\n")
    texts = ("--facts", f"@{file}", "--explanation", "-", "--lang", "zh", "--note", "Between us.")
    once = ("--measure", "feature:24h:feed.like")
    refused = await desk.run(first, "propose", case_id, *once, *PROPOSAL, "--lang", "zh_CN")
    assert refused.exit_code == 1
    assert refused.stderr == (
        "courtyard: “zh_CN” is no language tag. Write one such as en, zh-CN or pt-BR.\n"
    )
    measures = ("--measure", "feature:24h:feed.like, feed.reply", "--measure", "warning")
    at = ("--rule", "R3.1", "--happened", "0m")
    made = await desk.run(first, "propose", case_id, *measures, *at, *texts, given="不可。")
    assert made.exit_code == 0, made.output
    told = (await alice.get(f"{OURS}/standing")).ok()["decisions"][0]
    assert [one["type"] for one in told["measures"]] == ["feature", "warning"]
    statement = (await alice.get(told["statement"])).ok()
    assert (statement["facts"], statement["explanation"]) == ("您写了。", "不可。")

    # Rejected, and the case is open again.
    case_id = await _case(desk, bob, first, alice, "v2")
    made_ = await desk.json(first, "propose", case_id, "--measure", "suspension:7d", *PROPOSAL)
    assert (await desk.json(second, "reject", made_["decision"]))["state"] == "rejected"
    # Handed on, and dismissed.
    (await desk.ok(first, "queue"))
    await desk.ok(first, "recuse", case_id)
    assert (await desk.run(first, "queue")).exit_code == 3
    assert (await desk.json(second, "queue"))["case"]["id"] == case_id
    assert "closed" in await desk.ok(second, "dismiss", case_id)

    # A conflict keeps cases away.
    assert "judge" in await desk.ok(second, "conflict", alice.id, "--for", "30d")
    await _case(desk, bob, first, alice, "v3")
    await desk.ok(first, "recuse", (await desk.json(first, "queue"))["case"]["id"])
    assert (await desk.run(second, "queue")).exit_code == 3

    # What the laws forbid is told with the law, also as JSON.
    for verb in (("confirm", "d_1"), ("vote", "d_1", "--yes"), ("lift", "d_1")):
        refused = await desk.run(first, *verb, "--json")
        assert refused.exit_code == 1
        assert json.loads(refused.stdout)["errcode"] == "M_NOT_FOUND"
    stranger = await desk.run(alice, "queue")
    assert (stranger.exit_code, "(staff)" in stranger.stderr) == (1, True)


async def test_logging_in_and_out(desk: Desk) -> None:
    (judge,) = await desk.hire("judge")
    login = ("login", "judge", "--password-stdin")
    made = await desk.run(None, *login, given=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    again = User(desk.api, judge.id, "", made.stdout.strip())
    assert (await desk.run(again, "queue")).exit_code == 3
    await desk.ok(again, "logout")
    assert (await desk.run(again, "queue")).exit_code == 1
    wrong = await desk.run(None, *login, given="wrong\n")
    assert (wrong.exit_code, wrong.stdout) == (1, "")


async def test_what_is_typed_wrong_reaches_no_server(desk: Desk, tmp_path: Path) -> None:
    (judge,) = await desk.hire("judge")
    nowhere = tmp_path / "nowhere"
    for arguments in (
        ("propose", "c_1", "--measure", "feature", *PROPOSAL),
        ("propose", "c_1", "--measure", "content:1d:delete", *PROPOSAL),
        ("propose", "c_1", "--measure", "warning", *PROPOSAL, "--happened", "yesterday"),
        ("propose", "c_1", "--measure", "warning", *PROPOSAL, "--facts", f"@{nowhere}"),
        ("conflict", "@a:b.example", "--for", "long"),
        ("decide", "a_1", "harsher", "--reasons", "x"),
        ("evidence", "c_1", "--add", str(nowhere)),
        ("evidence", "e_1", "--purpose", "to see"),
    ):
        answer = await desk.run(judge, *arguments)
        assert answer.exit_code == 2, (arguments, answer.output)
        assert answer.stdout == ""
    assert (await desk.run(judge, "evidence", "c_1")).exit_code == 1
    assert (await desk.run(None, "queue")).exit_code == 2
    for url in ("ftp://chat.example", "chat.example", "http://chat.example", "http://127.0.0.1:9"):
        assert (await desk.run(judge, "queue", "--url", url)).exit_code == 2


# --- servers that are none ------------------------------------------------------------------------------


class Odd(http.server.BaseHTTPRequestHandler):
    """Answers something odd, and remembers who asked it."""

    status = 200
    body = b"<html>"
    asked: list[str | None] = []  # noqa: RUF012  # one for each test, by the fixture
    bodies: list[bytes] = []  # noqa: RUF012

    def do_POST(self) -> None:  # the library's name
        self.asked.append(self.headers["Authorization"])
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"] or 0)))
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/other")  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST  # noqa: N815  # the library's name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def odd() -> Iterator[tuple[type[Odd], str]]:
    handler = type("Handler", (Odd,), {"asked": [], "bodies": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "status,body,exit_code",
    [
        (502, b"<html>", 2),
        (500, b"[]", 2),
        (302, b"", 2),
        (403, b'{"errcode": "X", "error": "\\u001b[31mred\\u202e"}', 1),
    ],
)
def test_an_odd_answer_is_one_line(
    odd: tuple[type[Odd], str], status: int, body: bytes, exit_code: int
) -> None:
    handler, url = odd
    handler.status, handler.body = status, body
    env = {"COURTYARD_TOKEN": "secret"}
    answer = CliRunner().invoke(conduct, ["queue", "--url", url], env=env)
    assert answer.exit_code == exit_code, answer.exception
    assert answer.stderr.startswith("courtyard: ")
    assert answer.stderr.count("\n") == 1
    assert "\x1b" not in answer.output
    assert "\u202e" not in answer.output
    # The token went to where it was sent, and nowhere else.
    assert handler.asked == ["Bearer secret"]


# --- evidence -------------------------------------------------------------------------------------------


def test_what_is_looked_at_goes_into_a_file_and_not_to_the_terminal(
    odd: tuple[type[Odd], str], tmp_path: Path
) -> None:
    handler, url = odd
    kept = {"evidence_id": "e_1", "content_type": "text/plain", "data": "G1szMW1yZWQ="}
    handler.body = json.dumps(kept).encode()
    out = tmp_path / "out.txt"
    look = ["evidence", "e_1", "--purpose", "to judge it", "--out", str(out), "--url", url]
    answer = CliRunner().invoke(conduct, look, env={"COURTYARD_TOKEN": "secret"})
    assert answer.exit_code == 0, answer.output
    assert out.read_bytes() == b"\x1b[31mred"
    assert "red" not in answer.output
    assert str(out) in answer.output.replace("\n", "").replace(" ", "")
    assert json.loads(handler.bodies[-1]) == {"purpose": "to judge it"}

    nowhere = ["evidence", "e_1", "--purpose", "x", "--out", str(tmp_path), "--url", url]
    assert CliRunner().invoke(conduct, nowhere, env={"COURTYARD_TOKEN": "x"}).exit_code == 2


def test_a_file_is_added_whole(odd: tuple[type[Odd], str], tmp_path: Path) -> None:
    handler, url = odd
    handler.body = b'{"evidence_id": "e_1", "captured_at": 1700000000000}'
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\x00\xff")
    add = ["evidence", "c_1", "--add", str(file), "--content-type", "image/png", "--url", url]
    answer = CliRunner().invoke(conduct, add, env={"COURTYARD_TOKEN": "secret"})
    assert answer.exit_code == 0, answer.output
    assert "2023-11-14 22:13 UTC" in answer.output
    assert json.loads(handler.bodies[-1]) == {"content_type": "image/png", "data": "iVBORwD/"}


def test_what_is_kept_of_a_case_is_listed(odd: tuple[type[Odd], str]) -> None:
    handler, url = odd
    for kept, exit_code in (([], 3), ([{"id": "e_1", "kind": "event"}], 0)):
        handler.body = json.dumps({"id": "c_1", "evidence": kept}).encode()
        listed = ["evidence", "c_1", "--url", url]
        answer = CliRunner().invoke(conduct, listed, env={"COURTYARD_TOKEN": "secret"})
        assert answer.exit_code == exit_code, answer.output


# --- words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text,made",
    [
        ("warning", {"type": "warning", "length_ms": 90 * 86_400_000, "capabilities": []}),
        ("suspension:7d", {"type": "suspension", "length_ms": 604_800_000, "capabilities": []}),
        ("block", {"type": "block", "length_ms": 365 * 86_400_000, "capabilities": []}),
        (
            "feature:30m:feed.like,feed.reply",
            {
                "type": "feature",
                "length_ms": 1_800_000,
                "capabilities": ["feed.like", "feed.reply"],
            },
        ),
        ("content:30d:hide", {"type": "content", "length_ms": 2_592_000_000, "step": "hide"}),
        (
            "content:1h:label:$event:a.example",
            {
                "type": "content",
                "length_ms": 3_600_000,
                "step": "label",
                "item_id": "$event:a.example",
            },
        ),
    ],
)
def test_a_measure_is_written_in_one_word(text: str, made: dict[str, Any]) -> None:
    assert court_words.measure(text) == made


@pytest.mark.parametrize("text", ["", "feature", "suspension", "feature:x:feed.like", "content:1d"])
def test_what_is_no_measure_is_refused(text: str) -> None:
    with pytest.raises(InvalidParamError):
        court_words.measure(text)


def test_times_are_written_as_dates_or_lengths() -> None:
    def at(text: str, *, is_past: bool = True) -> int:
        return court_words.moment_ms(text, NOW, is_past=is_past)

    assert at("3h") == NOW - 10_800_000
    assert at("3h", is_past=False) == NOW + 10_800_000
    assert at("2023-11-14T22:13:20") == NOW == at("2023-11-14T23:13:20+01:00")
    assert at("2023-11-14") == NOW - NOW % 86_400_000
    for wrong in ("", "now", "3", "3w", "-3h", "2023-13-01"):
        with pytest.raises(InvalidParamError):
            at(wrong)


def test_a_text_that_is_no_text_or_too_long_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for content in (b"\xff\xfe", b"x" * (court_words.TEXT_BYTES_MAX + 1)):
        file.write_bytes(content)
        with pytest.raises(InvalidParamError):
            court_words.words(f"@{file}")
    assert court_words.words("me@chat.example") == "me@chat.example"


def test_hostile_words_move_no_cursor() -> None:
    hostile = "a\x1b[2J\x07\r\x9b31m\u202eb\u2066c\u2028d\ud800e\u00adf\ufeff\U000e0041"
    shown = court_show.safe(hostile)
    assert shown.isprintable()
    assert shown.startswith("a\\u001b[2J")
    kept = "一行\n二行\t👩\u200d🦰 \u0645\u06cc\u200c\u062e"
    assert court_show.safe(kept) == kept

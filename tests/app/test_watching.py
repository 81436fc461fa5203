"""What an operator sees of a running server: health, metrics, log lines, request ids."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from courtyard.app import edge
from courtyard.app.metrics import LINES_LOST
from courtyard.app.serve import ListenError, configure_logs, parse_listen
from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from tests.api import Api, User, text

Said = Callable[[], str]


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Said]:
    """Returns what went to standard error since it was last asked."""
    yield lambda: capsys.readouterr().err
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


async def test_health(api: Api) -> None:
    answer = (await api.request("GET", "/health")).ok()
    assert answer["status"] == "ok"


async def test_metrics_name_nobody(api: Api, alice: User) -> None:
    room_id = await alice.create_room(name="The secret garden")
    event_id = await alice.say(room_id, "hush")
    await api.http.request("BREW", "/_matrix/client/versions")

    page = (await api.request("GET", "/metrics")).body.decode()

    assert re.search(r"^courtyard_stream_position \d+\.0$", page, re.MULTILINE)
    assert 'courtyard_request_seconds_count{method="POST",status="200"}' in page
    for private in ("alice", room_id, event_id, alice.device_id, "secret", "127.0.0.1", "BREW"):
        assert private not in page


async def test_every_answer_has_its_own_id(api: Api, alice: User) -> None:
    room_id = await alice.create_room()
    answers = [
        await api.request("GET", "/_matrix/client/versions"),
        await api.request("GET", "/nowhere"),
        await api.request("OPTIONS", "/_matrix/client/versions"),
        await alice.send(room_id, text("a")),
        await alice.send("!nowhere", text("a")),
    ]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]+", each) for each in ids)
    # A client cannot put words into the log.
    given = {"X-Request-Id": "mine"}
    answer = await api.request("GET", "/_matrix/client/versions", headers=given)
    assert answer.headers["x-request-id"] != "mine"


async def test_json_lines_carry_the_request_id(
    server: Server, api: Api, logged: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.asgi, "_log_requests", True)
    # A logger keeps the set-up of its first line; a server sets up before that.
    monkeypatch.setattr(edge, "log", structlog.get_logger("edge"))
    configure_logs(Settings(log_format="json", log_level="debug"))
    answer = await api.request("GET", "/_matrix/client/versions", params={"access_token": "hidden"})
    structlog.get_logger("test").info("something", number=5)

    said = logged()
    lines = [json.loads(line) for line in said.splitlines()]
    last = lines[-1]
    assert (last["event"], last["level"], last["number"]) == ("something", "info", 5)
    assert re.match(r"\d{4}-\d\d-\d\dT", last["timestamp"])
    request = [line for line in lines if line["event"] == "request"][-1]
    assert request["request_id"] == answer.headers["x-request-id"]
    assert (request["path"], request["status"]) == ("/_matrix/client/versions", 200)
    assert "hidden" not in said


async def test_no_line_for_each_request_above_debug(api: Api, logged: Said) -> None:
    configure_logs(Settings(log_level="info"))
    await api.request("GET", "/_matrix/client/versions")
    assert logged() == ""


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_a_fault_is_logged_without_what_people_wrote(logged: Said, log_format: str) -> None:
    configure_logs(Settings(log_format=log_format))  # type: ignore[arg-type]  # one of the two

    def verb(password: str) -> None:
        raise ValueError("broken")

    try:
        verb("the password")
    except ValueError:
        structlog.get_logger("test").exception("fault")

    said = logged()
    assert "ValueError: broken" in said
    # The line of the program is shown, the values in it are not.
    assert "the password" not in said.replace('verb("the password")', "").replace(
        r"verb(\"the password\")", ""
    )


def test_a_line_that_cannot_be_written_is_counted(
    logged: Said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stderr = (tmp_path / "stderr").open("w")
    monkeypatch.setattr("sys.stderr", stderr)
    configure_logs(Settings())
    stderr.close()
    lost = LINES_LOST._value.get()

    structlog.get_logger("test").error("nobody hears this")

    assert LINES_LOST._value.get() == lost + 1


@pytest.mark.parametrize(
    "listen,expected",
    [
        ("127.0.0.1:8008", ("127.0.0.1", 8008)),
        ("[::1]:80", ("::1", 80)),
        ("localhost:0", ("localhost", 0)),
    ],
)
def test_an_address(listen: str, expected: tuple[str, int]) -> None:
    assert parse_listen(listen) == expected


@pytest.mark.parametrize("listen", ["8008", ":8008", "host:", "host:99999", "host:http"])
def test_no_address(listen: str) -> None:
    with pytest.raises(ListenError):
        parse_listen(listen)

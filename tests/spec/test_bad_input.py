"""Whatever is sent to whatever endpoint, the answer is a documented refusal, and nothing is half written.

The tests here walk every mounted door (tests/doors.py), so a new endpoint is held to them from its first day.

spec: client-server-api#api-standards, client-server-api#common-error-codes
"""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
import pytest

from courtyard.app.wiring import DATABASE_FILE, JSON_BYTES_MAX, Server
from courtyard.base import hot
from tests.api import Answer, Api, User
from tests.doors import Caller, Door, doors
from tests.honest import Town, build_town
from tests.openapi import SpecValidator
from tests.tables import Tables

NOT_JSON: Final = {
    "cut off": b"{",
    "half": b'{"a": 1',
    "no value": b'{"a":}',
    "word": b"nul",
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "quotes": b"{'a': 1}",
    "comma": b'{"a": 1,}',
    "two": b"{} {}",
    "not UTF-8": b'{"a": "\xff\xfe"}',
    "cut UTF-8": b'{"a": "\xe0\xa4"}',
    "UTF-8 of a surrogate": b'{"a": "\xed\xa0\x80"}',
    "lone surrogate": b'{"a": "\\ud800"}',
    "lone surrogate key": b'{"\\udc00": 1}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "control character": b'{"a": "\x01"}',
    "NUL": b"\x00",
    "form": b"a=1&b=2",
    "leading zero": b'{"a": 01}',
}
NOT_AN_OBJECT: Final = {
    "array": b"[]",
    "array of objects": b'[{"a": 1}]',
    "string": b'"a"',
    "number": b"1",
    "null": b"null",
    "true": b"true",
}
TOO_DEEP: Final = {
    "arrays": b"[" * 10_000,
    "closed arrays": b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "a little": b'{"a":' * 70 + b"1" + b"}" * 70,
}
WRONG_FEW: Final[list[Any]] = [None, True, 1.5, 2**63, "", "\x00", [], {"\x00": [{}]}]
WRONG_MANY: Final[list[Any]] = [
    *(None, True, -1, 0, 1.5, 1e300, 2**53, 2**63, 2**64, -(2**63) - 1, 10**400),
    *("", "\x00", "x" * 10_000, "🦆", "@", "!", "$x", "[]", "../..", "\ufffe"),
    *([], {}, [None], [[{}]], {"": None}, {"\x00": {"\x00": []}}, {"x" * 10_000: 1}),
]
SEGMENTS: Final = [
    *(
        "%00",
        "a%00b",
        "%ff",
        "%C0%80",
        "%E0%A4%A",
        "%ED%A0%80",
        "%",
        "%zz",
        "%2F",
        "..%2F..",
        "%2e%2e",
    ),
    *(
        "%F0%9F%A6%86",
        "%20",
        "+",
        "%0d%0aX-Injected:%201",
        "%27%20OR%201=1",
        "{room_id}",
        "*",
        "@",
        "%23",
    ),
    *(
        "!nowhere:test.example",
        "@nobody:test.example",
        "$nothing",
        "%21%00:test.example",
        "-1",
        str(2**64),
    ),
    *("y" * 10_000, "%F0%9F%A6%86" * 300),
]
QUERIES: Final = [
    *(
        "",
        "%00",
        "%ff",
        "%ED%A0%80",
        "%",
        "%zz",
        "-1",
        "0",
        "1.5",
        "1e3",
        "NaN",
        str(2**53),
        str(2**64),
    ),
    *(
        "9" * 400,
        "true",
        "TRUE",
        "null",
        "x" * 10_000,
        "%F0%9F%A6%86",
        "s",
        "s_",
        "s-1",
        "s" + "9" * 30,
    ),
    *(
        "s1_99999999999999999999",
        "%7B",
        "%7B%22limit%22:-1%7D",
        "%7B%22room%22:%5B%5D%7D",
        "%5B" * 5_000,
    ),
    *("%EF%BC%91", "%D9%A1", "+1", "1_0", "%201"),
]
"""The last ones are other ways to write numbers that Python's `int` would take."""

WHOLE_QUERIES: Final = [
    *("&&&", "=", "a=b=c", "%", "?", "%00=%00", "user_id=@x:y", "a;b", "x" * 9_000, "a=1&" * 2_000),
]
ODD_TOKENS: Final = {
    "empty": b"Bearer ",
    "blank": b"Bearer    ",
    "no scheme": b"cya_something",
    "other scheme": b"Basic YWxpY2U6cGFzc3dvcmQ=",
    "unknown": b"Bearer cya_unknown",
    "NUL": b"Bearer \x00",
    "not ASCII": b"Bearer \xff\xfe\xf0",
    "long": b"Bearer " + b"x" * 10_000,
    "two": b"Bearer a b",
    "scheme alone": b"Bearer",
}
OPEN: Final = {
    *("GET /.well-known/matrix/client", "GET /.well-known/matrix/support"),
    *("GET /health", "GET /metrics", "GET /ca.crt", "GET /_matrix/client/versions"),
    *("GET /_matrix/client/v3/login", "POST /_matrix/client/v3/login"),
    *("POST /_matrix/client/v3/register", "GET /_matrix/client/v3/register/available"),
    "GET /_matrix/client/v1/register/m.login.registration_token/validity",
    *("GET /_synapse/admin/v1/register", "POST /_synapse/admin/v1/register"),
    "POST /_matrix/client/v3/refresh",
    "POST /_matrix/client/v3/register/email/requestToken",
    "POST /_matrix/client/v3/register/msisdn/requestToken",
    "POST /_matrix/client/v3/account/password/email/requestToken",
    "POST /_matrix/client/v3/account/password/msisdn/requestToken",
    "POST /_matrix/client/v3/account/3pid/email/requestToken",
    "POST /_matrix/client/v3/account/3pid/msisdn/requestToken",
    # These take a token of the account, or show again who it is (user-interactive authentication).
    "POST /_matrix/client/v3/account/password",
    "POST /_matrix/client/v3/account/deactivate",
    "GET /_matrix/client/v3/profile/{user_id}",
    "GET /_matrix/client/v3/profile/{user_id}/{key_name}",
    "GET /_matrix/client/v3/directory/room/{room_alias}",
    "GET /_matrix/client/v3/directory/list/room/{room_id}",
    "GET /_matrix/client/v3/publicRooms",
    "GET /_matrix/client/v1/room_summary/{room_id_or_alias}",
    "GET /_matrix/client/unstable/im.nheko.summary/summary/{room_id_or_alias}",
    "GET /_matrix/client/unstable/im.nheko.summary/rooms/{room_id_or_alias}/summary",
    "GET /_matrix/media/v3/download/{server_name}/{media_id}",
    "GET /_matrix/media/v3/download/{server_name}/{media_id}/{file_name}",
    "GET /_matrix/media/v3/thumbnail/{server_name}/{media_id}",
    "GET /_matrix/federation/v1/openid/userinfo",
    # The public log, which is for everybody.
    *("GET /transparency/log/checkpoint", "GET /transparency/log/vkey", "GET /transparency/policy"),
    *("GET /transparency/log/tile/{tile}", "GET /transparency/witness/vkey"),
    "GET /transparency/witness/{origin_hash}/checkpoint",
    "POST /transparency/witness/add-checkpoint",
    # So is what is decided, in figures and as pages.
    *("GET /transparency", "GET /transparency/log", "GET /transparency/gaps"),
    *("GET /transparency/decisions", "GET /transparency/decisions.ndjson"),
    *("GET /transparency/decisions/{decision_id}", "GET /transparency/dsa.ndjson"),
    "GET /transparency/decisions/{decision_id}/proof",
    *("GET /transparency/rules", "GET /transparency/rules/{version}"),
    *("GET /transparency/legal", "GET /transparency/legal/{legal_id}"),
    "GET /transparency/reports/{name}",
    # Anybody reads the rules and sends a notice; an appeal key is enough to appeal.
    "GET /_courtyard/conduct/v1/rules",
    "GET /_courtyard/conduct/v1/rules/{version}",
    "GET /_courtyard/conduct/v1/rules/{version}/text",
    "POST /_courtyard/conduct/v1/notices",
    "GET /_courtyard/conduct/v1/withheld/{item_type}/{item_id}",
    "GET /_courtyard/conduct/v1/appeals/by-key/{key}",
    "POST /_courtyard/conduct/v1/appeals/by-key",
    "GET /_courtyard/conduct/v1/notices/by-key/{key}",
    "POST /_courtyard/conduct/v1/notices/by-key",
    # Its signature says who it is.
    "POST /_courtyard/wallet/v1/rails/stripe/events",
}
"""The only doors that may answer somebody without a token."""

PATHS_OUT_OF_REACH: Final = [
    *(
        # "/" is the web client's (tests/app/test_web_client.py).
        "/_matrix",
        "/_matrix/client",
        "/_matrix/client/",
        "/_matrix/client/v3",
        "/_matrix/client/versions/more",
    ),
    *(
        "/_matrix/client/v3/nothing",
        "/_matrix/client/v3/sync/now",
        "/_matrix/client/v9/sync",
        "/_matrix/%00",
    ),
    *(
        "/_matrix/client/v3/../v3/sync",
        "/_matrix/client/v3/%2e%2e/versions",
        "/%5f_matrix/client/versions",
    ),
    *(
        "/_matrix/federation/v1/send/1",
        "/_matrix/key/v2/server",
        "/_matrix/app/v1/ping",
        "/favicon.png",
    ),
    *("/_matrix/client/v3/rooms/!a:b/sent/m.x", "/_matrix/client/v3/rooms/!a:b/send/m.x/1/more"),
    "/_matrix/client/v3/" + "x" * 20_000,
    "/_matrix/client/v3/" + "a/" * 5_000,
    "/_matrix/client/v3/%ff%fe",
    "/_matrix/client/v3/profile",
]


class Walk:
    """A caller that looks, after each refusal, whether anything was written all the same."""

    def __init__(self, caller: Caller, tables: Tables, town: Town) -> None:
        self.caller = caller
        self.tables = tables
        self.town = town

    async def send(
        self, door: Door, what: str, path: str, body: bytes = b"", **rest: Any
    ) -> Answer:
        """Send; `what` is wrong with it is said in the report."""
        rest.setdefault("token", self.town.alice.token)
        told = len(self.caller.wrong)
        answer = await self.caller.send(door.method, path, body, **rest)
        changes = {} if answer.status < 400 else self.tables.changes()
        if changes is None:
            # The request before this one was accepted; now it is known what stands.
            answer = await self.caller.send(door.method, path, body, **rest)
            changes = self.tables.changes()
        for number in range(told, len(self.caller.wrong)):
            self.caller.wrong[number] += f"  <- {what}"
        if answer.status < 400:
            self.tables.forget()
        elif changes:
            self.fail(door, what, answer, f"half written: {str(changes)[:300]}")
        return answer

    async def settle(self) -> None:
        """Make good what accepted requests did."""
        await self.town.settle()
        self.tables.forget()

    def fail(self, door: Door, what: str, answer: Answer, why: str) -> None:
        """Note a failure."""
        self.caller.wrong.append(f"{door} -> {answer.status} {answer.body}: {why}  <- {what}")

    def refused(self, door: Door, what: str, answer: Answer, status: int, *errcodes: str) -> None:
        """Hold an answer against the only refusals that are right here."""
        if answer.status != status or answer.errcode not in errcodes:
            self.fail(door, what, answer, f"should be {status} {' or '.join(errcodes)}")

    def done(self) -> None:
        """End the walk."""
        assert self.caller.count > 0
        assert not self.caller.wrong, "\n" + "\n".join(self.caller.wrong)


@pytest.fixture
def tables(server: Server) -> Iterator[Tables]:
    """The rows of the server's database."""
    with Tables(Path(server.settings.data) / DATABASE_FILE) as made:
        yield made


@pytest.fixture
async def walk(
    server: Server,
    api: Api,
    alice: User,
    bob: User,
    carol: User,
    tables: Tables,
    validator: SpecValidator | None,
) -> AsyncIterator[Walk]:
    """A walk through a server with one of each thing, seen by Alice."""
    town = await build_town(api, alice, bob, carol)
    tables.changes()
    made = Walk(Caller(server, validator), tables, town)
    yield made
    # The people can still talk: nothing in memory was left half changed either.
    await town.settle()
    said = await town.alice.say(town.values["room_id"], "still here")
    timeline = (await town.bob.sync())["rooms"]["join"][town.values["room_id"]]["timeline"]
    assert timeline["events"][-1]["event_id"] == said


# --- bodies -----------------------------------------------------------------------------------


async def test_a_body_that_is_not_json_is_refused(walk: Walk, server: Server) -> None:
    """400 M_NOT_JSON, by every endpoint that reads JSON."""
    for door in doors(server):
        if not door.reads_json:
            continue
        for what, body in NOT_JSON.items():
            answer = await walk.send(door, what, walk.town.url(door), body)
            walk.refused(door, what, answer, 400, "M_NOT_JSON")
    walk.done()


async def test_a_body_that_is_no_object_is_refused(walk: Walk, server: Server) -> None:
    """400 M_BAD_JSON, by every endpoint that reads JSON."""
    for door in doors(server):
        if not door.reads_json:
            continue
        for what, body in NOT_AN_OBJECT.items():
            answer = await walk.send(door, what, walk.town.url(door), body)
            walk.refused(door, what, answer, 400, "M_BAD_JSON")
    walk.done()


async def test_a_body_that_nests_too_deeply_is_refused(walk: Walk, server: Server) -> None:
    """400, by every endpoint that reads JSON."""
    for door in doors(server):
        if not door.reads_json:
            continue
        for what, body in TOO_DEEP.items():
            answer = await walk.send(door, what, walk.town.url(door), body)
            walk.refused(door, what, answer, 400, "M_BAD_JSON", "M_NOT_JSON")
    walk.done()


async def test_a_body_that_is_too_large_is_refused(walk: Walk, server: Server) -> None:
    """413 M_TOO_LARGE, whether the length was announced or not."""
    piece = b" " * 65_536
    for door in doors(server):
        if not door.reads_json:
            continue
        is_hot = server.asgi._hot.find(door.method, door.path({})) is not None
        length = hot.BODY_BYTES_MAX if is_hot else JSON_BYTES_MAX
        path = walk.town.url(door)
        announced = [(b"content-length", str(length + 1).encode())]
        whole = b" " * (length + 1) if is_hot else b"{}"  # the framework believes the announcement
        answer = await walk.send(door, "announced", path, whole, headers=announced)
        walk.refused(door, "announced", answer, 413, "M_TOO_LARGE")
        pieces: Any = (piece for _ in range(length // len(piece) + 1))
        answer = await walk.send(door, "in pieces", path, pieces)
        walk.refused(door, "in pieces", answer, 413, "M_TOO_LARGE")
    walk.done()


async def test_a_client_that_goes_away_changes_nothing(
    walk: Walk, server: Server, tables: Tables
) -> None:
    """What arrived of a body is not taken for the whole of it."""
    for door in doors(server):
        if not door.reads_json:
            continue
        for sent in (b"", b" ", b"{}", b'{"a": 1}'):
            await walk.caller.send(
                door.method,
                walk.town.url(door),
                [sent],
                token=walk.town.alice.token,
                headers=[(b"content-length", b"100")],
                hang_up=True,
            )
            changes = tables.changes()
            if changes:
                walk.caller.wrong.append(
                    f"{door}: {str(changes)[:300]}  <- went away after {sent!r}"
                )
    walk.done()


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each member of a JSON value."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in members:
        yield (*at, key)
        if isinstance(member, dict | list):
            yield from _places(member, (*at, key))


def _with(body: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    spoilt = copy.deepcopy(body)
    target: Any = spoilt
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    return spoilt


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except OverflowError:
        return str(value).encode()


MARK: Final = "put the wrong value here"


PARTS: Final = 4


@pytest.mark.parametrize(
    "wrongs, part",
    [
        *(pytest.param(WRONG_FEW, part, id=f"few-{part}") for part in range(PARTS)),
        *(
            pytest.param(WRONG_MANY, part, id=f"many-{part}", marks=pytest.mark.slow)
            for part in range(PARTS)
        ),
    ],
)
async def test_a_member_of_the_wrong_type_is_never_a_fault(
    walk: Walk, server: Server, wrongs: list[Any], part: int
) -> None:
    """Each member of each body, and each wrong value."""
    for number, door in enumerate(doors(server)):
        honest = walk.town.honest(door)
        if number % PARTS != part or not honest:
            continue
        for place in _places(honest):
            for wrong in wrongs:
                spoilt = walk.town.spoilt(_with(honest, place, MARK)).replace(
                    f'"{MARK}"'.encode(), _encoded(wrong)
                )
                what = f"{'.'.join(map(str, place))} = {str(wrong)[:40]!r}"
                answer = await walk.send(door, what, walk.town.url(door), spoilt)
                if answer.status < 400 and any(word in door.template for word in AWAY):
                    await walk.settle()
                    honest = walk.town.honest(door) or {}
        await walk.settle()
    walk.done()


AWAY: Final = ("/leave", "/logout", "device", "/ban", "/kick")
"""Words in the paths of doors that work once: what they did is undone after each time."""


# --- paths, queries, methods --------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
async def test_a_hostile_path_is_never_a_fault(walk: Walk, server: Server, part: int) -> None:
    """Each parameter of each path, one after the other."""
    for number, door in enumerate(doors(server)):
        if number % 3 != part:
            continue
        body = walk.town.body(door)
        for name in door.names:
            for segment in SEGMENTS:
                path = walk.town.url(door, **{name: segment})
                await walk.send(door, f"{name} = {segment[:40]}", path, body)
        await walk.settle()
    walk.done()


async def test_an_empty_segment_is_never_a_fault(
    walk: Walk, server: Server, tables: Tables
) -> None:
    """It may well mean another path, so any answer but a fault will do."""
    caller = Caller(server, None)
    for door in doors(server):
        for name in door.names:
            path = walk.town.url(door, **{name: ""})
            answer = await caller.send(door.method, path, b"{", token=walk.town.alice.token)
            if tables.changes() and answer.status >= 400:
                caller.wrong.append(f"{door.method} {path} -> {answer.status}: half written")
    assert not caller.wrong, "\n" + "\n".join(caller.wrong)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_hostile_query_is_never_a_fault(walk: Walk, server: Server) -> None:
    """Each parameter of each query, and some that nobody knows."""
    for door in doors(server):
        body = walk.town.body(door)
        for name in door.query:
            others = {key: value for key, value in walk.town.query(door).items() if key != name}
            for value in [f"{name}={value}" for value in QUERIES] + [
                *(name, f"{name}=1&{name}=2", f"{name}[]=1", f"{name}=b&{name}=%00"),
            ]:
                query = f"{urlencode(others)}&{value}"
                await walk.send(door, value[:60], walk.town.url(door, query=query), body)
        for query in WHOLE_QUERIES:
            await walk.send(door, f"?{query[:40]}", walk.town.url(door, query=query), body)
        await walk.settle()
    walk.done()


async def test_a_path_that_nobody_answers_is_not_recognised(
    api: Api, server: Server, validator: SpecValidator | None
) -> None:
    """404 M_UNRECOGNIZED, whatever the method."""
    caller = Caller(server, validator)
    for path in PATHS_OUT_OF_REACH:
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            answer = await caller.send(method, path, b"{}")
            if (answer.status, answer.errcode) != (404, "M_UNRECOGNIZED"):
                caller.wrong.append(f"{method} {path[:80]}: {answer.status} {answer.body}")
    assert not caller.wrong, "\n" + "\n".join(caller.wrong)


async def test_a_method_that_a_path_does_not_have_is_refused(walk: Walk, server: Server) -> None:
    """405 M_UNRECOGNIZED, for every path that is mounted."""
    everything = doors(server)
    methods: dict[str, set[str]] = {}
    for door in everything:
        methods.setdefault(door.template, set()).add(door.method)
    for door in everything:
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "FOO"} - methods[
            door.template
        ]:
            other = Door(method, door.template, door.names, (), reads_json=True)
            answer = await walk.send(other, "method", walk.town.url(door), b"{}")
            walk.refused(other, "method", answer, 405, "M_UNRECOGNIZED")
    walk.done()


async def test_a_preflight_request_is_answered_everywhere(walk: Walk, server: Server) -> None:
    """Without a token, and in the shape that browsers ask for.

    spec: client-server-api#web-browser-clients
    """
    for path in [*(walk.town.url(door) for door in doors(server)), *PATHS_OUT_OF_REACH]:
        answer = await walk.caller.send("OPTIONS", path)
        if answer.status != 200:
            walk.caller.wrong.append(f"{path}: {answer.status}")
    walk.done()


# --- tokens -------------------------------------------------------------------------------------


async def test_nobody_gets_in_without_a_token(walk: Walk, server: Server) -> None:
    """401 M_MISSING_TOKEN or M_UNKNOWN_TOKEN everywhere but at a few doors, which are listed here.

    spec: client-server-api#using-access-tokens
    """
    for door in doors(server):
        if str(door) in OPEN:
            continue
        path, body = walk.town.url(door), walk.town.body(door)
        answer = await walk.send(door, "no token", path, body, token=None)
        walk.refused(door, "no token", answer, 401, "M_MISSING_TOKEN")
        for what, value in ODD_TOKENS.items():
            sent = [(b"authorization", value)]
            answer = await walk.send(door, what, path, body, token=None, headers=sent)
            walk.refused(door, what, answer, 401, "M_UNKNOWN_TOKEN", "M_MISSING_TOKEN")
        for query in ("", "cya_unknown", "%00", "%ff", "a&access_token=b"):
            odd = f"{path}{'&' if '?' in path else '?'}access_token={query}"
            answer = await walk.send(door, odd, odd, body, token=None)
            walk.refused(door, odd, answer, 401, "M_UNKNOWN_TOKEN", "M_MISSING_TOKEN")
    walk.done()


async def test_an_open_door_exists(server: Server) -> None:
    """The list of open doors names nothing that is gone."""
    known = {str(door) for door in doors(server)}
    later = {"POST /_matrix/client/v3/account/deactivate"}

    assert known >= OPEN - later


REFUSED_ANYWAY: Final = {
    "GET /.well-known/matrix/support": 404,  # the test server has no contact
    "GET /ca.crt": 404,  # it speaks no TLS of its own
    "GET /_matrix/client/v1/media/preview_url": 403,  # off
    "GET /_matrix/media/v3/preview_url": 403,
    "GET /_matrix/client/v3/voip/turnServer": 404,  # none
    "POST /_courtyard/livekit/v1/sfu/get": 404,
    "POST /_matrix/client/unstable/io.element.msc4195/rtc/livekit/get_token": 404,
    "GET /_matrix/federation/v1/openid/userinfo": 401,  # the token is one of ours, not of OpenID
    "POST /_matrix/client/v3/account/deactivate": 401,  # the walk would end
    "POST /_matrix/client/v3/account/password": 401,
    "POST /_matrix/client/v3/refresh": 401,  # a refresh token works once
    "POST /_synapse/admin/v1/register": 400,  # so does a nonce
    "POST /_matrix/client/v3/rooms/{room_id}/unban": 403,  # nobody is banned
    "PUT /_matrix/client/v3/pushrules/global/{kind}": 400,  # a rule without an id
    "GET /transparency/log/tile/{tile}": 404,  # the log is empty
    "GET /transparency/witness/{origin_hash}/checkpoint": 404,  # no log is followed
    "POST /transparency/witness/add-checkpoint": 400,  # it reads no JSON
    "GET /transparency/decisions/{decision_id}": 404,  # there is none
    "GET /transparency/decisions/{decision_id}/proof": 404,
    "GET /transparency/legal/{legal_id}": 404,
    "GET /transparency/rules/{version}": 404,
    "GET /transparency/reports/{name}": 404,
    # No operator.
    "GET /_matrix/client/v1/admin/suspend/{user_id}": 403,
    "PUT /_matrix/client/v1/admin/suspend/{user_id}": 403,
    "GET /_matrix/client/v1/admin/lock/{user_id}": 403,
    "PUT /_matrix/client/v1/admin/lock/{user_id}": 403,
    # Without a log there are neither rules nor decisions (tests/conduct has both).
    "GET /_courtyard/conduct/v1/withheld/{item_type}/{item_id}": 404,
    "GET /_courtyard/conduct/v1/rules/{version}": 404,
    "GET /_courtyard/conduct/v1/rules/{version}/text": 404,
    "GET /_courtyard/conduct/v1/decisions/{decision_id}": 404,
    "GET /_courtyard/conduct/v1/decisions/{decision_id}/statement": 404,
    "GET /_courtyard/conduct/v1/decisions/{decision_id}/proof": 404,
    "POST /_courtyard/conduct/v1/decisions/{decision_id}/appeals": 404,
    "GET /_courtyard/conduct/v1/appeals/{appeal_id}": 404,
    "DELETE /_courtyard/conduct/v1/appeals/{appeal_id}": 404,
    "GET /_courtyard/conduct/v1/appeals/by-key/{key}": 404,
    "POST /_courtyard/conduct/v1/appeals/by-key": 404,
    # There is no currency (tests/wallet has one).
    "GET /_courtyard/wallet/v1/history/{currency}": 404,
    "POST /_courtyard/wallet/v1/transfers": 404,
    "GET /_courtyard/wallet/v1/transfers/{transfer_id}": 404,
    "POST /_courtyard/wallet/v1/transfers/{transfer_id}/accept": 404,
    "POST /_courtyard/wallet/v1/transfers/{transfer_id}/decline": 404,
    "POST /_courtyard/wallet/v1/transfers/{transfer_id}/recall": 404,
    "POST /_courtyard/wallet/v1/packets": 404,
    "GET /_courtyard/wallet/v1/packets/{packet_id}": 404,
    "POST /_courtyard/wallet/v1/packets/{packet_id}/claim": 404,
    "POST /_courtyard/wallet/v1/requests": 404,
    "GET /_courtyard/wallet/v1/requests/{request_id}": 404,
    "POST /_courtyard/wallet/v1/requests/{request_id}/pay": 404,
    "POST /_courtyard/wallet/v1/requests/{request_id}/cancel": 404,
    "POST /_courtyard/wallet/v1/merchants/{merchant_id}/withdraw": 404,
    "POST /_courtyard/wallet/v1/merchants/{merchant_id}/orders": 404,
    "GET /_courtyard/wallet/v1/merchants/{merchant_id}/orders/{number}": 404,
    "GET /_courtyard/wallet/v1/merchants/{merchant_id}/orders/{number}/code.svg": 404,
    "POST /_courtyard/wallet/v1/merchants/{merchant_id}/orders/{number}/close": 404,
    "POST /_courtyard/wallet/v1/merchants/{merchant_id}/orders/{number}/refunds": 404,
    "GET /_courtyard/wallet/v1/merchants/{merchant_id}/refunds/{number}": 404,
    "POST /_courtyard/wallet/v1/merchants/{merchant_id}/charges": 404,
    "POST /_courtyard/wallet/v1/merchants/{merchant_id}/invoices": 404,
    "GET /_courtyard/wallet/v1/merchants/{merchant_id}/invoices/{slug}": 404,
    "GET /_courtyard/wallet/v1/invoices/{slug}": 404,
    "POST /_courtyard/wallet/v1/miniapp/launch": 404,
    "POST /_courtyard/wallet/v1/merchants/{merchant_id}/consents": 404,
    "GET /_courtyard/wallet/v1/merchants/{merchant_id}/consents/{consent_id}": 404,
    "POST /_courtyard/wallet/v1/merchants/{merchant_id}/consents/{consent_id}/revoke": 404,
    "POST /_courtyard/wallet/v1/consents/{consent_id}/charges": 404,
    "GET /_courtyard/wallet/v1/consents/{consent_id}": 404,
    "POST /_courtyard/wallet/v1/consents/{consent_id}/revoke": 404,
    "GET /_courtyard/wallet/v1/consents/by-link/{link}": 404,
    "POST /_courtyard/wallet/v1/consents/by-link/{link}/grant": 404,
    "POST /_courtyard/wallet/v1/consents/by-link/{link}/refuse": 404,
    # Nothing was sent yet.
    "POST /_courtyard/wallet/v1/merchants/{merchant_id}/webhooks/{webhook_id}/deliveries/{number}/replay": 404,
    "GET /_courtyard/wallet/v1/merchants/{merchant_id}/code": 404,
    "GET /_courtyard/wallet/v1/merchants/{merchant_id}/code.svg": 404,
    "GET /_courtyard/wallet/v1/orders/{order_id}": 404,
    "POST /_courtyard/wallet/v1/orders/{order_id}/pay": 404,
    "POST /_courtyard/wallet/v1/codes/pay": 400,
    "POST /_courtyard/wallet/v1/codes/resolve": 400,
    "POST /_courtyard/wallet/v1/paycodes/packs": 404,
    "POST /_courtyard/wallet/v1/proofs": 404,
    "POST /_courtyard/wallet/v1/close": 404,
    # Nothing is proven (tests/wallet does that).
    "POST /_courtyard/wallet/v1/proofs/{proof_id}/answer": 404,
    "POST /_courtyard/wallet/v1/passkeys": 404,
    "POST /_courtyard/wallet/v1/passkeys/{passkey_id}/forget": 404,
    "PUT /_courtyard/wallet/v1/payees/{payee}": 401,
    "DELETE /_courtyard/wallet/v1/payees/{payee}": 404,
    "POST /_courtyard/wallet/v1/unfreeze": 401,
    "POST /_courtyard/wallet/v1/topups": 404,
    "GET /_courtyard/wallet/v1/topups/{topup_id}": 404,
    "GET /_courtyard/wallet/v1/topups/{topup_id}/qr": 404,
    "POST /_courtyard/wallet/v1/payouts": 404,
    "GET /_courtyard/wallet/v1/payouts/{payout_id}": 404,
    "GET /_courtyard/wallet/v1/statements/{currency}/{file}": 404,
    "GET /_courtyard/wallet/v1/merchants/{merchant_id}/statements/{currency}/{file}": 404,
    "POST /_courtyard/wallet/v1/rails/stripe/events": 403,  # nobody signed it
    # This server sends no mail, so no code was sent either.
    "PUT /_courtyard/conduct/v1/mail": 403,
    "POST /_courtyard/conduct/v1/mail/confirm": 403,
    "GET /_courtyard/conduct/v1/reports/{report_id}": 404,
    "POST /_courtyard/conduct/v1/reports/{report_id}/complaint": 404,
    "GET /_courtyard/conduct/v1/notices/by-key/{key}": 404,
    "POST /_courtyard/conduct/v1/notices/by-key": 404,
    # Not on the staff.
    "POST /_courtyard/staff/v1/queue/next": 403,
    "POST /_courtyard/staff/v1/conflicts": 403,
    "POST /_courtyard/staff/v1/decisions/next": 403,
    "GET /_courtyard/staff/v1/cases/{case_id}": 404,
    "POST /_courtyard/staff/v1/cases/{case_id}/recuse": 404,
    "POST /_courtyard/staff/v1/cases/{case_id}/dismiss": 404,
    "POST /_courtyard/staff/v1/cases/{case_id}/propose": 404,
    "GET /_courtyard/staff/v1/decisions/{decision_id}": 404,
    "POST /_courtyard/staff/v1/decisions/{decision_id}/approve": 403,
    "POST /_courtyard/staff/v1/decisions/{decision_id}/confirm": 403,
    "POST /_courtyard/staff/v1/decisions/{decision_id}/reject": 403,
    "POST /_courtyard/staff/v1/decisions/{decision_id}/lift": 403,
    "POST /_courtyard/staff/v1/decisions/{decision_id}/vote": 403,
    "POST /_courtyard/staff/v1/appeals/next": 403,
    "POST /_courtyard/staff/v1/legal-requests": 403,
    "GET /_courtyard/staff/v1/legal-requests": 403,
    "GET /_courtyard/staff/v1/legal-requests/{legal_id}": 403,
    "POST /_courtyard/staff/v1/legal-requests/{legal_id}/validate": 403,
    "POST /_courtyard/staff/v1/legal-requests/{legal_id}/contest": 403,
    "POST /_courtyard/staff/v1/legal-requests/{legal_id}/comply": 403,
    "POST /_courtyard/staff/v1/legal-requests/{legal_id}/refuse": 403,
    "POST /_courtyard/staff/v1/legal-requests/{legal_id}/notify": 403,
    "POST /_courtyard/staff/v1/legal-requests/{legal_id}/publish": 403,
    "POST /_courtyard/staff/v1/appeals/{appeal_id}/recuse": 404,
    "POST /_courtyard/staff/v1/appeals/{appeal_id}/decide": 404,
    "POST /_courtyard/staff/v1/cases/{case_id}/evidence": 404,
    "POST /_courtyard/staff/v1/evidence/{evidence_id}/views": 404,
    "POST /_courtyard/staff/v1/complaints/next": 403,
    "POST /_courtyard/staff/v1/complaints/{complaint_id}/recuse": 404,
    "POST /_courtyard/staff/v1/complaints/{complaint_id}/decide": 404,
    "POST /_courtyard/staff/v1/misuse/next": 403,
}
"""Doors that refuse honest requests here, and with which status."""
NOT_OFFERED: Final = (
    "/thirdparty/",
    "/3pid",
    "/email/requestToken",
    "/msisdn/requestToken",
    # There is no scope but "global".
    "/pushrules/{of_scope}",
    # Files are not shown at the old addresses, which take no token.
    "/media/v3/download/",
    "/media/v3/thumbnail/",
)
"""Words in the paths of what this server does not do."""


@pytest.mark.slow
async def test_what_is_spoilt_here_was_good(walk: Walk, server: Server) -> None:
    """Every door accepts its honest request, so that a refusal is for what is wrong with it."""
    for door in doors(server):
        answer = await walk.send(door, "honest", walk.town.url(door), walk.town.body(door))
        offered = not any(word in door.template for word in NOT_OFFERED)
        if offered and answer.status != REFUSED_ANYWAY.get(str(door), 200):
            walk.fail(door, "honest", answer, "should be accepted")
        await walk.settle()
    walk.done()


async def test_every_door_that_reads_json_is_tried_with_an_honest_body(
    walk: Walk, server: Server
) -> None:
    """A new endpoint is added to tests/honest.py, or the walk above would see its refusals only."""
    unknown = [
        str(door) for door in doors(server) if door.reads_json and walk.town.honest(door) is None
    ]

    assert unknown == []

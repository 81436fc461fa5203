"""Whatever a stranger sends to a route of accounts, the answer is a documented refusal and never a fault."""

import re
from typing import Any

import msgspec
import pytest

from courtyard.accounts.routes import ROUTES
from courtyard.app.wiring import Server
from tests.api import Api, User

DEEP = b'{"auth":' + b'{"a":' * 60 + b"1" + b"}" * 61
WRONG: list[Any] = [None, True, -1, 1e300, 2**62, "", "\x00", "x" * 5000, "🦆", [], {}, [[{}]]]
FIELDS = [
    "auth", "type", "session", "username", "user", "password", "new_password", "identifier", "token",
    "device_id", "devices", "display_name", "initial_device_display_name", "refresh_token",
    "inhibit_login", "logout_devices", "nonce", "mac", "admin", "user_type", "displayname",
]  # fmt: skip
BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"auth": "\\ud800"}',
    DEEP,
    b'{"a":' * 5000,
    *(msgspec.json.encode(dict.fromkeys(FIELDS, wrong)) for wrong in WRONG),
    *(msgspec.json.encode({field: wrong}) for field in FIELDS for wrong in WRONG[2:]),
    *(
        msgspec.json.encode(
            {
                "type": "m.login.password",
                "password": wrong,
                "user": wrong,
                "identifier": {"type": "m.id.user", "user": wrong},
            }
        )
        for wrong in ("", "\x00", "x" * 5000, "🦆")
    ),
]
SEGMENTS = ["x", "%00", "%ff", "%2F", "..%2F", "%F0%9F%A6%86", "y" * 2000, "@a:test.example"]


def _requests() -> list[tuple[str, str]]:
    return [
        (method, path)
        for route in ROUTES
        for path in sorted(route.paths)
        for method in sorted(route.http_methods - {"HEAD", "OPTIONS"})
    ]


@pytest.mark.parametrize("method, path", _requests())
async def test_hostile_bodies_and_paths(
    server: Server, api: Api, alice: User, method: str, path: str
) -> None:
    del server
    names = re.findall(r"\{(\w+):str\}", path)
    for segment in SEGMENTS if names else [""]:
        target = re.sub(r"\{\w+:str\}", segment, path)
        for body in BODIES if segment in {"", "x"} else BODIES[:1]:
            # `request` itself fails on any 5xx.
            answer = await api.request(
                method, target, content=None if method == "GET" else body, token=alice.token
            )
            if answer.status != 200:
                assert answer.status in {400, 401, 403, 404, 413}, (body, answer)
            if method == "GET":
                break
    assert (await alice.get("account/whoami")).status == (401 if "logout" in path else 200)


@pytest.mark.parametrize("name", ["username", "token", "access_token", "kind"])
@pytest.mark.parametrize("value", ["", "\x00", "é", "x" * 5000, "%", "a&a"])
async def test_hostile_queries(api: Api, name: str, value: str) -> None:
    for path in (
        "register/available",
        "/_matrix/client/v1/register/m.login.registration_token/validity",
        "/_matrix/federation/v1/openid/userinfo",
    ):
        answer = await api.request("GET", path, params={name: value})
        assert answer.status in {200, 400, 401}

"""Schemathesis makes up requests from the official description, right ones and wrong ones, for every endpoint we mount.

It checks that no answer is a fault of the server and that every answer has the documented shape;
our own validator checks the rest of the rules (tests/openapi.py).
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.api import PASSWORD, q
from tests.honest import BACKUP_VERSION
from tests.openapi import BESIDE_THE_REPOSITORY, ENVIRONMENT, Exchange, SpecValidator
from tests.server import Server, running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

EXAMPLES: Final = int(os.environ.get("COURTYARD_TEST_EXAMPLES", "15"))
"""Requests for each endpoint, of each kind: right and wrong."""

NOT_MOUNTED: Final = {
    "/.well-known/matrix/policy_server": "this server signs no policies",
    "/_matrix/client/v1/auth_metadata": "there is no OAuth server yet",
    "/_matrix/client/v3/login/sso/redirect": "there is no single sign-on",
    "/_matrix/client/v3/login/sso/redirect/{idpId}": "there is no single sign-on",
    "/_matrix/client/v1/appservice/{appserviceId}/ping": "there are no application services",
    "/_matrix/client/v3/directory/list/appservice/{networkId}/{roomId}": "nor their networks",
}
"""Paths of the description that this server does not answer, and why. They must be 404 M_UNRECOGNIZED."""

ENDS_SESSIONS: Final = ("/logout", "/delete_devices", "/devices/", "/account/", "/refresh")
"""Words in the paths of endpoints that may log the asker out, everywhere even: they get a session that nobody needs."""

IN_TURN: Final = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _description() -> dict[str, Any] | None:
    named = os.environ.get(ENVIRONMENT)
    path = Path(named) if named else BESIDE_THE_REPOSITORY
    if not named and not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


class Visitor:
    """Makes requests to one server and notes what is wrong with the answers."""

    def __init__(self, server: Server, description: dict[str, Any]) -> None:
        """Register an account with a room and some things that paths can name."""
        self.url = server.base_url
        self.http = httpx.Client(base_url=self.url, timeout=30)
        self.schema = schemathesis.openapi.from_dict(description)
        self.validator = SpecValidator(description)
        self.checks = [not_a_server_error, response_schema_conformance]
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        made = self._post("register", {"username": "alice", "auth": {"type": "m.login.dummy"}})
        self.token, self.user_id = made["access_token"], made["user_id"]
        self._post("register", {"username": "bob", "auth": {"type": "m.login.dummy"}})
        self.values = self._build(made["device_id"])

    def _request(self, method: str, path: str, body: object, token: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.http.request(method, f"/_matrix/client/v3/{path}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def _post(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        body = body | ({"password": PASSWORD} if path in ("register", "login") else {})
        return self._request("POST", path, body, token)

    def log_in(self) -> str:
        """Return the token of a session of its own, of somebody else's account."""
        who = {"type": "m.id.user", "user": "bob"}
        made = self._post("login", {"type": "m.login.password", "identifier": who})
        return str(made["access_token"])

    def _build(self, device_id: str) -> dict[str, str]:
        wish = {"preset": "public_chat", "room_alias_name": "square"}
        room_id = self._post("createRoom", wish, self.token)["room_id"]
        text = {"msgtype": "m.text", "body": "hello"}
        path = f"rooms/{q(room_id)}/send/m.room.message/1"
        event_id = self._request("PUT", path, text, self.token)["event_id"]
        version = self._post("room_keys/version", BACKUP_VERSION, self.token)["version"]
        filters = f"user/{q(self.user_id)}/filter"
        filter_id = self._post(filters, {}, self.token)["filter_id"]
        return {
            "roomId": room_id,
            "roomIdOrAlias": room_id,
            "roomAlias": "#square:courtyard.test",
            "eventId": event_id,
            "userId": self.user_id,
            "deviceId": device_id,
            "filterId": filter_id,
            "version": version,
            "serverName": "courtyard.test",
            "eventType": "m.room.message",
            "receiptType": "m.read",
            "keyName": "displayname",
        }

    def visit(self, operation: Any, mode: Any) -> None:
        """Send EXAMPLES requests to one endpoint; half of them name things that exist."""
        names = {parameter.name for parameter in operation.path_parameters}
        known = {name: value for name, value in self.values.items() if name in names}
        cases = operation.as_strategy(generation_mode=mode)
        if known and mode is GenerationMode.POSITIVE:
            cases |= operation.as_strategy(generation_mode=mode, path_parameters=known)

        @IN_TURN
        @hypothesis.given(cases)
        def send(case: Any) -> None:
            self._send(case)

        try:
            send()
        except hypothesis.errors.Unsatisfiable:
            return  # nothing can be wrong with a request that has no parameters

    def _send(self, case: Any) -> None:
        own = any(word in case.path for word in ENDS_SESSIONS)
        token = self.log_in() if own else self.token
        case.headers["Authorization"] = f"Bearer {token}"  # instead of one that was made up
        response = case.call(base_url=self.url)
        self.statuses[response.status_code] += 1
        checks = self.checks
        if response.status_code == 401 and b'"flows"' not in response.content:
            # The description knows one schema for 401 here, though a bad token is 401 too.
            checks = [not_a_server_error]
        try:
            case.validate_response(response, checks=checks)
        except (AssertionError, schemathesis.errors.SchemathesisError, FailureGroup) as failure:
            self.wrong.append(f"{case.as_curl_command()[:400]}\n    {str(failure)[:1000]}")
        exchange = Exchange(
            case.method,
            urlsplit(response.request.url)._replace(scheme="", netloc="").geturl(),
            response.status_code,
            {name: ", ".join(values) for name, values in response.headers.items()},
            response.content,
        )
        self.wrong += map(str, self.validator.check(exchange))


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Visitor]:
    """A visitor of a server of its own."""
    description = _description()
    if description is None:
        pytest.skip(f"needs the official description: {ENVIRONMENT}")
    async with running_server(tmp_path) as server:
        made = await asyncio.to_thread(Visitor, server, description)
        yield made
        made.http.close()
        assert server.running


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
async def test_whatever_is_made_up_from_the_description_is_answered(
    visitor: Visitor, mode: Any
) -> None:
    """No answer is a fault, and each has the shape that stands in the description."""

    def visit_all() -> None:
        for found in visitor.schema.get_all_operations():
            operation: Any = found.ok()  # type: ignore[union-attr]  # a broken description may fail
            if operation.path not in NOT_MOUNTED:
                visitor.visit(operation, mode)

    await asyncio.to_thread(visit_all)

    print(f"{mode}: {sum(visitor.statuses.values())} requests, {dict(visitor.statuses)}")
    assert not visitor.wrong, "\n".join(visitor.wrong)
    if mode is GenerationMode.POSITIVE:
        assert visitor.statuses[200] > sum(visitor.statuses.values()) / 4


async def test_what_is_not_mounted_is_not_recognised(visitor: Visitor) -> None:
    """The list of what is left out names nothing that is there, and nothing that is not described."""
    for template in NOT_MOUNTED:
        operations = visitor.schema[template]
        for method in operations:
            answer = visitor.http.request(method, template)
            assert answer.status_code == 404, template
            assert answer.json()["errcode"] == "M_UNRECOGNIZED"

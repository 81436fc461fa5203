"""Hold every answer of a server against the official OpenAPI description of Matrix.

One `SpecValidator` looks at whole exchanges: method, path as sent, status, headers, body. It does not care
where they come from: an httpx hook (`response_hook`), or the proxy that real clients talk through
(tests/clients/proxy.py). Schemas are compiled when an operation is first seen.

Beyond the schemas it holds answers to the rules which the schemas cannot express, because errors are mostly
undocumented per operation: the standard error, JSON content types, CORS, no surprising success status, no 5xx.

spec: client-server-api#api-standards, client-server-api#web-browser-clients
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match

ENVIRONMENT: Final = "COURTYARD_OPENAPI"
BESIDE_THE_REPOSITORY: Final = (
    Path(__file__).resolve().parents[2] / "shared" / "data" / "matrix-client-server-openapi.json"
)

METHODS: Final = frozenset({"GET", "PUT", "POST", "DELETE"})
ERRORS_SHOWN_MAX: Final = 5
INSTANCE_SHOWN_CHARS_MAX: Final = 160
INTEGER_MAX: Final = 2**53 - 1

# Our own codes follow the Java convention that the specification names; conduct's has no underscore.
ERRCODE: Final = re.compile(r"[A-Z][A-Z0-9]*(\.[A-Z0-9]+)*_[A-Z0-9_.]+|ORG\.COURTYARD\.[A-Z_]+")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    `path` is percent-encoded as sent, the query may follow. Header names are lower case.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule. `rule` is a stable word, `where` is a JSON path in the body or a header."""

    exchange: Exchange
    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        """One line to read in a test report."""
        path = self.exchange.path.partition("?")[0]
        return (
            f"{self.exchange.method} {unquote(path)} -> {self.exchange.status}: "
            f"[{self.rule}] {self.where}: {self.message}"
        )


class SpecViolationError(AssertionError):
    """An answer broke the specification. The text lists each rule it broke."""

    def __init__(self, violations: list[Violation]) -> None:
        """Keep the violations and say all of them."""
        super().__init__("\n".join(map(str, violations)))
        self.violations = violations


def _formats() -> FormatChecker:
    """Checks for the `format` words the description uses.

    spec: appendices#common-identifier-format; data/string-formats.yaml of the specification
    """
    checker = FormatChecker(formats=())
    patterns = {
        "mx-user-id": r"@[^:\0]*:[^\0\s]+",
        "mx-room-id": r"![^\0]+",
        "mx-room-alias": r"#[^:\0]*:[^\0\s]+",
        "mx-event-id": r"\$[^\0]+",
        "mx-mxc-uri": r"mxc://[^/\0\s]+/[^/\0\s]+",
        "mx-server-name": r"[^\0\s/]+",
        "email": r"[^@\s]+@[^@\s]+",
    }
    for name, pattern in patterns.items():
        matches = re.compile(pattern).fullmatch
        checker.checks(name)(lambda it, m=matches: not isinstance(it, str) or m(it) is not None)
    checker.checks("uri")(lambda it: not isinstance(it, str) or bool(urlsplit(it).scheme))
    checker.checks("int64")(lambda it: not isinstance(it, int) or abs(it) <= INTEGER_MAX)
    return checker


FORMATS: Final = _formats()


class Operation:
    """One method of one path in the description."""

    def __init__(self, method: str, template: str, responses: dict[str, Any]) -> None:
        """Remember where it stands; compile nothing yet."""
        self.method = method
        self.template = template
        self._responses = responses
        self._schemas: dict[int, Draft202012Validator | None] = {}

    @cached_property
    def success_statuses(self) -> frozenset[int]:
        """The documented statuses below 400."""
        return frozenset(int(status) for status in self._responses if int(status) < 400)

    def documents(self, status: int) -> bool:
        """Say whether the description names this status."""
        return str(status) in self._responses

    def required_headers(self, status: int) -> list[str]:
        """Name the headers an answer of this status must carry, lower case."""
        headers: dict[str, Any] = self._responses.get(str(status), {}).get("headers", {})
        return [name.lower() for name, value in headers.items() if value.get("required")]

    def schema(self, status: int) -> Draft202012Validator | None:
        """Give the compiled schema of the JSON body for this status, if it has one."""
        if status not in self._schemas:
            media = self._responses.get(str(status), {}).get("content", {}).get("application/json")
            schema = media and media.get("schema")
            # "An object, or this kind of object" cannot be meant exclusively (GET …/state/{eventType}/{stateKey}).
            if schema and {"type": "object"} in schema.get("oneOf", ()):
                schema = {**schema, "anyOf": schema["oneOf"]}
                del schema["oneOf"]
            self._schemas[status] = (
                Draft202012Validator(schema, format_checker=FORMATS) if schema else None
            )
        return self._schemas[status]


@dataclass(slots=True)
class _Node:
    """One path segment in the tree of templates."""

    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    operations: dict[str, list[Operation]] = field(default_factory=dict)

    def grow(self, segments: list[str]) -> _Node:
        node = self
        for segment in segments:
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, _Node())
        return node

    def find(self, segments: list[str], at: int = 0) -> _Node | None:
        """Walk down; a literal goes before a parameter, and a dead end is walked back from."""
        if at == len(segments):
            return self if self.operations else None
        literal = self.literals.get(segments[at])
        found = literal.find(segments, at + 1) if literal else None
        if found is None and self.parameter is not None:
            found = self.parameter.find(segments, at + 1)
        return found


class SpecValidator:
    """Checks exchanges against the description and remembers which operations it saw.

    `seen` counts (method, template, status). Not safe for use by several threads.
    """

    def __init__(self, description: dict[str, Any]) -> None:
        """Index the operations of a dereferenced OpenAPI 3.1 description."""
        self.seen: Counter[tuple[str, str, int]] = Counter()
        self._root = _Node()
        for template, operations in description["paths"].items():
            # A trailing blank tells two operations on one path apart ("…/invite "); either may answer.
            segments = template.strip().split("/")
            places = [segments]
            if template.endswith("/state/{eventType}/{stateKey}"):
                places.append(segments[:-1])  # an empty state key may lose its slash too
            for method, operation in operations.items():
                item = Operation(method.upper(), template.strip(), operation["responses"])
                for place in places:
                    self._root.grow(place).operations.setdefault(item.method, []).append(item)

    @classmethod
    def at_hand(cls) -> SpecValidator | None:
        """Load the description named by COURTYARD_OPENAPI or lying beside the repository, if any.

        Raises:
            FileNotFoundError: COURTYARD_OPENAPI names a file that is not there.
        """
        named = os.environ.get(ENVIRONMENT)
        path = Path(named) if named else BESIDE_THE_REPOSITORY
        if not named and not path.exists():
            return None
        return cls(json.loads(path.read_bytes()))

    def operations(self, method: str, path: str) -> tuple[list[Operation], bool]:
        """Find the operations for a method and a percent-encoded path without query.

        Returns:
            The operations, and whether the path is known at all (with whatever method).
        """
        node = self._root.find([unquote(segment) for segment in path.split("/")])
        return (node.operations.get(method, []), True) if node else ([], False)

    def check(self, exchange: Exchange) -> list[Violation]:
        """Return everything that is wrong with one exchange; an empty list is a pass."""
        path = exchange.path.partition("?")[0]
        if not path.startswith(("/_matrix/", "/.well-known/matrix/")):
            return []
        violations = list(_check_cors(exchange))
        if exchange.method not in METHODS:
            return violations
        operations, path_known = self.operations(exchange.method, path)
        if operations:
            operation = operations[0]
            self.seen[operation.method, operation.template, exchange.status] += 1
        violations += _check_status(exchange, operations, path_known=path_known)
        body = _Body(exchange)
        if exchange.status >= 400:
            violations += _check_error(exchange, body)
        # Two operations may share a path; the answer has to satisfy one of them.
        verdicts = sorted([list(_check_body(exchange, body, it)) for it in operations], key=len)
        return violations + (verdicts[0] if verdicts else [])

    def require(self, exchange: Exchange) -> None:
        """Raise unless the exchange conforms.

        Raises:
            SpecViolationError: naming every rule the answer broke.
        """
        if violations := self.check(exchange):
            raise SpecViolationError(violations)


def response_hook(validator: SpecValidator) -> Callable[[httpx.Response], Awaitable[None]]:
    """Make an httpx event hook (`event_hooks={"response": [hook]}`) that fails the calling test.

    The hook reads the whole body. It raises SpecViolationError out of the client's call.
    """

    async def check(response: httpx.Response) -> None:
        await response.aread()
        request = response.request
        validator.require(
            Exchange(
                method=request.method,
                path=request.url.raw_path.decode("ascii"),
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=response.content,
            )
        )

    return check


class _Body:
    """The body of an answer as JSON; parsed once, with the reason when it is not JSON."""

    def __init__(self, exchange: Exchange) -> None:
        self.value: Any = None
        self.problem = ""
        content_type = exchange.headers.get("content-type", "")
        if content_type.partition(";")[0].strip().lower() != "application/json":
            self.problem = f"content type is {content_type!r}, not application/json"
            return
        try:
            self.value = json.loads(exchange.body.decode("utf-8"), parse_constant=_refuse)
        except ValueError as error:
            self.problem = f"not JSON: {error}"


def _refuse(word: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    message = f"{word} is no JSON value"
    raise ValueError(message)


def _check_cors(exchange: Exchange) -> Iterator[Violation]:
    """spec: client-server-api#web-browser-clients."""
    if exchange.headers.get("access-control-allow-origin") != "*":
        yield Violation(exchange, "cors", "Access-Control-Allow-Origin", "must be *")
    if exchange.method != "OPTIONS":
        return
    if not 200 <= exchange.status < 300:
        yield Violation(exchange, "cors", "status", "a preflight request must succeed")
    wanted = {
        "access-control-allow-methods": METHODS | {"OPTIONS"},
        "access-control-allow-headers": {"X-REQUESTED-WITH", "CONTENT-TYPE", "AUTHORIZATION"},
    }
    for name, words in wanted.items():
        allowed = {word.strip().upper() for word in exchange.headers.get(name, "").split(",")}
        if missing := words - allowed:
            yield Violation(exchange, "cors", name, f"does not allow {sorted(missing)}")


def _check_status(
    exchange: Exchange, operations: list[Operation], *, path_known: bool
) -> Iterator[Violation]:
    status = exchange.status
    if status >= 500 and not any(item.documents(status) for item in operations):
        yield Violation(exchange, "server-error", "status", "the server failed")
    if operations and status < 400 and status not in (206, 304):  # HTTP's own
        documented = frozenset[int]().union(*(item.success_statuses for item in operations))
        if status not in documented:
            yield Violation(exchange, "status", "status", f"documented are {sorted(documented)}")
    if path_known and not operations and status != 405:
        yield Violation(exchange, "status", "status", "this method is not known here: must be 405")


def _check_error(exchange: Exchange, body: _Body) -> Iterator[Violation]:
    """The standard error, for every status from 400 up, documented or not.

    spec: client-server-api#standard-error-response
    """
    if body.problem:
        yield Violation(exchange, "error", "body", body.problem)
        return
    if not isinstance(body.value, dict):
        yield Violation(exchange, "error", "$", "an error must be a JSON object")
        return
    if exchange.status == 401 and "flows" in body.value:
        yield from _check_interactive(exchange, body.value)
        return
    errcode, error = body.value.get("errcode"), body.value.get("error")
    if not isinstance(errcode, str) or not ERRCODE.fullmatch(errcode):
        yield Violation(exchange, "error", "$.errcode", f"no error code: {errcode!r}")
    if not isinstance(error, str) or not error:
        yield Violation(exchange, "error", "$.error", f"no message for a human: {error!r}")
    if exchange.status == 405 and errcode != "M_UNRECOGNIZED":
        yield Violation(exchange, "error", "$.errcode", "405 goes with M_UNRECOGNIZED")


def _check_interactive(exchange: Exchange, value: dict[str, Any]) -> Iterator[Violation]:
    """The 401 that asks for more authentication; an errcode is only there after a failed stage.

    spec: client-server-api#user-interactive-authentication-api
    """
    flows = value["flows"]
    if not isinstance(flows, list) or not all(
        isinstance(flow, dict)
        and isinstance(flow.get("stages"), list)
        and all(isinstance(stage, str) for stage in flow["stages"])
        for flow in flows
    ):
        yield Violation(exchange, "interactive", "$.flows", "must list flows with their stages")
    if not isinstance(value.get("session"), str):
        yield Violation(exchange, "interactive", "$.session", "must be a string")
    if not isinstance(value.get("params", {}), dict):
        yield Violation(exchange, "interactive", "$.params", "must be an object")
    if "errcode" in value and not isinstance(value.get("error"), str):
        yield Violation(exchange, "interactive", "$.error", "an errcode comes with its message")


def _check_body(exchange: Exchange, body: _Body, operation: Operation) -> Iterator[Violation]:
    for name in operation.required_headers(exchange.status):
        if not exchange.headers.get(name):
            yield Violation(exchange, "header", name, "is required here")
    schema = operation.schema(exchange.status)
    if schema is None:
        return
    if body.problem:
        if exchange.status < 400:  # an error has been told already
            yield Violation(exchange, "body", "body", body.problem)
        return
    # The description has one schema for 401 here, but a bad token is also 401, without any flows.
    refused = isinstance(body.value, dict) and "errcode" in body.value and "flows" not in body.value
    if exchange.status == 401 and refused:
        return
    for error in islice(schema.iter_errors(body.value), ERRORS_SHOWN_MAX):
        yield _told(exchange, error)


def _told(exchange: Exchange, error: ValidationError) -> Violation:
    """Put one schema error into words; of alternatives, name the one that came nearest."""
    deepest = best_match([error]) or error
    instance = repr(deepest.instance)
    if len(instance) > INSTANCE_SHOWN_CHARS_MAX:
        instance = instance[:INSTANCE_SHOWN_CHARS_MAX] + "…"
    message = (
        deepest.message
        if len(deepest.message) <= INSTANCE_SHOWN_CHARS_MAX
        else (f"fails {deepest.validator}: {instance}")
    )
    if deepest.validator == "required":
        message = f"{deepest.message} of {instance}"
    return Violation(exchange, "schema", deepest.json_path, message)

"""The validator must bite: for each rule a conforming answer passes and a seeded violation does not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.openapi import Exchange, SpecValidator, SpecViolationError, response_hook

CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS",
    "access-control-allow-headers": "X-Requested-With, Content-Type, Authorization",
}
JSON = CORS | {"content-type": "application/json"}
C = "/_matrix/client/v3"


@pytest.fixture(scope="module")
def validator() -> SpecValidator:
    found = SpecValidator.at_hand()
    if found is None:
        pytest.skip("the OpenAPI description of Matrix is not at hand")
    return found


def exchange(
    method: str,
    path: str,
    body: object,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Exchange:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(method, path, status, JSON if headers is None else headers, payload)


def rules(validator: SpecValidator, it: Exchange) -> list[str]:
    return [violation.rule for violation in validator.check(it)]


EVENT = {
    "type": "m.room.message",
    "sender": "@a:b.example",
    "event_id": "$one",
    "origin_server_ts": 1,
    "content": {"body": "hi", "msgtype": "m.text"},
}
SYNC = {
    "next_batch": "1",
    "rooms": {"join": {"!r:b.example": {"timeline": {"events": [EVENT], "limited": False}}}},
    "device_one_time_keys_count": {"signed_curve25519": 50},
}


def sync_with(**event: Any) -> dict[str, Any]:
    changed = {**EVENT, **event}
    return SYNC | {"rooms": {"join": {"!r:b.example": {"timeline": {"events": [changed]}}}}}


@pytest.mark.parametrize(
    "good, bad",
    [
        # schemas, at any depth
        (("GET", f"{C}/sync?timeout=0", SYNC), ("GET", f"{C}/sync", {"rooms": {}})),
        (("GET", f"{C}/sync", sync_with(type="x")), ("GET", f"{C}/sync", sync_with(type=None))),
        (
            ("GET", f"{C}/sync", sync_with(sender="@a:b")),
            ("GET", f"{C}/sync", sync_with(sender="a")),
        ),
        (
            ("GET", f"{C}/sync", sync_with(origin_server_ts=5)),
            ("GET", f"{C}/sync", sync_with(origin_server_ts="5")),
        ),
        (
            ("GET", f"{C}/account/whoami", {"user_id": "@a:b.example", "is_guest": False}),
            ("GET", f"{C}/account/whoami", {"user_id": "@a:b.example", "is_guest": None}),
        ),
        (("POST", f"{C}/createRoom", {"room_id": "!r"}), ("POST", f"{C}/createRoom", {})),
        (
            ("PUT", f"{C}/rooms/!r%3Ab/send/m.x/1", {"event_id": "$e"}),
            ("PUT", f"{C}/rooms/!r%3Ab/send/m.x/1", {"event_id": "e"}),
        ),
        (
            ("PUT", f"{C}/rooms/!r/state/m.room.name/", {"event_id": "$e"}),
            ("PUT", f"{C}/rooms/!r/state/m.room.name", {"id": "$e"}),
        ),
        (
            ("GET", f"{C}/devices", {"devices": [{"device_id": "D"}]}),
            ("GET", f"{C}/devices", {"devices": [{"device_id": "D", "display_name": None}]}),
        ),
        (
            ("GET", f"{C}/pushrules/", {"global": {}}),
            ("GET", f"{C}/pushrules/", {"device": {}}),
        ),
        # a literal goes before a parameter
        (
            ("GET", f"{C}/room_keys/keys", {"rooms": {}}),
            ("GET", f"{C}/room_keys/keys", {"sessions": {}}),
        ),
    ],
)
def test_a_body_is_held_against_its_schema(
    validator: SpecValidator, good: tuple[str, str, Any], bad: tuple[str, str, Any]
) -> None:
    assert rules(validator, exchange(*good)) == []
    assert "schema" in rules(validator, exchange(*bad))


def test_a_violation_says_where(validator: SpecValidator) -> None:
    it = exchange("GET", f"{C}/sync", sync_with(sender=7))

    text = str(validator.check(it)[0])

    assert "GET /_matrix/client/v3/sync -> 200" in text
    assert "rooms.join['!r:b.example'].timeline.events[0].sender" in text


FORBIDDEN = {"errcode": "M_FORBIDDEN", "error": "You are not in the room."}
SEND = f"{C}/rooms/!r/send/m.x/1"


@pytest.mark.parametrize(
    "status, body, headers",
    [
        (403, {"errcode": "M_FORBIDDEN"}, JSON),
        (403, {"error": "no"}, JSON),
        (403, {"errcode": "forbidden", "error": "no"}, JSON),
        (403, {"errcode": "M_FORBIDDEN", "error": ""}, JSON),
        (403, {"errcode": 403, "error": "no"}, JSON),
        (403, [], JSON),
        (403, b"", JSON),
        (403, b"<html>", JSON),
        (403, FORBIDDEN, CORS | {"content-type": "text/plain"}),
        (418, b"teapot", JSON),
    ],
)
def test_an_error_must_be_a_standard_error(
    validator: SpecValidator, status: int, body: object, headers: dict[str, str]
) -> None:
    assert rules(validator, exchange("PUT", SEND, FORBIDDEN, status=403)) == []
    assert "error" in rules(validator, exchange("PUT", SEND, body, status=status, headers=headers))


def test_the_error_rules_hold_for_unknown_paths_too(validator: SpecValidator) -> None:
    path = "/_matrix/client/unstable/org.example/thing"
    unrecognized = {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request."}

    assert rules(validator, exchange("GET", path, unrecognized, status=404)) == []
    assert rules(validator, exchange("GET", path, {"detail": "Not Found"}, status=404)) == [
        "error",
        "error",
    ]


def test_an_unknown_method_must_be_405_unrecognized(validator: SpecValidator) -> None:
    unrecognized = {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request."}
    good = exchange("DELETE", f"{C}/sync", unrecognized, status=405)

    assert rules(validator, good) == []
    assert rules(validator, replace(good, status=404)) == ["status"]
    assert "error" in rules(validator, exchange("DELETE", f"{C}/sync", FORBIDDEN, status=405))


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_never_right(validator: SpecValidator, status: int) -> None:
    body = {"errcode": "M_UNKNOWN", "error": "Internal error."}

    assert rules(validator, exchange("GET", f"{C}/sync", body, status=status)) == ["server-error"]


@pytest.mark.parametrize("status", [201, 204, 302])
def test_an_undocumented_success_is_a_violation(validator: SpecValidator, status: int) -> None:
    good = exchange("POST", f"{C}/createRoom", {"room_id": "!r"})

    assert rules(validator, good) == []
    assert rules(validator, replace(good, status=status)) == ["status"]


def test_json_must_be_json(validator: SpecValidator) -> None:
    good = exchange("GET", f"{C}/joined_rooms", {"joined_rooms": []})

    assert rules(validator, good) == []
    assert rules(validator, replace(good, body=b"{")) == ["body"]
    assert rules(validator, replace(good, body=b'{"joined_rooms": [NaN]}')) == ["body"]
    assert rules(validator, replace(good, headers=CORS)) == ["body"]


@pytest.mark.parametrize("status", [200, 404])
def test_cors_is_on_everything(validator: SpecValidator, status: int) -> None:
    body = {"joined_rooms": [], "errcode": "M_NOT_FOUND", "error": "Not found."}
    good = exchange("GET", f"{C}/joined_rooms", body, status=status)

    assert rules(validator, good) == []
    without = {"content-type": "application/json"}
    assert rules(validator, replace(good, headers=without)) == ["cors"]


def test_a_preflight_must_allow_what_clients_send(validator: SpecValidator) -> None:
    good = Exchange("OPTIONS", f"{C}/sync", 204, CORS, b"")

    assert rules(validator, good) == []
    assert rules(validator, replace(good, status=405)) == ["cors"]
    for name in CORS:
        headers = {key: value for key, value in CORS.items() if key != name}
        assert rules(validator, replace(good, headers=headers)) == ["cors"]


def test_the_interactive_401_and_the_bad_token_401_are_told_apart(
    validator: SpecValidator,
) -> None:
    interactive = {"flows": [{"stages": ["m.login.dummy"]}], "session": "s", "params": {}}
    token = {"errcode": "M_UNKNOWN_TOKEN", "error": "Unknown token."}
    path = f"{C}/delete_devices"

    assert rules(validator, exchange("POST", path, interactive, status=401)) == []
    assert rules(validator, exchange("POST", path, token, status=401)) == []
    for broken in (
        interactive | {"session": None},
        interactive | {"flows": [{}]},
        interactive | {"flows": None},
        interactive | {"params": None},
    ):
        assert "interactive" in rules(validator, exchange("POST", path, broken, status=401))


def test_a_download_needs_its_headers_and_no_json(validator: SpecValidator) -> None:
    headers = CORS | {"content-type": "image/png", "content-disposition": "inline"}
    path = "/_matrix/client/v1/media/download/b.example/abc"
    good = exchange("GET", path, b"\x89PNG", headers=headers)

    assert rules(validator, good) == []
    del headers["content-disposition"]
    assert rules(validator, good) == ["header"]


def test_two_operations_on_one_path_may_each_answer(validator: SpecValidator) -> None:
    """`/events` is described twice: for one room and for all."""
    event = EVENT | {"room_id": "!r:b.example"}

    assert rules(validator, exchange("GET", f"{C}/events", {"chunk": [event]})) == []
    assert "schema" in rules(validator, exchange("GET", f"{C}/events", {"chunk": {}}))


def test_what_is_not_matrix_is_left_alone(validator: SpecValidator) -> None:
    assert rules(validator, exchange("GET", "/health", b"ok", headers={})) == []


def test_what_was_seen_is_counted_by_template(validator: SpecValidator) -> None:
    before = validator.seen["PUT", f"{C}/rooms/{{roomId}}/send/{{eventType}}/{{txnId}}", 200]

    validator.check(exchange("PUT", SEND, {"event_id": "$e"}))

    after = validator.seen["PUT", f"{C}/rooms/{{roomId}}/send/{{eventType}}/{{txnId}}", 200]
    assert after == before + 1


async def test_the_httpx_hook_fails_the_calling_test(validator: SpecValidator) -> None:
    answers = {"/good": {"joined_rooms": []}, "/bad": {"joined_rooms": "all"}}

    def answer(request: httpx.Request) -> httpx.Response:
        which = request.headers["x-answer"]
        return httpx.Response(200, json=answers[which], headers=CORS)

    async with httpx.AsyncClient(
        base_url="http://127.0.0.1",
        transport=httpx.MockTransport(answer),
        event_hooks={"response": [response_hook(validator)]},
    ) as client:
        good = await client.get(f"{C}/joined_rooms?x=%20", headers={"x-answer": "/good"})
        with pytest.raises(SpecViolationError, match="joined_rooms"):
            await client.get(f"{C}/joined_rooms", headers={"x-answer": "/bad"})

    assert good.json() == {"joined_rooms": []}


def test_a_named_description_that_is_missing_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Nobody should believe that answers were validated when they were not."""
    monkeypatch.setenv("COURTYARD_OPENAPI", str(tmp_path / "none.json"))

    with pytest.raises(FileNotFoundError):
        SpecValidator.at_hand()

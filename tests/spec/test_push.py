"""Push rules and pushers through HTTP.

spec: client-server-api#push-notifications
"""

import asyncio
from typing import Any

import httpx
import pytest

from courtyard.app.wiring import Server
from tests.api import Api, User, q

MASTER = ".m.rule.master"
MESSAGE = ".m.rule.message"
GATEWAY = "https://push.example.org/_matrix/push/v1/notify"
PUSHER: dict[str, Any] = {
    "kind": "http",
    "app_id": "com.example.app",
    "pushkey": "a key/with=signs",
    "app_display_name": "App",
    "device_display_name": "Phone",
    "profile_tag": "tag",
    "lang": "en",
    "data": {"url": GATEWAY, "format": "event_id_only", "custom": "data"},
}

DEFAULT_OVERRIDES = [
    MASTER,
    ".m.rule.suppress_notices",
    ".m.rule.invite_for_me",
    ".m.rule.member_event",
    ".m.rule.is_user_mention",
    ".m.rule.is_room_mention",
    ".m.rule.tombstone",
    ".m.rule.reaction",
    ".m.rule.room.server_acl",
    ".m.rule.suppress_edits",
]
DEFAULT_UNDERRIDES = [
    ".m.rule.call",
    ".m.rule.encrypted_room_one_to_one",
    ".m.rule.room_one_to_one",
    MESSAGE,
    ".m.rule.encrypted",
]


def path(kind: str, rule_id: str, attribute: str = "") -> str:
    return f"pushrules/global/{kind}/{q(rule_id)}{attribute}"


async def ids(user: User, kind: str) -> list[str]:
    whole = (await user.get("pushrules/global/")).ok()
    return [rule["rule_id"] for rule in whole[kind]]


async def test_everybody_has_the_predefined_rules_in_order(alice: User) -> None:
    """spec: client-server-api#predefined-rules."""
    whole = (await alice.get("pushrules/")).ok()["global"]

    assert DEFAULT_OVERRIDES == [rule["rule_id"] for rule in whole["override"]]
    assert DEFAULT_UNDERRIDES == [rule["rule_id"] for rule in whole["underride"]]
    assert ([], [], []) == (whole["content"], whole["room"], whole["sender"])
    assert [MASTER] == [rule["rule_id"] for rule in whole["override"] if not rule["enabled"]]
    assert (await alice.get("pushrules/global/")).ok() == whole


async def test_the_mention_rule_names_its_owner(alice: User, bob: User) -> None:
    """spec: client-server-api#predefined-rules."""
    for user in (alice, bob):
        rule = (await user.get(path("override", ".m.rule.is_user_mention"))).ok()

        assert [user.id] == [condition["value"] for condition in rule["conditions"]]


@pytest.mark.parametrize(
    "kind,rule_id,body",
    [
        ("room", "!room:test.example", {}),
        ("sender", "@bob:test.example", {}),
        ("content", "my_content_rule", {"pattern": "my_pattern"}),
        ("content", "тест", {"pattern": "тест"}),
        (
            "override",
            "my_override_rule",
            {"conditions": [{"kind": "event_match", "key": "type", "pattern": "m.x"}]},
        ),
        ("underride", "without conditions", {}),
    ],
)
async def test_a_user_can_have_rules_of_each_kind(
    alice: User, bob: User, kind: str, rule_id: str, body: dict[str, Any]
) -> None:
    """spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid."""
    sent = {"actions": ["notify", {"set_tweak": "sound", "value": "x"}], **body}

    (await alice.put(path(kind, rule_id), sent)).ok()

    rule = (await alice.get(path(kind, rule_id))).ok()
    assert rule.items() >= (sent | {"rule_id": rule_id, "enabled": True, "default": False}).items()
    assert {"actions": sent["actions"]} == (await alice.get(path(kind, rule_id, "/actions"))).ok()
    assert {"enabled": True} == (await alice.get(path(kind, rule_id, "/enabled"))).ok()
    assert rule_id in await ids(alice, kind)
    assert rule_id not in await ids(bob, kind)

    (await alice.request("DELETE", path(kind, rule_id))).ok()

    gone = await alice.get(path(kind, rule_id))
    again = await alice.request("DELETE", path(kind, rule_id))
    assert (404, "M_NOT_FOUND") == (gone.status, gone.errcode)
    assert (404, "M_NOT_FOUND") == (again.status, again.errcode)


async def test_new_rules_come_first_unless_placed_before_or_after_another(alice: User) -> None:
    """spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid."""
    body = {"actions": ["notify"], "pattern": "cake"}
    for rule_id, params in (
        ("one", {}),
        ("two", {}),
        ("three", {"after": "two"}),
        ("four", {"before": "one"}),
    ):
        url = path("content", rule_id)
        (await alice.request("PUT", url, body, params=params or None)).ok()
    missing = await alice.request("PUT", path("content", "x"), body, params={"before": "no"})
    server_s = await alice.request("PUT", path("override", "x"), body, params={"after": MASTER})

    assert ["two", "three", "four", "one"] == await ids(alice, "content")
    assert (400, "M_UNKNOWN") == (missing.status, missing.errcode)
    assert (400, "M_UNKNOWN") == (server_s.status, server_s.errcode)


async def test_default_rules_can_be_disabled_and_changed_but_not_deleted(alice: User) -> None:
    """spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleidactions."""
    (await alice.put(path("underride", MESSAGE, "/enabled"), {"enabled": False})).ok()
    (await alice.put(path("underride", MESSAGE, "/actions"), {"actions": ["dont_notify"]})).ok()

    rule = (await alice.get(path("underride", MESSAGE))).ok()
    refused = await alice.request("DELETE", path("underride", MESSAGE))
    assert (False, ["dont_notify"], True) == (rule["enabled"], rule["actions"], rule["default"])
    assert (400, "M_INVALID_PARAM") == (refused.status, refused.errcode)


@pytest.mark.parametrize("rule_id", [".mine", "a/b", "a\\b", MASTER])
async def test_reserved_and_slashed_ids_are_refused(alice: User, rule_id: str) -> None:
    """spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid."""
    answer = await alice.put(path("override", rule_id), {"actions": []})

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


@pytest.mark.parametrize(
    "url,body,errcode",
    [
        (path("device", "x"), {"actions": []}, "M_INVALID_PARAM"),
        (path("room", "!x"), {}, "M_MISSING_PARAM"),
        (path("room", "!x"), {"actions": ["not_an_action"]}, "M_INVALID_PARAM"),
        (path("content", "x"), {"actions": []}, "M_MISSING_PARAM"),
        (path("override", "x"), {"actions": [], "conditions": [{}]}, "M_INVALID_PARAM"),
        (path("override", MASTER, "/enabled"), {}, "M_MISSING_PARAM"),
        (path("override", MASTER, "/enabled"), {"enabled": "yes"}, "M_INVALID_PARAM"),
        (path("override", MASTER, "/actions"), {}, "M_MISSING_PARAM"),
        (path("override", MASTER, "/actions"), {"actions": 7}, "M_INVALID_PARAM"),
    ],
)
async def test_a_body_of_the_wrong_shape_is_refused(
    alice: User, url: str, body: dict[str, Any], errcode: str
) -> None:
    answer = await alice.put(url, body)

    assert (400, errcode) == (answer.status, answer.errcode)


@pytest.mark.parametrize("attribute", ["", "/enabled", "/actions"])
@pytest.mark.parametrize("rule_id", ["no", ".m.rule.no"])
async def test_an_unknown_rule_is_not_found(alice: User, attribute: str, rule_id: str) -> None:
    """spec: client-server-api#get_matrixclientv3pushrulesglobalkindruleid."""
    answers = [await alice.get(path("override", rule_id, attribute))]
    if attribute:
        body = {"enabled": True, "actions": []}
        answers.append(await alice.put(path("override", rule_id, attribute), body))

    assert {(404, "M_NOT_FOUND")} == {(answer.status, answer.errcode) for answer in answers}


@pytest.mark.parametrize(
    "method, url",
    [
        ("GET", "pushrules/device/"),
        ("GET", "pushrules/device/override/"),
        ("GET", f"pushrules/device/override/{MASTER}"),
        ("GET", f"pushrules/device/override/{MASTER}/enabled"),
        ("PUT", "pushrules/device/room/%23spam%3Aexample.com"),
        ("DELETE", f"pushrules/device/override/{MASTER}"),
    ],
)
async def test_there_is_no_scope_but_global(alice: User, method: str, url: str) -> None:
    """Up to version 1.11 the scope was a parameter of these paths, with one value."""
    answer = await alice.request(method, url, {} if method == "PUT" else None)

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


@pytest.mark.parametrize("url", ["pushrules/global/room", "pushrules/global/room/"])
async def test_a_rule_without_an_id_is_refused(alice: User, url: str) -> None:
    """spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid."""
    answer = await alice.put(url, {"actions": ["notify"]})

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_an_unknown_attribute_is_no_endpoint(alice: User) -> None:
    answer = await alice.put(path("override", MASTER, "/not_an_attr"), {"enabled": True})

    assert (404, "M_UNRECOGNIZED") == (answer.status, answer.errcode)


@pytest.mark.parametrize(
    "method,url",
    [
        ("GET", "pushrules/"),
        ("GET", "pushrules/global/"),
        ("GET", path("override", MASTER)),
        ("PUT", path("override", "x")),
        ("DELETE", path("override", "x")),
        ("PUT", path("override", MASTER, "/enabled")),
        ("PUT", path("override", MASTER, "/actions")),
        ("GET", "pushers"),
        ("POST", "pushers/set"),
    ],
)
async def test_a_token_is_needed(api: Api, method: str, url: str) -> None:
    answer = await api.request(method, url, {} if method in {"PUT", "POST"} else None)

    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)


async def test_a_change_wakes_the_user(alice: User, server: Server) -> None:
    """spec: client-server-api#push-rules-events."""
    woken = asyncio.Event()
    server.bus.subscribe(lambda topic, _: woken.set() if topic == f"user:{alice.id}" else None)

    (await alice.put(path("override", MASTER, "/enabled"), {"enabled": True})).ok()

    assert woken.is_set()


async def test_pushers_are_set_listed_and_deleted(alice: User, bob: User) -> None:
    """spec: client-server-api#post_matrixclientv3pushersset."""
    assert {"pushers": []} == (await alice.get("pushers")).ok()

    assert {} == (await alice.post("pushers/set", PUSHER)).ok()
    assert {"pushers": [PUSHER]} == (await alice.get("pushers")).ok()

    (await bob.post("pushers/set", PUSHER | {"append": True})).ok()
    assert {"pushers": [PUSHER]} == (await alice.get("pushers")).ok()
    (await bob.post("pushers/set", PUSHER)).ok()
    assert {"pushers": []} == (await alice.get("pushers")).ok()

    key = {name: PUSHER[name] for name in ("app_id", "pushkey")}
    (await bob.post("pushers/set", key | {"kind": None})).ok()
    assert {"pushers": []} == (await bob.get("pushers")).ok()


@pytest.mark.parametrize(
    "change,errcode",
    [
        ({"lang": None, "data": None}, "M_MISSING_PARAM"),
        ({"kind": "email"}, "M_INVALID_PARAM"),
        ({"app_id": "a" * 65}, "M_INVALID_PARAM"),
        ({"pushkey": "k" * 513}, "M_INVALID_PARAM"),
        ({"data": {"url": GATEWAY.replace("https", "http")}}, "M_INVALID_PARAM"),
        ({"data": {"url": "https://push.example.org/elsewhere"}}, "M_INVALID_PARAM"),
        ({"data": {}}, "M_MISSING_PARAM"),
        ({"append": "yes"}, "M_INVALID_PARAM"),
    ],
)
async def test_a_pusher_of_the_wrong_shape_is_refused(
    alice: User, change: dict[str, Any], errcode: str
) -> None:
    """spec: client-server-api#post_matrixclientv3pushersset."""
    answer = await alice.post("pushers/set", PUSHER | change)

    assert (400, errcode) == (answer.status, answer.errcode)
    assert {"pushers": []} == (await alice.get("pushers")).ok()


async def test_a_device_s_pushers_go_when_it_is_logged_out(api: Api, alice: User) -> None:
    """spec: client-server-api#post_matrixclientv3logout."""
    other = await api.login(alice.id)
    (await other.post("pushers/set", PUSHER)).ok()
    (await alice.post("pushers/set", PUSHER | {"pushkey": "mine"})).ok()

    (await other.post("logout")).ok()

    left = (await alice.get("pushers")).ok()["pushers"]
    assert ["mine"] == [pusher["pushkey"] for pusher in left]


async def test_the_rules_of_one_kind(server: Server, alice: User) -> None:
    """A path of the first releases. Today's specification takes it for a rule without an id."""
    everything = (await alice.get("pushrules/global/")).ok()
    transport = httpx.ASGITransport(server.asgi)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://test.example") as http:
        old = User(Api(http), alice.id, alice.device_id, alice.token)

        for kind, rules in everything.items():
            assert (await old.get(f"pushrules/global/{kind}/")).ok() == rules
        unknown = await old.get("pushrules/global/kindest/")

    assert (400, "M_INVALID_PARAM") == (unknown.status, unknown.errcode)

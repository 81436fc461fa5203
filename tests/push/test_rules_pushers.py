from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.base.errors import CourtyardError, InvalidParamError, MissingParamError
from courtyard.push.rules_pushers import is_gateway, parse_append, parse_key, parse_pusher
from tests.push.strategies import json_values

URL = "https://push.example.org/_matrix/push/v1/notify"
BODY: dict[str, Any] = {
    "kind": "http",
    "app_id": "com.example.app",
    "pushkey": "key",
    "app_display_name": "App",
    "device_display_name": "Phone",
    "profile_tag": "tag",
    "lang": "en",
    "data": {"url": URL, "format": "event_id_only", "custom": [1]},
}


def without(*members: str) -> dict[str, Any]:
    return {name: value for name, value in BODY.items() if name not in members}


def test_a_pusher_is_accepted_as_written() -> None:
    """spec: client-server-api#post_matrixclientv3pushersset."""
    pusher = parse_pusher(BODY)

    assert msgspec.json.decode(msgspec.json.encode(pusher)) == BODY


def test_the_profile_tag_may_be_absent() -> None:
    pusher = parse_pusher(without("profile_tag"))

    assert msgspec.json.decode(msgspec.json.encode(pusher)) == without("profile_tag")


def test_the_kind_null_means_delete() -> None:
    """spec: client-server-api#post_matrixclientv3pushersset."""
    assert parse_pusher({"kind": None, "app_id": "a", "pushkey": "k"}) is None


@pytest.mark.parametrize(
    "missing",
    ["kind", "app_id", "pushkey", "app_display_name", "device_display_name", "lang", "data"],
)
def test_what_is_required_is_named_when_it_is_missing(missing: str) -> None:
    """spec: client-server-api#post_matrixclientv3pushersset."""
    with pytest.raises(MissingParamError, match=missing):
        parse_pusher(without(missing))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "email"},
        {"kind": 7},
        {"app_id": "a" * 65},
        {"app_id": 7},
        {"pushkey": "é" * 257},
        {"pushkey": []},
        {"lang": 7},
        {"app_display_name": "a" * 256},
        {"profile_tag": {}},
        {"data": []},
        {"data": {"url": URL, "format": 7}},
        {"data": {"url": URL, "custom": "x" * 9000}},
        {"data": {"url": URL, "custom": "\ud800"}},
        {"data": {"url": "http://push.example.org/_matrix/push/v1/notify"}},
    ],
)
def test_what_has_the_wrong_shape_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidParamError):
        parse_pusher(BODY | wrong)


def test_data_must_have_a_url() -> None:
    with pytest.raises(MissingParamError):
        parse_pusher(BODY | {"data": {}})


@pytest.mark.parametrize(
    "url,expected",
    [
        (URL, True),
        ("https://push.example.org:8443/_matrix/push/v1/notify", True),
        ("https://[::1]/_matrix/push/v1/notify", True),
        ("http://push.example.org/_matrix/push/v1/notify", False),
        ("https://push.example.org/other", False),
        ("https://push.example.org/_matrix/push/v1/notify/", False),
        ("https://push.example.org/_matrix/push/v1/notify?x=1", False),
        ("https://push.example.org/_matrix/push/v1/notify#x", False),
        ("https:///_matrix/push/v1/notify", False),
        ("https://push.example.org:99999/_matrix/push/v1/notify", False),
        ("https://[broken/_matrix/push/v1/notify", False),
        (None, False),
    ],
)
def test_a_gateway_is_https_and_has_the_one_path(url: object, expected: bool) -> None:
    """spec: client-server-api#post_matrixclientv3pushersset."""
    assert is_gateway(url) is expected


def test_append_is_a_boolean() -> None:
    assert (False, True) == (parse_append({}), parse_append({"append": True}))
    with pytest.raises(InvalidParamError):
        parse_append({"append": "yes"})


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([*BODY, "append"]), json_values),
    st.sets(st.sampled_from(list(BODY))),
)
def test_a_hostile_pusher_is_refused_or_can_be_stored(
    hostile: dict[str, Any], kept: set[str]
) -> None:
    body = hostile | {name: BODY[name] for name in kept}
    try:
        parse_key(body)
        parse_append(body)
        msgspec.json.encode(parse_pusher(body))
    except CourtyardError:
        pass

"""The rules of webhooks: when a message is tried again, where it may go, who is served, how it is signed."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from courtyard.base.ids import TimestampMs
from courtyard.wallet.model import MerchantId
from courtyard.wallet.webhooks import rules
from courtyard.wallet.webhooks.errors import BadKindsError, BadUrlError
from courtyard.wallet.webhooks.model import KINDS, Endpoint, EndpointId, MessageId


def test_a_message_is_tried_fifteen_times_more_within_a_day() -> None:
    """WeChat Pay's: 15s/15s/30s/3m/10m/20m/30m/30m/30m/60m/3h/3h/3h/6h/6h, together 24 h 4 m."""
    minutes = [0.25, 0.25, 0.5, 3, 10, 20, 30, 30, 30, 60, 180, 180, 180, 360, 360]
    waits = [rules.wait_ms(n) for n in range(1, rules.TRIES_MAX)]

    assert waits == [int(one * 60_000) for one in minutes]
    assert sum(rules.WAITS_MS) == (24 * 60 + 4) * 60_000
    assert rules.wait_ms(rules.TRIES_MAX) is None
    assert rules.later(1_000, waits[0] or 0) == 16_000


@pytest.mark.parametrize("status, said", [
    (200, "delivered"), (204, "delivered"), (299, "delivered"), (410, "gone"),
    (0, "failed"), (199, "failed"), (301, "failed"), (308, "failed"), (404, "failed"), (500, "failed"),
])  # fmt: skip
def test_what_an_answer_means(status: int, said: str) -> None:
    assert rules.verdict(status) == said


@pytest.mark.parametrize(
    "url",
    [
        *(None, 1, "", "ftp://shop.example/", "shop.example", "https://", "http://shop.example/"),
        *("https://a b/", "https://shop.example/\r\nX: y", "https://shop.example/\x00"),
        *("https://u:p@shop.example/", "https://shop.example/#x", "https://shop.example:0/"),
        *("https://shop.example:99999/", "https://[::1/", "https://shop.example/ü"),
        "https://shop.example/" + "x" * 1_024,
    ],
)
@pytest.mark.parametrize("is_private_ok", [True, False])
def test_no_messages_go_to_what_is_no_address(url: object, is_private_ok: bool) -> None:
    with pytest.raises(BadUrlError):
        rules.parse_url(url, is_private_ok=is_private_ok)


@pytest.mark.parametrize(
    "url",
    ["https://10.0.0.1/", "https://127.0.0.1:8443/x", "https://[::1]/", "https://169.254.169.254/"],
)
def test_private_addresses_are_refused_unless_allowed(url: str) -> None:
    with pytest.raises(BadUrlError, match="private"):
        rules.parse_url(url, is_private_ok=False)
    assert rules.parse_url(url, is_private_ok=True) == url


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/x", "http://[::1]/"])
def test_without_tls_only_this_machine_is_told(url: str) -> None:
    assert rules.parse_url(url, is_private_ok=True) == url
    with pytest.raises(BadUrlError):
        rules.parse_url(url, is_private_ok=False)
    with pytest.raises(BadUrlError):
        rules.parse_url("http://10.0.0.1/", is_private_ok=True)


@pytest.mark.parametrize("url", ["https://shop.example", "https://shop.example:8443/a?b=c&d=%20"])
def test_addresses_of_merchants(url: str) -> None:
    assert rules.parse_url(url, is_private_ok=False) == url


@pytest.mark.parametrize("kinds", [None, "order.paid", [], ["order.paid", "nothing"], [1], [[]]])
def test_what_nobody_can_be_told_of(kinds: object) -> None:
    with pytest.raises(BadKindsError):
        rules.parse_kinds(kinds)


def test_kinds_are_kept_in_their_own_order_once_each() -> None:
    assert rules.parse_kinds(["refund.done", "order.paid", "refund.done"]) == (
        "order.paid",
        "refund.done",
    )
    assert rules.parse_kinds(list(KINDS)) == KINDS


def endpoint(**changes: Any) -> Endpoint:
    made = Endpoint(
        id=EndpointId("we_a"), merchant=MerchantId("mch_a"), url="https://shop.example/",
        kinds=("order.paid",), state="enabled", reason="", count=0, made_at=TimestampMs(1),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def test_who_wants_to_be_told() -> None:
    assert rules.wants(endpoint(), "order.paid")
    assert not rules.wants(endpoint(), "order.closed")
    assert not rules.wants(endpoint(state="disabled", reason="owner"), "order.paid")


# --- signatures -------------------------------------------------------------------------------


def test_the_vector_of_the_specification() -> None:
    """The one that its reference libraries test with."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert rules.show_secret(secret) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    id, body = MessageId("msg_p5jXN8AQM9LWM0D4loKWxJek"), '{"test": 2432232314}'

    assert rules.signatures([secret], id, 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@given(st.lists(st.binary(min_size=24, max_size=64), min_size=1, max_size=3), st.text())
def test_other_peoples_library_takes_the_signatures(secrets: list[bytes], text: str) -> None:
    now = dt.datetime.now(dt.UTC)
    body, id = json.dumps({"text": text}), MessageId("msg_a")
    sent = {
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": rules.signatures(secrets, id, int(now.timestamp()), body),
    }

    for secret in secrets:
        shown = rules.show_secret(secret)
        assert shown.startswith("whsec_")
        assert Webhook(shown).verify(body, sent) == {"text": text}


def test_the_same_news_has_the_same_id() -> None:
    one = rules.message_id(MerchantId("mch_a"), "o_a", 1)

    assert one == rules.message_id(MerchantId("mch_a"), "o_a", 1)
    others = [("mch_b", "o_a", 1), ("mch_a", "o_b", 1), ("mch_a", "o_a", 2)]
    assert one not in {rules.message_id(MerchantId(a), b, c) for a, b, c in others}
    assert "." not in one


# --- who is served ----------------------------------------------------------------------------


def ids(count: int) -> list[EndpointId]:
    return [EndpointId(f"we_{n:03}") for n in range(count)]


def test_each_has_some_places_and_one_when_it_fails() -> None:
    a, b, c = ids(3)

    assert rules.turns([a, b, c], {}, {b}, {}) == [(a, 4), (b, 1), (c, 4)]
    assert rules.turns([a, b], {a: 3, b: 1}, {b}, {}) == [(a, 1)]
    assert rules.turns([a], {a: 4}, set(), {}) == []


def test_who_waited_longest_comes_first() -> None:
    a, b = ids(2)

    assert [one for one, _ in rules.turns([a, b], {}, set(), {a: 2, b: 1})] == [b, a]


def test_those_that_fail_leave_half_of_the_places_to_others() -> None:
    many = ids(100)
    given = rules.turns(many, {}, set(many), {})
    assert sum(count for _, count in given) == rules.FAILING_AT_ONCE
    running = dict(given)
    well = EndpointId("we_z")

    assert rules.turns([*many, well], running, set(many), {}) == [(well, 4)]


def test_all_places_may_be_taken() -> None:
    many = ids(40)
    given = rules.turns(many, {}, set(), {})

    assert sum(count for _, count in given) == rules.AT_ONCE
    assert rules.turns(many, dict(given), set(), {}) == []

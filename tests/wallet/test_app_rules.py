"""The rules of mini-app payments: what an app's server signs, and what an invoice adds up to."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from courtyard.base.ids import TimestampMs
from courtyard.base.money import AmountOutOfRangeError
from courtyard.wallet.apps import rules
from courtyard.wallet.apps.errors import (
    AppNotVerifiedError,
    BadAppError,
    BadInvoiceError,
    BadPackageError,
    BadSignatureError,
    StalePackageError,
)
from courtyard.wallet.apps.model import FRESH_MS, App, AppId
from courtyard.wallet.errors import BadAmountError
from courtyard.wallet.model import MerchantId

PUBLIC = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
"""Of the secret key 00 01 02 … 1f."""
SIGNED = {
    "app_id": "app_example",
    "timestamp": "1700000000",
    "nonce": "n0nce-_8",
    "package": "prepay_id=o_abc234",
    "sign_type": "Ed25519",
    "signature": "4HnVWhH1K8Aa3EoCBO/txh67zRgTg2lBQu3m+oIUbCPVStZcFgsbsXGLZv8vBdyFpkuZdgyQ9hG9slJbU4QuCw==",
}
"""A package as documented, signed by another program (see docs/manual/mini-app-payments.md)."""


def test_the_vector_of_the_manual() -> None:
    package = rules.parse_package(SIGNED)

    assert rules.signed_text("app_example", 1_700_000_000, "n0nce-_8", "prepay_id=o_abc234") == (
        b"app_example\n1700000000\nn0nce-_8\nprepay_id=o_abc234\n"
    )
    rules.check_signature(package, PUBLIC)
    assert rules.prepay_of(package) == "o_abc234"


@pytest.mark.parametrize(
    "changes",
    [
        *({"app_id": "app_other"}, {"timestamp": "1700000001"}, {"nonce": "n0nce-_9"}),
        {"package": "prepay_id=o_abc235"},
    ],
)
def test_whatever_is_changed_voids_the_signature(changes: dict[str, str]) -> None:
    changed = rules.parse_package(SIGNED | changes)

    with pytest.raises(BadSignatureError):
        rules.check_signature(changed, PUBLIC)
    assert rules.fingerprint(changed) != rules.fingerprint(rules.parse_package(SIGNED))


@pytest.mark.parametrize("key", [bytes(32), b"\x01" + bytes(31), b"\xff" * 32, b"short"])
def test_a_key_that_signs_everything_signs_nothing(key: bytes) -> None:
    with pytest.raises(BadSignatureError):
        rules.check_signature(rules.parse_package(SIGNED), key)


@pytest.mark.parametrize(
    "changes",
    [
        *({"app_id": 1}, {"timestamp": 1700000000}, {"timestamp": "0"}, {"timestamp": "01"}),
        *({"timestamp": "-1"}, {"timestamp": "1.5"}, {"timestamp": "9" * 13}, {"nonce": "short"}),
        *(
            {"nonce": "x" * 65},
            {"nonce": "with\nline"},
            {"package": "o_abc"},
            {"package": "prepay_id="},
        ),
        *({"package": "prepay_id=a\nb"}, {"sign_type": "RSA"}, {"sign_type": None}),
        *(
            {"signature": "x"},
            {"signature": None},
            {"signature": base64.b64encode(b"x" * 63).decode()},
        ),
        *({"signature": "\u00e9" * 88}, {"signature": "!" * 88}),
    ],
)
def test_what_is_no_package(changes: dict[str, Any]) -> None:
    with pytest.raises(BadPackageError):
        rules.parse_package(SIGNED | changes)
    for name in SIGNED:
        with pytest.raises(BadPackageError):
            rules.parse_package({key: value for key, value in SIGNED.items() if key != name})


def test_a_package_is_fresh_for_five_minutes() -> None:
    package, at = rules.parse_package(SIGNED), 1_700_000_000_000

    for now in (at - FRESH_MS, at, at + FRESH_MS):
        rules.check_fresh(package, TimestampMs(now))
    for now in (at - FRESH_MS - 1, at + FRESH_MS + 1):
        with pytest.raises(StalePackageError):
            rules.check_fresh(package, TimestampMs(now))


@pytest.mark.parametrize("name", [None, 1, "", "  ", "x" * 65, "a\u202eb", "a\nb"])
def test_what_is_no_name(name: object) -> None:
    with pytest.raises(BadAppError):
        rules.parse_name(name)
    assert rules.parse_name(" Noodles ") == "Noodles"


@pytest.mark.parametrize("key", [None, 1, "", "x", "A" * 44, base64.b64encode(b"x" * 31).decode()])
def test_what_is_no_public_key(key: object) -> None:
    with pytest.raises(BadAppError):
        rules.parse_public_key(key)
    encoded = base64.b64encode(PUBLIC).decode()
    assert rules.parse_public_key(encoded) == rules.parse_public_key(encoded[:-1]) == PUBLIC


def test_an_app_asks_when_an_operator_has_checked_it() -> None:
    app = App(
        id=AppId("app_a"), merchant=MerchantId("mch_a"), name="a", public_key=PUBLIC,
        verified_at=None, ended_at=None, made_at=TimestampMs(1),
    )  # fmt: skip
    with pytest.raises(AppNotVerifiedError):
        rules.check_verified(app)
    rules.check_verified(msgspec.structs.replace(app, verified_at=TimestampMs(2)))


def test_prices_add_up() -> None:
    parts = [{"label": "Noodles", "amount": "250"}, {"label": "Tea", "amount": "50"}]

    assert rules.parse_prices(parts) == (("Noodles", 250), ("Tea", 50))


@pytest.mark.parametrize(
    "prices",
    [None, [], "x", {}, [1], [{}], [{"label": "a"}], [{"label": "a", "amount": "1", "x": 1}]],
)
def test_what_is_no_list_of_prices(prices: object) -> None:
    with pytest.raises(BadInvoiceError):
        rules.parse_prices(prices)
    with pytest.raises(BadInvoiceError):
        rules.parse_prices([{"label": "a", "amount": "1"}] * 101)
    with pytest.raises(BadAmountError):
        rules.parse_prices([{"label": "a", "amount": 1}])
    with pytest.raises(AmountOutOfRangeError):
        rules.parse_prices([{"label": "a", "amount": str(2**53 - 1)}] * 2)


def test_titles_and_payloads() -> None:
    assert rules.parse_title("Noodles") == "Noodles"
    for title in (None, "", "x" * 33, "a\nb"):
        with pytest.raises(BadInvoiceError):
            rules.parse_title(title)
    assert rules.parse_payload(None) == ""
    assert rules.parse_payload("\u00e9" * 64) == "\u00e9" * 64
    for payload in (1, "\u00e9" * 65):
        with pytest.raises(BadInvoiceError):
            rules.parse_payload(payload)


@pytest.mark.parametrize(
    "state, closed_as, status",
    [
        *(("open", None, "pending"), ("confirming", None, "pending"), ("paid", None, "paid")),
        *(("closed", "expired", "failed"), ("closed", "merchant", "cancelled")),
        ("closed", "revoked", "cancelled"),
    ],
)
def test_an_invoice_stands_as_its_order_does(
    state: str, closed_as: str | None, status: str
) -> None:
    assert rules.status_of(state, closed_as) == status


def test_a_slug_follows_from_the_number_and_is_guessed_by_nobody() -> None:
    slug = rules.slug_of(b"secret", "no1")

    assert slug == rules.slug_of(b"secret", "no1")
    assert len({slug, rules.slug_of(b"other", "no1"), rules.slug_of(b"secret", "no2")}) == 3
    assert rules.links(slug) == {
        "slug": slug,
        "link": f"courtyard://invoice/{slug}",
        "compatible": f"https://t.me/${slug}",
    }

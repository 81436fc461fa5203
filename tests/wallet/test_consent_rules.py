"""The rules of consents: what may be asked for, and what a charge must keep to."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from courtyard.base.errors import CourtyardError, InvalidParamError
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.base.money import AmountOutOfRangeError, Currency
from courtyard.wallet.consents import rules
from courtyard.wallet.consents.errors import BadLimitsError
from courtyard.wallet.consents.model import Consent, ConsentId, Limits
from courtyard.wallet.errors import BadAmountError
from courtyard.wallet.model import CurrencyInfo, MerchantId

SHOP = MerchantId("mch_a")
AMOUNT = {"value": "500", "assetCode": "LEAF", "assetScale": 2}
START = 1_796_083_200_000  # 2026-12-01T00:00:00Z
MONTHS = "R2/2026-12-01T00:00:00Z/P1M"
NOW = TimestampMs(START + 1)


def test_limits_are_those_of_open_payments() -> None:
    value = {"receiver": SHOP, "interval": MONTHS, "debitAmount": AMOUNT, "perCharge": "100"}

    assert rules.parse_limits(value, SHOP) == (
        Limits(currency=Currency("LEAF"), amount=500, per_charge=100, interval=MONTHS),
        2,
    )
    whole = rules.parse_limits({"debitAmount": AMOUNT}, SHOP)[0]
    assert whole == Limits(currency=Currency("LEAF"), amount=500, per_charge=None, interval=None)


@pytest.mark.parametrize(
    "value",
    [
        *(None, [], "x", {}, {"interval": MONTHS}, {"debitAmount": AMOUNT, "more": 1}),
        *({"debitAmount": None}, {"debitAmount": AMOUNT | {"more": 1}}),
        *(
            {"debitAmount": AMOUNT | {"assetCode": 1}},
            {"debitAmount": AMOUNT | {"assetScale": "2"}},
        ),
        {"debitAmount": AMOUNT | {"assetScale": True}},
        {"debitAmount": {"value": "1", "assetCode": "LEAF"}},
        *({"debitAmount": AMOUNT, "receiver": "mch_b"}, {"debitAmount": AMOUNT, "receiver": None}),
        *({"debitAmount": AMOUNT, "interval": "P1M"}, {"debitAmount": AMOUNT, "perCharge": "501"}),
    ],
)
def test_what_is_no_limit(value: object) -> None:
    with pytest.raises(BadLimitsError):
        rules.parse_limits(value, SHOP)


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", 5, None, "01", ""])
def test_amounts_are_strings_of_digits(amount: object) -> None:
    with pytest.raises(BadAmountError):
        rules.parse_limits({"debitAmount": AMOUNT | {"value": amount}}, SHOP)
    with pytest.raises(BadAmountError):
        rules.parse_limits({"debitAmount": AMOUNT, "perCharge": amount}, SHOP)
    with pytest.raises(AmountOutOfRangeError):
        rules.parse_limits({"debitAmount": AMOUNT | {"value": "9" * 20}}, SHOP)


def test_the_scale_is_the_currencys() -> None:
    leaf = CurrencyInfo(code=Currency("LEAF"), kind="community", scale=2, name="", made_at=NOW)

    rules.check_scale(leaf, 2)
    with pytest.raises(BadLimitsError):
        rules.check_scale(leaf, 0)


def test_until_is_to_come() -> None:
    assert rules.check_until(None, NOW) is None
    assert rules.check_until(NOW + 1, NOW) == NOW + 1
    for wrong in (NOW, 0, True, "1", 2**53):
        with pytest.raises(BadLimitsError):
            rules.check_until(wrong, NOW)


def test_ids_follow_from_the_number_and_the_merchants_secret() -> None:
    id, link = rules.ids(b"secret", "no1")

    assert (id, link) == rules.ids(b"secret", "no1")
    assert len({id, link, *rules.ids(b"other", "no1"), *rules.ids(b"secret", "no2")}) == 6
    assert id.startswith("c_")
    assert link.startswith("l_")


def consent(**changes: Any) -> Consent:
    made = Consent(
        id=ConsentId("c_a"), merchant=SHOP, number="no1", link="l_a", asked_of=None,
        user_id=UserId("@a:x"), device_id=DeviceId("D"), state="granted", currency=Currency("LEAF"),
        amount=500, per_charge=200, interval=MONTHS, description="", made_at=TimestampMs(1),
        ask_until=TimestampMs(START), until=None, granted_at=TimestampMs(2), ended_at=None,
        ended_by=None, version=2,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


JANUARY = 1_798_761_600_000
FEBRUARY = 1_801_440_000_000


@pytest.mark.parametrize(
    "changes, now, state",
    [
        ({}, START, "granted"),
        ({}, START - 1, "granted"),
        ({}, FEBRUARY - 1, "granted"),
        ({}, FEBRUARY, "expired"),
        ({"until": START + 5}, START + 4, "granted"),
        ({"until": START + 5}, START + 5, "expired"),
        ({"interval": None}, FEBRUARY * 2, "granted"),
        ({"interval": None, "until": START}, START, "expired"),
        ({"interval": "R/2026-12-01T00:00:00Z/P1M"}, FEBRUARY * 2, "granted"),
        ({"state": "pending"}, START - 1, "pending"),
        ({"state": "pending"}, START, "lapsed"),
        ({"state": "pending", "until": START - 5}, START - 5, "expired"),
        ({"state": "refused"}, FEBRUARY, "refused"),
        ({"state": "revoked"}, FEBRUARY, "revoked"),
    ],
)
def test_how_a_consent_stands_follows_from_the_clock(
    changes: dict[str, Any], now: int, state: str
) -> None:
    assert rules.state_of(consent(**changes), TimestampMs(now)) == state


@pytest.mark.parametrize(
    "changes, currency, amount, used, now, code",
    [
        ({"state": "revoked"}, "OAK", 900, 0, NOW, "consent_revoked"),
        ({}, "OAK", 900, 0, FEBRUARY, "consent_expired"),
        ({"state": "refused"}, "OAK", 900, 0, NOW, "consent_not_granted"),
        ({"state": "pending"}, "LEAF", 1, 0, START - 1, "consent_not_granted"),
        ({"state": "pending"}, "LEAF", 1, 0, NOW, "consent_not_granted"),
        ({}, "OAK", 900, 0, NOW, "consent_currency"),
        ({}, "LEAF", 201, 500, START - 1, "over_charge"),
        ({"per_charge": None}, "LEAF", 501, 0, NOW, "over_charge"),
        ({}, "LEAF", 200, 500, START - 1, "consent_not_started"),
        ({}, "LEAF", 200, 301, NOW, "over_interval"),
        ({}, "LEAF", 1, 500, JANUARY, "over_interval"),
        ({}, "LEAF", 200, 300, NOW, None),
        ({}, "LEAF", 200, 0, FEBRUARY - 1, None),
        ({"per_charge": None}, "LEAF", 500, 0, NOW, None),
    ],
)
def test_a_charge_keeps_to_the_consent_or_is_refused_with_one_reason(
    changes: dict[str, Any], currency: str, amount: int, used: int, now: int, code: str | None
) -> None:
    try:
        rules.check_charge(consent(**changes), currency, amount, used, TimestampMs(now))
        found = None
    except CourtyardError as error:
        found = error.code
    assert found == (None if code is None else f"wallet.{code}")


def test_what_is_left_and_when_there_is_more_is_told() -> None:
    with pytest.raises(CourtyardError) as caught:
        rules.check_charge(consent(), "LEAF", 200, 400, NOW)
    assert caught.value.extra == {"org.courtyard.left": "100", "org.courtyard.next_at": JANUARY}
    assert rules.check_charge(consent(), "LEAF", 100, 400, NOW).index == 0
    assert rules.check_charge(consent(), "LEAF", 100, 0, TimestampMs(JANUARY)).index == 1
    assert rules.check_charge(consent(interval=None), "LEAF", 100, 0, NOW) == rules.WHOLE


def test_limits_are_shown_as_they_were_asked_for() -> None:
    value = {"receiver": SHOP, "interval": MONTHS, "debitAmount": AMOUNT, "perCharge": "200"}

    assert rules.show_limits(consent(), 2) == value
    bare = rules.show_limits(consent(interval=None, per_charge=None), 2)
    assert bare == {"receiver": SHOP, "debitAmount": AMOUNT}


def test_pages_begin_after_a_consent() -> None:
    one = consent()
    assert rules.parse_place(rules.show_place(one)) == (one.made_at, one.id)
    assert rules.parse_place(None) == (2**53, "")
    for wrong in ("x", "-1", "1e3-c", "1-" + "x" * 65, "9" * 16 + "-c"):
        with pytest.raises(InvalidParamError):
            rules.parse_place(wrong)

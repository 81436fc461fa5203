"""What a payment over a rail may become, how amounts and references are read: without a database."""

import hashlib
import hmac

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import AMOUNT_MINOR_MAX, Currency
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet.errors import EndedError, FiatNotOfferedError, UnknownCurrencyError
from courtyard.wallet.rails import rules, rules_iban, rules_stripe
from courtyard.wallet.rails.errors import (
    BadBankFileError,
    BadPayeeError,
    BadSignatureError,
    UnknownRailError,
)
from courtyard.wallet.rails.model import Booking, RailTxn, TxnId, TxnState
from courtyard.wallet.rules_iso4217 import SCALES


def txn(state: TxnState = "created", **changes: object) -> RailTxn:
    made = RailTxn(
        id=TxnId("tu_a"),
        rail="bank",
        external_id="RF",
        direction="topup",
        user_id=UserId("@a:b"),
        currency=Currency("EUR"),
        amount=250,
        state=state,
        payee="{}",
        told="{}",
        batch=None,
        journal=None,
        return_journal=None,
        why="",
        made_at=TimestampMs(0),
        changed_at=TimestampMs(0),
    )
    return msgspec.structs.replace(made, **changes)


def booking(**changes: object) -> Booking:
    made = Booking(
        service_ref="",
        day="2026-11-02",
        amount=250,
        reference="",
        end_to_end="",
        party="",
        text="",
        is_return=False,
        reason="",
    )
    return msgspec.structs.replace(made, **changes)


def test_official_money_needs_a_mode_and_its_own_digits() -> None:
    with pytest.raises(FiatNotOfferedError):
        wallet_rules.check_new_currency("EUR", "fiat", 2)
    assert wallet_rules.check_new_currency("EUR", "fiat", 2, "agent") == "EUR"
    for code, scale in (("EUR", 3), ("JPY", 2), ("LEAF", 2), ("eu", 2), ("EUR", 10)):
        with pytest.raises(UnknownCurrencyError):
            wallet_rules.check_new_currency(code, "fiat", scale, "agent")
    assert [SCALES[code] for code in ("JPY", "KWD", "CNY")] == [0, 3, 2]


@pytest.mark.parametrize(
    "text,scale,minor",
    [
        ("12.50", 2, 1250),
        ("12.5", 2, 1250),
        ("12.", 2, 1200),
        ("12", 2, 1200),
        ("0.01", 2, 1),
        ("12.5000", 2, 1250),
        (" 7 ", 0, 7),
        ("7.00", 0, 7),
        ("1.234", 3, 1234),
        (f"{AMOUNT_MINOR_MAX}", 0, AMOUNT_MINOR_MAX),
    ],
)
def test_a_banks_amount_is_read_exactly(text: str, scale: int, minor: int) -> None:
    assert rules.parse_decimal(text, scale) == minor


@pytest.mark.parametrize(
    "text,scale",
    [
        *((text, 2) for text in ("", ".", "-1", "+1", "1e2", "1,5", "1.2.3", "٣", "NaN", "0x1")),
        ("12.505", 2),
        ("0.1", 0),
        ("9" * 19, 2),
        (f"{AMOUNT_MINOR_MAX + 1}", 0),
        ("99999999999999.99", 3),
    ],
)
def test_an_amount_that_cannot_be_exact_is_refused(text: str, scale: int) -> None:
    with pytest.raises(BadBankFileError):
        rules.parse_decimal(text, scale)


@given(st.integers(0, AMOUNT_MINOR_MAX), st.integers(0, 5))
def test_a_written_amount_is_read_back(minor: int, scale: int) -> None:
    assert rules.parse_decimal(rules.decimal(minor, scale), scale) == minor


def test_amounts_are_written_for_people() -> None:
    shown = [rules.decimal(minor, scale) for minor, scale in ((5, 2), (-1250, 2), (-5, 2), (7, 0))]
    assert shown == ["0.05", "-12.50", "-0.05", "7"]


def test_ibans() -> None:
    for good in ("DE89370400440532013000", "de89 3704 0044 0532 0130 00", "NL91ABNA0417164300"):
        assert rules_iban.parse_iban(good) == good.replace(" ", "").upper()
    for bad in (
        *("", "DE", "DE8937040044053201300", "DE89370400440532013001", "ZZ89370400440532013000"),
        *("DE8937040044053201300Ö", "DE89-3704-0044-0532-0130-00", "D" * 10_000),
    ):
        assert rules_iban.parse_iban(bad) is None, bad


def test_creditor_references() -> None:
    """ISO 11649's own example."""
    assert rules_iban.rf("539007547034") == "RF18539007547034"
    assert rules_iban.parse_rf("RF18 5390 0754 7034") == "RF18539007547034"
    for bad in ("", "RF18539007547035", "RF", "XX18539007547034", "RF18" + "9" * 30):
        assert rules_iban.parse_rf(bad) is None, bad


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=21))
def test_every_reference_that_is_made_can_be_read(body: str) -> None:
    assert rules_iban.parse_rf(rules_iban.rf(body)) == rules_iban.rf(body)


@pytest.mark.parametrize(
    "text,found",
    [
        ("RF18539007547034", "RF18539007547034"),
        ("thanks, rf18 5390 0754 7034 for lunch", "RF18539007547034"),
        ("REF RF18539007547034 INVOICE", "RF18539007547034"),
        ("RF18539007547034RF18539007547034", "RF18539007547034"),
        ("no reference", None),
        ("RF00 RF", None),
    ],
)
def test_a_reference_is_found_in_what_somebody_typed(text: str, found: str | None) -> None:
    """RF00539 is no reference; that a piece of it may be one is why the caller is told all of them."""
    assert rules_iban.find_rfs(text)[:1] == ([found] if found else [])


def test_one_wrong_digit_is_no_reference() -> None:
    good = rules_iban.rf("539007547034")
    for place in range(2, len(good)):
        wrong = good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 :]
        assert rules_iban.parse_rf(wrong) is None


def test_where_a_bank_can_pay_to() -> None:
    payee = rules.check_bank_payee("nl91 abna 0417 1643 00", "  Bob   Builder ")
    assert (payee.account, payee.name) == ("NL91ABNA0417164300", "Bob Builder")
    for account in (None, 5, "", "NL91ABNA0417164301"):
        with pytest.raises(BadPayeeError, match="IBAN"):
            rules.check_bank_payee(account, "Bob")
    for name in (None, "", "  ", "x" * 71, "Bob\u0000", 5):
        with pytest.raises(BadPayeeError, match="name"):
            rules.check_bank_payee("NL91ABNA0417164300", name)


def test_letters_that_every_bank_takes() -> None:
    shown = [rules.sepa_text(text) for text in ("Bob & Søn", "/Bob//Co/", "王", "")]
    assert shown == ["Bob . S.n", "Bob/.Co", ".", "."]


def test_a_rail_carries_what_it_says() -> None:
    rules.check_offered(frozenset({"topup"}), "topup", "EUR")
    for direction in ("payout", "topup"):
        with pytest.raises(UnknownRailError):
            rules.check_offered(frozenset(), direction, "EUR")


STEPS = {
    ("created", "sent"), ("created", "settled"), ("created", "failed"), ("sent", "settled"),
    ("sent", "failed"), ("sent", "returned"), ("settled", "returned"),
}  # fmt: skip
STATES: tuple[TxnState, ...] = ("created", "sent", "settled", "returned", "failed")


@pytest.mark.parametrize("start", STATES)
@pytest.mark.parametrize("to", STATES)
def test_a_payment_only_goes_forward(start: TxnState, to: TxnState) -> None:
    payout = txn(start, direction="payout")
    if (start, to) in STEPS:
        rules.check_step(payout, to)
    else:
        with pytest.raises(EndedError):
            rules.check_step(payout, to)
    if to == "returned":
        with pytest.raises(EndedError):
            rules.check_step(txn(start), to)


def test_what_a_booking_can_be_credited_as() -> None:
    fates = [
        rules.topup_fate(None, 250, "EUR"),
        rules.topup_fate(txn(), 250, "USD"),
        rules.topup_fate(txn(), 249, "EUR"),
        rules.topup_fate(txn(direction="payout"), 250, "EUR"),
        rules.topup_fate(txn("settled"), 250, "EUR"),
        rules.topup_fate(txn("sent"), 250, "EUR"),
        rules.topup_fate(txn(), 250, "EUR"),
    ]
    assert fates == [
        *("unknown_reference", "other_currency", "other_amount", "not_a_topup", "paid_before"),
        *("", ""),
    ]


def test_which_payout_a_booking_is() -> None:
    out = txn("sent", direction="payout")
    fates = [
        rules.payout_fate(None, booking(), "EUR"),
        rules.payout_fate(out, booking(amount=-249), "EUR"),
        rules.payout_fate(txn("sent"), booking(), "EUR"),
        rules.payout_fate(txn(direction="payout"), booking(), "EUR"),
        rules.payout_fate(txn("failed", direction="payout"), booking(), "EUR"),
        rules.payout_fate(out, booking(amount=-250), "EUR"),
        rules.payout_fate(out, booking(), "EUR"),
    ]
    assert fates == [
        *("unknown_reference", "other_amount", "not_a_payout", "never_sent", "never_left"),
        *("", ""),
    ]


def test_a_booking_is_known_by_the_banks_own_name_or_by_what_it_says() -> None:
    named = booking(service_ref="X1")
    assert rules.line_keys([named, named]) == ["ref:X1:250", "ref:X1:250:1"]
    # A bank that gives a payment and its way back one name means two bookings.
    assert rules.line_key(booking(service_ref="X1", amount=-250), 0) != rules.line_key(named, 0)
    keys = rules.line_keys([booking(), booking(text="b"), booking()])
    assert len(set(keys)) == 3
    assert keys[2] == f"{keys[0]}:1"
    assert rules.gap(5, 10, 15) == 0
    assert rules.gap(5, 10, 16) == 1


SECRET = "whsec_test"
NOW = TimestampMs(1_700_000_000_000)


def signed(body: bytes, at: int = 1_700_000_000, secret: str = SECRET) -> str:
    code = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"


def test_stripes_signature() -> None:
    """own-pay #140: a message whose time does not count can be sent again for ever."""
    body = b'{"a": 1}'
    rules_stripe.check_signature(SECRET, signed(body), body, NOW)
    both = f"{signed(body, secret='old')},{signed(body).partition(',')[2]}"
    rules_stripe.check_signature(SECRET, both, body, NOW)
    code = signed(body).partition("v1=")[2]
    for header in (
        "",
        f"v1={code}",
        f"t=,v1={code}",
        f"t=x,v1={code}",
        f"t=1700000000,t=1700000000,v1={code}",
        "t=1700000000",
        "t=1700000000,v1=",
        "t=1700000000,v1=ö",
        f"t=1700000001,v1={code}",
        signed(body, 1_700_000_301),
        signed(body, 1_699_999_699),
        signed(body, secret="other"),
        signed(body + b" "),
        f"t=1700000000,v0={code}",
    ):
        with pytest.raises(BadSignatureError):
            rules_stripe.check_signature(SECRET, header, body, NOW)


def test_stripes_own_library_signs_alike() -> None:
    stripe = pytest.importorskip("stripe")
    body = '{"a": 1}'
    stripe.WebhookSignature.verify_header(body, signed(body.encode()), SECRET, tolerance=None)


def test_an_event_of_stripes() -> None:
    about = {"id": "pi_1", "amount_received": 5, "currency": "eur", "metadata": {"courtyard": "x"}}
    type, subject = rules_stripe.read_event(
        msgspec.json.encode({"type": "payment_intent.succeeded", "data": {"object": about}})
    )
    assert type == "payment_intent.succeeded"
    assert subject is not None
    assert (subject.id, subject.amount_received) == ("pi_1", 5)
    other = msgspec.json.encode({"type": "customer.created", "data": {"object": [1]}})
    assert rules_stripe.read_event(other) == ("customer.created", None)


def test_where_stripe_can_pay_to() -> None:
    assert rules_stripe.check_payee("ba_1abc").account == "ba_1abc"
    for bad in (None, 5, "", "acct_1", "ba_", "ba_x y", "ba_" + "x" * 65):
        with pytest.raises(BadPayeeError):
            rules_stripe.check_payee(bad)

"""What may be said of a shop and an order, who may do what, how an order stands, which codes work, and what a bill says."""

from typing import Any

import pytest

from courtyard.base.errors import CourtyardError, InvalidParamError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.wallet.errors import EndedError, ExpiredError
from courtyard.wallet.shops import rules, rules_bills, rules_orders, rules_paycodes
from courtyard.wallet.shops.errors import (
    BadMerchantError,
    BadOrderError,
    BadPaycodeError,
    BillNotReadyError,
    MerchantClosedError,
    NotPaidError,
    RefundTooLargeError,
    RefundTooLateError,
    ScopeError,
    TooManyError,
)
from courtyard.wallet.shops.model import Asker, Details, Entry
from tests.wallet.shop_things import (
    LEAF,
    NOW,
    OWNER,
    key,
    merchant,
    order,
    pack,
    paid,
    paycode,
    person,
)

YEAR = 365 * 86_400_000
DAY = 86_400_000


def later(ms: int) -> TimestampMs:
    return TimestampMs(NOW + ms)


# --- shops --------------------------------------------------------------------------------------


def test_a_shop_is_described() -> None:
    told = Details(name=" Noodles ", mcc="5812", city=" Porto", country="PT")
    assert rules.check_details(told) == Details(
        name="Noodles", mcc="5812", city="Porto", country="PT"
    )


@pytest.mark.parametrize("change", [{"mcc": "x"}, {"country": "pt"}, {"name": ""}, {"city": "\0"}])
def test_what_describes_no_shop_is_refused(change: dict[str, str]) -> None:
    told = {"name": "Noodles", "mcc": "5812", "city": "Porto", "country": "PT"} | change
    with pytest.raises(BadMerchantError):
        rules.check_details(Details(**told))


def test_there_are_at_most_so_many() -> None:
    rules.check_count(1, 2, "shops")
    with pytest.raises(TooManyError):
        rules.check_count(2, 2, "shops")


def test_a_closed_shop_is_closed() -> None:
    rules.check_open(merchant())
    with pytest.raises(MerchantClosedError):
        rules.check_open(merchant(closed_at=NOW))


@pytest.mark.parametrize(
    "asker, is_cashier, is_of, is_trusted, is_owner",
    [
        (person(), False, True, True, True),
        (person("@bob:test.example"), False, False, False, False),
        (person("@bob:test.example"), True, True, False, False),
        (key("orders"), False, True, True, False),
        (key("till"), False, True, False, False),
        (key("orders", "mch_other"), True, False, False, False),
    ],
)
def test_who_may_do_what(
    asker: Asker, is_cashier: bool, is_of: bool, is_trusted: bool, is_owner: bool
) -> None:
    shop = merchant()
    assert rules.is_of(asker, shop, is_cashier=is_cashier) is is_of
    assert rules.is_trusted(asker, shop) is is_trusted
    assert allowed(rules.check_orders, asker, shop) is is_trusted
    assert allowed(rules.check_owner, asker, shop) is is_owner


def allowed(check: Any, *arguments: Any) -> bool:
    try:
        check(*arguments)
    except ScopeError:
        return False
    return True


# --- orders -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1", "A-1", "a.b_c|d*e@f", "x" * 64])
def test_numbers_of_merchants(number: str) -> None:
    assert rules_orders.parse_number(number, "out_trade_no") == number


@pytest.mark.parametrize(
    "number", ["", "x" * 65, "a b", "a/b", "o_1", "s_1", "\uff11", None, 1, ["1"], "a\n"]
)
def test_what_is_no_number_is_refused(number: Any) -> None:
    with pytest.raises(BadOrderError):
        rules_orders.parse_number(number, "out_trade_no")


def test_texts() -> None:
    assert rules_orders.parse_text(None, "reason") == ""
    assert rules_orders.parse_text("Soup \u9762", "reason") == "Soup \u9762"
    for wrong in (1, "x" * 256, "a\nb"):
        with pytest.raises(BadOrderError):
            rules_orders.parse_text(wrong, "reason")


def test_kinds() -> None:
    assert rules_orders.check_kind("native") == "native"
    with pytest.raises(BadOrderError):
        rules_orders.check_kind("till")


def test_an_order_waits_for_a_quarter_of_an_hour_or_as_long_as_is_said() -> None:
    assert rules_orders.expires_at(None, NOW) == later(900_000)
    assert rules_orders.expires_at(NOW + 1, NOW) == later(1)
    assert rules_orders.expires_at(NOW + 30 * DAY, NOW) == later(30 * DAY)
    for wrong in (NOW, NOW - 1, NOW + 30 * DAY + 1):
        with pytest.raises(BadOrderError):
            rules_orders.expires_at(wrong, NOW)


def test_ids_and_names_differ_from_shop_to_shop() -> None:
    one, other = merchant(), merchant(secret=b"other")
    assert rules_orders.order_id(one, "1") == rules_orders.order_id(one, "1")
    assert rules_orders.order_id(one, "1") != rules_orders.order_id(one, "2")
    assert rules_orders.order_id(one, "1") != rules_orders.order_id(other, "1")
    assert rules_orders.payer_name(one, None) is None
    assert rules_orders.payer_name(one, OWNER) == rules_orders.payer_name(one, OWNER)
    assert rules_orders.payer_name(one, OWNER) != rules_orders.payer_name(other, OWNER)
    assert rules_orders.payer_name(one, OWNER) != rules_orders.payer_name(one, UserId("@b:c"))


@pytest.mark.parametrize(
    "one, at, state, how",
    [
        (order(), 999, "open", None),
        (order(), 1_000, "closed", "expired"),
        (order(awaits=OWNER), 999, "confirming", None),
        (order(awaits=OWNER), 1_000, "closed", "expired"),
        (order(state="closed", closed_as="merchant"), 1_000, "closed", "merchant"),
        (paid(), 1_000, "paid", None),
    ],
)
def test_how_an_order_stands(one: Any, at: int, state: str, how: str | None) -> None:
    assert rules_orders.state_of(one, later(at)) == state
    assert rules_orders.closed_as(one, later(at)) == how


@pytest.mark.parametrize(
    "one, at, error",
    [
        (order(), 999, None),
        (order(), 1_000, ExpiredError),
        (order(state="closed", closed_as="expired"), 999, ExpiredError),
        (order(state="closed", closed_as="revoked"), 999, EndedError),
        (paid(), 999, EndedError),
    ],
)
def test_what_can_be_paid(one: Any, at: int, error: type[CourtyardError] | None) -> None:
    assert outcome(rules_orders.check_payable, one, later(at)) is error


def outcome(check: Any, *arguments: Any, **named: Any) -> type[CourtyardError] | None:
    try:
        check(*arguments, **named)
    except CourtyardError as error:
        return type(error)
    return None


def test_what_can_be_closed() -> None:
    assert outcome(rules_orders.check_closable, order()) is None
    assert outcome(rules_orders.check_closable, paid()) is EndedError


@pytest.mark.parametrize(
    "one, amount, at, error",
    [
        (paid(), 250, 0, None),
        (paid(), 251, 0, RefundTooLargeError),
        (paid(refunded=100), 150, 0, None),
        (paid(refunded=100), 151, 0, RefundTooLargeError),
        (paid(refund_count=49), 1, 0, None),
        (paid(refund_count=50), 1, 0, TooManyError),
        (paid(), 1, YEAR - 1, None),
        (paid(refund_count=50), 251, YEAR, RefundTooLateError),
        (order(), 1, 0, NotPaidError),
        (order(state="closed", closed_as="merchant"), 251, YEAR, NotPaidError),
    ],
)
def test_what_can_go_back(
    one: Any, amount: int, at: int, error: type[CourtyardError] | None
) -> None:
    assert outcome(rules_orders.check_refund, one, amount, later(at)) is error


@pytest.mark.parametrize(
    "one, at, is_trusted, error",
    [
        (paid(kind="till"), DAY - 1, False, None),
        (paid(kind="till"), DAY, False, ScopeError),
        (paid(kind="till"), DAY, True, None),
        (order(kind="till"), DAY, False, None),
        (paid(), 0, False, ScopeError),
        (paid(), 0, True, None),
    ],
)
def test_what_a_till_takes_back(
    one: Any, at: int, is_trusted: bool, error: type[CourtyardError] | None
) -> None:
    assert outcome(rules_orders.check_revoke, one, later(at), is_trusted=is_trusted) is error


# --- codes of payers ----------------------------------------------------------------------------


def test_codes_have_eighteen_digits() -> None:
    assert rules_paycodes.code_of(7) == "90" + "0" * 15 + "7"
    assert rules_paycodes.code_of(10**16 - 1) == "90" + "9" * 16
    assert len(rules_paycodes.hash_of(rules_paycodes.code_of(7))) == 32
    for wrong in (
        7,
        None,
        "",
        "91" + "0" * 16,
        "90" + "0" * 15,
        "90" + "0" * 17,
        "90" + "\uff10" * 16,
    ):
        with pytest.raises(BadPaycodeError):
            rules_paycodes.hash_of(wrong)


@pytest.mark.parametrize(
    "code, of, at, works",
    [
        (paycode(), None, 999, True),
        (paycode(), None, 1_000, False),
        (paycode(used_by="o_1"), None, 0, False),
        (None, None, 0, False),
        (paycode(), pack(), 0, True),
        (paycode(), pack(revoked_at=NOW), 0, False),
    ],
)
def test_which_codes_work(code: Any, of: Any, at: int, works: bool) -> None:
    told = outcome(rules_paycodes.check, code, of, later(at))
    assert told is (None if works else BadPaycodeError)


@pytest.mark.parametrize(
    "of, currency, amount, covered",
    [
        (None, LEAF, 10**9, True),
        (pack(), LEAF, 20, True),
        (pack(), LEAF, 21, False),
        (pack(), Currency("GOLD"), 1, False),
        (pack(spent=80), LEAF, 20, True),
        (pack(spent=81), LEAF, 20, False),
    ],
)
def test_what_a_code_pays_by_itself(
    of: Any, currency: Currency, amount: int, covered: bool
) -> None:
    assert rules_paycodes.covers(of, currency, amount) is covered


# --- bills --------------------------------------------------------------------------------------


def test_days() -> None:
    assert rules_bills.parse_day("2023-11-14") == NOW // DAY * DAY
    for wrong in ("", "2023-11-31", "2023-1-1", "20231114", "1999-01-01", "２０２３-11-14", "x"):  # noqa: RUF001
        with pytest.raises(InvalidParamError):
            rules_bills.parse_day(wrong)


def test_kinds_of_bills() -> None:
    assert rules_bills.parse_type(None) == "all"
    assert rules_bills.parse_type("fund-flow") == "fund-flow"
    with pytest.raises(InvalidParamError):
        rules_bills.parse_type("none")


def test_a_bill_is_ready_an_hour_after_its_day() -> None:
    start = TimestampMs(0)
    rules_bills.check_ready(start, TimestampMs(DAY + 3_600_000))
    with pytest.raises(BillNotReadyError) as refusal:
        rules_bills.check_ready(start, TimestampMs(DAY + 3_600_000 - 1))
    assert refusal.value.extra == {"org.courtyard.ready_at": DAY + 3_600_000}


def test_no_cell_is_a_formula() -> None:
    text = rules_bills.text_of([["=1+1", '@"x"', "+1", "-1", "a,b", "\u9762"], [1, None]])
    assert text == '`=1+1,"`@""x""",`+1,`-1,"`a,b",`\u9762\r\n`1,`None\r\n'


def test_times_are_told_in_utc() -> None:
    assert rules_bills.when(NOW) == "2023-11-14T22:13:20.000Z"


def test_sums_are_kept_apart_by_currency_and_direction() -> None:
    totals = rules_bills.Totals()
    entries = [
        Entry(made_at=NOW, kind="order_paid", ref="o", currency=code, amount=amount, balance=1)
        for code, amount in ((LEAF, 5), (LEAF, -2), (Currency("GOLD"), 7), (LEAF, 6))
    ]
    rows = list(rules_bills.flow_rows(entries, totals))
    assert rows[1] == ["2023-11-14T22:13:20.000Z", "order_paid", "o", "LEAF", -2, 1]
    assert totals.rows() == [["GOLD", 1, 7, 0, 0], ["LEAF", 2, 11, 1, 2]]

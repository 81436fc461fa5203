"""The guard's decisions, without a database."""

import pytest

from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.wallet.errors import EndedError
from courtyard.wallet.guard import rules, rules_pin, words
from courtyard.wallet.guard.errors import (
    BadPinError,
    BlockedError,
    CoolDownError,
    LimitReachedError,
    NotReversibleError,
)
from courtyard.wallet.guard.model import (
    Block,
    BlockId,
    BlockReason,
    Facts,
    Method,
    Pin,
    Policy,
    Proof,
    ProofId,
    Reversal,
    ReversalId,
    Run,
)
from courtyard.wallet.model import DAY_MS, Intent, JournalId

ALICE, OPERATOR = UserId("@alice:x"), UserId("@op:x")
NOW = TimestampMs(10 * DAY_MS)
POLICY = rules.in_minor(rules.POLICIES["community"] or pytest.fail("none"), 2)
FACTS = Facts(
    kind="transfer",
    amount=100,
    is_own=False,
    is_trusted=False,
    is_known=True,
    has_pin=True,
    has_passkey=False,
    is_new_device=False,
    run=Run(count=0, total=0),
)


def facts(**changes: object) -> Facts:
    import msgspec

    return msgspec.structs.replace(FACTS, **changes)


@pytest.mark.parametrize(
    "changes, needed, reason",
    [
        ({}, False, "low_value"),
        ({"amount": 3_000}, False, "low_value"),
        ({"amount": 3_001}, True, "amount"),
        ({"has_pin": False, "amount": 10**9}, False, "no_factor"),
        ({"has_pin": False, "kind": "payout"}, False, "no_factor"),
        ({"has_pin": False, "has_passkey": True, "amount": 3_001}, True, "amount"),
        ({"kind": "payout", "amount": 1}, True, "always"),
        ({"kind": "consent", "is_trusted": True}, True, "always"),
        ({"kind": "consented", "amount": 10**9, "is_known": False}, False, "consent"),
        ({"kind": "consented", "has_pin": False}, False, "no_factor"),
        ({"is_own": True, "amount": 10**9}, False, "own_account"),
        ({"is_trusted": True, "amount": 10**9}, False, "trusted_payee"),
        ({"is_known": False, "amount": 1_000}, False, "low_value"),
        ({"is_known": False, "amount": 1_001}, True, "first_payment"),
        ({"is_known": False, "is_trusted": True, "amount": 1_001}, False, "trusted_payee"),
        # Five in a row, or 100.00 together: one of the two is enough.
        ({"run": Run(count=4, total=20_000)}, False, "low_value"),
        ({"run": Run(count=5, total=9_900)}, False, "low_value"),
        ({"run": Run(count=5, total=9_901)}, True, "run_used_up"),
    ],
)
def test_whether_a_proof_is_needed(changes: dict[str, object], needed: bool, reason: str) -> None:
    verdict = rules.decide(facts(**changes), POLICY)
    assert (verdict.needed, verdict.reason) == (needed, reason)


def test_money_for_tests_needs_none() -> None:
    assert rules.POLICIES["test"] is None
    verdict = rules.decide(facts(kind="payout", amount=10**9), None)
    assert (verdict.needed, verdict.reason) == (False, "test_money")
    assert rules.day_limits(FACTS, None, None) == {}


def test_numbers_grow_with_the_digits() -> None:
    for scale in (0, 2, 9):
        policy = rules.in_minor(rules.POLICIES["fiat"] or pytest.fail("none"), scale)
        assert policy.small == 30 * 10**scale
        assert policy.run_count == 5
        assert policy.passkey_day == 10_000 * 10**scale


@pytest.mark.parametrize(
    "changes, method, limits",
    [
        ({}, None, {"pin_day": 500_000}),
        ({}, "pin", {"pin_day": 500_000}),
        ({}, "passkey", {"passkey_day": 5_000_000}),
        ({"is_new_device": True}, "pin", {"pin_day": 500_000, "new_device_day": 100_000}),
        ({"has_pin": False}, None, {"no_factor_day": 50_000}),
        ({"has_pin": False, "kind": "payout"}, None, {"no_factor_day": 50_000}),
        ({"kind": "payout"}, "pin", {}),
        ({"kind": "consented", "is_new_device": True}, None, {}),
        ({"kind": "consented", "has_pin": False}, None, {"no_factor_day": 50_000}),
    ],
)
def test_limits_for_the_day(
    changes: dict[str, object], method: Method | None, limits: dict[str, int]
) -> None:
    assert rules.day_limits(facts(**changes), POLICY, method) == limits


def test_a_day_is_filled_and_not_more() -> None:
    rules.check_day("pin_day", 60, 40, 100, 3)
    with pytest.raises(LimitReachedError) as caught:
        rules.check_day("pin_day", 60, 41, 100, 3)
    told = {"rule": "pin_day", "max": "100", "used": "60", "until": 4 * DAY_MS}
    assert caught.value.extra == {"org.courtyard.limit": told}


def test_the_best_method() -> None:
    assert rules.best_method(facts(has_passkey=True)) == "passkey"
    assert rules.best_method(FACTS) == "pin"
    assert rules.best_method(facts(has_pin=False)) is None


@pytest.mark.parametrize(
    "until, changes, waits",
    [
        (None, {"kind": "payout"}, False),
        (NOW, {"kind": "payout"}, False),
        (NOW + 1, {"kind": "payout"}, True),
        (NOW + 1, {}, False),
        (NOW + 1, {"is_known": False}, True),
        (NOW + 1, {"is_known": False, "is_own": True}, False),
        (NOW + 1, {"is_known": False, "is_trusted": True}, False),
    ],
)
def test_what_waits_after_a_recovery(
    until: TimestampMs | None, changes: dict[str, object], waits: bool
) -> None:
    if not waits:
        rules.check_cool_down(until, facts(**changes), NOW)
        return
    with pytest.raises(CoolDownError):
        rules.check_cool_down(until, facts(**changes), NOW)


INTENT = Intent(
    kind="transfer",
    currency=Currency("LEAF"),
    amount=5,
    payee="@bob:x",
    payee_name="Bob",
    key="k",
)


def proven(**changes: object) -> Proof:
    import msgspec

    made = Proof(
        id=ProofId("s_1"),
        user_id=ALICE,
        kind="transfer",
        currency=INTENT.currency,
        amount=5,
        payee="@bob:x",
        payee_name="Bob",
        key="k",
        nonce=b"n",
        digest=rules.digest(b"n", INTENT),
        made_at=NOW,
        expires_at=TimestampMs(NOW + 10),
        method="pin",
        answered_at=NOW,
        used_by=None,
    )
    return msgspec.structs.replace(made, **changes)


def test_what_is_wrong_with_a_proof() -> None:
    assert rules.wrong_with(proven(), ALICE, INTENT, NOW) is None
    assert rules.wrong_with(proven(), ALICE, INTENT, TimestampMs(NOW + 9)) is None
    assert rules.wrong_with(proven(), ALICE, INTENT, TimestampMs(NOW + 10)) == "expired"
    assert rules.wrong_with(None, ALICE, INTENT, NOW) == "unknown"
    assert rules.wrong_with(proven(), OPERATOR, INTENT, NOW) == "unknown"
    assert rules.wrong_with(proven(used_by="j"), ALICE, INTENT, NOW) == "used"
    assert rules.wrong_with(proven(answered_at=None), ALICE, INTENT, NOW) == "unanswered"
    assert rules.wrong_with(proven(digest=b""), ALICE, INTENT, NOW) == "other_payment"


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "packet"},
        {"currency": "GOLD"},
        {"amount": 6},
        {"payee": "@bob2:x"},
        {"payee_name": "Bo"},
        {"key": "k2"},
        # Moved from one member to the next: it must not look the same.
        {"payee": "@bob:xB", "payee_name": "ob"},
    ],
)
def test_any_change_is_another_digest(changes: dict[str, object]) -> None:
    import msgspec

    other = msgspec.structs.replace(INTENT, **changes)
    assert rules.digest(b"n", other) != rules.digest(b"n", INTENT) != rules.digest(b"m", INTENT)


def test_the_run_since_the_last_proof() -> None:
    run = Run(count=2, total=50)
    assert rules.next_run(run, 7, "low_value", is_proven=False) == Run(count=3, total=57)
    assert rules.next_run(run, 7, "trusted_payee", is_proven=False) is None
    assert rules.next_run(run, 7, "amount", is_proven=True) == Run(count=0, total=0)
    assert rules.next_run(Run(count=0, total=0), 7, "amount", is_proven=True) is None
    pin = Pin(user_id=ALICE, hash="h", set_at=NOW, wrong=3)
    assert rules.tries_left(pin) == 2


def block(reason: BlockReason, **changes: object) -> Block:
    import msgspec

    is_own = reason == "owner_request"
    made = Block(
        id=BlockId("b"),
        user_id=ALICE,
        reason=reason,
        words="Why.",
        begun_by=ALICE if is_own else OPERATOR,
        begun_at=NOW,
        review_at=None if is_own else TimestampMs(NOW + 10),
        ended_at=None,
        ended_by=None,
        told_at=None,
    )
    return msgspec.structs.replace(made, **changes)


@pytest.mark.parametrize(
    "reason, pays, pays_out",
    [
        ("security", False, False),
        ("suspected_fraud", False, True),
        ("court_order", False, False),
        ("owner_request", False, True),
    ],
)
def test_what_a_block_stops(reason: BlockReason, pays: bool, pays_out: bool) -> None:
    for kind, is_allowed in (("transfer", pays), ("payout", pays_out)):
        if is_allowed:
            rules.check_blocks([block(reason)], kind, NOW)
            continue
        with pytest.raises(BlockedError) as caught:
            rules.check_blocks([block(reason)], kind, NOW)
        told = caught.value.extra["org.courtyard.block"]
        assert isinstance(told, dict)
        assert (told["reason"], told["words"], told["in_force"]) == (reason, "Why.", True)
        assert OPERATOR not in str(told)
    rules.check_blocks([block(reason, ended_at=NOW)], "transfer", NOW)


def test_a_block_that_nobody_reviewed_has_ended() -> None:
    assert rules.is_in_force(block("court_order"), TimestampMs(NOW + 9))
    assert not rules.is_in_force(block("court_order"), TimestampMs(NOW + 10))
    assert rules.is_in_force(block("owner_request"), TimestampMs(NOW + 10**12))
    assert rules.show_block(block("owner_request"), NOW)["by"] == "owner"
    for told in (
        words.block_words(block("security")),
        words.block_words(block("security", ended_at=NOW)),
    ):
        assert len(told.splitlines()) in (2, 4)


def test_what_can_be_reversed() -> None:
    rules.check_reversible("mint", is_under_way=False)
    for kind, is_under_way in (("mint", True), ("transfer", False), ("reversal", False)):
        with pytest.raises(NotReversibleError):
            rules.check_reversible(kind, is_under_way=is_under_way)
    waiting = Reversal(
        id=ReversalId("v"),
        journal=JournalId("j"),
        words="Why.",
        proposed_by=OPERATOR,
        proposed_at=NOW,
        approved_by=None,
        approved_at=None,
    )
    rules.check_reversal_approval(waiting, ALICE)
    with pytest.raises(NotReversibleError):
        rules.check_reversal_approval(waiting, OPERATOR)
    import msgspec

    with pytest.raises(EndedError):
        rules.check_reversal_approval(msgspec.structs.replace(waiting, approved_by=ALICE), ALICE)


@pytest.mark.parametrize(
    "pin",
    [
        *("123456", "012345", "890123", "654321", "210987", "000000", "111222", "121212"),
        *("123123", "123321", "112233", "551155", "454455"),
        # Dates: day, month, year; month, day, year; year, month, day; year and month; month and year.
        *("310184", "022984", "840131", "199007", "071990", "290200"),
        *(
            "12345",
            "1234567",
            "12345a",
            "",
            " 84027",
            "\u0661\u0662\u0663\u0664\u0665\u0666",
            840271,
            None,
        ),
    ],
)
def test_pins_that_are_guessed_first(pin: object) -> None:
    with pytest.raises(BadPinError):
        rules_pin.check_new_pin(pin)


@pytest.mark.parametrize("pin", ["840271", "719360", "555123", "320184", "191399", "139019"])
def test_pins_that_may_be_chosen(pin: str) -> None:
    assert rules_pin.check_new_pin(pin) == pin


def test_the_published_numbers_are_the_real_ones() -> None:
    """docs/limits.md has a table with a column for each kind of money."""
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "limits.md").read_text("utf-8")
    lines = page.partition("## Money")[2].splitlines()
    heads, *rows = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    table = [[cell.strip() for cell in row] for row in rows[1:]]
    for column, kind in enumerate(heads[1:], 1):
        policy = rules.POLICIES[kind.strip()]  # type: ignore[index]  # a head names a kind
        assert policy is not None
        told = [int(row[column]) for row in table]
        assert told == [getattr(policy, name) for name in Policy.__struct_fields__], kind
    assert {kind for kind, policy in rules.POLICIES.items() if policy} == {
        h.strip() for h in heads[1:]
    }

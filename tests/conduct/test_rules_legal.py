"""Legal requests: one thing after the other, two people, and no silence without an end."""

import hashlib
import itertools
from typing import Any

import msgspec
import pytest

from courtyard.base import canonical_json
from courtyard.base.ids import TimestampMs
from courtyard.conduct import rules_legal, rules_legal_leaf
from courtyard.conduct.errors import LegalNotPossibleError, NotIndependentError
from courtyard.conduct.model import DAY_MS, DecisionId, Item
from courtyard.conduct.model_legal import (
    LegalId,
    LegalRecord,
    LegalRequest,
    LegalSalts,
    LegalStep,
    Renewal,
    StepKind,
)
from courtyard.transparency.rules_leaf import commit, make_leaf
from tests.conduct.makers import ANA, BO, M1, M2, M3, NOW, STAFF, decision

ID = LegalId("lr_" + "a" * 32)
SALTS = LegalSalts(request=b"r" * 32, detail=b"d" * 32, case=b"c" * 32)


def request(**changes: Any) -> LegalRequest:
    values: dict[str, Any] = {
        "id": ID,
        "authority": "court",
        "authority_name": "District court of Nowhere",
        "country": "DE",
        "legal_basis": "Penal code, § 1",
        "kind": "data",
        "scope": ("DE",),
        "summary": "It asks who has an account.",
        "accounts": (ANA,),
        "items": (Item(type="event", id="$secret", version=""),),
        "received_at": TimestampMs(NOW),
        "received_by": M1,
    }
    return LegalRequest(**(values | changes))


def step(kind: StepKind, by: Any = M2, at: int = NOW + 1, **said: Any) -> LegalStep:
    if kind == "complied":
        said = {"extent": "full", "data": ("account",)} | said
    if kind == "refused":
        said = {"refusal": "invalid"} | said
    return LegalStep(kind=kind, at=TimestampMs(at), by=by, **said)


def record(*steps: LegalStep, renewals: tuple[Renewal, ...] = (), **changes: Any) -> LegalRecord:
    return LegalRecord(request=request(**changes), steps=steps, renewals=renewals)


def law(one: LegalRecord, new: LegalStep, staff: Any = STAFF) -> str | None:
    try:
        rules_legal.check_step(one, new, staff)
    except LegalNotPossibleError as error:
        return error.law
    return None


VALID = step("validated", by=M1)
GIVEN = step("complied")
TOLD = step("user_notified")


def test_a_request_goes_from_receipt_to_publication() -> None:
    steps: list[LegalStep] = []
    seen = [rules_legal.state(record())]
    for new in (step("contested"), VALID, GIVEN, TOLD, step("published")):
        assert law(record(*steps), new) is None
        steps.append(new)
        seen.append(rules_legal.state(record(*steps)))
    assert seen == ["received", "contested", "valid", "complied", "user_notified", "published"]


ALLOWED = {
    (): {"validated", "found_incomplete", "contested", "refused"},
    ("found_incomplete",): {"validated", "found_incomplete", "contested", "refused"},
    ("contested",): {"validated", "found_incomplete", "refused"},
    ("validated",): {"contested", "complied", "refused"},
    ("validated", "complied"): {"user_notified"},
    ("refused",): {"user_notified"},
    ("refused", "user_notified"): {"published"},
    ("refused", "user_notified", "published"): set(),
}


@pytest.mark.parametrize("before", ALLOWED)
def test_what_may_follow_what(before: tuple[StepKind, ...]) -> None:
    steps = [VALID if kind == "validated" else step(kind) for kind in before]
    kinds: list[StepKind] = [
        *("validated", "found_incomplete", "contested", "complied"),
        *("refused", "user_notified", "published"),
    ]
    assert {kind for kind in kinds if law(record(*steps), step(kind)) is None} == ALLOWED[before]


def test_two_people_answer_an_order_where_there_are_two() -> None:
    assert law(record(VALID), step("complied", by=M1)) == "four_eyes"
    by_another = record(step("validated", by=M2))
    assert law(by_another, step("complied", by=M2)) == "four_eyes"
    assert law(by_another, step("complied", by=M1)) == "four_eyes"
    assert law(by_another, step("complied", by=M3)) is None
    assert law(record(VALID), step("complied", by=M1), frozenset({M1})) is None
    assert law(record(VALID), step("refused", by=M1)) is None


def test_nobody_works_on_a_request_about_themselves() -> None:
    with pytest.raises(NotIndependentError) as error:
        rules_legal.check_step(record(accounts=(M2,)), step("validated"), STAFF)
    assert error.value.law == "own_case"


def test_what_is_handed_over_is_said_and_content_goes_by_decision() -> None:
    assert law(record(VALID), step("complied", data=())) == "data"
    assert law(record(VALID, kind="remove"), step("complied")) == "data"
    bare = step("complied", data=())
    assert law(record(VALID, kind="remove"), bare) == "decision"
    by_decision = step("complied", data=(), decisions=(DecisionId("d_1"),))
    assert law(record(VALID, kind="remove"), by_decision) is None
    assert law(record(VALID), step("complied", decisions=(DecisionId("d_1"),))) == "decision"


def test_a_decision_for_an_order_cites_a_law_and_is_about_whom_it_names() -> None:
    lawful = decision(ground="illegal", legal_ground="§ 1")
    rules_legal.check_decision(record(), lawful)
    for other in (None, decision(), decision(ground="illegal", legal_ground="§", subject=BO)):
        with pytest.raises(LegalNotPossibleError) as error:
            rules_legal.check_decision(record(), other)
        assert error.value.law == "decision"


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"authority_name": " "}, "words"),
        ({"authority_name": "x" * 201}, "words"),
        ({"legal_basis": "x" * 201}, "words"),
        ({"summary": "x" * 2_001}, "words"),
        ({"accounts": (ANA,) * 1_001}, "words"),
        ({"gag_until": NOW}, "gag_length"),
        ({"gag_until": NOW + 365 * DAY_MS + 1}, "gag_length"),
        ({"kind": "gag"}, "gag_length"),
        ({"kind": "gag", "gag_until": NOW + 1, "concerns": ID}, "concerns"),
        ({"concerns": ID}, "concerns"),
        ({}, None),
        ({"gag_until": NOW + 365 * DAY_MS}, None),
        ({"kind": "gag", "gag_until": NOW + 1}, None),
    ],
)
def test_what_a_request_must_be(changes: dict[str, Any], expected: str | None) -> None:
    found = None
    try:
        rules_legal.check_new(request(**changes), None)
    except LegalNotPossibleError as error:
        found = error.law
    assert found == expected


def test_silence_is_made_longer_only_while_it_holds() -> None:
    silent = record(gag_until=NOW + DAY_MS)
    order = request(
        kind="gag", concerns=ID, gag_until=NOW + 9 * DAY_MS, received_at=TimestampMs(NOW + 1)
    )
    rules_legal.check_new(order, silent)
    late = msgspec.structs.replace(order, received_at=TimestampMs(NOW + DAY_MS))
    with pytest.raises(LegalNotPossibleError) as error:
        rules_legal.check_new(late, silent)
    assert error.value.law == "concerns"


def _renewal(complied_at: int, gag_until: int) -> Renewal:
    return Renewal(complied_at=TimestampMs(complied_at), gag_until=TimestampMs(gag_until))


def test_what_was_seen_once_stays_seen() -> None:
    end = NOW + 10
    first, second = _renewal(NOW + 9, NOW + 20), _renewal(NOW + 19, NOW + 30)
    too_late, shorter = _renewal(NOW + 10, NOW + 50), _renewal(NOW + 5, NOW + 6)
    for renewals, expected in [
        ((), end),
        ((too_late,), end),
        ((shorter,), end),
        ((first,), NOW + 20),
        ((second, first), NOW + 30),
        ((second,), end),
    ]:
        one = record(gag_until=end, renewals=renewals)
        assert rules_legal.gag_end(one) == expected
        assert not rules_legal.is_public(one, expected - 1)
        assert rules_legal.is_public(one, expected)
    assert rules_legal.gag_end(record()) is None
    assert rules_legal.is_public(record(), NOW)


def test_nobody_is_told_while_silence_holds_and_then_before_it_is_closed() -> None:
    silent = record(VALID, GIVEN, gag_until=NOW + DAY_MS)
    assert law(silent, TOLD) == "gag"
    assert law(silent, step("published")) == "gag"
    assert law(silent, step("published", at=NOW + DAY_MS)) == "notify"
    assert law(silent, step("user_notified", at=NOW + DAY_MS)) is None
    lifted = step("published", ended_gag=True)
    assert law(silent, lifted) is None
    ended = record(VALID, GIVEN, lifted, gag_until=NOW + DAY_MS)
    assert rules_legal.is_public(ended, lifted.at)
    assert law(ended, TOLD) is None
    assert law(record(VALID, GIVEN, lifted, TOLD), TOLD) == "state"
    assert law(record(VALID, GIVEN, accounts=()), step("published")) is None


def test_the_public_reads_no_account_and_no_item() -> None:
    missing = step("found_incomplete", missing=("items",))
    lifted = step("published", ended_gag=True)
    steps = (missing, VALID, GIVEN, lifted)
    text = canonical_json.encode(rules_legal.document(record(*steps, gag_until=NOW + DAY_MS)))
    for hidden in (ANA, M1, M2, "$secret"):
        assert hidden.encode() not in text
    assert b'"items":{"event":1}' in text
    assert b'"missing":["items"]' in text
    assert b'"data":["account"]' in text
    assert b'"ended_silence":true' in text
    refused = rules_legal.document(record(step("refused")))
    assert refused["steps"] == [{"step": "refused", "day": "1972-09-27", "cause": "invalid"}]


def test_what_was_published_is_what_its_leaf_has_the_hash_of() -> None:
    renewal, later = _renewal(NOW, NOW + 9), _renewal(NOW + 9, NOW + 99)
    lifted = step("published", ended_gag=True)
    before = record(VALID, GIVEN, lifted, renewals=(renewal,), gag_until=NOW + 5)
    after = record(VALID, GIVEN, lifted, TOLD, renewals=(renewal, later), gag_until=NOW + 5)
    assert rules_legal.at_publication(after) == before
    assert rules_legal.at_publication(record(VALID)) == record(VALID)
    made = rules_legal_leaf.of_step(before, lifted, SALTS, "l_" + "1" * 32, None)
    text = canonical_json.encode(rules_legal.document(rules_legal.at_publication(after)))
    assert made.leaf.fields["document"] == f"sha256:{hashlib.sha256(text).hexdigest()}"


def test_whom_it_concerned_is_forgotten_and_nothing_that_is_public_changes() -> None:
    items = (Item(type="profile", id=ANA, version=""), Item(type="event", id="$secret", version=""))
    asked = request(accounts=(ANA, BO), items=items)
    forgotten = rules_legal.without(asked, ANA)
    assert ANA not in str(forgotten)
    assert BO in forgotten.accounts
    assert rules_legal.public_request(forgotten) == rules_legal.public_request(asked)


def _leaves(**changes: Any) -> list[rules_legal_leaf.Made]:
    seal = b"x" * 32 if changes.get("gag_until") else None
    made = [rules_legal_leaf.of_request(request(**changes), SALTS)]
    for answer in (GIVEN, step("refused")):
        one = record(VALID, answer, **changes)
        made.append(rules_legal_leaf.of_step(one, answer, SALTS, "l_" + "1" * 32, seal))
    return made


def test_every_leaf_may_stand_in_the_log_and_names_nobody() -> None:
    silences: list[dict[str, Any]] = [{}, {"gag_until": TimestampMs(NOW + DAY_MS)}]
    for changes, scope in itertools.product(silences, [(), ("DE", "FR")]):
        for made in _leaves(scope=scope, **changes):
            leaf = make_leaf(made.leaf.type, made.leaf.id, made.leaf.day, made.leaf.fields)
            for hidden in (ANA, M1, M2, "$secret", "Nowhere", "Penal"):
                assert hidden.encode() not in leaf.line


def test_while_silence_holds_a_leaf_says_only_until_when_and_can_be_opened_later() -> None:
    received, *answers = _leaves(gag_until=TimestampMs(NOW + DAY_MS))
    assert set(received.leaf.fields) == {"request_commit", "detail_commit", "review_by"}
    assert received.leaf.fields["review_by"] == "1972-09-28"
    for made in answers:
        assert set(made.leaf.fields) == {"detail_commit"}
    for made in (received, *answers):
        assert made.opening is not None
        told = canonical_json.encode(made.opening.fields)
        assert commit(made.opening.salt, told) == made.leaf.fields["detail_commit"]


def test_an_open_leaf_says_who_asked_for_what_and_how_it_was_answered() -> None:
    received, complied, refused = (made.leaf for made in _leaves())
    public = canonical_json.encode(rules_legal.public_request(request()))
    assert received.fields == {
        "authority": "court",
        "country": "DE",
        "kind": "data",
        "request_commit": commit(SALTS.request, public),
    }
    assert complied.fields["territory"] == ["DE"]
    assert (complied.fields["request"], complied.fields["extent"]) == (ID, "full")
    assert refused.fields["cause"] == "invalid"
    assert complied.fields["actors"] == refused.fields["actors"]

"""May this be decided? Each test begins with a lawful proposal, and breaks one law."""

from typing import Any

import msgspec
import pytest

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import rules
from courtyard.conduct.errors import DecisionNotAllowedError, NotIndependentError
from courtyard.conduct.model import (
    AUTOMATON,
    DAY_MS,
    HOUR_MS,
    Decision,
    Item,
    Lift,
    Proposal,
    Record,
    Vote,
    WantedMeasure,
)
from courtyard.conduct.rules import Court
from courtyard.conduct.rules_brake import Burst
from courtyard.gate.model import RESTRICTABLE
from tests.conduct.makers import (
    ANA,
    BLOCK,
    BO,
    CLAUSES,
    HARASSMENT,
    HIDDEN,
    INTERIM,
    M1,
    M2,
    M3,
    M4,
    M5,
    M6,
    NOW,
    PICTURE,
    STAFF,
    SUSPENSION,
    WARNING,
    clause,
    conflict,
    court,
    decision,
    feature,
    issued,
    proposal,
    record,
    ruleset,
)

OTHER = Item(type="event", id="$other", version="v1")
YESTERDAY = NOW - DAY_MS


def _law(one: Proposal, where: Court, **people: UserId) -> str | None:
    """Return the law that stands against a decision, or None if it is issued."""
    try:
        issued(rules.issue(one, where, **people))
    except (DecisionNotAllowedError, NotIndependentError) as error:
        return error.law
    return None


def _earlier(*measures: WantedMeasure, **changes: Any) -> Record:
    """Return a record from yesterday about something else."""
    return record(*measures, **({"issued_at": YESTERDAY, "items": (OTHER,)} | changes))


# --- what a decision says ---------------------------------------------------------------------------


def test_a_light_decision_needs_one_person() -> None:
    one = issued(rules.issue(proposal(), court()))
    assert (one.proposer, one.approver, one.confirmer) == (M1, None, None)
    assert (one.issued_at, one.category) == (NOW, "STATEMENT_CATEGORY_CYBER_VIOLENCE")
    assert one.topics == ("STATEMENT_CATEGORY_CYBER_VIOLENCE",)
    assert (one.measures[0].starts_at, one.measures[0].ends_at) == (NOW, NOW + DAY_MS)


def test_it_is_about_something() -> None:
    assert _law(proposal(WARNING), court()) is None
    assert _law(proposal(WARNING, items=()), court()) == "items"
    assert _law(proposal(WARNING, items=(PICTURE,) * 101), court()) == "items"
    assert _law(proposal(measures=(feature("session.login"),)), court()) == "never_restrictable"


def test_nobody_is_punished_for_tomorrow() -> None:
    assert _law(proposal(conduct_at=TimestampMs(NOW + 1)), court()) == "conduct_at"


# --- the rule of that time ------------------------------------------------------------------------------


def test_the_rules_in_force_when_it_happened_apply() -> None:
    """No rule reaches back, and none is forgotten."""
    new_rule = (*CLAUSES, clause("R9.1"))
    where = court(rulesets=(ruleset(1, 100), ruleset(2, NOW, clauses=new_rule)))
    old, new = TimestampMs(NOW - 1), TimestampMs(NOW)
    assert _law(proposal(conduct_at=old, ruleset_version=1), where) is None
    assert _law(proposal(conduct_at=new, ruleset_version=2, rule_id="R9.1"), where) is None
    for wrong in (
        proposal(conduct_at=old, ruleset_version=2),
        proposal(conduct_at=new, ruleset_version=1),
        proposal(conduct_at=TimestampMs(99), ruleset_version=1),
        proposal(conduct_at=old, ruleset_version=1, rule_id="R9.1"),
        proposal(conduct_at=old, ruleset_version=1, rule_id="R0"),
    ):
        assert _law(wrong, where) == "rule_version"


def test_what_is_protected_is_never_a_ground() -> None:
    """Criticism of any government, party, officer or operator."""
    assert _law(proposal(rule_id="P1"), court()) == "protected_speech"


def test_a_rule_has_a_heaviest_measure() -> None:
    mild = (*CLAUSES, clause("R9.1", max_measure="content"))
    where = court(rulesets=(ruleset(clauses=mild),))
    for measure in (WARNING, HIDDEN, INTERIM):
        assert _law(proposal(measure, rule_id="R9.1"), where) is None
    assert _law(proposal(feature(), rule_id="R9.1"), where) == "max_measure"
    assert _law(proposal(WARNING, feature(), rule_id="R9.1"), where) == "max_measure"


def test_severe_is_what_the_rule_says_is_severe() -> None:
    assert _law(proposal(severe=True, rule_id="R2.1"), court()) is None
    assert _law(proposal(severe=True), court()) == "severe"


@pytest.mark.parametrize(
    "ground, legal_ground, law",
    [
        ("illegal", "Section 238 of the code", None),
        ("illegal", "", "ground"),
        ("incompatible", "Section 238 of the code", "ground"),
    ],
)
def test_a_decision_by_law_names_the_law(ground: str, legal_ground: str, law: str | None) -> None:
    assert _law(proposal(ground=ground, legal_ground=legal_ground), court()) == law


# --- the people -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, law",
    [
        ({}, None),
        ({"staff": STAFF - {M1}}, "staff"),
        ({"subject": M1}, "own_case"),
        ({"reporters": frozenset({M1})}, "own_report"),
        ({"recused": frozenset({M1})}, "recused"),
        ({"conflicts": (conflict(M1, ANA),)}, "conflict"),
        ({"conflicts": (conflict(M1, "R3.1"),)}, "conflict"),
        ({"conflicts": (conflict(M1, ANA, until=NOW),)}, None),
        ({"conflicts": (conflict(M1, ANA, since=NOW + 1, until=NOW + 9),)}, None),
        ({"conflicts": (conflict(M2, ANA),)}, None),
        ({"conflicts": (conflict(M1, BO),)}, None),
    ],
)  # fmt: skip
def test_who_may_propose(changes: dict[str, Any], law: str | None) -> None:
    where = court(**changes)
    one = proposal(WARNING, subject=where.matter.subject)
    people = {"approver": M2} if where.matter.subject in STAFF else {}
    assert _law(one, where, **people) == law


def test_heavy_decisions_need_two_different_people() -> None:
    heavy = [
        proposal(SUSPENSION),
        proposal(feature(length_ms=7 * DAY_MS + 1)),
        proposal(BLOCK),
    ]
    where = court(records=(_earlier(SUSPENSION), _earlier(feature())))
    for one in heavy:
        assert rules.people_needed(one, where) == 2
        assert _law(one, where) == "four_eyes"
        assert _law(one, where, approver=M1) == "four_eyes"
        assert _law(one, where, approver=BO) == "staff"
        assert (
            _law(one, court(records=where.records, recused=frozenset({M2})), approver=M2)
            == "recused"
        )
        assert issued(rules.issue(one, where, approver=M2)).approver == M2
    assert rules.people_needed(proposal(feature(length_ms=7 * DAY_MS)), where) == 1


def test_decisions_about_the_staff_need_two_people() -> None:
    where = court(subject=M6)
    one = proposal(WARNING, subject=M6)
    assert (_law(one, where), _law(one, where, approver=M2)) == ("four_eyes", None)


def test_a_suspension_in_slices_needs_two_people_too() -> None:
    """Single features, decided one after another, add up."""
    names = sorted(name for name in RESTRICTABLE if not name.endswith((".nonurgent", ".repeat")))
    eight, one_more = tuple(names[:8]), names[8]
    assert _law(proposal(feature(*eight)), court()) is None
    assert _law(proposal(feature(*eight, one_more)), court()) == "four_eyes"
    held = _earlier(feature(*eight, length_ms=3 * DAY_MS))
    assert _law(proposal(feature(one_more)), court(records=(held,))) == "four_eyes"
    assert _law(proposal(feature(eight[0])), court(records=(held,))) is None
    over = _earlier(feature(*eight), issued_at=NOW - 2 * DAY_MS)
    assert _law(proposal(feature(one_more)), court(records=(over,))) is None
    # Other kinds of measure are counted elsewhere.
    assert _law(proposal(WARNING), court(records=(held, _earlier(INTERIM)))) is None


def test_software_alone_stops_floods_for_a_day() -> None:
    flood: dict[str, Any] = {
        "proposer": AUTOMATON,
        "automated_decision": "fully",
        "rule_id": "R1.1",
    }
    where = court(records=(_earlier(feature()),))
    assert _law(proposal(**flood), where) is None
    day = msgspec.structs.replace(INTERIM, length_ms=DAY_MS)
    assert _law(proposal(day, **flood), where) is None
    for one in (
        proposal(**(flood | {"rule_id": "R3.1"})),
        proposal(**(flood | {"automated_decision": "partially"})),
        proposal(WARNING, **flood),
        proposal(HIDDEN, **flood),
        proposal(INTERIM, **flood),
        proposal(feature(length_ms=DAY_MS + 1), **flood),
        proposal(SUSPENSION, **flood),
    ):
        assert _law(one, where, approver=M2) == "automation"
    severe = proposal(**(flood | {"rule_id": "R2.1", "severe": True}))
    assert _law(severe, where) == "automation"
    assert _law(proposal(automated_decision="fully", rule_id="R1.1"), where) == "automation"
    assert _law(proposal(automated_decision="partially"), where) is None


# --- what was decided before ------------------------------------------------------------------------------


def test_nothing_is_punished_twice() -> None:
    before = record(WARNING, issued_at=YESTERDAY)
    where = court(records=(before,))
    assert _law(proposal(), where) == "twice"
    assert _law(proposal(items=(OTHER, PICTURE)), where) == "twice"
    # Another item, another version of it, another rule.
    assert _law(proposal(items=(OTHER,)), where) is None
    edited = msgspec.structs.replace(PICTURE, version="v2")
    assert _law(proposal(items=(edited,)), where) is None
    assert _law(proposal(rule_id="R2.1"), where) is None
    # It was cancelled, or only held still.
    now = TimestampMs(NOW)
    gone = Lift(decision_id=before.decision.id, cause="annulled", at=now, ends_at=now, by=M3)
    cancelled = msgspec.structs.replace(before, lifts=(gone,))
    assert _law(proposal(), court(records=(cancelled,))) is None
    assert _law(proposal(), court(records=(record(INTERIM, issued_at=YESTERDAY),))) is None


def test_interim_measures_of_a_case_last_two_days_in_sum() -> None:
    half = msgspec.structs.replace(INTERIM, length_ms=24 * HOUR_MS)
    hour = msgspec.structs.replace(INTERIM, length_ms=HOUR_MS)
    where = court(records=(record(half, issued_at=YESTERDAY),))
    assert _law(proposal(half), where) is None
    assert (
        _law(proposal(msgspec.structs.replace(half, length_ms=24 * HOUR_MS + 1)), where)
        == "interim"
    )
    full = court(records=(record(half), record(half), record(WARNING)))
    assert _law(proposal(hour), full) == "interim"
    assert _law(proposal(hour, case_id="c_2"), full) is None


def test_the_first_time_is_short() -> None:
    two_days = feature(length_ms=2 * DAY_MS)
    assert _law(proposal(two_days), court()) == "first_time"
    for before, law in [
        (_earlier(feature()), None),
        (_earlier(SUSPENSION), None),
        # Lighter measures make nothing a repetition.
        (_earlier(WARNING), "first_time"),
        (_earlier(HIDDEN), "first_time"),
        # Nor does what faded, or what came after the conduct.
        (_earlier(feature(), issued_at=NOW - 181 * DAY_MS), "first_time"),
        (_earlier(feature(), issued_at=NOW), "first_time"),
    ]:
        assert _law(proposal(two_days), court(records=(before,))) == law
    long = msgspec.structs.replace(SUSPENSION, length_ms=8 * DAY_MS)
    assert _law(proposal(long), court(), approver=M2) == "first_time"
    assert _law(proposal(long, rule_id="R2.1", severe=True), court(), approver=M2) is None
    assert _law(proposal(long), court(records=(_earlier(SUSPENSION),)), approver=M2) is None


def test_a_block_is_the_last_resort() -> None:
    assert _law(proposal(BLOCK), court(), approver=M2) == "last_resort"
    for before in (feature(), WARNING):
        where = court(records=(_earlier(before),))
        assert _law(proposal(BLOCK), where, approver=M2) == "last_resort"
    for before in (SUSPENSION, BLOCK):
        assert _law(proposal(BLOCK), court(records=(_earlier(before),)), approver=M2) is None
    assert _law(proposal(BLOCK, rule_id="R2.1", severe=True), court(), approver=M2) is None
    assert _law(proposal(BLOCK, rule_id="R2.1"), court(), approver=M2) == "last_resort"


def test_misuse_of_reports_costs_reports_after_a_warning() -> None:
    pause = feature("report.submit.nonurgent")
    warned = court(records=(_earlier(WARNING, rule_id="R8.1"),))
    assert _law(proposal(WARNING, rule_id="R8.1"), court()) is None
    assert _law(proposal(pause, rule_id="R8.1"), warned) is None
    assert _law(proposal(pause, rule_id="R8.1"), court()) == "misuse"
    other = court(records=(_earlier(WARNING),))
    assert _law(proposal(pause, rule_id="R8.1"), other) == "misuse"
    assert _law(proposal(pause), warned) == "misuse"
    assert _law(proposal(feature(), rule_id="R8.1"), warned) == "misuse"
    assert _law(proposal(HIDDEN, rule_id="R8.1"), warned) == "misuse"
    mixed = feature("feed.like", "report.submit.nonurgent")
    assert _law(proposal(mixed, rule_id="R8.1"), warned) == "misuse"


def test_a_staff_of_one_does_only_what_ends_by_itself() -> None:
    alone: dict[str, Any] = {"staff": frozenset({M1})}
    where = court(records=(_earlier(SUSPENSION), _earlier(feature())), **alone)
    assert where.has_one_operator()
    for measure in (WARNING, HIDDEN, INTERIM, feature(length_ms=7 * DAY_MS)):
        assert _law(proposal(measure), where) is None
    for measure in (feature(length_ms=7 * DAY_MS + 1), SUSPENSION, BLOCK):
        assert _law(proposal(measure), where) == "one_operator"


# --- the brake --------------------------------------------------------------------------------------------


def _burst(count: int, **changes: Any) -> tuple[Decision, ...]:
    return tuple(
        decision(SUSPENSION, **({"issued_at": YESTERDAY + 1} | changes)) for _ in range(count)
    )


def test_the_brake_holds_the_fourth_suspension_of_a_day() -> None:
    """The rules here let three pass."""
    one = proposal(SUSPENSION)
    issued(rules.issue(one, court(recent=_burst(2)), approver=M2))
    held = rules.issue(one, court(recent=_burst(3)), approver=M2)
    assert isinstance(held, Burst)
    assert (held.of, len(held.decisions)) == ("R3.1", 3)


def test_only_what_is_heavy_new_and_alike_counts() -> None:
    one = proposal(SUSPENSION)
    for recent in (
        _burst(9, issued_at=YESTERDAY),
        tuple(decision(feature()) for _ in range(9)),
        _burst(9, rule_id="R2.1"),
    ):
        issued(rules.issue(one, court(recent=recent), approver=M2))
    # A light decision is never held.
    issued(rules.issue(proposal(), court(recent=_burst(9))))


def test_one_topic_under_many_rules_is_a_burst_too() -> None:
    recent = _burst(3, rule_id="R2.1", topics=("item:abc",))
    one = proposal(SUSPENSION, topics=("item:abc",))
    held = rules.issue(one, court(recent=recent), approver=M2)
    assert isinstance(held, Burst)
    assert held.of == "item:abc"


def test_somebody_outside_the_chain_releases_it() -> None:
    where = court(recent=(*_burst(3), *_burst(1, proposer=M4, approver=M5, confirmer=M6)))
    one = proposal(SUSPENSION)
    for inside in (M1, M2, M4, M5, M6):
        assert _law(one, where, approver=M2, confirmer=inside) == "same_chain"
    assert _law(one, where, approver=M2, confirmer=BO) == "staff"
    out = issued(rules.issue(one, where, approver=M2, confirmer=M3))
    assert out.confirmer == M3
    # Nobody is needed where nothing is held.
    assert issued(rules.issue(one, court(), approver=M2, confirmer=M3)).confirmer == M3


# --- afterwards -------------------------------------------------------------------------------------------


def test_anybody_on_the_staff_may_be_lenient() -> None:
    one = record()
    for person in (M1, M2, M3):
        lift = rules.lift(one, person, "lifted", court().matter, NOW + 5)
        assert (lift.by, lift.ends_at, lift.capabilities) == (person, NOW + 5, ())
    rules.lift(one, M3, "annulled", court().matter, NOW)
    with pytest.raises(NotIndependentError, match="staff"):
        rules.lift(one, BO, "lifted", court().matter, NOW)
    with pytest.raises(NotIndependentError, match="themselves"):
        rules.lift(one, M1, "lifted", court(subject=M1).matter, NOW)
    for cause in ("overturned", "reduced"):
        with pytest.raises(DecisionNotAllowedError, match="appeal"):
            rules.lift(one, M3, cause, court().matter, NOW)
    gone = msgspec.structs.replace(
        one, lifts=(rules.lift(one, M3, "annulled", court().matter, NOW),)
    )
    with pytest.raises(DecisionNotAllowedError, match="cancelled"):
        rules.lift(gone, M3, "lifted", court().matter, NOW)


def _vote(one: Record, person: UserId, now_ms: int = NOW, **given: Any) -> str | None:
    votes, siblings = given.get("votes", ()), given.get("siblings", ())
    try:
        rules.check_may_vote(person, one, votes, siblings, court().matter, now_ms)
    except (DecisionNotAllowedError, NotIndependentError) as error:
        return error.law
    return None


def _votes(*words: bool) -> tuple[Vote, ...]:
    people = zip((M3, M4, M5), words, strict=False)
    return tuple(
        Vote(staff_id=who, is_for=word, at=TimestampMs(NOW + word)) for who, word in people
    )


def test_three_who_had_no_part_hear_a_block_once_and_in_time() -> None:
    one = record(BLOCK)
    assert _vote(one, M3) is None
    assert _vote(one, M3, NOW + 7 * DAY_MS - 1) is None
    assert _vote(one, M3, NOW + 7 * DAY_MS) == "panel"
    assert _vote(record(), M3) == "panel"
    assert _vote(one, M3, votes=_votes(True)) == "panel"
    assert _vote(one, M4, votes=_votes(True)) is None
    heard = msgspec.structs.replace(
        one, hearing=rules.hearing_of(one.decision.id, _votes(True, True, True))
    )
    assert _vote(heard, M6) == "panel"
    for inside in (M1, M2):
        assert _vote(one, inside) == "involved"
    assert _vote(one, BO) == "staff"


@pytest.mark.parametrize(
    "words, is_confirmed",
    [
        ((True, True), None),
        ((True, True, True), True),
        ((False, True, True), True),
        ((False, True, False), False),
    ],
)
def test_two_of_three_decide(words: tuple[bool, ...], *, is_confirmed: bool | None) -> None:
    hearing = rules.hearing_of(record().decision.id, _votes(*words))
    assert (None if hearing is None else hearing.is_confirmed) == is_confirmed
    if hearing is not None:
        assert (hearing.panel, hearing.at) == ((M3, M4, M5), NOW + 1)


def test_who_took_the_interim_measure_hears_nothing_of_that_case() -> None:
    interim = record(INTERIM, proposer=M3, approver=None)
    assert _vote(record(BLOCK), M3, siblings=(interim,)) == "involved"
    assert _vote(record(BLOCK), M4, siblings=(interim,)) is None


def test_the_rule_is_the_one_that_is_cited() -> None:
    assert rules.check(proposal(), court()) == HARASSMENT

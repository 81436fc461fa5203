"""Each law bites: a fault is put into the rules, and the laws find it.

A law that no fault breaks is decoration. Here is one fault for each thing that could go wrong, none of them far-fetched: two
were in the first drafts.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from courtyard.base.ids import UserId
from courtyard.conduct import (
    rules,
    rules_appeal,
    rules_brake,
    rules_complaint,
    rules_effect,
    rules_evidence,
    rules_gate,
    rules_ladder,
    rules_leaf,
    rules_letters,
    rules_misuse,
    rules_people,
    rules_ruleset,
)
from courtyard.conduct.errors import DecisionNotAllowedError
from courtyard.conduct.model import DAY_MS, Decision, Lift, Measure, Record
from courtyard.conduct.rules_ladder import LADDER
from courtyard.transparency.rules_leaf import commit
from tests.props.test_conduct_care_laws import CareLaws
from tests.props.test_conduct_laws import Laws

SEARCH = settings(
    max_examples=600,
    stateful_step_count=60,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    report_multiple_bugs=False,
)

Fault = Callable[[pytest.MonkeyPatch], None]
FAULTS: dict[str, Fault] = {}


def fault(put: Fault) -> Fault:
    """Name a fault by its function."""
    FAULTS[put.__name__.strip("_")] = put
    return put


def _yes(*_: object, **__: object) -> None:
    """Let everybody."""


def _rung(patch: pytest.MonkeyPatch, type: Any, **changes: Any) -> None:
    patch.setitem(LADDER, type, msgspec.structs.replace(LADDER[type], **changes))


@fault
def _an_overdue_appeal_pauses_nothing(patch: pytest.MonkeyPatch) -> None:
    """In memory and at the gate alike, so that comparing the two would not show it."""
    patch.setattr(rules_effect, "is_stayed", lambda *_: False)
    patch.setattr(rules_gate, "is_open", lambda _: False)


@fault
def _only_the_gate_forgets_the_pause(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_gate, "is_open", lambda _: False)


@fault
def _a_pause_begins_a_millisecond_late(patch: pytest.MonkeyPatch) -> None:
    real = rules_effect.is_stayed

    def is_stayed(record: Record, measure: Measure, now_ms: int) -> bool:
        return real(record, measure, now_ms - 1)

    patch.setattr(rules_effect, "is_stayed", is_stayed)


@fault
def _an_interim_measure_comes_back(patch: pytest.MonkeyPatch) -> None:
    _rung(patch, "interim", overdue="pauses")


@fault
def _an_end_is_still_in_force(patch: pytest.MonkeyPatch) -> None:
    real = rules_effect.end_of
    patch.setattr(rules_effect, "end_of", lambda *given: real(*given) + 1)


@fault
def _a_lift_replaces_the_end(patch: pytest.MonkeyPatch) -> None:
    """The fault of the first model: “reduced” after the end moved the end later."""
    real = rules_effect.end_of

    def end_of(record: Record, measure: Measure, now_ms: int, *capability: Any) -> int:
        end = real(record, measure, now_ms, *capability)
        reductions = [one.ends_at for one in record.lifts if one.cause == "reduced"]
        return reductions[-1] if reductions else end

    patch.setattr(rules_effect, "end_of", end_of)
    patch.setattr(rules_gate, "end_of", end_of)


@fault
def _a_lift_lifts_nothing(patch: pytest.MonkeyPatch) -> None:
    real = rules_effect.end_of

    def end_of(record: Record, *given: Any) -> int:
        return real(msgspec.structs.replace(record, lifts=()), *given)

    patch.setattr(rules_effect, "end_of", end_of)
    patch.setattr(rules_gate, "end_of", end_of)


@fault
def _lifting_one_lifts_the_others(patch: pytest.MonkeyPatch) -> None:
    real = rules_effect.taken

    def taken(records: Any, now_ms: int) -> frozenset[str]:
        records = tuple(records)
        is_any_lifted = len(records) > 1 and any(one.lifts for one in records)
        return frozenset() if is_any_lifted else real(records, now_ms)

    patch.setattr(rules_effect, "taken", taken)


@fault
def _a_block_needs_no_panel(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_effect, "may_last", lambda *_: True)
    patch.setattr(rules_gate, "may_last", lambda *_: True)


@fault
def _a_block_needs_no_suspension_before(patch: pytest.MonkeyPatch) -> None:
    real = rules._check_history

    def check(proposal: Any, court: Any) -> None:
        try:
            real(proposal, court)
        except DecisionNotAllowedError as error:
            if error.law != "last_resort":
                raise

    patch.setattr(rules, "_check_history", check)


@fault
def _the_one_who_decided_hears_the_appeal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_people, "involved", lambda _: frozenset())


@fault
def _the_one_who_heard_it_hears_it_again(patch: pytest.MonkeyPatch) -> None:
    real = rules_people.involved
    patch.setattr(
        rules_people,
        "involved",
        lambda record: real(msgspec.structs.replace(record, appeals=())),
    )


@fault
def _a_conflict_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    real = rules_people.why_not

    def why_not(person: UserId, matter: Any, now_ms: int) -> str | None:
        return real(person, msgspec.structs.replace(matter, conflicts=()), now_ms)

    patch.setattr(rules_people, "why_not", why_not)


@fault
def _somebody_decides_about_themselves(patch: pytest.MonkeyPatch) -> None:
    real = rules_people.why_not

    def why_not(person: UserId, matter: Any, now_ms: int) -> str | None:
        return real(person, msgspec.structs.replace(matter, subject="@x:y"), now_ms)

    patch.setattr(rules_people, "why_not", why_not)


@fault
def _the_proposer_approves(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_people, "check_may_approve", _yes)


@fault
def _one_person_is_enough(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "people_needed", lambda *_: 1)


@fault
def _software_decides_anything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "_check_automatic", _yes)


@fault
def _a_staff_of_one_suspends(patch: pytest.MonkeyPatch) -> None:
    for type in ("suspension", "block", "feature"):
        _rung(patch, type, one_operator_ms_max=400 * DAY_MS)
    patch.setattr(rules_people, "check_may_approve", _yes)


@fault
def _the_newest_rules_apply_to_the_past(patch: pytest.MonkeyPatch) -> None:
    real = rules_ruleset.clause_for

    def clause_for(rulesets: Any, rule_id: str, version: int, conduct_at: int) -> Any:
        del version, conduct_at
        newest = max(rulesets, key=lambda one: one.version)
        return real(rulesets, rule_id, newest.version, newest.effective_at)

    patch.setattr(rules_ruleset, "clause_for", clause_for)


@fault
def _what_is_protected_is_a_ground(patch: pytest.MonkeyPatch) -> None:
    real = rules_ruleset.clause_for

    def clause_for(rulesets: Any, rule_id: str, *given: Any) -> Any:
        return real(rulesets, "R3.1" if rule_id == "P1" else rule_id, *given)

    patch.setattr(rules_ruleset, "clause_for", clause_for)


@fault
def _anything_can_be_severe(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "_check_clause", _yes)


@fault
def _anything_can_be_taken(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_ladder, "check_restrictable", _yes)


@fault
def _the_first_time_is_long(patch: pytest.MonkeyPatch) -> None:
    _rung(patch, "feature", first_ms_max=30 * DAY_MS)


@fault
def _punished_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "punished", lambda *_: None)


@fault
def _interim_measures_follow_each_other(patch: pytest.MonkeyPatch) -> None:
    real = rules._check_history

    def check(proposal: Any, court: Any) -> None:
        if proposal.measures[0].type != "interim":
            real(proposal, court)

    patch.setattr(rules, "_check_history", check)


@fault
def _appeals_have_a_month(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_appeal, "appeal_due_ms", lambda _: 30 * DAY_MS)


@fault
def _the_brake_is_off(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_brake, "burst", lambda *_: None)


@fault
def _those_who_run_away_release_the_brake(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_people, "check_may_confirm", _yes)


@fault
def _a_statement_leaves_something_out(patch: pytest.MonkeyPatch) -> None:
    """It is taken, logged and told, but for one word."""
    real = rules_letters._capabilities
    patch.setattr(rules_letters, "_capabilities", lambda lang, names: real(lang, names[:1]))


@fault
def _a_statement_names_an_earlier_end(patch: pytest.MonkeyPatch) -> None:
    real = rules_letters.moment
    patch.setattr(
        rules_letters,
        "_measure",
        lambda lang, one: f"{lang} {one.type} {real(one.ends_at - DAY_MS)}",
    )


@fault
def _the_log_names_the_subject(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_leaf, "commit", lambda _salt, data: data.decode())


@fault
def _the_log_has_no_salt(patch: pytest.MonkeyPatch) -> None:
    """Whoever guesses the user id opens the leaf, also after the erasure."""
    real = commit
    patch.setattr(rules_leaf, "commit", lambda _salt, data: real(bytes(32), data))


@fault
def _a_reviewer_makes_it_heavier(patch: pytest.MonkeyPatch) -> None:
    """A lift is a fact; a changed decision is none."""
    real = rules_appeal.rule

    def rule(appeal: Any, record: Record, *given: Any) -> tuple[Any, Lift | None]:
        ruling = real(appeal, record, *given)
        _widen(record.decision)
        return ruling

    patch.setattr(rules_appeal, "rule", rule)


def _widen(decision: Decision) -> None:
    for measure in decision.measures:
        msgspec.structs.force_setattr(measure, "ends_at", measure.ends_at + DAY_MS)


@fault
def _hidden_content_is_only_paused(patch: pytest.MonkeyPatch) -> None:
    """What lapsed comes back once the late answer is that it was right: in memory and at the gate alike."""
    _rung(patch, "content", overdue="pauses")


@fault
def _only_the_gate_forgets_that_content_lapses(patch: pytest.MonkeyPatch) -> None:
    real = rules_gate.content_adjustments

    def content_adjustments(record: Record, now_ms: int) -> Any:
        found = real(record, now_ms)
        return [msgspec.structs.replace(one, stayed_from=None) for one in found]

    patch.setattr(rules_gate, "content_adjustments", content_adjustments)


@fault
def _a_lift_gives_capabilities_back_and_no_content(patch: pytest.MonkeyPatch) -> None:
    real = rules_gate.content_adjustments

    def content_adjustments(record: Record, now_ms: int) -> Any:
        return real(msgspec.structs.replace(record, lifts=()), now_ms)

    patch.setattr(rules_gate, "content_adjustments", content_adjustments)


@fault
def _anything_can_be_done_to_anything(patch: pytest.MonkeyPatch) -> None:
    """A step is decided that no floor carries out, and everybody believes it done."""
    patch.setattr(rules_ladder, "is_known", lambda *_: True)


CARE_FAULTS: dict[str, Fault] = {}


def care_fault(put: Fault) -> Fault:
    """Name a fault that the laws about what comes around a decision find."""
    CARE_FAULTS[put.__name__.strip("_")] = put
    return put


@care_fault
def _who_dismissed_it_hears_the_complaint(patch: pytest.MonkeyPatch) -> None:
    real = rules_complaint.check_may_hear

    def check(person: UserId, _: Any, matter: Any, now_ms: int) -> None:
        real(person, (), matter, now_ms)

    patch.setattr(rules_complaint, "check_may_hear", check)


@care_fault
def _complaints_come_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_complaint, "WINDOW_MS", 10**15)


@care_fault
def _evidence_goes_while_an_appeal_is_heard(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_evidence, "is_open", lambda _: False)


@care_fault
def _evidence_is_kept_after_an_erasure(patch: pytest.MonkeyPatch) -> None:
    real = rules_evidence.kept_until
    patch.setattr(rules_evidence, "kept_until", lambda *given, **_: real(*given, is_erased=False))


@care_fault
def _evidence_is_kept_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_evidence, "AFTER_MS", 10**15)


@care_fault
def _a_warning_alone_brings_a_pause(patch: pytest.MonkeyPatch) -> None:
    real = rules_misuse.assess

    def assess(record: rules_misuse.MisuseRecord, now_ms: int) -> rules_misuse.Advice:
        return real(msgspec.structs.replace(record, sent_since_warning=1), now_ms)

    patch.setattr(rules_misuse, "assess", assess)


@care_fault
def _a_warning_that_was_annulled_still_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_effect, "is_cancelled", lambda _: False)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", sorted(CARE_FAULTS))
def test_the_laws_of_care_find_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    CARE_FAULTS[name](monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(CareLaws, settings=SEARCH)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_without_a_fault_the_laws_of_care_find_nothing() -> None:
    """The same search as above, so that what it finds there is the fault."""
    run_state_machine_as_test(CareLaws, settings=SEARCH)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", sorted(FAULTS))
def test_the_laws_find_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name](monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Laws, settings=SEARCH)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_without_a_fault_they_find_nothing() -> None:
    """The same search as above, so that what it finds there is the fault."""
    run_state_machine_as_test(Laws, settings=SEARCH)

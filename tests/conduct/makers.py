"""Decisions, rules and people for tests. Everything is lawful unless a test changes it."""

from typing import Any

import msgspec

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import rules_ladder
from courtyard.conduct.model import (
    DAY_MS,
    HOUR_MS,
    Appeal,
    AppealId,
    CaseId,
    Conflict,
    Decision,
    DecisionId,
    Item,
    Proposal,
    Record,
    WantedMeasure,
)
from courtyard.conduct.model_rules import Clause, Draft, RuleSet, Wording
from courtyard.conduct.rules import Court
from courtyard.conduct.rules_brake import Burst
from courtyard.conduct.rules_people import Matter

ANA, BO = UserId("@ana:test.example"), UserId("@bo:test.example")
"""Accounts that are nobody's staff."""
M1, M2, M3, M4, M5, M6 = (UserId(f"@m{n}:test.example") for n in range(1, 7))
"""The staff."""
STAFF = frozenset({M1, M2, M3, M4, M5, M6})

NOW = 1_000 * DAY_MS
"""Some morning in 1972; the rules are from the first day."""

PICTURE = Item(type="event", id="$picture", version="v1")


def clause(id: str = "R3.1", **changes: Any) -> Clause:
    """Return a rule, by which anything may be decided unless told otherwise."""
    values: dict[str, Any] = {
        "id": id,
        "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
        "max_measure": "block",
        "wording": {"en": Wording(title="A rule", text="Do not.")},
    }
    return Clause(**(values | changes))


PROTECTED = clause("P1", kind="protected", max_measure=None)
HARASSMENT = clause("R3.1")
FRAUD = clause("R2.1", category="STATEMENT_CATEGORY_SCAMS_AND_FRAUD", severe="ongoing_fraud")
FLOOD = clause("R1.1", max_measure="suspension", is_flood=True)
MISUSE = clause("R8.1", max_measure="feature", is_misuse=True)
CLAUSES = (PROTECTED, HARASSMENT, FRAUD, FLOOD, MISUSE)


def draft(*clauses: Clause, **changes: Any) -> Draft:
    """Return unpublished rules."""
    values: dict[str, Any] = {
        "burst_max": 3,
        "summary": {"en": "Rules."},
        "clauses": clauses or CLAUSES,
    }
    return Draft(**(values | changes))


def ruleset(version: int = 1, effective_at: int = 0, **changes: Any) -> RuleSet:
    """Return published rules."""
    values: dict[str, Any] = {
        "burst_max": 3,
        "summary": {"en": "Rules."},
        "clauses": CLAUSES,
        "version": version,
        "published_at": TimestampMs(effective_at),
        "effective_at": TimestampMs(effective_at),
    }
    return RuleSet(**(values | changes))


def matter(**changes: Any) -> Matter:
    """Return the people around a case about Ana."""
    values: dict[str, Any] = {
        "subject": ANA,
        "topics": frozenset({"R3.1"}),
        "reporters": frozenset({BO}),
        "recused": frozenset(),
        "staff": STAFF,
        "conflicts": (),
    }
    return Matter(**(values | changes))


def court(now_ms: int = NOW, **changes: Any) -> Court:
    """Return a court that has heard nothing about Ana yet; changes of `Matter` go into the matter."""
    people = {name: changes.pop(name) for name in Matter.__struct_fields__ if name in changes}
    values: dict[str, Any] = {
        "now_ms": now_ms,
        "rulesets": (ruleset(),),
        "records": (),
        "recent": (),
        "matter": matter(**people),
    }
    return Court(**(values | changes))


def conflict(person: UserId, about: str, since: int = 0, until: int = NOW + 9) -> Conflict:
    """Return a declared conflict that holds now."""
    return Conflict(
        staff_id=person, about=about, declared_at=TimestampMs(since), until=TimestampMs(until)
    )


def feature(*capabilities: str, length_ms: int = DAY_MS) -> WantedMeasure:
    """Return a wanted feature restriction: likes for a day, unless told otherwise."""
    return WantedMeasure(
        type="feature", length_ms=length_ms, capabilities=capabilities or ("feed.like",)
    )


WARNING = WantedMeasure(type="warning", length_ms=90 * DAY_MS)
SUSPENSION = WantedMeasure(type="suspension", length_ms=7 * DAY_MS)
BLOCK = WantedMeasure(type="block", length_ms=365 * DAY_MS)
HIDDEN = WantedMeasure(type="content", length_ms=30 * DAY_MS, step="hide", item_id="$picture")
INTERIM = WantedMeasure(type="interim", length_ms=48 * HOUR_MS, capabilities=("feed.post",))


def proposal(*measures: WantedMeasure, **changes: Any) -> Proposal:
    """Return a proposal of M1 about Ana: no likes for a day, unless told otherwise."""
    values: dict[str, Any] = {
        "id": DecisionId("d_" + "1" * 32),
        "case_id": CaseId("c_1"),
        "subject": ANA,
        "items": (PICTURE,),
        "rule_id": "R3.1",
        "ruleset_version": 1,
        "ground": "incompatible",
        "conduct_at": TimestampMs(NOW),
        "measures": measures or (feature(),),
        "proposer": M1,
        "source": "notice",
    }
    return Proposal(**(values | changes))


def decision(
    *measures: WantedMeasure,
    issued_at: int = NOW,
    approver: UserId | None = M2,
    confirmer: UserId | None = None,
    **changes: Any,
) -> Decision:
    """Return an issued decision, made without asking whether it may be."""
    wanted = proposal(*measures, **({"conduct_at": TimestampMs(issued_at)} | changes))
    values = {name: getattr(wanted, name) for name in Proposal.__struct_fields__}
    values["measures"] = tuple(rules_ladder.timed(one, issued_at) for one in wanted.measures)
    return Decision(
        **values,
        category="STATEMENT_CATEGORY_CYBER_VIOLENCE",
        approver=approver,
        confirmer=confirmer,
        issued_at=TimestampMs(issued_at),
    )


def record(*measures: WantedMeasure, **changes: Any) -> Record:
    """Return a record of a decision; `lifts`, `appeals` and `hearing` go into the record."""
    facts = {name: changes.pop(name) for name in ("lifts", "appeals", "hearing") if name in changes}
    return Record(decision=decision(*measures, **changes), **facts)


def appeal(due_at: int, **changes: Any) -> Appeal:
    """Return an open appeal of Ana's."""
    values: dict[str, Any] = {
        "id": AppealId("a_1"),
        "decision_id": DecisionId("d_" + "1" * 32),
        "text": "It was a joke.",
        "has_new_evidence": False,
        "submitted_at": TimestampMs(NOW),
        "due_at": TimestampMs(due_at),
    }
    return Appeal(**(values | changes))


def issued(outcome: Decision | Burst) -> Decision:
    """Return the decision; fail if it is held."""
    assert isinstance(outcome, Decision), outcome
    return outcome


def later(one: Appeal, at: int, **changes: Any) -> Appeal:
    """Return an appeal that was answered at a time: upheld, unless told otherwise."""
    values = {"outcome": "upheld", "reviewer": M5, "reasons": "No.", "decided_at": TimestampMs(at)}
    return msgspec.structs.replace(one, **(values | changes))

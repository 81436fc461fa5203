"""The words of a decision: what it takes, from whom, by which rule, and what became of it.

Nothing here is ever changed. A decision, a lift, an appeal and its ruling are facts, each with its time; what is in
force is computed from the facts and the clock (`rules_effect`), so a measure ends with no job run.

Times are Unix milliseconds; what is a length says so and is in milliseconds too.
"""

from typing import Final, Literal, NewType

import msgspec

from courtyard.base.ids import TimestampMs, UserId

CaseId = NewType("CaseId", str)
DecisionId = NewType("DecisionId", str)
AppealId = NewType("AppealId", str)

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS

MeasureType = Literal["warning", "content", "feature", "suspension", "block", "interim"]
"""The rungs of the ladder (`rules_ladder.LADDER`), and the interim measure, which stands beside it."""
ContentStep = Literal["label", "age_gate", "hide", "quarantine"]
"""What is done to content. There is no step that deletes: what was overturned comes back as it was."""
ItemType = Literal["event", "room", "media", "profile", "account"]
Ground = Literal["incompatible", "illegal"]
"""Against the rules of this server, or against a law (which the decision then names). DSA art. 17(3)(d), (e)."""
Source = Literal["notice", "trusted_flagger", "other_notice", "own_initiative"]
"""How the server came to know. DSA art. 17(3)(b)."""
Automation = Literal["not", "partially", "fully"]
Outcome = Literal["upheld", "reduced", "overturned", "inadmissible", "withdrawn"]
LiftCause = Literal["lifted", "reduced", "overturned", "annulled"]
State = Literal[
    "scheduled", "active", "stayed", "expired", "lapsed", "lifted", "overturned", "annulled"
]
"""What a measure is at a time. A reduced one is active until its new end."""

AUTOMATON: Final = UserId("")
"""Who proposes when no human does. It is nobody's user id, and never among the staff."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What a report or decision is about.

    Attributes:
        id: an event, room, file or user id.
        version: which version of it: the hash of what was seen, so that an edited item is another one. For the conduct
            of an account, the day.
    """

    type: ItemType
    id: str
    version: str


class WantedMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as it is proposed: it has a length, and gets its times when the decision is issued."""

    type: MeasureType
    length_ms: int
    capabilities: tuple[str, ...] = ()
    """Sorted. Empty for warnings and content, and for suspensions and blocks, which take all there are."""
    step: ContentStep | None = None
    item_id: str | None = None


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of an issued decision.

    It runs at the most from `starts_at` until before `ends_at`, and counts as an earlier measure until `counts_until`.
    """

    type: MeasureType
    capabilities: tuple[str, ...]
    step: ContentStep | None
    item_id: str | None
    starts_at: TimestampMs
    ends_at: TimestampMs
    counts_until: TimestampMs


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody on the staff wants to decide. With the people it needs it becomes a `Decision`.

    Attributes:
        items: what it is about; never empty, so that nothing is punished twice.
        topics: what else than the rule makes decisions alike, for the brake: the category, the hash of a picture.
        conduct_at: when it happened. The rules of that time apply.
        severe: whether it is one of the closed list of severe matters; the rule must allow it.
    """

    id: DecisionId
    case_id: CaseId
    subject: UserId
    items: tuple[Item, ...]
    rule_id: str
    ruleset_version: int
    ground: Ground
    legal_ground: str = ""
    topics: tuple[str, ...] = ()
    conduct_at: TimestampMs
    measures: tuple[WantedMeasure, ...]
    proposer: UserId
    source: Source
    automated_detection: bool = False
    automated_decision: Automation = "not"
    severe: bool = False


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """An issued decision. It never changes; lifts and appeals are facts of their own."""

    id: DecisionId
    case_id: CaseId
    subject: UserId
    items: tuple[Item, ...]
    rule_id: str
    ruleset_version: int
    ground: Ground
    legal_ground: str
    category: str
    """The rule's `STATEMENT_CATEGORY_…`."""
    topics: tuple[str, ...]
    conduct_at: TimestampMs
    measures: tuple[Measure, ...]
    proposer: UserId
    approver: UserId | None
    confirmer: UserId | None
    """Who let it pass the brake on mass sanctions."""
    source: Source
    automated_detection: bool
    automated_decision: Automation
    severe: bool
    issued_at: TimestampMs


class Lift(msgspec.Struct, frozen=True, kw_only=True):
    """A decision's measures end earlier: at `ends_at`, or when they would have ended anyway.

    Attributes:
        capabilities: only these; empty: everything the decision holds.
        by: who lifted it, or the reviewer of the appeal.
    """

    decision_id: DecisionId
    cause: LiftCause
    at: TimestampMs
    ends_at: TimestampMs
    capabilities: tuple[str, ...] = ()
    by: UserId


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal by the subject of a decision. The ruling comes with `outcome`; until then the last four are empty."""

    id: AppealId
    decision_id: DecisionId
    text: str
    has_new_evidence: bool
    submitted_at: TimestampMs
    due_at: TimestampMs
    reviewer: UserId | None = None
    outcome: Outcome | None = None
    reasons: str = ""
    decided_at: TimestampMs | None = None


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """What one of a panel says about a block."""

    staff_id: UserId
    is_for: bool
    at: TimestampMs


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """The panel of three that a block needs to last longer than a suspension."""

    decision_id: DecisionId
    panel: tuple[UserId, ...]
    at: TimestampMs
    is_confirmed: bool


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of one decision."""

    decision: Decision
    lifts: tuple[Lift, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    hearing: Hearing | None = None


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on the staff has declared to be no judge of a person or a topic."""

    staff_id: UserId
    about: str
    """A user id, or a topic."""
    declared_at: TimestampMs
    until: TimestampMs
    """When it ends; a declaration about oneself can be renewed, not withdrawn."""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What the subject is told. What the staff note for one another is never in here: another table, another type.

    Attributes:
        facts: facts and circumstances, without names of others. DSA art. 17(3)(b).
        explanation: why they break the rule or law. DSA art. 17(3)(d), (e).
    """

    decision_id: DecisionId
    lang: str
    facts: str
    explanation: str

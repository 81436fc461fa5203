"""What of conduct goes into the public log: never a name or a text.

A leaf holds words of closed lists, numbers of rules, counts, days, lengths, random ids, hashes, salted commitments and tags of people. It
cannot be taken back: whatever names or quotes somebody is in it only as a commitment or a tag, made with secrets that are kept elsewhere
and can be deleted. After that these mean nothing, and the log still verifies. All else stays readable for ever, the hash of the rules
among it, which has no salt: the rules are public.

On a small server category and measures would tell who it is. There the leaves of decisions, of their ends, appeals, rulings and pauses
are sealed: besides type, id and day they hold commitments only, and who has the salts can open them. The leaves of rules, bursts,
releases and erasures are the same on every server.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from courtyard.base import canonical_json
from courtyard.base.ids import UserId
from courtyard.conduct.model import (
    Appeal,
    Automation,
    Decision,
    Ground,
    Item,
    Lift,
    Measure,
    Record,
    Source,
    Statement,
)
from courtyard.conduct.model_rules import RuleSet
from courtyard.conduct.rules_brake import WINDOW_MS, Burst
from courtyard.conduct.rules_effect import end_of
from courtyard.conduct.rules_ruleset import sha256
from courtyard.transparency.rules_leaf import SEALED, commit

SEALED_BELOW: Final = 200
"""Active accounts below which leaves are sealed."""
TAG_HEX: Final = 24

GROUND_WORDS: Final[dict[Ground, str]] = {
    "incompatible": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "illegal": "DECISION_GROUND_ILLEGAL_CONTENT",
}
SOURCE_WORDS: Final[dict[Source, str]] = {
    "notice": "SOURCE_ARTICLE_16",
    "trusted_flagger": "SOURCE_TRUSTED_FLAGGER",
    "other_notice": "SOURCE_TYPE_OTHER_NOTIFICATION",
    "own_initiative": "SOURCE_VOLUNTARY",
}
AUTOMATION_WORDS: Final[dict[Automation, str]] = {
    "not": "AUTOMATED_DECISION_NOT_AUTOMATED",
    "partially": "AUTOMATED_DECISION_PARTIALLY",
    "fully": "AUTOMATED_DECISION_FULLY",
}


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """What is logged: a type of the log's table, a random id, a day, and the type's fields."""

    type: str
    id: str
    day: str
    fields: dict[str, Any]


class Salts(msgspec.Struct, frozen=True, kw_only=True):
    """The secrets behind one decision's commitments: 32 random bytes each, deleted on erasure.

    Attributes:
        statement: of the statement of reasons.
        subject: of the subject's user id.
        reasons: of the answer to an appeal.
        detail: of what a sealed leaf does not say.
        case: the case's key, which makes one tag of one person, equal inside the case and nowhere else.
    """

    statement: bytes
    subject: bytes
    reasons: bytes
    detail: bytes
    case: bytes


def statement_bytes(statement: Statement) -> bytes:
    """Return the bytes that the commitment of a statement is made over."""
    return canonical_json.encode(msgspec.to_builtins(statement))


def actor_tag(case_key: bytes, person: UserId) -> str:
    """Return how somebody is called in the leaves of one case.

    Two tags of one case are equal exactly if the person is: so that all can see that another human heard the appeal, and
    nobody can count what one person decided.
    """
    return "a:" + hmac.new(case_key, person.encode(), hashlib.sha256).hexdigest()[:TAG_HEX]


def day(moment_ms: int) -> str:
    """Return the day of a moment in UTC, `YYYY-MM-DD`. Leaves and the EU's database know no shorter time."""
    return datetime.fromtimestamp(moment_ms // 1000, UTC).date().isoformat()


def item_topic(item: Item) -> str:
    """Return a topic that equal items share, so that the brake sees hundreds of decisions about one picture."""
    return "item:" + hashlib.sha256(item.version.encode()).hexdigest()[:32]


def of_ruleset(ruleset: RuleSet, id: str) -> Leaf:
    """Return the leaf of a published set of rules. It is public, and never sealed."""
    fields = {
        "rules": sha256(ruleset),
        "version": ruleset.version,
        "effective": day(ruleset.effective_at),
    }
    return Leaf(type="ruleset.published", id=id, day=day(ruleset.published_at), fields=fields)


def of_decision(
    decision: Decision, statement: Statement, rules_hash: str, salts: Salts, *, is_sealed: bool
) -> Leaf:
    """Return the leaf of an issued decision.

    Args:
        decision: with its times; the leaf has their lengths.
        statement: the leaf has its commitment.
        rules_hash: of the rules that it cites.
        salts: of its commitments.
        is_sealed: whether the server is too small to say more than that there was a decision.
    """
    fields = {
        "rules": rules_hash,
        "rule": decision.rule_id,
        "ground": GROUND_WORDS[decision.ground],
        "category": decision.category,
        "measures": [_measure(one, one.ends_at, one.capabilities) for one in decision.measures],
        "src": SOURCE_WORDS[decision.source],
        "auto_det": decision.automated_detection,
        "auto_dec": AUTOMATION_WORDS[decision.automated_decision],
        "severe": decision.severe,
        "actors": _actors(decision, salts),
        "subject_commit": commit(salts.subject, decision.subject.encode()),
        "statement_commit": commit(salts.statement, statement_bytes(statement)),
    }
    return _leaf(
        "decision.issued", decision.id, decision.issued_at, fields, salts, is_sealed=is_sealed
    )


def detail_of_decision(
    decision: Decision, statement: Statement, rules_hash: str, salts: Salts
) -> bytes:
    """Return what the sealed leaf of a decision is committed to. With the salt `detail` its subject opens the leaf."""
    return canonical_json.encode(
        of_decision(decision, statement, rules_hash, salts, is_sealed=False).fields
    )


def of_lift(lift: Lift, record: Record, id: str, salts: Salts, *, is_sealed: bool) -> Leaf:
    """Return the leaf of an earlier end.

    Args:
        lift: what was lifted.
        record: the decision with this lift among its facts: a reduction says what is left.
        id: of the leaf.
        salts: of the decision.
        is_sealed: as in `of_decision`.
    """
    actors = [actor_tag(salts.case, lift.by)]
    fields: dict[str, Any] = {"decision": lift.decision_id, "actors": actors}
    if lift.cause == "annulled":
        kind = "decision.annulled"
    elif lift.cause == "reduced":
        kind = "decision.reduced"
        fields["measures"] = [
            _measure(one, end, capabilities)
            for one in record.decision.measures
            for end, capabilities in _left(record, one, lift.at)
        ]
    else:
        kind = "decision.lifted"
        fields["cause"] = lift.cause
    return _leaf(kind, id, lift.at, fields, salts, is_sealed=is_sealed)


def of_appeal(appeal: Appeal, salts: Salts, *, is_sealed: bool) -> Leaf:
    """Return the leaf of a new appeal."""
    fields = {"decision": appeal.decision_id, "by": "subject", "due": day(appeal.due_at)}
    return _leaf(
        "appeal.submitted", appeal.id, appeal.submitted_at, fields, salts, is_sealed=is_sealed
    )


def of_ruling(appeal: Appeal, subject: UserId, id: str, salts: Salts, *, is_sealed: bool) -> Leaf:
    """Return the leaf of an answered appeal; the actor of one that was taken back is its author."""
    assert appeal.decided_at is not None, "only an answered appeal has such a leaf"
    fields = {
        "decision": appeal.decision_id,
        "outcome": appeal.outcome,
        "actors": [actor_tag(salts.case, appeal.reviewer or subject)],
        "reasons_commit": commit(salts.reasons, appeal.reasons.encode()),
    }
    return _leaf("appeal.decided", id, appeal.decided_at, fields, salts, is_sealed=is_sealed)


def of_burst(burst: Burst, rule_id: str, id: str, now_ms: int) -> Leaf:
    """Return the leaf of a burst. It names the rule of what is held; nobody's decision, so it is never sealed."""
    fields = {"rule": rule_id, "count": len(burst.decisions), "secs": WINDOW_MS // 1000}
    return Leaf(type="burst.held", id=id, day=day(now_ms), fields=fields)


def of_release(burst_id: str, id: str, confirmer: UserId, salts: Salts, now_ms: int) -> Leaf:
    """Return the leaf of the release of a decision that a burst had held."""
    fields = {"burst": burst_id, "actors": [actor_tag(salts.case, confirmer)]}
    return Leaf(type="burst.released", id=id, day=day(now_ms), fields=fields)


def of_pause(
    decision: Decision,
    statement: Statement,
    kind: str,
    id: str,
    rules_hash: str,
    salts: Salts,
    *,
    is_sealed: bool,
) -> Leaf:
    """Return the leaf of a pause for misuse, which stands in the log beside the one of its decision.

    Args:
        decision: whose one measure takes what was misused.
        statement: the leaf has its commitment, which is also that of the decision's leaf.
        kind: `report` or `appeal`.
        id: of the leaf.
        rules_hash: of the rules that it cites.
        salts: of the decision.
        is_sealed: as in `of_decision`.
    """
    (measure,) = decision.measures
    fields = {
        "kind": kind,
        "secs": (measure.ends_at - measure.starts_at) // 1000,
        "rules": rules_hash,
        "rule": decision.rule_id,
        "actors": _actors(decision, salts),
        "subject_commit": commit(salts.subject, decision.subject.encode()),
        "statement_commit": commit(salts.statement, statement_bytes(statement)),
    }
    return _leaf("misuse.paused", id, decision.issued_at, fields, salts, is_sealed=is_sealed)


def of_erasure(id: str, moment_ms: int) -> Leaf:
    """Return the leaf of an erasure. It says that something was erased on a day, and not whose."""
    return Leaf(type="erasure.done", id=id, day=day(moment_ms), fields={"scope": "account"})


def _actors(decision: Decision, salts: Salts) -> list[str]:
    """Return the tags of who decided. Where software proposed, its empty name gets a tag like everybody's."""
    people = (decision.proposer, decision.approver, decision.confirmer)
    return [actor_tag(salts.case, one) for one in people if one is not None]


def _leaf(
    type: str, id: str, moment_ms: int, fields: dict[str, Any], salts: Salts, *, is_sealed: bool
) -> Leaf:
    if is_sealed:
        detail = commit(salts.detail, canonical_json.encode(fields))
        fields = {name: value for name, value in fields.items() if name.endswith("_commit")}
        fields[SEALED] = detail
    return Leaf(type=type, id=id, day=day(moment_ms), fields=fields)


def _measure(measure: Measure, ends_at: int, capabilities: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": measure.type,
        "secs": max(0, ends_at - measure.starts_at) // 1000,
    }
    # A no-contact order names a person; the log names the kind of order only.
    kinds = sorted({capability.partition(":")[0] for capability in capabilities})
    if kinds:
        found["caps"] = kinds
    if measure.step is not None:
        found["content"] = measure.step
    return found


def _left(record: Record, measure: Measure, now_ms: int) -> list[tuple[int, list[str]]]:
    """Return what is left of a measure: capabilities by their end."""
    if not measure.capabilities:
        return [(end_of(record, measure, now_ms), [])]
    by_end: dict[int, list[str]] = {}
    for capability in measure.capabilities:
        by_end.setdefault(end_of(record, measure, now_ms, capability), []).append(capability)
    return sorted(by_end.items())

"""Sets of rules: which can be published, which one is in force at a time, and its hash.

DSA art. 14: what is restricted and how, in plain language and machine-readable.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from courtyard.base import canonical_json
from courtyard.base.ids import TimestampMs
from courtyard.conduct.errors import RulesNotPublishableError
from courtyard.conduct.model_rules import Clause, Draft, RuleSet
from courtyard.conduct.rules_dsa_words import CATEGORIES
from courtyard.conduct.rules_ladder import LADDER, refuse

RULESET_BYTES_MAX = 1_048_576
"""The largest set of rules, in canonical JSON."""

SEVERE_CATEGORIES = {
    "sexual_abuse_of_minors": "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
    "threat_to_life": "STATEMENT_CATEGORY_VIOLENCE",
    "ongoing_fraud": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
}
"""Each severe matter, and the one category under which it is counted: nothing else can be passed off as severe."""


def parse(body: bytes) -> Draft:
    """Read a set of rules, without looking at what was published before.

    Raises:
        RulesNotPublishableError: it is no such JSON, or contradicts itself.
    """
    if len(body) > RULESET_BYTES_MAX:
        message = f"A set of rules has at most {RULESET_BYTES_MAX} bytes."
        raise RulesNotPublishableError(message)
    try:
        draft = msgspec.json.decode(body, type=Draft)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"Not a set of rules: {error}."
        raise RulesNotPublishableError(message) from error
    check(draft)
    return draft


def check(draft: Draft) -> None:
    """Check that a set of rules does not contradict itself.

    Raises:
        RulesNotPublishableError: with what is wrong, clause by clause.
    """
    ids = [clause.id for clause in draft.clauses]
    if len(ids) != len(set(ids)):
        message = "Two clauses have one id."
        raise RulesNotPublishableError(message)
    if not any(clause.kind == "protected" for clause in draft.clauses):
        message = "The rules have to say what is protected speech: a clause of kind “protected”."
        raise RulesNotPublishableError(message)
    languages = set(draft.summary)
    for clause in draft.clauses:
        fault = _fault(clause, languages)
        if fault is not None:
            message = f"Clause {clause.id}: {fault}"
            raise RulesNotPublishableError(message)


def _fault(clause: Clause, languages: set[str]) -> str | None:
    if set(clause.wording) != languages:
        return "it is not worded in every language of the summary."
    if clause.category not in CATEGORIES:
        return f"there is no category {clause.category}."
    if clause.kind == "protected":
        if clause.max_measure is not None or clause.severe or clause.is_flood or clause.is_misuse:
            return "what is protected allows no measure."
        return None
    if clause.max_measure is None or clause.max_measure == "interim":
        return "a rule names the heaviest measure that it allows."
    if clause.severe is not None and clause.category != SEVERE_CATEGORIES[clause.severe]:
        return f"{clause.severe} is counted under {SEVERE_CATEGORIES[clause.severe]}."
    if clause.is_misuse and LADDER[clause.max_measure].weight > LADDER["feature"].weight:
        return "misuse of reports costs no more than a feature."
    return None


def publish(draft: Draft, earlier: Sequence[RuleSet], now_ms: int, effective_at: int) -> RuleSet:
    """Return the version that a draft becomes. It reaches back to nothing, not even to the millisecond of its publication.

    Raises:
        RulesNotPublishableError: it would take effect in the past, or before the version that it follows.
    """
    newest = max(earlier, key=lambda one: one.version, default=None)
    if effective_at <= now_ms:
        message = "No rule reaches back to before it was published."
        raise RulesNotPublishableError(message)
    if newest is not None and effective_at <= newest.effective_at:
        message = "These rules have to take effect after those before them."
        raise RulesNotPublishableError(message)
    return RuleSet(
        version=1 if newest is None else newest.version + 1,
        published_at=TimestampMs(now_ms),
        effective_at=TimestampMs(effective_at),
        burst_max=draft.burst_max,
        summary=draft.summary,
        clauses=draft.clauses,
    )


def encode(ruleset: RuleSet) -> bytes:
    """Return a set of rules as the bytes that are published and hashed."""
    return canonical_json.encode(msgspec.to_builtins(ruleset))


def sha256(ruleset: RuleSet) -> str:
    """Return the hash of the published bytes, as `sha256:…` in hexadecimal."""
    return f"sha256:{hashlib.sha256(encode(ruleset)).hexdigest()}"


def show(ruleset: RuleSet) -> dict[str, Any]:
    """Return a set of rules as everybody may read it: what is hashed, and the hash.

    Clients put the hash aside, and compare that of the rest with the one in the log. So nothing else may stand beside it.
    """
    shown: dict[str, Any] = msgspec.to_builtins(ruleset)
    return shown | {"sha256": sha256(ruleset)}


def at(rulesets: Sequence[RuleSet], conduct_at: int) -> RuleSet | None:
    """Return the rules that were in force at a time, or None if there were none yet."""
    return max(
        (one for one in rulesets if one.effective_at <= conduct_at),
        key=lambda one: one.version,
        default=None,
    )


def clause_for(rulesets: Sequence[RuleSet], rule_id: str, version: int, conduct_at: int) -> Clause:
    """Return the rule that a decision cites: it must have been in force when it happened.

    Raises:
        DecisionNotAllowedError: no rules were in force, others were, they have no such rule, or it is what they protect.
    """
    ruleset = at(rulesets, conduct_at)
    if ruleset is None or ruleset.version != version:
        raise refuse("rule_version", "These rules were not in force when it happened.")
    for clause in ruleset.clauses:
        if clause.id == rule_id:
            if clause.kind == "protected":
                raise refuse("protected_speech", "This clause protects; no decision may cite it.")
            return clause
    raise refuse("rule_version", "The rules of that time have no such rule.")


def protections(ruleset: RuleSet) -> list[Clause]:
    """Return what is protected. The staff sees it beside every case, before anything is proposed."""
    return [clause for clause in ruleset.clauses if clause.kind == "protected"]

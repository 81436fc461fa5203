"""Publishing rules."""

import secrets

from courtyard.conduct import rules_leaf, rules_ruleset, store
from courtyard.conduct.default_rules import default_rules
from courtyard.conduct.model_rules import Draft, RuleSet
from courtyard.conduct.public_log import log_leaf
from courtyard.storage.tx import ReadTx, WriteTx


def publish_rules(tx: WriteTx, draft: Draft, effective_at: int | None = None) -> RuleSet:
    """Publish a version of the rules, with its leaf in the log.

    Args:
        draft: from `rules_ruleset.parse`.
        effective_at: when it takes effect; None: now, which is a millisecond later than what has happened.

    Raises:
        RulesNotPublishableError: it reaches back, or contradicts itself.
        UnavailableError: there is no log.
    """
    rules_ruleset.check(draft)
    now = tx.now_ms()
    earlier = store.rulesets(tx)
    ruleset = rules_ruleset.publish(
        draft, earlier, now, now + 1 if effective_at is None else effective_at
    )
    leaf = log_leaf(tx, rules_leaf.of_ruleset(ruleset, f"rs_{secrets.token_hex(16)}"))
    store.add_ruleset(tx, ruleset, rules_ruleset.sha256(ruleset), leaf)
    return ruleset


def publish_default_rules(tx: WriteTx) -> RuleSet | None:
    """Publish the rules that come with the program, on a server that has none yet; return them, or None."""
    return None if store.rulesets(tx) else publish_rules(tx, default_rules())


def rulesets(tx: ReadTx) -> tuple[RuleSet, ...]:
    """Return every published version, in order."""
    return store.rulesets(tx)

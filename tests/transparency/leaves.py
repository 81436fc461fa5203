"""Leaves of every type, for tests."""

from courtyard.transparency.model import Leaf
from courtyard.transparency.rules_leaf import commit, make_leaf

DAY = "2026-11-22"
HASH = "sha256:" + "5f" * 32
ID = "d_" + "0f" * 8
ACTORS = ["a:" + "5c" * 12, "a:" + "77" * 12]
COMMIT = commit(bytes(32), b"a statement")

DECISION: dict[str, object] = {
    "rules": HASH,
    "rule": "R4.2",
    "ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    "measures": [{"type": "feature", "caps": ["feed.like"], "secs": 86400}],
    "src": "SOURCE_ARTICLE_16",
    "auto_det": False,
    "auto_dec": "AUTOMATED_DECISION_NOT_AUTOMATED",
    "actors": ACTORS,
    "subject_commit": COMMIT,
    "statement_commit": COMMIT,
}

FIELDS: dict[str, dict[str, object]] = {
    "ruleset.published": {"rules": HASH, "version": 1, "effective": DAY, "langs": ["en", "zh"]},
    "decision.issued": DECISION,
    "decision.lifted": {"decision": ID, "cause": "lapsed"},
    "decision.reduced": {"decision": ID, "measures": [{"type": "warning"}], "actors": ACTORS},
    "decision.annulled": {"decision": ID, "actors": ACTORS},
    "interim.lapsed": {"decision": ID},
    "appeal.submitted": {"decision": ID, "by": "subject", "due": DAY},
    "appeal.decided": {
        "decision": ID,
        "outcome": "overturned",
        "actors": ACTORS,
        "reasons_commit": COMMIT,
    },
    "appeal.overdue": {"decision": ID, "due": DAY},
    "legal.received": {
        "authority": "court",
        "country": "DE",
        "kind": "remove",
        "request_commit": COMMIT,
    },
    "legal.complied": {"extent": "partial", "territory": ["DE"], "notified": True},
    "legal.refused": {"cause": "invalid"},
    "legal.published": {"document": HASH},
    "staff.granted": {"role": "reviewer", "actors": ACTORS},
    "staff.revoked": {"role": "reviewer", "actors": ACTORS},
    "misuse.paused": {
        "kind": "report",
        "secs": 3600,
        "rules": HASH,
        "rule": "R1",
        "actors": ACTORS,
        "subject_commit": COMMIT,
        "statement_commit": COMMIT,
    },
    "burst.held": {"rule": "R1", "count": 21, "secs": 86400},
    "burst.released": {"burst": "b_" + "0f" * 8, "actors": ACTORS},
    "report.period": {"from": "2026-01-01", "until": "2026-12-31", "report": HASH},
    "erasure.done": {},
    "log.key_rotated": {"key": HASH},
    "log.retired": {},
}
"""A full set of required fields of every type."""


def leaf(number: int = 0, type: str = "decision.lifted") -> Leaf:
    """Return a leaf; each number gives another."""
    return make_leaf(type, f"d_{number:016x}", DAY, FIELDS[type])

"""A decision as a record of the EU's DSA Transparency Database (API version 2), and what such a record must look like.

The record leaves the server as a file that anybody can read, so its facts hold no personal data (DSA art. 24(5)).
"""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from courtyard.conduct import rules_dsa_words as words
from courtyard.conduct.model import ContentStep, Decision, Measure
from courtyard.conduct.rules_leaf import AUTOMATION_WORDS, GROUND_WORDS, SOURCE_WORDS, day

DsaRecord = dict[str, Any]

STEP_WORDS: Final[dict[ContentStep, str]] = {
    "label": "DECISION_VISIBILITY_CONTENT_LABELLED",
    "age_gate": "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
    "hide": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "quarantine": "DECISION_VISIBILITY_CONTENT_DISABLED",
}


class Public(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision's record says in words, written to be published: no names, no quotations.

    Attributes:
        content_types: `CONTENT_TYPE_…`, at least one.
        content_type_other: what `CONTENT_TYPE_OTHER` is.
        territorial_scope: countries of the EEA; empty: everywhere.
        lang: of the content; empty: unknown.
    """

    facts: str
    ground: str
    explanation: str
    content_types: tuple[str, ...]
    content_type_other: str = ""
    territorial_scope: tuple[str, ...] = ()
    lang: str = ""


def record(decision: Decision, public: Public) -> DsaRecord | None:
    """Return a decision as a record; None for one that takes nothing: a warning is no restriction.

    What is restricted and until when follows from the measures. A block is `TERMINATED` and still has an end date, because
    here it has one.
    """
    restricting = [one for one in decision.measures if one.type != "warning"]
    if not restricting:
        return None
    found: DsaRecord = {
        "decision_ground": GROUND_WORDS[decision.ground],
        "content_type": list(public.content_types),
        "category": decision.category,
        "content_date": day(decision.conduct_at),
        "application_date": day(decision.issued_at),
        "decision_facts": public.facts,
        "source_type": SOURCE_WORDS[decision.source],
        "automated_detection": "Yes" if decision.automated_detection else "No",
        "automated_decision": AUTOMATION_WORDS[decision.automated_decision],
        "puid": decision.id,
    }
    if decision.ground == "illegal":
        found["illegal_content_legal_ground"] = decision.legal_ground
        found["illegal_content_explanation"] = public.explanation
    else:
        found["incompatible_content_ground"] = public.ground
        found["incompatible_content_explanation"] = public.explanation
    if public.content_type_other:
        found["content_type_other"] = public.content_type_other
    if public.territorial_scope:
        found["territorial_scope"] = list(public.territorial_scope)
    if public.lang:
        found["content_language"] = public.lang.upper()
    for measure in restricting:
        _restriction(found, measure)
    return found


def _restriction(found: DsaRecord, measure: Measure) -> None:
    end = day(measure.ends_at)
    if measure.step is not None:
        visibility = {*found.get("decision_visibility", ()), STEP_WORDS[measure.step]}
        found["decision_visibility"] = sorted(visibility)
        found["end_date_visibility_restriction"] = max(
            end, found.get("end_date_visibility_restriction", end)
        )
    elif measure.type == "suspension":
        found["decision_account"] = "DECISION_ACCOUNT_SUSPENDED"
        found["end_date_account_restriction"] = end
    elif measure.type == "block":
        found["decision_account"] = "DECISION_ACCOUNT_TERMINATED"
        found["end_date_account_restriction"] = end
    else:
        found["decision_provision"] = "DECISION_PROVISION_PARTIAL_SUSPENSION"
        found["end_date_service_restriction"] = end


_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PUID: Final = re.compile(r"[a-zA-Z0-9-_]{1,500}")
_LANG: Final = re.compile(r"[A-Z]{2}")

Test = Callable[[object], bool]


def _text(longest: int) -> Test:
    return lambda value: isinstance(value, str) and 0 < len(value) <= longest


def _pattern(pattern: re.Pattern[str]) -> Test:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _one_of(allowed: frozenset[str]) -> Test:
    return lambda value: isinstance(value, str) and value in allowed


def _some_of(allowed: frozenset[str]) -> Test:
    return lambda value: (
        isinstance(value, list)
        and bool(value)
        and len(value) == len(set(value))
        and all(one in allowed for one in value)
    )


YES_NO: Final = frozenset({"Yes", "No"})
_date = _pattern(_DATE)

FIELDS: Final[dict[str, Test]] = {
    "decision_visibility": _some_of(words.VISIBILITY),
    "decision_visibility_other": _text(500),
    "decision_monetary": _one_of(words.MONETARY),
    "decision_monetary_other": _text(500),
    "decision_provision": _one_of(words.PROVISION),
    "decision_account": _one_of(words.ACCOUNT),
    "account_type": _one_of(words.ACCOUNT_TYPES),
    "decision_ground": _one_of(words.GROUNDS),
    "decision_ground_reference_url": _text(500),
    "illegal_content_legal_ground": _text(500),
    "illegal_content_explanation": _text(2_000),
    "incompatible_content_ground": _text(500),
    "incompatible_content_explanation": _text(2_000),
    "incompatible_content_illegal": _one_of(YES_NO),
    "content_type": _some_of(words.CONTENT_TYPES),
    "content_type_other": _text(500),
    "category": _one_of(words.CATEGORIES),
    "category_addition": _some_of(words.CATEGORIES),
    "territorial_scope": _some_of(words.TERRITORIES),
    "content_language": _pattern(_LANG),
    "content_date": _date,
    "application_date": _date,
    "end_date_visibility_restriction": _date,
    "end_date_monetary_restriction": _date,
    "end_date_service_restriction": _date,
    "end_date_account_restriction": _date,
    "decision_facts": _text(5_000),
    "source_type": _one_of(words.SOURCES),
    "source_identity": _text(500),
    "automated_detection": _one_of(YES_NO),
    "automated_decision": _one_of(words.AUTOMATED_DECISIONS),
    "puid": _pattern(_PUID),
}
"""Every field that a record may have, and what it must be. Keywords below the category are not sent."""

REQUIRED: Final = frozenset(
    {
        "decision_ground",
        "content_type",
        "category",
        "content_date",
        "application_date",
        "decision_facts",
        "source_type",
        "automated_detection",
        "automated_decision",
        "puid",
    }
)
ONE_REQUIRED: Final = frozenset(
    {"decision_visibility", "decision_monetary", "decision_provision", "decision_account"}
)
GO_WITH: Final = {
    ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"): (
        "illegal_content_legal_ground",
        "illegal_content_explanation",
    ),
    ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"): (
        "incompatible_content_ground",
        "incompatible_content_explanation",
    ),
    ("decision_monetary", "DECISION_MONETARY_OTHER"): ("decision_monetary_other",),
    ("decision_visibility", "DECISION_VISIBILITY_OTHER"): ("decision_visibility_other",),
    ("content_type", "CONTENT_TYPE_OTHER"): ("content_type_other",),
}
"""Values that ask for further fields."""


def faults(record: DsaRecord) -> list[str]:
    """Return what is wrong with a record, sorted; nothing, if the database would take it."""
    found = [f"{name}: missing" for name in REQUIRED - set(record)]
    if not ONE_REQUIRED & set(record):
        found.append("decision: one of the four kinds is required")
    for name, value in record.items():
        if name not in FIELDS:
            found.append(f"{name}: no such field")
        elif not FIELDS[name](value):
            found.append(f"{name}: not a possible value")
    for (name, value), others in GO_WITH.items():
        has = record.get(name)
        if has == value or (isinstance(has, list) and value in has):
            found += [f"{other}: required with {value}" for other in others if other not in record]
    if record.get("source_type") == "SOURCE_VOLUNTARY" and "source_identity" in record:
        found.append("source_identity: nobody else was the source")
    return sorted(found)

"""What may stand in the log, for ever and before everybody: a closed table of types and fields.

A leaf is one line of canonical JSON. It holds words of closed lists, flags, counts, days, durations, and strings of a fixed shape: ids,
hashes, commitments, actor tags, numbers of rules, codes of countries and languages. Nothing else fits in, so no name, no user id and no
text that anybody typed stands there as it is. What is not in the table is refused, here and again by `stage`, because a tile cannot be
edited afterwards.

Only the shape is checked. That an id is random, and that a hash is one, with a salt where it is a commitment, is for who makes the leaf;
so is whether a decision is lawful: `conduct` does both.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from courtyard.base import canonical_json
from courtyard.base.errors import CourtyardError
from courtyard.transparency.errors import LeafRefusedError
from courtyard.transparency.model import Leaf

VERSION: Final = 1
LEAF_BYTES_MAX: Final = 8_192
LIST_MAX: Final = 64
SALT_BYTES: Final = 32

COMMITMENT_PREFIX: Final = b"courtyard/statement/v1"
SEALED: Final = "detail_commit"
"""The field by which a small server logs that something was decided, and keeps what until it may be opened."""

REVIEW_BY: Final = "review_by"
"""Beside commitments, a sealed leaf may say until when it stays closed: who keeps a secret for somebody says how long."""

Kind = Callable[[object], bool]
"""Tells whether a value may stand in a field."""


# --- kinds of values ------------------------------------------------------------------------------


def _matches(pattern: str) -> Kind:
    compiled = re.compile(pattern)
    return lambda value: type(value) is str and compiled.fullmatch(value) is not None


def _one_of(prefix: str, words: str) -> Kind:
    allowed = frozenset(prefix + word for word in words.split())
    return lambda value: type(value) is str and value in allowed


def _list_of(kind: Kind) -> Kind:
    return lambda value: (
        type(value) is list and 0 < len(value) <= LIST_MAX and all(kind(each) for each in value)
    )


def _is_flag(value: object) -> bool:
    return type(value) is bool


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= canonical_json.INTEGER_MAX


def _is_day(value: object) -> bool:
    found = _DAY.fullmatch(value) if type(value) is str else None
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= lengths[month - 1]


def _is_measure(value: object) -> bool:
    if type(value) is not dict or "type" not in value:
        return False
    return all(name in _MEASURE and _MEASURE[name](each) for name, each in value.items())


_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FLAG: Kind = _is_flag
_COUNT: Kind = _is_count
_DATE: Kind = _is_day

# Random hexadecimal, so that no name can pass for an id.
_ID = _matches(r"[a-z]{1,4}_[0-9a-f]{16,64}")
_HASH = _matches(r"sha256:[0-9a-f]{64}")
_ACTORS = _list_of(_matches(r"a:[0-9a-f]{24}"))
_RULE = _matches(r"[A-Z]{1,3}[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}")
_COUNTRY = _matches(r"[A-Z]{2}")
_LANGUAGE = _matches(r"[a-z]{2,3}")

_CAPABILITY_NAMES = (
    "feed.post feed.like feed.reply feed.share"
    " chat.group.send chat.group.create chat.group.join chat.group.invite"
    " chat.dm.initiate chat.dm.existing mention"
    " channel.publish channel.comment discovery.listed media.upload.public profile.edit.public"
    " miniapp.publish report.submit.nonurgent appeal.submit.repeat wallet.pay wallet.receive"
)
CAPABILITIES: Final = frozenset(_CAPABILITY_NAMES.split())
"""What a measure can take away. The gate's own list, which stands on a higher floor; a test compares them."""

_MEASURE: Final[Mapping[str, Kind]] = {
    "type": _one_of("", "warning content feature suspension block interim"),
    "caps": _list_of(_one_of("", _CAPABILITY_NAMES)),
    "content": _one_of("", "label age_gate hide quarantine"),
    "secs": _COUNT,
}
_MEASURES = _list_of(_is_measure)

# The European Union's words for reasons (DSA Transparency Database, version 2).
_GROUND = _one_of("DECISION_GROUND_", "ILLEGAL_CONTENT INCOMPATIBLE_CONTENT")
_CATEGORY = _one_of(
    "STATEMENT_CATEGORY_",
    "ANIMAL_WELFARE CONSUMER_INFORMATION CYBER_VIOLENCE CYBER_VIOLENCE_AGAINST_WOMEN"
    " DATA_PROTECTION_AND_PRIVACY_VIOLATIONS ILLEGAL_OR_HARMFUL_SPEECH"
    " INTELLECTUAL_PROPERTY_INFRINGEMENTS NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"
    " NOT_SPECIFIED_NOTICE OTHER_VIOLATION_TC PROTECTION_OF_MINORS RISK_FOR_PUBLIC_SECURITY"
    " SCAMS_AND_FRAUD SELF_HARM UNSAFE_AND_PROHIBITED_PRODUCTS VIOLENCE",
)
_SOURCE = _one_of("SOURCE_", "ARTICLE_16 TRUSTED_FLAGGER TYPE_OTHER_NOTIFICATION VOLUNTARY")
_AUTOMATED = _one_of("AUTOMATED_DECISION_", "FULLY PARTIALLY NOT_AUTOMATED")

_LIFTED = _one_of("", "expired lifted overturned reduced annulled lapsed")
_OUTCOME = _one_of("", "upheld reduced overturned inadmissible withdrawn")
_PARTY = _one_of("", "subject reporter")
_ROLE = _one_of("", "moderator approver reviewer auditor administrator")
_AUTHORITY = _one_of("", "court police prosecutor regulator intelligence other")
_REQUEST = _one_of("", "remove data gag")
_EXTENT = _one_of("", "full partial")
_REFUSAL = _one_of("", "incomplete invalid disproportionate no_jurisdiction contested")
_MISUSE = _one_of("", "report appeal content")
_ERASED = _one_of("", "account statement evidence")


# --- the table ------------------------------------------------------------------------------------


class Shape(msgspec.Struct, frozen=True):
    """The fields of one type, besides `v`, `t`, `id` and `day`, which every leaf has."""

    required: Mapping[str, Kind]
    optional: Mapping[str, Kind]

    def kind_of(self, name: str) -> Kind | None:
        """Return what may stand in a field, or None where there is no such field."""
        return self.required.get(name) or self.optional.get(name)


def _shape(required: Mapping[str, Kind], **optional: Kind) -> Shape:
    return Shape(required=required, optional=optional)


TYPES: Final[Mapping[str, Shape]] = {
    "ruleset.published": _shape(
        {"rules": _HASH, "version": _COUNT, "effective": _DATE},
        supersedes=_HASH,
        langs=_list_of(_LANGUAGE),
    ),
    "decision.issued": _shape(
        {
            "rules": _HASH,
            "rule": _RULE,
            "ground": _GROUND,
            "category": _CATEGORY,
            "measures": _MEASURES,
            "src": _SOURCE,
            "auto_det": _FLAG,
            "auto_dec": _AUTOMATED,
            "actors": _ACTORS,
            "subject_commit": _HASH,
            "statement_commit": _HASH,
        },
        severe=_FLAG,
        supersedes=_ID,
        legal=_ID,
        territory=_list_of(_COUNTRY),
    ),
    "decision.lifted": _shape({"decision": _ID, "cause": _LIFTED}, actors=_ACTORS),
    "decision.reduced": _shape(
        {"decision": _ID, "measures": _MEASURES, "actors": _ACTORS}, statement_commit=_HASH
    ),
    "decision.annulled": _shape(
        {"decision": _ID, "actors": _ACTORS}, appeal=_ID, statement_commit=_HASH
    ),
    "interim.lapsed": _shape({"decision": _ID}),
    "appeal.submitted": _shape({"decision": _ID, "by": _PARTY, "due": _DATE}, appeal_commit=_HASH),
    "appeal.decided": _shape(
        {"decision": _ID, "outcome": _OUTCOME, "actors": _ACTORS, "reasons_commit": _HASH},
        panel=_COUNT,
    ),
    "appeal.overdue": _shape({"decision": _ID, "due": _DATE}),
    "legal.received": _shape(
        {"authority": _AUTHORITY, "country": _COUNTRY, "kind": _REQUEST, "request_commit": _HASH},
        review_by=_DATE,
    ),
    "legal.complied": _shape(
        {"extent": _EXTENT, "notified": _FLAG},
        request=_ID,
        territory=_list_of(_COUNTRY),
        actors=_ACTORS,
        review_by=_DATE,
    ),
    "legal.refused": _shape({"cause": _REFUSAL}, request=_ID, actors=_ACTORS),
    "legal.published": _shape({"document": _HASH}, request=_ID),
    "staff.granted": _shape({"role": _ROLE, "actors": _ACTORS}),
    "staff.revoked": _shape({"role": _ROLE, "actors": _ACTORS}),
    "misuse.paused": _shape(
        {
            "kind": _MISUSE,
            "secs": _COUNT,
            "rules": _HASH,
            "rule": _RULE,
            "actors": _ACTORS,
            "subject_commit": _HASH,
            "statement_commit": _HASH,
        },
    ),
    "burst.held": _shape({"rule": _RULE, "count": _COUNT, "secs": _COUNT}),
    "burst.released": _shape({"burst": _ID, "actors": _ACTORS}),
    "report.period": _shape({"from": _DATE, "until": _DATE, "report": _HASH}),
    "erasure.done": _shape({}, scope=_ERASED),
    "log.key_rotated": _shape({"key": _HASH}),
    "log.retired": _shape({}),
}
"""Every type of leaf. Fields and values may be added here, never taken away or given another meaning."""


# --- leaves ---------------------------------------------------------------------------------------


def make_leaf(type: str, id: str, day: str, fields: Mapping[str, object]) -> Leaf:
    """Make a leaf of a type of `TYPES`.

    Args:
        id: random hexadecimal behind a short prefix, such as `d_0123456789abcdef`.
        day: `YYYY-MM-DD`, UTC. A leaf never tells the hour.
        fields: the type's own fields; or, sealed, only commitments with `detail_commit` among them.

    Raises:
        LeafRefusedError: something in it may not stand in the log. The message names the field, never the value.
    """
    content = {**fields, "v": VERSION, "t": type, "id": id, "day": day}
    try:
        line = canonical_json.encode(content)
    except CourtyardError as error:
        raise LeafRefusedError("A leaf is not canonical JSON.") from error
    leaf = Leaf(line=line)
    check_leaf(leaf)
    return leaf


def check_leaf(leaf: Leaf) -> None:
    """Check that a leaf is one that `make_leaf` makes.

    Raises:
        LeafRefusedError: as `make_leaf`.
    """
    if len(leaf.line) > LEAF_BYTES_MAX:
        raise LeafRefusedError("A leaf is too long.")
    try:
        content = msgspec.json.decode(leaf.line)
        is_canonical = isinstance(content, dict) and canonical_json.encode(content) == leaf.line
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, CourtyardError) as error:
        raise LeafRefusedError("A leaf is not canonical JSON.") from error
    if not is_canonical:
        raise LeafRefusedError("A leaf is not one line of canonical JSON.")
    version, type, id, day = (content.pop(name, None) for name in ("v", "t", "id", "day"))
    shape = TYPES.get(type) if isinstance(type, str) else None
    if shape is None or version != VERSION or version is True:
        raise LeafRefusedError("There is no such type of leaf.")
    if not _ID(id) or not _DATE(day):
        raise LeafRefusedError(f"The id or day of a {type} may not stand in the log.")
    for name, value in content.items():
        kind = _HASH if name == SEALED else shape.kind_of(name)
        if kind is None or not kind(value):
            raise LeafRefusedError(f"{_shown(name)} of a {type} may not stand in the log.")
    if SEALED in content:
        if not all(name.endswith("_commit") or name == REVIEW_BY for name in content):
            raise LeafRefusedError(f"A sealed {type} holds only commitments.")
    elif missing := shape.required.keys() - content.keys():
        raise LeafRefusedError(f"A {type} lacks {min(missing)}.")


def commit(salt: bytes, data: bytes) -> str:
    """Return the commitment to some bytes: who has salt and bytes can open it, and nobody else can guess them.

    When both are erased, the entry stays and says nothing more about anybody.

    Args:
        salt: 32 random bytes, used for this and never again.
    """
    assert len(salt) == SALT_BYTES, "a salt has 32 bytes"
    return "sha256:" + hashlib.sha256(COMMITMENT_PREFIX + salt + data).hexdigest()


def _shown(name: str) -> str:
    """Return a field's name as a message may repeat it: an unknown one may be somebody's."""
    known = {field for shape in TYPES.values() for field in (*shape.required, *shape.optional)}
    return f"The field {name!r}" if name in known | {SEALED} else "A field"

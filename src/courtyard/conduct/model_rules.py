"""The words of a published set of rules. It is data: read by machines, hashed, and never changed once it is published.

DSA art. 14: publicly available, easily accessible, machine-readable.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from courtyard.base.ids import TimestampMs
from courtyard.conduct.model import MeasureType

SevereKind = Literal["sexual_abuse_of_minors", "threat_to_life", "ongoing_fraud"]
"""The closed list of severe matters. Nothing else is ever severe."""
ClauseKind = Literal["rule", "protected"]
"""A rule may be the ground of a decision. A protected clause says what never is."""

Line = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=4_000)]
Lang = Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
ClauseId = Annotated[str, Meta(pattern="^[A-Z][0-9]{1,2}(\\.[0-9]{1,2})?$")]


class Wording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clause in one language."""

    title: Line
    text: Text
    examples: Annotated[tuple[Text, ...], Meta(max_length=20)] = ()


class Clause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule, or one protection.

    Attributes:
        category: the `STATEMENT_CATEGORY_…` of the EU's database under which decisions by it are counted.
        max_measure: the heaviest measure it allows. None for a protected clause.
        severe: which of the severe matters it is about, if any.
        is_flood: whether software alone may act on it, and then for a day at the most.
        is_misuse: whether it is about unfounded reports or appeals; only such a rule takes these away, after a warning.
    """

    id: ClauseId
    kind: ClauseKind = "rule"
    category: str
    max_measure: MeasureType | None
    severe: SevereKind | None = None
    is_flood: bool = False
    is_misuse: bool = False
    wording: Annotated[dict[Lang, Wording], Meta(min_length=1, max_length=50)]


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rules that are not published yet.

    Attributes:
        burst_max: suspensions and blocks under one rule or topic in 24 hours; beyond that they are held.
        summary: what the rules are, by language.
    """

    burst_max: Annotated[int, Meta(ge=1, le=50)]
    summary: Annotated[dict[Lang, Text], Meta(min_length=1, max_length=50)]
    clauses: Annotated[tuple[Clause, ...], Meta(min_length=1, max_length=200)]


class RuleSet(Draft, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published version of the rules.

    Attributes:
        version: counted from 1.
        published_at, effective_at: no rule applies to what happened before it took effect.
    """

    version: int
    published_at: TimestampMs
    effective_at: TimestampMs

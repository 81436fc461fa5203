"""The words of what comes before a decision: reports and cases."""

from typing import Final, Literal, NewType

import msgspec

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct.model import CaseId, Item, Source

ReportId = NewType("ReportId", str)

ReportKind = Literal["illegal", "rule", "urgent"]
"""`urgent`: somebody is in danger. It can never be restricted (P3)."""
CaseState = Literal["open", "proposed", "held", "decided", "dismissed"]
CLOSED: Final[frozenset[CaseState]] = frozenset({"decided", "dismissed"})
"""Nothing is decided in a closed case; an appeal, a complaint or a panel may still be heard."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody says that something breaks a rule or law. DSA art. 16(2).

    Attributes:
        reporter: an account here; None for a notice without one.
        contact: a mail address, for a notice without an account; may be empty where the law does not ask for it.
        explanation: why, in the reporter's words.
        is_good_faith: whether the reporter confirmed to believe what it says.
    """

    id: ReportId
    reporter: UserId | None
    contact: str
    item: Item
    subject: UserId | None
    kind: ReportKind
    category: str
    explanation: str
    is_good_faith: bool
    received_at: TimestampMs
    source: Source = "notice"


class Accuracy(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody's earlier reports turned out, in the window that the rules of misuse look at."""

    founded: int = 0
    unfounded: int = 0


class CaseSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the queue orders a case by.

    Attributes:
        kinds: of its reports.
        accuracies: of its reporters, one each, however often each of them reported.
        opened_at: of the case.
    """

    id: CaseId
    kinds: frozenset[ReportKind]
    accuracies: tuple[Accuracy, ...]
    opened_at: TimestampMs

"""The words of what comes before a decision: reports and cases."""

from typing import Final, Literal, NewType

import msgspec

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct.model import CaseId, Item, Source
from courtyard.conduct.model_evidence import Disclosed

ReportId = NewType("ReportId", str)
ComplaintId = NewType("ComplaintId", str)

ReportKind = Literal["illegal", "rule", "urgent"]
"""`urgent`: somebody is in danger. It can never be restricted (P3)."""
CaseState = Literal["open", "proposed", "held", "decided", "dismissed"]
Fate = Literal["opens", "joins", "already_judged"]
"""What becomes of a report: a new case, one more report of an open case, or a pointer to what was decided about this very
version of the item."""
Found = Literal["founded", "unfounded"]
"""How a report turned out: something was done, or nothing."""
ComplaintOutcome = Literal["upheld", "reopened"]
"""It stays as it was decided, or the case is open again."""
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
    disclosed: tuple[Disclosed, ...] = ()
    """What of an encrypted room came with it, and how it was checked. What it says lies in the evidence."""


class ReportFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A report and what became of it.

    Attributes:
        fate: None: of a report before there were fates.
        found: None: nobody has decided.
        decided_at, informed_at: when it was decided, and when its reporter was told; None: not yet.
        is_manifest: whether a layperson sees at once that there is nothing to it. DSA recital 63.
    """

    report: Report
    case_id: CaseId | None
    fate: Fate | None
    found: Found | None
    decided_at: TimestampMs | None
    informed_at: TimestampMs | None
    is_manifest: bool


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """A reporter objects that nothing was done. The answer comes with `outcome`; until then the last four are empty."""

    id: ComplaintId
    report_id: ReportId
    case_id: CaseId
    text: str
    submitted_at: TimestampMs
    due_at: TimestampMs
    reviewer: UserId | None = None
    outcome: ComplaintOutcome | None = None
    reasons: str = ""
    decided_at: TimestampMs | None = None


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

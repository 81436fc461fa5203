"""The words of evidence: what was seen of an item when it was reported, sealed, and looked at by few."""

from typing import Literal, NewType

import msgspec

from courtyard.base.ids import EventId, TimestampMs
from courtyard.conduct.model import CaseId

EvidenceId = NewType("EvidenceId", str)

EvidenceKind = Literal["event", "media", "profile", "room", "disclosed", "added"]
"""`event`, `media`, `profile`, `room`: captured by the server from what it can read. `disclosed`: from an encrypted room, by the
reporter. `added`: by whoever works on the case."""
Check = Literal["verified", "unverified"]
"""`verified`: the stored ciphertext, decrypted with the disclosed key, says what was disclosed. `unverified`: nobody checked, or
nobody could."""
Role = Literal["assignee", "approver", "reviewer", "panel", "complaint"]
"""As what somebody may look at the evidence of a case."""

SERVER = ""
"""Who captured what nobody on the staff did."""


class Disclosed(msgspec.Struct, frozen=True, kw_only=True):
    """One message that a reporter disclosed, and how it was checked."""

    event_id: EventId
    check: Check


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of evidence, without its bytes.

    Attributes:
        report_id: the report that it came with; None: it was added.
        check: of what was disclosed: `verified` if every message was.
        sha256: of the bytes before they were sealed, in hexadecimal.
        captured_by: who of the staff; `SERVER` for everything that came with a report.
    """

    id: EvidenceId
    case_id: CaseId
    report_id: str | None
    kind: EvidenceKind
    check: Check | None
    sha256: str
    size_bytes: int
    content_type: str
    captured_at: TimestampMs
    captured_by: str


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody looked at a piece of evidence."""

    staff_id: str
    at: TimestampMs
    purpose: str

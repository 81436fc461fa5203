"""Evidence: how much there may be, and how long it is kept. Until when is computed, so that no job has to be in time.

The findings (Mozilla's 31 days after the time for appeals) are the model; docs/decisions/0011 says what we chose.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from courtyard.base.errors import InvalidParamError, TooLargeError
from courtyard.base.ids import TimestampMs
from courtyard.conduct.model import DAY_MS, Record
from courtyard.conduct.model_evidence import Evidence
from courtyard.conduct.rules_appeal import appeal_until
from courtyard.conduct.rules_effect import is_cancelled, is_open

ITEM_BYTES_MAX: Final = 2 * 1_048_576
"""The largest piece of evidence, 2 MiB."""
ADDED_MAX: Final = 20
"""Pieces that the staff adds to one case."""
REPORTED_MAX: Final = 20
"""Pieces that come with the reports of one case. They have a number of their own, so that nobody crowds out the staff's."""
PURPOSE_CHARS_MAX: Final = 500
OPEN_MS_MAX: Final = 365 * DAY_MS
"""How long evidence of a case is kept that nobody closes."""
AFTER_MS: Final = 30 * DAY_MS
"""How long it is kept after the last time that somebody could still object."""


def check_room(evidence: Sequence[Evidence], size_bytes: int, *, is_added: bool) -> None:
    """Check that one more piece fits.

    Args:
        evidence: what the case has.
        size_bytes: of the new piece.
        is_added: by the staff; otherwise it comes with a report.

    Raises:
        TooLargeError: the piece, or their number.
    """
    if size_bytes > ITEM_BYTES_MAX:
        raise TooLargeError(f"A piece of evidence has at most {ITEM_BYTES_MAX} bytes.")
    if not has_room(evidence, is_added=is_added):
        most = ADDED_MAX if is_added else REPORTED_MAX
        raise TooLargeError(f"A case has at most {most} such pieces of evidence.")


def has_room(evidence: Sequence[Evidence], *, is_added: bool) -> bool:
    """Tell whether a case takes one more piece of this origin."""
    alike = sum((one.kind == "added") == is_added for one in evidence)
    return alike < (ADDED_MAX if is_added else REPORTED_MAX)


def check_purpose(purpose: str) -> None:
    """Check that somebody says why they look.

    Raises:
        InvalidParamError: they say nothing, or a story.
    """
    if not purpose.strip() or len(purpose) > PURPOSE_CHARS_MAX:
        message = f"Say in 1 to {PURPOSE_CHARS_MAX} characters why you look at it."
        raise InvalidParamError(message)


def kept_until(
    captured_at: int,
    closed_at: int | None,
    records: Iterable[Record],
    complaints_until: int,
    now_ms: int,
    *,
    is_erased: bool,
) -> TimestampMs:
    """Return until before when evidence can be read; then its bytes may go at any time.

    Args:
        captured_at: when it was captured.
        closed_at: since when its case is closed; None: it is open.
        records: the decisions of the case.
        complaints_until: until when somebody may complain about a dismissal, or one is being heard; 0: nobody may.
        now_ms: the time; what is being heard now keeps it.
        is_erased: whether the subject has gone and wants to be erased.
    """
    if closed_at is None:
        return TimestampMs(captured_at + OPEN_MS_MAX)
    if is_erased:
        return TimestampMs(closed_at)
    last = max(closed_at, complaints_until)
    for record in records:
        until: int = appeal_until(record)
        if is_cancelled(record):
            # Nobody can object any more; and what was gone does not come back.
            until = min(until, *(lift.at for lift in record.lifts if not lift.capabilities))
        last = max(last, until)
        for appeal in record.appeals:
            last = max(last, now_ms if is_open(appeal) else appeal.decided_at or 0)
    return TimestampMs(last + AFTER_MS)

"""Misuse of reports and appeals: a warning first, then a pause of what is not urgent, for a time. DSA art. 23.

What is returned is advice. The pause itself is a decision like every other: by a human, with reasons, and open to appeal.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec

from courtyard.base.ids import UserId
from courtyard.conduct.model import DAY_MS, Item, Record, WantedMeasure
from courtyard.conduct.rules_effect import counts
from courtyard.conduct.rules_ladder import refuse
from courtyard.conduct.rules_leaf import day

MisuseKind = Literal["report", "appeal"]

WINDOW_MS: Final = 30 * DAY_MS
"""What is looked at: the last thirty days."""
UNFOUNDED_MIN: Final = 10
"""Fewer manifestly unfounded reports are no misuse, whatever their share. DSA art. 23(3)(a)."""
SHARE_MIN_PERCENT: Final = 80
"""Of all that were decided. DSA art. 23(3)(b)."""
WARNING_MS: Final = 90 * DAY_MS
"""How long a warning lasts; a pause comes only while it does."""
FIRST_PAUSE_MS: Final = DAY_MS
NEXT_PAUSE_MS: Final = 7 * DAY_MS
CAPABILITY: Final[dict[MisuseKind, str]] = {
    "report": "report.submit.nonurgent",
    "appeal": "appeal.submit.repeat",
}
"""What a pause takes. Urgent reports and first appeals are never taken."""


class MisuseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What one party sent in the window.

    Attributes:
        manifestly_unfounded: reports or appeals whose emptiness a layperson sees at once (recital 63). An ordinary wrong
            report is not one.
        decided: all that were decided.
        sent_since_warning: manifestly unfounded ones since the newest warning.
        warned_at: when the newest warning that stands was given; None: never.
        pauses: those that stand, in the last 180 days.
    """

    manifestly_unfounded: int
    decided: int
    sent_since_warning: int = 0
    warned_at: int | None = None
    pauses: int = 0


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What is in order: nothing, a warning, or a pause of a length."""

    step: Literal["nothing", "warn", "pause"]
    pause_ms: int = 0


def assess(record: MisuseRecord, now_ms: int) -> Advice:
    """Return what is in order. A pause needs a warning that lasts, and new misuse after it."""
    if record.manifestly_unfounded < UNFOUNDED_MIN:
        return Advice(step="nothing")
    if record.manifestly_unfounded * 100 < record.decided * SHARE_MIN_PERCENT:
        return Advice(step="nothing")
    if record.warned_at is None or now_ms >= record.warned_at + WARNING_MS:
        return Advice(step="warn")
    if not record.sent_since_warning:
        return Advice(step="nothing")
    return Advice(step="pause", pause_ms=NEXT_PAUSE_MS if record.pauses else FIRST_PAUSE_MS)


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A report or appeal that was decided."""

    at: int
    is_manifest: bool


def item_of(kind: MisuseKind, party: UserId, now_ms: int) -> Item:
    """Return what a case of misuse is about. No report has such an item, so none joins it."""
    return Item(type="account", id=f"{kind}s of {party}", version=day(now_ms))


def kind_of(item: Item) -> MisuseKind | None:
    """Return which misuse an item is about, if it is one that `item_of` makes."""
    word, _, of = item.id.partition("s of ")
    if item.type != "account" or not of:
        return None
    return "report" if word == "report" else "appeal" if word == "appeal" else None


def count(
    kind: MisuseKind, sent: Sequence[Sent], records: Iterable[Record], now_ms: int
) -> MisuseRecord:
    """Count what one party sent in the window.

    Args:
        kind: reports or appeals; each is warned of by itself.
        sent: everything of the kind that was decided.
        records: every decision against the party.
        now_ms: the time.
    """
    recent = [one for one in sent if now_ms - WINDOW_MS < one.at <= now_ms]
    manifest = [one.at for one in recent if one.is_manifest]
    standing = [
        (record.decision.issued_at, measure)
        for record in records
        if any(kind_of(item) == kind for item in record.decision.items)
        for measure in record.decision.measures
        if counts(record, measure, now_ms)
    ]
    warned_at = max((at for at, one in standing if one.type == "warning"), default=None)
    return MisuseRecord(
        manifestly_unfounded=len(manifest),
        decided=len(recent),
        sent_since_warning=sum(warned_at is not None and at > warned_at for at in manifest),
        warned_at=warned_at,
        pauses=sum(one.type == "feature" for _, one in standing),
    )


def check(kind: MisuseKind, measures: Sequence[WantedMeasure], advice: Advice) -> None:
    """Check that no more is taken than is in order: one warning, or one pause.

    Raises:
        DecisionNotAllowedError: a step too far, too much, or too long.
    """
    if len(measures) != 1:
        raise refuse("misuse", "Misuse is answered by one measure.")
    (one,) = measures
    if advice.step == "nothing":
        raise refuse("misuse", "What was sent is no misuse, or none since the warning.")
    if one.type != "warning":
        if advice.step != "pause":
            raise refuse("misuse", "A pause comes after a warning, and new misuse after it.")
        if one.capabilities != (CAPABILITY[kind],) or one.length_ms > advice.pause_ms:
            raise refuse("misuse", f"A pause takes {CAPABILITY[kind]} only, for its length.")

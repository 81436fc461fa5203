"""The ladder: what each kind of measure may be, as data. It is published with the rules.

`check_measures` holds one decision's measures against it. Where a number is ours and not from a law, docs/decisions/0008 says why.
"""

from collections.abc import Collection
from typing import Final, Literal

import msgspec

from courtyard.base.ids import TimestampMs
from courtyard.conduct.errors import DecisionNotAllowedError
from courtyard.conduct.model import (
    DAY_MS,
    HOUR_MS,
    Item,
    Measure,
    MeasureType,
    WantedMeasure,
)
from courtyard.gate.model import RESTRICTABLE, NeverRestrictableError
from courtyard.gate.rules import check_restrictable
from courtyard.gate.rules_withheld import is_known

Overdue = Literal["ends", "pauses", "shrinks"]
"""What an overdue appeal does: the measure is over for good, or paused until the appeal is decided; a block becomes a
suspension of 30 days, paused as well."""


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of measure may be.

    Attributes:
        weight: its place on the ladder.
        first_ms_max: the longest, for who has no earlier measure of this weight or more that counts.
        ms_max: the longest.
        alone_ms_max: the longest that one person may decide; 0: always two.
        one_operator_ms_max: the longest on a server with a staff of one; 0: never there.
        appeal_ms_max: until when an appeal is decided, or in half the measure's length if that is earlier.
        overdue: what happens when it is not.
        severe_runs_on: whether a severe matter runs on although the appeal is overdue.
        counts_ms: how long it counts as an earlier measure after its end (a warning, which ends nothing: not longer).
    """

    weight: int
    first_ms_max: int
    ms_max: int
    alone_ms_max: int
    one_operator_ms_max: int
    appeal_ms_max: int
    overdue: Overdue
    severe_runs_on: bool = False
    counts_ms: int = 0


LADDER: Final[dict[MeasureType, Rung]] = {
    # An interim measure holds things still while people look; it counts for nothing afterwards.
    "interim": Rung(
        weight=0,
        first_ms_max=48 * HOUR_MS,
        ms_max=48 * HOUR_MS,
        alone_ms_max=48 * HOUR_MS,
        one_operator_ms_max=48 * HOUR_MS,
        appeal_ms_max=24 * HOUR_MS,
        overdue="ends",
    ),
    # The length of a warning is how long it is remembered.
    "warning": Rung(
        weight=1,
        first_ms_max=90 * DAY_MS,
        ms_max=90 * DAY_MS,
        alone_ms_max=90 * DAY_MS,
        one_operator_ms_max=90 * DAY_MS,
        appeal_ms_max=7 * DAY_MS,
        overdue="ends",
    ),
    "content": Rung(
        weight=2,
        first_ms_max=180 * DAY_MS,
        ms_max=180 * DAY_MS,
        alone_ms_max=180 * DAY_MS,
        one_operator_ms_max=180 * DAY_MS,
        appeal_ms_max=7 * DAY_MS,
        overdue="ends",
        counts_ms=180 * DAY_MS,
    ),
    "feature": Rung(
        weight=3,
        first_ms_max=24 * HOUR_MS,
        ms_max=30 * DAY_MS,
        alone_ms_max=7 * DAY_MS,
        one_operator_ms_max=7 * DAY_MS,
        appeal_ms_max=7 * DAY_MS,
        overdue="pauses",
        counts_ms=180 * DAY_MS,
    ),
    "suspension": Rung(
        weight=4,
        first_ms_max=7 * DAY_MS,
        ms_max=90 * DAY_MS,
        alone_ms_max=0,
        one_operator_ms_max=0,
        appeal_ms_max=72 * HOUR_MS,
        overdue="pauses",
        severe_runs_on=True,
        counts_ms=365 * DAY_MS,
    ),
    # No measure is for ever (P2): a block runs to its next hearing, and ends if nobody holds one.
    "block": Rung(
        weight=5,
        first_ms_max=365 * DAY_MS,
        ms_max=365 * DAY_MS,
        alone_ms_max=0,
        one_operator_ms_max=0,
        appeal_ms_max=7 * DAY_MS,
        overdue="shrinks",
        severe_runs_on=True,
        counts_ms=365 * DAY_MS,
    ),
}

LENGTH_MS_MIN: Final = 60_000
"""Shorter is no measure that anybody could read about before it ends."""
APPEAL_MS_MIN: Final = HOUR_MS
"""Nobody has to decide an appeal sooner than this."""
APPEAL_WINDOW_MS: Final = 184 * DAY_MS
"""How long a decision can be appealed: six months, counted so that no six months are longer. DSA art. 20(1)."""
SHRUNK_BLOCK_MS: Final = 30 * DAY_MS
"""What is left of a block without a panel's confirmation, or with an overdue appeal."""
PANEL_MS: Final = 7 * DAY_MS
"""How long the panel has to confirm a block."""
PANEL_SIZE: Final = 3
AUTOMATIC_MS_MAX: Final = 24 * HOUR_MS
"""The longest that software alone may decide, and only against floods."""
FEATURE_CAPABILITIES_MAX: Final = 8
"""How many capabilities feature measures may take from one account by the word of one person. More together is a
suspension by another name, and needs two people as one."""
MISUSE_CAPABILITIES: Final = frozenset({"report.submit.nonurgent", "appeal.submit.repeat"})
"""What only misuse of reports and appeals may cost, and only after a warning. DSA art. 23(2)."""
MEASURES_MAX: Final = 10
ITEMS_MAX: Final = 100


def refuse(law: str, message: str) -> DecisionNotAllowedError:
    """Return the refusal of a decision by one of the laws."""
    return DecisionNotAllowedError(law, message)


def check_measures(measures: Collection[WantedMeasure], items: Collection[Item]) -> None:
    """Check what measures there are, whatever the person, the history and the rule.

    In this order: how many, their shape, what they take, how long they run.

    Raises:
        DecisionNotAllowedError: with the law that stands against it.
    """
    if not 1 <= len(measures) <= MEASURES_MAX:
        raise refuse("measures", f"A decision holds 1 to {MEASURES_MAX} measures.")
    types = [measure.type for measure in measures if measure.type != "content"]
    if len(types) != len(set(types)):
        raise refuse("measures", "A decision holds one measure of each type.")
    if "interim" in types and len(measures) > 1:
        raise refuse("measures", "An interim measure stands alone.")
    if {"suspension", "block"} <= set(types):
        raise refuse("measures", "A block is more than a suspension; a decision holds one of them.")
    steps = [(one.item_id, one.step) for one in measures if one.type == "content"]
    if len(steps) != len(set(steps)):
        raise refuse("measures", "The same is done to the same content twice.")
    for measure in measures:
        _check_shape(measure, items)
        if not LENGTH_MS_MIN <= measure.length_ms <= LADDER[measure.type].ms_max:
            raise refuse("length", f"A {measure.type} measure cannot be that long, or that short.")


def _check_shape(measure: WantedMeasure, items: Collection[Item]) -> None:
    is_content = measure.type == "content"
    if is_content != (measure.step is not None) or is_content != (measure.item_id is not None):
        raise refuse("shape", "A content measure, and no other, names an item and a step.")
    if measure.step is not None:
        types = [item.type for item in items if item.id == measure.item_id]
        if not types:
            raise refuse("shape", "A content measure is about one of the decision's items.")
        if not is_known(types[0], measure.step):
            raise refuse("step", f"Nothing can {measure.step} a {types[0]}.")
    if (measure.type in ("feature", "interim")) != bool(measure.capabilities):
        raise refuse("shape", "Feature and interim measures, and no others, name capabilities.")
    if list(measure.capabilities) != sorted(set(measure.capabilities)):
        raise refuse("shape", "Capabilities are sorted, and each is named once.")
    for capability in measure.capabilities:
        try:
            check_restrictable(capability, by_wallet=False)
        except NeverRestrictableError as error:
            raise refuse("never_restrictable", error.message) from error
    if measure.type == "interim" and MISUSE_CAPABILITIES & set(measure.capabilities):
        raise refuse("misuse", "Reports and appeals are not taken away in the interim.")


def timed(wanted: WantedMeasure, now_ms: int) -> Measure:
    """Return a measure that begins now. A suspension takes everything that can be taken."""
    rung = LADDER[wanted.type]
    ends_at = now_ms + wanted.length_ms
    whole = wanted.type in ("suspension", "block")
    return Measure(
        type=wanted.type,
        capabilities=tuple(sorted(RESTRICTABLE)) if whole else wanted.capabilities,
        step=wanted.step,
        item_id=wanted.item_id,
        starts_at=TimestampMs(now_ms),
        ends_at=TimestampMs(ends_at),
        counts_until=TimestampMs(ends_at + rung.counts_ms),
    )


def appeal_due_ms(measures: Collection[Measure]) -> int:
    """Return how long the staff has to decide an appeal: the shortest that any measure asks for."""
    return min(
        max(
            APPEAL_MS_MIN,
            min(LADDER[one.type].appeal_ms_max, (one.ends_at - one.starts_at) // 2),
        )
        for one in measures
    )

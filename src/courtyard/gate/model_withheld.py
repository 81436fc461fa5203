"""The words of what is withheld: an item, a step, from a start to an end, by one decision.

Like a restriction it is a plain fact. Whoever shows something looks here and learns that it is withheld now, why and until when; that
there are cases, statements and appeals is not known on these floors.
"""

from typing import Final

import msgspec

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import TimestampMs

LABEL: Final = "label"
AGE_GATE: Final = "age_gate"
HIDE: Final = "hide"
QUARANTINE: Final = "quarantine"

ORDER: Final = (LABEL, AGE_GATE, HIDE, QUARANTINE)
"""The steps, the mildest first. Of several that are in force the strictest counts."""

STEPS: Final[dict[str, frozenset[str]]] = {
    "event": frozenset(ORDER),
    "media": frozenset({QUARANTINE}),
    "room": frozenset({HIDE}),
    "profile": frozenset({HIDE}),
}
"""What can be done to which kind of item. A step that nothing carries out is not there: nobody decides it and believes it done."""

NOTE: Final = "org.courtyard.withheld"
"""Where an answer says that, and why, something is not in it."""
LABEL_NOTE: Final = "org.courtyard.label"
"""Where it says that something which is in it has a label."""

ItemKey = tuple[str, str]
"""Type and id of an item: an event id, a room id, a user id, or the `mxc://` address of a file."""


class Withholding(msgspec.Struct, frozen=True, kw_only=True):
    """One step about one item by one decision.

    In force by the clock alone, as a `Restriction`. It names nobody: whose the item is, the floor that shows it knows.
    """

    id: str
    item_type: str
    item_id: str
    step: str
    decision_id: str
    starts_at: TimestampMs
    ends_at: TimestampMs
    stayed_from: TimestampMs | None = None
    """From when an overdue appeal ends it (P4)."""
    rule: str
    reason: str
    """The rule's category, `STATEMENT_CATEGORY_…`: what everybody is told. The statement is for the author alone."""

    @property
    def key(self) -> ItemKey:
        """What it is about."""
        return self.item_type, self.item_id


class WithheldError(CourtyardError):
    """What was asked for is withheld by a decision until a time; the error says by which and why."""

    code = "gate.withheld"

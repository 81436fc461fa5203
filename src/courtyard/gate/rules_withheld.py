"""What is withheld now, as pure functions: of several steps the strictest, and how it is told."""

from collections.abc import Iterable

from courtyard.gate.model_withheld import HIDE, ORDER, QUARANTINE, STEPS, Withholding
from courtyard.gate.rules import in_force


def is_known(item_type: str, step: str) -> bool:
    """Tell whether there is such a step for items of a type."""
    return step in STEPS.get(item_type, ())


def strictest(rows: Iterable[Withholding], now_ms: int) -> Withholding | None:
    """Return the row in force that withholds most; of equal ones the one that ends last, and then the first id.

    So that the answer does not depend on the order in which decisions were made.
    """
    standing = [row for row in rows if in_force(row, now_ms)]
    if not standing:
        return None
    return min(standing, key=lambda row: (-ORDER.index(row.step), -until(row), row.id))


def hides(row: Withholding) -> bool:
    """Tell whether others do not get the item in lists and timelines. A label and an age gate only say something."""
    return row.step in (HIDE, QUARANTINE)


def until(row: Withholding) -> int:
    """Return when it ends, as far as is known now, in Unix milliseconds."""
    return row.ends_at if row.stayed_from is None else min(row.ends_at, row.stayed_from)


def note(row: Withholding) -> dict[str, object]:
    """Return what everybody is told about it: a tombstone."""
    return {
        "step": row.step,
        "reason": row.reason,
        "rule": row.rule,
        "decision": row.decision_id,
        "since": row.starts_at,
        "until": until(row),
    }

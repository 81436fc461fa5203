"""What everybody reads of a decision: its entry in the log, and what became of it. Nothing that the log does not say."""

from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec

from courtyard.base.errors import InvalidParamError
from courtyard.conduct import rules_dsa, rules_effect
from courtyard.conduct.model import DAY_MS, Decision, ItemType, Record
from courtyard.conduct.model_rules import Clause
from courtyard.transparency.rules_leaf import SEALED

Json = dict[str, Any]


class Entry(msgspec.Struct, frozen=True):
    """An entry of the log, read."""

    index: int
    content: Json

    @property
    def is_sealed(self) -> bool:
        """Whether it says only that there was something."""
        return SEALED in self.content


def parse_entry(index: int, line: bytes) -> Entry:
    """Read an entry of our own."""
    return Entry(index, msgspec.json.decode(line))


def decision_line(issued: Entry, facts: list[Entry], record: Record, now_ms: int) -> Json:
    """Return a decision for everybody.

    Args:
        issued: its entry. If that is sealed, nothing else is told: what became of it would tell which one it is.
        facts: the entries of lifts, appeals and rulings.
        record: what its measures are now follows from it.
        now_ms: the time.
    """
    found: Json = {"log_index": issued.index, "sealed": issued.is_sealed, "entry": issued.content}
    if issued.is_sealed:
        return found
    return found | {
        "measures": [
            {"type": one.type, "state": rules_effect.state_of(record, one, now_ms)}
            for one in record.decision.measures
        ],
        "facts": [
            {"log_index": one.index, "entry": one.content}
            for one in sorted(facts, key=lambda one: one.index)
            if not one.is_sealed
        ],
    }


# --- the EU's records -----------------------------------------------------------------------------

_ITEM_WORDS: Final[dict[ItemType, str]] = {
    "event": "message",
    "room": "room",
    "media": "file",
    "profile": "profile",
    "account": "conduct of an account",
}


def dsa_record(decision: Decision, clause: Clause) -> rules_dsa.DsaRecord | None:
    """Return a decision as a record of the EU's database; None for one that takes nothing.

    The statement of reasons is for its subject and may quote or name. So the words here are made of the rule and of enumerations.
    """
    wording = clause.wording.get("en") or next(iter(clause.wording.values()))
    types = sorted({_ITEM_WORDS[item.type] for item in decision.items})
    public = rules_dsa.Public(
        facts=f"What was looked at: {', '.join(types)}. It was found to fall under"
        f" {clause.id}, {wording.title}. The statement of reasons went to the account.",
        ground=f"{clause.id} {wording.title}",
        explanation=wording.text[:2_000],
        content_types=("CONTENT_TYPE_OTHER",),
        content_type_other=", ".join(types),
    )
    return rules_dsa.record(decision, public)


# --- days -----------------------------------------------------------------------------------------


def day_bounds(first: str | None, last: str | None) -> tuple[int, int]:
    """Return the first millisecond of a day and that after another one, both UTC; without a day, all there is.

    Raises:
        InvalidParamError: one is no day, or the last comes before the first.
    """
    start = 0 if first is None else _day(first)
    end = 2**53 if last is None else _day(last) + DAY_MS
    if end <= start:
        raise InvalidParamError("The last day comes before the first.")
    return start, end


def _day(text: str) -> int:
    try:
        moment = date.fromisoformat(text)
    except ValueError:
        moment = None
    # Other ways to write a date are not taken.
    if moment is None or moment.isoformat() != text or moment.year < 1970:
        raise InvalidParamError("A day is written YYYY-MM-DD.")
    return int(datetime(moment.year, moment.month, moment.day, tzinfo=UTC).timestamp()) * 1000

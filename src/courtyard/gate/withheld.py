"""What is withheld from others: written by `conduct`, read by every floor that shows something.

The rows that have not ended are kept in memory, by item, so that showing what nothing withholds costs one look into a dictionary.
"""

from collections.abc import Mapping, Sequence

from courtyard.accounts.profile import member_profile
from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate import rules_withheld, store_withheld
from courtyard.gate.model_withheld import NOTE, ItemKey, WithheldError, Withholding
from courtyard.storage.tx import ReadTx, WriteTx

Known = Mapping[ItemKey, tuple[Withholding, ...]]


class WithheldMemory:
    """Rows that have not ended, by item: what is durable, and nothing else. Changed on the event loop, after commits."""

    def __init__(self) -> None:
        """Know nothing yet: `load` begins."""
        self.items: dict[ItemKey, tuple[Withholding, ...]] | None = None


def load(tx: WriteTx) -> None:
    """Read what is withheld into memory: `await db.write(load)` once at the start, before anything is served."""
    found = _read(tx)
    memory = tx.memory(WithheldMemory)

    def publish() -> None:
        memory.items = found

    tx.after_commit(publish)


def known(tx: ReadTx) -> Known:
    """Return every row that has not ended, by item. Empty nearly everywhere and always, so ask that first."""
    items = tx.memory(WithheldMemory).items
    # Without `load`, as on the command line, there is nobody who would keep the memory up to date.
    return _read(tx) if items is None else items


def find(tx: ReadTx, item_type: str, item_id: str) -> Withholding | None:
    """Return the strictest step in force about an item now, or None."""
    rows = known(tx).get((item_type, item_id))
    return None if rows is None else rules_withheld.strictest(rows, tx.now_ms())


def withhold(tx: WriteTx, row: Withholding) -> None:
    """Withhold one item until a stated time. The caller writes the decision and all that belongs to it in the same transaction.

    Raises:
        InvalidParamError: there is no such step for such an item, or no end after the start.
    """
    if not rules_withheld.is_known(row.item_type, row.step):
        message = f"Nothing can {row.step} a {row.item_type}."
        raise InvalidParamError(message)
    if row.ends_at <= row.starts_at:
        message = "A measure ends after it starts."
        raise InvalidParamError(message)
    store_withheld.add(tx, row)
    _publish(tx, row.key)


def adjust(tx: WriteTx, id: str, ends_at: TimestampMs, stayed_from: TimestampMs | None) -> None:
    """Say when one row ends and from when it is stayed; a later end than now set is ignored. An unknown row is none of ours."""
    old = store_withheld.one(tx, id)
    if old is None:
        return
    store_withheld.change(tx, id, min(old.ends_at, ends_at), stayed_from)
    _publish(tx, old.key)


def shown_names(
    tx: ReadTx, user_id: UserId, reader: UserId | None
) -> tuple[str | None, str | None]:
    """Return somebody's display name and picture as one reader may have them: (None, None) while they are withheld."""
    if user_id != reader and find(tx, "profile", user_id) is not None:
        return None, None
    return member_profile(tx, user_id)


def profile_note(tx: ReadTx, user_id: UserId) -> dict[str, object] | None:
    """Return why a profile is not shown to others: for `accounts.profile.WITHHELD_BY`."""
    found = find(tx, "profile", user_id)
    return None if found is None else rules_withheld.note(found)


def refusal(row: Withholding) -> WithheldError:
    """Return the refusal of an item that is withheld."""
    message = "A decision withholds this. The decision, its reason and its end follow."
    return WithheldError(message, **{NOTE: rules_withheld.note(row)})


def _read(tx: ReadTx) -> dict[ItemKey, tuple[Withholding, ...]]:
    found: dict[ItemKey, tuple[Withholding, ...]] = {}
    for row in store_withheld.not_ended(tx):
        found[row.key] = (*found.get(row.key, ()), row)
    return found


def _publish(tx: WriteTx, key: ItemKey) -> None:
    """Let readers know after the commit what is withheld of one item now."""
    rows: Sequence[Withholding] = store_withheld.not_ended_of(tx, *key)
    memory = tx.memory(WithheldMemory)

    def publish() -> None:
        if memory.items is None:
            return
        if rows:
            memory.items[key] = tuple(rows)
        else:
            memory.items.pop(key, None)

    tx.after_commit(publish)

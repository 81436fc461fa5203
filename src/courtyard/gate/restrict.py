"""Measures, as the gate sees them: begun, ended earlier, paused. `conduct` and the wallet call these.

Nothing here makes a measure longer, wider or heavier once it is written. Whoever calls writes the decision, its
statement and its log leaf in the same transaction: without them there is no measure (no proof, no sanction).
"""

from collections.abc import Callable

import msgspec

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate import rules, store
from courtyard.gate.admit import GateMemory
from courtyard.gate.model import Restriction
from courtyard.storage.tx import ReadTx, WriteTx


def restrict(tx: WriteTx, restriction: Restriction, *, by_wallet: bool = False) -> None:
    """Take one capability from one account until a stated time.

    Args:
        restriction: with its decision, statement, appeal and proof.
        by_wallet: whether this is the wallet's own decision against fraud.

    Raises:
        NeverRestrictableError: the capability may not be taken away by this class of decision.
        InvalidParamError: there is no end after the start, or a link is missing.
    """
    rules.check_restrictable(restriction.capability, by_wallet=by_wallet)
    if restriction.ends_at <= restriction.starts_at:
        message = "A measure ends after it starts."
        raise InvalidParamError(message)
    links = (restriction.decision_id, restriction.statement, restriction.appeal, restriction.proof)
    if not all(links):
        message = "A measure names its decision, statement, appeal and proof."
        raise InvalidParamError(message)
    store.add(tx, restriction)
    _change(tx, restriction.user_id, lambda mine: (*mine, restriction))


def lift(tx: WriteTx, decision_id: str, capabilities: frozenset[str] | None = None) -> int:
    """End a decision's restrictions now; return how many ended.

    Args:
        capabilities: only these; None: all of them.
    """
    return shorten(tx, decision_id, tx.now_ms(), capabilities)


def shorten(
    tx: WriteTx,
    decision_id: str,
    ends_at: TimestampMs,
    capabilities: frozenset[str] | None = None,
) -> int:
    """Move the end of a decision's restrictions forward to `ends_at`; a later end than now set is ignored.

    Returns:
        How many restrictions end earlier than before.
    """
    count = 0
    for old in store.of_decision(tx, decision_id):
        if capabilities is not None and old.capability not in capabilities:
            continue
        if ends_at < old.ends_at:
            store.end(tx, old.id, ends_at)
            _change(tx, old.user_id, _with(old.id, "ends_at", ends_at))
            count += 1
    return count


def stay(tx: WriteTx, decision_id: str, stayed_from: TimestampMs | None) -> None:
    """Pause a decision's restrictions from a time on: when an appeal will be overdue (P4).

    Called when the appeal arrives, with its due date; the clock does the rest. None withdraws the pause, once the
    appeal is decided.
    """
    store.stay(tx, decision_id, stayed_from)
    for old in store.of_decision(tx, decision_id):
        _change(tx, old.user_id, _with(old.id, "stayed_from", stayed_from))


def adjust(
    tx: WriteTx, restriction_id: str, ends_at: TimestampMs, stayed_from: TimestampMs | None
) -> None:
    """Say when one restriction ends and from when it is paused; a later end than now set is ignored.

    For decisions whose restrictions do not all end and pause together. An unknown restriction is none of ours.
    """
    old = store.one(tx, restriction_id)
    if old is None:
        return
    if ends_at < old.ends_at:
        store.end(tx, old.id, ends_at)
        _change(tx, old.user_id, _with(old.id, "ends_at", ends_at))
    if stayed_from != old.stayed_from:
        store.stay_one(tx, old.id, stayed_from)
        _change(tx, old.user_id, _with(old.id, "stayed_from", stayed_from))


def standing(tx: ReadTx, user_id: UserId) -> list[Restriction]:
    """Return what is in force against an account now. It reads the database, not the cache."""
    now = tx.now_ms()
    return [one for one in store.not_ended_of(tx, user_id) if rules.in_force(one, now)]


def restriction_of(tx: ReadTx, user_id: UserId, capability: str) -> Restriction | None:
    """Return the restriction in force of a capability that no action uses (`discovery.listed`)."""
    return rules.find(store.not_ended_of(tx, user_id), capability, None, tx.now_ms())


Mine = tuple[Restriction, ...]


def _with(restriction_id: str, field: str, value: TimestampMs | None) -> Callable[[Mine], Mine]:
    def changed(mine: Mine) -> Mine:
        return tuple(
            msgspec.structs.replace(one, **{field: value}) if one.id == restriction_id else one
            for one in mine
        )

    return changed


def _change(tx: WriteTx, user_id: UserId, change: Callable[[Mine], Mine]) -> None:
    """Change what is known of one account: in this transaction at once, for others after the commit."""
    memory = tx.memory(GateMemory)
    if not memory.loaded:
        # This also reads what was just written, so nothing remains to be changed below.
        memory.load(tx)
        tx.on_rollback(memory.unload)
        return
    before = memory.written.get(user_id)
    now = tx.now_ms()
    after = tuple(one for one in change(before or ()) if one.ends_at > now)
    _put(memory.written, user_id, after)
    tx.on_rollback(lambda: _put(memory.written, user_id, before))
    tx.after_commit(lambda: _put(memory.published, user_id, after))


def _put(index: dict[UserId, Mine], user_id: UserId, mine: Mine | None) -> None:
    if mine:
        index[user_id] = mine
    else:
        index.pop(user_id, None)

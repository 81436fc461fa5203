"""How long somebody lets their payments in chats take to arrive. More at once; less only after the time that was in force before."""

from typing import Any

from courtyard.base.ids import UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.guard import rules_arrivals, store_arrivals
from courtyard.wallet.guard.blocks import TELL
from courtyard.wallet.guard.model import Delay
from courtyard.wallet.guard.words import delay_words


def in_force(tx: ReadTx, user_id: UserId) -> int:
    """Return how long a payment that somebody makes now takes to arrive, once it is accepted."""
    return rules_arrivals.delay_in_force(_of(tx, user_id), tx.now_ms())


def get(tx: ReadTx, user_id: UserId) -> dict[str, Any]:
    """Return somebody's setting, and what it will be if less was asked for."""
    return rules_arrivals.show_delay(_of(tx, user_id), tx.now_ms())


def choose(tx: WriteTx, user_id: UserId, delay_ms: int) -> dict[str, Any]:
    """Set how long one's payments in chats take to arrive. Asked again, it returns the same.

    Whoever lowers it is told of it in their notices: it could have been somebody else.

    Raises:
        LimitExceededError.
    """
    # Read once: what was in force for the decision is what is shown.
    now_ms, before = tx.now_ms(), _of(tx, user_id)
    after = rules_arrivals.chosen(before, delay_ms, now_ms)
    shown = rules_arrivals.show_delay(after, now_ms)
    if after != before:
        admit(tx, user_id, Action.PROVE)
        store_arrivals.set_delay(tx, after)
        if after.next_ms is not None:
            for tell in TELL:
                tell(tx, user_id, delay_words(after), {"org.courtyard.arrival_delay": shown})
    return shown


def of_archive(tx: ReadTx, user_id: UserId) -> dict[str, Any]:
    """Return a setting for its owner's archive; None where nothing was ever chosen."""
    found = store_arrivals.delay(tx, user_id)
    shown = None if found is None else rules_arrivals.show_delay(found, tx.now_ms())
    return {"arrival_delay": shown}


def _of(tx: ReadTx, user_id: UserId) -> Delay:
    return store_arrivals.delay(tx, user_id) or Delay(user_id=user_id, delay_ms=0)

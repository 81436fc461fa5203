"""Whom somebody trusts: paid without a proof, and put on the list only with one."""

from typing import Any

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.errors import BadRecipientError
from courtyard.wallet.guard import proofs, rules, store
from courtyard.wallet.guard.authorise import prove
from courtyard.wallet.model import Payer

TRUSTED_MAX = 100


def get(tx: ReadTx, user_id: UserId) -> dict[str, Any]:
    """Return whom somebody trusts."""
    return {
        "payees": [
            {"payee": one.payee, "trusted_at": one.trusted_at} for one in store.trusted(tx, user_id)
        ]
    }


def trust(tx: WriteTx, payer: Payer, payee: str, key: str) -> dict[str, Any]:
    """Trust somebody from now on. Asked again, it returns the same and needs no other proof.

    Raises, in this order:
        LimitExceededError; NotFoundError, BadRecipientError: there is nobody like that, or the list is full; CoolDownError;
        ProofNeededError.
    """
    who, now_ms = payer.user_id, tx.now_ms()
    known = store.payee(tx, who, payee)
    if known is not None and known.trusted_at is not None:
        return get(tx, who)
    admit(tx, who, Action.PROVE)
    act = proofs.act_of(tx, who, "trust", payee, key)
    if len(store.trusted(tx, who)) >= TRUSTED_MAX:
        raise BadRecipientError(f"You can trust {TRUSTED_MAX} payees at the most.")
    until = store.cool_down(tx, who)
    if until is not None and now_ms < until:
        raise rules.cooling(until)
    prove(tx, payer, act)
    store.set_trusted(tx, who, payee, now_ms)
    return get(tx, who)


def distrust(tx: WriteTx, user_id: UserId, payee: str) -> dict[str, Any]:
    """Trust somebody no more.

    Raises:
        NotFoundError: they are not trusted.
    """
    known = store.payee(tx, user_id, payee)
    if known is None or known.trusted_at is None:
        message = "This payee is not on your list."
        raise NotFoundError(message)
    store.set_trusted(tx, user_id, payee, None)
    return get(tx, user_id)

"""A payment is made once, however often it is asked for.

The client gives each payment a key of its own. What was answered is kept with it, also a refusal that came from the state of things:
who was told that the money was not there must not find it paid later. The look-up comes before everything that depends on the state, or a
retry would be answered wrongly.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from courtyard.base import canonical_json
from courtyard.base.ids import UserId
from courtyard.storage.tx import WriteTx
from courtyard.wallet import store
from courtyard.wallet.errors import REMEMBERED, KeyReusedError, WalletError

Outcome = dict[str, Any] | WalletError
"""The answer, or the refusal that is remembered: it is returned and not raised, so that it is written down."""

ID_BYTES = 15


def once(
    tx: WriteTx,
    user_id: UserId,
    key: str,
    wish: dict[str, object],
    work: Callable[[str], dict[str, Any]],
) -> Outcome:
    """Do something, unless this key was used before: then return the first answer.

    Args:
        key: the client's own, one for each payment of an account.
        wish: everything that was asked for, its kind included. The same key with another wish is refused.
        work: does it and returns the answer, given an id that follows from account and key. A refusal that is remembered must come
            before its first write.

    Raises:
        KeyReusedError: the key came before with another wish.
    """
    fingerprint = _fingerprint(wish)
    earlier = store.answer(tx, user_id, key)
    if earlier is not None:
        stored, refusal, body = earlier
        if stored != fingerprint:
            message = "This key was used for another payment."
            raise KeyReusedError(message)
        told: dict[str, Any] = msgspec.json.decode(body)
        return told if refusal is None else REMEMBERED[refusal](told.pop("message"), **told)
    try:
        answer = work(_id(user_id, key))
    except WalletError as error:
        if not error.is_remembered:
            raise
        text = msgspec.json.encode({"message": error.message, **error.extra}).decode()
        store.add_answer(tx, user_id, key, fingerprint, error.code, text)
        return error
    store.add_answer(tx, user_id, key, fingerprint, None, msgspec.json.encode(answer).decode())
    return answer


def _fingerprint(wish: dict[str, object]) -> bytes:
    """Return what tells this wish from another."""
    return hashlib.sha256(canonical_json.encode(wish)).digest()


def _id(user_id: UserId, key: str) -> str:
    """Return the id of what is made under a key: a retry after a crash makes the same one."""
    return hashlib.blake2b(f"{user_id}\0{key}".encode(), digest_size=ID_BYTES).hexdigest()

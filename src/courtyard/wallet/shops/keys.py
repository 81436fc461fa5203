"""Keys for a merchant's own server and for its tills: shown once, kept as a hash, each for one scope, revoked one by one."""

import hashlib
import secrets
from typing import Any, Final

from courtyard.accounts.model import UnknownTokenError
from courtyard.base.errors import NotFoundError
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import access, rules, store
from courtyard.wallet.shops.model import KEYS_MAX, Asker, KeyId, MerchantKey, Scope

PREFIX: Final = "mk_"
"""By which a key is told from an access token, and found where it should not be."""


def make(tx: WriteTx, asker: Asker, id: MerchantId, name: str, scope: Scope) -> dict[str, Any]:
    """Make a key. This answer is the only one that shows it.

    Raises, in this order:
        NotFoundError, ScopeError: see `access`. MerchantClosedError. BadMerchantError: a bad name. TooManyError.
    """
    merchant = access.owned(tx, asker, id)
    rules.check_open(merchant)
    told = rules.check_name(name)
    rules.check_count(len(store.keys_of(tx, merchant.id)), KEYS_MAX, "keys")
    key = PREFIX + secrets.token_urlsafe(32)
    made = MerchantKey(
        id=KeyId(f"k_{secrets.token_hex(8)}"),
        merchant=merchant.id,
        name=told,
        scope=scope,
        hash=_hash(key),
        made_at=tx.now_ms(),
        revoked_at=None,
    )
    store.add_key(tx, made)
    return _show(made) | {"key": key}


def revoke(tx: WriteTx, asker: Asker, id: MerchantId, key_id: KeyId) -> dict[str, Any]:
    """Let a key work no more. Asked again, it says that there is none.

    Raises:
        NotFoundError, ScopeError: see `access`; no key of this merchant that works is called so.
    """
    merchant = access.owned(tx, asker, id)
    if not store.revoke_key(tx, merchant.id, key_id):
        message = "There is no such key."
        raise NotFoundError(message)
    return {}


def list_keys(tx: ReadTx, asker: Asker, id: MerchantId) -> dict[str, Any]:
    """Return the keys of a merchant that work, without what only their holders know.

    Raises:
        NotFoundError, ScopeError: see `access`.
    """
    merchant = access.owned(tx, asker, id)
    return {"keys": [_show(key) for key in store.keys_of(tx, merchant.id)]}


def key_of(tx: ReadTx, key: str) -> MerchantKey:
    """Return the key that somebody shows.

    Raises:
        UnknownTokenError: it was never one, or works no more.
    """
    found = store.key(tx, _hash(key))
    if found is None or found.revoked_at is not None:
        message = "This key is unknown or was revoked."
        raise UnknownTokenError(message)
    return found


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


def _show(key: MerchantKey) -> dict[str, Any]:
    return {"id": key.id, "name": key.name, "scope": key.scope, "made_at": key.made_at}

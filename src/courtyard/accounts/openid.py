"""Proof towards others of who somebody is.

spec: client-server-api#openid
"""

from courtyard.accounts import store, tokens
from courtyard.base.ids import UserId
from courtyard.storage.tx import ReadTx, WriteTx

LIFETIME_MS = 3_600_000
"""How long an OpenID token works."""


def new_openid_token(tx: WriteTx, user_id: UserId) -> tuple[str, int]:
    """Return a token that proves to others who somebody is, and how many milliseconds it lives."""
    token = tokens.new_token(tokens.OPENID)
    ends = tx.now_ms() + LIFETIME_MS
    store.add_short_token(tx, tokens.hash_token(token), "openid", user_id, ends)
    return token, LIFETIME_MS


def openid_user(tx: ReadTx, token: str) -> UserId | None:
    """Return whose an OpenID token is, if it has not ended."""
    return store.short_token(tx, tokens.hash_token(token), "openid")

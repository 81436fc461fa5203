"""Who asks at a merchant's endpoint, read from the request: an access token of a person, or a key of the merchant."""

from collections.abc import Mapping
from typing import Any

from courtyard.accounts.request import header, session_of
from courtyard.storage.database import Database
from courtyard.wallet.shops import keys
from courtyard.wallet.shops.model import Asker


def asker_of(db: Database, scope: Mapping[str, Any]) -> Asker:
    """Return who asks. Call it on the event loop; a key costs one look-up.

    Raises:
        MissingTokenError, UnknownTokenError, UserLockedError: nobody who is known.
    """
    kind, _, token = (header(scope, b"authorization") or "").partition(" ")
    if kind == "Bearer" and token.startswith(keys.PREFIX):
        return Asker(None, db.read_inline(keys.key_of, token))
    return Asker(session_of(db, scope), None)

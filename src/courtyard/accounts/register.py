"""New accounts.

spec: client-server-api#post_matrixclientv3register
"""

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha1

from courtyard.accounts import rules, store
from courtyard.accounts.model import UserInUseError
from courtyard.accounts.profile import set_profile_field
from courtyard.base.errors import ForbiddenError
from courtyard.base.ids import UserId, localpart
from courtyard.storage.tx import ReadTx, WriteTx

ON_REGISTERED: list[Callable[[WriteTx, UserId], None]] = []
"""Called in the same transaction, after the account is there."""

NONCE_LIFETIME_MS = 60_000
"""How long a nonce of the shared-secret registration works."""

NONCES_MAX = 1_000


def check_username_free(tx: ReadTx, user_id: UserId) -> None:
    """Accept a user id that nobody has or had.

    Raises:
        UserInUseError: somebody has it.
    """
    if store.account(tx, user_id) is not None:
        message = "This user name is taken."
        raise UserInUseError(message)


def register(
    tx: WriteTx,
    user_id: UserId | None,
    password_hash: str | None,
    *,
    registration_token: str | None = None,
    is_admin: bool = False,
    user_type: str | None = None,
    display_name: str | None = None,
) -> UserId:
    """Make an account and return its id.

    Args:
        user_id: from `rules.new_user_id`; None: the server chooses one.
        password_hash: from `hash_password`; None: no password works.
        registration_token: counts one use of it.
        is_admin: whether it is an operator's account.
        user_type: Synapse's free word for bots and the like.
        display_name: at first; None: the name itself.

    Raises:
        UserInUseError: somebody has the id.
        ForbiddenError: the registration token has been used up meanwhile.
    """
    if user_id is None:
        user_id = _free_user_id(tx)
    check_username_free(tx, user_id)
    if registration_token is not None:
        if not store.registration_token_works(tx, registration_token):
            message = "The registration token is not valid any more."
            raise ForbiddenError(message)
        store.use_registration_token(tx, registration_token)
    store.add_account(tx, user_id, password_hash, is_admin=is_admin, user_type=user_type)
    set_profile_field(tx, user_id, "displayname", display_name or localpart(user_id))
    for hook in ON_REGISTERED:
        hook(tx, user_id)
    return user_id


def _free_user_id(tx: ReadTx) -> UserId:
    while True:
        name = f"user-{secrets.token_hex(5)}"
        user_id = rules.new_user_id(name, tx.settings.server_name)
        if store.account(tx, user_id) is None:
            return user_id


def registration_token_valid(tx: ReadTx, token: str) -> bool:
    """Tell whether one more account may be made with a registration token."""
    return store.registration_token_works(tx, token)


class Nonces:
    """The nonces of shared-secret registration: each works once, for a minute. On the event loop only."""

    def __init__(self) -> None:
        """Start with none."""
        self._ends_at: dict[str, int] = {}

    def new(self, now_ms: int) -> str:
        """Give out a nonce."""
        self._ends_at = {nonce: end for nonce, end in self._ends_at.items() if end > now_ms}
        while len(self._ends_at) >= NONCES_MAX:
            del self._ends_at[next(iter(self._ends_at))]
        nonce = secrets.token_hex(32)
        self._ends_at[nonce] = now_ms + NONCE_LIFETIME_MS
        return nonce

    def take(self, nonce: str, now_ms: int) -> bool:
        """Use up a nonce; tell whether it was good."""
        return self._ends_at.pop(nonce, 0) > now_ms


def shared_secret_mac_matches(
    secret: str,
    mac: str,
    *,
    nonce: str,
    username: str,
    password: str,
    is_admin: bool,
    user_type: str | None,
) -> bool:
    """Tell whether somebody who knows the shared secret asked for exactly this account.

    The form is Synapse's: HMAC-SHA1 over the parts with NUL between them, in hexadecimal.
    """
    parts = [nonce, username, password, "admin" if is_admin else "notadmin"]
    if user_type is not None:
        parts.append(user_type)
    message = "\0".join(parts).encode("utf-8", "surrogatepass")
    expected = hmac.new(secret.encode(), message, sha1).hexdigest()
    return hmac.compare_digest(expected.encode(), mac.lower().encode("utf-8", "surrogatepass"))

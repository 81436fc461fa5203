"""What the operator does to accounts and registration tokens.

A second process may call these while a server runs: they take no stream position and call no feature's hooks.
"""

from courtyard.accounts import store
from courtyard.accounts.account import get_account
from courtyard.accounts.devices import log_out_everywhere
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.storage.tx import ReadTx, WriteTx


def reset_password(tx: WriteTx, user_id: UserId, password_hash: str) -> None:
    """Set a password for somebody who lost it, and take every token. The devices stay listed.

    Raises:
        NotFoundError: there is no such account.
    """
    get_account(tx, user_id)
    store.set_password(tx, user_id, password_hash)
    log_out_everywhere(tx, user_id)


def add_registration_token(
    tx: WriteTx, token: str, uses_allowed: int | None, lifetime_ms: int | None
) -> None:
    """Make a registration token, or change the limits of one.

    Args:
        token: from `rules.check_registration_token`.
        uses_allowed: accounts that it may make; None: any number.
        lifetime_ms: milliseconds from now; None: it does not end.
    """
    expires_at = None if lifetime_ms is None else tx.now_ms() + lifetime_ms
    store.add_registration_token(tx, token, uses_allowed, expires_at)


def registration_tokens(tx: ReadTx) -> list[tuple[str, int | None, int, int | None]]:
    """Return every registration token with uses allowed, uses made and its end."""
    return store.registration_tokens(tx)


def remove_registration_token(tx: WriteTx, token: str) -> None:
    """Withdraw a registration token.

    Raises:
        NotFoundError: there is none like it.
    """
    if not store.delete_registration_token(tx, token):
        message = "There is no such registration token."
        raise NotFoundError(message)

"""An account as a whole: its password, its lock, its end."""

from collections.abc import Callable

from courtyard.accounts import store
from courtyard.accounts.devices import delete_all_devices
from courtyard.accounts.model import Account
from courtyard.accounts.session import forget_after_commit
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.storage.tx import ReadTx, WriteTx

ON_DEACTIVATED: list[Callable[[WriteTx, UserId, bool], None]] = []
"""Called with (tx, user_id, erase) in the same transaction, before devices and profile go. `app` adds what
higher floors keep for an account."""


def get_account(tx: ReadTx, user_id: UserId) -> Account:
    """Return an account that is not deactivated.

    Raises:
        NotFoundError: there is none.
    """
    account = store.account(tx, user_id)
    if account is None or account.deactivated_at is not None:
        message = "There is no such account."
        raise NotFoundError(message)
    return account


def account_is_active(tx: ReadTx, user_id: UserId) -> bool:
    """Tell whether a local account exists and is not deactivated."""
    account = store.account(tx, user_id)
    return account is not None and account.deactivated_at is None


def account_is_erased(tx: ReadTx, user_id: UserId) -> bool:
    """Tell whether an account went with the wish to be erased."""
    account = store.account(tx, user_id)
    return account is not None and account.is_erased


def erased_accounts(tx: ReadTx) -> dict[UserId, TimestampMs]:
    """Return the accounts that went with the wish to be erased, and when."""
    return store.erased_accounts(tx)


def list_sessions(
    tx: ReadTx, user_id: UserId
) -> list[tuple[DeviceId, TimestampMs, TimestampMs | None]]:
    """Return what is logged in to an account: (device, since when, until when; None: until it logs out)."""
    return store.tokens_of(tx, user_id)


def list_accounts(tx: ReadTx, after: str = "", limit: int = 1000) -> list[Account]:
    """Return accounts in order of their ids, from the one after `after`."""
    return store.accounts_after(tx, after, limit)


def change_password(
    tx: WriteTx,
    user_id: UserId,
    password_hash: str,
    *,
    keep: DeviceId | None = None,
    logout_devices: bool = True,
) -> None:
    """Replace a password; by default every other device is logged out and deleted.

    Args:
        keep: the device that asks and stays.
        logout_devices: whether the others go.

    spec: client-server-api#post_matrixclientv3accountpassword
    """
    get_account(tx, user_id)
    store.set_password(tx, user_id, password_hash)
    store.delete_short_tokens_of(tx, user_id)
    if logout_devices:
        delete_all_devices(tx, user_id, keep=keep)
    forget_after_commit(tx, user_id)


def make_admin(tx: WriteTx, user_id: UserId, *, is_admin: bool = True) -> None:
    """Make an account an operator's, or an ordinary one again.

    Raises:
        NotFoundError: there is no such account.
    """
    get_account(tx, user_id)
    store.set_admin(tx, user_id, is_admin=is_admin)
    forget_after_commit(tx, user_id)


def lock_account(tx: WriteTx, user_id: UserId, locked_until: TimestampMs) -> None:
    """Lock an account for its own security until a time; 0 unlocks. Never a penalty.

    Whoever calls keeps the charter's bounds: at the owner's wish, or for 72 hours at the most after a sign of a takeover.

    Raises:
        NotFoundError: there is no such account.
    """
    get_account(tx, user_id)
    store.set_lock(tx, user_id, locked_until)
    forget_after_commit(tx, user_id)


def deactivate_account(tx: WriteTx, user_id: UserId, *, erase: bool) -> bool:
    """End an account: no password, no devices, no tokens, no profile. Its id is never given out again.

    The use case that also leaves the rooms lies higher up (`archive`).

    Args:
        erase: whether later readers should not see what the account wrote; kept as a mark here.

    Returns:
        Whether the account was still active.

    spec: client-server-api#account-deactivation
    """
    account = store.account(tx, user_id)
    if account is None or account.deactivated_at is not None:
        return False
    for hook in ON_DEACTIVATED:
        hook(tx, user_id, erase)
    delete_all_devices(tx, user_id)
    store.delete_short_tokens_of(tx, user_id)
    store.delete_profile(tx, user_id)
    store.mark_deactivated(tx, user_id, is_erased=erase)
    forget_after_commit(tx, user_id)
    return True

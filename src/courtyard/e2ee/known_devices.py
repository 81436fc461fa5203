"""Which devices an account has: keys without a device, and messages to nobody, are of no use."""

from courtyard.accounts.account import account_is_active
from courtyard.accounts.devices import device_names
from courtyard.base.ids import DeviceId, UserId
from courtyard.storage.tx import ReadTx


def display_names(tx: ReadTx, user_id: UserId) -> dict[DeviceId, str | None] | None:
    """Return the display names of an account's devices by device id; None: no such account."""
    names = device_names(tx, user_id)
    # Who has a device has an account, so the second look is rare.
    return names if names or account_is_active(tx, user_id) else None

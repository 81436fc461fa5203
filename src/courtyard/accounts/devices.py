"""Devices: listed, named, deleted with everything that hangs on them."""

from collections.abc import Callable

import msgspec

from courtyard.accounts import rules, store
from courtyard.accounts.model import Device
from courtyard.accounts.session import forget_after_commit, last_seen
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import DeviceId, UserId
from courtyard.storage.tx import ReadTx, WriteTx

DeviceHook = Callable[[WriteTx, UserId, DeviceId], None]

ON_DEVICE_ADDED: list[DeviceHook] = []
"""Called in the same transaction, after an account that was there before has got one more device."""

ON_DEVICE_DELETED: list[DeviceHook] = []
"""Called in the same transaction, before the device's row goes. `app` adds what higher floors hang on a
device: keys, to-device messages, pushers."""

ON_DEVICE_RENAMED: list[DeviceHook] = []
"""Called in the same transaction, after the change."""


def list_devices(tx: ReadTx, user_id: UserId) -> list[Device]:
    """Return an account's devices with the newest last-seen times, also those not yet written down."""
    return [_with_last_seen(tx, user_id, device) for device in store.devices(tx, user_id)]


def get_device(tx: ReadTx, user_id: UserId, device_id: DeviceId) -> Device:
    """Return one device.

    Raises:
        NotFoundError: the account has no such device.
    """
    found = store.device(tx, user_id, device_id)
    if found is None:
        message = "There is no such device."
        raise NotFoundError(message)
    return _with_last_seen(tx, user_id, found)


def device_exists(tx: ReadTx, user_id: UserId, device_id: DeviceId) -> bool:
    """Tell whether an account has a device."""
    return store.device(tx, user_id, device_id) is not None


def device_names(tx: ReadTx, user_id: UserId) -> dict[DeviceId, str | None]:
    """Return the ids and display names of an account's devices."""
    return {device.device_id: device.display_name for device in store.devices(tx, user_id)}


def rename_device(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, display_name: str | None
) -> None:
    """Set or clear a device's display name.

    Raises:
        NotFoundError: the account has no such device.
        TooLargeError: the name is too long.
    """
    rules.check_display_name(display_name)
    if not store.rename_device(tx, user_id, device_id, display_name):
        message = "There is no such device."
        raise NotFoundError(message)
    for hook in ON_DEVICE_RENAMED:
        hook(tx, user_id, device_id)


def delete_device(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Log a device out and delete it with all that hangs on it. A device that is gone is no error.

    spec: client-server-api#delete_matrixclientv3devicesdeviceid
    """
    if store.device(tx, user_id, device_id) is None:
        return
    store.delete_device_tokens(tx, user_id, device_id)
    for hook in ON_DEVICE_DELETED:
        hook(tx, user_id, device_id)
    store.delete_device(tx, user_id, device_id)
    forget_after_commit(tx, user_id, device_id)


def delete_all_devices(tx: WriteTx, user_id: UserId, keep: DeviceId | None = None) -> None:
    """Delete every device of an account but one."""
    for device in store.devices(tx, user_id):
        if device.device_id != keep:
            delete_device(tx, user_id, device.device_id)


def log_out_everywhere(tx: WriteTx, user_id: UserId) -> None:
    """Take every token and leave the devices: for the operator's password reset.

    It calls no hooks and takes no stream position, so a second process may do it while a server runs.
    """
    for device in store.devices(tx, user_id):
        store.delete_device_tokens(tx, user_id, device.device_id)
    store.delete_short_tokens_of(tx, user_id)
    forget_after_commit(tx, user_id)


def _with_last_seen(tx: ReadTx, user_id: UserId, device: Device) -> Device:
    newer = last_seen(tx, user_id, device.device_id)
    if newer is None:
        return device
    return msgspec.structs.replace(
        device,
        last_seen_ts=newer.at,
        last_seen_ip=newer.ip,
        last_seen_user_agent=newer.user_agent,
    )

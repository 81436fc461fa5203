"""Messages from device to device: stored until the receiver has proved that they arrived.

spec: client-server-api#send-to-device-messaging
"""

import msgspec

from courtyard.base.ids import DeviceId, StreamPos, TimestampMs, UserId
from courtyard.bus import topics
from courtyard.e2ee import store_inbox
from courtyard.e2ee.known_devices import display_names
from courtyard.e2ee.memory import E2eeMemory
from courtyard.e2ee.model import (
    DELIVERIES_MAX,
    EVERY_DEVICE,
    INBOX_MAX,
    INBOX_PAGE,
    TRANSACTION_AGE_MS_MAX,
    ToDevice,
)
from courtyard.e2ee.rules_to_device import too_many
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx


def send_to_device(tx: WriteTx, sender: UserId, sender_device: DeviceId, message: ToDevice) -> None:
    """Put events into the inboxes of the devices named; a repeated transaction does nothing.

    Unknown users and devices are passed over. With `*` and a device named beside it, the device gets the
    event that names it: there is one message for each device.

    Raises:
        TooLargeError: `*` reaches more than `DELIVERIES_MAX` devices.
        LimitExceededError: the sender's rate limit is used up.

    spec: client-server-api#put_matrixclientv3sendtodeviceeventtypetxnid
    """
    admit(tx, sender, Action.TO_DEVICE)
    before = TimestampMs(tx.now_ms() - TRANSACTION_AGE_MS_MAX)
    store_inbox.forget_transactions(tx, sender, sender_device, before)
    if not store_inbox.add_transaction(
        tx, sender, sender_device, message.event_type, message.txn_id
    ):
        return
    deliveries = _deliveries(tx, message)
    if len(deliveries) > DELIVERIES_MAX:
        raise too_many()
    if not deliveries:
        return
    position = tx.next_position()
    for user_id, device_id, event in deliveries:
        _deliver(tx, user_id, device_id, position, event)


def _deliveries(tx: ReadTx, message: ToDevice) -> list[tuple[UserId, DeviceId, bytes]]:
    found = []
    for user_id, events in message.events.items():
        for device_id in display_names(tx, user_id) or {}:
            event = events.get(device_id) or events.get(EVERY_DEVICE)
            if event is not None:
                found.append((user_id, device_id, event))
    return found


def _deliver(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, position: StreamPos, event: bytes
) -> None:
    waiting = store_inbox.add_message(tx, user_id, device_id, position, event)
    if waiting > INBOX_MAX:
        store_inbox.delete_oldest(tx, user_id, device_id)
    memory = tx.memory(E2eeMemory)
    tx.after_commit(lambda: memory.message_arrived((user_id, device_id), position))
    tx.wake_after_commit(topics.device(user_id, device_id), position)


def inbox(
    tx: ReadTx,
    user_id: UserId,
    device_id: DeviceId,
    since: int,
    upto: int,
    limit: int = INBOX_PAGE,
) -> tuple[list[msgspec.Raw], StreamPos]:
    """Return the messages after `since`, up to `upto`, in order of arrival. Nothing is deleted.

    Asking again with the same `since` gives the same messages again, and later ones after them.

    Returns:
        The encoded events, and the position to ask and acknowledge from next: `upto`, or that of the
        last message when there may be more.
    """
    found = store_inbox.messages(tx, user_id, device_id, since, upto, limit)
    events = [msgspec.Raw(event) for _, event in found]
    return events, found[-1][0] if len(found) == limit else StreamPos(upto)


def acknowledge(tx: WriteTx, user_id: UserId, device_id: DeviceId, since: int) -> None:
    """Delete the messages at or before `since`: the device has them, for it told us so.

    Cheap to leave out while `E2eeMemory.needs_acknowledge` says that there is nothing to delete.
    """
    store_inbox.delete_upto(tx, user_id, device_id, since)
    memory = tx.memory(E2eeMemory)
    tx.after_commit(lambda: memory.acknowledged((user_id, device_id), since))

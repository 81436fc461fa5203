"""A user's pushers: where notifications are to be delivered.

spec: client-server-api#post_matrixclientv3pushersset
"""

from courtyard.base.errors import TooLargeError
from courtyard.base.ids import DeviceId, StreamPos, TimestampMs, UserId
from courtyard.bus import topics
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.push import store
from courtyard.push.model import Pusher, StoredPusher
from courtyard.push.rules_pushers import PusherKey
from courtyard.storage.tx import ReadTx, WriteTx


class Owners:
    """Everybody who has a pusher, and perhaps some who had one. Belongs to the event loop."""

    def __init__(self) -> None:
        """Know nobody yet."""
        self.users: set[UserId] = set()


PUSHERS_MAX = 50
"""Pushers of one user. Each is one more delivery for each notification."""


def list_pushers(tx: ReadTx, user_id: UserId) -> list[Pusher]:
    """Return a user's pushers, the oldest first."""
    return [stored.pusher for stored in store.pushers(tx, user_id)]


def set_pusher(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, pusher: Pusher, *, append: bool
) -> None:
    """Make or replace a pusher.

    Unless `append`, pushers of other users with the same app and key go: the device has changed hands.

    Raises:
        TooLargeError: the user has `PUSHERS_MAX` others.
    """
    admit(tx, user_id, Action.PUSH_RULES)
    key = (pusher.app_id, pusher.pushkey)
    others = [
        stored
        for stored in store.pushers(tx, user_id)
        if (stored.pusher.app_id, stored.pusher.pushkey) != key
    ]
    if len(others) >= PUSHERS_MAX:
        raise TooLargeError(f"An account has at most {PUSHERS_MAX} pushers.")
    if not append:
        store.delete_pushers_of_others(tx, user_id, pusher.app_id, pusher.pushkey)
    store.save_pusher(
        tx,
        StoredPusher(
            user_id=user_id,
            device_id=device_id,
            set_at_ms=tx.now_ms(),
            # Counts for a new pusher: what was before it is not news. One that is set again goes on where it was.
            delivered_upto=tx.position(),
            pusher=pusher,
        ),
    )
    owners = tx.memory(Owners)
    tx.after_commit(lambda: owners.users.add(user_id))
    tx.wake_after_commit(topics.user(user_id), tx.position())


def stored_pushers(tx: ReadTx, user_id: UserId) -> list[StoredPusher]:
    """Return a user's pushers with what is remembered of them, the oldest first."""
    return store.pushers(tx, user_id)


def owners_of_pushers(tx: ReadTx) -> list[UserId]:
    """Return everybody who has a pusher."""
    return store.pusher_owners(tx)


def note_delivered(tx: WriteTx, user_id: UserId, key: PusherKey, upto: StreamPos) -> None:
    """Remember that a pusher has everything up to a place in the stream. It never goes back."""
    store.advance_pusher(tx, user_id, key.app_id, key.pushkey, upto=upto)


def drop_rejected(tx: WriteTx, user_id: UserId, key: PusherKey, set_at_ms: TimestampMs) -> None:
    """Forget a pusher whose gateway knows the key no longer, unless it has been set again meanwhile.

    It is the gateway's word and no deed of the account, so no permit is asked for.

    spec: push-gateway-api#post_matrixpushv1notify
    """
    for stored in store.pushers(tx, user_id):
        pusher = stored.pusher
        if (pusher.app_id, pusher.pushkey, stored.set_at_ms) == (
            key.app_id,
            key.pushkey,
            set_at_ms,
        ):
            store.delete_pusher(tx, user_id, key.app_id, key.pushkey)


def delete_pusher(tx: WriteTx, user_id: UserId, key: PusherKey) -> None:
    """Forget one pusher. Forgetting what is not there is no error."""
    admit(tx, user_id, Action.PUSH_RULES)
    store.delete_pusher(tx, user_id, key.app_id, key.pushkey)


def forget_device(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Forget the pushers that a device made: for `accounts.devices.ON_DEVICE_DELETED`."""
    store.delete_pushers_of_device(tx, user_id, device_id)

"""An account goes, and with it all that push knows of it."""

from courtyard.base.ids import UserId
from courtyard.push import rules, store
from courtyard.push.audience import Audience
from courtyard.push.model import Reach
from courtyard.storage.tx import WriteTx


def forget_account(tx: WriteTx, user_id: UserId, erase: bool) -> None:  # noqa: FBT001  # the hook's shape
    """Forget pushers and push rules: for `accounts.account.ON_DEACTIVATED`.

    They go whether or not the messages are to be erased as well: nobody is left to be notified, and a pusher
    names a person's device.
    """
    del erase
    was = rules.reach(store.rule_changes(tx, user_id))
    store.delete_pushers(tx, user_id)
    store.delete_rule_changes(tx, user_id, was=was)
    tx.memory(Audience).changed(tx, user_id, was=was, reach=Reach())

"""An account goes, and with it what conduct keeps about it, if it wants to be erased.

The public log is not touched: its entries hold commitments, and without text and salts nobody can open them any more. They stay
where they are, so that no other proof breaks.
"""

import secrets

from courtyard.base.ids import UserId
from courtyard.conduct import mail, notices, people, rules_leaf, store, store_erasure
from courtyard.conduct.public_log import log_leaf
from courtyard.storage.tx import WriteTx
from courtyard.transparency.errors import HaltedError


def forget_account(tx: WriteTx, user_id: UserId, erase: bool) -> None:  # noqa: FBT001  # the hook's shape
    """Follow the end of an account: for `accounts.account.ON_DEACTIVATED`.

    Nobody stays on the staff without an account: others get the work, and the size of the staff is true. Mail ends with the
    account. What was decided, and what was reported, is erased only if the account wants it.
    """
    if store.is_staff(tx, user_id):
        people.revoke_staff(tx, user_id)
    mail.forget_account(tx, user_id)
    if erase:
        erase_account(tx, user_id)


def erase_account(tx: WriteTx, user_id: UserId) -> None:
    """Delete texts, salts and evidence about somebody, and their name where they reported; say in the log that it was done.

    An open case keeps its evidence until it is closed. Where the log stands still the erasure is done all the same (P3), and the
    entry follows (`log_erasures`).
    """
    notices.take_back(tx, user_id)
    count = store_erasure.blank_words(tx, user_id)
    count += store_erasure.drop_evidence(tx, user_id)
    count += store_erasure.drop_reporter(tx, user_id)
    if count:
        store_erasure.add_erasure(tx, f"l_{secrets.token_hex(16)}", None)
        log_erasures(tx)


def log_erasures(tx: WriteTx) -> bool:
    """Put into the log which erasures it does not know yet; tell whether it knows all of them now."""
    for id, erased_at in store_erasure.unlogged(tx):
        try:
            leaf = log_leaf(tx, rules_leaf.of_erasure(id, erased_at))
        except HaltedError:
            # Nobody has to wait for the log to be deleted. The row says that an entry is owed.
            return False
        store_erasure.set_leaf(tx, id, leaf)
    return True

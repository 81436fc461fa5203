"""The invariants of the README, for `courtyard check`."""

from collections.abc import Iterator

from courtyard.gate import rules_withheld, store_withheld
from courtyard.gate import store_check as store
from courtyard.gate.model import NO_CONTACT, RESTRICTABLE, WALLET
from courtyard.storage.tx import ReadTx


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    for restriction_id, user_id, capability in store.restrictions(tx):
        name, _, target = capability.partition(":")
        if name not in (NO_CONTACT if target else RESTRICTABLE | WALLET):
            yield f"Restriction {restriction_id} takes {capability!r} from {user_id}, which nobody may."
    for id, item_type, step in store_withheld.everything(tx):
        if not rules_withheld.is_known(item_type, step):
            yield f"Row {id} of what is withheld has the step {step!r}, which a {item_type} does not know."

"""The rails proven, for `courtyard check`: the README's laws, from the rows alone."""

from collections.abc import Iterator

from courtyard.storage.tx import ReadTx
from courtyard.wallet.rails import store_check


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    for currency, there, due in store_check.wrong_pending(tx):
        yield f"Payouts of {due} {currency} are under way; in rail:pending there is {there}."
    for owner, currency, there, due in store_check.wrong_far(tx):
        yield f"{owner} stands for {there} {currency}; its payments add up to {due}."
    for rail, line, txn in store_check.wrong_lines(tx):
        yield f"The booking {line} of {rail} is not of the sum of {txn}."
    for txn, count in store_check.doubled(tx):
        yield f"{txn} has {count} bookings in one direction."
    for txn, state in store_check.wrong_ends(tx):
        yield f"{txn} is {state}, and its journals say something else."
    for (txn,) in store_check.alone(tx):
        yield f"{txn} was not approved by a second operator."

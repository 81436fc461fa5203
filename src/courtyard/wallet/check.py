"""The ledger proven, for `courtyard check`: the README's laws, from the rows alone."""

from collections.abc import Iterator

from courtyard.storage.tx import ReadTx
from courtyard.wallet import store_check
from courtyard.wallet.rules_split import shares as split


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    for currency, total in store_check.sums(tx):
        yield f"The accounts of {currency} add up to {total} and not to 0."
    for account, posted, entries, balance in store_check.wrong_balances(tx):
        yield f"{account} has {posted}, its entries add up to {entries}, the last says {balance}."
    for account, count, first, last in store_check.gaps(tx):
        yield f"The entries of {account} are {count}, numbered from {first} to {last}."
    for journal, count, total in store_check.wrong_transfers(tx):
        yield f"A transfer of {journal} has {count} entries that add up to {total}."
    for account, held, opened in store_check.wrong_holds(tx):
        yield f"{account} keeps back {held}; its open holds are {opened}."
    for account, posted, held, floor in store_check.below_floor(tx):
        yield f"{account} has {posted} and keeps back {held}, which is below {floor}."
    for id, posted, owed in store_check.wrong_pots(tx):
        yield f"{id} owes {owed}; in its account there is {posted}."
    for id, total, shares in store_check.wrong_packets(tx):
        yield f"The shares of {id} add up to {shares} and not to {total}."
    for packet, amounts in store_check.packet_shares(tx):
        if split(packet.total, packet.count, packet.split, packet.seed) != amounts:
            yield f"The shares of {packet.id} do not follow from its seed."
    for id, proposed_by, moved in store_check.wrong_mints(tx):
        yield f"The new money {id}, proposed by {proposed_by}, moved {moved} times."

"""The promises of shops, for `courtyard check`, from the rows alone."""

from collections.abc import Iterator

from courtyard.storage.tx import ReadTx
from courtyard.wallet.shops import store_check


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    for id, due, moved in store_check.wrong_payments(tx):
        yield f"The order {id} should have moved {due}, and moved {moved}."
    for id, amount, said, refunds in store_check.wrong_refunded(tx):
        yield f"The order {id} of {amount} says that {said} went back; its refunds are {refunds}."
    for id, amount, moved in store_check.wrong_refunds(tx):
        yield f"The refund {id} of {amount} moved {moved}."
    for id, spent, cap in store_check.wrong_packs(tx):
        yield f"The pack {id} paid {spent}, and may pay {cap}."
    for (id,) in store_check.others_codes(tx):
        yield f"The order {id} was paid by somebody else than who showed the code."

"""The guard proven, for `courtyard check`: the README's laws, from the rows alone."""

from collections.abc import Iterator

from courtyard.storage.tx import ReadTx
from courtyard.wallet.guard import rules, store_check
from courtyard.wallet.model import Intent


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    for proof in store_check.used_proofs(tx):
        intent = Intent(
            kind=proof.kind,
            currency=proof.currency,
            amount=proof.amount,
            payee=proof.payee,
            payee_name=proof.payee_name,
            key=proof.key,
        )
        if rules.digest(proof.nonce, intent) != proof.digest:
            yield f"The digest of {proof.id} is not of what it says."
    for id, journal in store_check.wrong_uses(tx):
        yield f"The proof {id} was used by {journal}, which paid something else."
    for user_id, rule, used, most in store_check.over_limits(tx):
        yield f"{user_id} used {used} of {rule}, which is {most}."
    for id, journal, made in store_check.wrong_reversals(tx):
        yield f"The reversal {id} of {journal} was made {made} times."
    for id, state, delay_ms, arrives_at in store_check.wrong_arrivals(tx):
        yield f"{id} with a delay of {delay_ms} ms is {state}, and should arrive at {arrives_at}."
    for id, offer in store_check.wrong_stops(tx):
        yield f"The stop {id} of {offer} did not keep it, or was not ended as it says."

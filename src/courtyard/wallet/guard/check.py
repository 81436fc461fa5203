"""The guard proven, for `courtyard check`: the README's laws, from the rows alone."""

from collections.abc import Iterator

from courtyard.storage.rows import as_struct
from courtyard.storage.tx import ReadTx
from courtyard.wallet.guard import rules, store_operators
from courtyard.wallet.guard.model import Proof
from courtyard.wallet.model import Intent


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    for row in store_operators.used_proofs(tx):
        proof = as_struct(Proof, row)
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
    for id, journal in store_operators.wrong_uses(tx):
        yield f"The proof {id} was used by {journal}, which paid something else."
    for user_id, rule, used, most in store_operators.over_limits(tx):
        yield f"{user_id} used {used} of {rule}, which is {most}."
    for id, journal, made in store_operators.wrong_reversals(tx):
        yield f"The reversal {id} of {journal} was made {made} times."

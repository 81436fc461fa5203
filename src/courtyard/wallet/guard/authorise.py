"""Whether it is really they who pay: asked by everything that takes money from an account of a person."""

from courtyard.base.ids import UserId
from courtyard.gate.admit import Permit
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.guard import rules, store
from courtyard.wallet.guard.consider import Considered, check_limits, consider, methods
from courtyard.wallet.guard.errors import ProofNeededError
from courtyard.wallet.guard.model import PAYMENTS, Method, Proof, ProofId
from courtyard.wallet.model import Intent, JournalId, Payer


def authorise(
    tx: WriteTx, permit: Permit, payer: Payer, intent: Intent, journal: JournalId
) -> None:
    """Let a payment through, or say what proof is wanted. The last question before the first write.

    It counts the payment against the limits, so whatever is refused afterwards must end the whole verb.

    Args:
        intent: the payment as its payer was shown it.
        journal: the one journal that the proof is used up for.

    Raises, in this order:
        UnknownCurrencyError; BlockedError; CoolDownError; LimitReachedError; ProofNeededError: there is none, or another one
        is needed. Nothing is written.
    """
    assert permit.actor == payer.user_id
    assert intent.kind in PAYMENTS
    found = consider(tx, payer, intent)
    proof = None
    if payer.proof is not None or found.verdict.needed:
        proof = _proof(tx, payer, intent, found.verdict.reason)
    method, limits = None, found.limits
    if proof is not None:
        # Only now is it known by which factor, and so how much that is for a day.
        method = proof.method
        limits = rules.day_limits(found.facts, found.policy, method)
        check_limits(found, limits)
        store.use_proof(tx, proof.id, journal)
    _count(tx, payer, intent, found, limits, method)


def prove(tx: WriteTx, payer: Payer, intent: Intent) -> Method:
    """Use a proof up for something that is no payment: who can pay, and whom. Returns how it was proven.

    Raises:
        ProofNeededError: there is none, or another one is needed.
    """
    proof = _proof(tx, payer, intent, "always")
    store.use_proof(tx, proof.id, JournalId(f"act.{proof.id}"))
    assert proof.method is not None
    return proof.method


def _proof(tx: ReadTx, payer: Payer, intent: Intent, reason: str) -> Proof:
    found = None if payer.proof is None else store.proof(tx, ProofId(payer.proof))
    wrong = rules.wrong_with(found, payer.user_id, intent, tx.now_ms())
    if wrong is not None:
        raise needed(tx, payer.user_id, reason, None if payer.proof is None else wrong)
    assert found is not None
    return found


def needed(tx: ReadTx, user_id: UserId, reason: str, wrong: str | None = None) -> ProofNeededError:
    """Return the refusal that says what proof is wanted."""
    message = "Please show that it is really you: ask for a proof of exactly this, and answer it."
    return ProofNeededError(
        message,
        **{
            "org.courtyard.reason": reason,
            "org.courtyard.methods": methods(tx, user_id),
            "org.courtyard.proof": "missing" if wrong is None else wrong,
        },
    )


def _count(
    tx: WriteTx,
    payer: Payer,
    intent: Intent,
    found: Considered,
    limits: dict[str, int],
    method: Method | None,
) -> None:
    """Count a payment where the next one will look."""
    who, code, facts = payer.user_id, intent.currency, found.facts
    for rule, most in limits.items():
        used = found.used[rule] + intent.amount
        store.set_used(tx, who, code, rule, found.day, used, most)
    if not facts.is_known and not facts.is_own:
        store.set_paid(tx, who, intent.payee, tx.now_ms())
    run = rules.next_run(
        facts.run, intent.amount, found.verdict.reason, is_proven=method is not None
    )
    if run is not None and found.policy is not None:
        policy = found.policy
        store.set_run(tx, who, code, run, policy.run_count, policy.run_total)

"""Whether it is really they who pay: asked by everything that takes money from an account of a person."""

from courtyard.gate.admit import Permit
from courtyard.storage.tx import WriteTx
from courtyard.wallet.model import Intent, JournalId, Payer


def authorise(
    tx: WriteTx, permit: Permit, payer: Payer, intent: Intent, journal: JournalId
) -> None:
    """Let a payment through, or say what proof is wanted. The last question before the first write.

    Args:
        intent: the payment as its payer was shown it.
        journal: the one journal that the proof is used up for.
    """
    del tx, permit, payer, intent, journal

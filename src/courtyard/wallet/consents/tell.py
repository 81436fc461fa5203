"""What a merchant's server is told of its consents."""

from courtyard.storage.tx import WriteTx
from courtyard.wallet.consents import show
from courtyard.wallet.consents.model import Consent
from courtyard.wallet.webhooks.queue import queue


def tell(tx: WriteTx, consent: Consent, kind: str) -> None:
    """Tell a merchant's server of a change. Call it with the consent as it is after that."""
    data = show.to_merchant(tx, consent)
    queue(tx, consent.merchant, kind, consent.id, consent.version, data)

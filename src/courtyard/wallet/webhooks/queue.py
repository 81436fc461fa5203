"""What a merchant's own server is told, kept in the same transaction as what it tells of."""

from typing import Any

from courtyard.storage.tx import WriteTx
from courtyard.wallet.model import MerchantId


def queue(
    tx: WriteTx, merchant: MerchantId, kind: str, ref: str, version: int, data: dict[str, Any]
) -> None:
    """Tell a merchant's server of something, after the commit and until it has said that it knows.

    Args:
        kind: what happened, as in `order.paid`.
        ref: what it happened to, as the id of an order; one thing's messages are sent in the order of `version`.
        data: what the message says. Amounts are strings of digits.
    """
    del tx, merchant, kind, ref, version, data

"""What a merchant's own server is told, kept in the same transaction as what it tells of."""

import datetime as dt
from typing import Any

import msgspec

from courtyard.storage.tx import WriteTx
from courtyard.wallet.model import MerchantId
from courtyard.wallet.webhooks import rules, store
from courtyard.wallet.webhooks.courier import Courier
from courtyard.wallet.webhooks.model import KINDS, TEST, Endpoint, Message


def queue(
    tx: WriteTx, merchant: MerchantId, kind: str, ref: str, version: int, data: dict[str, Any]
) -> None:
    """Tell a merchant's server of something, after the commit and until it has said that it knows.

    One row for each endpoint that wants it: what an endpoint did not want at that time it is never told of.

    Args:
        kind: what happened, as in `order.paid`.
        ref: what it happened to, as the id of an order; one thing's messages are sent in the order of `version`.
        version: from 1, higher each time. That the same news cannot be queued twice, the database sees to.
        data: what the message says. Amounts are strings of digits.
    """
    assert kind in KINDS, kind
    wanted = [one for one in store.endpoints_of(tx, merchant) if rules.wants(one, kind)]
    if wanted:
        send(tx, wanted, merchant, kind, ref, version, data)


def send_test(tx: WriteTx, endpoint: Endpoint) -> int:
    """Send a message that says nothing to one endpoint, whatever it wants; return the delivery's number."""
    version = store.last_version(tx, endpoint.merchant, endpoint.id) + 1
    send(tx, [endpoint], endpoint.merchant, TEST, endpoint.id, version, {"id": endpoint.id})
    return endpoint.count + 1


def send(
    tx: WriteTx,
    endpoints: list[Endpoint],
    merchant: MerchantId,
    kind: str,
    ref: str,
    version: int,
    data: dict[str, Any],
) -> None:
    """Write a message, and its way to each of these endpoints."""
    now_ms = tx.now_ms()
    at = dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC).isoformat(timespec="milliseconds")
    body = {"type": kind, "timestamp": at, "ref": ref, "version": version, "data": data}
    message = Message(
        id=rules.message_id(merchant, ref, version),
        merchant=merchant,
        kind=kind,
        ref=ref,
        version=version,
        # Kept as it is sent: each try has the same bytes.
        body=msgspec.json.encode(body).decode(),
        wanted=len(endpoints),
        made_at=now_ms,
    )
    store.add_message(tx, message)
    for endpoint in endpoints:
        store.add_delivery(tx, endpoint.id, endpoint.count + 1, message, 0)
    tx.memory(Courier).wake_after(tx)

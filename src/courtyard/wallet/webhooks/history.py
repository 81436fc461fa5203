"""What a merchant sees of its messages, and sends again."""

from typing import Any

from courtyard.accounts.throttle import Throttle
from courtyard.base.errors import NotFoundError
from courtyard.gate.limits import WEBHOOK
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.model import MerchantId
from courtyard.wallet.webhooks import endpoints, store
from courtyard.wallet.webhooks.courier import Courier
from courtyard.wallet.webhooks.errors import NotEndedError, TooManyRoundsError
from courtyard.wallet.webhooks.model import ROUNDS_MAX, Delivery, EndpointId
from courtyard.wallet.webhooks.queue import send_test


def page(tx: ReadTx, merchant: MerchantId, id: str, before: int, limit: int) -> dict[str, Any]:
    """Return a page of an endpoint's deliveries, the newest first.

    Raises:
        NotFoundError: the merchant has no such endpoint.
    """
    found = endpoints.get(tx, merchant, id)
    listed = store.deliveries(tx, found.id, before, limit)
    shown: dict[str, Any] = {"deliveries": [_show(tx, one) for one in listed]}
    is_more = len(listed) == limit and listed[-1].number > 1
    return shown | {"next": str(listed[-1].number)} if is_more else shown


def try_out(tx: WriteTx, merchant: MerchantId, id: str) -> dict[str, Any]:
    """Send a message that says nothing, to see whether it comes.

    Raises, in this order:
        NotFoundError: the merchant has no such endpoint. LimitExceededError.
    """
    found = endpoints.get(tx, merchant, id)
    tx.memory(Throttle).spend(tx.settings, WEBHOOK, merchant, tx.now_ms())
    return _at(tx, found.id, send_test(tx, found))


def replay(tx: WriteTx, merchant: MerchantId, id: str, number: int) -> dict[str, Any]:
    """Send a message again that was delivered or given up, as a delivery of its own with the same message id.

    Raises, in this order:
        NotFoundError: the merchant has no such endpoint, or that no such delivery. NotEndedError: it is still on its way.
        TooManyRoundsError; LimitExceededError.
    """
    found = endpoints.get(tx, merchant, id)
    old = store.delivery(tx, found.id, number)
    if old is None:
        raise NotFoundError(NONE)
    latest = store.last_round(tx, found.id, old.message)
    if store.is_on_its_way(tx, found.id, old.message):
        message = "This message is still on its way."
        raise NotEndedError(message)
    if latest >= ROUNDS_MAX:
        message = f"A message is sent again at most {ROUNDS_MAX} times."
        raise TooManyRoundsError(message)
    tx.memory(Throttle).spend(tx.settings, WEBHOOK, merchant, tx.now_ms())
    store.add_delivery(tx, found.id, found.count + 1, store.message(tx, old.message), latest + 1)
    tx.memory(Courier).wake_after(tx)
    return _at(tx, found.id, found.count + 1)


NONE = "There is no such delivery."


def _at(tx: ReadTx, endpoint: EndpointId, number: int) -> dict[str, Any]:
    one = store.delivery(tx, endpoint, number)
    assert one is not None
    return _show(tx, one)


def _show(tx: ReadTx, one: Delivery) -> dict[str, Any]:
    message = store.message(tx, one.message)
    return {
        "number": one.number,
        "message_id": one.message,
        "kind": message.kind,
        "ref": one.ref,
        "version": one.version,
        "round": one.round,
        "state": one.state,
        "attempts": one.attempts,
        "next_at": one.next_at,
        "ended_at": one.ended_at,
        "status": one.status,
        "reason": one.reason,
        "made_at": message.made_at,
    }

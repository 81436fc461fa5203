"""How far messages are: what came of a try, what has to be sent with one, and what the merchant sees of it."""

from courtyard.storage.sealing_key import Vault
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.webhooks import rules, store
from courtyard.wallet.webhooks.model import Delivery, EndpointId, Outgoing

REASON_LENGTH_MAX = 200


def seal_name(id: EndpointId, number: int) -> str:
    """Return the name under which a secret is sealed."""
    return f"webhook {id} {number}"


def secrets(tx: ReadTx, id: EndpointId) -> list[bytes]:
    """Return the secrets with which an endpoint's messages are signed now, the newest first; none: the key that sealed them is gone."""
    key = tx.memory(Vault).key
    opened = (key.open(one.sealed, seal_name(id, one.number)) for one in store.secrets_of(tx, id))
    return [secret for secret in opened if secret is not None]


def note(tx: WriteTx, sent: Outgoing, status: int, reason: str) -> bool:
    """Keep what came of a try; return whether it was taken. What is behind it of the same thing has its turn.

    Args:
        status: HTTP's, or 0 when there was no answer.
        reason: why there was none, in words.
    """
    found = store.delivery(tx, sent.endpoint, sent.number)
    assert found is not None
    said = rules.verdict(status)
    if found.state != "queued" or found.attempts != sent.attempts:
        # Noted already: two processes may have sent it, and at least once is what is promised.
        return said == "delivered"
    now_ms, attempts = tx.now_ms(), found.attempts + 1
    wait_ms = None if said == "delivered" else rules.wait_ms(attempts)
    is_over = wait_ms is None
    store.set_delivery(
        tx,
        found.endpoint,
        found.number,
        state="delivered" if said == "delivered" else "dead" if is_over else "queued",
        attempts=attempts,
        next_at=None if wait_ms is None else rules.later(now_ms, wait_ms),
        ended_at=now_ms if is_over else None,
        status=status,
        reason=reason[:REASON_LENGTH_MAX],
    )
    if is_over:
        _let_next_go(tx, found)
    if said == "gone":
        at = store.endpoint(tx, found.endpoint)
        assert at is not None
        if at.state == "enabled":
            store.set_endpoint(tx, at.id, at.url, at.kinds, "disabled", "gone")
    return said == "delivered"


def _let_next_go(tx: WriteTx, ended: Delivery) -> None:
    number = store.next_waiting(tx, ended.endpoint, ended.ref)
    if number is not None:
        store.set_delivery(
            tx,
            ended.endpoint,
            number,
            state="queued",
            attempts=0,
            next_at=tx.now_ms(),
            ended_at=None,
            status=0,
            reason="",
        )

"""Questions over whole tables, for `courtyard check`."""

from collections.abc import Iterator

import sqlalchemy as sa

from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, Row

_LOST = Statement(
    sa.text(
        "SELECT m.id, m.wanted, COUNT(d.number) FROM wallet_webhook_messages m"
        " LEFT JOIN wallet_webhook_deliveries d ON d.message = m.id AND d.round = 0"
        " GROUP BY m.id HAVING COUNT(d.number) <> m.wanted"
    )
)
_GAPS = Statement(
    sa.text(
        "SELECT e.id, e.count, COUNT(d.number) FROM wallet_webhooks e"
        " LEFT JOIN wallet_webhook_deliveries d ON d.endpoint = e.id"
        " GROUP BY e.id HAVING COUNT(d.number) <> e.count"
        " OR COALESCE(MAX(d.number), 0) <> e.count"
    )
)
_OVERTAKEN = Statement(
    sa.text(
        "SELECT b.endpoint, b.message, a.message FROM wallet_webhook_deliveries b"
        " JOIN wallet_webhook_deliveries a ON a.endpoint = b.endpoint AND a.ref = b.ref"
        " AND a.version < b.version AND a.round = 0"
        " WHERE b.round = 0 AND b.attempts > 0"
        " AND (a.ended_at IS NULL OR a.ended_at > COALESCE(b.ended_at, a.ended_at))"
    )
)
_STUCK = Statement(
    sa.text(
        "SELECT b.endpoint, b.message FROM wallet_webhook_deliveries b WHERE b.state = 'waiting'"
        " AND NOT EXISTS (SELECT 1 FROM wallet_webhook_deliveries a"
        " WHERE a.endpoint = b.endpoint AND a.ref = b.ref AND a.state = 'queued')"
    )
)
_NO_SECRET = Statement(
    sa.text(
        "SELECT e.id, (SELECT COUNT(*) FROM wallet_webhook_secrets s"
        " WHERE s.endpoint = e.id AND s.until IS NULL) AS newest"
        " FROM wallet_webhooks e WHERE newest <> 1"
    )
)


def lost(tx: ReadTx) -> Iterator[Row]:
    """Yield messages that are not on their way to as many endpoints as wanted them: (message, wanted, found)."""
    yield from tx.each(_LOST)


def gaps(tx: ReadTx) -> Iterator[Row]:
    """Yield endpoints whose deliveries are not numbered without a gap: (endpoint, count, found)."""
    yield from tx.each(_GAPS)


def overtaken(tx: ReadTx) -> Iterator[Row]:
    """Yield messages that were sent before an earlier one of the same thing had ended: (endpoint, message, the earlier)."""
    yield from tx.each(_OVERTAKEN)


def stuck(tx: ReadTx) -> Iterator[Row]:
    """Yield messages that wait for nothing: (endpoint, message)."""
    yield from tx.each(_STUCK)


def without_secret(tx: ReadTx) -> Iterator[Row]:
    """Yield endpoints that have no newest secret, or several: (endpoint, how many)."""
    yield from tx.each(_NO_SECRET)

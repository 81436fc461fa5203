"""Questions over whole tables, for `courtyard check`."""

from collections.abc import Iterator

import sqlalchemy as sa

from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, Row

_WRONG_USE = Statement(
    sa.text(
        "SELECT g.consent, g.span, SUM(g.amount) AS total, u.used, c.amount FROM wallet_charges g"
        " JOIN wallet_consents c ON c.id = g.consent"
        " LEFT JOIN wallet_consent_use u ON u.consent = g.consent AND u.span = g.span"
        " GROUP BY g.consent, g.span"
        " HAVING u.used IS NULL OR u.used <> total OR total > c.amount OR u.most <> c.amount"
    )
)
_WRONG_CHARGES = Statement(
    sa.text(
        "SELECT g.order_id, g.consent FROM wallet_charges g"
        " JOIN wallet_consents c ON c.id = g.consent JOIN wallet_orders o ON o.id = g.order_id"
        " WHERE o.merchant <> c.merchant OR o.kind <> 'consent' OR o.payer IS NOT c.user_id"
        " OR o.currency <> c.currency OR o.amount <> g.amount"
        " OR g.amount > COALESCE(c.per_charge, c.amount) OR c.granted_at IS NULL"
        " OR g.made_at < c.granted_at OR g.made_at > COALESCE(c.ended_at, g.made_at)"
        " OR g.made_at >= COALESCE(c.until, g.made_at + 1)"
    )
)
_WITHOUT = Statement(
    sa.text(
        "SELECT o.id FROM wallet_orders o WHERE o.kind = 'consent'"
        " AND NOT EXISTS (SELECT 1 FROM wallet_charges g WHERE g.order_id = o.id)"
    )
)
_ALL = Statement(
    sa.text(
        "SELECT g.order_id, g.span, g.made_at, c.interval FROM wallet_charges g"
        " JOIN wallet_consents c ON c.id = g.consent"
    )
)


def wrong_use(tx: ReadTx) -> Iterator[Row]:
    """Yield intervals in which the charges are not what is counted, or too much: (consent, interval, sum, counted, most)."""
    yield from tx.each(_WRONG_USE)


def wrong_charges(tx: ReadTx) -> Iterator[Row]:
    """Yield charges that their consent does not allow, or that are not their order: (order, consent)."""
    yield from tx.each(_WRONG_CHARGES)


def without_consent(tx: ReadTx) -> Iterator[Row]:
    """Yield orders within a consent that belong to none: (order)."""
    yield from tx.each(_WITHOUT)


def spans(tx: ReadTx) -> Iterator[Row]:
    """Yield each charge with the interval it was counted in: (order, interval, made_at, the consent's interval)."""
    yield from tx.each(_ALL)

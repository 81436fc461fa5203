"""Questions over whole tables, for `courtyard check`."""

from collections.abc import Iterator

import sqlalchemy as sa

from courtyard.storage.rows import as_struct
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, Row
from courtyard.wallet.guard.model import Proof
from courtyard.wallet.guard.store import PROOFS

_WRONG_USE = Statement(
    sa.text(
        "SELECT p.id, p.used_by FROM wallet_proofs p WHERE p.used_by IS NOT NULL"
        " AND p.used_by NOT LIKE 'act.%' AND p.kind IN ('transfer', 'packet', 'request')"
        " AND NOT EXISTS (SELECT 1 FROM wallet_journals j JOIN wallet_transfers t ON t.journal = j.no"
        " JOIN wallet_accounts a ON a.no = t.src WHERE j.id = p.used_by AND a.owner = p.user_id"
        " AND t.amount = p.amount AND a.currency = p.currency)"
    )
)
_USED_PROOFS = Statement(sa.select(*PROOFS.c).where(PROOFS.c.used_by.is_not(None)))
_WRONG_REVERSALS = Statement(
    sa.text(
        "SELECT r.id, r.journal, COUNT(j.id) AS made FROM wallet_reversals r"
        " LEFT JOIN wallet_journals j ON j.id = r.journal || '.reversal'"
        " GROUP BY r.id HAVING made <> (r.approved_by IS NOT NULL)"
    )
)
# It came by the one journal that fits, and not before its time; nothing that took no time has a time.
_WRONG_ARRIVALS = Statement(
    sa.text(
        "SELECT o.id, o.state, o.delay_ms, o.arrives_at FROM wallet_offers o"
        " LEFT JOIN wallet_journals now ON now.id = o.id || '.accepted'"
        " LEFT JOIN wallet_journals later ON later.id = o.id || '.arrived'"
        " WHERE (now.id IS NOT NULL) <> (o.state = 'accepted' AND o.delay_ms = 0)"
        " OR (later.id IS NOT NULL) <> (o.state = 'accepted' AND o.delay_ms > 0)"
        " OR (o.delay_ms = 0 AND o.arrives_at IS NOT NULL)"
        " OR (o.delay_ms > 0 AND (o.state IN ('arriving', 'accepted', 'returned'))"
        " AND (o.arrives_at IS NULL OR o.arrives_at < o.made_at + o.delay_ms))"
        " OR (o.state = 'accepted' AND o.ended_at < COALESCE(o.arrives_at, 0))"
        " OR (o.state = 'returned') <> EXISTS (SELECT 1 FROM wallet_stops s"
        " WHERE s.offer = o.id AND s.outcome = 'returned' AND s.ended_by <> s.begun_by)"
    )
)
_WRONG_STOPS = Statement(
    sa.text(
        "SELECT s.id, s.offer FROM wallet_stops s JOIN wallet_offers o ON o.id = s.offer"
        " WHERE (s.ended_at IS NULL AND o.state = 'arriving' AND o.arrives_at < s.review_at"
        " AND NOT EXISTS (SELECT 1 FROM wallet_stops later WHERE later.offer = s.offer"
        " AND later.begun_at > s.begun_at))"
        " OR (s.reason = 'owner_request' AND o.recalled_at IS NULL)"
        " OR (s.outcome = 'returned' AND (s.ended_by = s.begun_by OR o.state <> 'returned'))"
    )
)
_OVER = Statement(sa.text("SELECT user_id, rule, used, max FROM wallet_limit_use WHERE used > max"))


def wrong_uses(tx: ReadTx) -> Iterator[Row]:
    """Yield each proof whose journal did not pay what was proven."""
    return tx.each(_WRONG_USE)


def used_proofs(tx: ReadTx) -> Iterator[Proof]:
    """Yield each proof that was used."""
    for row in tx.each(_USED_PROOFS):
        yield as_struct(Proof, row)


def wrong_reversals(tx: ReadTx) -> Iterator[Row]:
    """Yield each reversal that was approved and not made, or made and not approved."""
    return tx.each(_WRONG_REVERSALS)


def over_limits(tx: ReadTx) -> Iterator[Row]:
    """Yield each limit of which more was used than there is."""
    return tx.each(_OVER)


def wrong_arrivals(tx: ReadTx) -> Iterator[Row]:
    """Yield each payment that arrived otherwise than after its delay, or came back without a stop."""
    return tx.each(_WRONG_ARRIVALS)


def wrong_stops(tx: ReadTx) -> Iterator[Row]:
    """Yield each stop that did not keep its payment, or was not its owner's wish, or was ended by one operator alone."""
    return tx.each(_WRONG_STOPS)

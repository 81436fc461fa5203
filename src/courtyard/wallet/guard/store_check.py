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

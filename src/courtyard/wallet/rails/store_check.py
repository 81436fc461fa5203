"""Questions over whole tables: for `courtyard check` and for reconciliation."""

from collections.abc import Iterator

import sqlalchemy as sa

from courtyard.base.money import Currency
from courtyard.storage.rows import as_struct
from courtyard.storage.statement import Statement, any_of
from courtyard.storage.tx import ReadTx, Row
from courtyard.wallet.rails.model import RailTxn
from courtyard.wallet.rails.store import TXNS

FAR = "'rail\\:bank', 'rail\\:stripe'"
"""The system's accounts that stand for the money on the other side of a rail. The colons are escaped: they begin no parameter."""

_EFFECT = (
    "CASE WHEN direction = 'topup' AND journal IS NOT NULL THEN amount"
    " WHEN direction = 'payout' AND journal IS NOT NULL AND return_journal IS NULL THEN -amount"
    " ELSE 0 END"
)
"""What a payment did to the money on the other side."""

_PENDING = Statement(
    sa.text(
        "SELECT c.code, COALESCE((SELECT posted FROM wallet_accounts WHERE owner_kind = 'system'"
        " AND owner = 'rail\\:pending' AND currency = c.code), 0) AS there,"
        " COALESCE((SELECT SUM(amount) FROM wallet_rail_txns WHERE direction = 'payout'"
        " AND state IN ('created', 'sent') AND currency = c.code), 0) AS due"
        " FROM wallet_currencies c WHERE there <> due"
    )
)
_FAR = Statement(
    sa.text(
        "SELECT a.owner, a.currency, -a.posted AS there,"  # noqa: S608  # our own text
        f" COALESCE((SELECT SUM({_EFFECT}) FROM wallet_rail_txns"
        " WHERE 'rail\\:' || rail = a.owner AND currency = a.currency), 0)"
        " + COALESCE((SELECT SUM(amount) FROM wallet_rail_lines WHERE state = 'house'"
        " AND 'rail\\:' || rail = a.owner AND currency = a.currency), 0) AS due"
        " FROM wallet_accounts a WHERE a.owner_kind = 'system'"
        f" AND a.owner IN ({FAR}) AND there <> due"
    )
)
_LINES = Statement(
    sa.text(
        "SELECT l.rail, l.line, l.txn FROM wallet_rail_lines l"
        " JOIN wallet_rail_txns t ON t.id = l.txn"
        " WHERE l.rail <> t.rail OR l.currency <> t.currency OR ABS(l.amount) <> t.amount"
        " OR (t.direction = 'topup' AND l.amount < 0)"
    )
)
_TWICE = Statement(
    sa.text(
        "SELECT txn, COUNT(*) FROM wallet_rail_lines WHERE txn IS NOT NULL"
        " GROUP BY txn, amount > 0 HAVING COUNT(*) > 1"
    )
)
_ENDS = Statement(
    sa.text(
        "SELECT id, state FROM wallet_rail_txns WHERE"
        " (journal IS NOT NULL) <> (state = 'settled' OR (state = 'returned' AND journal IS NOT NULL))"
        " OR (direction = 'payout' AND (return_journal IS NOT NULL)"
        " <> (state IN ('failed', 'returned')))"
        " OR (direction = 'payout' AND NOT EXISTS (SELECT 1 FROM wallet_transfers m"
        " JOIN wallet_journals j ON j.no = m.journal WHERE j.id = wallet_rail_txns.id || '.payout' AND m.amount = wallet_rail_txns.amount))"
        " OR (journal IS NOT NULL AND NOT EXISTS (SELECT 1 FROM wallet_transfers m"
        " JOIN wallet_journals j ON j.no = m.journal WHERE j.id = wallet_rail_txns.journal AND m.amount = wallet_rail_txns.amount))"
        " OR (return_journal IS NOT NULL AND NOT EXISTS (SELECT 1 FROM wallet_transfers m"
        " JOIN wallet_journals j ON j.no = m.journal WHERE j.id = wallet_rail_txns.return_journal AND m.amount = wallet_rail_txns.amount))"
    )
)
_ALONE = Statement(
    sa.text(
        "SELECT id FROM wallet_rail_txns WHERE rail = 'cash' AND state = 'settled'"
        " AND NOT EXISTS (SELECT 1 FROM wallet_proposals WHERE kind = 'redeem'"
        " AND subject = wallet_rail_txns.id AND approved_by IS NOT NULL)"
        " UNION ALL SELECT id FROM wallet_rail_txns WHERE external_id LIKE 'line\\:%'"
        " AND NOT EXISTS (SELECT 1 FROM wallet_proposals WHERE kind = 'assign'"
        " AND 'line\\:' || subject = external_id AND approved_by IS NOT NULL)"
    )
)


def wrong_pending(tx: ReadTx) -> Iterator[Row]:
    """Yield (currency, what is under way, what should be)."""
    yield from tx.each(_PENDING)


def wrong_far(tx: ReadTx) -> Iterator[Row]:
    """Yield (account, currency, what it stands for, what its payments add up to)."""
    yield from tx.each(_FAR)


def wrong_lines(tx: ReadTx) -> Iterator[Row]:
    """Yield (rail, booking, payment) that are not of one sum or currency."""
    yield from tx.each(_LINES)


def doubled(tx: ReadTx) -> Iterator[Row]:
    """Yield (payment, count) with several bookings in one direction."""
    yield from tx.each(_TWICE)


def wrong_ends(tx: ReadTx) -> Iterator[Row]:
    """Yield (payment, state) whose journals are not those of its state."""
    yield from tx.each(_ENDS)


def alone(tx: ReadTx) -> Iterator[Row]:
    """Yield payments that nobody approved, and that need two operators."""
    yield from tx.each(_ALONE)


# --- reconciliation -------------------------------------------------------------------------------

_IDENTITY = Statement(
    sa.text(
        "SELECT"  # noqa: S608  # our own text
        f" COALESCE(SUM(CASE WHEN owner_kind = 'system' AND owner IN ('mint', {FAR}) THEN 0 ELSE posted END), 0),"
        f" -COALESCE(SUM(CASE WHEN owner_kind = 'system' AND owner IN ('mint', {FAR}) THEN posted END), 0),"
        " -COALESCE(SUM(CASE WHEN owner_kind = 'system' AND owner = 'rail\\:bank' THEN posted END), 0)"
        " FROM wallet_accounts WHERE currency = :currency"
    )
)
_LINE_SUMS = Statement(
    sa.text(
        "SELECT COALESCE(SUM(CASE WHEN state = 'unmatched' THEN amount END), 0),"
        " COALESCE(SUM(CASE WHEN statement IS NULL THEN amount END), 0)"
        " FROM wallet_rail_lines WHERE rail = 'bank' AND currency = :currency"
    )
)
_TRANSIT = Statement(
    sa.text(
        "SELECT * FROM (SELECT t.id,"  # noqa: S608  # our own text
        f" {_EFFECT} - COALESCE((SELECT SUM(l.amount) FROM wallet_rail_lines l"
        " WHERE l.txn = t.id), 0) AS rest"
        " FROM wallet_rail_txns t WHERE t.rail = 'bank' AND t.currency = :currency)"
        " WHERE rest <> 0"
    )
)
_OPEN = Statement(
    sa.select(*TXNS.c)
    .where(
        TXNS.c.direction == "payout",
        any_of(TXNS.c.state, "created", "sent"),
        TXNS.c.changed_at < sa.bindparam("before"),
    )
    .order_by(TXNS.c.changed_at, TXNS.c.id)
    .limit(sa.bindparam("limit"))
)  # fmt: skip


def identity(tx: ReadTx, currency: Currency) -> tuple[int, int, int]:
    """Return what is owed to people, what stands against it on the other sides, and of that at the bank."""
    row = tx.one(_IDENTITY, currency=currency)
    assert row is not None
    return (row[0], row[1], row[2])


def line_sums(tx: ReadTx, currency: Currency) -> tuple[int, int]:
    """Return what the bank's unmatched bookings add up to, and those that are on no statement yet."""
    row = tx.one(_LINE_SUMS, currency=currency)
    assert row is not None
    return (row[0], row[1])


def in_transit(tx: ReadTx, currency: Currency) -> list[tuple[str, int]]:
    """Return payments over the bank that the ledger has and its bookings have not, and by how much."""
    return [(row[0], row[1]) for row in tx.all(_TRANSIT, currency=currency)]


def open_payouts(tx: ReadTx, before: int, limit: int) -> list[RailTxn]:
    """Return payouts of which nothing was heard since a time, the oldest first."""
    return [as_struct(RailTxn, row) for row in tx.all(_OPEN, before=before, limit=limit)]

"""Questions over whole tables, for `courtyard check`."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from courtyard.storage.rows import as_struct
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, Row
from courtyard.wallet.model import Packet
from courtyard.wallet.store_people import PACKETS, shares

_SUMS = Statement(
    sa.text(
        "SELECT currency, SUM(posted) FROM wallet_accounts GROUP BY currency HAVING SUM(posted) <> 0"
    )
)
_BALANCES = Statement(
    sa.text(
        "SELECT a.id, a.posted, COALESCE(SUM(e.amount), 0) AS total,"
        " COALESCE((SELECT balance FROM wallet_entries WHERE account = a.no AND seq = a.seq), 0)"
        " AS newest FROM wallet_accounts a LEFT JOIN wallet_entries e ON e.account = a.no"
        " GROUP BY a.id HAVING total <> a.posted OR newest <> a.posted"
    )
)
_GAPS = Statement(
    sa.text(
        "SELECT a.id, COUNT(e.seq), COALESCE(MIN(e.seq), 0), COALESCE(MAX(e.seq), 0)"
        " FROM wallet_accounts a LEFT JOIN wallet_entries e ON e.account = a.no GROUP BY a.id"
        " HAVING COUNT(e.seq) <> a.seq OR COALESCE(MAX(e.seq), 0) <> a.seq"
    )
)
_TRANSFERS = Statement(
    sa.text(
        "SELECT j.id, COALESCE(e.count, 0), COALESCE(e.total, 0) FROM wallet_transfers t"
        " JOIN wallet_journals j ON j.no = t.journal LEFT JOIN ("
        " SELECT transfer, COUNT(*) AS count, SUM(amount) AS total, MAX(amount) AS most"
        " FROM wallet_entries GROUP BY transfer) e ON e.transfer = t.no"
        " WHERE e.count IS NOT 2 OR e.total <> 0 OR e.most <> t.amount"
    )
)
_HOLDS = Statement(
    sa.text(
        "SELECT a.id, a.held, COALESCE(SUM(h.amount), 0) AS opened FROM wallet_accounts a"
        " LEFT JOIN wallet_holds h ON h.account = a.id AND h.state = 'open'"
        " GROUP BY a.id HAVING a.held <> opened"
    )
)
_FLOORS = Statement(
    sa.text(
        "SELECT id, posted, held, floor FROM wallet_accounts"
        " WHERE floor IS NOT NULL AND posted - held < floor"
    )
)
_POTS = Statement(
    sa.text(
        "SELECT p.id, a.posted, p.owed FROM ("
        " SELECT id, escrow, CASE WHEN state IN ('pending', 'arriving') THEN amount ELSE 0 END AS owed"
        " FROM wallet_offers UNION ALL"
        " SELECT id, escrow, CASE state WHEN 'open' THEN (SELECT COALESCE(SUM(amount), 0)"
        " FROM wallet_shares WHERE packet = wallet_packets.id AND claimant IS NULL) ELSE 0 END"
        " FROM wallet_packets) p JOIN wallet_accounts a ON a.id = p.escrow"
        " WHERE a.posted <> p.owed"
    )
)
_PACKETS = Statement(
    sa.text(
        "SELECT p.id, p.total, COALESCE(SUM(s.amount), 0) AS whole FROM wallet_packets p"
        " LEFT JOIN wallet_shares s ON s.packet = p.id GROUP BY p.id HAVING whole <> p.total"
    )
)
_EVERY_PACKET = Statement(sa.select(*PACKETS.c).order_by(PACKETS.c.id))
_MINTS = Statement(
    sa.text(
        "SELECT m.id, m.proposed_by, COUNT(t.no) AS moved FROM wallet_mints m"
        " LEFT JOIN wallet_journals j ON j.id = m.id"
        " LEFT JOIN wallet_transfers t ON t.journal = j.no AND t.amount = m.amount GROUP BY m.id"
        " HAVING moved <> (m.approved_by IS NOT NULL) OR m.approved_by = m.proposed_by"
    )
)


def sums(tx: ReadTx) -> Iterator[Row]:
    """Yield each currency whose accounts do not add up to nothing."""
    return tx.each(_SUMS)


def wrong_balances(tx: ReadTx) -> Iterator[Row]:
    """Yield each account that has something else than its entries say."""
    return tx.each(_BALANCES)


def gaps(tx: ReadTx) -> Iterator[Row]:
    """Yield each account whose entries are not numbered from 1 without a gap."""
    return tx.each(_GAPS)


def wrong_transfers(tx: ReadTx) -> Iterator[Row]:
    """Yield each transfer without its two entries."""
    return tx.each(_TRANSFERS)


def wrong_holds(tx: ReadTx) -> Iterator[Row]:
    """Yield each account that keeps back something else than its open holds."""
    return tx.each(_HOLDS)


def below_floor(tx: ReadTx) -> Iterator[Row]:
    """Yield each account that owes more than it may."""
    return tx.each(_FLOORS)


def wrong_pots(tx: ReadTx) -> Iterator[Row]:
    """Yield each payment or packet whose account holds something else than it still owes."""
    return tx.each(_POTS)


def wrong_packets(tx: ReadTx) -> Iterator[Row]:
    """Yield each packet whose shares are not its sum."""
    return tx.each(_PACKETS)


def packet_shares(tx: ReadTx) -> Iterator[tuple[Packet, list[int]]]:
    """Yield each packet with its shares, in the order in which they are claimed."""
    row: tuple[Any, ...]
    for row in tx.each(_EVERY_PACKET):
        packet = as_struct(Packet, row)
        yield packet, [share.amount for share in shares(tx, packet.id)]


def wrong_mints(tx: ReadTx) -> Iterator[Row]:
    """Yield new money that was made without its approval, or approved and not made."""
    return tx.each(_MINTS)

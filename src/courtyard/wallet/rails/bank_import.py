"""What the bank says, applied once: bookings find their payments, and what finds none waits for an operator.

A booking may be announced (camt.054), stand on a statement (camt.053) and be explained (pacs.004), in any order and more than once.
"""

import hashlib
from collections import Counter

import msgspec

from courtyard.base.money import Currency
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import store as wallet_store
from courtyard.wallet.rails import move, store
from courtyard.wallet.rails.bank import BANK, own_account
from courtyard.wallet.rails.camt import read
from courtyard.wallet.rails.errors import BadBankFileError
from courtyard.wallet.rails.model import (
    BankFile,
    BankStatement,
    Booking,
    RailLine,
    RailTxn,
    Report,
    Verdict,
)
from courtyard.wallet.rails.rules import gap, line_keys, mismatch, payout_fate, topup_fate
from courtyard.wallet.rails.rules_iban import find_rfs

BOTHERS_MAX = 100


class Summary(msgspec.Struct, kw_only=True):
    """What a file brought.

    Attributes:
        new, known: bookings that were not here before, and that were.
        matched, unmatched: of the new ones.
        gaps: statements whose lines do not lead from the opening to the closing balance.
        ignored: verdicts on payments that are not ours, or have ended otherwise.
    """

    kind: str
    new: int = 0
    known: int = 0
    matched: int = 0
    unmatched: int = 0
    rejected: int = 0
    returned: int = 0
    ignored: int = 0
    gaps: list[str] = []


def import_file(tx: WriteTx, content: bytes, parsed: BankFile | None = None) -> Summary:
    """Take a file of the bank's, whole or not at all. The same file again changes nothing and tells the same.

    Args:
        parsed: the content, read before the transaction: reading takes longer than others should wait to write.

    Raises:
        BadBankFileError: it cannot be read, or is about another account.
    """
    digest = hashlib.sha256(content).hexdigest()
    told = store.file_summary(tx, digest)
    if told is not None:
        return msgspec.json.decode(told, type=Summary)
    file = read(content) if parsed is None else parsed
    _check_account(tx, file)
    summary = Summary(kind=file.kind)
    for report in file.reports:
        _take_report(tx, report, summary)
    for verdict in file.verdicts:
        _take_verdict(tx, verdict, summary)
    store.add_file(tx, digest, file.kind, msgspec.json.encode(summary).decode())
    return summary


def _check_account(tx: ReadTx, file: BankFile) -> None:
    own = own_account(tx.settings)
    for report in file.reports:
        if own is None or report.iban != own.iban:
            message = f"The file is about {report.iban}, which is not the setting bank_account."
            raise BadBankFileError(message)
        if wallet_store.currency(tx, report.currency) is None:
            message = f"The file is in {report.currency}, which this server does not have."
            raise BadBankFileError(message)


def _take_report(tx: WriteTx, report: Report, summary: Summary) -> None:
    statement = None
    if report.opening is not None and report.closing is not None:
        statement = _take_statement(tx, report, report.opening, report.closing, summary)
    counted: Counter[str] = Counter()
    for booking, key in zip(report.bookings, line_keys(report.bookings), strict=True):
        counted[_take_booking(tx, report.currency, booking, key, statement)] += 1
    summary.known += counted["known"]
    summary.matched += counted["matched"]
    summary.unmatched += counted["unmatched"]
    summary.new += counted["matched"] + counted["unmatched"]


def _take_statement(
    tx: WriteTx, report: Report, opening: int, closing: int, summary: Summary
) -> str:
    entries = sum(booking.amount for booking in report.bookings)
    statement = BankStatement(
        id=report.id,
        day=report.day,
        currency=report.currency,
        opening=opening,
        closing=closing,
        entries=entries,
        imported_at=tx.now_ms(),
    )
    store.add_statement(tx, statement)
    if gap(opening, entries, closing) and len(summary.gaps) < BOTHERS_MAX:
        summary.gaps.append(report.id)
    return report.id


def _take_booking(
    tx: WriteTx, currency: Currency, booking: Booking, key: str, statement: str | None
) -> str:
    """Keep a booking and apply it, if it is new; return what it was."""
    line = RailLine(
        rail=BANK.name,
        line=key,
        statement=statement,
        day=booking.day,
        currency=currency,
        amount=booking.amount,
        reference=booking.reference,
        end_to_end=booking.end_to_end,
        party=booking.party,
        text=booking.text,
        is_return=int(booking.is_return),
        state="unmatched",
        txn=None,
        why="",
        made_at=tx.now_ms(),
    )
    txn, why = _apply(tx, line, booking) if store.line(tx, line.rail, key) is None else (None, None)
    if why is None:
        if statement is not None:
            store.put_on_statement(tx, line.rail, key, statement)
        return "known"
    store.add_line(tx, msgspec.structs.replace(line, why=why))
    if txn is None:
        return "unmatched"
    store.match_line(tx, line, txn.id)
    return "matched"


def _apply(tx: WriteTx, line: RailLine, booking: Booking) -> tuple[RailTxn | None, str]:
    """Let a new booking do what it is for; return its payment, or why there is none."""
    payout = store.txn_by_external(tx, line.rail, line.end_to_end)
    if line.amount < 0 or line.is_return or (payout and payout.direction == "payout"):
        return _apply_payout(tx, line, booking, payout)
    said = find_rfs(f"{line.reference} | {line.text} | {line.end_to_end}")
    known = (store.txn_by_external(tx, line.rail, one) for one in said)
    topup = next((one for one in known if one is not None), None)
    why = topup_fate(topup, line.amount, line.currency)
    if why or topup is None:
        return None, why or "unknown_reference"
    return move.settle(tx, BANK, topup), ""


def _apply_payout(
    tx: WriteTx, line: RailLine, booking: Booking, payout: RailTxn | None
) -> tuple[RailTxn | None, str]:
    why = payout_fate(payout, booking, line.currency)
    if why or payout is None:
        return None, why or "unknown_reference"
    if store.has_line(tx, payout.id, line.amount):
        return None, "booked_before"
    if line.amount < 0 and payout.state == "sent":
        return move.settle(tx, BANK, payout), ""
    if line.amount > 0 and payout.state in ("sent", "settled"):
        why_back = booking.reason or "returned"
        return move.give_back(tx, BANK, payout, why_back, failed=False), ""
    return payout, ""


def _take_verdict(tx: WriteTx, verdict: Verdict, summary: Summary) -> None:
    if not verdict.end_to_end:
        for one in store.sent_in_batch(tx, verdict.batch):
            move.give_back(tx, BANK, one, verdict.reason, failed=True)
            summary.rejected += 1
        return
    payout = store.txn_by_external(tx, BANK.name, verdict.end_to_end)
    if payout is None or payout.direction != "payout":
        summary.ignored += 1
    elif verdict.is_rejected and payout.state == "sent":
        move.give_back(tx, BANK, payout, verdict.reason, failed=True)
        summary.rejected += 1
    elif (
        not verdict.is_rejected
        and payout.state in ("sent", "settled")
        and not mismatch(payout, verdict.amount or 0, verdict.currency)
    ):
        move.give_back(tx, BANK, payout, verdict.reason, failed=False)
        summary.returned += 1
    else:
        summary.ignored += 1

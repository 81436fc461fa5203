"""What an account takes along: what it reported, and what was decided about it, with appeals and a proof for each decision."""

import contextlib

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.conduct import proof, reporter, standing, store
from courtyard.storage.tx import ReadTx

DECISIONS = "decisions.ndjson"
REPORTS = "reports.ndjson"
REPORTS_FROM = "r"
"""Begins the place to go on in the reports; a bare number is one in the decisions, which follow."""


def pieces(
    tx: ReadTx, user_id: UserId, cursor: str | None
) -> tuple[list[tuple[str, bytes]], str | None]:
    """Return the pieces of a page of reports, then of one decision at a time, and where to go on: an archive's section `conduct`.

    A decision that was made seconds ago may have no proof yet; the index of its entry is in its line.
    """
    if cursor is None or cursor.startswith(REPORTS_FROM):
        return _reports(tx, user_id, 0 if cursor is None else int(cursor[len(REPORTS_FROM) :]))
    ids = [record.decision.id for record in store.records_of(tx, user_id)]
    at = int(cursor)
    if at >= len(ids):
        return [], None
    id = ids[at]
    found = [(DECISIONS, msgspec.json.encode(standing.statement(tx, user_id, id)) + b"\n")]
    with contextlib.suppress(NotFoundError):
        found.append((f"proofs/{id}.tlog-proof", proof.decision_proof(tx, user_id, id)))
    return found, str(at + 1)


def _reports(
    tx: ReadTx, user_id: UserId, offset: int
) -> tuple[list[tuple[str, bytes]], str | None]:
    found = reporter.reports(tx, user_id, offset)["reports"]
    lines = b"".join(msgspec.json.encode(one) + b"\n" for one in found)
    more = len(found) == reporter.SHOWN_MAX
    next = f"{REPORTS_FROM}{offset + len(found)}" if more else "0"
    return ([(REPORTS, lines)] if lines else []), next

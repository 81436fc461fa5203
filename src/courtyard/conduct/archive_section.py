"""What an account takes along: its mail address, what it reported, what was decided about it, and what authorities asked."""

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.conduct import legal, mail, proof, reporter, rules_legal, standing, store
from courtyard.storage.tx import ReadTx

MAIL = "mail.json"
REPORTS = "reports.ndjson"
DECISIONS = "decisions.ndjson"
LEGAL = "legal-requests.ndjson"

Pieces = tuple[list[tuple[str, bytes]], str | None]


def pieces(tx: ReadTx, user_id: UserId, cursor: str | None) -> Pieces:
    """Return one piece after another, and where to go on: an archive's section `conduct`.

    The pieces of a file follow each other: first the mail address, then the reports, then the lines of all decisions, then their
    proofs, and last the legal requests that concern the account and are not kept from it. A decision that was made seconds ago may have no proof yet; the index of its entry is in its line.
    """
    if cursor is None:
        return _address(tx, user_id), "reports 0"
    kind, _, at = cursor.partition(" ")
    if kind == "reports":
        return _reports(tx, user_id, int(at))
    ids = store.decisions_of(tx, user_id)
    if int(at) >= len(ids):
        return ([], "proofs 0") if kind == "decisions" else (_legal(tx, user_id), None)
    id, next = ids[int(at)], f"{kind} {int(at) + 1}"
    if kind == "decisions":
        return [(DECISIONS, _line(standing.statement(tx, user_id, id)))], next
    try:
        proven = proof.decision_proof(tx, user_id, id)
    except NotFoundError:
        return [], next
    return [(f"proofs/{id}.tlog-proof", proven)], next


def _address(tx: ReadTx, user_id: UserId) -> list[tuple[str, bytes]]:
    shown = mail.show_mail(tx, user_id)
    if shown["address"] is None and shown["unconfirmed"] is None:
        return []
    return [(MAIL, _line(shown))]


def _reports(tx: ReadTx, user_id: UserId, offset: int) -> Pieces:
    found = reporter.reports(tx, user_id, offset)["reports"]
    lines = b"".join(map(_line, found))
    more = len(found) == reporter.SHOWN_MAX
    next = f"reports {offset + len(found)}" if more else "decisions 0"
    return ([(REPORTS, lines)] if lines else []), next


def _legal(tx: ReadTx, user_id: UserId) -> list[tuple[str, bytes]]:
    records = legal.concerning(tx, user_id)
    return [(LEGAL, _line(rules_legal.document(record))) for record in records]


def _line(value: object) -> bytes:
    return msgspec.json.encode(value) + b"\n"

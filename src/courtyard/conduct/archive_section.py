"""What an account takes along of what was decided about it: statements, appeals, and a proof for each decision."""

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.conduct import mail, proof, standing, store
from courtyard.storage.tx import ReadTx

DECISIONS = "decisions.ndjson"
MAIL = "mail.json"


def pieces(
    tx: ReadTx, user_id: UserId, cursor: str | None
) -> tuple[list[tuple[str, bytes]], str | None]:
    """Return one piece after another, and where to go on: an archive's section `conduct`.

    First the mail address, if there is one; then the line of each decision, all in one file; then the proofs. A decision that
    was made seconds ago may have no proof yet; the index of its entry is in its line.
    """
    ids = [record.decision.id for record in store.records_of(tx, user_id)]
    if cursor is None:
        return _address(tx, user_id), "0" if ids else None
    at = int(cursor)
    if at >= 2 * len(ids):
        return [], None
    id = ids[at % len(ids)]
    if at < len(ids):
        line = msgspec.json.encode(standing.statement(tx, user_id, id)) + b"\n"
        return [(DECISIONS, line)], str(at + 1)
    try:
        proven = proof.decision_proof(tx, user_id, id)
    except NotFoundError:
        return [], str(at + 1)
    return [(f"proofs/{id}.tlog-proof", proven)], str(at + 1)


def _address(tx: ReadTx, user_id: UserId) -> list[tuple[str, bytes]]:
    shown = mail.show_mail(tx, user_id)
    if shown["address"] is None and shown["unconfirmed"] is None:
        return []
    return [(MAIL, msgspec.json.encode(shown) + b"\n")]

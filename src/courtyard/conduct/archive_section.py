"""What an account takes along of what was decided about it: statements, appeals, and a proof for each decision."""

import contextlib

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.conduct import legal, proof, rules_legal, standing, store
from courtyard.storage.tx import ReadTx

DECISIONS = "decisions.ndjson"
LEGAL = "legal-requests.ndjson"


def pieces(
    tx: ReadTx, user_id: UserId, cursor: str | None
) -> tuple[list[tuple[str, bytes]], str | None]:
    """Return the pieces of one decision at a time, and where to go on: an archive's section `conduct`.

    Last come the legal requests that concern the account and are not kept from it.

    A decision that was made seconds ago may have no proof yet; the index of its entry is in its line.
    """
    ids = [record.decision.id for record in store.records_of(tx, user_id)]
    at = 0 if cursor is None else int(cursor)
    if at >= len(ids):
        legal_lines = [
            msgspec.json.encode(rules_legal.document(record)) + b"\n"
            for record in legal.concerning(tx, user_id)
        ]
        return [(LEGAL, line) for line in legal_lines], None
    id = ids[at]
    found = [(DECISIONS, msgspec.json.encode(standing.statement(tx, user_id, id)) + b"\n")]
    with contextlib.suppress(NotFoundError):
        found.append((f"proofs/{id}.tlog-proof", proof.decision_proof(tx, user_id, id)))
    return found, str(at + 1)

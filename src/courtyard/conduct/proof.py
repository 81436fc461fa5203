"""The proof that a decision stands in the public log, for its subject: to be kept, and checked without this server."""

from courtyard.base.ids import UserId
from courtyard.conduct import store
from courtyard.conduct.appeal import of_subject
from courtyard.conduct.model import DecisionId
from courtyard.storage.tx import ReadTx
from courtyard.transparency.proof import inclusion


def decision_proof(tx: ReadTx, user_id: UserId, id: DecisionId) -> bytes:
    """Return the `.tlog-proof` of a decision about this account. The entry that it proves is in the statement.

    Raises:
        NotFoundError: there is no such decision, or it is not published yet: within seconds it is.
        MissingTileError: the log's files are damaged.
    """
    of_subject(tx, user_id, id)
    return inclusion(tx, store.leaf_of(tx, id))

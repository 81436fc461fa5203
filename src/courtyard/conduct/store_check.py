"""Questions over whole tables, for `courtyard check`."""

from collections.abc import Iterator

import sqlalchemy as sa

from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx

TYPES = ("decision.issued", "appeal.submitted")
"""What has the log's id as its own in the database."""

_FACTS = {
    "decision.issued": Statement(sa.text("SELECT id, leaf FROM conduct_decisions ORDER BY leaf")),
    "appeal.submitted": Statement(sa.text("SELECT id, leaf FROM conduct_appeals ORDER BY leaf")),
}


def logged_facts(tx: ReadTx) -> Iterator[tuple[str, str, int]]:
    """Yield type, id and place in the log of everything that has its own entry there."""
    for type in TYPES:
        for id, leaf in tx.each(_FACTS[type]):
            yield type, id, leaf

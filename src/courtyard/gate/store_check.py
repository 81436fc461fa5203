"""Questions whose right answer is nothing: for `courtyard check`. They read whole tables."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from courtyard.gate.store import RESTRICTIONS
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx

_ALL = Statement(sa.select(RESTRICTIONS.c.id, RESTRICTIONS.c.user_id, RESTRICTIONS.c.capability))


def restrictions(tx: ReadTx) -> Iterator[tuple[str, str, str]]:
    """Yield id, account and capability of every restriction there ever was."""
    rows: Iterator[tuple[Any, ...]] = tx.each(_ALL)
    yield from rows

"""Questions whose right answer is nothing: for `courtyard check`. They read whole tables."""

from collections.abc import Iterator

import sqlalchemy as sa

from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx

_FINDINGS = {
    "An entry is missing: there are {} entries and the last is number {}.": """
        SELECT n, last FROM (SELECT COUNT(*) n, MAX(leaf_index) last FROM log_leaves)
        WHERE n <> last + 1""",
    "There is a head of {} entries, and there are {} entries.": """
        SELECT h.size, n FROM log_heads h, (SELECT COUNT(*) n FROM log_leaves) WHERE h.size > n""",
    "There are heads and no key of the {}.": """
        SELECT role FROM (SELECT 'log' role UNION ALL SELECT 'witness')
        WHERE role NOT IN (SELECT role FROM log_keys) AND EXISTS (SELECT 1 FROM log_heads)""",
}

_QUESTIONS = {sentence: Statement(sa.text(sql)) for sentence, sql in _FINDINGS.items()}

_LEAVES = Statement(sa.text("SELECT leaf_index, line FROM log_leaves ORDER BY leaf_index"))
_HEADS = Statement(sa.text("SELECT size, root FROM log_heads ORDER BY size"))


def findings(tx: ReadTx) -> Iterator[str]:
    """Say what a question over whole tables can find."""
    for sentence, question in _QUESTIONS.items():
        for row in tx.each(question):
            yield sentence.format(*row)


def leaves(tx: ReadTx) -> Iterator[tuple[int, bytes]]:
    """Yield every leaf with its index, in order."""
    for leaf_index, line in tx.each(_LEAVES):
        yield leaf_index, line.encode()


def heads(tx: ReadTx) -> Iterator[tuple[int, bytes]]:
    """Yield size and root of every head, in order."""
    yield from ((size, bytes(root)) for size, root in tx.each(_HEADS))

"""Questions whose right answer is nothing: for `courtyard check`. They read whole tables."""

from collections.abc import Iterator

import sqlalchemy as sa

from courtyard.archive.store import PARTS
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx

_FINDINGS = {
    "Export {} is {!r}, which is no state of an export.": """
        SELECT export_id, state FROM exports
        WHERE state NOT IN ('requested', 'building', 'ready')""",
    "Export {} belongs to {}, who has no account any more.": """
        SELECT e.export_id, e.user_id FROM exports e LEFT JOIN accounts a ON a.user_id = e.user_id
        WHERE a.user_id IS NULL OR a.deactivated_at IS NOT NULL""",
    "Export {} is ready and has no end.": """
        SELECT export_id FROM exports
        WHERE state = 'ready' AND (ready_at IS NULL OR expires_at IS NULL)""",
    "Export {} waits and has parts already.": """
        SELECT DISTINCT e.export_id FROM exports e JOIN export_parts p ON p.export_id = e.export_id
        WHERE e.state = 'requested'""",
    "The parts of export {} are not numbered from 1 on.": """
        SELECT export_id FROM export_parts GROUP BY export_id
        HAVING MIN(n) <> 1 OR MAX(n) <> COUNT(*)""",
    "Part {1} belongs to export {0}, which does not exist.": """
        SELECT p.export_id, p.n FROM export_parts p LEFT JOIN exports e
            ON e.export_id = p.export_id
        WHERE e.export_id IS NULL""",
    "The part {} is kept and waits to be deleted.": """
        SELECT p.key FROM export_parts p JOIN export_deletions d ON d.key = p.key""",
}

_QUESTIONS = {sentence: Statement(sa.text(sql)) for sentence, sql in _FINDINGS.items()}
_FILES = Statement(sa.select(PARTS.c.key, PARTS.c.size_bytes))


def findings(tx: ReadTx) -> Iterator[str]:
    """Say what must never be."""
    for sentence, question in _QUESTIONS.items():
        for row in tx.each(question):
            yield sentence.format(*row)


def files(tx: ReadTx) -> Iterator[tuple[str, int]]:
    """Yield key and size of every part."""
    rows: Iterator[tuple[str, int]] = tx.each(_FILES)
    yield from rows

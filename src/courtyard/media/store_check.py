"""Questions whose right answer is nothing: for `courtyard check`. They read whole tables."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx

_FINDINGS = {
    "File {} has no bytes: {} is not kept.": """
        SELECT m.media_id, m.sha256 FROM media m LEFT JOIN media_blobs b ON b.sha256 = m.sha256
        WHERE m.sha256 IS NOT NULL AND b.sha256 IS NULL""",
    "File {} has {} bytes; what is kept for it has {}.": """
        SELECT m.media_id, m.size_bytes, b.size_bytes FROM media m
        JOIN media_blobs b ON b.sha256 = m.sha256 WHERE m.size_bytes <> b.size_bytes""",
    "Bytes {} are kept and no file has them.": """
        SELECT b.sha256 FROM media_blobs b LEFT JOIN media m ON m.sha256 = b.sha256
        WHERE m.media_id IS NULL""",
    "A thumbnail ({}) is of bytes {}, which are gone.": """
        SELECT t.variant, t.sha256 FROM media_thumbnails t
        LEFT JOIN media_blobs b ON b.sha256 = t.sha256 WHERE b.sha256 IS NULL""",
    "{} is linked to file {}, which does not exist.": """
        SELECT l.owner, l.media_id FROM media_links l LEFT JOIN media m ON m.media_id = l.media_id
        WHERE m.media_id IS NULL""",
    "File {} is tied to its links and has none.": """
        SELECT m.media_id FROM media m LEFT JOIN media_links l ON l.media_id = m.media_id
        WHERE m.is_tied = 1 AND l.owner IS NULL""",
    "The bytes under {} are in use and wait to be deleted.": """
        SELECT d.key FROM blob_deletions d WHERE d.key IN (SELECT key FROM media_blobs)
        OR d.key IN (SELECT key FROM media_thumbnails WHERE key IS NOT NULL)""",
}

_QUESTIONS = {sentence: Statement(sa.text(sql)) for sentence, sql in _FINDINGS.items()}

_FILES = Statement(
    sa.text(
        "SELECT key, size_bytes FROM media_blobs UNION ALL"
        " SELECT key, size_bytes FROM media_thumbnails WHERE key IS NOT NULL"
    )
)


def findings(tx: ReadTx) -> Iterator[str]:
    """Say what a question over whole tables can find."""
    for sentence, question in _QUESTIONS.items():
        for row in tx.each(question):
            yield sentence.format(*row)


def files(tx: ReadTx) -> Iterator[tuple[str, int]]:
    """Yield the key and size of every file that must be there."""
    rows: Iterator[tuple[Any, ...]] = tx.each(_FILES)
    yield from rows

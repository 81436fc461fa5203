"""Questions whose right answer is nothing: for `courtyard check`. They read whole tables."""

from collections.abc import Iterator

import sqlalchemy as sa

from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx

_FINDINGS = {
    "Device {1} of {0} belongs to no account.": """
        SELECT d.user_id, d.device_id FROM devices d LEFT JOIN accounts a ON a.user_id = d.user_id
        WHERE a.user_id IS NULL""",
    "A token of {0} belongs to no device: {1}.": """
        SELECT t.user_id, t.device_id FROM tokens t LEFT JOIN devices d
            ON d.user_id = t.user_id AND d.device_id = t.device_id
        WHERE d.user_id IS NULL""",
    "A short-lived token belongs to {}, which is no account.": """
        SELECT s.user_id FROM short_tokens s LEFT JOIN accounts a ON a.user_id = s.user_id
        WHERE a.user_id IS NULL""",
    "{} is deactivated and still has a password.": """
        SELECT user_id FROM accounts
        WHERE deactivated_at IS NOT NULL AND password_hash IS NOT NULL""",
    "{} is deactivated and still has device {}.": """
        SELECT a.user_id, d.device_id FROM accounts a JOIN devices d ON d.user_id = a.user_id
        WHERE a.deactivated_at IS NOT NULL""",
    "{} is deactivated and still has {!r} in the profile.": """
        SELECT a.user_id, p.field FROM accounts a JOIN profiles p ON p.user_id = a.user_id
        WHERE a.deactivated_at IS NOT NULL""",
    "The profile of {} has {} characters.": """
        SELECT user_id, SUM(LENGTH(field) + LENGTH(value)) FROM profiles GROUP BY user_id
        HAVING SUM(LENGTH(field) + LENGTH(value)) > 65536""",
    "Registration token {!r} has made {} accounts of {}.": """
        SELECT token, uses, uses_allowed FROM registration_tokens WHERE uses > uses_allowed""",
}

_QUESTIONS = {sentence: Statement(sa.text(sql)) for sentence, sql in _FINDINGS.items()}


def findings(tx: ReadTx) -> Iterator[str]:
    """Say what a question over whole tables can find."""
    for sentence, question in _QUESTIONS.items():
        for row in tx.each(question):
            yield sentence.format(*row)

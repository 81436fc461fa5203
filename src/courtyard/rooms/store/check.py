"""Questions whose right answer is nothing: for `courtyard check`. They read whole tables."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx


class LoggedEvent(NamedTuple):
    """All of an event that its id depends on, and its place in the room."""

    position: int
    room_no: int
    room_id: str
    version: str
    event_id: str
    type: str
    state_key: str | None
    sender: str
    origin_server_ts: int
    depth: int
    json: bytes
    pdu: bytes
    redacted_by: str | None
    thread: str | None
    notify: int
    ordinal: int


_LOG = Statement(
    sa.text(
        "SELECT e.position, e.room_no, r.room_id, r.version, e.event_id, e.type, e.state_key, e.sender,"
        " e.origin_server_ts, e.depth, e.json, e.pdu, e.redacted_by, e.thread, e.notify, e.ordinal"
        " FROM events e JOIN rooms r ON r.room_no = e.room_no ORDER BY e.room_no, e.position"
    )
)

_MEMBERS = Statement(
    sa.text(
        "SELECT m.user_id, r.room_id, m.membership, e.json FROM memberships m"
        " JOIN rooms r ON r.room_no = m.room_no"
        " LEFT JOIN current_state c ON c.room_no = m.room_no AND c.type = 'm.room.member'"
        " AND c.state_key = m.user_id AND c.position = m.position"
        " LEFT JOIN events e ON e.position = c.position"
    )
)

_FINDINGS = {
    "Stream position {} was handed out and not kept: the stream stands at {}.": """
        SELECT used.position, stream.position FROM (
            SELECT MAX(position) AS position FROM (
                SELECT MAX(position) AS position FROM events
                UNION ALL SELECT MAX(position) FROM receipts
                UNION ALL SELECT MAX(position) FROM account_data
                UNION ALL SELECT MAX(position) FROM rooms) AS positions) AS used,
            (SELECT COALESCE((SELECT CAST(value AS BIGINT) FROM server
                WHERE key = 'stream_position'), 0) AS position) AS stream
        WHERE used.position > stream.position""",
    "Position {} is taken twice: by event {} and by a receipt.": """
        SELECT e.position, e.event_id FROM events e JOIN receipts r ON r.position = e.position""",
    "Position {} is taken twice: by event {} and by account data.": """
        SELECT e.position, e.event_id FROM events e JOIN account_data a ON a.position = e.position""",
    "Event {} belongs to no room.": """
        SELECT e.event_id FROM events e LEFT JOIN rooms r ON r.room_no = e.room_no
        WHERE r.room_no IS NULL""",
    "Room {} has no create event.": """
        SELECT r.room_id FROM rooms r LEFT JOIN current_state c
            ON c.room_no = r.room_no AND c.type = 'm.room.create' AND c.state_key = ''
        WHERE c.room_no IS NULL""",
    "State event {} is not in the room's state history.": """
        SELECT e.event_id FROM events e LEFT JOIN room_state s
            ON s.position = e.position AND s.room_no = e.room_no
            AND s.type = e.type AND s.state_key = e.state_key
        WHERE e.state_key IS NOT NULL AND s.room_no IS NULL""",
    "The state history of room number {} names position {}, where no such state event is.": """
        SELECT s.room_no, s.position FROM room_state s LEFT JOIN events e
            ON e.position = s.position AND e.room_no = s.room_no
            AND e.type = s.type AND e.state_key = s.state_key
        WHERE e.position IS NULL""",
    "The current state of room number {} at ({}, {!r}) is not the newest of its history.": """
        SELECT s.room_no, s.type, s.state_key FROM (
            SELECT room_no, type, state_key, MAX(position) AS position FROM room_state
            GROUP BY room_no, type, state_key) AS s
        LEFT JOIN current_state c ON c.room_no = s.room_no AND c.type = s.type
            AND c.state_key = s.state_key
        WHERE c.position IS NULL OR c.position <> s.position""",
    "The current state of room number {} at ({}, {!r}) has no history.": """
        SELECT c.room_no, c.type, c.state_key FROM current_state c
        LEFT JOIN room_state s ON s.room_no = c.room_no AND s.type = c.type
            AND s.state_key = c.state_key
        WHERE s.room_no IS NULL""",
    "{} has a member event in room number {} and no membership.": """
        SELECT c.state_key, c.room_no FROM current_state c LEFT JOIN memberships m
            ON m.user_id = c.state_key AND m.room_no = c.room_no
        WHERE c.type = 'm.room.member' AND m.user_id IS NULL""",
    "{} keeps the stripped state of room number {} and is neither invited nor knocking.": """
        SELECT m.user_id, m.room_no FROM memberships m
        WHERE m.stripped IS NOT NULL AND m.membership NOT IN ('invite', 'knock')""",
    "A relation to {} comes from {}, which is not an event of that room, or is redacted.": """
        SELECT l.parent_id, l.event_id FROM relations l LEFT JOIN events e
            ON e.position = l.position AND e.room_no = l.room_no AND e.event_id = l.event_id AND e.redacted_by IS NULL
        WHERE e.position IS NULL""",
    "Event {} was redacted by {}, which is not an event of the room.": """
        SELECT e.event_id, e.redacted_by FROM events e LEFT JOIN events b
            ON b.event_id = e.redacted_by AND b.room_no = e.room_no AND b.type = 'm.room.redaction'
        WHERE e.redacted_by IS NOT NULL AND b.event_id IS NULL""",
    "{} has read room number {} ({}) up to position {}, which is still to come.": """
        SELECT k.user_id, k.room_no, k.thread, k.position FROM read_marks k
        WHERE k.position > COALESCE((SELECT MAX(e.position) FROM events e
            WHERE e.room_no = k.room_no), 0)""",
    "The read mark of {} in room number {} ({}) counts {} notifications; the room counts {}.": """
        SELECT k.user_id, k.room_no, k.thread, k.ordinal, e.ordinal FROM read_marks k
        JOIN events e ON e.position = (SELECT MAX(position) FROM events
            WHERE room_no = k.room_no AND position <= k.position)
        WHERE k.ordinal <> e.ordinal""",
    "The receipt of {} in room number {} is for {}, which is not an event there.": """
        SELECT t.user_id, t.room_no, t.event_id FROM receipts t LEFT JOIN events e
            ON e.position = t.event_position AND e.room_no = t.room_no AND e.event_id = t.event_id
        WHERE e.position IS NULL""",
    "An unread count of {} in room number {} is for position {}, where no event is.": """
        SELECT x.user_id, x.room_no, x.position FROM unread_exceptions x LEFT JOIN events e
            ON e.position = x.position AND e.room_no = x.room_no
        WHERE e.position IS NULL""",
    "A transaction leads to position {}, where no event is.": """
        SELECT t.position FROM txns t LEFT JOIN events e ON e.position = t.position
        WHERE e.position IS NULL""",
    "Alias {} leads to no room.": """
        SELECT a.alias FROM room_aliases a LEFT JOIN rooms r ON r.room_no = a.room_no
        WHERE r.room_no IS NULL""",
    "Account data {!r} of {} belongs to no room.": """
        SELECT a.type, a.user_id FROM account_data a LEFT JOIN rooms r ON r.room_no = a.room_no
        WHERE a.room_no <> 0 AND r.room_no IS NULL""",
}
"""A sentence, and the question for what to put into it."""

_QUESTIONS = {sentence: Statement(sa.text(sql)) for sentence, sql in _FINDINGS.items()}


def findings(tx: ReadTx) -> Iterator[str]:
    """Say what a question over whole tables can find."""
    for sentence, question in _QUESTIONS.items():
        for row in tx.each(question):
            yield sentence.format(*row)


def log(tx: ReadTx) -> Iterator[LoggedEvent]:
    """Yield every event, room by room, the oldest first."""
    for row in tx.each(_LOG):
        yield LoggedEvent(*row)


def memberships(tx: ReadTx) -> Iterator[tuple[str, str, str, bytes | None]]:
    """Yield user, room, membership and the JSON of the current member event at the same position, if it is there."""
    rows: Iterator[tuple[Any, ...]] = tx.each(_MEMBERS)
    yield from rows

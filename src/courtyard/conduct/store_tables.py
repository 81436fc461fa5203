"""The tables of conduct. Decisions, lifts, appeals and statements are facts: rows come, and none is changed or deleted.

What changes is who works on what, the answer to an appeal, and, on erasure, the text and salts of a statement. Structs are stored
as JSON in `body`; a column beside it is there because somebody asks by it.
"""

import sqlalchemy as sa

from courtyard.storage.schema import metadata

RULESETS = sa.Table(
    "conduct_rulesets",
    metadata,
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("leaf", sa.BigInteger, nullable=False),
)
STAFF = sa.Table(
    "conduct_staff",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("granted_at", sa.BigInteger, nullable=False),
    sa.Column("revoked_at", sa.BigInteger),
    sqlite_with_rowid=False,
)
CONFLICTS = sa.Table(
    "conduct_conflicts",
    metadata,
    sa.Column("staff_id", sa.Text, primary_key=True),
    sa.Column("about", sa.Text, primary_key=True),
    sa.Column("declared_at", sa.BigInteger, primary_key=True),
    sa.Column("until", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
CASES = sa.Table(
    "conduct_cases",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("item_type", sa.Text, nullable=False),
    sa.Column("item_id", sa.Text, nullable=False),
    sa.Column("item_version", sa.Text, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("opened_at", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("assignee", sa.Text),
    sa.Index("conduct_cases_by_item", "item_type", "item_id"),
    sa.Index("conduct_cases_by_state", "state"),
    sqlite_with_rowid=False,
)
RECUSALS = sa.Table(
    "conduct_recusals",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("staff_id", sa.Text, primary_key=True),
    sa.Column("recused_at", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
REPORTS = sa.Table(
    "conduct_reports",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text),
    sa.Column("reporter", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("conduct_reports_by_case", "case_id"),
    sa.Index("conduct_reports_by_reporter", "reporter"),
    sqlite_with_rowid=False,
)
PROPOSALS = sa.Table(
    "conduct_proposals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("approver", sa.Text),
    sa.Column("burst_id", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Index("conduct_proposals_by_case", "case_id"),
    sqlite_with_rowid=False,
)
DECISIONS = sa.Table(
    "conduct_decisions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("issued_at", sa.BigInteger, nullable=False),
    sa.Column("is_heavy", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("leaf", sa.BigInteger, nullable=False),
    sa.Index("conduct_decisions_by_case", "case_id"),
    sa.Index("conduct_decisions_by_subject", "subject"),
    sa.Index("conduct_decisions_by_leaf", "leaf"),
    sa.Index("conduct_decisions_by_weight", "is_heavy", "issued_at"),
    sqlite_with_rowid=False,
)
STATEMENTS = sa.Table(
    "conduct_statements",
    metadata,
    sa.Column("decision_id", sa.Text, primary_key=True),
    sa.Column("key_hash", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.Text),
    sa.Column("salts", sa.Text),
    sa.Column("delivered_at", sa.BigInteger, nullable=False),
    sa.Column("room_id", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Index("conduct_statements_by_key", "key_hash", unique=True),
    sqlite_with_rowid=False,
)
LIFTS = sa.Table(
    "conduct_lifts",
    metadata,
    sa.Column("decision_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("leaf", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
APPEALS = sa.Table(
    "conduct_appeals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("decision_id", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("is_open", sa.Integer, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("assignee", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("leaf", sa.BigInteger, nullable=False),
    sa.Column("ruling_leaf", sa.BigInteger),
    sa.Index("conduct_appeals_by_decision", "decision_id"),
    sa.Index("conduct_appeals_by_due", "is_open", "due_at"),
    sqlite_with_rowid=False,
)
VOTES = sa.Table(
    "conduct_votes",
    metadata,
    sa.Column("decision_id", sa.Text, primary_key=True),
    sa.Column("staff_id", sa.Text, primary_key=True),
    sa.Column("is_for", sa.Integer, nullable=False),
    sa.Column("voted_at", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
NOTICES = sa.Table(
    "conduct_notices",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("room_id", sa.Text, nullable=False),
    sa.Column("sender", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
LEGAL = sa.Table(
    "conduct_legal",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sa.Column("concerns", sa.Text),
    sa.Column("gag_until", sa.BigInteger),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("salts", sa.Text, nullable=False),
    sa.Column("opening", sa.Text),
    sa.Column("leaf", sa.BigInteger, nullable=False),
    sa.Index("conduct_legal_by_time", "received_at", "id"),
    sa.Index("conduct_legal_by_concerns", "concerns"),
    sqlite_with_rowid=False,
)
LEGAL_STEPS = sa.Table(
    "conduct_legal_steps",
    metadata,
    sa.Column("request_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("opening", sa.Text),
    sa.Column("leaf", sa.BigInteger),
    sqlite_with_rowid=False,
)

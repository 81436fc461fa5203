"""The tables of conduct. Decisions, lifts, appeals and statements are facts: rows come, and none is changed or deleted.

What changes is who works on what, the answer to an appeal or complaint, and, on erasure, texts, salts and the names of reporters.
Evidence goes when its time is over. Structs are stored as JSON in `body`; a column beside it is there because somebody asks by it.
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
    sa.Column("closed_at", sa.BigInteger),
    sa.Index("conduct_cases_by_item", "item_type", "item_id"),
    sa.Index("conduct_cases_by_state", "state"),
    sa.Index("conduct_cases_by_subject", "subject"),
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
    sa.Column("fate", sa.Text),
    sa.Column("key_hash", sa.LargeBinary),
    sa.Column("decided_at", sa.BigInteger),
    sa.Column("informed_at", sa.BigInteger),
    sa.Column("is_manifest", sa.Integer),
    # Wide, so that a case with a hundred thousand reports is summed up without reading one of them.
    sa.Index("conduct_reports_by_case", "case_id", "reporter", "kind", "received_at"),
    sa.Index("conduct_reports_by_reporter", "reporter", "outcome", "received_at"),
    sa.Index("conduct_reports_by_key", "key_hash"),
    sa.Index("conduct_reports_by_told", "informed_at", "decided_at"),
    sa.Index("conduct_reports_by_misuse", "is_manifest", "received_at"),
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
    sa.Column("is_inadmissible", sa.Integer),
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
EVIDENCE = sa.Table(
    "conduct_evidence",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("report_id", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("checked", sa.Text),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("captured_at", sa.BigInteger, nullable=False),
    sa.Column("captured_by", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Index("conduct_evidence_by_case", "case_id"),
    sqlite_with_rowid=False,
)
VIEWS = sa.Table(
    "conduct_evidence_views",
    metadata,
    sa.Column("evidence_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("staff_id", sa.Text, nullable=False),
    sa.Column("viewed_at", sa.BigInteger, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
COMPLAINTS = sa.Table(
    "conduct_complaints",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("report_id", sa.Text, nullable=False),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("is_open", sa.Integer, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("assignee", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("conduct_complaints_by_report", "report_id"),
    sa.Index("conduct_complaints_by_case", "case_id"),
    sa.Index("conduct_complaints_by_due", "is_open", "due_at"),
    sqlite_with_rowid=False,
)
ERASURES = sa.Table(
    "conduct_erasures",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("erased_at", sa.BigInteger, nullable=False),
    sa.Column("leaf", sa.BigInteger),
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

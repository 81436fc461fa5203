"""The ledger's rows refer to each other by number.

A payment wrote ten rows into trees sorted by text, each in another place, and most of its time went there. Numbers grow in the order of
the payments, so what is written together lies together. Every account now also knows the last transfer that moved it (`last`), which
makes the guard of its balance one look-up: a transfer moves a balance once, in the order of the transfers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

POSTED_MAX = 4 * 10**18
"""Below 2^63, so that no sum of two balances can overflow."""

OLD_TRIGGERS = (
    *("wallet_transfers_before", "wallet_transfers_after", "wallet_accounts_before"),
    *("wallet_accounts_identity", "wallet_accounts_posted", "wallet_accounts_held"),
    *("wallet_entries_before", "wallet_holds_before", "wallet_holds_made", "wallet_holds_final"),
    *("wallet_holds_released",),
    *(f"wallet_{table}_no_update" for table in ("journals", "transfers", "entries")),
    *(f"wallet_{table}_no_delete" for table in ("journals", "transfers", "entries", "accounts")),
    "wallet_holds_no_delete",
)

TABLES = {
    "wallet_accounts": f"""
  no INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  owner_kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  currency TEXT NOT NULL REFERENCES wallet_currencies (code),
  posted BIGINT NOT NULL,
  held BIGINT NOT NULL,
  floor BIGINT,
  seq BIGINT NOT NULL,
  last BIGINT NOT NULL,
  closed INTEGER NOT NULL,
  CHECK (id = owner_kind || '/' || owner || '/' || currency),
  CHECK (owner_kind IN ('user', 'merchant', 'system', 'escrow')),
  CHECK (typeof(posted) = 'integer' AND typeof(held) = 'integer'),
  CHECK ((floor IS NULL) = (owner_kind = 'system')),
  CHECK (held >= 0),
  CHECK (floor IS NULL OR posted - held >= floor),
  CHECK (posted BETWEEN -{POSTED_MAX} AND {POSTED_MAX}),
  CHECK (closed = 0 OR (closed = 1 AND posted = 0 AND held = 0))""",
    "wallet_journals": """
  no INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  made_at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  ref TEXT NOT NULL""",
    "wallet_holds": """
  id TEXT NOT NULL PRIMARY KEY,
  journal TEXT NOT NULL REFERENCES wallet_journals (id),
  account TEXT NOT NULL REFERENCES wallet_accounts (id),
  amount BIGINT NOT NULL,
  captured BIGINT NOT NULL,
  state TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  CHECK (typeof(amount) = 'integer' AND amount > 0),
  CHECK (captured BETWEEN 0 AND amount),
  CHECK (state IN ('open', 'captured', 'voided', 'expired'))""",
    "wallet_transfers": """
  no INTEGER NOT NULL PRIMARY KEY,
  journal INTEGER NOT NULL REFERENCES wallet_journals (no),
  src INTEGER NOT NULL REFERENCES wallet_accounts (no),
  dst INTEGER NOT NULL REFERENCES wallet_accounts (no),
  amount BIGINT NOT NULL,
  hold TEXT REFERENCES wallet_holds (id),
  CHECK (typeof(amount) = 'integer' AND amount > 0)""",
    "wallet_entries": """
  account INTEGER NOT NULL REFERENCES wallet_accounts (no),
  seq BIGINT NOT NULL,
  transfer INTEGER NOT NULL REFERENCES wallet_transfers (no),
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  PRIMARY KEY (account, seq)""",
}

COPY = """
INSERT INTO wallet_accounts_new
  SELECT rowid, id, owner_kind, owner, currency, posted, held, floor, seq,
    COALESCE((SELECT MAX(t.rowid) FROM wallet_entries e JOIN wallet_transfers t ON t.id = e.transfer
      WHERE e.account = wallet_accounts.id), 0), closed
  FROM wallet_accounts ORDER BY rowid;
INSERT INTO wallet_journals_new SELECT rowid, id, made_at, kind, actor, ref FROM wallet_journals ORDER BY rowid;
INSERT INTO wallet_holds_new SELECT id, journal, account, amount, captured, state, expires_at FROM wallet_holds;
INSERT INTO wallet_transfers_new
  SELECT t.rowid, j.rowid, s.rowid, d.rowid, t.amount, t.hold FROM wallet_transfers t
  JOIN wallet_journals j ON j.id = t.journal
  JOIN wallet_accounts s ON s.id = t.src JOIN wallet_accounts d ON d.id = t.dst ORDER BY t.rowid;
INSERT INTO wallet_entries_new
  SELECT a.rowid, e.seq, t.rowid, e.amount, e.balance FROM wallet_entries e
  JOIN wallet_accounts a ON a.id = e.account JOIN wallet_transfers t ON t.id = e.transfer;
"""

TRANSFER_BEFORE = """
CREATE TRIGGER wallet_transfers_before BEFORE INSERT ON wallet_transfers
BEGIN
  SELECT RAISE(ABORT, 'wallet: a transfer needs two different open accounts of one currency')
  WHERE NEW.src = NEW.dst OR NOT EXISTS (
    SELECT 1 FROM wallet_accounts s, wallet_accounts d
    WHERE s.no = NEW.src AND d.no = NEW.dst AND s.currency = d.currency
      AND s.closed = 0 AND d.closed = 0);
  SELECT RAISE(ABORT, 'wallet: a transfer needs an open hold of its source and its size')
  WHERE NEW.hold IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM wallet_holds h JOIN wallet_accounts s ON s.id = h.account
    WHERE h.id = NEW.hold AND s.no = NEW.src AND h.state = 'open' AND h.amount >= NEW.amount);
END
"""

TRANSFER_AFTER = """
CREATE TRIGGER wallet_transfers_after AFTER INSERT ON wallet_transfers
BEGIN
  UPDATE wallet_holds SET state = 'captured', captured = NEW.amount WHERE id = NEW.hold;
  UPDATE wallet_accounts SET posted = posted - NEW.amount, seq = seq + 1, last = NEW.no
    WHERE no = NEW.src;
  UPDATE wallet_accounts SET posted = posted + NEW.amount, seq = seq + 1, last = NEW.no
    WHERE no = NEW.dst;
  INSERT INTO wallet_entries (account, seq, transfer, amount, balance)
    SELECT no, seq, NEW.no, -NEW.amount, posted FROM wallet_accounts WHERE no = NEW.src;
  INSERT INTO wallet_entries (account, seq, transfer, amount, balance)
    SELECT no, seq, NEW.no, NEW.amount, posted FROM wallet_accounts WHERE no = NEW.dst;
END
"""

ACCOUNT_BEFORE = """
CREATE TRIGGER wallet_accounts_before BEFORE INSERT ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: an account starts empty and open')
  WHERE NEW.posted <> 0 OR NEW.held <> 0 OR NEW.seq <> 0 OR NEW.last <> 0 OR NEW.closed <> 0;
END
"""

ACCOUNT_IDENTITY = """
CREATE TRIGGER wallet_accounts_identity
BEFORE UPDATE OF no, id, owner_kind, owner, currency, floor ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: an account stays what it is');
END
"""

# A transfer later than the account's last one, and of this account, is there only inside the trigger above.
ACCOUNT_POSTED = """
CREATE TRIGGER wallet_accounts_posted BEFORE UPDATE OF posted, seq, last ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a transfer moves a balance')
  WHERE NEW.seq <> OLD.seq + 1 OR NEW.last <= OLD.last OR NOT EXISTS (
    SELECT 1 FROM wallet_transfers t
    WHERE t.no = NEW.last
      AND ((t.src = NEW.no AND NEW.posted = OLD.posted - t.amount)
        OR (t.dst = NEW.no AND NEW.posted = OLD.posted + t.amount)));
END
"""

ACCOUNT_HELD = """
CREATE TRIGGER wallet_accounts_held BEFORE UPDATE OF held ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a hold keeps money back')
  WHERE NEW.held <> (
    SELECT COALESCE(SUM(amount), 0) FROM wallet_holds WHERE account = NEW.id AND state = 'open');
END
"""

ENTRY_BEFORE = """
CREATE TRIGGER wallet_entries_before BEFORE INSERT ON wallet_entries
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a transfer writes entries')
  WHERE NOT EXISTS (
    SELECT 1 FROM wallet_accounts a JOIN wallet_transfers t ON t.no = a.last
    WHERE a.no = NEW.account AND a.last = NEW.transfer
      AND a.seq = NEW.seq AND a.posted = NEW.balance
      AND ((t.src = a.no AND NEW.amount = -t.amount) OR (t.dst = a.no AND NEW.amount = t.amount)));
END
"""

HOLD_BEFORE = """
CREATE TRIGGER wallet_holds_before BEFORE INSERT ON wallet_holds
BEGIN
  SELECT RAISE(ABORT, 'wallet: a hold starts open, on an open account')
  WHERE NEW.state <> 'open' OR NEW.captured <> 0 OR NOT EXISTS (
    SELECT 1 FROM wallet_accounts WHERE id = NEW.account AND closed = 0);
END
"""

HOLD_AFTER = """
CREATE TRIGGER wallet_holds_made AFTER INSERT ON wallet_holds
BEGIN
  UPDATE wallet_accounts SET held = held + NEW.amount WHERE id = NEW.account;
END
"""

HOLD_FINAL = """
CREATE TRIGGER wallet_holds_final BEFORE UPDATE ON wallet_holds
BEGIN
  SELECT RAISE(ABORT, 'wallet: a hold ends once and stays what it is')
  WHERE OLD.state <> 'open' OR NEW.state = 'open' OR NEW.id <> OLD.id OR NEW.account <> OLD.account
    OR NEW.amount <> OLD.amount OR NEW.journal <> OLD.journal OR NEW.expires_at <> OLD.expires_at
    OR (NEW.state <> 'captured' AND NEW.captured <> 0)
    OR (NEW.state = 'captured' AND NOT EXISTS (
      SELECT 1 FROM wallet_transfers WHERE hold = NEW.id AND amount = NEW.captured));
END
"""

HOLD_ENDED = """
CREATE TRIGGER wallet_holds_released AFTER UPDATE ON wallet_holds
BEGIN
  UPDATE wallet_accounts SET held = held - OLD.amount WHERE id = OLD.account;
END
"""


def upgrade() -> None:
    """Go forward; there is no way back."""
    for name in OLD_TRIGGERS:
        _run(f"DROP TRIGGER {name}")
    for table, columns in TABLES.items():
        options = " WITHOUT ROWID" if table == "wallet_entries" else ""
        _run(f"CREATE TABLE {table}_new ({columns}){options}")
    for statement in filter(str.strip, COPY.split(";")):
        _run(statement)
    for table in reversed(TABLES):
        _run(f"DROP TABLE {table}")
    for table in TABLES:
        _run(f"ALTER TABLE {table}_new RENAME TO {table}")
    op.create_index("wallet_holds_by_account", "wallet_holds", ["account", "state"])
    op.create_index("wallet_holds_by_time", "wallet_holds", ["state", "expires_at"])
    op.create_index("wallet_transfers_by_journal", "wallet_transfers", ["journal"])
    _run(
        "CREATE UNIQUE INDEX wallet_transfers_by_hold ON wallet_transfers (hold) WHERE hold IS NOT NULL"
    )
    triggers = [
        *(TRANSFER_BEFORE, TRANSFER_AFTER, ACCOUNT_BEFORE, ACCOUNT_IDENTITY, ACCOUNT_POSTED),
        *(ACCOUNT_HELD, ENTRY_BEFORE, HOLD_BEFORE, HOLD_AFTER, HOLD_FINAL, HOLD_ENDED),
        *(_refuse(f"wallet_{it}", "UPDATE") for it in ("journals", "transfers", "entries")),
        *(_refuse(table, "DELETE") for table in TABLES),
    ]
    for trigger in triggers:
        _run(trigger)


def _run(statement: str) -> None:
    op.execute(sa.text(statement.replace(":", "\\:")))


def _refuse(table: str, verb: str) -> str:
    name = f"{table}_no_{verb.lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table}\nBEGIN\n"
        f"  SELECT RAISE(ABORT, 'wallet: {verb} of {table} is refused');\nEND"
    )

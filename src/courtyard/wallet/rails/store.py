"""Tables and SQL of the rails. What may be written, the database itself guards (migration 0021)."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert, any_of
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.rails.model import (
    BankStatement,
    BatchId,
    RailLine,
    RailTxn,
    TxnId,
)

_bind = sa.bindparam
BATCHES = sa.Table(
    "wallet_bank_batches",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)
TXNS = sa.Table(
    "wallet_rail_txns",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("rail", sa.Text, nullable=False),
    sa.Column("external_id", sa.Text),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("payee", sa.Text, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("batch", sa.Text, sa.ForeignKey("wallet_bank_batches.id")),
    sa.Column("journal", sa.Text, sa.ForeignKey("wallet_journals.id")),
    sa.Column("return_journal", sa.Text, sa.ForeignKey("wallet_journals.id")),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("rail", "external_id"),
    sa.UniqueConstraint("journal"),
    sa.UniqueConstraint("return_journal"),
    sa.Index("wallet_rail_txns_by_state", "rail", "state", "made_at"),
    sa.Index("wallet_rail_txns_by_user", "user_id", "id"),
)
FILES = sa.Table(
    "wallet_bank_files",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("imported_at", sa.BigInteger, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
STATEMENTS = sa.Table(
    "wallet_bank_statements",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("opening", sa.BigInteger, nullable=False),
    sa.Column("closing", sa.BigInteger, nullable=False),
    sa.Column("entries", sa.BigInteger, nullable=False),
    sa.Column("imported_at", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
LINES = sa.Table(
    "wallet_rail_lines",
    metadata,
    sa.Column("rail", sa.Text, primary_key=True),
    sa.Column("line", sa.Text, primary_key=True),
    sa.Column("statement", sa.Text, sa.ForeignKey("wallet_bank_statements.id")),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("end_to_end", sa.Text, nullable=False),
    sa.Column("party", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("is_return", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("txn", sa.Text, sa.ForeignKey("wallet_rail_txns.id")),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Index("wallet_rail_lines_by_state", "state", "made_at"),
    sa.Index("wallet_rail_lines_by_txn", "txn"),
    sqlite_with_rowid=False,
)

# --- payments ---------------------------------------------------------------------------------

_T = TXNS.c
_ADD_TXN = Statement(sa.insert(TXNS))
_TXN = Statement(sa.select(*_T).where(_T.id == _bind("id")))
_TXN_BY_EXTERNAL = Statement(
    sa.select(*_T).where(_T.rail == _bind("rail"), _T.external_id == _bind("external_id"))
)
_CREATED = Statement(
    sa.select(*_T)
    .where(
        _T.rail == _bind("rail"), _T.state == "created", _T.direction == "payout",
        _T.currency == _bind("currency"),
    )
    .order_by(_T.made_at, _T.id)
    .limit(_bind("limit"))
)  # fmt: skip
_TO_SEND = Statement(
    sa.select(_T.id)
    .where(
        _T.rail == _bind("rail"), _T.state == "created", _T.direction == "payout",
        _T.made_at >= _bind("since"),
    )
    .order_by(_T.made_at, _T.id)
    .limit(_bind("limit"))
)  # fmt: skip
_WAITING = Statement(
    sa.select(*_T)
    .where(
        _T.rail == _bind("rail"), any_of(_T.state, "created", "sent"), _T.direction == "payout"
    )
    .order_by(_T.made_at, _T.id)
    .limit(_bind("limit"))
)  # fmt: skip
_SET_TXN = Statement(
    sa.update(TXNS)
    .where(_T.id == _bind("of"))
    .values(
        state=_bind("new_state"), external_id=_bind("new_external_id"), told=_bind("new_told"),
        batch=_bind("new_batch"), journal=_bind("new_journal"),
        return_journal=_bind("new_return_journal"), why=_bind("new_why"),
        changed_at=_bind("new_changed_at"),
    )
)  # fmt: skip


def add_txn(tx: WriteTx, txn: RailTxn) -> None:
    """Keep a payment over a rail."""
    tx.run(_ADD_TXN, **msgspec.structs.asdict(txn))


def set_txn(tx: WriteTx, txn: RailTxn) -> None:
    """Keep how a payment goes on."""
    changed = ("state", "external_id", "told", "batch", "journal", "return_journal", "why")
    values = {f"new_{name}": getattr(txn, name) for name in (*changed, "changed_at")}
    tx.run(_SET_TXN, of=txn.id, **values)


def txn(tx: ReadTx, id: TxnId) -> RailTxn | None:
    """Return a payment over a rail."""
    row = tx.one(_TXN, id=id)
    return None if row is None else as_struct(RailTxn, row)


def txn_by_external(tx: ReadTx, rail: str, external_id: str) -> RailTxn | None:
    """Return the payment that the other side calls so."""
    row = tx.one(_TXN_BY_EXTERNAL, rail=rail, external_id=external_id)
    return None if row is None else as_struct(RailTxn, row)


_OF_USER = Statement(
    sa.select(*_T)
    .where(_T.user_id == _bind("user_id"), _T.id > _bind("after"))
    .order_by(_T.id)
    .limit(_bind("limit"))
)


def txns_of(tx: ReadTx, user_id: UserId, after: str, limit: int) -> list[RailTxn]:
    """Return somebody's payments over rails, by id."""
    rows = tx.all(_OF_USER, user_id=user_id, after=after, limit=limit)
    return [as_struct(RailTxn, row) for row in rows]


def created_payouts(tx: ReadTx, rail: str, currency: Currency, limit: int) -> list[RailTxn]:
    """Return payouts that are still to be sent, the oldest first."""
    rows = tx.all(_CREATED, rail=rail, currency=currency, limit=limit)
    return [as_struct(RailTxn, row) for row in rows]


def to_send(tx: ReadTx, rail: str, since: int, limit: int) -> list[TxnId]:
    """Return payouts made since a time that are still to be sent, the oldest first."""
    return [TxnId(id) for (id,) in tx.all(_TO_SEND, rail=rail, since=since, limit=limit)]


def waiting_payouts(tx: ReadTx, rail: str, limit: int) -> list[RailTxn]:
    """Return payouts of any currency that have not ended, the oldest first."""
    return [as_struct(RailTxn, row) for row in tx.all(_WAITING, rail=rail, limit=limit)]


# --- what the other side says -----------------------------------------------------------------

_L = LINES.c
_ADD_LINE = Upsert(LINES, key=["rail", "line"])
_LINE = Statement(sa.select(*_L).where(_L.rail == _bind("rail"), _L.line == _bind("line")))
_UNMATCHED = Statement(
    sa.select(*_L)
    .where(_L.state == "unmatched")
    .order_by(_L.made_at, _L.rail, _L.line)
    .limit(_bind("limit"))
)
_MATCH = Statement(
    sa.update(LINES)
    .where(_L.rail == _bind("of_rail"), _L.line == _bind("of_line"))
    .values(state=_bind("new_state"), txn=_bind("new_txn"), why="")
)
_ON_STATEMENT = Statement(
    sa.update(LINES)
    .where(
        _L.rail == _bind("of_rail"), _L.line == _bind("of_line"), _L.statement.is_(None)
    )
    .values(statement=_bind("new_statement"))
)  # fmt: skip


def add_line(tx: WriteTx, line: RailLine) -> bool:
    """Keep a booking; return whether it was new."""
    return tx.run(_ADD_LINE, **msgspec.structs.asdict(line)) == 1


def line(tx: ReadTx, rail: str, key: str) -> RailLine | None:
    """Return a booking."""
    row = tx.one(_LINE, rail=rail, line=key)
    return None if row is None else as_struct(RailLine, row)


def unmatched(tx: ReadTx, limit: int) -> list[RailLine]:
    """Return bookings that nothing matched, the oldest first."""
    return [as_struct(RailLine, row) for row in tx.all(_UNMATCHED, limit=limit)]


def match_line(tx: WriteTx, line: RailLine, txn: TxnId | None) -> None:
    """Note what a booking was for: a payment, or the house (None)."""
    state = "house" if txn is None else "matched"
    tx.run(_MATCH, of_rail=line.rail, of_line=line.line, new_state=state, new_txn=txn)


_SIDE = Statement(
    sa.select(_L.line).where(
        _L.txn == _bind("txn"), sa.func.sign(_L.amount) == sa.func.sign(_bind("amount"))
    ).limit(1)
)  # fmt: skip


def has_line(tx: ReadTx, txn: TxnId, amount: int) -> bool:
    """Tell whether a payment has a booking of the same direction as `amount` already."""
    return tx.one(_SIDE, txn=txn, amount=amount) is not None


_IN_BATCH = Statement(
    sa.select(*_T).where(_T.batch == _bind("batch"), _T.state == "sent").order_by(_T.id)
)


def sent_in_batch(tx: ReadTx, batch: str) -> list[RailTxn]:
    """Return payments of a payment file of which nothing was heard yet."""
    return [as_struct(RailTxn, row) for row in tx.all(_IN_BATCH, batch=batch)]


def put_on_statement(tx: WriteTx, rail: str, key: str, statement: str) -> None:
    """Note on which statement a booking is that was announced before."""
    tx.run(_ON_STATEMENT, of_rail=rail, of_line=key, new_statement=statement)


_ADD_STATEMENT = Upsert(STATEMENTS, key=["id"])
_ADD_FILE = Statement(sa.insert(FILES))
_FILE = Statement(sa.select(FILES.c.summary).where(FILES.c.sha256 == _bind("sha256")))
_S = STATEMENTS.c
_STATEMENTS = Statement(
    sa.select(*_S).where(_S.currency == _bind("currency")).order_by(_S.day, _S.id)
)


def add_statement(tx: WriteTx, statement: BankStatement) -> bool:
    """Keep a statement of the bank's; return whether it was new."""
    return tx.run(_ADD_STATEMENT, **msgspec.structs.asdict(statement)) == 1


def statements(tx: ReadTx, currency: Currency) -> list[BankStatement]:
    """Return the bank's statements of a currency, by day. One a banking day, so some hundreds a year."""
    return [as_struct(BankStatement, row) for row in tx.all(_STATEMENTS, currency=currency)]


def add_file(tx: WriteTx, sha256: str, kind: str, summary: str) -> None:
    """Remember a file, by its bytes."""
    tx.run(_ADD_FILE, sha256=sha256, kind=kind, imported_at=tx.now_ms(), summary=summary)


def file_summary(tx: ReadTx, sha256: str) -> str | None:
    """Return what was told of a file when it came first."""
    row = tx.one(_FILE, sha256=sha256)
    return None if row is None else str(row[0])


# --- payment files ----------------------------------------------------------------------------

_ADD_BATCH = Statement(sa.insert(BATCHES))
_BATCH = Statement(sa.select(BATCHES.c.content).where(BATCHES.c.id == _bind("id")))


def add_batch(tx: WriteTx, id: BatchId, count: int, total: int, content: str) -> None:
    """Keep a payment file, so that it can be fetched again."""
    tx.run(_ADD_BATCH, id=id, made_at=tx.now_ms(), count=count, total=total, content=content)


def batch(tx: ReadTx, id: BatchId) -> str | None:
    """Return a payment file."""
    row = tx.one(_BATCH, id=id)
    return None if row is None else str(row[0])

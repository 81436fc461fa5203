"""Tables and SQL of what operators do: blocks and reversals."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.guard.model import Block, BlockId, Reversal, ReversalId
from courtyard.wallet.model import AccountId, Journal, JournalId
from courtyard.wallet.store import ACCOUNTS, ENTRIES, JOURNALS, TRANSFERS

_bind = sa.bindparam
BLOCKS = sa.Table(
    "wallet_blocks",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("begun_by", sa.Text, nullable=False),
    sa.Column("begun_at", sa.BigInteger, nullable=False),
    sa.Column("review_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("ended_by", sa.Text),
    sa.Column("told_at", sa.BigInteger),
    sa.Index("wallet_blocks_by_user", "user_id", "begun_at"),
    sa.Index("wallet_blocks_by_told", "told_at"),
)
REVERSALS = sa.Table(
    "wallet_reversals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("journal", sa.Text, sa.ForeignKey("wallet_journals.id"), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("proposed_at", sa.BigInteger, nullable=False),
    sa.Column("approved_by", sa.Text),
    sa.Column("approved_at", sa.BigInteger),
    sa.UniqueConstraint("journal"),
)

# --- blocks -----------------------------------------------------------------------------------

_B = BLOCKS.c
_SET_BLOCK = Upsert(BLOCKS, key=["id"], update=["review_at", "ended_at", "ended_by", "told_at"])
_BLOCK = Statement(sa.select(*_B).where(_B.id == _bind("id")))
_BLOCKS_OF = Statement(
    sa.select(*_B).where(_B.user_id == _bind("who")).order_by(_B.begun_at.desc(), _B.id)
)
_OPEN_OF = Statement(
    sa.select(*_B)
    .where(_B.user_id == _bind("who"), _B.ended_at.is_(None))
    .order_by(_B.begun_at, _B.id)
)
_NEWEST = Statement(sa.select(*_B).order_by(_B.begun_at.desc(), _B.id).limit(_bind("limit")))
_UNTOLD = Statement(
    sa.select(*_B).where(_B.told_at.is_(None)).order_by(_B.begun_at, _B.id).limit(_bind("limit"))
)


def set_block(tx: WriteTx, block: Block) -> None:
    """Keep a block, or how it ended."""
    tx.run(_SET_BLOCK, **msgspec.structs.asdict(block))


def block(tx: ReadTx, id: BlockId) -> Block | None:
    """Return a block."""
    row = tx.one(_BLOCK, id=id)
    return None if row is None else as_struct(Block, row)


def blocks_of(tx: ReadTx, user_id: UserId) -> list[Block]:
    """Return every block of a wallet, the newest first. None is ever deleted."""
    return [as_struct(Block, row) for row in tx.all(_BLOCKS_OF, who=user_id)]


def open_blocks(tx: ReadTx, user_id: UserId) -> list[Block]:
    """Return the blocks of a wallet that nobody ended, the oldest first."""
    return [as_struct(Block, row) for row in tx.all(_OPEN_OF, who=user_id)]


def newest_blocks(tx: ReadTx, limit: int) -> list[Block]:
    """Return the newest blocks."""
    return [as_struct(Block, row) for row in tx.all(_NEWEST, limit=limit)]


def untold_blocks(tx: ReadTx, limit: int) -> list[Block]:
    """Return blocks of which the owner was not told yet, the oldest first."""
    return [as_struct(Block, row) for row in tx.all(_UNTOLD, limit=limit)]


def note_told(tx: WriteTx, block: Block, now_ms: TimestampMs) -> None:
    """Note that the owner was told of a block."""
    set_block(tx, msgspec.structs.replace(block, told_at=now_ms))


# --- reversals --------------------------------------------------------------------------------

_R, _J, _T, _A = REVERSALS.c, JOURNALS.c, TRANSFERS.c, ACCOUNTS.c
_SET_REVERSAL = Upsert(REVERSALS, key=["id"], update=["approved_by", "approved_at"])
_REVERSAL = Statement(sa.select(*_R).where(_R.id == _bind("id")))
_REVERSAL_OF = Statement(sa.select(*_R).where(_R.journal == _bind("of")))
_REVERSALS = Statement(sa.select(*_R).order_by(_R.proposed_at.desc(), _R.id).limit(_bind("limit")))
_JOURNAL = Statement(
    sa.select(_J.id, _J.made_at, _J.kind, _J.actor, _J.ref).where(_J.id == _bind("id"))
)
_SRC, _DST = ACCOUNTS.alias("source"), ACCOUNTS.alias("target")
_MOVES = Statement(
    sa.select(_SRC.c.id, _DST.c.id, _T.amount)
    .select_from(
        TRANSFERS.join(JOURNALS, _J.no == _T.journal)
        .join(_SRC, _SRC.c.no == _T.src)
        .join(_DST, _DST.c.no == _T.dst)
    )
    .where(_J.id == _bind("of"))
    .order_by(_T.no.desc())
)
_THIS = sa.select(_A.no).where(_A.id == _bind("of")).scalar_subquery()
_OF_THIS = ENTRIES.join(TRANSFERS, _T.no == ENTRIES.c.transfer)
_FUNDER = Statement(
    sa.select(_SRC.c.id)
    .select_from(_OF_THIS.join(_SRC, _SRC.c.no == _T.src))
    .where(ENTRIES.c.account == _THIS, ENTRIES.c.seq == 1)
)
_UNDER_WAY = Statement(
    sa.select(_DST.c.id)
    .select_from(_OF_THIS.join(_DST, _DST.c.no == _T.dst))
    .where(
        ENTRIES.c.account == _THIS,
        ENTRIES.c.amount < 0,
        _DST.c.owner_kind == "escrow",
        _DST.c.posted > 0,
    )
    .limit(1)
)


def set_reversal(tx: WriteTx, reversal: Reversal) -> None:
    """Keep a proposal, or its approval."""
    tx.run(_SET_REVERSAL, **msgspec.structs.asdict(reversal))


def reversal(tx: ReadTx, id: ReversalId) -> Reversal | None:
    """Return a proposal."""
    row = tx.one(_REVERSAL, id=id)
    return None if row is None else as_struct(Reversal, row)


def reversal_of(tx: ReadTx, journal: JournalId) -> Reversal | None:
    """Return the proposal to reverse a journal."""
    row = tx.one(_REVERSAL_OF, of=journal)
    return None if row is None else as_struct(Reversal, row)


def reversals(tx: ReadTx, limit: int) -> list[Reversal]:
    """Return the newest proposals."""
    return [as_struct(Reversal, row) for row in tx.all(_REVERSALS, limit=limit)]


def journal(tx: ReadTx, id: JournalId) -> Journal | None:
    """Return a journal."""
    row = tx.one(_JOURNAL, id=id)
    return None if row is None else as_struct(Journal, row)


def moves_of(tx: ReadTx, id: JournalId) -> list[tuple[AccountId, AccountId, int]]:
    """Return the transfers of a journal, the last one first: (source, target, amount)."""
    return [(AccountId(src), AccountId(dst), amount) for src, dst, amount in tx.all(_MOVES, of=id)]


def funder(tx: ReadTx, account: AccountId) -> AccountId | None:
    """Return from where the first money of an account came; None: nothing ever came."""
    row = tx.one(_FUNDER, of=account)
    return None if row is None else AccountId(row[0])


def is_under_way(tx: ReadTx, account: AccountId) -> bool:
    """Tell whether money that left an account waits in an escrow, from which it may come back."""
    return tx.one(_UNDER_WAY, of=account) is not None

"""SQL of statements. They have no table of their own: the ledger is all there is."""

import sqlalchemy as sa

from courtyard.storage.rows import as_struct
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx
from courtyard.wallet.model import AccountId
from courtyard.wallet.shops.store import MERCHANTS
from courtyard.wallet.statements.model import Entry
from courtyard.wallet.store import ACCOUNTS, ENTRIES, JOURNALS, TRANSFERS

_bind = sa.bindparam
_MINE = sa.select(ACCOUNTS.c.no).where(ACCOUNTS.c.id == _bind("account")).scalar_subquery()
_E, _T, _J = ENTRIES.c, TRANSFERS.c, JOURNALS.c
_OTHER = ACCOUNTS.alias("other")
_TIMED = ENTRIES.join(TRANSFERS, _T.no == _E.transfer).join(JOURNALS, _J.no == _T.journal)
_OWN = ACCOUNTS.alias("own")
_M = MERCHANTS.c
# A person reads the name of a shop, and a shop never who its payers are.
_WITH = sa.case(
    (_OTHER.c.owner_kind == "merchant", sa.func.coalesce(_M.verified_name, _M.name)),
    (sa.and_(_OTHER.c.owner_kind == "user", _OWN.c.owner_kind == "user"), _OTHER.c.owner),
    else_="",
)
_LAST_BEFORE = Statement(
    sa.select(_E.seq, _E.balance)
    .select_from(_TIMED)
    .where(_E.account == _MINE, _J.made_at < _bind("time"))
    .order_by(_E.seq.desc())
    .limit(1)
)
_SUMS = Statement(
    sa.select(
        sa.func.coalesce(sa.func.sum(sa.case((_E.amount > 0, _E.amount), else_=0)), 0),
        sa.func.coalesce(sa.func.sum(sa.case((_E.amount > 0, 1), else_=0)), 0),
        sa.func.coalesce(sa.func.sum(sa.case((_E.amount < 0, -_E.amount), else_=0)), 0),
        sa.func.coalesce(sa.func.sum(sa.case((_E.amount < 0, 1), else_=0)), 0),
    ).where(_E.account == _MINE, _E.seq > _bind("first"), _E.seq <= _bind("last"))
)
_PAGE = Statement(
    sa.select(
        _E.seq, _E.amount, _E.balance, _J.made_at, _J.kind, _J.ref,
        _WITH,
    )
    .select_from(
        _TIMED.join(_OTHER, _OTHER.c.no == sa.case((_E.amount < 0, _T.dst), else_=_T.src))
        .join(_OWN, _OWN.c.no == _E.account)
        .outerjoin(MERCHANTS, sa.and_(_OTHER.c.owner_kind == "merchant", _M.id == _OTHER.c.owner))
    )
    .where(_E.account == _MINE, _E.seq > _bind("after"), _E.seq <= _bind("last"))
    .order_by(_E.seq)
    .limit(_bind("limit"))
)  # fmt: skip


def last_before(tx: ReadTx, account: AccountId, time: int) -> tuple[int, int]:
    """Return the number of the last entry before a time, and the balance after it; (0, 0): there is none."""
    row = tx.one(_LAST_BEFORE, account=account, time=time)
    return (0, 0) if row is None else (row[0], row[1])


def sums(tx: ReadTx, account: AccountId, first: int, last: int) -> tuple[int, int, int, int]:
    """Return what came (sum, count) and what left (sum, count) in the entries first < seq ≤ last."""
    row = tx.one(_SUMS, account=account, first=first, last=last)
    assert row is not None
    return (row[0], row[1], row[2], row[3])


def page(tx: ReadTx, account: AccountId, after: int, last: int, limit: int) -> list[Entry]:
    """Return entries after < seq ≤ last, in order."""
    rows = tx.all(_PAGE, account=account, after=after, last=last, limit=limit)
    return [as_struct(Entry, row) for row in rows]

"""Tables and SQL of the ledger. What may be written, the database itself guards (migration 0018).

Its rows refer to each other by number (`no`), which grows: what is written together lies together on the disk. Everybody else names
accounts and journals by their ids.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.model import (
    Account,
    AccountId,
    CurrencyInfo,
    Hold,
    HoldId,
    HoldState,
    Journal,
    JournalId,
    Line,
    Mint,
    MintId,
    OwnerKind,
)

_bind = sa.bindparam
CURRENCIES = sa.Table(
    "wallet_currencies",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("scale", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
)
ACCOUNTS = sa.Table(
    "wallet_accounts",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("owner_kind", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
    sa.Column("posted", sa.BigInteger, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
    sa.Column("floor", sa.BigInteger),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("last", sa.BigInteger, nullable=False),
    sa.Column("closed", sa.Integer, nullable=False),
)
JOURNALS = sa.Table(
    "wallet_journals",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
)
HOLDS = sa.Table(
    "wallet_holds",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("journal", sa.Text, sa.ForeignKey("wallet_journals.id"), nullable=False),
    sa.Column("account", sa.Text, sa.ForeignKey("wallet_accounts.id"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("captured", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Index("wallet_holds_by_account", "account", "state"),
    sa.Index("wallet_holds_by_time", "state", "expires_at"),
)
TRANSFERS = sa.Table(
    "wallet_transfers",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("journal", sa.Integer, sa.ForeignKey("wallet_journals.no"), nullable=False),
    sa.Column("src", sa.Integer, sa.ForeignKey("wallet_accounts.no"), nullable=False),
    sa.Column("dst", sa.Integer, sa.ForeignKey("wallet_accounts.no"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("hold", sa.Text, sa.ForeignKey("wallet_holds.id")),
    sa.Index("wallet_transfers_by_journal", "journal"),
    sa.Index(
        "wallet_transfers_by_hold",
        "hold",
        unique=True,
        sqlite_where=sa.text("hold IS NOT NULL"),
        postgresql_where=sa.text("hold IS NOT NULL"),
    ),
)
ENTRIES = sa.Table(
    "wallet_entries",
    metadata,
    sa.Column("account", sa.Integer, sa.ForeignKey("wallet_accounts.no"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("transfer", sa.Integer, sa.ForeignKey("wallet_transfers.no"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("balance", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
ANSWERS = sa.Table(
    "wallet_answers",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("refusal", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
MINTS = sa.Table(
    "wallet_mints",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("proposed_at", sa.BigInteger, nullable=False),
    sa.Column("approved_by", sa.Text),
    sa.Column("approved_at", sa.BigInteger),
)

# --- currencies -------------------------------------------------------------------------------

_ADD_CURRENCY = Statement(sa.insert(CURRENCIES))
_CURRENCY = Statement(sa.select(*CURRENCIES.c).where(CURRENCIES.c.code == _bind("code")))
_CURRENCIES = Statement(sa.select(*CURRENCIES.c).order_by(CURRENCIES.c.code))


def add_currency(tx: WriteTx, currency: CurrencyInfo) -> None:
    """Make a currency."""
    tx.run(_ADD_CURRENCY, **msgspec.structs.asdict(currency))


def currency(tx: ReadTx, code: str) -> CurrencyInfo | None:
    """Return a currency."""
    row = tx.one(_CURRENCY, code=code)
    return None if row is None else as_struct(CurrencyInfo, row)


def currencies(tx: ReadTx) -> list[CurrencyInfo]:
    """Return every currency, by code."""
    return [as_struct(CurrencyInfo, row) for row in tx.all(_CURRENCIES)]


# --- accounts ---------------------------------------------------------------------------------

_A = ACCOUNTS.c
_ACCOUNT_COLUMNS = (
    *(_A.id, _A.owner_kind, _A.owner, _A.currency, _A.posted, _A.held, _A.floor, _A.seq, _A.closed),
    _A.no,
)
_EMPTY: dict[str, Any] = {
    name: sa.literal_column("0") for name in ("posted", "held", "seq", "last", "closed")
}
_ADD_ACCOUNT = Statement(
    sa.insert(ACCOUNTS).values(
        {name: _bind(name) for name in ("id", "owner_kind", "owner", "currency", "floor")} | _EMPTY
    )
)
_ACCOUNT = Statement(sa.select(*_ACCOUNT_COLUMNS).where(_A.id == _bind("id")))
# Ids sort by owner, and "0" comes after "/": so this is one stretch of the index.
_ACCOUNTS_OF = Statement(
    sa.select(*_ACCOUNT_COLUMNS)
    .where(_A.id > _bind("first"), _A.id < _bind("last"), _A.owner == _bind("owner"))
    .order_by(_A.currency)
)


def account_id(owner_kind: OwnerKind, owner: str, currency: Currency) -> AccountId:
    """Return the id of somebody's account in a currency, whether it was opened or not."""
    return AccountId(f"{owner_kind}/{owner}/{currency}")


def add_account(
    tx: WriteTx, owner_kind: OwnerKind, owner: str, currency: Currency, floor: int | None
) -> Account:
    """Open an account. It is empty."""
    id = account_id(owner_kind, owner, currency)
    no = tx.add(
        _ADD_ACCOUNT, id=id, owner_kind=owner_kind, owner=owner, currency=currency, floor=floor
    )
    made = tx.known[id] = Account(id, owner_kind, owner, currency, 0, 0, floor, 0, 0, no)
    return made


def account(tx: ReadTx, id: AccountId) -> Account:
    """Return an account that is known to exist."""
    found = _account(tx, id)
    assert found is not None
    return found


def account_of(tx: ReadTx, owner_kind: OwnerKind, owner: str, currency: Currency) -> Account | None:
    """Return somebody's account in a currency."""
    return _account(tx, account_id(owner_kind, owner, currency))


def _account(tx: ReadTx, id: AccountId) -> Account | None:
    # A payment asks for the same two accounts again and again: what is to be spent, what is opened, what is moved.
    found: Account | None = tx.known.get(id)
    if found is None:
        row = tx.one(_ACCOUNT, id=id)
        if row is not None:
            found = tx.known[id] = Account(*row)
    return found


def set_closed(tx: WriteTx, account: Account, *, closed: int) -> Account:
    """Close an empty account, or open it again. The database refuses to close one with money in it."""
    tx.run(_SET_CLOSED, of=account.id, is_closed=closed)
    changed = tx.known[account.id] = msgspec.structs.replace(account, closed=closed)
    return changed


_SET_CLOSED = Statement(
    sa.update(ACCOUNTS).where(_A.id == _bind("of")).values(closed=_bind("is_closed"))
)


def accounts_of(tx: ReadTx, owner_kind: OwnerKind, owner: str) -> list[Account]:
    """Return somebody's accounts, by currency."""
    first = f"{owner_kind}/{owner}"
    rows = tx.all(_ACCOUNTS_OF, first=f"{first}/", last=f"{first}0", owner=owner)
    return [Account(*row) for row in rows]


_PEOPLE_WITH_MONEY = Statement(
    sa.select(*_ACCOUNT_COLUMNS)
    .where(_A.owner_kind == "user", _A.posted != 0)
    .order_by(_A.owner, _A.currency)
)


def people_with_money(tx: ReadTx) -> Iterator[Account]:
    """Yield each person's account that is not empty, by owner and currency."""
    row: tuple[Any, ...]
    for row in tx.each(_PEOPLE_WITH_MONEY):
        yield Account(*row)


# --- journals, transfers, holds ---------------------------------------------------------------

_ADD_JOURNAL = Statement(
    sa.insert(JOURNALS).values(
        {name: _bind(name) for name in ("id", "made_at", "kind", "actor", "ref")}
    )
)
_ADD_TRANSFER = Statement(
    sa.insert(TRANSFERS).values(
        {name: _bind(name) for name in ("journal", "src", "dst", "amount", "hold")}
    )
)
_ADD_HOLD = Statement(sa.insert(HOLDS))
_H = HOLDS.c
_HOLD_COLUMNS = (_H.id, _H.account, _H.amount, _H.captured, _H.state, _H.expires_at)
_HOLD = Statement(sa.select(*_HOLD_COLUMNS).where(_H.id == _bind("id")))
_DUE_HOLDS = Statement(
    sa.select(*_HOLD_COLUMNS)
    .where(_H.state == "open", _H.expires_at <= _bind("now"))
    .order_by(_H.expires_at, _H.id)
    .limit(_bind("limit"))
)
_END_HOLD = Statement(sa.update(HOLDS).where(_H.id == _bind("of")).values(state=_bind("new_state")))


def add_journal(tx: WriteTx, journal: Journal) -> int:
    """Begin a journal, to which transfers belong; return its number."""
    return tx.add(
        _ADD_JOURNAL,
        id=journal.id,
        made_at=journal.made_at,
        kind=journal.kind,
        actor=journal.actor,
        ref=journal.ref,
    )


def add_transfer(
    tx: WriteTx, journal: int, source: Account, target: Account, amount: int, hold: HoldId | None
) -> None:
    """Move money. This row is the only way to do it: the database makes the entries and the balances."""
    _forget(tx, source.id, target.id)
    tx.run(_ADD_TRANSFER, journal=journal, src=source.no, dst=target.no, amount=amount, hold=hold)


def add_hold(tx: WriteTx, hold: Hold, journal: JournalId) -> None:
    """Keep money back."""
    _forget(tx, hold.account)
    tx.run(_ADD_HOLD, journal=journal, **msgspec.structs.asdict(hold))


def _forget(tx: WriteTx, *accounts: AccountId) -> None:
    """Read these accounts anew when they are asked for next: what is about to be written changes them."""
    for id in accounts:
        tx.known.pop(id, None)


def hold(tx: ReadTx, id: HoldId) -> Hold | None:
    """Return a hold."""
    row = tx.one(_HOLD, id=id)
    return None if row is None else as_struct(Hold, row)


def due_holds(tx: ReadTx, now_ms: int, limit: int) -> list[Hold]:
    """Return open holds whose time is over, the oldest first."""
    return [as_struct(Hold, row) for row in tx.all(_DUE_HOLDS, now=now_ms, limit=limit)]


def end_hold(tx: WriteTx, hold: Hold, state: HoldState) -> None:
    """Give free what was held. A capture needs no call: its transfer does it."""
    _forget(tx, hold.account)
    tx.run(_END_HOLD, of=hold.id, new_state=state)


# --- history ----------------------------------------------------------------------------------

_E, _T, _J = ENTRIES.c, TRANSFERS.c, JOURNALS.c
_OTHER = ACCOUNTS.alias("other")
_HISTORY = Statement(
    sa.select(
        _E.seq, _E.amount, _E.balance, _J.made_at, _J.kind, _J.ref, _OTHER.c.owner_kind,
        _OTHER.c.owner,
    )
    .select_from(
        ENTRIES.join(TRANSFERS, _T.no == _E.transfer)
        .join(JOURNALS, _J.no == _T.journal)
        .join(_OTHER, _OTHER.c.no == sa.case((_E.amount < 0, _T.dst), else_=_T.src))
    )
    .where(
        _E.account == sa.select(_A.no).where(_A.id == _bind("account")).scalar_subquery(),
        _E.seq < _bind("before"),
    )
    .order_by(_E.seq.desc())
    .limit(_bind("limit"))
)  # fmt: skip


def history(tx: ReadTx, account: AccountId, before: int, limit: int) -> list[Line]:
    """Return entries of an account, the newest first, from the one before `before`."""
    return [
        Line(
            seq=seq,
            amount=amount,
            balance=balance,
            made_at=made_at,
            kind=kind,
            ref=ref,
            counterpart=owner if owner_kind in ("user", "merchant") else "",
        )
        for seq, amount, balance, made_at, kind, ref, owner_kind, owner in tx.all(
            _HISTORY, account=account, before=before, limit=limit
        )
    ]


# --- what was answered ------------------------------------------------------------------------

_ADD_ANSWER = Statement(sa.insert(ANSWERS))
_ANSWER = Statement(
    sa.select(ANSWERS.c.fingerprint, ANSWERS.c.refusal, ANSWERS.c.body).where(
        ANSWERS.c.user_id == _bind("user_id"), ANSWERS.c.key == _bind("key")
    )
)


def add_answer(
    tx: WriteTx, user_id: UserId, key: str, fingerprint: bytes, refusal: str | None, body: str
) -> None:
    """Remember what was answered under a client's key."""
    tx.run(
        _ADD_ANSWER,
        user_id=user_id,
        key=key,
        fingerprint=fingerprint,
        refusal=refusal,
        body=body,
        made_at=tx.now_ms(),
    )


def answer(tx: ReadTx, user_id: UserId, key: str) -> tuple[bytes, str | None, str] | None:
    """Return what was answered under a client's key: (fingerprint, code of the refusal, body)."""
    row = tx.one(_ANSWER, user_id=user_id, key=key)
    return None if row is None else (bytes(row[0]), row[1], row[2])


# --- new money --------------------------------------------------------------------------------

_M = MINTS.c
_SET_MINT = Upsert(MINTS, key=["id"], update=["approved_by", "approved_at"])
_MINT = Statement(sa.select(*_M).where(_M.id == _bind("id")))
_MINTS = Statement(sa.select(*_M).order_by(_M.proposed_at.desc(), _M.id).limit(_bind("limit")))


def set_mint(tx: WriteTx, mint: Mint) -> None:
    """Keep a proposal of new money, or its approval."""
    tx.run(_SET_MINT, **msgspec.structs.asdict(mint))


def mint(tx: ReadTx, id: MintId) -> Mint | None:
    """Return a proposal of new money."""
    row = tx.one(_MINT, id=id)
    return None if row is None else as_struct(Mint, row)


def mints(tx: ReadTx, limit: int) -> list[Mint]:
    """Return the newest proposals of new money."""
    return [as_struct(Mint, row) for row in tx.all(_MINTS, limit=limit)]


def next_due_hold(tx: ReadTx) -> TimestampMs | None:
    """Return when an open hold expires next."""
    row = tx.one(_NEXT_HOLD)
    return None if row is None else TimestampMs(row[0])


_NEXT_HOLD = Statement(
    sa.select(_H.expires_at).where(_H.state == "open").order_by(_H.expires_at).limit(1)
)

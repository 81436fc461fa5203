"""Tables and SQL of the ledger. What may be written, the database itself guards (migration 0017)."""

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
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner_kind", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
    sa.Column("posted", sa.BigInteger, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
    sa.Column("floor", sa.BigInteger),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("closed", sa.Integer, nullable=False),
    sa.UniqueConstraint("owner_kind", "owner", "currency"),
)
JOURNALS = sa.Table(
    "wallet_journals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
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
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("journal", sa.Text, sa.ForeignKey("wallet_journals.id"), nullable=False),
    sa.Column("src", sa.Text, sa.ForeignKey("wallet_accounts.id"), nullable=False),
    sa.Column("dst", sa.Text, sa.ForeignKey("wallet_accounts.id"), nullable=False),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("hold", sa.Text, sa.ForeignKey("wallet_holds.id")),
    sa.UniqueConstraint("hold"),
    sa.Index("wallet_transfers_by_journal", "journal"),
)
ENTRIES = sa.Table(
    "wallet_entries",
    metadata,
    sa.Column("account", sa.Text, sa.ForeignKey("wallet_accounts.id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("transfer", sa.Text, sa.ForeignKey("wallet_transfers.id"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("balance", sa.BigInteger, nullable=False),
    sa.Index("wallet_entries_by_transfer", "transfer"),
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
_ADD_ACCOUNT = Statement(sa.insert(ACCOUNTS))
_ACCOUNT = Statement(sa.select(*_A).where(_A.id == _bind("id")))
_ACCOUNT_OF = Statement(
    sa.select(*_A).where(
        _A.owner_kind == _bind("owner_kind"),
        _A.owner == _bind("owner"),
        _A.currency == _bind("currency"),
    )
)
_ACCOUNTS_OF = Statement(
    sa.select(*_A)
    .where(_A.owner_kind == _bind("owner_kind"), _A.owner == _bind("owner"))
    .order_by(_A.currency)
)


def add_account(tx: WriteTx, account: Account) -> None:
    """Open an account. It is empty."""
    tx.run(_ADD_ACCOUNT, **msgspec.structs.asdict(account))


def account(tx: ReadTx, id: AccountId) -> Account:
    """Return an account that is known to exist."""
    row = tx.one(_ACCOUNT, id=id)
    assert row is not None
    return as_struct(Account, row)


def account_of(tx: ReadTx, owner_kind: OwnerKind, owner: str, currency: Currency) -> Account | None:
    """Return somebody's account in a currency."""
    row = tx.one(_ACCOUNT_OF, owner_kind=owner_kind, owner=owner, currency=currency)
    return None if row is None else as_struct(Account, row)


def accounts_of(tx: ReadTx, owner_kind: OwnerKind, owner: str) -> list[Account]:
    """Return somebody's accounts, by currency."""
    return [
        as_struct(Account, row) for row in tx.all(_ACCOUNTS_OF, owner_kind=owner_kind, owner=owner)
    ]


# --- journals, transfers, holds ---------------------------------------------------------------

_ADD_JOURNAL = Statement(sa.insert(JOURNALS))
_ADD_TRANSFER = Statement(sa.insert(TRANSFERS))
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


def add_journal(tx: WriteTx, journal: Journal) -> None:
    """Begin a journal, to which transfers belong."""
    tx.run(_ADD_JOURNAL, **msgspec.structs.asdict(journal))


def add_transfer(
    tx: WriteTx,
    id: str,
    journal: JournalId,
    source: Account,
    target: Account,
    amount: int,
    hold: HoldId | None,
) -> None:
    """Move money. This row is the only way to do it: the database makes the entries and the balances."""
    tx.run(
        _ADD_TRANSFER,
        id=id,
        journal=journal,
        src=source.id,
        dst=target.id,
        currency=source.currency,
        amount=amount,
        hold=hold,
    )


def add_hold(tx: WriteTx, hold: Hold, journal: JournalId) -> None:
    """Keep money back."""
    tx.run(_ADD_HOLD, journal=journal, **msgspec.structs.asdict(hold))


def hold(tx: ReadTx, id: HoldId) -> Hold | None:
    """Return a hold."""
    row = tx.one(_HOLD, id=id)
    return None if row is None else as_struct(Hold, row)


def due_holds(tx: ReadTx, now_ms: int, limit: int) -> list[Hold]:
    """Return open holds whose time is over, the oldest first."""
    return [as_struct(Hold, row) for row in tx.all(_DUE_HOLDS, now=now_ms, limit=limit)]


def end_hold(tx: WriteTx, id: HoldId, state: HoldState) -> None:
    """Give free what was held. A capture needs no call: its transfer does it."""
    tx.run(_END_HOLD, of=id, new_state=state)


# --- history ----------------------------------------------------------------------------------

_E, _T, _J = ENTRIES.c, TRANSFERS.c, JOURNALS.c
_OTHER = ACCOUNTS.alias("other")
_HISTORY = Statement(
    sa.select(
        _E.seq, _E.amount, _E.balance, _J.made_at, _J.kind, _J.ref, _OTHER.c.owner_kind,
        _OTHER.c.owner,
    )
    .select_from(
        ENTRIES.join(TRANSFERS, _T.id == _E.transfer)
        .join(JOURNALS, _J.id == _T.journal)
        .join(_OTHER, _OTHER.c.id == sa.case((_E.amount < 0, _T.dst), else_=_T.src))
    )
    .where(_E.account == _bind("account"), _E.seq < _bind("before"))
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

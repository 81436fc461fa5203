"""Tables and SQL of the guard. What may be written, the database itself guards (migration 0020)."""

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.guard.model import (
    Method,
    Passkey,
    Payee,
    Pin,
    Proof,
    ProofId,
    Run,
)
from courtyard.wallet.guard.store_operators import BLOCKS
from courtyard.wallet.model import CurrencyKind, JournalId
from courtyard.wallet.store import CURRENCIES

_bind = sa.bindparam


def _big(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable)


PROOFS = sa.Table(
    "wallet_proofs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("user_id"),
    _text("kind"),
    _text("currency"),
    _big("amount"),
    _text("payee"),
    _text("payee_name"),
    _text("key"),
    sa.Column("nonce", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    _big("made_at"),
    _big("expires_at"),
    _text("method", nullable=True),
    _big("answered_at", nullable=True),
    _text("used_by", nullable=True),
    sa.UniqueConstraint("used_by"),
    sa.Index("wallet_proofs_by_user", "user_id", "expires_at"),
)
PINS = sa.Table(
    "wallet_pins",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    _text("hash"),
    _big("set_at"),
    sa.Column("wrong", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
PASSKEYS = sa.Table(
    "wallet_passkeys",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("user_id"),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    _big("sign_count"),
    _text("name"),
    _big("made_at"),
    _big("used_at", nullable=True),
    sa.Index("wallet_passkeys_by_user", "user_id"),
)
ENROLMENTS = sa.Table(
    "wallet_enrolments",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("user_id"),
    sa.Column("challenge", sa.LargeBinary, nullable=False),
    _big("expires_at"),
    sa.Index("wallet_enrolments_by_user", "user_id"),
)
COOL_DOWNS = sa.Table(
    "wallet_cool_downs",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    _big("until"),
    sqlite_with_rowid=False,
)
PAYEES = sa.Table(
    "wallet_payees",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("payee", sa.Text, primary_key=True),
    _big("paid_at", nullable=True),
    _big("trusted_at", nullable=True),
    sqlite_with_rowid=False,
)
RUNS = sa.Table(
    "wallet_runs",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), primary_key=True),
    _big("count"),
    _big("total"),
    _big("count_max"),
    _big("total_max"),
    sqlite_with_rowid=False,
)
LIMIT_USE = sa.Table(
    "wallet_limit_use",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), primary_key=True),
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("day", sa.BigInteger, primary_key=True),
    _big("used"),
    _big("max"),
    sqlite_with_rowid=False,
)

# --- proofs -----------------------------------------------------------------------------------

_P = PROOFS.c
_ADD_PROOF = Statement(sa.insert(PROOFS))
_PROOF = Statement(sa.select(*_P).where(_P.id == _bind("id")))
_ANSWER_PROOF = Statement(
    sa.update(PROOFS)
    .where(_P.id == _bind("of"))
    .values(method=_bind("how"), answered_at=_bind("now"))
)
_USE_PROOF = Statement(
    sa.update(PROOFS).where(_P.id == _bind("of")).values(used_by=_bind("journal"))
)
_FORGET_PROOFS = Statement(
    sa.delete(PROOFS).where(
        _P.user_id == _bind("who"), _P.expires_at <= _bind("now"), _P.used_by.is_(None)
    )
)


def add_proof(tx: WriteTx, proof: Proof) -> None:
    """Keep a challenge."""
    tx.run(_ADD_PROOF, **msgspec.structs.asdict(proof))


def proof(tx: ReadTx, id: ProofId) -> Proof | None:
    """Return a challenge."""
    row = tx.one(_PROOF, id=id)
    return None if row is None else as_struct(Proof, row)


def answer_proof(tx: WriteTx, id: ProofId, method: Method, now_ms: int) -> None:
    """Note that a challenge was answered. The database refuses it after its time."""
    tx.run(_ANSWER_PROOF, of=id, how=method, now=now_ms)


def use_proof(tx: WriteTx, id: ProofId, journal: JournalId) -> None:
    """Use a proof up. The database refuses a second use, and a second proof for one journal."""
    tx.run(_USE_PROOF, of=id, journal=journal)


def forget_old_proofs(tx: WriteTx, user_id: UserId, now_ms: int) -> None:
    """Delete somebody's challenges that were never used and cannot be any more."""
    tx.run(_FORGET_PROOFS, who=user_id, now=now_ms)


# --- factors ----------------------------------------------------------------------------------

_SET_PIN = Upsert(PINS, key=["user_id"], update=["hash", "set_at", "wrong"])
_PIN = Statement(sa.select(*PINS.c).where(PINS.c.user_id == _bind("who")))
_SET_WRONG = Statement(
    sa.update(PINS).where(PINS.c.user_id == _bind("who")).values(wrong=_bind("count"))
)
_K = PASSKEYS.c
_ADD_PASSKEY = Upsert(PASSKEYS, key=["id"])
_PASSKEYS_OF = Statement(
    sa.select(*_K).where(_K.user_id == _bind("who")).order_by(_K.made_at, _K.id)
)
_USE_PASSKEY = Statement(
    sa.update(PASSKEYS)
    .where(
        _K.id == _bind("of"),
        _K.user_id == _bind("who"),
        # A key that counts counts up: a copy of it would come with a number that was there before.
        sa.or_(_K.sign_count < _bind("count"), sa.and_(_K.sign_count == 0, _bind("count") == 0)),
    )
    .values(sign_count=_bind("count"), used_at=_bind("now"))
)
_DROP_PASSKEY = Statement(
    sa.delete(PASSKEYS).where(_K.id == _bind("of"), _K.user_id == _bind("who"))
)
_N = ENROLMENTS.c
_ADD_ENROLMENT = Statement(sa.insert(ENROLMENTS))
_ENROLMENT = Statement(
    sa.select(_N.challenge).where(
        _N.id == _bind("id"), _N.user_id == _bind("who"), _N.expires_at > _bind("now")
    )
)
_DROP_ENROLMENTS = Statement(sa.delete(ENROLMENTS).where(_N.user_id == _bind("who")))
_SET_COOL_DOWN = Upsert(COOL_DOWNS, key=["user_id"], update=["until"])
_COOL_DOWN = Statement(sa.select(COOL_DOWNS.c.until).where(COOL_DOWNS.c.user_id == _bind("who")))


def set_pin(tx: WriteTx, pin: Pin) -> None:
    """Keep a PIN in place of the one before."""
    tx.run(_SET_PIN, **msgspec.structs.asdict(pin))


def pin(tx: ReadTx, user_id: UserId) -> Pin | None:
    """Return somebody's PIN."""
    row = tx.one(_PIN, who=user_id)
    return None if row is None else as_struct(Pin, row)


def set_wrong(tx: WriteTx, user_id: UserId, count: int) -> None:
    """Note how many wrong PINs were given in a row."""
    tx.run(_SET_WRONG, who=user_id, count=count)


def add_passkey(tx: WriteTx, passkey: Passkey) -> bool:
    """Keep a passkey; False: it is known already, to whomever."""
    return tx.run(_ADD_PASSKEY, **msgspec.structs.asdict(passkey)) == 1


def passkeys(tx: ReadTx, user_id: UserId) -> list[Passkey]:
    """Return somebody's passkeys."""
    return [as_struct(Passkey, row) for row in tx.all(_PASSKEYS_OF, who=user_id)]


def use_passkey(tx: WriteTx, user_id: UserId, id: str, sign_count: int) -> bool:
    """Note that a passkey signed; False: its counter went back, or it is gone."""
    return tx.run(_USE_PASSKEY, of=id, who=user_id, count=sign_count, now=tx.now_ms()) == 1


def drop_passkey(tx: WriteTx, user_id: UserId, id: str) -> bool:
    """Forget a passkey; False: there is none."""
    return tx.run(_DROP_PASSKEY, of=id, who=user_id) == 1


def add_enrolment(tx: WriteTx, id: str, user_id: UserId, challenge: bytes, expires_at: int) -> None:
    """Keep the challenge of a passkey that is to be made, in place of the one before."""
    tx.run(_DROP_ENROLMENTS, who=user_id)
    tx.run(_ADD_ENROLMENT, id=id, user_id=user_id, challenge=challenge, expires_at=expires_at)


def enrolment(tx: ReadTx, user_id: UserId, id: str, now_ms: int) -> bytes | None:
    """Return the challenge of a passkey that is to be made."""
    row = tx.one(_ENROLMENT, id=id, who=user_id, now=now_ms)
    return None if row is None else bytes(row[0])


def end_enrolment(tx: WriteTx, user_id: UserId) -> None:
    """Forget the challenge: it works once."""
    tx.run(_DROP_ENROLMENTS, who=user_id)


def set_cool_down(tx: WriteTx, user_id: UserId, until: int) -> None:
    """Let payouts and payments to new payees wait."""
    tx.run(_SET_COOL_DOWN, user_id=user_id, until=until)


def cool_down(tx: ReadTx, user_id: UserId) -> TimestampMs | None:
    """Return until when they wait, or waited."""
    row = tx.one(_COOL_DOWN, who=user_id)
    return None if row is None else TimestampMs(row[0])


# --- payees, runs, limits ---------------------------------------------------------------------

_Y = PAYEES.c
_PAYEE = Statement(sa.select(*_Y).where(_Y.user_id == _bind("who"), _Y.payee == _bind("whom")))
_TRUSTED = Statement(
    sa.select(*_Y).where(_Y.user_id == _bind("who"), _Y.trusted_at.is_not(None)).order_by(_Y.payee)
)
_SET_PAID = Upsert(PAYEES, key=["user_id", "payee"], update=["paid_at"])
_SET_TRUSTED = Upsert(PAYEES, key=["user_id", "payee"], update=["trusted_at"])
_RUN = Statement(
    sa.select(RUNS.c.count, RUNS.c.total).where(
        RUNS.c.user_id == _bind("who"), RUNS.c.currency == _bind("code")
    )
)
_SET_RUN = Upsert(
    RUNS, key=["user_id", "currency"], update=["count", "total", "count_max", "total_max"]
)
_U = LIMIT_USE.c
_USED = Statement(
    sa.select(_U.used).where(
        _U.user_id == _bind("who"),
        _U.currency == _bind("code"),
        _U.rule == _bind("of_rule"),
        _U.day == _bind("on"),
    )
)
_SET_USED = Upsert(LIMIT_USE, key=["user_id", "currency", "rule", "day"], update=["used", "max"])


def payee(tx: ReadTx, user_id: UserId, whom: str) -> Payee | None:
    """Return what is known of a payee to somebody."""
    row = tx.one(_PAYEE, who=user_id, whom=whom)
    return None if row is None else as_struct(Payee, row)


def trusted(tx: ReadTx, user_id: UserId) -> list[Payee]:
    """Return whom somebody trusts."""
    return [as_struct(Payee, row) for row in tx.all(_TRUSTED, who=user_id)]


def set_paid(tx: WriteTx, user_id: UserId, whom: str, paid_at: int) -> None:
    """Note that somebody was paid."""
    tx.run(_SET_PAID, user_id=user_id, payee=whom, paid_at=paid_at, trusted_at=None)


def set_trusted(tx: WriteTx, user_id: UserId, whom: str, trusted_at: int | None) -> None:
    """Note that somebody is trusted, or no more."""
    tx.run(_SET_TRUSTED, user_id=user_id, payee=whom, paid_at=None, trusted_at=trusted_at)


def run(tx: ReadTx, user_id: UserId, currency: Currency) -> Run:
    """Return the small payments since the last proof."""
    row = tx.one(_RUN, who=user_id, code=currency)
    return Run(count=0, total=0) if row is None else as_struct(Run, row)


def set_run(
    tx: WriteTx, user_id: UserId, currency: Currency, run: Run, count_max: int, total_max: int
) -> None:
    """Note the small payments since the last proof. The database refuses more than the law allows."""
    tx.run(
        _SET_RUN,
        user_id=user_id,
        currency=currency,
        count=run.count,
        total=run.total,
        count_max=count_max,
        total_max=total_max,
    )


def used(tx: ReadTx, user_id: UserId, currency: Currency, rule: str, day: int) -> int:
    """Return what was used of a limit on a day."""
    row = tx.one(_USED, who=user_id, code=currency, of_rule=rule, on=day)
    return 0 if row is None else int(row[0])


def set_used(
    tx: WriteTx, user_id: UserId, currency: Currency, rule: str, day: int, used: int, most: int
) -> None:
    """Note what was used of a limit. The database refuses more than the limit."""
    tx.run(
        _SET_USED,
        user_id=user_id,
        currency=currency,
        rule=rule,
        day=day,
        used=used,
        max=most,
    )


# --- all of it at once --------------------------------------------------------------------------

RULES: Final = ("no_factor_day", "new_device_day", "pin_day", "passkey_day")


def _one(column: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return sa.select(column).where(*where).scalar_subquery()


_MINE: sa.BindParameter[Any] = _bind("who")
_CODE: sa.BindParameter[Any] = _bind("code")
_PAYER_AND_PAYEE = CURRENCIES.outerjoin(
    PAYEES, sa.and_(_Y.user_id == _MINE, _Y.payee == _bind("whom"))
).outerjoin(RUNS, sa.and_(RUNS.c.user_id == _MINE, RUNS.c.currency == _CODE))
_LOOK = Statement(
    sa.select(
        CURRENCIES.c.kind,
        CURRENCIES.c.scale,
        sa.exists().where(BLOCKS.c.user_id == _MINE, BLOCKS.c.ended_at.is_(None)),
        _one(COOL_DOWNS.c.until, COOL_DOWNS.c.user_id == _MINE),
        _Y.paid_at,
        _Y.trusted_at,
        sa.exists().where(PINS.c.user_id == _MINE),
        sa.exists().where(_K.user_id == _MINE),
        RUNS.c.count,
        RUNS.c.total,
        *(
            _one(
                _U.used,
                _U.user_id == _MINE,
                _U.currency == _CODE,
                _U.rule == sa.literal_column(f"'{name}'"),
                _U.day == _bind("on"),
            )
            for name in RULES
        ),
    )
    .select_from(_PAYER_AND_PAYEE)
    .where(CURRENCIES.c.code == _CODE)
)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a payer, a payee and a day, in one question: every payment asks it."""

    kind: CurrencyKind
    scale: int
    may_be_blocked: bool
    cool_until: TimestampMs | None
    is_known: bool
    is_trusted: bool
    has_pin: bool
    has_passkey: bool
    run: Run
    used: dict[str, int]


def look(tx: ReadTx, user_id: UserId, payee: str, currency: Currency, day: int) -> Look | None:
    """Return everything about a payment but the payment; None: there is no such currency."""
    row = tx.one(_LOOK, who=user_id, whom=payee, code=currency, on=day)
    if row is None:
        return None
    kind, scale, blocked, until, paid, trusted, pin, passkey, count, total, *used = row
    return Look(
        kind=kind,
        scale=scale,
        may_be_blocked=bool(blocked),
        cool_until=until,
        is_known=paid is not None,
        is_trusted=trusted is not None,
        has_pin=bool(pin),
        has_passkey=bool(passkey),
        run=Run(count=count or 0, total=total or 0),
        used=dict(zip(RULES, [one or 0 for one in used], strict=True)),
    )


# --- an account that ends -----------------------------------------------------------------------

_FORGET = [
    Statement(sa.delete(table).where(table.c.user_id == _bind("who")))
    for table in (PINS, PASSKEYS, ENROLMENTS, COOL_DOWNS, PAYEES)
]
_FORGET_UNUSED = Statement(
    sa.delete(PROOFS).where(_P.user_id == _bind("who"), _P.used_by.is_(None))
)


def forget(tx: WriteTx, user_id: UserId) -> None:
    """Forget how somebody proved who they were, and whom they trusted. Used proofs belong to the ledger and stay."""
    for statement in (*_FORGET, _FORGET_UNUSED):
        tx.run(statement, who=user_id)

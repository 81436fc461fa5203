"""Every table and SQL statement about mail: addresses, the outbox, and what was delivered.

The outbox is written in the transaction that there is something to tell of, so nothing is told that did not happen, and nothing that
happened is lost. A letter leaves it when the mail server took it, when it is given up, or with its account.
"""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct.model import DecisionId
from courtyard.conduct.model_mail import Delivery, Letter, LetterId, Mailbox
from courtyard.conduct.store import decode, encode
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx

_bind = sa.bindparam

MAILBOXES = sa.Table(
    "conduct_mail",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("address", sa.Text),
    sa.Column("confirmed_at", sa.BigInteger),
    sa.Column("wanted", sa.Text),
    sa.Column("code_hash", sa.LargeBinary),
    sa.Column("asked_at", sa.BigInteger),
    sqlite_with_rowid=False,
)
OUTBOX = sa.Table(
    "conduct_outbox",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("next_at", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("conduct_outbox_by_time", "next_at"),
    sa.Index("conduct_outbox_by_user", "user_id"),
    sqlite_with_rowid=False,
)
DELIVERIES = sa.Table(
    "conduct_deliveries",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("decision_id", sa.Text, nullable=False),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("ended_at", sa.BigInteger, nullable=False),
    sa.Column("receipt", sa.Text),
    sa.Index("conduct_deliveries_by_decision", "decision_id"),
    sa.Index("conduct_deliveries_by_user", "user_id"),
    sqlite_with_rowid=False,
)

# --- addresses --------------------------------------------------------------------------------------

_M = MAILBOXES.c
_COLUMNS = (_M.user_id, _M.address, _M.confirmed_at, _M.wanted, _M.code_hash, _M.asked_at)
_MAILBOX = Statement(sa.select(*_COLUMNS).where(_M.user_id == _bind("user_id")))
_SET_MAILBOX = Upsert(
    MAILBOXES,
    key=["user_id"],
    update=["address", "confirmed_at", "wanted", "code_hash", "asked_at"],
)
_DELETE_MAILBOX = Statement(sa.delete(MAILBOXES).where(_M.user_id == _bind("user_id")))


def mailbox(tx: ReadTx, user_id: UserId) -> Mailbox:
    """Return where an account gets mail; an empty one where it never said."""
    row = tx.one(_MAILBOX, user_id=user_id)
    if row is None:
        return Mailbox(user_id=user_id)
    _, address, confirmed_at, wanted, code_hash, asked_at = row
    return Mailbox(
        user_id=user_id,
        address=address,
        confirmed_at=confirmed_at,
        wanted=wanted,
        code_hash=code_hash,
        asked_at=asked_at,
    )


def set_mailbox(tx: WriteTx, mailbox: Mailbox) -> None:
    """Keep where an account gets mail."""
    tx.run(_SET_MAILBOX, **msgspec.structs.asdict(mailbox))


def delete_mailbox(tx: WriteTx, user_id: UserId) -> None:
    """Forget where an account gets mail."""
    tx.run(_DELETE_MAILBOX, user_id=user_id)


# --- the outbox -------------------------------------------------------------------------------------

_O = OUTBOX.c
_ADD_LETTER = Statement(sa.insert(OUTBOX))
_NEXT_DUE = Statement(
    sa.select(_O.body, _O.attempts)
    .where(_O.next_at <= _bind("now"))
    .order_by(_O.next_at, _O.id)
    .limit(1)
)
_NEXT_TIME = Statement(sa.select(_O.next_at).order_by(_O.next_at).limit(1))
_LETTERS_OF = Statement(
    sa.select(_O.body, _O.attempts)
    .where(_O.user_id == _bind("user_id"))
    .order_by(_O.next_at, _O.id)
)
_PUT_OFF = Statement(
    sa.update(OUTBOX)
    .where(_O.id == _bind("of"))
    .values(attempts=_bind("tried"), next_at=_bind("again_at"))
)
_HURRY = Statement(
    sa.update(OUTBOX).where(_O.next_at > _bind("now")).values(next_at=_bind("at_once"))
)
_SET_LETTER = Statement(
    sa.update(OUTBOX).where(_O.id == _bind("of")).values(body=_bind("new_body"))
)
_DELETE_LETTER = Statement(sa.delete(OUTBOX).where(_O.id == _bind("id")))
_DELETE_LETTERS = Statement(sa.delete(OUTBOX).where(_O.user_id == _bind("user_id")))


def _letter(body: str, attempts: int) -> Letter:
    return msgspec.structs.replace(decode(body, Letter), attempts=attempts)


def add_letter(tx: WriteTx, letter: Letter) -> None:
    """Put a letter in the outbox, due at once."""
    tx.run(
        _ADD_LETTER,
        id=letter.id,
        user_id=letter.user_id,
        next_at=letter.made_at,
        attempts=0,
        body=encode(letter),
    )


def next_due(tx: ReadTx, now_ms: int) -> Letter | None:
    """Return the letter that has been due for the longest time."""
    row = tx.one(_NEXT_DUE, now=now_ms)
    return None if row is None else _letter(*row)


def next_time(tx: ReadTx) -> TimestampMs | None:
    """Return when a letter is due next."""
    row = tx.one(_NEXT_TIME)
    return None if row is None else TimestampMs(row[0])


def letters_of(tx: ReadTx, user_id: UserId) -> list[Letter]:
    """Return what waits to be sent to an account, in order."""
    return [_letter(*row) for row in tx.all(_LETTERS_OF, user_id=user_id)]


def put_off(tx: WriteTx, id: LetterId, attempts: int, again_at: int) -> None:
    """Try a letter again later."""
    tx.run(_PUT_OFF, of=id, tried=attempts, again_at=again_at)


def hurry(tx: WriteTx) -> None:
    """Try every letter at once: the server was started, perhaps because mail did not go."""
    tx.run(_HURRY, now=tx.now_ms(), at_once=tx.now_ms())


def set_letter(tx: WriteTx, letter: Letter) -> None:
    """Change what stands in a letter, its address for example."""
    tx.run(_SET_LETTER, of=letter.id, new_body=encode(letter))


def delete_letter(tx: WriteTx, id: LetterId) -> bool:
    """Take a letter out of the outbox; tell whether it was there."""
    return tx.run(_DELETE_LETTER, id=id) > 0


def delete_letters(tx: WriteTx, user_id: UserId) -> None:
    """Take out everything that waits to be sent to an account."""
    tx.run(_DELETE_LETTERS, user_id=user_id)


# --- deliveries -------------------------------------------------------------------------------------

_D = DELIVERIES.c
_ADD_DELIVERY = Statement(sa.insert(DELIVERIES))
_DELIVERIES = Statement(
    sa.select(_D.what, _D.ended_at, _D.receipt)
    .where(_D.decision_id == _bind("decision_id"))
    .order_by(_D.ended_at, _D.id)
)
_DELETE_DELIVERIES = Statement(sa.delete(DELIVERIES).where(_D.user_id == _bind("user_id")))


def add_delivery(tx: WriteTx, letter: Letter, at: int, receipt: str | None) -> None:
    """Keep what became of a letter about a decision."""
    tx.run(
        _ADD_DELIVERY,
        id=letter.id,
        decision_id=letter.decision_id,
        user_id=letter.user_id,
        what=letter.what,
        ended_at=at,
        receipt=receipt,
    )


def deliveries(tx: ReadTx, decision_id: DecisionId) -> list[Delivery]:
    """Return what became of the letters about a decision, in order."""
    rows = tx.all(_DELIVERIES, decision_id=decision_id)
    return [Delivery(what=what, at=at, receipt=receipt) for what, at, receipt in rows]


def delete_deliveries(tx: WriteTx, user_id: UserId) -> None:
    """Forget what became of an account's letters: a receipt may name its address."""
    tx.run(_DELETE_DELIVERIES, user_id=user_id)

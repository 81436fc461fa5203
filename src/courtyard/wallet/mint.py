"""Currencies and new money. Both are the operator's; new money needs two operators."""

import secrets

import msgspec

from courtyard.accounts.account import get_account
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger, mode, rules, store
from courtyard.wallet.errors import CurrencyExistsError
from courtyard.wallet.model import CurrencyInfo, CurrencyKind, JournalId, Mint, MintId
from courtyard.wallet.proposals import check_operator

SHOWN_MAX = 100


def add_currency(tx: WriteTx, code: str, kind: CurrencyKind, scale: int, name: str) -> CurrencyInfo:
    """Make a currency, for ever.

    Raises:
        UnknownCurrencyError, FiatNotOfferedError: see `rules.check_new_currency`.
        CurrencyExistsError: there is one of this code.
    """
    chosen = mode.in_force(tx)
    checked = rules.check_new_currency(code, kind, scale, None if chosen is None else chosen.mode)
    if store.currency(tx, checked) is not None:
        message = f"There is a currency {checked} already."
        raise CurrencyExistsError(message)
    made = CurrencyInfo(code=checked, kind=kind, scale=scale, name=name, made_at=tx.now_ms())
    store.add_currency(tx, made)
    return made


def propose(tx: WriteTx, by: UserId, to: UserId, currency: Currency, amount: int) -> Mint:
    """Propose new money for somebody. It is not there before another operator approves.

    Raises:
        ForbiddenError: `by` is no operator. NotFoundError: nobody has this account. UnknownCurrencyError.
    """
    check_operator(tx, by)
    get_account(tx, to)
    rules.check_currency(store.currency(tx, currency))
    made = Mint(
        id=MintId(f"m_{secrets.token_hex(8)}"),
        currency=currency,
        user_id=to,
        amount=amount,
        proposed_by=by,
        proposed_at=tx.now_ms(),
        approved_by=None,
        approved_at=None,
    )
    store.set_mint(tx, made)
    return made


def approve(tx: WriteTx, by: UserId, id: MintId) -> Mint:
    """Make the money that another operator proposed.

    Raises:
        ForbiddenError: `by` is no operator. NotFoundError: there is no such proposal, or the account is gone.
        EndedError: it was approved. NotIndependentError: by who proposed it. TooMuchError: the currency is full.
    """
    check_operator(tx, by)
    found = store.mint(tx, id)
    if found is None:
        message = "There is no such proposal."
        raise NotFoundError(message)
    rules.check_approval(found, by)
    get_account(tx, found.user_id)
    source = ledger.mint_account(tx, found.currency)
    target = ledger.open_account(tx, "user", found.user_id, found.currency)
    permit = admit(tx, by, Action.MINT_MONEY)
    moves = [ledger.Move(source.id, target.id, found.amount)]
    ledger.transfer(tx, permit, JournalId(id), "mint", id, moves)
    done = msgspec.structs.replace(found, approved_by=by, approved_at=tx.now_ms())
    store.set_mint(tx, done)
    return done


def proposals(tx: ReadTx) -> list[Mint]:
    """Return the newest proposals of new money, approved or not."""
    return store.mints(tx, SHOWN_MAX)

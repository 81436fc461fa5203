"""Money of accounts that have ended. It stays theirs for ever: operators see it, and hand it to its owner like other cash.

Whoever ends an account is asked nothing about money, and can log in no more to take it out. So an operator asks in their place, which takes the
units out of the balance; two operators hand it over (`redeem`), after they have seen who it is. One operator gives it back.
"""

import secrets
from itertools import islice
from typing import Final

from courtyard.accounts.account import account_is_active
from courtyard.base.errors import ForbiddenError, NotFoundError
from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import proposals, rules
from courtyard.wallet import store as wallet_store
from courtyard.wallet.expire import take_back_due
from courtyard.wallet.guard.blocks import check_payout
from courtyard.wallet.model import Account
from courtyard.wallet.rails import move, pay, store
from courtyard.wallet.rails.cash import CASH
from courtyard.wallet.rails.model import Payee, RailTxn, TxnId

SHOWN_MAX: Final = 1_000
HAND_OUT: Final = "hand out money of accounts that have ended"
NONE = "There is nothing of theirs."


def balances(tx: ReadTx) -> list[Account]:
    """Return accounts with money in them whose owners have ended theirs, by owner and currency."""
    rest = (
        one
        for one in wallet_store.people_with_money(tx)
        if not account_is_active(tx, UserId(one.owner))
    )
    return list(islice(rest, SHOWN_MAX))


def ask(tx: WriteTx, by: UserId, user_id: UserId, code: str) -> RailTxn:
    """Ask for all the money of an ended account as cash, in its owner's place.

    Raises, in this order:
        ForbiddenError: `by` is no operator, or the account has not ended: its owner asks themselves. UnknownCurrencyError;
        BlockedError: for security or by a court; NotFoundError: there is none.
    """
    proposals.check_operator(tx, by, HAND_OUT)
    if account_is_active(tx, user_id):
        message = "This account has not ended: its owner takes the money out."
        raise ForbiddenError(message)
    currency: Currency = rules.check_currency(wallet_store.currency(tx, code)).code
    check_payout(tx, user_id)
    take_back_due(tx, user_id)
    found = wallet_store.account_of(tx, "user", user_id, currency)
    if found is None or found.available <= 0:
        raise NotFoundError(NONE)
    amount = min(found.available, CASH.amount_max)
    id = TxnId(f"po_{secrets.token_hex(15)}")
    made = pay.new_txn(tx, CASH, id, "payout", user_id, currency, amount, Payee())
    store.add_txn(tx, made)
    move.take(tx, admit(tx, user_id, Action.WITHDRAW), made)
    return made

"""Closing a wallet: an account in one currency, when it is empty. Its history stays, and money that comes later opens it again."""

from typing import Any

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.storage.tx import WriteTx
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet import store as ledger_store
from courtyard.wallet.expire import take_back_due
from courtyard.wallet.guard import store_operators
from courtyard.wallet.guard.errors import NotEmptyError


def close(tx: WriteTx, user_id: UserId, code: str) -> dict[str, Any]:
    """Close somebody's account in a currency. Asked again, it returns the same.

    Raises, in this order:
        UnknownCurrencyError; NotFoundError: they have none; NotEmptyError: there is money in it, held, or on the way from it.
    """
    currency: Currency = wallet_rules.check_currency(ledger_store.currency(tx, code)).code
    found = ledger_store.account_of(tx, "user", user_id, currency)
    if found is None:
        message = "You have no account in this currency."
        raise NotFoundError(message)
    if not found.closed:
        take_back_due(tx, user_id)
        found = ledger_store.account(tx, found.id)
        is_under_way = store_operators.is_under_way(tx, found.id)
        if found.posted or found.held or is_under_way:
            message = "There is money in it, or on the way. Spend it, pay it out, or wait for it."
            told = {
                "org.courtyard.posted": str(found.posted),
                "org.courtyard.held": str(found.held),
                "org.courtyard.under_way": is_under_way,
            }
            raise NotEmptyError(message, **told)
        ledger_store.set_closed(tx, found, closed=1)
    return {"currency": currency, "closed": True}

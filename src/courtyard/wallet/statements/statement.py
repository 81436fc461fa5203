"""A month of an account. Any account: a person's own, or a merchant's, whose routes say who may ask.

Where a month ends is fixed by entries, not by times: it has the entries up to the last one that was made before its end. So each entry is in
one month, and a month opens with what the one before closed with, even where the server's clock was set back.
"""

from collections.abc import AsyncIterator
from typing import Final

from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet import store as wallet_store
from courtyard.wallet.model import Account, MerchantId
from courtyard.wallet.shops import access
from courtyard.wallet.shops.merchants import payee_name
from courtyard.wallet.shops.model import Asker
from courtyard.wallet.statements import store
from courtyard.wallet.statements.model import Entry, Month, Statement
from courtyard.wallet.statements.rules import check_format

PAGE: Final = 500
"""Entries that are in memory at once."""


def of_user(tx: ReadTx, user_id: UserId, currency: str, month: Month, format: str) -> Statement:
    """Return somebody's month, in the shape that all formats begin with.

    Raises:
        UnknownCurrencyError; StatementFormatError: the format does not know this currency.
    """
    account = wallet_store.account_of(tx, "user", user_id, Currency(currency))
    return of_account(tx, account, user_id, currency, month, format)


def of_merchant(
    tx: ReadTx, asker: Asker, id: MerchantId, currency: str, month: Month, format: str
) -> Statement:
    """Return a shop's month, to its owner or to a key with the scope `orders`.

    Raises:
        NotFoundError, ScopeError: see `shops.access`. UnknownCurrencyError; StatementFormatError.
    """
    merchant = access.at_orders(tx, asker, id)
    account = wallet_store.account_of(tx, "merchant", id, Currency(currency))
    return of_account(tx, account, payee_name(merchant), currency, month, format)


def of_account(
    tx: ReadTx, account: Account | None, holder: str, currency: str, month: Month, format: str
) -> Statement:
    """Return a month of an account.

    Args:
        account: None: there is none yet.
        holder: whose it is, as the statement says.

    Raises:
        UnknownCurrencyError; StatementFormatError.
    """
    info = wallet_rules.check_currency(wallet_store.currency(tx, currency))
    check_format(format, info)
    first, opening, last, closing = 0, 0, 0, 0
    credits, credit_count, debits, debit_count = 0, 0, 0, 0
    if account is not None:
        first, opening = store.last_before(tx, account.id, month.start_ms)
        last, closing = store.last_before(tx, account.id, month.end_ms)
        credits, credit_count, debits, debit_count = store.sums(tx, account.id, first, last)
    now_ms = tx.now_ms()
    return Statement(
        account=None if account is None else account.id,
        holder=holder,
        currency=info,
        month=month,
        first=first,
        last=last,
        opening=opening,
        closing=closing,
        credits=credits,
        credit_count=credit_count,
        debits=debits,
        debit_count=debit_count,
        made_at=now_ms,
        until_ms=TimestampMs(min(now_ms, month.end_ms - 1)),
    )


def page(tx: ReadTx, statement: Statement, after: int, limit: int) -> list[Entry]:
    """Return a month's entries after a number, the oldest first."""
    if statement.account is None:
        return []
    begin = max(after, statement.first)
    return store.page(tx, statement.account, begin, statement.last, limit)


async def pages(db: Database, statement: Statement) -> AsyncIterator[list[Entry]]:
    """Yield a month's entries, some at a time, however many there are. What is written meanwhile is not in it."""
    after = statement.first
    while after < statement.last:
        found = await db.read(page, statement, after, PAGE)
        yield found
        after = found[-1].seq

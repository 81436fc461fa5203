"""What an account has, and how it came to that. Nothing can take these answers away (P3), so nothing asks the gate."""

from typing import Any, Final

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.base.whole_number import parse_whole_number
from courtyard.storage.tx import ReadTx
from courtyard.wallet import rules, store, store_people
from courtyard.wallet.model import CurrencyInfo, Line

PAGE_MAX: Final = 100
NEWEST: Final = 2**63 - 1


def currencies(tx: ReadTx) -> dict[str, Any]:
    """Return the currencies of this server."""
    return {"currencies": [_show_currency(one) for one in store.currencies(tx)]}


def balance(tx: ReadTx, user_id: UserId) -> dict[str, Any]:
    """Return what somebody has in each currency. What is due to come back to them, or has arrived, counts as there, by the clock."""
    due = _due(tx, user_id)
    return {
        "balances": [
            {
                "currency": account.currency,
                "available": str(account.available + due.get(account.currency, 0)),
                "held": str(account.held),
            }
            for account in store.accounts_of(tx, "user", user_id)
        ]
    }


def _due(tx: ReadTx, user_id: UserId) -> dict[Currency, int]:
    now_ms = tx.now_ms()
    due: dict[Currency, int] = {}
    back = store_people.due_offers_of(tx, user_id, now_ms)
    for offer in (*back, *store_people.arrivals_of(tx, user_id, now_ms)):
        due[offer.currency] = due.get(offer.currency, 0) + offer.amount
    for packet in store_people.due_packets_of(tx, user_id, now_ms):
        rest = store.account(tx, packet.escrow).posted
        due[packet.currency] = due.get(packet.currency, 0) + rest
    return due


def parse_page(start: str | None, limit: str | None) -> tuple[int, int]:
    """Read where a page begins and how long it may be.

    Raises:
        InvalidParamError: one of them is no such number.
    """
    return _number(start, NEWEST, NEWEST), min(_number(limit, PAGE_MAX, NEWEST), PAGE_MAX)


def _number(text: str | None, default: int, highest: int) -> int:
    if text is None:
        return default
    number = parse_whole_number(text, len(str(highest)))
    if number is None or not 1 <= number <= highest:
        message = "A page begins at `next` of the one before, and has 1 to 100 lines."
        raise InvalidParamError(message)
    return number


def history(
    tx: ReadTx, user_id: UserId, currency: str, before: int, limit: int
) -> tuple[list[Line], int | None]:
    """Return a page of somebody's entries in a currency, the newest first, and where the next page begins.

    Raises:
        UnknownCurrencyError: there is no such currency.
    """
    code = rules.check_currency(store.currency(tx, currency)).code
    account = store.account_of(tx, "user", user_id, code)
    if account is None:
        return [], None
    found = store.history(tx, account.id, before, limit)
    more = len(found) == limit and found[-1].seq > 1
    return found, found[-1].seq if more else None


def show_line(line: Line) -> dict[str, Any]:
    """Return an entry as its owner sees it."""
    return {
        "seq": line.seq,
        "amount": str(line.amount),
        "balance": str(line.balance),
        "made_at": line.made_at,
        "kind": line.kind,
        "ref": line.ref,
        "with": line.counterpart,
    }


def _show_currency(one: CurrencyInfo) -> dict[str, Any]:
    return {"code": one.code, "kind": one.kind, "scale": one.scale, "name": one.name}

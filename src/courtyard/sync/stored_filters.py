"""Filters that a client stores once and names afterwards.

spec: client-server-api#filtering
"""

import msgspec

from courtyard.base import canonical_json
from courtyard.base.errors import CourtyardError, NotFoundError
from courtyard.base.ids import UserId
from courtyard.rooms.filters import Filter, parse_filter
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.sync import store

FILTERS_MAX = 1000
"""Filters of one account at the most; clients use a handful."""

FILTER_BYTES_MAX = 65_536


class TooManyFiltersError(CourtyardError):
    """The account has stored as many filters as it may."""

    code = "sync.too_many_filters"


def store_filter(tx: WriteTx, user_id: UserId, value: dict[str, object]) -> str:
    """Store a filter and return its id; the same filter again has the same id.

    Raises:
        BadJsonError: it is no filter.
        TooManyFiltersError: the account has `FILTERS_MAX` of them.
    """
    parse_filter(value)
    json = canonical_json.encode(value)
    if len(json) > FILTER_BYTES_MAX:
        message = "The filter is too large."
        raise TooManyFiltersError(message)
    found = store.same_filter(tx, user_id, json)
    if found is None:
        last = store.last_filter_id(tx, user_id)
        found = 0 if last is None else last + 1
        if found >= FILTERS_MAX:
            message = "You have stored too many filters."
            raise TooManyFiltersError(message)
        store.add_filter(tx, user_id, found, json)
    return str(found)


def stored_filter_json(tx: ReadTx, user_id: UserId, filter_id: str) -> bytes:
    """Return a stored filter as it was given.

    Raises:
        NotFoundError: there is none with this id.
    """
    number = int(filter_id) if filter_id.isascii() and filter_id.isdigit() else -1
    json = store.filter_json(tx, user_id, number) if 0 <= number < FILTERS_MAX else None
    if json is None:
        message = "There is no such filter."
        raise NotFoundError(message)
    return json


def stored_filter(tx: ReadTx, user_id: UserId, filter_id: str) -> Filter:
    """Return a stored filter, ready to use.

    Raises:
        NotFoundError: there is none with this id.
    """
    return parse_filter(msgspec.json.decode(stored_filter_json(tx, user_id, filter_id)))

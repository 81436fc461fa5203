"""Months, and what a cell of a spreadsheet may begin with. Pure."""

import datetime as dt
import re
from typing import Final

from courtyard.base.ids import TimestampMs
from courtyard.wallet.model import CurrencyInfo
from courtyard.wallet.statements.errors import StatementFormatError
from courtyard.wallet.statements.model import Month

FORMATS: Final = ("csv", "json", "xml", "html")
_FILE_RE: Final = re.compile(
    r"((?:19[789]|2[0-9]{2})[0-9]-(?:0[1-9]|1[0-2]))\.([a-z]{3,4})", re.ASCII
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def parse_file(name: str, now_ms: TimestampMs) -> tuple[Month, str]:
    """Read what is asked for: `2026-10.csv`.

    Raises:
        StatementFormatError: it is no month that has begun, or no format.
    """
    found = _FILE_RE.fullmatch(name)
    month = None if found is None else month_of(found[1])
    if found is None or month is None or found[2] not in FORMATS or month.start_ms > now_ms:
        message = (
            "Statements are of months that have begun, as csv, json, xml or html: 2026-10.csv."
        )
        raise StatementFormatError(message)
    return month, found[2]


def month_of(name: str) -> Month:
    """Return the month of a name that is one."""
    start = dt.datetime.strptime(name, "%Y-%m").replace(tzinfo=dt.UTC)
    days = 32
    end = (start + dt.timedelta(days=days)).replace(day=1)
    return Month(name=name, start_ms=_ms(start), end_ms=_ms(end))


def _ms(time: dt.datetime) -> TimestampMs:
    return TimestampMs(round(time.timestamp()) * 1000)


def check_format(format: str, currency: CurrencyInfo) -> None:
    """Say whether a currency can be told in a format.

    Raises:
        StatementFormatError: a bank's format knows official money only.
    """
    if format == "xml" and currency.kind != "fiat":
        message = "A camt.053 can only be in official money; take csv or json."
        raise StatementFormatError(message)


def cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def utc(time_ms: int) -> dt.datetime:
    """Return a time."""
    return dt.datetime.fromtimestamp(time_ms / 1000, dt.UTC)


def day(time_ms: int) -> str:
    """Return the day of a time, as `2026-10-31`."""
    return utc(time_ms).strftime("%Y-%m-%d")

"""A day's bill as text: which day, when it is ready, and cells that no spreadsheet takes for a formula. Pure."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import TimestampMs
from courtyard.wallet.model import DAY_MS
from courtyard.wallet.shops.errors import BillNotReadyError
from courtyard.wallet.shops.model import BillType, Entry

READY_MS: Final = 3_600_000
"""How long after the end of a day its bill is ready."""
GUARD: Final = "`"
"""Stands before every cell: a spreadsheet then neither computes it nor rounds it."""
TYPES: Final[dict[str, BillType]] = {
    "all": "all",
    "success": "success",
    "refund": "refund",
    "fund-flow": "fund-flow",
}
_DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)


def parse_day(text: str) -> TimestampMs:
    """Return when a day began (UTC), written as 2026-11-25.

    Raises:
        InvalidParamError: there is no such day.
    """
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        message = "A day is written as 2026-11-25."
        raise InvalidParamError(message) from error
    return TimestampMs((day.toordinal() - dt.date(1970, 1, 1).toordinal()) * DAY_MS)


def parse_type(text: str | None) -> BillType:
    """Return what kind of bill is wanted.

    Raises:
        InvalidParamError: there is no such kind.
    """
    found = TYPES.get("all" if text is None else text)
    if found is None:
        message = "The kinds of bills are all, success, refund and fund-flow."
        raise InvalidParamError(message)
    return found


def check_ready(start: TimestampMs, now_ms: TimestampMs) -> None:
    """Say whether a day's bill can be written: it never changes afterwards.

    Raises:
        BillNotReadyError: with the time at which it can.
    """
    ready_at = start + DAY_MS + READY_MS
    if now_ms < ready_at:
        message = "The bill of a day is ready an hour after the day's end (UTC)."
        raise BillNotReadyError(message, **{"org.courtyard.ready_at": ready_at})


def text_of(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV, each cell guarded."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([f"{GUARD}{cell}" for cell in row])
    return out.getvalue()


def when(time: TimestampMs) -> str:
    """Return a time as people and programs read it, in UTC."""
    told = dt.datetime.fromtimestamp(time / 1000, dt.UTC)
    return told.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Totals:
    """What went in and out in each currency, while lines are written."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._sums: dict[str, list[int]] = {}

    def add(self, currency: str, amount: int) -> None:
        """Count one line. A negative amount went out."""
        sums = self._sums.setdefault(currency, [0, 0, 0, 0])
        place = 0 if amount > 0 else 2
        sums[place] += 1
        sums[place + 1] += abs(amount)

    def rows(self) -> list[list[object]]:
        """Return one row for each currency."""
        return [[code, *sums] for code, sums in sorted(self._sums.items())]


def flow_rows(entries: Iterable[Entry], totals: Totals) -> Iterable[list[object]]:
    """Yield the lines of a fund-flow bill, and count them."""
    for one in entries:
        totals.add(one.currency, one.amount)
        yield [when(one.made_at), one.kind, one.ref, one.currency, one.amount, one.balance]

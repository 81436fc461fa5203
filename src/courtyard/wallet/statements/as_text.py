"""A month as CSV and as JSON, piece by piece."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec

from courtyard.storage.database import Database
from courtyard.wallet.rails.rules import decimal
from courtyard.wallet.statements.model import Entry, Statement
from courtyard.wallet.statements.rules import cell, utc
from courtyard.wallet.statements.statement import pages

HEAD: Final = ["seq", "time", "kind", "with", "ref", "amount", "balance", "currency"]


async def as_csv(db: Database, statement: Statement) -> AsyncIterator[bytes]:
    """Yield CSV (RFC 4180): amounts as decimal numbers, a line each for the opening and the closing balance."""
    scale, code = statement.currency.scale, statement.currency.code

    def mark(name: str, time_ms: int, balance: int) -> list[str]:
        time = utc(time_ms).isoformat()
        return ["", time, name, "", "", "", decimal(balance, scale), code]

    def row(one: Entry) -> list[str]:
        return [
            str(one.seq),
            utc(one.made_at).isoformat(),
            cell(one.kind),
            cell(one.counterpart),
            cell(one.ref),
            decimal(one.amount, scale),
            decimal(one.balance, scale),
            code,
        ]

    yield _csv([HEAD, mark("opening", statement.month.start_ms, statement.opening)])
    async for found in pages(db, statement):
        yield _csv([row(one) for one in found])
    yield _csv([mark("closing", statement.until_ms, statement.closing)])


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


async def as_json(db: Database, statement: Statement) -> AsyncIterator[bytes]:
    """Yield JSON: amounts as strings of minor units."""
    head: dict[str, Any] = {
        "holder": statement.holder,
        "currency": statement.currency.code,
        "scale": statement.currency.scale,
        "month": statement.month.name,
        "until": statement.until_ms,
        "opening": str(statement.opening),
        "closing": str(statement.closing),
        "credits": {"count": statement.credit_count, "sum": str(statement.credits)},
        "debits": {"count": statement.debit_count, "sum": str(statement.debits)},
    }
    yield msgspec.json.encode(head)[:-1] + b',"entries":['
    is_first = True
    async for found in pages(db, statement):
        yield (b"" if is_first else b",") + b",".join(map(_entry, found))
        is_first = False
    yield b"]}\n"


def _entry(one: Entry) -> bytes:
    shown = {
        "seq": one.seq,
        "made_at": one.made_at,
        "kind": one.kind,
        "with": one.counterpart,
        "ref": one.ref,
        "amount": str(one.amount),
        "balance": str(one.balance),
    }
    return msgspec.json.encode(shown)

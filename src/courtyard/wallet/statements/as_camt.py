"""A month as a bank would tell it: camt.053.001.08, piece by piece.

Source: ISO 20022 camt.053.001.08
"""

import hashlib
from collections.abc import AsyncIterator
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring
from xml.sax.saxutils import escape

from courtyard.storage.database import Database
from courtyard.wallet.rails.pain import put
from courtyard.wallet.rails.rules import decimal
from courtyard.wallet.statements.model import Entry, Statement
from courtyard.wallet.statements.rules import day, utc
from courtyard.wallet.statements.statement import pages

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
NAME_LENGTH_MAX: Final = 140
ID_LENGTH_MAX: Final = 34


async def as_camt(db: Database, statement: Statement) -> AsyncIterator[bytes]:
    """Yield the statement. Opening, entries and closing add up: each comes from the same rows."""
    name = hashlib.sha256(f"{statement.account}/{statement.month.name}".encode()).hexdigest()
    made = _time(statement.made_at)
    head = Element("GrpHdr")
    put(head, "MsgId", name[:ID_LENGTH_MAX])
    put(head, "CreDtTm", made)
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}"><BkToCstmrStmt>'
    ).encode()
    yield tostring(head) + b"<Stmt>"
    yield b"".join(map(tostring, _front(statement, name[:ID_LENGTH_MAX], made)))
    async for found in pages(db, statement):
        yield "".join(_entry(statement, one) for one in found).encode()
    yield b"</Stmt></BkToCstmrStmt></Document>\n"


def _front(statement: Statement, name: str, made: str) -> list[Element]:
    top = Element("Stmt")
    put(top, "Id", name)
    put(top, "CreDtTm", made)
    span = SubElement(top, "FrToDt")
    put(span, "FrDtTm", _time(statement.month.start_ms))
    put(span, "ToDtTm", _time(statement.until_ms))
    account = SubElement(top, "Acct")
    number = hashlib.sha256(str(statement.account or statement.holder).encode()).hexdigest()
    put(account, "Id/Othr/Id", f"CY{number[:30].upper()}")
    put(account, "Ccy", statement.currency.code)
    put(account, "Ownr/Nm", statement.holder[:NAME_LENGTH_MAX])
    _balance(top, statement, "OPBD", statement.opening, statement.month.start_ms)
    _balance(top, statement, "CLBD", statement.closing, statement.until_ms)
    scale = statement.currency.scale
    sums = SubElement(top, "TxsSummry")
    for tag, count, total in (
        ("TtlCdtNtries", statement.credit_count, statement.credits),
        ("TtlDbtNtries", statement.debit_count, statement.debits),
    ):
        of = SubElement(sums, tag)
        put(of, "NbOfNtries", str(count))
        put(of, "Sum", decimal(total, scale))
    return list(top)


def _balance(top: Element, statement: Statement, code: str, amount: int, time_ms: int) -> None:
    made = SubElement(top, "Bal")
    put(made, "Tp/CdOrPrtry/Cd", code)
    _amount(made, statement, amount)
    put(made, "Dt/Dt", day(time_ms))


def _entry(statement: Statement, one: Entry) -> str:
    """Return one entry. Written as text: a tree for each of a hundred thousand takes ten times as long."""
    amount = decimal(abs(one.amount), statement.currency.scale)
    money = (
        f'<Amt Ccy="{statement.currency.code}">{amount}</Amt>'
        f"<CdtDbtInd>{'DBIT' if one.amount < 0 else 'CRDT'}</CdtDbtInd>"
    )
    side = "Dbtr" if one.amount > 0 else "Cdtr"
    name = escape(one.counterpart[:NAME_LENGTH_MAX])
    party = f"<RltdPties><{side}><Pty><Nm>{name}</Nm></Pty></{side}></RltdPties>" if name else ""
    ref = escape(one.ref[:ID_LENGTH_MAX]) or "NOTPROVIDED"
    return (
        f"<Ntry><NtryRef>{one.seq}</NtryRef>{money}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><DtTm>{_time(one.made_at)}</DtTm></BookgDt>"
        f"<ValDt><Dt>{day(one.made_at)}</Dt></ValDt><AcctSvcrRef>{one.seq}</AcctSvcrRef>"
        f"<BkTxCd><Prtry><Cd>{escape(one.kind[:ID_LENGTH_MAX])}</Cd></Prtry></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{ref}</EndToEndId></Refs>{money}{party}"
        "</TxDtls></NtryDtls></Ntry>"
    )


def _time(time_ms: int) -> str:
    return utc(time_ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def _amount(parent: Element, statement: Statement, amount: int) -> None:
    written = put(parent, "Amt", decimal(abs(amount), statement.currency.scale))
    written.set("Ccy", statement.currency.code)
    put(parent, "CdtDbtInd", "DBIT" if amount < 0 else "CRDT")

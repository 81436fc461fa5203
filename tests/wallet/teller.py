"""The bank's side of the wallet for tests: an account in euros, and the files that a bank would send about it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.storage.tx import WriteTx
from courtyard.wallet import mint, mode
from tests.api import Answer, User
from tests.wallet.bank import WALLET

IBAN = "DE89370400440532013000"
THEIR_IBAN = "NL91ABNA0417164300"
BANK_ACCOUNT = f"{IBAN} Courtyard Test e. V."
EUR = Currency("EUR")
_numbers = itertools.count(1)


def open_fiat(tx: WriteTx, operators: tuple[UserId, UserId]) -> None:
    """Choose a mode, by two operators, and make euros."""
    made = mode.propose(tx, operators[0], "agent", "A bank holds it for us.")
    mode.approve(tx, operators[1], made.id)
    mint.add_currency(tx, EUR, "fiat", 2, "Euro")


async def top_up(user: User, amount: Any, rail: str = "bank", **changes: Any) -> Answer:
    body = {"key": f"u{next(_numbers)}", "rail": rail, "currency": EUR, "amount": amount}
    return await user.post(f"{WALLET}/topups", body | changes)


async def pay_out(user: User, amount: Any, rail: str = "bank", **changes: Any) -> Answer:
    body = {
        "key": f"o{next(_numbers)}",
        "rail": rail,
        "currency": EUR,
        "amount": amount,
        "account": THEIR_IBAN,
        "name": "Bob Builder",
    }
    return await user.post(f"{WALLET}/payouts", body | changes)


@dataclass
class Entry:
    """One booking on the bank's account. Cents, negative when money left."""

    amount: int
    reference: str = ""
    end_to_end: str = ""
    text: str = ""
    service_ref: str = ""
    reason: str = ""
    status: str = "<Cd>BOOK</Cd>"
    currency: str = "EUR"
    day: str = "2026-11-02"
    shown: str = ""

    def xml(self) -> str:
        amount = self.shown or euros(abs(self.amount))
        side = "CRDT" if self.amount > 0 else "DBIT"
        refs = _tag("EndToEndId", self.end_to_end)
        strd = _tag("Strd", _tag("CdtrRefInf", _tag("Ref", self.reference), raw=True), raw=True)
        rmt = (strd if self.reference else "") + _tag("Ustrd", self.text)
        back = f"<RtrInf><Rsn><Cd>{self.reason}</Cd></Rsn></RtrInf>" if self.reason else ""
        return (
            f'<Ntry><Amt Ccy="{self.currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
            f"<Sts>{self.status}</Sts><BookgDt><Dt>{self.day}</Dt></BookgDt>"
            f"{_tag('AcctSvcrRef', self.service_ref)}<NtryDtls><TxDtls>{_tag('Refs', refs, raw=True)}"
            f"<RltdPties><Dbtr><Pty><Nm>Somebody</Nm></Pty></Dbtr></RltdPties>"
            f"{_tag('RmtInf', rmt, raw=True)}{back}</TxDtls></NtryDtls></Ntry>"
        )


def _tag(name: str, inside: str, *, raw: bool = False) -> str:
    return f"<{name}>{inside if raw else escape(inside)}</{name}>" if inside else ""


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _balance(code: str, cents: int) -> str:
    side = "CRDT" if cents >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{euros(abs(cents))}</Amt><CdtDbtInd>{side}</CdtDbtInd></Bal>'
    )


def statement(
    *entries: Entry, opening: int = 0, missing: int = 0, iban: str = IBAN, day: str = "2026-11-02"
) -> bytes:
    """Return a camt.053. `missing`: what its closing balance has too much."""
    closing = opening + sum(one.amount for one in entries if "BOOK" in one.status) + missing
    body = (
        f"<Stmt><Id>S{next(_numbers)}</Id><CreDtTm>{day}T20:00:00Z</CreDtTm>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
        f"{_balance('OPBD', opening)}{_balance('CLBD', closing)}"
        f"{''.join(one.xml() for one in entries)}</Stmt>"
    )
    return document("camt.053.001.08", f"<BkToCstmrStmt>{body}</BkToCstmrStmt>")


def notice(*entries: Entry) -> bytes:
    """Return a camt.054."""
    body = (
        f"<Ntfctn><Id>N{next(_numbers)}</Id><CreDtTm>2026-11-02T10:00:00Z</CreDtTm>"
        f"<Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>{''.join(one.xml() for one in entries)}</Ntfctn>"
    )
    return document("camt.054.001.08", f"<BkToCstmrDbtCdtNtfctn>{body}</BkToCstmrDbtCdtNtfctn>")


def rejection(batch: str, *end_to_end: str, reason: str = "AC04") -> bytes:
    """Return a pain.002 that rejects payments of a file, or all of it."""
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>"
    one = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId><TxSts>RJCT</TxSts>{why}</TxInfAndSts>"
        for id in end_to_end
    )
    part = f"<OrgnlPmtInfAndSts>{one}</OrgnlPmtInfAndSts>" if one else ""
    group = f"<OrgnlMsgId>{batch}</OrgnlMsgId>" + ("" if one else f"<GrpSts>RJCT</GrpSts>{why}")
    inside = f"<OrgnlGrpInfAndSts>{group}</OrgnlGrpInfAndSts>{part}"
    return document("pain.002.001.10", f"<CstmrPmtStsRpt>{inside}</CstmrPmtStsRpt>")


def give_back(end_to_end: str, cents: int, reason: str = "AC04") -> bytes:
    """Return a pacs.004 that brings a payment back."""
    inside = (
        f"<TxInf><OrgnlEndToEndId>{end_to_end}</OrgnlEndToEndId>"
        f'<RtrdIntrBkSttlmAmt Ccy="EUR">{euros(cents)}</RtrdIntrBkSttlmAmt>'
        f"<RtrRsnInf><Rsn><Cd>{reason}</Cd></Rsn></RtrRsnInf></TxInf>"
    )
    return document("pacs.004.001.09", f"<PmtRtr>{inside}</PmtRtr>")


def document(kind: str, inside: str) -> bytes:
    head = f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{inside}</Document>'.encode()

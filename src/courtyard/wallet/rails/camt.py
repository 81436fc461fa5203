"""Reading the bank's files: camt.053, camt.054, pain.002, pacs.004, of any version that banks use.

A file is hostile until proven otherwise: its size is looked at first, document types and entities are refused by defusedxml, and
nothing of it is taken unless all of it can be read.

Source: ISO 20022 camt.053.001.02-.14, camt.054.001.02-.14, pain.002.001.03-.14, pacs.004.001.02-.14
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from courtyard.base.money import Currency
from courtyard.wallet.rails.errors import BadBankFileError
from courtyard.wallet.rails.model import BankFile, Booking, FileKind, Report, Verdict
from courtyard.wallet.rails.rules import parse_decimal
from courtyard.wallet.rails.rules_iban import parse_iban
from courtyard.wallet.rules_iso4217 import SCALES

FILE_BYTES_MAX: Final = 16 * 1024 * 1024
"""Some thirty thousand bookings. Banks cut a statement by day."""
_TEXT_MAX: Final = 500
_KIND_RE: Final = re.compile(
    r"\{urn:iso:std:iso:20022:tech:xsd:(camt\.053|camt\.054|pain\.002|pacs\.004)\.001\.[0-9]{2}\}Document"
)
_REJECTED: Final = "RJCT"
_RETURN: Final = "RRTN"


def read(content: bytes) -> BankFile:
    """Read a file of the bank's.

    Raises:
        BadBankFileError: it is too large, no XML, has a document type, is of another kind, or lacks what it must have.
    """
    root = _parse(content)
    found = _KIND_RE.fullmatch(root.tag)
    if found is None:
        message = "This is none of camt.053, camt.054, pain.002 and pacs.004."
        raise BadBankFileError(message)
    kind: FileKind = found[1]  # type: ignore[assignment]  # the pattern has exactly these
    reports = [
        _report(one, is_statement=kind == "camt.053")
        for name in ("Stmt", "Ntfctn")
        for one in root.iterfind(f"{{*}}*/{{*}}{name}")
    ]
    verdicts = {"pain.002": _statuses, "pacs.004": _returns}.get(kind, _none)
    return BankFile(kind=kind, reports=reports, verdicts=list(verdicts(root)))


def _parse(content: bytes) -> Element:
    from defusedxml import ElementTree  # noqa: PLC0415  # only where files are imported
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415

    if len(content) > FILE_BYTES_MAX:
        message = "The file is too large: ask the bank for shorter statements."
        raise BadBankFileError(message)
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        message = "The file is no XML, or has a document type, which no bank needs."
        raise BadBankFileError(message) from error
    return root


def _find(element: Element, path: str) -> Element | None:
    return element.find("/".join(f"{{*}}{name}" for name in path.split("/")))


def _all(element: Element, path: str) -> list[Element]:
    return element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


def _said(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())[:_TEXT_MAX]


def _text(element: Element, *paths: str) -> str:
    """Return the first of several texts that is there; empty: none is."""
    for path in paths:
        found = _find(element, path)
        if found is not None and _said(found):
            return _said(found)
    return ""


def _needed(element: Element, *paths: str) -> str:
    text = _text(element, *paths)
    if not text:
        message = f"The file lacks {paths[0]} where it must be."
        raise BadBankFileError(message)
    return text


def _amount(element: Element, path: str) -> tuple[int, str]:
    """Return an amount in minor units and its currency."""
    found = _find(element, path)
    currency = "" if found is None else found.get("Ccy", "")
    if found is None or currency not in SCALES:
        message = f"The file lacks {path} in a currency of ISO 4217."
        raise BadBankFileError(message)
    return parse_decimal(found.text or "", SCALES[currency]), currency


def _signed(element: Element) -> tuple[int, str]:
    """Return an amount with the sign of its credit-debit indicator."""
    amount, currency = _amount(element, "Amt")
    sign = {"CRDT": 1, "DBIT": -1}.get(_needed(element, "CdtDbtInd"))
    if sign is None:
        message = "The file has a credit-debit indicator that is neither CRDT nor DBIT."
        raise BadBankFileError(message)
    return sign * amount, currency


def _day(element: Element, *paths: str) -> str:
    text = _needed(element, *paths)[:10]
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        message = "The file has a day that is none."
        raise BadBankFileError(message) from error


# --- statements and notifications -----------------------------------------------------------------


def _report(element: Element, *, is_statement: bool) -> Report:
    iban = parse_iban(_needed(element, "Acct/Id/IBAN"))
    if iban is None:
        message = "The file is about an account whose IBAN is none."
        raise BadBankFileError(message)
    balances = {
        _text(one, "Tp/CdOrPrtry/Cd"): _signed(one) for one in _all(element, "Bal")
    } if is_statement else {}  # fmt: skip
    opening = balances.get("OPBD", balances.get("PRCD"))
    closing = balances.get("CLBD")
    if is_statement and (opening is None or closing is None):
        message = "The statement lacks its opening or its closing balance."
        raise BadBankFileError(message)
    bookings: list[Booking] = []
    currencies = {balance[1] for balance in (opening, closing) if balance is not None}
    for entry in _all(element, "Ntry"):
        if _text(entry, "Sts/Cd", "Sts") == "BOOK":
            currencies.add(_amount(entry, "Amt")[1])
            bookings += _bookings(entry)
    currencies |= {_text(element, "Acct/Ccy")} - {""}
    if len(currencies) != 1:
        message = "The file mixes currencies in one account, or names none."
        raise BadBankFileError(message)
    return Report(
        id=_needed(element, "Id"),
        iban=iban,
        currency=Currency(currencies.pop()),
        day=_day(element, "FrToDt/ToDtTm", "CreDtTm"),
        opening=None if opening is None else opening[0],
        closing=None if closing is None else closing[0],
        bookings=bookings,
    )


def _bookings(entry: Element) -> Iterator[Booking]:
    """Yield the bookings of an entry: one for each of its transactions, if the bank tells how much each was."""
    amount, currency = _signed(entry)
    details = _all(entry, "NtryDtls/TxDtls")
    sign = 1 if amount > 0 else -1
    if len(details) > 1:
        told = [one for one in details if _find(one, "Amt") is not None]
        parts = [_amount(one, "Amt") for one in told]
        is_whole = len(told) == len(details) and sum(part for part, _ in parts) == abs(amount)
        if is_whole and {code for _, code in parts} == {currency}:
            for number, (one, (part, _)) in enumerate(zip(details, parts, strict=True)):
                yield from _booking(entry, one, sign * part, number)
            return
        details = []
    yield from _booking(entry, details[0] if details else None, amount, None)


def _booking(
    entry: Element, details: Element | None, amount: int, number: int | None
) -> Iterator[Booking]:
    if amount == 0:
        return
    inside = entry if details is None else details
    service_ref = _text(inside, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef")
    if service_ref and number is not None and not _text(inside, "Refs/AcctSvcrRef"):
        service_ref = f"{service_ref}/{number}"
    other = "Dbtr" if amount > 0 else "Cdtr"
    return_info = _find(inside, "RtrInf")
    code = _text(entry, "BkTxCd/Domn/Fmly/SubFmlyCd")
    yield Booking(
        service_ref=service_ref,
        day=_day(entry, "BookgDt/Dt", "BookgDt/DtTm"),
        amount=amount,
        reference=_text(inside, "RmtInf/Strd/CdtrRefInf/Ref"),
        end_to_end=_text(inside, "Refs/EndToEndId"),
        party=_text(inside, f"RltdPties/{other}/Pty/Nm", f"RltdPties/{other}/Nm"),
        text=" ".join(_said(one) for one in _all(inside, "RmtInf/Ustrd"))[:_TEXT_MAX],
        is_return=return_info is not None or code == _RETURN,
        reason="" if return_info is None else _text(return_info, "Rsn/Cd", "Rsn/Prtry"),
    )


# --- what became of payments ----------------------------------------------------------------------


def _none(root: Element) -> Iterator[Verdict]:
    del root
    return iter(())


def _statuses(root: Element) -> Iterator[Verdict]:
    """Yield what was rejected. That the rest is under way changes nothing."""
    for report in _all(root, "CstmrPmtStsRpt"):
        batch = _needed(report, "OrgnlGrpInfAndSts/OrgnlMsgId")
        group = _find(report, "OrgnlGrpInfAndSts")
        parts = _all(report, "OrgnlPmtInfAndSts")
        rejected = [one for one in parts if _text(one, "PmtInfSts") == _REJECTED]
        payments = [one for part in parts for one in _all(part, "TxInfAndSts")]
        if group is not None and _text(group, "GrpSts") == _REJECTED:
            yield _verdict(batch, "", group)
        elif rejected and not payments:
            yield _verdict(batch, "", rejected[0])
        for one in payments:
            if _text(one, "TxSts") == _REJECTED:
                yield _verdict(batch, _needed(one, "OrgnlEndToEndId"), one)


def _verdict(batch: str, end_to_end: str, element: Element) -> Verdict:
    reason = _text(element, "StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry") or "rejected"
    return Verdict(batch=batch, end_to_end=end_to_end, is_rejected=True, reason=reason)


def _returns(root: Element) -> Iterator[Verdict]:
    for one in _all(root, "PmtRtr/TxInf"):
        amount, currency = _amount(one, "RtrdIntrBkSttlmAmt")
        yield Verdict(
            batch="",
            end_to_end=_needed(one, "OrgnlEndToEndId"),
            is_rejected=False,
            reason=_text(one, "RtrRsnInf/Rsn/Cd", "RtrRsnInf/Rsn/Prtry") or "returned",
            amount=amount,
            currency=currency,
        )

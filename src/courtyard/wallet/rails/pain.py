"""Writing the bank's payment file: pain.001.001.09, SEPA credit transfers.

Source: ISO 20022 pain.001.001.09; EPC 132-08, customer-to-PSP implementation guidelines
"""

import datetime as dt
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from courtyard.base.ids import TimestampMs
from courtyard.wallet.rails.bank import OwnAccount
from courtyard.wallet.rails.model import BatchId, Payee, RailTxn
from courtyard.wallet.rails.rules import decimal, sepa_text

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
EURO_SCALE: Final = 2


def write(
    id: BatchId, own: OwnAccount, payouts: list[RailTxn], now_ms: TimestampMs, purpose: str
) -> str:
    """Return a payment file for payouts in euros.

    Args:
        purpose: what the payee reads on their statement.
    """
    now = dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC)
    total = decimal(sum(one.amount for one in payouts), EURO_SCALE)
    root = Element("Document", xmlns=NAMESPACE)
    order = SubElement(root, "CstmrCdtTrfInitn")
    head = SubElement(order, "GrpHdr")
    put(head, "MsgId", id)
    put(head, "CreDtTm", now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    put(head, "NbOfTxs", str(len(payouts)))
    put(head, "CtrlSum", total)
    put(head, "InitgPty/Nm", sepa_text(own.name)[:70])
    part = SubElement(order, "PmtInf")
    put(part, "PmtInfId", id)
    put(part, "PmtMtd", "TRF")
    # One booking for each payment: one for all would name none of them.
    put(part, "BtchBookg", "false")
    put(part, "NbOfTxs", str(len(payouts)))
    put(part, "CtrlSum", total)
    put(part, "PmtTpInf/SvcLvl/Cd", "SEPA")
    put(part, "ReqdExctnDt/Dt", now.strftime("%Y-%m-%d"))
    put(part, "Dbtr/Nm", sepa_text(own.name)[:70])
    put(part, "DbtrAcct/Id/IBAN", own.iban)
    put(part, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    put(part, "ChrgBr", "SLEV")
    for one in payouts:
        _transfer(part, one, purpose)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "unicode") + "\n"


def _transfer(part: Element, txn: RailTxn, purpose: str) -> None:
    payee = msgspec.json.decode(txn.payee, type=Payee)
    made = SubElement(part, "CdtTrfTxInf")
    put(made, "PmtId/EndToEndId", txn.id)
    put(made, "Amt/InstdAmt", decimal(txn.amount, EURO_SCALE)).set("Ccy", txn.currency)
    put(made, "Cdtr/Nm", sepa_text(payee.name)[:70])
    put(made, "CdtrAcct/Id/IBAN", payee.account)
    put(made, "RmtInf/Ustrd", sepa_text(purpose)[:140])


def put(parent: Element, path: str, text: str) -> Element:
    """Append an element, with those around it, and its text."""
    for name in path.split("/"):
        parent = SubElement(parent, name)
    parent.text = text
    return parent

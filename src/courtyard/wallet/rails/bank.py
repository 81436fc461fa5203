"""A bank, by files: money comes with a reference, and goes out with a payment file. No contract for an interface is needed.

In: whoever tops up is told an IBAN and a reference (ISO 11649), as text and as the QR code that banking apps read (EPC069-12). The
bank's statement says that it came (`bank_import`). Out: `bank_export` writes the file that the operator gives to the bank.
"""

from typing import Any, Final

import msgspec

from courtyard.base.settings import Settings
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx
from courtyard.wallet.model import CurrencyInfo
from courtyard.wallet.rails.model import Direction, Payee, RailTxn, TxnId
from courtyard.wallet.rails.rules import check_bank_payee, decimal
from courtyard.wallet.rails.rules_iban import parse_iban, rf

REFERENCE_LENGTH: Final = 12
"""60 bits of a payment's id, which people may have to type."""


class OwnAccount(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's account at the bank."""

    iban: str
    name: str


def own_account(settings: Settings) -> OwnAccount | None:
    """Return the account of the setting `bank_account` (`IBAN Name`), or None: there is none, or it cannot be read."""
    first, _, name = settings.bank_account.strip().partition(" ")
    iban = parse_iban(first)
    return OwnAccount(iban=iban, name=name.strip()) if iban and name.strip() else None


def epc_text(own: OwnAccount, amount: str, reference: str) -> str:
    """Return what a QR code for a transfer says (EPC069-12, version 2: no BIC is needed).

    Args:
        amount: of euros, as `12.50`.
    """
    lines = ["BCD", "002", "1", "SCT", "", own.name[:70], own.iban, f"EUR{amount}", "", reference]
    return "\n".join(lines)


def qr_svg(text: str) -> bytes:
    """Return a QR code as an SVG picture, of the correction level that EPC069-12 asks for."""
    import io  # noqa: PLC0415  # with what it is for

    import segno  # noqa: PLC0415  # a server without a bank never loads it

    out = io.BytesIO()
    made = segno.make(text, error="m", boost_error=False, micro=False, encoding="utf-8")
    made.save(out, kind="svg", xmldecl=False, scale=4)
    return out.getvalue()


class Bank:
    """See `protocol.Rail`."""

    name = "bank"
    account = "rail:bank"
    amount_max = 99_999_999_999
    """Of one SEPA payment: 999,999,999.99."""
    sends = False

    def carries(self, settings: Settings, currency: CurrencyInfo) -> frozenset[Direction]:
        """Euros, in both directions, when there is an account."""
        if currency.code != "EUR" or currency.kind != "fiat" or own_account(settings) is None:
            return frozenset()
        return frozenset({"topup", "payout"})

    def payee(self, account: object, name: object) -> Payee:
        """Read an IBAN and its owner's name."""
        return check_bank_payee(account, name)

    def external_id(self, id: TxnId, direction: Direction) -> str | None:
        """A reference that people can type, or the end-to-end id."""
        return rf(id[3 : 3 + REFERENCE_LENGTH].upper()) if direction == "topup" else id

    def told(self, tx: ReadTx, txn: RailTxn, currency: CurrencyInfo) -> dict[str, Any]:
        """Whereto, how much, and the reference without which nobody knows whose it is."""
        own = own_account(tx.settings)
        if own is None or txn.external_id is None:
            return {}
        amount = decimal(txn.amount, currency.scale)
        return {
            "iban": own.iban,
            "name": own.name,
            "amount": amount,
            "reference": txn.external_id,
            "epc": epc_text(own, amount, txn.external_id),
        }

    async def send(self, db: Database, id: TxnId) -> None:
        """The operator takes the file to the bank."""


BANK: Final = Bank()

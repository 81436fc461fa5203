"""The operator's own desk: units are made against cash (`mint`) and destroyed against cash. In any currency.

In: two operators mint (docs/manual/wallet.md). Out: whoever wants cash asks for it here, which takes the units out of their balance;
two operators hand it over (`redeem`), which destroys them.
"""

from typing import Any, Final

from courtyard.base.money import AMOUNT_MINOR_MAX
from courtyard.base.settings import Settings
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx
from courtyard.wallet.model import MINT, CurrencyInfo
from courtyard.wallet.rails.model import Direction, Payee, RailTxn, TxnId


class Cash:
    """See `protocol.Rail`."""

    name = "cash"
    account = MINT
    amount_max = AMOUNT_MINOR_MAX
    sends = False

    def carries(self, settings: Settings, currency: CurrencyInfo) -> frozenset[Direction]:
        """Out only: what comes in is minted."""
        del settings, currency
        return frozenset({"payout"})

    def payee(self, account: object, name: object) -> Payee:
        """Whoever asks comes to the desk; there is nothing to read."""
        del account, name
        return Payee()

    def external_id(self, id: TxnId, direction: Direction) -> str | None:
        """Nobody else knows of it."""
        del direction
        return id

    def told(self, tx: ReadTx, txn: RailTxn, currency: CurrencyInfo) -> dict[str, Any]:
        """Nothing comes in here."""
        del tx, txn, currency
        return {}

    async def send(self, db: Database, id: TxnId) -> None:
        """Operators hand it over."""


CASH: Final = Cash()

"""What a way of money in and out has to be. To add one: a file with such an object, and its line in `registry.py`."""

from typing import Any, Protocol

from courtyard.base.settings import Settings
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx
from courtyard.wallet.model import CurrencyInfo
from courtyard.wallet.rails.model import Direction, Payee, RailTxn, TxnId


class Rail(Protocol):
    """One way of money in and out.

    Attributes:
        name: as clients call it.
        account: the system's account in the ledger that stands for the money over there.
        amount_max: the largest payment that it carries, in minor units.
        sends: whether this server tells the other side by itself (`send`), or a file or a person does.
    """

    name: str
    account: str
    amount_max: int
    sends: bool

    def carries(self, settings: Settings, currency: CurrencyInfo) -> frozenset[Direction]:
        """Return in which directions it carries a currency with these settings; none, when it is not set up."""
        ...

    def payee(self, account: object, name: object) -> Payee:
        """Read where a payout goes.

        Raises:
            BadPayeeError: nothing can be paid out to this.
        """
        ...

    def external_id(self, id: TxnId, direction: Direction) -> str | None:
        """Return the name of a payment on the other side, where we choose it."""
        ...

    def told(self, tx: ReadTx, txn: RailTxn, currency: CurrencyInfo) -> dict[str, Any]:
        """Return what whoever tops up has to know to pay. It must not depend on the network."""
        ...

    async def send(self, db: Database, id: TxnId) -> None:
        """Tell the other side of a payment that it does not know yet. Called again, it is told once.

        Raises:
            RailUnavailableError: it does not answer. The payment stays, and this can be called again.
        """
        ...

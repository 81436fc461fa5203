"""A shop on a desk: merchants, orders and codes by their verbs, without HTTP."""

from __future__ import annotations

from typing import Any

from courtyard.accounts.model import Session
from courtyard.base.ids import DeviceId, UserId
from courtyard.wallet.errors import WalletError
from courtyard.wallet.model import MerchantId, Payer
from courtyard.wallet.shops import merchants, orders
from courtyard.wallet.shops.model import Asker, Details, OrderKind
from tests.wallet.bank import LEAF
from tests.wallet.desk import Desk

DETAILS = Details(name="Noodles", mcc="5812", city="Porto", country="PT")
DEVICE = DeviceId("D")


def asker(user_id: UserId) -> Asker:
    """Return somebody who is logged in."""
    return Asker(Session(user_id=user_id, device_id=DEVICE, token_id="t"), None)


def payer(user_id: UserId) -> Payer:
    """Return somebody who pays."""
    return Payer(user_id=user_id, device_id=DEVICE)


def told(outcome: Any) -> Any:
    """Return an answer; a refusal fails."""
    assert not isinstance(outcome, WalletError), outcome
    return outcome


def open_shop(desk: Desk, owner: UserId, key: str = "shop") -> MerchantId:
    """Open a shop."""
    return MerchantId(told(desk.write(merchants.open, owner, key, DETAILS))["id"])


def wish(no: str, amount: int, kind: OrderKind = "native") -> orders.Wish:
    """Return what a merchant wants to be paid."""
    return orders.Wish(out_trade_no=no, kind=kind, currency=LEAF, amount=amount, description="")

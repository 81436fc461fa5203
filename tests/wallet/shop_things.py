"""A merchant, an order, a code: for tests of rules."""

from __future__ import annotations

from typing import Any

import msgspec

from courtyard.accounts.model import Session
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops.model import (
    Asker,
    KeyId,
    Merchant,
    MerchantKey,
    Order,
    OrderId,
    Pack,
    PackId,
    Paycode,
    Scope,
)

LEAF = Currency("LEAF")
OWNER = UserId("@alice:test.example")
NOW = TimestampMs(1_700_000_000_000)


def merchant(**changes: Any) -> Merchant:
    made = Merchant(
        id=MerchantId("mch_abcdefghijklmnopqrstuvwx"),
        owner=OWNER,
        name="Noodles",
        mcc="5812",
        city="Porto",
        country="PT",
        verified_name=None,
        verified_at=None,
        secret=bytes(range(32)),
        made_at=NOW,
        closed_at=None,
    )
    return msgspec.structs.replace(made, **changes)


def order(**changes: Any) -> Order:
    made = Order(
        id=OrderId("o_abcdefghijklmnopqrstuvwx"),
        merchant=merchant().id,
        out_trade_no="1",
        kind="native",
        currency=LEAF,
        amount=250,
        description="",
        made_by="k_1",
        made_at=NOW,
        expires_at=TimestampMs(NOW + 1_000),
        state="open",
        closed_as=None,
        awaits=None,
        payer=None,
        paid_at=None,
        position=None,
        refunded=0,
        refund_count=0,
        revoked_at=None,
        version=1,
    )
    return msgspec.structs.replace(made, **changes)


def paid(**changes: Any) -> Order:
    known = {"state": "paid", "payer": OWNER, "paid_at": NOW, "position": 1}
    return order(**(known | changes))


def pack(**changes: Any) -> Pack:
    made = Pack(
        id=PackId("pk_1"),
        user_id=OWNER,
        device_id=DeviceId("D"),
        currency=LEAF,
        cap_each=20,
        cap_total=100,
        spent=0,
        made_at=NOW,
        expires_at=TimestampMs(NOW + 1_000),
        revoked_at=None,
    )
    return msgspec.structs.replace(made, **changes)


def paycode(**changes: Any) -> Paycode:
    made = Paycode(
        hash=b"h",
        user_id=OWNER,
        device_id=DeviceId("D"),
        pack=None,
        made_at=NOW,
        expires_at=TimestampMs(NOW + 1_000),
        used_by=None,
    )
    return msgspec.structs.replace(made, **changes)


def person(user_id: str = OWNER) -> Asker:
    session = Session(user_id=UserId(user_id), device_id=DeviceId("D"), token_id="t")
    return Asker(session, None)


def key(scope: Scope, of: str = "mch_abcdefghijklmnopqrstuvwx") -> Asker:
    made = MerchantKey(
        id=KeyId("k_1"),
        merchant=MerchantId(of),
        name="till",
        scope=scope,
        hash=b"h",
        made_at=NOW,
        revoked_at=None,
    )
    return Asker(None, made)

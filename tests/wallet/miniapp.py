"""A mini-app's own server for tests: it makes orders and signs launch packages."""

from __future__ import annotations

import base64
import itertools
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.wallet.apps import apps
from tests.api import Answer, User
from tests.wallet.bank import WALLET, Bank
from tests.wallet.shop import Shop

_nonces = itertools.count(10_000_000)


def base(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class MiniApp:
    """An app of a shop, with the key of its server. The signing is other people's (`cryptography`), the checking is ours."""

    def __init__(self, shop: Shop, id: str, key: Ed25519PrivateKey) -> None:
        self.shop, self.id, self.key = shop, id, key

    @classmethod
    async def register(cls, shop: Shop, name: str = "Noodle club") -> MiniApp:
        key = Ed25519PrivateKey.generate()
        body = {"name": name, "public_key": base(public(key))}
        made = (await shop.owner.post(f"{shop.path}/apps", body)).ok()
        return cls(shop, made["id"], key)

    async def verify(self, server: Server, bank: Bank) -> MiniApp:
        """Have an operator check it."""
        operator: UserId = bank.operators[0]
        await server.db.write(apps.verify, operator, self.id, is_right=True)
        return self

    async def order(self, amount: str = "250", **changes: Any) -> str:
        """Make an order; return what goes into the package."""
        made = (await self.shop.order(amount, kind="miniapp", **changes)).ok()
        return f"prepay_id={made['id']}"

    def package(self, package: str, timestamp: int, **changes: Any) -> dict[str, Any]:
        """Sign a launch package."""
        nonce = changes.pop("nonce", f"nonce_{next(_nonces)}")
        text = f"{self.id}\n{timestamp}\n{nonce}\n{package}\n"
        signed = {
            "app_id": self.id,
            "timestamp": str(timestamp),
            "nonce": nonce,
            "package": package,
            "sign_type": "Ed25519",
            "signature": base(self.key.sign(text.encode())),
        }
        return signed | changes


def public(key: Ed25519PrivateKey) -> bytes:
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return key.public_key().public_bytes(*raw)


async def launch(user: User, package: dict[str, Any]) -> Answer:
    """Bring a launch package to the server, as a client does."""
    return await user.post(f"{WALLET}/miniapp/launch", package)

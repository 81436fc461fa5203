"""What people of a test prove with: a PIN, and a passkey in software (WebAuthn, ES256, no attestation)."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.api import PASSWORD, Answer, User, q
from tests.wallet.bank import LEAF, WALLET

GOOD_PIN = "840271"
ORIGIN = "http://127.0.0.1:8008"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
_keys = itertools.count()


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """A device with one key. Its attributes can be set wrong."""

    def __init__(self, origin: str = ORIGIN, rp_id: str = "127.0.0.1") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.origin, self.rp_id = origin, rp_id
        self.count = 0
        self.flags = PRESENT | VERIFIED

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _head(self, flags: int) -> bytes:
        hashed = hashlib.sha256(self.rp_id.encode()).digest()
        return hashed + bytes([flags]) + self.count.to_bytes(4, "big")

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Make the key known, as `navigator.credentials.create` does."""
        point = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: point.x.to_bytes(32, "big"),
            -3: point.y.to_bytes(32, "big"),
        }
        data = self._head(self.flags | ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big")
        data += self.id + cbor2.dumps(cose)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        response = {"clientDataJSON": b64(client), "attestationObject": b64(attestation)}
        return self._credential(response)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Sign, as `navigator.credentials.get` does."""
        self.count += 1
        client = self._client("webauthn.get", options["challenge"])
        data = self._head(self.flags)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(signature),
        }
        return self._credential(response)

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        id = b64(self.id)
        return {"id": id, "rawId": id, "type": "public-key", "response": response}


def auth_of(user: User) -> dict[str, Any]:
    return {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user.id},
        "password": PASSWORD,
    }


async def set_pin(user: User, pin: Any = GOOD_PIN, **how: Any) -> Answer:
    """Set a PIN; by the password, unless something else is said."""
    return await user.put(f"{WALLET}/pin", {"pin": pin, **(how or {"auth": auth_of(user)})})


async def add_passkey(user: User, device: Authenticator, **how: Any) -> Answer:
    """Make a passkey; by the password, unless something else is said."""
    begun = (await user.post(f"{WALLET}/passkeys/options", {})).ok()
    body = {
        "enrolment": begun["enrolment"],
        "name": "phone",
        "credential": device.create(begun["options"]),
    }
    return await user.post(f"{WALLET}/passkeys", body | (how or {"auth": auth_of(user)}))


async def ask(user: User, what: str, whom: str, of: Any = None, **changes: Any) -> Answer:
    """Ask whether a payment needs a proof."""
    body: dict[str, Any] = {"kind": what, "payee": whom, "key": f"g{next(_keys)}"}
    if of is not None:
        body |= {"amount": of, "currency": LEAF}
    return await user.post(f"{WALLET}/proofs", body | changes)


async def answer(user: User, id: str, pin: Any = GOOD_PIN) -> Answer:
    """Answer a challenge with the PIN."""
    return await user.post(f"{WALLET}/proofs/{q(id)}/answer", {"method": "pin", "pin": pin})


async def sign(user: User, made: dict[str, Any], device: Authenticator) -> Answer:
    """Answer a challenge with a passkey."""
    body = {"method": "passkey", "credential": device.get(made["passkey"])}
    return await user.post(f"{WALLET}/proofs/{q(made['id'])}/answer", body)


async def proof(
    user: User, kind: str, payee: str, amount: Any = None, **changes: Any
) -> dict[str, Any]:
    """Ask and answer; return what a payment then names."""
    made = (await ask(user, kind, payee, amount, **changes)).ok()
    (await answer(user, made["id"])).ok()
    return {"proof": made["id"], "key": made["key"]}

"""Keys as a client makes them, with real signatures."""

import base64
import hashlib
from typing import Any

from nacl.signing import SigningKey

from courtyard.base import canonical_json


def b64(raw: bytes) -> str:
    """Encode as unpadded base64."""
    return base64.b64encode(raw).decode().rstrip("=")


class Key:
    """An Ed25519 key pair, always the same for the same name."""

    def __init__(self, name: str) -> None:
        self._key = SigningKey(hashlib.sha256(name.encode()).digest())
        self.public = b64(bytes(self._key.verify_key))

    def sign(self, value: dict[str, Any]) -> str:
        """Sign a JSON object."""
        bare = {k: v for k, v in value.items() if k not in ("signatures", "unsigned")}
        return b64(self._key.sign(canonical_json.encode(bare)).signature)


def signed(value: dict[str, Any], user_id: str, key_id: str, key: Key) -> dict[str, Any]:
    """Return the object with one more signature."""
    signatures = {who: dict(by) for who, by in value.get("signatures", {}).items()}
    signatures.setdefault(user_id, {})[f"ed25519:{key_id}"] = key.sign(value)
    return {**value, "signatures": signatures}


class DeviceKeys:
    """What one device can publish."""

    def __init__(self, user_id: str, device_id: str, seed: str = "") -> None:
        self.user_id = user_id
        self.device_id = device_id
        self.key = Key(f"{user_id} {device_id} {seed}")

    def device_keys(self, **extra: Any) -> dict[str, Any]:
        """Identity keys."""
        bare = {
            "user_id": self.user_id,
            "device_id": self.device_id,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": {
                f"curve25519:{self.device_id}": Key(f"curve {self.device_id}").public,
                f"ed25519:{self.device_id}": self.key.public,
            },
            **extra,
        }
        return signed(bare, self.user_id, self.device_id, self.key)

    def one_time_key(self, name: str, *, fallback: bool = False) -> dict[str, Any]:
        """A signed one-time or fallback key."""
        bare: dict[str, Any] = {"key": Key(f"{self.device_id} {name}").public}
        if fallback:
            bare["fallback"] = True
        return signed(bare, self.user_id, self.device_id, self.key)

    def one_time_keys(self, *names: str) -> dict[str, Any]:
        """Several one-time keys."""
        return {f"signed_curve25519:{name}": self.one_time_key(name) for name in names}

    def fallback_keys(self, name: str) -> dict[str, Any]:
        """The fallback key."""
        return {f"signed_curve25519:{name}": self.one_time_key(name, fallback=True)}


class CrossSigningKeys:
    """A user's three cross-signing keys."""

    def __init__(self, user_id: str, seed: str = "") -> None:
        self.user_id = user_id
        self.master = Key(f"{user_id} master {seed}")
        self.self_signing = Key(f"{user_id} self {seed}")
        self.user_signing = Key(f"{user_id} user {seed}")

    def master_key(self) -> dict[str, Any]:
        """The master key object."""
        return self._object("master", self.master)

    def self_signing_key(self, signer: Key | None = None) -> dict[str, Any]:
        """The self-signing key object, signed by the master key (or by another)."""
        bare = self._object("self_signing", self.self_signing)
        return signed(bare, self.user_id, self.master.public, signer or self.master)

    def user_signing_key(self, signer: Key | None = None) -> dict[str, Any]:
        """The user-signing key object, signed by the master key (or by another)."""
        bare = self._object("user_signing", self.user_signing)
        return signed(bare, self.user_id, self.master.public, signer or self.master)

    def upload(self) -> dict[str, Any]:
        """A body of `/keys/device_signing/upload`."""
        return {
            "master_key": self.master_key(),
            "self_signing_key": self.self_signing_key(),
            "user_signing_key": self.user_signing_key(),
        }

    def _object(self, usage: str, key: Key) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "usage": [usage],
            "keys": {f"ed25519:{key.public}": key.public},
        }

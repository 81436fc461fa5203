"""Passkeys (WebAuthn): made on this server's origin, and signing what is paid. The library is loaded when the first one is used.

spec of the other side: https://www.w3.org/TR/webauthn-3/
"""

import asyncio
import base64
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.storage.database import Database
from courtyard.wallet.guard.errors import BadPasskeyError, WrongProofError
from courtyard.wallet.guard.model import PROOF_MS, Passkey

CREDENTIAL_BYTES_MAX = 32_768
T = TypeVar("T")


def relying_party(settings: Settings) -> tuple[str, str]:
    """Return (relying party's id, origin): where clients reach this server, as `public_base_url` says."""
    address = urlsplit(settings.base_url)
    host = address.hostname or "localhost"
    return host, f"{address.scheme}://{address.netloc}"


def base64url(raw: bytes) -> str:
    """Return unpadded base64url, as WebAuthn's JSON has it."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def creation_options(
    settings: Settings, user_id: UserId, challenge: bytes, known: list[str]
) -> dict[str, Any]:
    """Return `PublicKeyCredentialCreationOptions` as JSON: the client's `parseCreationOptionsFromJSON` takes it."""
    rp_id, _ = relying_party(settings)
    return {
        "rp": {"id": rp_id, "name": settings.server_name},
        "user": {
            # A handle that names nobody to whoever finds the device (webauthn-3, 14.6.1).
            "id": base64url(hashlib.sha256(user_id.encode()).digest()),
            "name": user_id,
            "displayName": user_id,
        },
        "challenge": base64url(challenge),
        # EdDSA, ES256, RS256: what the checking library knows and devices have.
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in (-8, -7, -257)],
        "timeout": PROOF_MS,
        "excludeCredentials": [{"type": "public-key", "id": id} for id in known],
        "authenticatorSelection": {
            "residentKey": "preferred",
            "userVerification": "required",
        },
        "attestation": "none",
    }


def request_options(settings: Settings, digest: bytes, known: list[str]) -> dict[str, Any]:
    """Return `PublicKeyCredentialRequestOptions` as JSON: what is signed is the payment's digest."""
    rp_id, _ = relying_party(settings)
    return {
        "challenge": base64url(digest),
        "rpId": rp_id,
        "timeout": PROOF_MS,
        "allowCredentials": [{"type": "public-key", "id": id} for id in known],
        "userVerification": "required",
    }


async def check_attestation(
    db: Database, credential: object, challenge: bytes
) -> tuple[str, bytes, int]:
    """Check what a device sent when it made a passkey; return (id, public key, counter).

    Raises:
        BadPasskeyError: it is not what was asked for.
    """
    settings, text = db.world.settings, _text(credential, BadPasskeyError)

    def check() -> tuple[str, bytes, int]:
        from webauthn import verify_registration_response  # noqa: PLC0415  # 12 MiB, for few

        rp_id, origin = relying_party(settings)
        done = verify_registration_response(
            credential=text,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
        )
        return base64url(done.credential_id), done.credential_public_key, done.sign_count

    return await _checked(check, BadPasskeyError)


async def check_assertion(db: Database, credential: object, digest: bytes, passkey: Passkey) -> int:
    """Check what a passkey signed; return its counter.

    Raises:
        WrongProofError: it is not this payment, not this key, or not this server.
    """
    settings, text = db.world.settings, _text(credential, WrongProofError)

    def check() -> int:
        from webauthn import verify_authentication_response  # noqa: PLC0415  # see above

        rp_id, origin = relying_party(settings)
        done = verify_authentication_response(
            credential=text,
            expected_challenge=digest,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        return done.new_sign_count

    return await _checked(check, WrongProofError)


def _text(credential: object, refusal: type[BadPasskeyError | WrongProofError]) -> str:
    """Return a credential as text again: the library reads its own JSON."""
    text = msgspec.json.encode(credential)
    if not isinstance(credential, dict) or len(text) > CREDENTIAL_BYTES_MAX:
        message = "`credential` is what the browser's `toJSON` returns."
        raise refusal(message)
    return text.decode()


async def _checked(check: Callable[[], T], refusal: type[BadPasskeyError | WrongProofError]) -> T:
    """Check off the event loop: loading the library takes a while, and signatures of strangers are not to hold anybody up."""

    def guarded() -> T:
        # The library raises its own errors for most, and Python's for some of what strangers send: a KeyError for a key of an unknown
        # curve, a ValueError for bytes that are no point. All of it means the same here, and nothing of ours runs inside.
        try:
            return check()
        except Exception as error:
            message = "The passkey's answer is not right."
            raise refusal(message) from error

    return await asyncio.to_thread(guarded)

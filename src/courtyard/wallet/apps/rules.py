"""What may be said of an app, what its server signs, and what an invoice adds up to. Pure."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from courtyard.base.ids import TimestampMs
from courtyard.base.money import AMOUNT_MINOR_MAX, AmountOutOfRangeError
from courtyard.wallet.apps.errors import (
    AppNotVerifiedError,
    BadAppError,
    BadInvoiceError,
    BadPackageError,
    BadSignatureError,
    StalePackageError,
)
from courtyard.wallet.apps.model import FRESH_MS, SLUG_PREFIX, App, Package
from courtyard.wallet.rules import parse_amount
from courtyard.wallet.shops.rules_orders import parse_text

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
NAME_LENGTH_MAX: Final = 64
PAYLOAD_BYTES_MAX: Final = 128
PRICES_MAX: Final = 100
ID_BYTES: Final = 15
SIGN_TYPE: Final = "Ed25519"
PREPAY: Final = "prepay_id="
_APP: Final = re.compile(r"[0-9A-Za-z_]{1,64}", re.ASCII)
_TIME: Final = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)
_NONCE: Final = re.compile(r"[0-9A-Za-z_-]{8,64}", re.ASCII)
_PACKAGE: Final = re.compile(r"prepay_id=[0-9a-z_]{1,64}", re.ASCII)


def parse_name(value: object) -> str:
    """Read the name of an app, without spaces around it.

    Raises:
        BadAppError: it has no letters, too many, or some that nobody can see.
    """
    told = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(told) <= NAME_LENGTH_MAX or not told.isprintable():
        message = f"`name` has 1 to {NAME_LENGTH_MAX} characters that can be printed."
        raise BadAppError(message)
    return told


def parse_public_key(value: object) -> bytes:
    """Read an Ed25519 public key: 32 bytes in base64.

    Raises:
        BadAppError: it is none.
    """
    found = _base64(value)
    if found is None or len(found) != KEY_BYTES:
        message = "`public_key` is an Ed25519 public key: 32 bytes in base64."
        raise BadAppError(message)
    return found


def _base64(value: object) -> bytes | None:
    if not isinstance(value, str) or not value.isascii():
        return None
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def check_verified(app: App) -> None:
    """Say whether an app may ask for payments.

    Raises:
        AppNotVerifiedError: no operator has checked it.
    """
    if app.verified_at is None:
        message = "No operator of this server has checked this app."
        raise AppNotVerifiedError(message)


# --- launch packages --------------------------------------------------------------------------


def parse_package(body: Mapping[str, object]) -> Package:
    """Read a launch package.

    Raises:
        BadPackageError: a member is missing or wrong.
    """
    message = (
        "A launch package has app_id, timestamp (seconds), nonce (8 to 64 letters, digits, _ and -),"
        f" package ({PREPAY}…), sign_type ({SIGN_TYPE}) and signature (64 bytes in base64)."
    )
    texts = [body.get(name) for name in ("app_id", "timestamp", "nonce", "package")]
    signature = _base64(body.get("signature"))
    if body.get("sign_type") != SIGN_TYPE or signature is None or len(signature) != SIGNATURE_BYTES:
        raise BadPackageError(message)
    app_id, timestamp, nonce, package = (one if isinstance(one, str) else "" for one in texts)
    shapes = ((_APP, app_id), (_TIME, timestamp), (_NONCE, nonce), (_PACKAGE, package))
    if not all(shape.fullmatch(text) for shape, text in shapes):
        raise BadPackageError(message)
    return Package(
        app_id=app_id, timestamp=int(timestamp), nonce=nonce, package=package, signature=signature
    )


def signed_text(app_id: str, timestamp: int, nonce: str, package: str) -> bytes:
    """Return what an app's server signs: four lines, each with a newline at its end."""
    return f"{app_id}\n{timestamp}\n{nonce}\n{package}\n".encode()


def check_signature(package: Package, public_key: bytes) -> None:
    """Say whether the app's server signed a launch package.

    Raises:
        BadSignatureError: it did not.
    """
    text = signed_text(package.app_id, package.timestamp, package.nonce, package.package)
    try:
        VerifyKey(public_key).verify(text, package.signature)
    except (CryptoError, ValueError):
        message = "This launch package was not signed by the app's server."
        raise BadSignatureError(message) from None


def check_fresh(package: Package, now_ms: TimestampMs) -> None:
    """Say whether a launch package is of now.

    Raises:
        StalePackageError: it is not.
    """
    if abs(now_ms - package.timestamp * 1000) > FRESH_MS:
        message = "This launch package is too old, or from the future."
        raise StalePackageError(message, **{"org.courtyard.now": now_ms})


def prepay_of(package: Package) -> str:
    """Return the order that a launch package is for."""
    return package.package.removeprefix(PREPAY)


def fingerprint(package: Package) -> bytes:
    """Return what tells one launch package from another with its nonce."""
    text = signed_text(package.app_id, package.timestamp, package.nonce, package.package)
    return hashlib.sha256(text).digest()


# --- invoices ---------------------------------------------------------------------------------


def slug_of(secret: bytes, number: str) -> str:
    """Return the short name of an invoice: it follows from the merchant's number, and nobody else can guess it."""
    digest = hmac.digest(secret, f"invoice\0{number}".encode(), hashlib.sha256)[:ID_BYTES]
    return SLUG_PREFIX + base64.b32encode(digest).decode().lower()


def parse_title(value: object) -> str:
    """Read the title of an invoice.

    Raises:
        BadInvoiceError: it has no letters, or too many.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= 32 or not value.isprintable():
        message = "`title` has 1 to 32 characters that can be printed."
        raise BadInvoiceError(message)
    return value


def parse_payload(value: object) -> str:
    """Read what an app's server wants to find again with an invoice. It is shown to nobody else.

    Raises:
        BadInvoiceError: it is no text, or too long.
    """
    told = "" if value is None else value
    if not isinstance(told, str) or len(told.encode()) > PAYLOAD_BYTES_MAX:
        message = f"`payload` is a text of up to {PAYLOAD_BYTES_MAX} bytes."
        raise BadInvoiceError(message)
    return told


def parse_prices(value: object) -> tuple[tuple[str, int], ...]:
    """Read what an invoice adds up to: parts with a `label` and an `amount`.

    Raises:
        BadInvoiceError: it is no such list. BadAmountError, AmountOutOfRangeError: an amount, or their sum.
        BadOrderError: a label that cannot be shown.
    """
    if not isinstance(value, list) or not 1 <= len(value) <= PRICES_MAX:
        message = f"`prices` is a list of 1 to {PRICES_MAX} parts."
        raise BadInvoiceError(message)
    found = tuple(_price(one) for one in value)
    if sum(amount for _, amount in found) > AMOUNT_MINOR_MAX:
        message = "The amount is too large."
        raise AmountOutOfRangeError(message)
    return found


def _price(value: object) -> tuple[str, int]:
    if not isinstance(value, dict) or value.keys() != {"label", "amount"}:
        message = "A part of `prices` has `label` and `amount`."
        raise BadInvoiceError(message)
    return parse_text(value["label"], "label"), parse_amount(value["amount"])


def status_of(state: str, closed_as: str | None) -> str:
    """Return how an invoice stands in the words that apps know: `paid`, `cancelled`, `failed`, `pending`."""
    if state == "closed":
        return "failed" if closed_as == "expired" else "cancelled"
    return "paid" if state == "paid" else "pending"


def links(slug: str) -> dict[str, Any]:
    """Return the addresses of an invoice: ours, and one that existing libraries for mini-apps take."""
    return {
        "slug": slug,
        "link": f"courtyard://invoice/{slug}",
        "compatible": f"https://t.me/${slug}",
    }

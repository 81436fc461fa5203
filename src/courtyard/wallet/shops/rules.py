"""What may be said of a shop, and who may do what there. Pure."""

import re
from typing import Final

from courtyard.wallet.shops.errors import (
    BadMerchantError,
    MerchantClosedError,
    ScopeError,
    TooManyError,
)
from courtyard.wallet.shops.model import Asker, Details, Merchant

NAME_LENGTH_MAX: Final = 64
_MCC = re.compile(r"[0-9]{4}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def check_details(details: Details) -> Details:
    """Return what an owner says of a shop, without spaces around it.

    Raises:
        BadMerchantError: a part of it cannot be that.
    """
    if not _MCC.fullmatch(details.mcc) or not _COUNTRY.fullmatch(details.country):
        message = "A category is four digits (ISO 18245), a country two capitals (ISO 3166)."
        raise BadMerchantError(message)
    return Details(
        name=check_name(details.name),
        mcc=details.mcc,
        city=check_name(details.city),
        country=details.country,
    )


def check_name(name: str) -> str:
    """Return a name without spaces around it.

    Raises:
        BadMerchantError: it has no letters, too many, or some that nobody can see.
    """
    told = name.strip()
    if not 1 <= len(told) <= NAME_LENGTH_MAX or not told.isprintable():
        message = f"A name has 1 to {NAME_LENGTH_MAX} characters that can be printed."
        raise BadMerchantError(message)
    return told


def check_count(count: int, most: int, what: str) -> None:
    """Say whether there may be one more.

    Raises:
        TooManyError: there are `most` already.
    """
    if count >= most:
        message = f"There can be {most} {what}, and there are."
        raise TooManyError(message)


def check_open(merchant: Merchant) -> None:
    """Say whether a shop is open.

    Raises:
        MerchantClosedError: it is closed.
    """
    if merchant.closed_at is not None:
        message = "This shop is closed."
        raise MerchantClosedError(message)


def is_of(asker: Asker, merchant: Merchant, *, is_cashier: bool) -> bool:
    """Tell whether somebody belongs to a shop: by a key of it, as its owner, or as a cashier."""
    if asker.key is not None:
        return asker.key.merchant == merchant.id
    return is_owner(asker, merchant) or is_cashier


def is_owner(asker: Asker, merchant: Merchant) -> bool:
    """Tell whether somebody is logged in as the owner."""
    return asker.session is not None and asker.session.user_id == merchant.owner


def is_trusted(asker: Asker, merchant: Merchant) -> bool:
    """Tell whether somebody may do everything with a shop's orders: its owner, or a key of it made for that."""
    if asker.key is None:
        return is_owner(asker, merchant)
    return asker.key.merchant == merchant.id and asker.key.scope == "orders"


def check_orders(asker: Asker, merchant: Merchant) -> None:
    """Say whether somebody of a shop may do everything with orders.

    Raises:
        ScopeError: a cashier, or the key of a till.
    """
    if not is_trusted(asker, merchant):
        message = "This is for the owner, and for keys with the scope orders."
        raise ScopeError(message)


def check_owner(asker: Asker, merchant: Merchant) -> None:
    """Say whether somebody is the owner, who is logged in.

    Raises:
        ScopeError: it is a key, or a cashier.
    """
    if not is_owner(asker, merchant):
        message = "This is for the owner, who must be logged in."
        raise ScopeError(message)

"""Codes in the EMVCo form for merchant-presented QR: pairs of tag, length and value, with a checksum at the end. Pure.

A tag has two digits, a length two, and the last pair is tag 63 with a CRC-16 of everything before it. What is ours is in the template
26: which server, which shop, which currency, and a check value that only this server can make. Names are there for other readers.

source: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode
"""

import base64
import binascii
import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from typing import Final

import msgspec

from courtyard.base.money import Currency
from courtyard.wallet.model import CurrencyInfo, MerchantId
from courtyard.wallet.shops.errors import BadCodeError, ForeignCodeError, ForgedCodeError
from courtyard.wallet.shops.model import Merchant, Order, OrderId

OURS: Final = "org.courtyard"
CODE_LENGTH_MAX: Final = 512
STATIC: Final = "11"
DYNAMIC: Final = "12"
NO_CURRENCY: Final = "999"
"""ISO 4217 has a number for money that it does not know."""
AMOUNT_LENGTH_MAX: Final = 13
NAME_LENGTH_MAX: Final = 25
CITY_LENGTH_MAX: Final = 15
CHECK_LENGTH: Final = 10
SERVER_LENGTH: Final = 8
_TEMPLATE: Final = "26"
_TEMPLATES: Final = [f"{number:02}" for number in range(26, 52)]
_CRC: Final = "63"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What a code of ours says. `order` None: it is a static one."""

    merchant: MerchantId
    currency: Currency
    order: OrderId | None
    amount: str
    check: str


def crc16(text: str) -> str:
    """Return the checksum as four hexadecimal digits: polynomial 0x1021, from 0xFFFF on."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def join(pairs: Sequence[tuple[str, str]]) -> str:
    """Return pairs of tag and value as text; a value has up to 99 characters."""
    assert all(len(value) <= 99 for _, value in pairs)
    return "".join(f"{tag}{len(value):02}{value}" for tag, value in pairs)


def seal(pairs: Sequence[tuple[str, str]]) -> str:
    """Return a whole code: the pairs and their checksum."""
    text = join(pairs) + f"{_CRC}04"
    return text + crc16(text)


def split(text: str) -> dict[str, str]:
    """Return the values of a text by their tags.

    Raises:
        BadCodeError: it is cut off, has a tag twice, or something that is no tag or length.
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        if not _is_number(tag) or not _is_number(length) or tag in found:
            raise _damaged()
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) != int(length):
            raise _damaged()
        found[tag] = value
        at += 4 + int(length)
    return found


def _is_number(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isdigit()


def _damaged() -> BadCodeError:
    return BadCodeError("This is no code for a payment, or it was damaged. Try to scan it again.")


def unseal(text: str) -> dict[str, str]:
    """Return the values of a whole code by their tags.

    Raises:
        BadCodeError: it is no such code, or its checksum is wrong.
    """
    if len(text) > CODE_LENGTH_MAX or not text.startswith("000201"):
        raise _damaged()
    try:
        is_whole = crc16(text[:-4]) == text[-4:].upper() and text[-8:-4] == f"{_CRC}04"
    except UnicodeEncodeError as error:
        raise _damaged() from error
    if not is_whole:
        raise _damaged()
    return split(text[:-8])


def read(text: str, server: str) -> Code:
    """Return what a code says, if it is one of this server. Whether a shop made it is said by `verify`.

    Args:
        server: what `server_tag` returns.

    Raises:
        BadCodeError: it is no code, or damaged. ForeignCodeError: it is of another system, or another server.
    """
    values = unseal(text)
    for tag in _TEMPLATES:
        if values.get(tag, "").startswith(join([("00", OURS)])):
            ours = split(values[tag])
            break
    else:
        message = "This code is for another way to pay."
        raise ForeignCodeError(message)
    if ours.get("01") != server:
        message = "This code is for a shop on another server."
        raise ForeignCodeError(message)
    order = split(values.get("62", "")).get("05")
    return Code(
        merchant=MerchantId(f"mch_{ours.get('02', '')}"),
        currency=Currency(ours.get("04", "")),
        order=None if order is None else OrderId(f"o_{order}"),
        amount=values.get("54", ""),
        check=ours.get("03", ""),
    )


def verify(code: Code, merchant: Merchant) -> None:
    """Say whether a shop made a code that names it.

    Raises:
        ForgedCodeError: somebody else did.
    """
    wanted = check_value(merchant, code.currency, code.order, code.amount)
    if not hmac.compare_digest(wanted.encode(), code.check.encode()):
        message = "This code was not made by the shop that it names. Do not pay."
        raise ForgedCodeError(message)


def check_value(merchant: Merchant, currency: Currency, order: OrderId | None, amount: str) -> str:
    """Return what only this server can write into a code of a shop."""
    told = f"code\0{currency}\0{order or ''}\0{amount}"
    digest = hmac.digest(merchant.secret, told.encode(), hashlib.sha256)
    return base64.b32encode(digest).decode()[:CHECK_LENGTH]


def server_tag(server_name: str) -> str:
    """Return by which a code says of which server it is."""
    return hashlib.sha256(server_name.encode()).hexdigest()[:SERVER_LENGTH]


def static_code(merchant: Merchant, name: str, currency: Currency, server: str) -> str:
    """Return the code that a shop puts on its counter: whoever scans it says how much."""
    return seal(_pairs(merchant, name, currency, server, None, ""))


def order_code(
    merchant: Merchant, name: str, order: Order, currency: CurrencyInfo, server: str
) -> str:
    """Return the code of one order, with its amount if that fits."""
    amount = major(order.amount, currency.scale)
    told = amount if len(amount) <= AMOUNT_LENGTH_MAX else ""
    return seal(_pairs(merchant, name, order.currency, server, order.id, told))


def _pairs(
    merchant: Merchant,
    name: str,
    currency: Currency,
    server: str,
    order: OrderId | None,
    amount: str,
) -> list[tuple[str, str]]:
    ours = [
        ("00", OURS),
        ("01", server),
        ("02", merchant.id.removeprefix("mch_")),
        ("03", check_value(merchant, currency, order, amount)),
        ("04", currency),
    ]
    pairs = [
        ("00", "01"),
        ("01", STATIC if order is None else DYNAMIC),
        (_TEMPLATE, join(ours)),
        ("52", merchant.mcc),
        ("53", NO_CURRENCY),
        ("54", amount),
        ("58", merchant.country),
        ("59", plain(name, NAME_LENGTH_MAX)),
        ("60", plain(merchant.city, CITY_LENGTH_MAX)),
        ("62", "" if order is None else join([("05", order.removeprefix("o_"))])),
    ]
    return [(tag, value) for tag, value in pairs if value]


def plain(name: str, length: int) -> str:
    """Return a name in the letters that every reader knows: without accents, and a dash where there are no such letters."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip()
    return bare[:length].strip() or "-"


def major(amount: int, scale: int) -> str:
    """Return an amount in major units: 250 with two digits is 2.50."""
    if scale == 0:
        return str(amount)
    digits = str(amount).rjust(scale + 1, "0")
    return f"{digits[:-scale]}.{digits[-scale:]}"

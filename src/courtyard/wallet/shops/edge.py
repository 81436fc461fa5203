"""What the routes of shops share beside those of the wallet: where a shop and an order are, and who asks there."""

from typing import Final

from litestar.di import NamedDependency

from courtyard.wallet.edge import PREFIX, Body, Db, Http, Id, Json, Who, key_of, told
from courtyard.wallet.shops.model import Asker

__all__ = [
    "ORDER",
    "PREFIX",
    "SHOP",
    "Body",
    "By",
    "Db",
    "Http",
    "Id",
    "Json",
    "Who",
    "key_of",
    "told",
]

SHOP: Final = f"{PREFIX}/merchants/{{merchant_id:str}}"
ORDER: Final = f"{SHOP}/orders/{{number:str}}"

By = NamedDependency[Asker]

"""The outbox proven, for `courtyard check`: nothing is lost, and nothing was sent before its turn."""

from collections.abc import Iterator

from courtyard.storage.tx import ReadTx
from courtyard.wallet.webhooks import store_check


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    for message, wanted, found in store_check.lost(tx):
        yield f"The message {message} was wanted by {wanted} endpoints; {found} have it."
    for endpoint, count, found in store_check.gaps(tx):
        yield f"The endpoint {endpoint} has {count} deliveries; {found} are there."
    for endpoint, message, earlier in store_check.overtaken(tx):
        yield f"To {endpoint} the message {message} was sent before {earlier} had ended."
    for endpoint, message in store_check.stuck(tx):
        yield f"To {endpoint} the message {message} waits for nothing."
    for endpoint, newest in store_check.without_secret(tx):
        yield f"The endpoint {endpoint} has {newest} secrets that are the newest."

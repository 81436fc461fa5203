"""How a sum is divided: equally, by weights, or by luck that everybody can check afterwards. Pure, and the same for ever.

The lucky split is fixed when the packet is made and follows from its seed alone. The hash of the seed stands in the first event and the
seed in the last one, so the sender cannot choose who gets much, and anybody can recompute it (`docs/manual/wallet.md`).
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence

from courtyard.base.money import AMOUNT_MINOR_MAX
from courtyard.wallet.errors import BadSplitError
from courtyard.wallet.model import SHARES_MAX, Split


def check_count(count: int) -> None:
    """Say whether a sum may be split among so many.

    Raises:
        BadSplitError: it may not.
    """
    if not 1 <= count <= SHARES_MAX:
        message = f"A sum is split among 1 to {SHARES_MAX}."
        raise BadSplitError(message)


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a sum by weights; what is left over goes to the largest remainders, among equal ones to the first.

    Raises:
        BadSplitError: too many, a weight below 1 or above 10,000, or somebody would get nothing.
    """
    check_count(len(weights))
    if any(not 1 <= weight <= 10_000 for weight in weights):
        message = "A weight is a whole number from 1 to 10000."
        raise BadSplitError(message)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    if min(parts) < 1:
        message = "Everybody's part must be at least one unit."
        raise BadSplitError(message)
    return parts


def shares(total: int, count: int, split: Split, seed: bytes) -> list[int]:
    """Return the shares of a red packet, in the order in which they are claimed.

    Equal: as `largest_remainder` with equal weights. Lucky: each share is drawn evenly from one unit to twice the mean of what is left
    (always leaving one unit for each that follows), the last takes the rest; then the shares are shuffled, so that it is no
    advantage to be early or late.

    Raises:
        BadSplitError: too many, or less than a unit for each.
    """
    if split == "equal":
        return largest_remainder(total, [1] * count)
    check_count(count)
    if total < count:
        message = "Everybody's part must be at least one unit."
        raise BadSplitError(message)
    numbers = _numbers(seed)
    drawn: list[int] = []
    left = total
    for others in range(count - 1, 0, -1):
        highest = min(2 * left // (others + 1), left - others)
        amount = 1 + _below(numbers, highest)
        drawn.append(amount)
        left -= amount
    drawn.append(left)
    for n in range(count - 1, 0, -1):
        other = _below(numbers, n + 1)
        drawn[n], drawn[other] = drawn[other], drawn[n]
    return drawn


def seed_hash(seed: bytes) -> str:
    """Return what is told of a seed at the beginning: its SHA-256 in hexadecimal."""
    return hashlib.sha256(seed).hexdigest()


def _numbers(seed: bytes) -> Iterator[int]:
    """Yield numbers below 2^64: HMAC-SHA-256 under the seed of 0, 1, 2, …, the first eight bytes of each."""
    counter = 0
    while True:
        digest = hmac.digest(seed, counter.to_bytes(8, "big"), "sha256")
        yield int.from_bytes(digest[:8], "big")
        counter += 1


def _below(numbers: Iterator[int], bound: int) -> int:
    """Draw evenly from 0 to `bound` - 1: what would favour the small ones is thrown away and drawn again."""
    assert 1 <= bound <= AMOUNT_MINOR_MAX
    limit = 2**64 - 2**64 % bound
    number = next(numbers)
    while number >= limit:
        number = next(numbers)
    return number % bound

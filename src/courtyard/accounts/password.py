"""Argon2id, off the event loop and off the writer's thread, at most two at once.

One hash takes 64 MiB and tens of milliseconds on purpose (RFC 9106, the second recommended option). More at once
would only make everybody wait longer and take memory from the rest of the server.
"""

import asyncio
import base64
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from courtyard.base.errors import UnavailableError
from courtyard.base.settings import Settings
from courtyard.storage.database import Database

PASSES = 3
LANES = 4
AT_ONCE = 2
WAITING_MAX = 200
"""Hashes waiting at the most: about ten seconds of work. Then callers are told to come back."""

T = TypeVar("T")


def _hasher(settings: Settings) -> PasswordHasher:
    # Argon2 needs 8 KiB for each lane.
    memory_kib = max(settings.password_memory_kib, 8 * LANES)
    return PasswordHasher(time_cost=PASSES, memory_cost=memory_kib, parallelism=LANES)


def _nobodys_hash(hasher: PasswordHasher) -> str:
    """Return a hash that no password has and that takes as long to compare as any other."""

    def text(count: int) -> str:
        return base64.b64encode(secrets.token_bytes(count)).decode().rstrip("=")

    return (
        f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
        f"${text(hasher.salt_len)}${text(hasher.hash_len)}"
    )


class PasswordPool:
    """The threads that hash, and how many callers wait for them."""

    def __init__(self) -> None:
        """Start with no thread; the pool makes them when needed."""
        self._executor = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._waiting = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Do one hash's work on a thread of the pool.

        Raises:
            UnavailableError: too many wait already.
        """
        if self._waiting >= WAITING_MAX:
            message = "Too many people are logging in at once. Please try again."
            raise UnavailableError(message)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._waiting -= 1


async def hash_password(db: Database, password: str) -> str:
    """Return the Argon2id string to store for a password."""
    hasher = _hasher(db.world.settings)
    return await db.world.memory(PasswordPool).run(lambda: hasher.hash(_clean(password)))


async def password_matches(db: Database, stored: str | None, password: str) -> bool:
    """Tell whether a password is the one that was stored; None takes as long and never matches."""
    hasher = _hasher(db.world.settings)
    expected = _nobodys_hash(hasher) if stored is None else stored

    def compare() -> bool:
        try:
            return hasher.verify(expected, _clean(password))
        except (VerificationError, InvalidHashError):
            return False

    return await db.world.memory(PasswordPool).run(compare)


def needs_new_hash(settings: Settings, stored: str) -> bool:
    """Tell whether a stored hash was made with other parameters than today's."""
    return _hasher(settings).check_needs_rehash(stored)


def _clean(password: str) -> bytes:
    # JSON may carry half a surrogate pair, which has no UTF-8 form.
    return password.encode("utf-8", "surrogatepass")

"""Argon2id: parameters, new parameters, bounds."""

import asyncio
import threading

import msgspec
import pytest
from argon2 import extract_parameters

from courtyard.accounts import password, store
from courtyard.accounts.login import check_login_password
from courtyard.accounts.model import WrongPasswordError
from courtyard.accounts.password import PasswordPool, hash_password, password_matches
from courtyard.app.wiring import Server
from courtyard.base.errors import UnavailableError
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from tests.api import PASSWORD, User


async def test_the_default_is_the_second_option_of_rfc_9106() -> None:
    hasher = password._hasher(Settings())
    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (65536, 3, 4)
    assert (hasher.hash_len, hasher.salt_len) == (32, 16)


async def test_a_password_is_hashed_with_a_salt(server: Server) -> None:
    one, two = await hash_password(server.db, "x"), await hash_password(server.db, "x")
    assert one.startswith("$argon2id$")
    assert one != two
    assert await password_matches(server.db, one, "x")
    assert not await password_matches(server.db, one, "y")
    assert not await password_matches(server.db, "damaged", "x")
    assert not await password_matches(server.db, None, "x")


async def test_nobodys_hash_costs_as_much_as_a_real_one(server: Server) -> None:
    hasher = password._hasher(server.settings)
    nobodys = extract_parameters(password._nobodys_hash(hasher))
    assert nobodys == extract_parameters(await hash_password(server.db, "x"))


async def test_a_login_renews_a_hash_of_other_parameters(server: Server, alice: User) -> None:
    async def stored() -> str:
        account = await server.db.read(store.account, UserId(alice.id))
        assert account is not None
        assert account.password_hash is not None
        return account.password_hash

    before = await stored()
    await check_login_password(server.db, "alice", PASSWORD, "")
    assert await stored() == before
    server.world.settings = msgspec.structs.replace(server.settings, password_memory_kib=128)
    with pytest.raises(WrongPasswordError):
        await check_login_password(server.db, "alice", "wrong", "")
    assert await stored() == before
    await check_login_password(server.db, "alice", PASSWORD, "")
    assert extract_parameters(await stored()).memory_cost == 128
    await check_login_password(server.db, "alice", PASSWORD, "")


async def test_at_most_two_hash_at_once_and_not_on_the_loop() -> None:
    pool = PasswordPool()
    lock, running, most = threading.Lock(), 0, 0
    both = threading.Barrier(2)

    def work() -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        both.wait(10)
        with lock:
            running -= 1
        return threading.current_thread().name

    names = await asyncio.gather(*(pool.run(work) for _ in range(6)))
    assert most == 2
    assert all(name.startswith("argon2") for name in names)


async def test_too_many_waiting_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password, "WAITING_MAX", 0)
    with pytest.raises(UnavailableError):
        await PasswordPool().run(lambda: None)

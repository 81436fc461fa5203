"""What logging in refuses besides wrong passwords."""

import pytest

from courtyard.accounts import login
from courtyard.accounts.account import deactivate_account, lock_account
from courtyard.accounts.devices import device_exists, device_names
from courtyard.accounts.login import DeviceWish, log_in, refresh
from courtyard.accounts.model import UserDeactivatedError, UserLockedError
from courtyard.app.wiring import Server
from courtyard.base.errors import ForbiddenError
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from tests.api import User
from tests.fakes import FakeClock


async def test_an_account_has_a_bounded_number_of_devices(
    server: Server, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "DEVICES_MAX", 2)
    user_id = UserId(alice.id)
    second = DeviceWish(device_id=DeviceId("TWO"))
    await server.db.write(log_in, user_id, second)
    with pytest.raises(ForbiddenError):
        await server.db.write(log_in, user_id, DeviceWish(device_id=DeviceId("THREE")))
    # A device that is there already may always log in again.
    await server.db.write(log_in, user_id, second)
    assert set(await server.db.read(device_names, user_id)) == {alice.device_id, "TWO"}
    assert not await server.db.read(device_exists, user_id, DeviceId("THREE"))


async def test_a_locked_account_gets_no_new_tokens(
    server: Server, alice: User, clock: FakeClock
) -> None:
    user_id = UserId(alice.id)
    made = await server.db.write(log_in, user_id, DeviceWish(refresh=True))
    assert made.tokens.refresh_token is not None
    await server.db.write(lock_account, user_id, TimestampMs(clock.now_ms() + 60_000))
    with pytest.raises(UserLockedError):
        await server.db.write(refresh, made.tokens.refresh_token)
    with pytest.raises(UserLockedError):
        await server.db.write(log_in, user_id, DeviceWish())
    await server.db.write(lock_account, user_id, TimestampMs(0))
    await server.db.write(refresh, made.tokens.refresh_token)


async def test_an_account_that_ended_meanwhile_gets_no_tokens(server: Server, alice: User) -> None:
    await server.db.write(deactivate_account, UserId(alice.id), erase=False)
    for user_id in (UserId(alice.id), UserId("@nobody:test.example")):
        with pytest.raises(UserDeactivatedError):
            await server.db.write(log_in, user_id, DeviceWish())

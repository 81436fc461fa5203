"""Refresh tokens.

spec: client-server-api#refreshing-access-tokens
"""

from typing import Any

import pytest

from tests.api import PASSWORD, Answer, Api, User
from tests.fakes import FakeClock


async def _log_in(api: Api, user: User) -> dict[str, Any]:
    sent = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user.id},
        "password": PASSWORD,
        "refresh_token": True,
    }
    made: dict[str, Any] = (await api.request("POST", "login", sent)).ok()
    return made


async def _refresh(api: Api, token: object) -> Answer:
    return await api.request("POST", "refresh", {"refresh_token": token})


async def _works(api: Api, token: str) -> bool:
    return (await api.request("GET", "account/whoami", token=token)).status == 200


async def test_only_those_who_ask_get_a_refresh_token(api: Api, alice: User) -> None:
    made = await _log_in(api, alice)
    assert made["expires_in_ms"] == 3_600_000
    sent = {"type": "m.login.password", "user": "alice", "password": PASSWORD}
    assert "refresh_token" not in (await api.request("POST", "login", sent)).ok()


async def test_an_expired_token_is_a_soft_logout_and_can_be_refreshed(
    api: Api, alice: User, clock: FakeClock
) -> None:
    made = await _log_in(api, alice)
    assert await _works(api, made["access_token"])
    clock.advance(3_600_001)
    late = await api.request("GET", "account/whoami", token=made["access_token"])
    assert (401, "M_UNKNOWN_TOKEN") == (late.status, late.errcode)
    assert late.body["soft_logout"] is True

    new = (await _refresh(api, made["refresh_token"])).ok()

    who = await api.request("GET", "account/whoami", token=new["access_token"])
    assert who.ok()["device_id"] == made["device_id"]


async def test_the_old_refresh_token_works_until_the_new_access_token_is_used(
    api: Api, alice: User
) -> None:
    made = await _log_in(api, alice)
    lost = (await _refresh(api, made["refresh_token"])).ok()

    new = (await _refresh(api, made["refresh_token"])).ok()
    # The answer that was lost is worth nothing now.
    assert not await _works(api, lost["access_token"])
    assert await _works(api, made["access_token"])

    assert await _works(api, new["access_token"])
    # Retiring the old pair is a write that this request only started.
    await api.login(alice.id)

    assert (await _refresh(api, made["refresh_token"])).errcode == "M_UNKNOWN_TOKEN"
    assert not await _works(api, made["access_token"])
    assert await _works(api, new["access_token"])


async def test_the_old_refresh_token_works_until_the_new_one_is_used(api: Api, alice: User) -> None:
    made = await _log_in(api, alice)
    second = (await _refresh(api, made["refresh_token"])).ok()
    third = (await _refresh(api, second["refresh_token"])).ok()
    gone = await _refresh(api, made["refresh_token"])
    assert (401, "M_UNKNOWN_TOKEN") == (gone.status, gone.errcode)
    assert not await _works(api, made["access_token"])
    assert await _works(api, third["access_token"])


async def test_logout_ends_the_refresh_token(api: Api, alice: User) -> None:
    made = await _log_in(api, alice)
    (await api.request("POST", "logout", token=made["access_token"])).ok()
    assert (await _refresh(api, made["refresh_token"])).errcode == "M_UNKNOWN_TOKEN"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_tokens_do_not_pass_for_each_other(api: Api, alice: User, kind: str) -> None:
    made = await _log_in(api, alice)
    other = {"access_token": "refresh_token", "refresh_token": "access_token"}[kind]
    if kind == "access_token":
        assert (await _refresh(api, made[kind])).status == 401
    else:
        assert not await _works(api, made[kind])
    assert made[other]


async def test_wrong_bodies(api: Api) -> None:
    missing = await api.request("POST", "refresh", {})
    assert (400, "M_MISSING_PARAM") == (missing.status, missing.errcode)
    wrong = await _refresh(api, 5)
    assert (400, "M_BAD_JSON") == (wrong.status, wrong.errcode)
    unknown = await _refresh(api, "cyrt_unknown")
    assert (401, "M_UNKNOWN_TOKEN") == (unknown.status, unknown.errcode)

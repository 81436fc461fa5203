"""Password, deactivation, addresses, OpenID, whois.

spec: client-server-api#account-management
"""

from typing import Any

import pytest

from courtyard.accounts import account
from courtyard.accounts.account import (
    account_is_active,
    account_is_erased,
    deactivate_account,
    make_admin,
)
from courtyard.app.wiring import Server
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.storage.tx import WriteTx
from tests.api import PASSWORD, Api, User, q
from tests.fakes import FakeClock

NEW = "another long password"


def auth(user: User, password: str = PASSWORD) -> dict[str, Any]:
    return {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user.id},
        "password": password,
    }


async def _login_status(api: Api, user: User, password: str) -> int:
    sent = {"type": "m.login.password", "user": user.id, "password": password}
    return (await api.request("POST", "login", sent)).status


# --- password --------------------------------------------------------------------------------


async def test_a_new_password_logs_out_the_other_devices(api: Api, alice: User) -> None:
    phone = await api.login(alice.id, device="PHONE")
    asked = await alice.post("account/password", {"new_password": NEW})
    assert asked.status == 401
    sent = {"new_password": NEW, "auth": auth(alice) | {"session": asked.body["session"]}}

    assert (await alice.post("account/password", sent)).ok() == {}

    assert (await alice.get("account/whoami")).status == 200
    assert (await phone.get("account/whoami")).errcode == "M_UNKNOWN_TOKEN"
    assert (await alice.get("devices/PHONE")).status == 404
    assert await _login_status(api, alice, PASSWORD) == 403
    assert await _login_status(api, alice, NEW) == 200


async def test_other_devices_stay_when_asked(api: Api, alice: User) -> None:
    phone = await api.login(alice.id)
    sent = {"new_password": NEW, "logout_devices": False, "auth": auth(alice)}
    (await alice.post("account/password", sent)).ok()
    assert (await phone.get("account/whoami")).status == 200


async def test_a_wrong_password_changes_nothing(api: Api, alice: User) -> None:
    sent = {"new_password": NEW, "auth": auth(alice, "guess")}
    answer = await alice.post("account/password", sent)
    assert (401, "M_FORBIDDEN") == (answer.status, answer.errcode)
    assert await _login_status(api, alice, PASSWORD) == 200


@pytest.mark.parametrize(
    "body, errcode",
    [
        ({}, "M_MISSING_PARAM"),
        ({"new_password": "x"}, "M_WEAK_PASSWORD"),
        ({"new_password": 5}, "M_BAD_JSON"),
        ({"new_password": NEW, "logout_devices": "no"}, "M_BAD_JSON"),
    ],
)
async def test_wrong_bodies(alice: User, body: dict[str, Any], errcode: str) -> None:
    answer = await alice.post("account/password", body | {"auth": auth(alice)})
    assert (400, errcode) == (answer.status, answer.errcode)


async def test_a_password_change_needs_a_token(api: Api) -> None:
    answer = await api.request("POST", "account/password", {"new_password": NEW})
    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)


# --- deactivation (the route is in `archive`) --------------------------------------------------


async def test_a_deactivated_account_is_gone_and_its_name_stays_taken(
    api: Api, server: Server, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, bool]] = []

    def hook(_tx: WriteTx, user_id: UserId, erase: bool) -> None:  # the hook's shape
        heard.append((user_id, erase))

    monkeypatch.setattr(account, "ON_DEACTIVATED", [hook])
    user_id = UserId(alice.id)
    assert await server.db.write(deactivate_account, user_id, erase=True)
    assert not await server.db.write(deactivate_account, user_id, erase=True)

    assert heard == [(alice.id, True)]
    assert (await alice.get("account/whoami")).errcode == "M_UNKNOWN_TOKEN"
    assert not await server.db.read(account_is_active, user_id)
    assert await server.db.read(account_is_erased, user_id)
    sent = {"username": "alice", "password": PASSWORD, "auth": {"type": "m.login.dummy"}}
    assert (await api.request("POST", "register", sent)).errcode == "M_USER_IN_USE"
    with pytest.raises(NotFoundError):
        await server.db.write(make_admin, user_id)


async def test_a_hook_that_fails_leaves_the_account_whole(
    server: Server, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hook(_tx: WriteTx, _user_id: UserId, _erase: bool) -> None:  # the hook's shape
        message = "not now"
        raise NotFoundError(message)

    monkeypatch.setattr(account, "ON_DEACTIVATED", [hook])
    with pytest.raises(NotFoundError):
        await server.db.write(deactivate_account, UserId(alice.id), erase=True)
    assert (await alice.get("account/whoami")).status == 200


# --- addresses ---------------------------------------------------------------------------------

MAIL = {"client_secret": "abc", "email": "a@b.example", "send_attempt": 1}
PHONE = {"client_secret": "abc", "country": "GB", "phone_number": "0", "send_attempt": 1}


async def test_no_account_has_addresses(alice: User) -> None:
    assert (await alice.get("account/3pid")).ok() == {"threepids": []}


@pytest.mark.parametrize(
    "path, status, errcode",
    [
        ("account/password/{}/requestToken", 400, "M_THREEPID_NOT_FOUND"),
        ("account/3pid/{}/requestToken", 400, "M_THREEPID_MEDIUM_NOT_SUPPORTED"),
        ("register/{}/requestToken", 403, "M_THREEPID_DENIED"),
    ],
)
async def test_no_address_is_verified(api: Api, path: str, status: int, errcode: str) -> None:
    for medium, body in (("email", MAIL), ("msisdn", PHONE)):
        answer = await api.request("POST", path.format(medium), body)
        assert (status, errcode) == (answer.status, answer.errcode)


async def test_no_address_is_added_and_none_has_to_be_removed(alice: User) -> None:
    creds = {"client_secret": "x", "id_server": "x", "id_access_token": "x", "sid": "x"}
    for path, body in (
        ("account/3pid", {"three_pid_creds": creds}),
        ("account/3pid/add", {"client_secret": "x", "sid": "x"}),
        ("account/3pid/bind", creds),
    ):
        answer = await alice.post(path, body)
        assert (403, "M_THREEPID_AUTH_FAILED") == (answer.status, answer.errcode)
    for path in ("account/3pid/delete", "account/3pid/unbind"):
        answer = await alice.post(path, {"medium": "email", "address": "a@b.example"})
        assert answer.ok() == {"id_server_unbind_result": "no-support"}


# --- OpenID --------------------------------------------------------------------------------------

USERINFO = "/_matrix/federation/v1/openid/userinfo"


async def test_an_openid_token_proves_who_one_is(api: Api, alice: User, clock: FakeClock) -> None:
    """spec: client-server-api#openid."""
    made = (await alice.post(f"user/{q(alice.id)}/openid/request_token")).ok()
    assert (made["token_type"], made["matrix_server_name"]) == ("Bearer", "test.example")
    params = {"access_token": made["access_token"]}
    assert (await api.request("GET", USERINFO, params=params)).ok() == {"sub": alice.id}
    # It proves who one is and opens nothing.
    assert (await api.request("GET", "devices", token=made["access_token"])).status == 401

    clock.advance(made["expires_in"] * 1000)
    late = await api.request("GET", USERINFO, params=params)
    assert (401, "M_UNKNOWN_TOKEN") == (late.status, late.errcode)


async def test_one_asks_for_oneself_only(alice: User, bob: User) -> None:
    answer = await alice.post(f"user/{q(bob.id)}/openid/request_token")
    assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)
    wrong = await alice.post("user/bob/openid/request_token")
    assert (400, "M_INVALID_PARAM") == (wrong.status, wrong.errcode)


async def test_userinfo_needs_a_token(api: Api) -> None:
    answer = await api.request("GET", USERINFO)
    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)


# --- whois -----------------------------------------------------------------------------------------


async def test_one_may_ask_about_oneself(alice: User) -> None:
    answer = (await alice.get(f"admin/whois/{q(alice.id)}")).ok()
    (connection,) = answer["devices"][alice.device_id]["sessions"][0]["connections"]
    assert connection["ip"] == "127.0.0.1"
    assert connection["last_seen"] > 0
    assert connection["user_agent"]


async def test_only_operators_may_ask_about_others(server: Server, alice: User, bob: User) -> None:
    path = f"admin/whois/{q(alice.id)}"
    refused = await bob.get(path)
    assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)
    await server.db.write(make_admin, UserId(bob.id))
    assert (await bob.get(path)).ok()["user_id"] == alice.id
    nobody = await bob.get(f"admin/whois/{q('@nobody:test.example')}")
    assert (404, "M_NOT_FOUND") == (nobody.status, nobody.errcode)
    await server.db.write(make_admin, UserId(bob.id), is_admin=False)
    assert (await bob.get(path)).status == 403

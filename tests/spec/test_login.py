"""Logging in and out.

spec: client-server-api#legacy-login
"""

from typing import Any

import msgspec
import pytest

from courtyard.accounts.account import deactivate_account, lock_account
from courtyard.app.wiring import Server
from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.settings import Settings
from tests.api import PASSWORD, Api, User
from tests.fakes import FakeClock


def body(user: str, **more: Any) -> dict[str, Any]:
    identifier = {"type": "m.id.user", "user": user}
    return {"type": "m.login.password", "identifier": identifier, "password": PASSWORD} | more


async def test_the_flows_are_told(api: Api) -> None:
    flows = (await api.request("GET", "login")).ok()["flows"]
    assert {"type": "m.login.password"} in flows
    assert {"type": "m.login.token", "get_login_token": True} in flows


@pytest.mark.parametrize("name", ["alice", "@alice:test.example", "Alice"])
async def test_one_logs_in_by_localpart_or_whole_id(api: Api, alice: User, name: str) -> None:
    made = (await api.request("POST", "login", body(name))).ok()
    assert made["user_id"] == alice.id
    assert made["device_id"] != alice.device_id
    other = User(api, made["user_id"], made["device_id"], made["access_token"])
    assert (await other.get("account/whoami")).ok()["device_id"] == made["device_id"]
    assert (await alice.get("account/whoami")).status == 200


async def test_the_legacy_user_field_still_works(api: Api, alice: User) -> None:
    sent = {"type": "m.login.password", "user": "alice", "password": PASSWORD}
    assert (await api.request("POST", "login", sent)).ok()["user_id"] == alice.id


async def test_a_known_device_id_takes_over_the_device(api: Api, alice: User) -> None:
    again = await api.login(alice.id, device=alice.device_id)
    assert again.device_id == alice.device_id
    assert (await again.get("account/whoami")).status == 200
    old = await alice.get("account/whoami")
    assert (401, "M_UNKNOWN_TOKEN") == (old.status, old.errcode)


async def test_wrong_password_and_unknown_user_look_the_same(api: Api, alice: User) -> None:
    wrong = await api.request("POST", "login", body("alice", password="not it"))
    unknown = await api.request("POST", "login", body("nobody"))
    foreign = await api.request("POST", "login", body("@alice:elsewhere.example"))
    nonsense = await api.request("POST", "login", body("@@:::"))
    assert (403, "M_FORBIDDEN") == (wrong.status, wrong.errcode)
    assert wrong.body == unknown.body == foreign.body == nonsense.body


@pytest.mark.parametrize(
    "sent, errcode",
    [
        ({}, "M_MISSING_PARAM"),
        ({"type": "m.login.password"}, "M_MISSING_PARAM"),
        ({"type": "m.login.password", "password": "x"}, "M_MISSING_PARAM"),
        ({"type": "m.login.token"}, "M_MISSING_PARAM"),
        ({"type": "m.login.magic"}, "M_UNKNOWN"),
        ({"type": "m.login.application_service"}, "M_APPSERVICE_LOGIN_UNSUPPORTED"),
        ({"type": 5}, "M_BAD_JSON"),
        ({"type": "m.login.password", "password": 5}, "M_BAD_JSON"),
        (body("alice", identifier="alice"), "M_BAD_JSON"),
        (body("alice", identifier={"type": "m.id.magic"}), "M_INVALID_PARAM"),
        (body("alice", identifier={"type": "m.id.user"}), "M_MISSING_PARAM"),
        (body("alice", identifier={"user": "alice"}), "M_BAD_JSON"),
        (body("alice", device_id=""), "M_INVALID_PARAM"),
    ],
)
async def test_bodies_of_the_wrong_shape(
    api: Api, alice: User, sent: dict[str, Any], errcode: str
) -> None:
    answer = await api.request("POST", "login", sent)
    assert (400, errcode) == (answer.status, answer.errcode)


async def test_hostile_strings_are_refused_quietly(api: Api, alice: User) -> None:
    for user in ("\x00", "a" * 100_000, "🦆" * 300, "'; DROP TABLE accounts"):
        answer = await api.request("POST", "login", body(user, password=user))
        assert answer.status == 403


async def test_half_a_surrogate_in_a_password_is_no_fault(api: Api, alice: User) -> None:
    content = (
        b'{"type":"m.login.password","password":"\\ud800",'
        b'"identifier":{"type":"m.id.user","user":"alice"}}'
    )
    answer = await api.request("POST", "login", content=content)
    assert answer.status in {400, 403}


@pytest.mark.parametrize("kind", ["m.id.thirdparty", "m.id.phone"])
async def test_addresses_lead_to_no_account(api: Api, kind: str) -> None:
    identifier = {"type": kind, "medium": "email", "address": "a@b.example", "country": "GB"}
    answer = await api.request("POST", "login", body("", identifier=identifier))
    assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)


async def test_a_deactivated_account_cannot_log_in(api: Api, alice: User, server: Server) -> None:
    await server.db.write(deactivate_account, UserId(alice.id), erase=False)
    answer = await api.request("POST", "login", body("alice"))
    assert (403, "M_USER_DEACTIVATED") == (answer.status, answer.errcode)
    assert (await alice.get("account/whoami")).errcode == "M_UNKNOWN_TOKEN"


async def test_a_locked_account_may_only_log_out(
    api: Api, alice: User, server: Server, clock: FakeClock
) -> None:
    """spec: client-server-api#account-locking."""
    until = TimestampMs(clock.now_ms() + 60_000)
    await server.db.write(lock_account, UserId(alice.id), until)
    for answer in (
        await alice.get("account/whoami"),
        await api.request("POST", "login", body("alice")),
    ):
        assert (401, "M_USER_LOCKED") == (answer.status, answer.errcode)
        assert answer.body["soft_logout"] is True

    clock.advance(61_000)
    assert (await alice.get("account/whoami")).status == 200

    until = TimestampMs(clock.now_ms() + 60_000)
    await server.db.write(lock_account, UserId(alice.id), until)
    assert (await alice.post("logout")).status == 200
    assert (await alice.get("account/whoami")).errcode == "M_UNKNOWN_TOKEN"


async def test_logout_ends_one_device(api: Api, alice: User) -> None:
    phone = await api.login(alice.id, device="PHONE")
    assert (await phone.post("logout")).ok() == {}
    gone = await phone.get("account/whoami")
    assert (401, "M_UNKNOWN_TOKEN") == (gone.status, gone.errcode)
    assert gone.body["soft_logout"] is False
    devices = (await alice.get("devices")).ok()["devices"]
    assert [device["device_id"] for device in devices] == [alice.device_id]


async def test_logout_all_ends_every_device(api: Api, alice: User) -> None:
    phone = await api.login(alice.id)
    (await alice.post("logout/all")).ok()
    for device in (alice, phone):
        assert (await device.get("account/whoami")).errcode == "M_UNKNOWN_TOKEN"


async def test_a_token_is_needed(api: Api) -> None:
    for path in ("account/whoami", "devices"):
        answer = await api.request("GET", path)
        assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)
    assert (await api.request("POST", "logout")).errcode == "M_MISSING_TOKEN"
    for token in ("nonsense", "cyat_nonsense", "\u00fc"):
        headers = {"Authorization": f"Bearer {token}".encode()}
        answer = await api.request("GET", "account/whoami", headers=headers)  # type: ignore[arg-type]
        assert (401, "M_UNKNOWN_TOKEN") == (answer.status, answer.errcode)
    basic = await api.request("GET", "account/whoami", headers={"Authorization": "Basic eDp5"})
    assert basic.errcode == "M_MISSING_TOKEN"


async def test_a_token_in_the_query_still_works(api: Api, alice: User) -> None:
    params = {"access_token": alice.token}
    assert (await api.request("GET", "account/whoami", params=params)).ok()["user_id"] == alice.id


async def _login_token(user: User) -> str:
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user.id},
        "password": PASSWORD,
    }
    answer = await user.post("/_matrix/client/v1/login/get_token", {"auth": auth})
    assert answer.ok()["expires_in_ms"] == 120_000
    return str(answer.body["login_token"])


async def test_a_login_token_works_once(api: Api, alice: User) -> None:
    """spec: client-server-api#post_matrixclientv1loginget_token."""
    sent = {"type": "m.login.token", "token": await _login_token(alice)}
    assert (await api.request("POST", "login", sent)).ok()["user_id"] == alice.id
    again = await api.request("POST", "login", sent)
    assert (403, "M_FORBIDDEN") == (again.status, again.errcode)


async def test_a_login_token_ends_after_two_minutes(
    api: Api, alice: User, clock: FakeClock
) -> None:
    token = await _login_token(alice)
    clock.advance(120_000)
    late = await api.request("POST", "login", {"type": "m.login.token", "token": token})
    assert (403, "M_FORBIDDEN") == (late.status, late.errcode)


async def test_a_login_token_is_asked_for_with_the_password(alice: User) -> None:
    answer = await alice.post("/_matrix/client/v1/login/get_token")
    assert (401, [{"stages": ["m.login.password"]}]) == (answer.status, answer.body["flows"])


class TestWithLimits:
    """`rate_limits = on`."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, rate_limits="on")

    @pytest.mark.usefixtures("alice")
    async def test_guessing_is_limited_for_an_account_and_address(
        self, api: Api, clock: FakeClock
    ) -> None:
        for _ in range(10):
            wrong = await api.request("POST", "login", body("alice", password="guess"))
            assert wrong.status == 403
        limited = await api.request("POST", "login", body("alice"))
        assert (429, "M_LIMIT_EXCEEDED") == (limited.status, limited.errcode)

        # Somebody at another address is not locked out by that.
        elsewhere = {"X-Forwarded-For": "203.0.113.9"}
        answer = await api.request("POST", "login", body("alice"), headers=elsewhere)
        assert answer.status == 200

        clock.advance(limited.body["retry_after_ms"])
        assert (await api.request("POST", "login", body("alice"))).status == 200

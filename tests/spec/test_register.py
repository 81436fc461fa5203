"""Account registration.

spec: client-server-api#legacy-account-registration
"""

import hmac
from hashlib import sha1
from typing import Any

import msgspec
import pytest

from courtyard.accounts import admin
from courtyard.accounts.rules import PASSWORD_LENGTH_MIN
from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from tests.api import PASSWORD, Api, User
from tests.fakes import FakeClock

DUMMY = {"type": "m.login.dummy"}


def body(**more: Any) -> dict[str, Any]:
    return {"username": "newcomer", "password": PASSWORD, "auth": DUMMY} | more


async def test_registration_asks_for_the_dummy_stage_and_then_gives_a_token(api: Api) -> None:
    asked = await api.request("POST", "register", body(auth=None))
    assert asked.status == 401
    assert asked.body["flows"] == [{"stages": ["m.login.dummy"]}]
    assert "errcode" not in asked.body

    auth = DUMMY | {"session": asked.body["session"]}
    made = (await api.request("POST", "register", body(auth=auth))).ok()

    assert made["user_id"] == "@newcomer:test.example"
    user = User(api, made["user_id"], made["device_id"], made["access_token"])
    who = (await user.get("account/whoami")).ok()
    assert who == {"user_id": user.id, "device_id": user.device_id, "is_guest": False}


async def test_capital_letters_in_a_name_are_folded(api: Api) -> None:
    made = (await api.request("POST", "register", body(username="NewComer"))).ok()
    assert made["user_id"] == "@newcomer:test.example"


async def test_a_new_account_is_called_by_its_name(api: Api) -> None:
    made = (await api.request("POST", "register", body())).ok()
    profile = await api.request("GET", f"profile/{made['user_id']}")
    assert profile.ok() == {"displayname": "newcomer"}


async def test_the_server_chooses_a_name_when_none_is_given(api: Api) -> None:
    first = (await api.request("POST", "register", body(username=None))).ok()
    second = (await api.request("POST", "register", body(username=None))).ok()
    assert first["user_id"] != second["user_id"]


async def test_inhibit_login_makes_an_account_and_no_session(api: Api) -> None:
    made = (await api.request("POST", "register", body(inhibit_login=True))).ok()
    assert not {"access_token", "device_id"} & set(made)
    assert (await api.login(made["user_id"])).id == made["user_id"]


async def test_a_client_chooses_device_id_and_display_name(api: Api) -> None:
    wish = body(device_id="PHONE", initial_device_display_name="Telephone")
    made = (await api.request("POST", "register", wish)).ok()
    user = User(api, made["user_id"], made["device_id"], made["access_token"])
    device = (await user.get("devices/PHONE")).ok()
    assert (made["device_id"], device["display_name"]) == ("PHONE", "Telephone")


async def test_a_taken_name_is_refused_before_authentication(api: Api, alice: User) -> None:
    answer = await api.request("POST", "register", body(username="alice", auth=None))
    assert (400, "M_USER_IN_USE") == (answer.status, answer.errcode)
    available = await api.request("GET", "register/available", params={"username": "Alice"})
    assert (400, "M_USER_IN_USE") == (available.status, available.errcode)


async def test_a_free_name_is_available(api: Api) -> None:
    answer = await api.request("GET", "register/available", params={"username": "newcomer"})
    assert answer.ok() == {"available": True}


@pytest.mark.parametrize("username", ["", "has space", "ü", "a:b", "@x", "x" * 250, "a\x00"])
async def test_a_name_outside_the_grammar_is_refused(api: Api, username: str) -> None:
    answer = await api.request("POST", "register", body(username=username))
    assert (400, "M_INVALID_USERNAME") == (answer.status, answer.errcode)
    available = await api.request("GET", "register/available", params={"username": username})
    assert (400, "M_INVALID_USERNAME") == (available.status, available.errcode)


async def test_availability_needs_a_name(api: Api) -> None:
    answer = await api.request("GET", "register/available")
    assert (400, "M_MISSING_PARAM") == (answer.status, answer.errcode)


async def test_guests_are_refused(api: Api) -> None:
    answer = await api.request("POST", "register", {}, params={"kind": "guest"})
    assert (403, "M_GUEST_ACCESS_FORBIDDEN") == (answer.status, answer.errcode)
    other = await api.request("POST", "register", body(), params={"kind": "king"})
    assert (400, "M_INVALID_PARAM") == (other.status, other.errcode)


async def test_a_password_is_needed_and_must_not_be_weak(api: Api) -> None:
    without = await api.request("POST", "register", body(password=None))
    assert (400, "M_MISSING_PARAM") == (without.status, without.errcode)
    weak = await api.request("POST", "register", body(password="12345"))
    assert (400, "M_WEAK_PASSWORD") == (weak.status, weak.errcode)
    assert weak.body["org.courtyard.length_min"] == PASSWORD_LENGTH_MIN
    long = await api.request("POST", "register", body(password="x" * 2000))
    assert (400, "M_INVALID_PARAM") == (long.status, long.errcode)


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": 5},
        {"password": ["x"]},
        {"device_id": {}},
        {"inhibit_login": "yes"},
        {"refresh_token": 1},
        {"auth": "x"},
        {"auth": []},
        {"auth": {"type": 5}},
        {"auth": {"type": "m.login.dummy", "session": 5}},
        {"device_id": ""},
        {"device_id": "x" * 300},
        {"device_id": "a\x00b"},
        {"initial_device_display_name": "x" * 2000},
    ],
)
async def test_hostile_bodies_are_refused_and_make_nothing(api: Api, wrong: dict[str, Any]) -> None:
    answer = await api.request("POST", "register", body(**wrong))
    assert answer.status in {400, 413}
    assert (await api.request("POST", "register", body())).status == 200


async def test_one_dialogue_makes_one_account(api: Api) -> None:
    asked = await api.request("POST", "register", body(auth=None))
    auth = DUMMY | {"session": asked.body["session"]}
    (await api.request("POST", "register", body(auth=auth))).ok()
    again = await api.request("POST", "register", body(username="other", auth=auth))
    assert again.status == 401


async def test_a_dialogue_ends_after_a_quarter_of_an_hour(api: Api, clock: FakeClock) -> None:
    asked = await api.request("POST", "register", body(auth=None))
    clock.advance(900_001)
    late = await api.request(
        "POST", "register", body(auth=DUMMY | {"session": asked.body["session"]})
    )
    assert late.status == 401
    assert late.body["session"] != asked.body["session"]


class TestByToken:
    """`registration = token`."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, registration="token")

    async def _check(self, api: Api, token: str) -> bool:
        path = "/_matrix/client/v1/register/m.login.registration_token/validity"
        answer = await api.request("GET", path, params={"token": token})
        return bool(answer.ok()["valid"])

    async def test_a_token_makes_as_many_accounts_as_it_may(self, api: Api, server: Server) -> None:
        await server.db.write(admin.add_registration_token, "abcd", 1, None)
        assert await self._check(api, "abcd")
        asked = await api.request("POST", "register", body(auth=None))
        assert asked.body["flows"] == [{"stages": ["m.login.registration_token"]}]
        auth = {"type": "m.login.registration_token", "token": "abcd"}
        auth["session"] = asked.body["session"]

        (await api.request("POST", "register", body(auth=auth))).ok()

        assert not await self._check(api, "abcd")
        auth.pop("session")
        more = await api.request("POST", "register", body(username="other", auth=auth))
        assert (401, "M_FORBIDDEN") == (more.status, more.errcode)
        assert more.body["session"]

    async def test_a_token_used_up_meanwhile_makes_no_account(
        self, api: Api, server: Server
    ) -> None:
        await server.db.write(admin.add_registration_token, "abcd", 1, None)
        auth = {"type": "m.login.registration_token", "token": "abcd"}
        # Without a password the stage is completed and the account not yet made.
        first = await api.request("POST", "register", body(auth=auth, password=None))
        assert first.status == 400
        (await api.request("POST", "register", body(auth=auth))).ok()
        await server.db.write(admin.remove_registration_token, "abcd")
        assert not await self._check(api, "abcd")

    async def test_an_old_or_unknown_token_is_refused(
        self, api: Api, server: Server, clock: FakeClock
    ) -> None:
        await server.db.write(admin.add_registration_token, "old", None, 1000)
        assert await self._check(api, "old")
        clock.advance(2000)
        for token in ("old", "unknown", ""):
            assert not await self._check(api, token)
            auth = {"type": "m.login.registration_token", "token": token}
            answer = await api.request("POST", "register", body(auth=auth))
            assert (401, "M_FORBIDDEN") == (answer.status, answer.errcode)
        missing = await api.request(
            "POST", "register", body(auth={"type": "m.login.registration_token"})
        )
        assert (401, "M_MISSING_PARAM") == (missing.status, missing.errcode)

    async def test_the_dummy_stage_is_not_enough(self, api: Api) -> None:
        answer = await api.request("POST", "register", body())
        assert answer.status == 401


class TestClosed:
    """`registration = closed`."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, registration="closed")

    async def test_nobody_can_register(self, api: Api) -> None:
        answer = await api.request("POST", "register", body())
        assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)
        available = await api.request("GET", "register/available", params={"username": "x"})
        assert (403, "M_FORBIDDEN") == (available.status, available.errcode)

    async def test_the_shared_secret_still_does(self, api: Api) -> None:
        made = (await _shared(api)).ok()
        assert made["user_id"] == "@ops:test.example"


SHARED = "/_synapse/admin/v1/register"


async def _shared(
    api: Api,
    *,
    is_admin: bool = True,
    secret: str = "test secret",
    nonce: str | None = None,
    user_type: str | None = None,
    **more: Any,
) -> Any:
    if nonce is None:
        nonce = (await api.request("GET", SHARED)).ok()["nonce"]
    parts = [nonce, "ops", PASSWORD, "admin" if is_admin else "notadmin"]
    if user_type is not None:
        parts.append(user_type)
        more["user_type"] = user_type
    mac = hmac.new(secret.encode(), "\0".join(parts).encode(), sha1).hexdigest()
    sent = {"nonce": nonce, "username": "ops", "password": PASSWORD, "admin": is_admin, "mac": mac}
    return await api.request("POST", SHARED, sent | more)


async def test_the_shared_secret_makes_operators(api: Api, alice: User) -> None:
    made = (await _shared(api, user_type="bot", displayname="Operator")).ok()
    ops = User(api, made["user_id"], made["device_id"], made["access_token"])
    assert (await ops.get(f"admin/whois/{alice.id}")).status == 200
    assert (await ops.get(f"profile/{ops.id}")).ok() == {"displayname": "Operator"}


async def test_the_shared_secret_makes_ordinary_accounts(api: Api, alice: User) -> None:
    made = (await _shared(api, is_admin=False)).ok()
    ops = User(api, made["user_id"], made["device_id"], made["access_token"])
    assert (await ops.get(f"admin/whois/{alice.id}")).status == 403


async def test_a_wrong_mac_or_nonce_makes_nothing(api: Api, clock: FakeClock) -> None:
    wrong = await _shared(api, secret="guess")
    assert (403, "M_FORBIDDEN") == (wrong.status, wrong.errcode)
    swapped = await _shared(api, is_admin=False, admin=True)
    assert (403, "M_FORBIDDEN") == (swapped.status, swapped.errcode)
    unknown = await _shared(api, nonce="unknown")
    assert (400, "M_INVALID_PARAM") == (unknown.status, unknown.errcode)
    nonce = (await api.request("GET", SHARED)).ok()["nonce"]
    clock.advance(60_001)
    late = await _shared(api, nonce=nonce)
    assert (400, "M_INVALID_PARAM") == (late.status, late.errcode)
    assert (await api.request("POST", SHARED, {"nonce": 1})).errcode == "M_BAD_JSON"


async def test_a_nonce_works_once(api: Api) -> None:
    nonce = (await api.request("GET", SHARED)).ok()["nonce"]
    (await _shared(api, nonce=nonce)).ok()
    again = await _shared(api, nonce=nonce)
    assert (400, "M_INVALID_PARAM") == (again.status, again.errcode)


class TestWithoutSecret:
    """`registration_shared_secret` is not set."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, registration_shared_secret="")

    async def test_the_endpoint_does_not_exist(self, api: Api) -> None:
        for method in ("GET", "POST"):
            answer = await api.request(method, SHARED, {} if method == "POST" else None)
            assert (404, "M_UNRECOGNIZED") == (answer.status, answer.errcode)


class TestWithLimits:
    """`rate_limits = on`."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, rate_limits="on")

    async def test_new_accounts_from_one_address_are_limited(
        self, api: Api, clock: FakeClock
    ) -> None:
        for _ in range(20):
            (await api.request("POST", "register", body(username=None))).ok()
        limited = await api.request("POST", "register", body(username=None))
        assert (429, "M_LIMIT_EXCEEDED") == (limited.status, limited.errcode)
        wait_ms = limited.body["retry_after_ms"]
        assert 0 < wait_ms <= 60_000
        assert int(limited.headers["Retry-After"]) * 1000 >= wait_ms

        clock.advance(wait_ms)

        (await api.request("POST", "register", body(username=None))).ok()


async def test_what_was_said_at_the_first_step_need_not_be_said_again(api: Api) -> None:
    said = {"username": "newcomer", "password": PASSWORD, "device_id": "PHONE"}
    asked = await api.request("POST", "register", {**said, "initial_device_display_name": "p"})
    auth = DUMMY | {"session": asked.body["session"]}

    made = (await api.request("POST", "register", {"auth": auth})).ok()

    user = User(api, made["user_id"], made["device_id"], made["access_token"])
    assert (user.id, user.device_id) == ("@newcomer:test.example", "PHONE")
    assert (await user.get("devices/PHONE")).ok()["display_name"] == "p"


@pytest.mark.parametrize("name", [{"username": "newcomer"}, {}])
async def test_a_registration_whose_answer_was_lost_is_answered_again(
    api: Api, name: dict[str, str]
) -> None:
    """With the same request in the same dialogue, and no other."""
    said = {**name, "password": PASSWORD}
    auth = DUMMY | {"session": (await api.request("POST", "register", said)).body["session"]}
    made = (await api.request("POST", "register", said | {"auth": auth})).ok()

    again = (await api.request("POST", "register", said | {"auth": auth})).ok()
    for other in ({"username": "somebody"}, {"password": "another password"}):
        changed = await api.request("POST", "register", said | other | {"auth": auth})
        assert changed.status == (400 if name and "password" in other else 401)

    assert again["user_id"] == made["user_id"]
    user = User(api, again["user_id"], again["device_id"], again["access_token"])
    (await user.get("account/whoami")).ok()


async def test_a_lost_answer_is_not_given_again_once_the_password_is_another(api: Api) -> None:
    said = {"username": "newcomer", "password": PASSWORD}
    auth = DUMMY | {"session": (await api.request("POST", "register", said)).body["session"]}
    made = (await api.request("POST", "register", said | {"auth": auth})).ok()
    user = User(api, made["user_id"], made["device_id"], made["access_token"])
    shown = {"type": "m.login.password", "password": PASSWORD}
    (await user.post("account/password", {"new_password": "a new one", "auth": shown})).ok()

    again = await api.request("POST", "register", said | {"auth": auth})

    assert (403, "M_FORBIDDEN") == (again.status, again.errcode)


async def test_inhibit_login_is_kept_in_mind(api: Api) -> None:
    said = {"username": "newcomer", "password": PASSWORD, "inhibit_login": True}
    auth = DUMMY | {"session": (await api.request("POST", "register", said)).body["session"]}

    answers = [(await api.request("POST", "register", {"auth": auth})).ok() for _ in range(2)]

    assert [set(answer) for answer in answers] == [{"user_id", "home_server"}] * 2

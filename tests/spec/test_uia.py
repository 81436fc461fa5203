"""User-interactive authentication, on endpoints that use it.

spec: client-server-api#user-interactive-authentication-api
"""

from typing import Any

import pytest

from courtyard.accounts import uia
from courtyard.accounts.model import AuthRequiredError
from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from tests.api import PASSWORD, Api, User
from tests.fakes import FakeClock

FLOWS = [{"stages": ["m.login.password"]}]


def password(user: str, **more: Any) -> dict[str, Any]:
    identifier = {"type": "m.id.user", "user": user}
    return {"type": "m.login.password", "identifier": identifier, "password": PASSWORD} | more


async def _delete(user: User, device_id: str, auth: object = None) -> Any:
    body = {} if auth is None else {"auth": auth}
    return await user.request("DELETE", f"devices/{device_id}", body)


async def test_without_auth_one_is_told_the_flows(alice: User) -> None:
    answer = await _delete(alice, "PHONE")
    assert (401, FLOWS, {}) == (answer.status, answer.body["flows"], answer.body["params"])
    assert answer.body["session"]
    assert not {"errcode", "completed"} & set(answer.body)


async def test_a_wrong_password_may_be_corrected_in_the_same_dialogue(
    api: Api, alice: User
) -> None:
    await api.login(alice.id, device="PHONE")
    session = (await _delete(alice, "PHONE")).body["session"]

    wrong = await _delete(alice, "PHONE", password(alice.id, password="no", session=session))
    assert (401, "M_FORBIDDEN", session) == (wrong.status, wrong.errcode, wrong.body["session"])
    assert (wrong.body["flows"], wrong.body["completed"]) == (FLOWS, [])
    assert (await alice.get("devices/PHONE")).status == 200

    right = await _delete(alice, "PHONE", password(alice.id, session=session))
    assert right.ok() == {}
    assert (await alice.get("devices/PHONE")).status == 404


@pytest.mark.parametrize(
    "named",
    [
        {"identifier": {"type": "m.id.user", "user": "alice"}},
        {"identifier": {"type": "m.id.user", "user": "@alice:test.example"}},
        {"user": "@alice:test.example", "identifier": None},
        {"user": "alice", "identifier": None},
        {"identifier": None},
    ],
)
async def test_the_name_may_be_written_in_several_ways(alice: User, named: dict[str, Any]) -> None:
    assert (await _delete(alice, "X", password(alice.id) | named)).status == 200


async def test_another_accounts_password_does_not_count(alice: User, bob: User) -> None:
    answer = await _delete(alice, "X", password(bob.id))
    assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)


async def test_a_stage_that_is_not_offered_is_refused(alice: User) -> None:
    for stage in ("m.login.dummy", "m.login.magic", ""):
        answer = await _delete(alice, "X", {"type": stage})
        assert (401, "M_UNRECOGNIZED") == (answer.status, answer.errcode)
        assert answer.body["flows"] == FLOWS


async def test_a_dialogue_belongs_to_one_operation(alice: User) -> None:
    session = (await _delete(alice, "ONE")).body["session"]
    other = await _delete(alice, "TWO", password(alice.id, session=session))
    assert (403, "M_FORBIDDEN") == (other.status, other.errcode)


async def test_a_dialogue_belongs_to_one_account(alice: User, bob: User) -> None:
    session = (await _delete(alice, "ONE")).body["session"]
    other = await _delete(bob, "ONE", password(bob.id, session=session))
    assert (403, "M_FORBIDDEN") == (other.status, other.errcode)


async def test_a_completed_dialogue_cannot_be_used_again(alice: User) -> None:
    session = (await _delete(alice, "ONE")).body["session"]
    auth = password(alice.id, session=session)
    (await _delete(alice, "ONE", auth)).ok()
    again = await _delete(alice, "ONE", auth)
    assert again.status == 401
    assert again.body["session"] != session
    assert (await _delete(alice, "ONE", {"session": session})).status == 401


async def test_an_unknown_or_old_dialogue_is_begun_anew(alice: User, clock: FakeClock) -> None:
    session = (await _delete(alice, "ONE")).body["session"]
    clock.advance(900_001)
    for old in (session, "unknown"):
        answer = await _delete(alice, "ONE", password(alice.id, session=old))
        assert answer.status == 401
        assert answer.body["session"] not in {session, "unknown"}


@pytest.mark.parametrize(
    "auth", ["x", 5, [], {"type": []}, {"session": 5}, {"type": None, "session": {}}]
)
async def test_auth_of_the_wrong_shape(alice: User, auth: object) -> None:
    answer = await _delete(alice, "ONE", auth)
    assert (400, "M_BAD_JSON") == (answer.status, answer.errcode)


async def test_a_password_stage_needs_a_password(alice: User) -> None:
    for wrong in (None, 5, ["x"]):
        answer = await _delete(alice, "ONE", password(alice.id, password=wrong))
        assert (401, "M_MISSING_PARAM") == (answer.status, answer.errcode)


async def test_stages_are_completed_in_order(server: Server, alice: User) -> None:
    flows = [["m.login.dummy", "m.login.password"]]

    async def step(auth: object) -> uia.Done:
        return await uia.complete(
            server.db, auth, operation="x", user_id=UserId(alice.id), flows=flows
        )

    with pytest.raises(AuthRequiredError) as early:
        await step(password(alice.id))
    assert early.value.extra["errcode"] == "M_UNRECOGNIZED"
    session = early.value.extra["session"]
    with pytest.raises(AuthRequiredError) as half:
        await step({"type": "m.login.dummy", "session": session})
    assert half.value.extra["completed"] == ["m.login.dummy"]
    # A client that only asks where it stands, or repeats a stage, is told the same.
    for auth in ({"session": session}, {"type": "m.login.dummy", "session": session}):
        with pytest.raises(AuthRequiredError) as asked:
            await step(auth)
        assert asked.value.extra["completed"] == ["m.login.dummy"]
    done = await step(password(alice.id, session=session))
    assert done.session == session


async def test_a_kept_dialogue_lasts_until_it_is_finished(server: Server) -> None:
    auth = {"type": "m.login.dummy"}

    async def step(auth: object) -> uia.Done:
        return await uia.complete(
            server.db, auth, operation="x", user_id=None, flows=[["m.login.dummy"]], keep=True
        )

    done = await step(auth)
    assert await step({"session": done.session}) == done
    uia.finish(server.db, done)
    with pytest.raises(AuthRequiredError):
        await step({"session": done.session})


async def test_dialogues_are_bounded() -> None:
    dialogues = uia.Dialogues()
    first = dialogues.begin("x", None, 0)
    for _ in range(uia.DIALOGUES_MAX):
        dialogues.begin("x", None, 0)
    assert dialogues.find(first.session, 0) is None

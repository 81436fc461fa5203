"""Matrix's own endpoints are no way around a decision.

spec: client-server-api#account-moderation
"""

from __future__ import annotations

import pytest

from courtyard.accounts.account import lock_account, make_admin
from courtyard.app.wiring import Server
from courtyard.base.ids import TimestampMs, UserId
from tests.api import Api, User, q, text
from tests.conduct.town import SUSPENSION, Court, build_court

SUSPEND = "/_matrix/client/v1/admin/suspend"
LOCK = "/_matrix/client/v1/admin/lock"


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


@pytest.fixture
async def operator(server: Server, carol: User) -> User:
    await server.db.write(make_admin, UserId(carol.id))
    return await carol.api.login(carol.id)


async def test_nobody_is_suspended_without_a_decision(
    court: Court, operator: User, alice: User, bob: User
) -> None:
    room_id = await alice.create_room()
    path = f"{SUSPEND}/{q(alice.id)}"
    assert (await operator.get(path)).ok() == {"suspended": False}
    assert (await operator.put(path, {"suspended": False})).ok() == {"suspended": False}
    refused = await operator.put(path, {"suspended": True})
    assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)
    await alice.say(room_id, "still here")
    await court.decide(bob, alice, SUSPENSION)
    assert (await operator.get(path)).ok() == {"suspended": True}
    assert (await operator.put(path, {"suspended": True})).ok() == {"suspended": True}
    assert (await alice.send(room_id, text("x"))).errcode == "M_USER_SUSPENDED"
    # To lift is the staff's, and is logged as every other lift.
    assert (await operator.put(path, {"suspended": False})).status == 403
    (await operator.get(path)).ok()


async def test_the_staff_lifts_by_it(court: Court, server: Server, alice: User, bob: User) -> None:
    room_id = await alice.create_room()
    await court.decide(bob, alice, SUSPENSION)
    await server.db.write(make_admin, UserId(court.staff[2].id))
    boss = await court.api.login(court.staff[2].id)
    path = f"{SUSPEND}/{q(alice.id)}"
    assert (await boss.put(path, {"suspended": False})).ok() == {"suspended": False}
    await alice.say(room_id, "back")
    assert court.log.types()[-1] == "decision.lifted"


async def test_a_lock_is_no_penalty(
    court: Court, server: Server, operator: User, alice: User
) -> None:
    path = f"{LOCK}/{q(alice.id)}"
    assert (await operator.get(path)).ok() == {"locked": False}
    assert (await operator.put(path, {"locked": False})).ok() == {"locked": False}
    refused = await operator.put(path, {"locked": True})
    assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)
    (await alice.get("account/whoami")).ok()
    until = TimestampMs(court.now() + 3_600_000)
    await server.db.write(lock_account, UserId(alice.id), until)
    assert (await operator.get(path)).ok() == {"locked": True}
    assert (await operator.put(path, {"locked": True})).ok() == {"locked": True}
    assert (await operator.put(path, {"locked": False})).ok() == {"locked": False}
    (await alice.get("account/whoami")).ok()


async def test_only_operators_ask_and_before_anything_is_looked_up(
    court: Court, operator: User, alice: User
) -> None:
    for path, body in ((SUSPEND, {"suspended": True}), (LOCK, {"locked": True})):
        for name in (alice.id, "@nobody:test.example"):
            assert (await alice.get(f"{path}/{q(name)}")).status == 403
            assert (await alice.put(f"{path}/{q(name)}", body)).status == 403
        assert (await operator.get(f"{path}/{q('@nobody:test.example')}")).status == 404
        assert (await operator.put(f"{path}/{q('@nobody:test.example')}", body)).status == 404
        assert (await operator.put(f"{path}/{q(alice.id)}", {})).status == 400

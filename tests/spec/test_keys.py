"""Device keys, one-time keys and fallback keys.

spec: client-server-api#key-management-api
"""

import asyncio
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import DeviceId, UserId
from courtyard.e2ee.device_lists import changed_users
from courtyard.e2ee.memory import E2eeMemory
from courtyard.e2ee.upload_keys import key_counts
from tests.api import PASSWORD, Answer, User, q
from tests.e2ee.keys import DeviceKeys

CURVE = "signed_curve25519"


async def publish(user: User, *names: str, fallback: str | None = None) -> DeviceKeys:
    """Upload device keys, one-time keys and perhaps a fallback key."""
    keys = DeviceKeys(user.id, user.device_id)
    body: dict[str, Any] = {"device_keys": keys.device_keys()}
    if names:
        body["one_time_keys"] = keys.one_time_keys(*names)
    if fallback:
        body["fallback_keys"] = keys.fallback_keys(fallback)
    (await user.post("keys/upload", body)).ok()
    return keys


async def query(user: User, *owners: User) -> Any:
    body: dict[str, Any] = {"device_keys": {owner.id: [] for owner in owners}}
    return (await user.post("keys/query", body)).ok()


async def claim(user: User, owner: User, algorithm: str = CURVE) -> Any:
    body = {"one_time_keys": {owner.id: {owner.device_id: algorithm}}}
    answer = (await user.post("keys/claim", body)).ok()
    assert answer["failures"] == {}
    return answer["one_time_keys"].get(owner.id, {}).get(owner.device_id)


async def list_changes(server: Server, since: int) -> list[UserId]:
    return await server.db.read(changed_users, since, server.db.position)


def refusal(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.errcode


# --- upload and query ------------------------------------------------------------------------


async def test_keys_are_returned_as_they_were_uploaded(alice: User, bob: User) -> None:
    """spec: client-server-api#post_matrixclientv3keysquery."""
    keys = await publish(alice)
    await alice.put(f"devices/{q(alice.device_id)}", {"display_name": "Alice's phone"})

    answer = await query(bob, alice)

    found = answer["device_keys"][alice.id][alice.device_id]
    assert found.pop("unsigned") == {"device_display_name": "Alice's phone"}
    assert found == keys.device_keys()
    assert answer["failures"] == {}


async def test_an_upload_tells_the_counts(alice: User) -> None:
    keys = DeviceKeys(alice.id, alice.device_id)

    assert (await alice.post("keys/upload")).ok() == {"one_time_key_counts": {CURVE: 0}}
    body = {"one_time_keys": {**keys.one_time_keys("a", "b"), "curve25519:x": "y"}}
    counts = (await alice.post("keys/upload", body)).ok()["one_time_key_counts"]
    assert counts == {CURVE: 2, "curve25519": 1}


@pytest.mark.parametrize("member", ["user_id", "device_id"])
async def test_keys_of_somebody_else_are_refused(alice: User, member: str) -> None:
    keys = DeviceKeys(alice.id, alice.device_id).device_keys()
    assert (await alice.post("keys/upload", {"device_keys": keys})).status == 200

    answer = await alice.post("keys/upload", {"device_keys": {**keys, member: "@bob:x"}})

    assert refusal(answer) == (400, "M_INVALID_PARAM")


async def test_a_query_can_name_devices(alice: User, bob: User) -> None:
    await publish(alice)
    second = await alice.api.login(alice.id)
    await publish(second)

    body = {"device_keys": {alice.id: [second.device_id, "GONE"]}, "timeout": 10_000}
    answer = (await bob.post("keys/query", body)).ok()

    assert list(answer["device_keys"][alice.id]) == [second.device_id]


async def test_unknown_users_are_missing_and_known_ones_may_be_empty(
    alice: User, bob: User
) -> None:
    """spec: client-server-api#post_matrixclientv3keysquery."""
    asked = ["@nobody:test.example", "@x:elsewhere.example", "nonsense", bob.id]
    body: dict[str, Any] = {"device_keys": {user_id: [] for user_id in asked}}

    answer = (await alice.post("keys/query", body)).ok()

    assert answer["device_keys"] == {bob.id: {}}
    assert answer["failures"] == {"elsewhere.example": {}}


async def test_a_query_must_list_devices(alice: User) -> None:
    answers = [
        await alice.post("keys/query"),
        await alice.post("keys/query", {"device_keys": []}),
        await alice.post("keys/query", {"device_keys": {alice.id: {}}}),
    ]

    assert [answer.errcode for answer in answers] == [
        "M_MISSING_PARAM",
        "M_BAD_JSON",
        "M_BAD_JSON",
    ]


async def test_keys_need_a_token(alice: User) -> None:
    for path in ("keys/upload", "keys/query", "keys/claim", "keys/signatures/upload"):
        answer = await alice.api.request("POST", path, {})
        assert refusal(answer) == (401, "M_MISSING_TOKEN")


# --- one-time keys ---------------------------------------------------------------------------


async def test_one_time_keys_are_given_out_once_in_the_order_of_upload(
    alice: User, bob: User
) -> None:
    """spec: client-server-api#post_matrixclientv3keysclaim."""
    keys = await publish(alice, "z")
    for name in ("b", "a"):
        (await alice.post("keys/upload", {"one_time_keys": keys.one_time_keys(name)})).ok()

    claimed = [await claim(bob, alice) for _ in range(4)]

    assert claimed == [*(keys.one_time_keys(name) for name in ("z", "b", "a")), None]


async def test_many_claimers_at_once_get_different_keys(alice: User, bob: User) -> None:
    await publish(alice, *(f"k{number}" for number in range(20)))

    claimed = await asyncio.gather(*(claim(bob, alice) for _ in range(25)))

    names = [name for key in claimed if key for name in key]
    assert len(names) == len(set(names)) == 20


async def test_a_taken_key_id_with_another_value_is_refused(alice: User) -> None:
    keys = await publish(alice, "a")
    same = {f"{CURVE}:a": keys.one_time_key("a")}
    other = {f"{CURVE}:a": keys.one_time_key("b"), **keys.one_time_keys("c")}

    again = await alice.post("keys/upload", {"one_time_keys": same})
    refused = await alice.post("keys/upload", {"one_time_keys": other})

    assert again.ok() == {"one_time_key_counts": {CURVE: 1}}
    assert refusal(refused) == (400, "M_INVALID_PARAM")
    assert (await alice.post("keys/upload")).ok() == {"one_time_key_counts": {CURVE: 1}}


async def test_a_repeated_upload_does_not_revive_a_claimed_key(alice: User, bob: User) -> None:
    keys = await publish(alice, "a")
    assert await claim(bob, alice) is not None

    again = await alice.post("keys/upload", {"one_time_keys": keys.one_time_keys("a")})

    assert again.ok() == {"one_time_key_counts": {CURVE: 0}}
    assert await claim(bob, alice) is None


async def test_the_fallback_key_comes_last_and_stays(
    alice: User, bob: User, server: Server
) -> None:
    """spec: client-server-api#one-time-and-fallback-keys."""
    keys = await publish(alice, "a", fallback="f")

    async def unused() -> tuple[str, ...]:
        return (
            await server.db.read(key_counts, UserId(alice.id), DeviceId(alice.device_id))
        ).unused_fallback

    assert await claim(bob, alice) == keys.one_time_keys("a")
    assert await unused() == (CURVE,)
    assert await claim(bob, alice) == keys.fallback_keys("f")
    assert await claim(bob, alice) == keys.fallback_keys("f")
    assert await unused() == ()
    (await alice.post("keys/upload", {"fallback_keys": keys.fallback_keys("f")})).ok()
    assert await unused() == ()
    (await alice.post("keys/upload", {"fallback_keys": keys.fallback_keys("g")})).ok()
    assert await unused() == (CURVE,)
    assert await claim(bob, alice) == keys.fallback_keys("g")


async def test_a_claim_for_nobody_is_empty(alice: User, bob: User) -> None:
    await publish(alice, "a")
    wanted = {
        alice.id: {"GONE": CURVE, alice.device_id: "other"},
        "@nobody:test.example": {"X": CURVE},
        "nonsense": {},
    }

    assert (await bob.post("keys/claim", {"one_time_keys": wanted})).ok()["one_time_keys"] == {}


async def test_too_many_one_time_keys_are_refused_and_nothing_is_stored(alice: User) -> None:
    def batch(start: int) -> dict[str, Any]:
        return {"one_time_keys": {f"curve25519:{start + n}": "x" for n in range(300)}}

    assert (await alice.post("keys/upload", batch(0))).status == 200

    answer = await alice.post("keys/upload", batch(300))

    assert refusal(answer) == (413, "M_TOO_LARGE")
    counts = (await alice.post("keys/upload")).ok()["one_time_key_counts"]
    assert counts == {"curve25519": 300, CURVE: 0}


# --- changes and the end of a device ---------------------------------------------------------


async def test_each_real_change_is_a_device_list_change(alice: User, server: Server) -> None:
    keys = await publish(alice)
    start = server.db.position
    await publish(alice)
    (await alice.post("keys/upload", {"one_time_keys": keys.one_time_keys("a")})).ok()
    assert await list_changes(server, start) == []

    other = DeviceKeys(alice.id, alice.device_id, "reinstalled").device_keys()
    (await alice.post("keys/upload", {"device_keys": other})).ok()

    assert await list_changes(server, start) == [alice.id]
    memory = server.world.memory(E2eeMemory)
    assert memory.device_list_position(UserId(alice.id)) > start


async def log_out(user: User, device: User) -> None:
    (await device.post("logout")).ok()


async def delete_it(user: User, device: User) -> None:
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user.id},
        "password": PASSWORD,
    }
    answer = await user.request("DELETE", f"devices/{q(device.device_id)}", {"auth": auth})
    assert answer.status == 200


@pytest.mark.parametrize("end", [log_out, delete_it])
async def test_a_device_that_goes_takes_its_keys_along(
    alice: User, bob: User, server: Server, end: Any
) -> None:
    second = await alice.api.login(alice.id)
    await publish(second, "a", fallback="f")
    start = server.db.position
    assert second.device_id in (await query(bob, alice))["device_keys"][alice.id]

    await end(alice, second)

    assert (await query(bob, alice))["device_keys"][alice.id] == {}
    assert await claim(bob, second) is None
    assert await list_changes(server, start) == [alice.id]
    counts = await server.db.read(key_counts, UserId(second.id), DeviceId(second.device_id))
    assert (counts.one_time, counts.unused_fallback) == ({CURVE: 0}, ())


async def test_a_device_without_keys_is_noticed_too(alice: User, server: Server) -> None:
    """The other devices show what is logged in."""
    start = server.db.position
    second = await alice.api.login(alice.id)
    between = server.db.position
    assert await list_changes(server, start) == [alice.id]

    (await second.post("logout")).ok()

    assert await list_changes(server, between) == [alice.id]


async def test_the_first_device_of_a_new_account_is_nobodys_news(
    alice: User, server: Server
) -> None:
    assert await list_changes(server, 0) == []


async def test_a_new_name_of_a_device_is_a_change(alice: User, server: Server) -> None:
    """The name is told beside the keys, so others have to ask again."""
    start = server.db.position

    (await alice.put(f"devices/{q(alice.device_id)}", {"display_name": "phone"})).ok()

    assert await list_changes(server, start) == [alice.id]

"""Device management.

spec: client-server-api#device-management
"""

from typing import Any

import pytest

from courtyard.accounts import devices, store
from courtyard.accounts.session import LAST_SEEN_WRITE_MS
from courtyard.app.wiring import Server
from courtyard.base.ids import DeviceId, UserId
from courtyard.storage.tx import WriteTx
from tests.api import PASSWORD, Api, User, q
from tests.fakes import FakeClock


def auth(user: User) -> dict[str, Any]:
    return {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user.id},
        "password": PASSWORD,
    }


async def test_devices_are_listed_with_their_last_use(
    api: Api, alice: User, clock: FakeClock
) -> None:
    phone = await api.login(alice.id, device="PHONE")
    clock.advance(10_000)
    now = clock.now_ms()
    listed = (await phone.get("devices")).ok()["devices"]
    assert {device["device_id"] for device in listed} == {alice.device_id, "PHONE"}
    seen = {device["device_id"]: device["last_seen_ts"] for device in listed}
    assert seen["PHONE"] >= now > seen[alice.device_id]
    assert all(device["last_seen_ip"] == "127.0.0.1" for device in listed)


async def test_last_seen_times_are_written_down_every_few_minutes(
    server: Server, alice: User, clock: FakeClock
) -> None:
    async def stored() -> int | None:
        found = await server.db.read(store.device, UserId(alice.id), DeviceId(alice.device_id))
        assert found is not None
        return found.last_seen_ts

    (await alice.get("account/whoami")).ok()
    at_login = await stored()
    clock.advance(LAST_SEEN_WRITE_MS)
    later = clock.now_ms()
    (await alice.get("account/whoami")).ok()
    await server.db.write(lambda _tx: None)
    assert (await stored() or 0) >= later > (at_login or 0)


async def test_a_device_has_a_name(alice: User) -> None:
    path = f"devices/{alice.device_id}"
    assert "display_name" not in (await alice.get(path)).ok()
    assert (await alice.put(path, {"display_name": "Laptop ☂"})).ok() == {}
    assert (await alice.get(path)).ok()["display_name"] == "Laptop ☂"
    assert (await alice.put(path, {})).ok() == {}
    assert (await alice.get(path)).ok()["display_name"] == "Laptop ☂"
    wrong = await alice.put(path, {"display_name": 5})
    assert (400, "M_BAD_JSON") == (wrong.status, wrong.errcode)
    long = await alice.put(path, {"display_name": "x" * 2000})
    assert (413, "M_TOO_LARGE") == (long.status, long.errcode)


@pytest.mark.parametrize("name", ["NOPE", "%2F", "..", "%00", "a%20b", "x" * 2000])
async def test_an_unknown_device_is_not_found(alice: User, name: str) -> None:
    for answer in (
        await alice.get(f"devices/{name}"),
        await alice.put(f"devices/{name}", {"display_name": "x"}),
        await alice.put(f"devices/{name}", {}),
    ):
        assert answer.status == 404


async def test_others_devices_cannot_be_seen_or_named(alice: User, bob: User) -> None:
    path = f"devices/{alice.device_id}"
    assert (await alice.get(path)).status == 200
    assert (await bob.get(path)).errcode == "M_NOT_FOUND"
    assert (await bob.put(path, {"display_name": "x"})).errcode == "M_NOT_FOUND"
    (await bob.request("DELETE", path, {"auth": auth(bob)})).ok()
    assert (await alice.get(path)).status == 200


async def test_a_deleted_device_is_logged_out(api: Api, alice: User) -> None:
    phone = await api.login(alice.id, device="a/b c")
    assert (await alice.get(f"devices/{q('a/b c')}")).ok()["device_id"] == "a/b c"
    gone = await alice.request("DELETE", f"devices/{q('a/b c')}", {"auth": auth(alice)})
    assert gone.ok() == {}
    assert (await phone.get("account/whoami")).errcode == "M_UNKNOWN_TOKEN"
    assert (await alice.get("account/whoami")).status == 200


async def test_several_devices_are_deleted_at_once(api: Api, alice: User) -> None:
    for name in ("ONE", "TWO", "THREE"):
        await api.login(alice.id, device=name)
    chosen = {"devices": ["ONE", "TWO", "UNKNOWN"]}
    asked = await alice.post("delete_devices", chosen)
    assert asked.status == 401
    sent = chosen | {"auth": auth(alice) | {"session": asked.body["session"]}}

    assert (await alice.post("delete_devices", sent)).ok() == {}

    left = {device["device_id"] for device in (await alice.get("devices")).ok()["devices"]}
    assert left == {alice.device_id, "THREE"}


async def test_what_is_deleted_cannot_change_on_the_way(api: Api, alice: User) -> None:
    await api.login(alice.id, device="ONE")
    session = (await alice.post("delete_devices", {"devices": ["TWO"]})).body["session"]
    sent = {"devices": ["ONE"], "auth": auth(alice) | {"session": session}}
    answer = await alice.post("delete_devices", sent)
    assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)
    assert (await alice.get("devices/ONE")).status == 200


@pytest.mark.parametrize(
    "body, status, errcode",
    [
        ({}, 400, "M_MISSING_PARAM"),
        ({"devices": "x"}, 400, "M_BAD_JSON"),
        ({"devices": [5]}, 400, "M_BAD_JSON"),
        ({"devices": ["x"] * 1001}, 413, "M_TOO_LARGE"),
    ],
)
async def test_wrong_lists_of_devices(
    alice: User, body: dict[str, Any], status: int, errcode: str
) -> None:
    answer = await alice.post("delete_devices", body)
    assert (status, errcode) == (answer.status, answer.errcode)


async def test_hooks_hear_of_deleted_and_renamed_devices(
    api: Api, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, str, str]] = []

    def deleted(_tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
        heard.append(("deleted", user_id, device_id))

    def renamed(_tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
        heard.append(("renamed", user_id, device_id))

    monkeypatch.setattr(devices, "ON_DEVICE_DELETED", [deleted])
    monkeypatch.setattr(devices, "ON_DEVICE_RENAMED", [renamed])
    phone = await api.login(alice.id, device="PHONE")
    (await phone.put("devices/PHONE", {"display_name": "x"})).ok()
    (await phone.post("logout")).ok()
    assert heard == [("renamed", alice.id, "PHONE"), ("deleted", alice.id, "PHONE")]

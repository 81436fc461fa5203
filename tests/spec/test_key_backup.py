"""Server-side key backups.

spec: client-server-api#server-side-key-backups
"""

from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.e2ee import key_backup
from tests.api import Answer, User, q

ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2"
ROOM, OTHER_ROOM = "!room/with slash:test.example", "!other:test.example"


def refusal(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.errcode


def session(number: int = 0, **change: Any) -> dict[str, Any]:
    return {
        "first_message_index": 1,
        "forwarded_count": 1,
        "is_verified": False,
        "session_data": {"ephemeral": "e", "ciphertext": f"c{number}", "mac": "m"},
        **change,
    }


async def create(user: User, public_key: str = "key") -> str:
    body = {"algorithm": ALGORITHM, "auth_data": {"public_key": public_key}}
    return str((await user.post("room_keys/version", body)).ok()["version"])


async def put(user: User, version: str, path: str, body: Any) -> Answer:
    return await user.request("PUT", f"room_keys/keys{path}", body, params={"version": version})


async def get(user: User, version: str, path: str = "") -> Answer:
    return await user.get(f"room_keys/keys{path}", version=version)


async def delete(user: User, version: str, path: str = "") -> Answer:
    return await user.request("DELETE", f"room_keys/keys{path}", params={"version": version})


def at(room_id: str, session_id: str | None = None) -> str:
    return f"/{q(room_id)}" + (f"/{q(session_id)}" if session_id else "")


# --- versions --------------------------------------------------------------------------------


async def test_a_backup_describes_itself(alice: User) -> None:
    """spec: client-server-api#get_matrixclientv3room_keysversion."""
    assert refusal(await alice.get("room_keys/version")) == (404, "M_NOT_FOUND")

    version = await create(alice)

    described = {
        "algorithm": ALGORITHM,
        "auth_data": {"public_key": "key"},
        "count": 0,
        "etag": "0",
        "version": version,
    }
    assert (await alice.get("room_keys/version")).ok() == described
    assert (await alice.get(f"room_keys/version/{version}")).ok() == described
    assert refusal(await alice.get("room_keys/version/99")) == (404, "M_NOT_FOUND")
    assert refusal(await alice.get("room_keys/version/nonsense")) == (404, "M_NOT_FOUND")


async def test_the_newest_backup_that_is_left_is_the_current_one(alice: User) -> None:
    old, new = await create(alice, "old"), await create(alice, "new")
    assert (await alice.get("room_keys/version")).ok()["version"] == new

    for _ in range(2):
        deleted = await alice.request("DELETE", f"room_keys/version/{new}")
        assert deleted.ok() == {}

    assert (await alice.get("room_keys/version")).ok()["version"] == old
    assert refusal(await alice.get(f"room_keys/version/{new}")) == (404, "M_NOT_FOUND")
    never = await alice.request("DELETE", "room_keys/version/99")
    assert refusal(never) == (404, "M_NOT_FOUND")
    assert await create(alice) not in (old, new)


async def test_only_auth_data_can_be_changed(alice: User) -> None:
    """spec: client-server-api#put_matrixclientv3room_keysversionversion."""
    version = await create(alice)
    path = f"room_keys/version/{version}"
    body = {"algorithm": ALGORITHM, "auth_data": {"public_key": "other"}}

    assert (await alice.put(path, {**body, "version": version})).ok() == {}
    assert (await alice.get(path)).ok()["auth_data"] == {"public_key": "other"}
    assert refusal(await alice.put(path, {**body, "version": "99"})) == (400, "M_INVALID_PARAM")
    assert refusal(await alice.put(path, {**body, "algorithm": "m.x"})) == (400, "M_INVALID_PARAM")
    missing = await alice.put("room_keys/version/99", body)
    assert refusal(missing) == (404, "M_NOT_FOUND")


async def test_the_server_keeps_a_backup_that_it_does_not_understand(
    server: Server, alice: User
) -> None:
    """Another algorithm than the specified one: what it needs is between the clients."""
    body = {"algorithm": "com.example.later", "auth_data": "whatever"}

    version = (await alice.post("room_keys/version", body)).ok()["version"]

    kept = await server.db.read(key_backup.read_backup, UserId(alice.id), version)
    assert (kept["algorithm"], bytes(kept["auth_data"])) == ("com.example.later", b'"whatever"')


async def test_there_is_a_limit_on_backups(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_backup, "BACKUPS_MAX", 2)
    first = await create(alice)
    await create(alice)
    body = {"algorithm": ALGORITHM, "auth_data": {}}

    assert refusal(await alice.post("room_keys/version", body)) == (403, "M_FORBIDDEN")
    (await alice.request("DELETE", f"room_keys/version/{first}")).ok()
    await create(alice)


# --- keys ------------------------------------------------------------------------------------


async def test_keys_are_stored_and_returned_in_three_ways(alice: User) -> None:
    version = await create(alice)
    one, two, three = session(1), session(2), session(3)

    stored = [
        await put(alice, version, at(ROOM, "s/1"), one),
        await put(alice, version, at(ROOM), {"sessions": {"s2": two}}),
        await put(alice, version, "", {"rooms": {OTHER_ROOM: {"sessions": {"s3": three}}}}),
    ]

    assert [answer.ok() for answer in stored] == [
        {"count": 1, "etag": "1"},
        {"count": 2, "etag": "2"},
        {"count": 3, "etag": "3"},
    ]
    in_room = {"sessions": {"s/1": one, "s2": two}}
    assert (await get(alice, version, at(ROOM, "s/1"))).ok() == one
    assert (await get(alice, version, at(ROOM))).ok() == in_room
    assert (await get(alice, version)).ok() == {
        "rooms": {ROOM: in_room, OTHER_ROOM: {"sessions": {"s3": three}}}
    }


async def test_what_is_not_there(alice: User) -> None:
    version = await create(alice)

    assert (await get(alice, version)).ok() == {"rooms": {}}
    assert (await get(alice, version, at(ROOM))).ok() == {"sessions": {}}
    for path, at_version in ((at(ROOM, "s"), version), ("", "99"), (at(ROOM), "99")):
        assert refusal(await get(alice, at_version, path)) == (404, "M_NOT_FOUND")
    assert refusal(await delete(alice, "99")) == (404, "M_NOT_FOUND")
    assert refusal(await put(alice, "99", "", {"rooms": {}})) == (404, "M_NOT_FOUND")


async def test_the_version_must_be_named(alice: User) -> None:
    await create(alice)

    for method, body in (("GET", None), ("PUT", {"rooms": {}}), ("DELETE", None)):
        answer = await alice.request(method, "room_keys/keys", body)
        assert refusal(answer) == (400, "M_MISSING_PARAM")


async def test_keys_go_only_to_the_newest_backup(alice: User) -> None:
    """spec: client-server-api#put_matrixclientv3room_keyskeys."""
    old = await create(alice)
    (await put(alice, old, at(ROOM, "s"), session())).ok()
    new = await create(alice)

    answer = await put(alice, old, at(ROOM, "t"), session())

    assert refusal(answer) == (403, "M_WRONG_ROOM_KEYS_VERSION")
    assert answer.body["current_version"] == new
    assert list((await get(alice, old, at(ROOM))).ok()["sessions"]) == ["s"]


@pytest.mark.parametrize(
    "change,is_better",
    [
        ({"is_verified": True, "first_message_index": 9, "forwarded_count": 9}, True),
        ({"first_message_index": 0, "forwarded_count": 9}, True),
        ({"forwarded_count": 0}, True),
        ({}, False),
        ({"forwarded_count": 2}, False),
        ({"first_message_index": 2, "forwarded_count": 0}, False),
    ],
)
async def test_the_better_key_is_kept(alice: User, change: dict[str, Any], is_better: bool) -> None:
    version = await create(alice)
    old, new = session(1), session(2, **change)
    first = (await put(alice, version, at(ROOM, "s"), old)).ok()

    second = (await put(alice, version, at(ROOM, "s"), new)).ok()

    assert (await get(alice, version, at(ROOM, "s"))).ok() == (new if is_better else old)
    assert second["count"] == 1
    assert (second["etag"] != first["etag"]) is is_better


async def test_keys_are_deleted_in_three_ways(alice: User) -> None:
    version = await create(alice)
    rooms = {
        ROOM: {"sessions": {"a": session(), "b": session(), "c": session()}},
        OTHER_ROOM: {"sessions": {"a": session()}},
    }
    (await put(alice, version, "", {"rooms": rooms})).ok()

    counts = [
        (await delete(alice, version, at(ROOM, "a"))).ok(),
        (await delete(alice, version, at(ROOM, "a"))).ok(),
        (await delete(alice, version, at(ROOM))).ok(),
        (await delete(alice, version)).ok(),
    ]

    assert counts == [
        {"count": 3, "etag": "2"},
        {"count": 3, "etag": "2"},
        {"count": 1, "etag": "3"},
        {"count": 0, "etag": "4"},
    ]


async def test_a_backup_has_a_limit(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_backup, "BACKUP_SESSIONS_MAX", 2)
    version = await create(alice)
    sessions = {name: session() for name in ("a", "b", "c")}

    refused = await put(alice, version, at(ROOM), {"sessions": sessions})

    assert refusal(refused) == (413, "M_TOO_LARGE")
    assert (await get(alice, version)).ok() == {"rooms": {}}
    del sessions["c"]
    assert (await put(alice, version, at(ROOM), {"sessions": sessions})).ok()["count"] == 2


async def test_backups_are_ones_own(alice: User, bob: User) -> None:
    version = await create(alice)
    (await put(alice, version, at(ROOM, "s"), session())).ok()

    assert refusal(await get(bob, version)) == (404, "M_NOT_FOUND")
    mine = await create(bob)
    assert (await get(bob, mine)).ok() == {"rooms": {}}

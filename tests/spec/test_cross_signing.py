"""Cross-signing keys and signatures.

spec: client-server-api#cross-signing
"""

import asyncio
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.e2ee.device_lists import changed_for_signer, changed_users
from tests.api import PASSWORD, Answer, User
from tests.e2ee.keys import CrossSigningKeys, DeviceKeys, Key, signed

UPLOAD = "keys/device_signing/upload"
SIGN = "keys/signatures/upload"


def password(user: User, session: str | None = None) -> dict[str, Any]:
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user.id},
        "password": PASSWORD,
    }
    return auth if session is None else {**auth, "session": session}


async def set_up(user: User, seed: str = "") -> CrossSigningKeys:
    """Upload a first set of cross-signing keys."""
    keys = CrossSigningKeys(user.id, seed)
    (await user.post(UPLOAD, keys.upload())).ok()
    return keys


async def publish(user: User) -> DeviceKeys:
    """Upload device keys."""
    keys = DeviceKeys(user.id, user.device_id)
    (await user.post("keys/upload", {"device_keys": keys.device_keys()})).ok()
    return keys


async def query(asker: User, owner: User) -> Any:
    return (await asker.post("keys/query", {"device_keys": {owner.id: []}})).ok()


def refusal(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.errcode


# --- upload ----------------------------------------------------------------------------------


async def test_the_first_keys_need_no_password(alice: User, bob: User) -> None:
    """spec: client-server-api#post_matrixclientv3keysdevice_signingupload."""
    keys = CrossSigningKeys(alice.id)

    assert (await alice.post(UPLOAD, keys.upload())).ok() == {}

    own, others = await query(alice, alice), await query(bob, alice)
    for answer in (own, others):
        assert answer["master_keys"] == {alice.id: keys.master_key()}
        assert answer["self_signing_keys"] == {alice.id: keys.self_signing_key()}
    assert own["user_signing_keys"] == {alice.id: keys.user_signing_key()}
    assert others["user_signing_keys"] == {}


async def test_the_same_keys_need_no_password_either(alice: User, server: Server) -> None:
    keys = await set_up(alice)
    start = server.db.position

    assert (await alice.post(UPLOAD, keys.upload())).ok() == {}
    assert (await alice.post(UPLOAD, {"master_key": keys.master_key()})).ok() == {}
    assert (await alice.post(UPLOAD, {})).ok() == {}

    assert server.db.position == start


@pytest.mark.parametrize("member", ["master_key", "self_signing_key", "user_signing_key"])
async def test_other_keys_need_the_password(alice: User, member: str) -> None:
    keys = await set_up(alice)
    other = CrossSigningKeys(alice.id, "other")
    if member != "master_key":
        other.master = keys.master
    body = {member: other.upload()[member]}

    refused = await alice.post(UPLOAD, body)

    assert refused.status == 401
    assert refused.body["flows"] == [{"stages": ["m.login.password"]}]
    assert (await query(alice, alice))["master_keys"][alice.id] == keys.master_key()
    auth = password(alice, refused.body["session"])
    assert (await alice.post(UPLOAD, {**body, "auth": auth})).ok() == {}
    found = await query(alice, alice)
    assert found[f"{member}s"][alice.id] == body[member]


async def test_a_password_given_for_one_set_is_good_for_no_other(alice: User) -> None:
    await set_up(alice)
    asked = await alice.post(UPLOAD, CrossSigningKeys(alice.id, "mine").upload())
    auth = password(alice, asked.body["session"])

    answer = await alice.post(UPLOAD, {**CrossSigningKeys(alice.id, "evil").upload(), "auth": auth})

    assert refusal(answer) == (403, "M_FORBIDDEN")


async def test_of_two_first_uploads_one_needs_the_password(alice: User) -> None:
    bodies = [CrossSigningKeys(alice.id, seed).upload() for seed in ("one", "two")]

    answers = await asyncio.gather(*(alice.post(UPLOAD, body) for body in bodies))

    assert sorted(answer.status for answer in answers) == [200, 401]


async def test_a_new_master_key_takes_the_old_keys_along(alice: User, bob: User) -> None:
    old = await set_up(alice)
    device = await publish(alice)
    by_old = signed(device.device_keys(), alice.id, old.self_signing.public, old.self_signing)
    assert (await alice.post(SIGN, {alice.id: {alice.device_id: by_old}})).ok() == {"failures": {}}
    new = CrossSigningKeys(alice.id, "new")

    body = {"master_key": new.master_key(), "auth": password(alice)}
    (await alice.post(UPLOAD, body)).ok()

    found = await query(alice, alice)
    assert found["master_keys"] == {alice.id: new.master_key()}
    assert (found["self_signing_keys"], found["user_signing_keys"]) == ({}, {})
    signatures = found["device_keys"][alice.id][alice.device_id]["signatures"]
    assert signatures == device.device_keys()["signatures"]


async def test_keys_must_be_signed_by_the_master_key(alice: User) -> None:
    keys = CrossSigningKeys(alice.id)
    wrong = {**keys.upload(), "self_signing_key": keys.self_signing_key(Key("wrong"))}

    assert refusal(await alice.post(UPLOAD, wrong)) == (400, "M_INVALID_SIGNATURE")
    assert (await query(alice, alice))["master_keys"] == {}
    assert (await alice.post(UPLOAD, keys.upload())).ok() == {}


async def test_without_a_master_key_there_is_nothing(alice: User) -> None:
    keys = CrossSigningKeys(alice.id)

    for body in ({}, {"self_signing_key": keys.self_signing_key()}):
        assert refusal(await alice.post(UPLOAD, body)) == (400, "M_MISSING_PARAM")


async def test_a_key_cannot_have_the_name_of_a_device(alice: User) -> None:
    """spec: client-server-api#cross-signing."""
    keys = CrossSigningKeys(alice.id)
    clash = await alice.api.login(alice.id, device=keys.master.public)

    assert refusal(await alice.post(UPLOAD, keys.upload())) == (403, "M_FORBIDDEN")
    (await clash.post("logout")).ok()
    assert (await alice.post(UPLOAD, keys.upload())).ok() == {}


async def test_a_device_cannot_publish_keys_under_the_name_of_a_key(alice: User) -> None:
    """spec: client-server-api#cross-signing."""
    keys = await set_up(alice)
    clash = await alice.api.login(alice.id, device=keys.self_signing.public)
    body = {"device_keys": DeviceKeys(clash.id, clash.device_id).device_keys()}

    assert refusal(await clash.post("keys/upload", body)) == (403, "M_FORBIDDEN")


# --- signatures ------------------------------------------------------------------------------


async def test_a_signed_device_shows_its_signature_to_all(
    alice: User, bob: User, server: Server
) -> None:
    """spec: client-server-api#post_matrixclientv3keyssignaturesupload."""
    keys, device = await set_up(alice), await publish(alice)
    start = server.db.position
    value = signed(device.device_keys(), alice.id, keys.self_signing.public, keys.self_signing)

    assert (await alice.post(SIGN, {alice.id: {alice.device_id: value}})).ok() == {"failures": {}}

    for asker in (alice, bob):
        found = (await query(asker, alice))["device_keys"][alice.id][alice.device_id]
        assert found["signatures"] == value["signatures"]
    assert await server.db.read(changed_users, start, server.db.position) == [alice.id]


async def test_a_device_can_sign_its_owners_master_key(alice: User, bob: User) -> None:
    keys, device = await set_up(alice), await publish(alice)
    value = signed(keys.master_key(), alice.id, alice.device_id, device.key)

    answer = await alice.post(SIGN, {alice.id: {keys.master.public: value}})

    assert answer.ok() == {"failures": {}}
    assert (await query(bob, alice))["master_keys"][alice.id] == value


async def test_whom_one_verified_only_oneself_can_see(
    alice: User, bob: User, carol: User, server: Server
) -> None:
    """spec: client-server-api#key-and-signature-security."""
    mine, theirs = await set_up(alice), await set_up(bob)
    start = server.db.position
    value = signed(theirs.master_key(), alice.id, mine.user_signing.public, mine.user_signing)

    answer = await alice.post(SIGN, {bob.id: {theirs.master.public: value}})

    assert answer.ok() == {"failures": {}}
    assert (await query(alice, bob))["master_keys"][bob.id] == value
    for asker in (bob, carol):
        assert (await query(asker, bob))["master_keys"][bob.id] == theirs.master_key()
    now = server.db.position
    assert await server.db.read(changed_users, start, now) == []
    assert await server.db.read(changed_for_signer, UserId(alice.id), start, now) == [bob.id]
    assert await server.db.read(changed_for_signer, UserId(bob.id), start, now) == []


async def test_each_bad_signature_fails_alone(alice: User, bob: User) -> None:
    keys, device = await set_up(alice), await publish(alice)
    theirs = await set_up(bob)
    good = signed(device.device_keys(), alice.id, keys.self_signing.public, keys.self_signing)
    forged = signed(theirs.master_key(), alice.id, keys.user_signing.public, Key("wrong"))
    by_wrong_key = signed(keys.master_key(), alice.id, keys.self_signing.public, keys.self_signing)
    body = {
        alice.id: {
            alice.device_id: good,
            "GONE": good,
            keys.master.public: by_wrong_key,
            keys.self_signing.public: by_wrong_key,
        },
        bob.id: {theirs.master.public: forged, "x": {}},
        "@nobody:test.example": {"y": {}},
    }

    failures = (await alice.post(SIGN, body)).ok()["failures"]

    errcodes = {
        user_id: {key_id: error["errcode"] for key_id, error in by_key.items()}
        for user_id, by_key in failures.items()
    }
    assert errcodes == {
        alice.id: {
            "GONE": "M_NOT_FOUND",
            keys.master.public: "M_INVALID_SIGNATURE",
            keys.self_signing.public: "M_NOT_FOUND",
        },
        bob.id: {theirs.master.public: "M_INVALID_SIGNATURE", "x": "M_NOT_FOUND"},
        "@nobody:test.example": {"y": "M_NOT_FOUND"},
    }
    found = (await query(bob, alice))["device_keys"][alice.id][alice.device_id]
    assert found["signatures"] == good["signatures"]


async def test_what_is_signed_must_be_what_was_uploaded(alice: User) -> None:
    keys, device = await set_up(alice), await publish(alice)
    changed = {**device.device_keys(), "algorithms": []}
    value = signed(changed, alice.id, keys.self_signing.public, keys.self_signing)

    answer = await alice.post(SIGN, {alice.id: {alice.device_id: value}})

    assert answer.ok()["failures"][alice.id][alice.device_id]["errcode"] == "M_INVALID_PARAM"


async def test_a_device_with_new_keys_must_be_signed_again(alice: User, bob: User) -> None:
    keys, device = await set_up(alice), await publish(alice)
    value = signed(device.device_keys(), alice.id, keys.self_signing.public, keys.self_signing)
    (await alice.post(SIGN, {alice.id: {alice.device_id: value}})).ok()
    new = DeviceKeys(alice.id, alice.device_id, "reinstalled").device_keys()

    (await alice.post("keys/upload", {"device_keys": new})).ok()

    found = (await query(bob, alice))["device_keys"][alice.id][alice.device_id]
    assert found["signatures"] == new["signatures"]

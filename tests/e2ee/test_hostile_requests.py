"""Whatever is sent, the answer is a documented one, and nothing is half written."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courtyard.app.wiring import Server
from tests.api import User, q
from tests.e2ee.hostile import bodies, spoilt
from tests.e2ee.keys import CrossSigningKeys, DeviceKeys, signed

ALICE, PHONE = "@alice:test.example", "PHONE"
KEYS, CROSS = DeviceKeys(ALICE, PHONE), CrossSigningKeys(ALICE)
SESSION = {
    "first_message_index": 1,
    "forwarded_count": 0,
    "is_verified": False,
    "session_data": {"ephemeral": "e", "ciphertext": "c", "mac": "m"},
}
HONEST: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "keys/upload"): {
        "device_keys": KEYS.device_keys(),
        "one_time_keys": KEYS.one_time_keys("a", "b"),
        "fallback_keys": KEYS.fallback_keys("f"),
    },
    ("POST", "keys/query"): {"device_keys": {ALICE: [PHONE], "@x:y": []}, "timeout": 1},
    ("POST", "keys/claim"): {"one_time_keys": {ALICE: {PHONE: "signed_curve25519"}}},
    ("POST", "keys/device_signing/upload"): CROSS.upload(),
    ("POST", "keys/signatures/upload"): {
        ALICE: {
            PHONE: signed(KEYS.device_keys(), ALICE, CROSS.self_signing.public, CROSS.self_signing),
            CROSS.master.public: signed(CROSS.master_key(), ALICE, PHONE, KEYS.key),
        }
    },
    ("PUT", "sendToDevice/m.dummy/txn"): {"messages": {ALICE: {PHONE: {"a": 1}, "*": {}}}},
    ("POST", "room_keys/version"): {
        "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2",
        "auth_data": {"public_key": "k", "signatures": {}},
    },
    ("PUT", "room_keys/version/1"): {
        "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2",
        "auth_data": {"public_key": "k"},
        "version": "1",
    },
    ("PUT", "room_keys/keys?version=1"): {"rooms": {"!r:x": {"sessions": {"s": SESSION}}}},
    ("PUT", "room_keys/keys/!r:x?version=1"): {"sessions": {"s": SESSION}},
    ("PUT", "room_keys/keys/!r:x/s?version=1"): SESSION,
}
DOCUMENTED = {
    (400, "M_BAD_JSON"),
    (400, "M_INVALID_PARAM"),
    (400, "M_INVALID_SIGNATURE"),
    (400, "M_MISSING_PARAM"),
    (403, "M_FORBIDDEN"),
    (403, "M_WRONG_ROOM_KEYS_VERSION"),
    (404, "M_NOT_FOUND"),
    (413, "M_TOO_LARGE"),
}
IN_TURN = settings(
    max_examples=20,
    deadline=None,
    # One server for all examples on purpose: what one leaves behind must not break the next.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
async def phone(alice: User) -> User:
    """A device with keys, cross-signing keys and a backup."""
    device = await alice.api.login(alice.id, device=PHONE)
    for method, path in list(HONEST)[:4] + list(HONEST)[6:7]:
        (await device.request(method, path, HONEST[method, path])).ok()
    return device


@pytest.mark.parametrize("method,path", HONEST, ids=lambda value: value)
@IN_TURN
@given(data=st.data())
async def test_any_body_gets_a_documented_answer(
    phone: User, server: Server, method: str, path: str, data: st.DataObject
) -> None:
    honest = HONEST[method, path]
    body = data.draw(spoilt(honest) | spoilt(honest) | bodies)
    before = server.db.position

    answer = await phone.request(method, path, body)

    if answer.status == 401:
        assert path == "keys/device_signing/upload"
        assert "flows" in answer.body
    elif answer.status != 200:
        assert (answer.status, answer.errcode) in DOCUMENTED
        assert server.db.position == before


@IN_TURN
@given(
    method=st.sampled_from(["GET", "PUT", "DELETE"]),
    room_id=st.text(min_size=1, max_size=5) | st.just("x" * 300),
    session_id=st.text(min_size=1, max_size=5) | st.just("\0"),
    version=st.text(max_size=3) | st.integers().map(str),
)
async def test_any_path_gets_a_documented_answer(
    phone: User, method: str, room_id: str, session_id: str, version: str
) -> None:
    path = f"room_keys/keys/{q(room_id)}/{q(session_id)}"

    answer = await phone.request(method, path, SESSION, params={"version": version})

    assert answer.status == 200 or (answer.status, answer.errcode) in DOCUMENTED


@IN_TURN
@given(event_type=st.text(min_size=1, max_size=5), txn_id=st.text(min_size=1, max_size=5))
async def test_any_name_can_be_sent_or_is_refused(
    phone: User, event_type: str, txn_id: str
) -> None:
    path = f"sendToDevice/{q(event_type)}/{q(txn_id)}"

    answer = await phone.put(path, {"messages": {ALICE: {"*": {}}}})

    assert answer.status == 200 or (answer.status, answer.errcode) in DOCUMENTED

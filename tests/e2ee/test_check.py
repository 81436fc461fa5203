"""`courtyard check` finds what must never be."""

import pytest

from courtyard.base.ids import DeviceId, UserId
from courtyard.e2ee.check import violations
from courtyard.e2ee.cross_sign import upload_cross_signing
from courtyard.e2ee.key_backup import create_backup, store_keys
from courtyard.e2ee.rules_backup import parse_session
from courtyard.e2ee.rules_cross_signing import parse_upload
from courtyard.e2ee.rules_to_device import parse_messages
from courtyard.e2ee.to_device import send_to_device
from tests.e2ee.desk import Desk
from tests.e2ee.keys import CrossSigningKeys

ALICE, PHONE = UserId("@alice:test.example"), DeviceId("PHONE")


@pytest.mark.parametrize(
    "damage,finding",
    [
        ("DELETE FROM device_inbox WHERE ordinal = 2", "inbox"),
        ("DELETE FROM key_backup_sessions", "Backup 1"),
        ("DELETE FROM cross_signing_keys WHERE usage = 'master'", "no master key"),
    ],
)
def test_damage_is_found(damage: str, finding: str) -> None:
    desk = Desk()
    desk.add_account(ALICE, PHONE)
    for number in range(3):
        message = parse_messages({"messages": {ALICE: {"*": {}}}}, ALICE, "t", f"{number}")
        desk.write(send_to_device, ALICE, PHONE, message)
    keys = parse_upload(CrossSigningKeys(ALICE).upload(), ALICE)
    desk.write(upload_cross_signing, ALICE, keys, authenticated=False)
    version = desk.write(create_backup, ALICE, "m.any", b"{}")
    session = {
        "first_message_index": 0,
        "forwarded_count": 0,
        "is_verified": True,
        "session_data": {},
    }
    desk.write(store_keys, ALICE, version, [parse_session("!r:x", "s", session)])
    assert desk.read(lambda tx: list(violations(tx))) == []

    desk.driver.execute(damage)

    [found] = desk.read(lambda tx: list(violations(tx)))
    assert finding in found
    desk.close()

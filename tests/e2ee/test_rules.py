"""The decisions of this feature, without a database."""

import itertools
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base import canonical_json
from courtyard.base.errors import (
    BadJsonError,
    CourtyardError,
    InvalidParamError,
    MissingParamError,
    NotFoundError,
    TooLargeError,
)
from courtyard.base.ids import DeviceId, UserId
from courtyard.e2ee import (
    model,
    rules_backup,
    rules_cross_signing,
    rules_keys,
    rules_to_device,
    signing,
)
from courtyard.e2ee.errors import InvalidSignatureError
from courtyard.e2ee.model import BackupRank, Signature
from tests.e2ee.hostile import bodies
from tests.e2ee.keys import CrossSigningKeys, DeviceKeys, Key, signed

ALICE, BOB, CAROL = (UserId(f"@{name}:test.example") for name in ("alice", "bob", "carol"))
PHONE = DeviceId("PHONE")
KEYS = DeviceKeys(ALICE, PHONE)
CROSS = CrossSigningKeys(ALICE)


# --- signatures ------------------------------------------------------------------------------


def test_a_signature_holds_for_what_was_signed_and_nothing_else() -> None:
    """spec: appendices#signing-json."""
    key = Key("k")
    value = {"a": 1, "b": {"ü": "x"}}
    signature = key.sign(value)

    assert signing.verifies({**value, "unsigned": {}, "signatures": {}}, key.public, signature)
    assert not signing.verifies({**value, "a": 2}, key.public, signature)
    assert not signing.verifies(value, Key("other").public, signature)


@pytest.mark.parametrize("bad", ["", "!", "é", "AAAA", "A", "A" * 86, "A" * 88])
def test_what_is_no_signature_or_key_is_refused_quietly(bad: str) -> None:
    key = Key("k")

    assert not signing.verifies({}, key.public, bad)
    assert not signing.verifies({}, bad, key.sign({}))
    assert not signing.is_public_key(bad)


def test_padding_is_tolerated_in_signatures_and_not_in_key_names() -> None:
    key = Key("k")

    assert signing.verifies({}, key.public, key.sign({}) + "==")
    assert signing.is_public_key(key.public)
    assert not signing.is_public_key(key.public + "=")


# --- uploads ---------------------------------------------------------------------------------


def upload(**body: Any) -> model.KeyUpload:
    return rules_keys.parse_upload(body, ALICE, PHONE)


def test_an_upload_keeps_everything_that_is_signed() -> None:
    keys = KEYS.device_keys(**{"org.example.more": [1, None]})

    stored = upload(device_keys={**keys, "unsigned": {"x": 1.5}}).device_keys

    assert stored == canonical_json.encode(keys)


def test_null_counts_as_absent() -> None:
    body = {"device_keys": None, "one_time_keys": None, "fallback_keys": None}

    assert upload(**body) == upload()


@pytest.mark.parametrize(
    "change,error",
    [
        ({"user_id": BOB}, InvalidParamError),
        ({"device_id": "OTHER"}, InvalidParamError),
        ({"algorithms": "m.olm"}, BadJsonError),
        ({"algorithms": [1]}, BadJsonError),
        ({"keys": []}, BadJsonError),
        ({"keys": {"ed25519:PHONE": 1}}, BadJsonError),
        ({"signatures": []}, BadJsonError),
        ({"signatures": {ALICE: []}}, BadJsonError),
        ({"signatures": {ALICE: {"ed25519:PHONE": 1}}}, BadJsonError),
        ({"more": 1.5}, BadJsonError),
        ({"more": 2**53}, BadJsonError),
        ({"more": "x" * model.KEY_BYTES_MAX}, TooLargeError),
    ],
)
def test_device_keys_of_another_shape_are_refused(
    change: dict[str, Any], error: type[CourtyardError]
) -> None:
    assert upload(device_keys=KEYS.device_keys()).device_keys

    with pytest.raises(error):
        upload(device_keys={**KEYS.device_keys(), **change})


@pytest.mark.parametrize("member", ["user_id", "device_id", "algorithms", "keys", "signatures"])
def test_device_keys_must_be_complete(member: str) -> None:
    keys = KEYS.device_keys()
    del keys[member]

    with pytest.raises(BadJsonError):
        upload(device_keys=keys)


@pytest.mark.parametrize(
    "name,key,error",
    [
        ("signed_curve25519", KEYS.one_time_key("a"), InvalidParamError),
        (":a", KEYS.one_time_key("a"), InvalidParamError),
        ("signed_curve25519:", KEYS.one_time_key("a"), InvalidParamError),
        ("signed_curve25519:a\0", KEYS.one_time_key("a"), InvalidParamError),
        ("signed_curve25519:" + "a" * 256, KEYS.one_time_key("a"), InvalidParamError),
        ("signed_curve25519:a", "a string", BadJsonError),
        ("signed_curve25519:a", None, BadJsonError),
        ("signed_curve25519:a", {"key": "x"}, MissingParamError),
        ("signed_curve25519:a", {"signatures": {}}, MissingParamError),
        ("signed_curve25519:a", {"key": 1, "signatures": {}}, BadJsonError),
        ("signed_curve25519:a", {"key": "x" * 10_000, "signatures": {}}, TooLargeError),
    ],
)
def test_one_time_keys_of_another_shape_are_refused(
    name: str, key: Any, error: type[CourtyardError]
) -> None:
    with pytest.raises(error):
        upload(one_time_keys={name: key})
    with pytest.raises(error):
        upload(fallback_keys={name: key})


def test_unsigned_algorithms_may_use_plain_strings() -> None:
    [key] = upload(one_time_keys={"curve25519:a": "x"}).one_time_keys

    assert (key.algorithm, key.key_id, key.key_json) == ("curve25519", "a", b'"x"')


def test_there_is_one_fallback_key_for_each_algorithm() -> None:
    both = {**KEYS.fallback_keys("a"), **KEYS.fallback_keys("b")}

    with pytest.raises(InvalidParamError):
        upload(fallback_keys=both)


def test_too_many_keys_at_once_are_refused() -> None:
    many = {f"curve25519:{number}": "x" for number in range(model.ONE_TIME_KEYS_MAX + 1)}

    with pytest.raises(TooLargeError):
        upload(one_time_keys=many)


def test_signing_again_does_not_make_another_key() -> None:
    key = KEYS.one_time_key("a")
    again = signed(key, ALICE, "OTHER", Key("other"))
    [first, second] = upload(one_time_keys={"x:a": key, "x:b": again}).one_time_keys

    assert first.key_json != second.key_json
    assert rules_keys.digest(first.key_json) == rules_keys.digest(second.key_json)
    assert rules_keys.digest(b'"a"') != rules_keys.digest(b'"b"')


# --- who sees which signature ----------------------------------------------------------------


@pytest.mark.parametrize(
    "asker,seen",
    [
        (ALICE, {ALICE: {"ed25519:PHONE", "ed25519:SSK", "ed25519:USK"}}),
        (BOB, {ALICE: {"ed25519:PHONE", "ed25519:SSK"}, BOB: {"ed25519:BUSK"}}),
        (CAROL, {ALICE: {"ed25519:PHONE", "ed25519:SSK"}}),
    ],
)
def test_one_sees_the_owners_signatures_and_ones_own(
    asker: UserId, seen: dict[UserId, set[str]]
) -> None:
    """spec: client-server-api#key-and-signature-security."""
    key = {"k": 1, "signatures": {ALICE: {"ed25519:PHONE": "1"}, "@eve:x": {"ed25519:E": "2"}}}
    added = [
        Signature(ALICE, "ed25519:SSK", "3"),
        Signature(ALICE, "ed25519:USK", "4"),
        Signature(BOB, "ed25519:BUSK", "5"),
    ]

    shown = rules_keys.with_visible_signatures(
        key, added, owner=ALICE, asker=asker, user_signing_key_id="ed25519:USK"
    )

    assert {who: set(by) for who, by in shown["signatures"].items()} == seen
    assert shown["k"] == 1
    assert "3" not in str(key)


def test_a_key_that_nobody_signed_has_no_signatures() -> None:
    shown = rules_keys.with_visible_signatures(
        {"k": 1}, [], owner=ALICE, asker=BOB, user_signing_key_id=None
    )

    assert shown == {"k": 1}


# --- queries and claims ----------------------------------------------------------------------


@pytest.mark.parametrize("parse", [rules_keys.parse_query, rules_keys.parse_claims])
def test_a_question_without_its_member_is_refused(parse: Any) -> None:
    with pytest.raises(MissingParamError):
        parse({})


@pytest.mark.parametrize("devices", [{}, None, "x", [1], [[]]])
def test_a_query_lists_device_ids(devices: Any) -> None:
    assert rules_keys.parse_query({"device_keys": {ALICE: ["D"]}}).device_keys == {ALICE: ["D"]}

    with pytest.raises(BadJsonError):
        rules_keys.parse_query({"device_keys": {ALICE: devices}})


@pytest.mark.parametrize("devices", [[], None, "x", {"D": 1}])
def test_a_claim_names_an_algorithm_for_each_device(devices: Any) -> None:
    assert rules_keys.parse_claims({"one_time_keys": {ALICE: {"D": "a"}}}).one_time_keys

    with pytest.raises(BadJsonError):
        rules_keys.parse_claims({"one_time_keys": {ALICE: devices}})


def test_questions_have_limits() -> None:
    users: dict[str, list[str]] = {
        f"@{number}:x": [] for number in range(model.QUERY_USERS_MAX + 1)
    }
    devices = {f"{number}": "a" for number in range(model.CLAIMS_MAX + 1)}

    with pytest.raises(TooLargeError):
        rules_keys.parse_query({"device_keys": users})
    with pytest.raises(TooLargeError):
        rules_keys.parse_claims({"one_time_keys": {ALICE: devices}})


# --- cross-signing ---------------------------------------------------------------------------


def test_a_whole_set_of_cross_signing_keys_is_accepted() -> None:
    parsed = rules_cross_signing.parse_upload(CROSS.upload(), ALICE)

    rules_cross_signing.check_signed(parsed, None)

    assert [key.usage for key in parsed.present()] == ["master", "self_signing", "user_signing"]
    assert parsed.master is not None
    assert parsed.master.public_key == CROSS.master.public


@pytest.mark.parametrize(
    "change,error",
    [
        ({"user_id": BOB}, InvalidParamError),
        ({"usage": ["self_signing"]}, InvalidParamError),
        ({"usage": "master"}, BadJsonError),
        ({"keys": {}}, InvalidParamError),
        ({"keys": {"ed25519:A": "A", "ed25519:B": "B"}}, InvalidParamError),
        ({"keys": {"ed25519:AAAA": "AAAA"}}, InvalidParamError),
        ({"keys": {f"ed25519:{CROSS.master.public}": "other"}}, InvalidParamError),
        ({"keys": {f"curve:{CROSS.master.public}": CROSS.master.public}}, InvalidParamError),
        ({"keys": {"ed25519:1": 1}}, InvalidParamError),
        ({"keys": []}, BadJsonError),
        ({"signatures": 1}, BadJsonError),
        ({"more": 0.5}, BadJsonError),
        ({"more": "x" * model.KEY_BYTES_MAX}, TooLargeError),
    ],
)
def test_a_cross_signing_key_of_another_shape_is_refused(
    change: dict[str, Any], error: type[CourtyardError]
) -> None:
    with pytest.raises(error):
        rules_cross_signing.parse_upload({"master_key": {**CROSS.master_key(), **change}}, ALICE)


def test_the_other_keys_must_be_signed_by_the_master_key() -> None:
    def parsed(body: dict[str, Any]) -> model.CrossSigningUpload:
        return rules_cross_signing.parse_upload(body, ALICE)

    master = parsed(CROSS.upload()).master
    unsigned = CROSS.self_signing_key()
    del unsigned["signatures"]

    rules_cross_signing.check_signed(parsed({"user_signing_key": CROSS.user_signing_key()}), master)
    with pytest.raises(MissingParamError):
        rules_cross_signing.check_signed(parsed({}), None)
    for body in (
        {"self_signing_key": unsigned},
        {"self_signing_key": CROSS.self_signing_key(Key("wrong"))},
        {"user_signing_key": CROSS.user_signing_key(Key("wrong"))},
    ):
        with pytest.raises(InvalidSignatureError):
            rules_cross_signing.check_signed(parsed(body), master)


def test_signatures_alone_make_no_new_key() -> None:
    first = rules_cross_signing.parse_upload(CROSS.upload(), ALICE)
    stored = {key.usage: key for key in first.present()}
    again = signed(CROSS.master_key(), ALICE, PHONE, KEYS.key)
    other = CrossSigningKeys(ALICE, "other")

    def is_new(body: dict[str, Any]) -> bool:
        return rules_cross_signing.is_new(rules_cross_signing.parse_upload(body, ALICE), stored)

    assert not is_new({})
    assert not is_new({"master_key": again})
    assert is_new({"user_signing_key": other.user_signing_key()})
    assert rules_cross_signing.is_new(first, {})


def test_only_keys_that_may_sign_are_listened_to() -> None:
    stored = KEYS.device_keys()
    by_self_signing = signed(stored, ALICE, CROSS.self_signing.public, CROSS.self_signing)
    allowed = {f"ed25519:{CROSS.self_signing.public}": CROSS.self_signing.public}

    def accepted(value: dict[str, Any]) -> list[Signature]:
        return rules_cross_signing.accepted_signatures(value, stored, ALICE, allowed)

    [signature] = accepted(by_self_signing)
    assert signature.signer_key_id in allowed
    with pytest.raises(InvalidSignatureError):
        accepted(stored)
    with pytest.raises(InvalidSignatureError):
        accepted(signed(stored, ALICE, CROSS.self_signing.public, Key("wrong")))
    with pytest.raises(InvalidParamError):
        accepted({**by_self_signing, "algorithms": []})
    with pytest.raises(BadJsonError):
        accepted({**by_self_signing, "signatures": {ALICE: 1}})


@pytest.mark.parametrize("body", [{ALICE: []}, {ALICE: {"K": []}}, {ALICE: None}])
def test_signed_keys_are_objects(body: Any) -> None:
    with pytest.raises(BadJsonError):
        rules_cross_signing.parse_signatures(body)


def test_signatures_have_a_limit() -> None:
    with pytest.raises(TooLargeError):
        rules_cross_signing.parse_signatures(
            {ALICE: {f"{number}": {} for number in range(model.SIGNED_KEYS_MAX + 1)}}
        )


# --- to-device -------------------------------------------------------------------------------


def send(messages: Any, event_type: str = "t", txn_id: str = "x") -> model.ToDevice:
    return rules_to_device.parse_messages({"messages": messages}, ALICE, event_type, txn_id)


def test_a_message_is_encoded_with_its_sender() -> None:
    event = send({BOB: {"D": {"a": 1.5}}}).events[BOB]["D"]

    assert event == b'{"content":{"a":1.5},"sender":"@alice:test.example","type":"t"}'


@pytest.mark.parametrize(
    "messages,error",
    [
        ([], BadJsonError),
        ({BOB: []}, BadJsonError),
        ({BOB: {"D": 1}}, BadJsonError),
        ({BOB: {"D": {"x": "\udc80"}}}, BadJsonError),
        ({BOB: {"D": {"x": "y" * model.TO_DEVICE_BYTES_MAX}}}, TooLargeError),
        ({BOB: {f"{number}": {} for number in range(model.DELIVERIES_MAX + 1)}}, TooLargeError),
    ],
)
def test_messages_of_another_shape_are_refused(messages: Any, error: type[CourtyardError]) -> None:
    with pytest.raises(error):
        send(messages)


@pytest.mark.parametrize("name", ["", "x" * 256, "a\0b", "\udc80"])
def test_event_types_and_transactions_are_names(name: str) -> None:
    with pytest.raises(InvalidParamError):
        send({}, event_type=name)
    with pytest.raises(InvalidParamError):
        send({}, txn_id=name)


def test_messages_are_required() -> None:
    with pytest.raises(MissingParamError):
        rules_to_device.parse_messages({}, ALICE, "t", "x")


# --- key backup ------------------------------------------------------------------------------

SESSION = {
    "first_message_index": 1,
    "forwarded_count": 0,
    "is_verified": False,
    "session_data": {"ciphertext": "x"},
}
ranks = st.builds(BackupRank, st.booleans(), st.integers(0, 3), st.integers(0, 3))


def test_the_better_key_by_the_three_criteria_in_their_order() -> None:
    """spec: client-server-api#server-side-key-backups."""
    best_first = [
        BackupRank(is_verified, index, forwarded)
        for is_verified in (True, False)
        for index in (0, 1)
        for forwarded in (0, 1)
    ]

    for better, worse in itertools.combinations(best_first, 2):
        assert rules_backup.replaces(better, worse)
        assert not rules_backup.replaces(worse, better)


@given(keys=st.lists(ranks, min_size=1, max_size=6), data=st.data())
def test_the_key_that_is_kept_does_not_depend_on_the_order(
    keys: list[BackupRank], data: st.DataObject
) -> None:
    def kept(arrivals: list[BackupRank]) -> BackupRank:
        found = arrivals[0]
        for new in arrivals[1:]:
            found = new if rules_backup.replaces(new, found) else found
        return found

    assert kept(keys) == kept(data.draw(st.permutations(keys)))


@pytest.mark.parametrize("member", SESSION)
def test_a_backed_up_key_must_be_complete(member: str) -> None:
    assert rules_backup.parse_session("!r:x", "s", SESSION).rank == BackupRank(False, 1, 0)

    with pytest.raises(MissingParamError):
        rules_backup.parse_session("!r:x", "s", {k: v for k, v in SESSION.items() if k != member})


@pytest.mark.parametrize(
    "change,error",
    [
        ({"first_message_index": -1}, BadJsonError),
        ({"first_message_index": True}, BadJsonError),
        ({"first_message_index": 1.0}, BadJsonError),
        ({"forwarded_count": 2**53}, BadJsonError),
        ({"is_verified": 1}, BadJsonError),
        ({"session_data": 1.5}, BadJsonError),
        ({"session_data": {"x": 1.5}}, BadJsonError),
        ({"session_data": {"x": "y" * model.SESSION_BYTES_MAX}}, TooLargeError),
    ],
)
def test_a_backed_up_key_of_another_shape_is_refused(
    change: dict[str, Any], error: type[CourtyardError]
) -> None:
    with pytest.raises(error):
        rules_backup.parse_rooms({"rooms": {"!r:x": {"sessions": {"s": {**SESSION, **change}}}}})


@pytest.mark.parametrize(
    "body,error",
    [
        ({}, MissingParamError),
        ({"rooms": []}, BadJsonError),
        ({"rooms": {"!r:x": []}}, BadJsonError),
        ({"rooms": {"!r:x": {}}}, MissingParamError),
        ({"rooms": {"!r:x": {"sessions": []}}}, BadJsonError),
        ({"rooms": {"!r:x": {"sessions": {"s": 1}}}}, BadJsonError),
        ({"rooms": {"": {"sessions": {"s": SESSION}}}}, InvalidParamError),
        ({"rooms": {"!r:x": {"sessions": {"": SESSION}}}}, InvalidParamError),
    ],
)
def test_a_backup_of_another_shape_is_refused(body: Any, error: type[CourtyardError]) -> None:
    with pytest.raises(error):
        rules_backup.parse_rooms(body)


@pytest.mark.parametrize(
    "body,error",
    [
        ({"auth_data": {}}, MissingParamError),
        ({"algorithm": "m.any"}, MissingParamError),
        ({"algorithm": 1, "auth_data": {}}, BadJsonError),
        ({"algorithm": "", "auth_data": {}}, InvalidParamError),
        ({"algorithm": "m.any", "auth_data": 0.5}, BadJsonError),
    ],
)
def test_a_backup_description_of_another_shape_is_refused(
    body: Any, error: type[CourtyardError]
) -> None:
    with pytest.raises(error):
        rules_backup.parse_auth(body)


def test_a_change_leaves_all_but_auth_data_as_it_is() -> None:
    stored = model.Backup(3, "m.any", b"{}", 0, 0)
    body = {"algorithm": "m.any", "auth_data": {"public_key": "k"}}

    assert rules_backup.parse_auth(body) == ("m.any", b'{"public_key":"k"}')
    rules_backup.check_update(body, "3", stored)
    rules_backup.check_update({**body, "version": "3"}, "3", stored)
    for change in ({"version": "4"}, {"algorithm": "m.other"}):
        with pytest.raises(InvalidParamError):
            rules_backup.check_update({**body, **change}, "3", stored)


@pytest.mark.parametrize("version", ["", "x", "-1", "1.0", "\u0661", "\u00b2", " 1", "1" * 16])
def test_a_version_that_we_never_gave_out_does_not_exist(version: str) -> None:
    assert rules_backup.parse_version("12") == 12

    with pytest.raises(NotFoundError):
        rules_backup.parse_version(version)


# --- hostile input ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parse",
    [
        lambda body: rules_keys.parse_upload(body, ALICE, PHONE),
        rules_keys.parse_query,
        rules_keys.parse_claims,
        lambda body: rules_cross_signing.parse_upload(body, ALICE),
        rules_cross_signing.parse_signatures,
        lambda body: rules_to_device.parse_messages(body, ALICE, "t", "x"),
        rules_backup.parse_auth,
        rules_backup.parse_rooms,
        lambda body: rules_backup.parse_room("!r:x", body),
        lambda body: rules_backup.parse_session("!r:x", "s", body),
    ],
    ids=[
        *("upload", "query", "claim", "cross_signing", "signatures"),
        *("to_device", "backup", "rooms", "room", "session"),
    ],
)
@given(body=bodies)
def test_any_json_is_taken_or_refused_by_a_documented_error(parse: Any, body: Any) -> None:
    # Any other exception would be a fault of ours, and fails the test.
    with suppress(BadJsonError, MissingParamError, InvalidParamError, TooLargeError):
        parse(body)

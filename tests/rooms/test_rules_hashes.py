"""Hashes, event ids and sizes.

spec: server-server-api#signing-events
"""

from typing import Any

import msgspec
import pytest

from courtyard.base import canonical_json
from courtyard.base.canonical_json import CanonicalJsonError
from courtyard.base.errors import TooLargeError
from courtyard.base.ids import EventId, RoomId, TimestampMs, UserId
from courtyard.rooms.model import (
    CREATE,
    MEMBER,
    MESSAGE,
    NAME,
    POWER_LEVELS,
    REDACTION,
    Event,
    EventFields,
    RoomVersion,
)
from courtyard.rooms.rules_hashes import (
    EVENT_BYTES_MAX,
    SIGNATURE_BYTES,
    content_hash,
    event_id,
    room_id_from_create,
    seal,
    to_pdu,
)
from courtyard.rooms.rules_redaction import redact
from courtyard.rooms.versions import DEFAULT_ROOM_VERSION, ROOM_VERSIONS, V10, V11, V12, available
from tests.rooms.rules_room import ALICE, BOB

VERSIONS = list(ROOM_VERSIONS.values())

MINIMAL = {
    "room_id": "!x:domain",
    "sender": "@a:domain",
    "origin": "domain",
    "origin_server_ts": 1000000,
    "signatures": {},
    "hashes": {},
    "type": "X",
    "content": {},
    "prev_events": [],
    "auth_events": [],
    "depth": 3,
    "unsigned": {"age_ts": 1000000},
}
REDACTABLE = {
    "content": {"body": "Here is the message content"},
    "event_id": "$0:domain",
    "origin": "domain",
    "origin_server_ts": 1000000,
    "type": "m.room.message",
    "room_id": "!r:domain",
    "sender": "@u:domain",
    "signatures": {},
    "unsigned": {"age_ts": 1000000},
}


@pytest.mark.parametrize(
    "pdu,expected",
    [
        (MINIMAL, "5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos"),
        (REDACTABLE, "onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g"),
    ],
    ids=["minimal", "redactable"],
)
def test_content_hashes_of_the_specification(pdu: dict[str, object], expected: str) -> None:
    """spec: appendices#event-signing."""
    assert content_hash(pdu) == expected


LEVELS = {"invite": 5, "ban": 6, "users": {ALICE: 100}}
INVITATION = {
    "membership": "invite",
    "displayname": "Bob \u2028 \U0001f600 \x07",
    "third_party_invite": {"display_name": "b", "signed": {"token": "t"}},
}


@pytest.mark.parametrize(
    "version,type,state_key,content,redacts,expected",
    [
        (
            *(V10, CREATE, ""),
            {"creator": ALICE, "room_version": "10", "m.federate": True},
            *(None, "$7nH2Ywx-cKFgac_MUE_thFUytLDraXgjlbpYmBPPVBE"),
        ),
        (
            *(V11, CREATE, ""),
            {"room_version": "11", "m.federate": True},
            *(None, "$6U14iNy2_A4RN755SFNTIq8s7sjmPCcLfXrc4RDoRX0"),
        ),
        (
            *(V12, CREATE, ""),
            {"room_version": "12", "additional_creators": [BOB]},
            *(None, "$wt-ljPd2pkX1R8uuzrs2P3OjUO9vfmdEysqC-1OGOr8"),
        ),
        (V10, POWER_LEVELS, "", LEVELS, None, "$LZGnP6bBNho108q6UV33DQ1jJ32kyiVZN0mnrL2nEdU"),
        (V11, POWER_LEVELS, "", LEVELS, None, "$S6r9xFYgh6Wm_2GaKlxr508Ue_D6nKspu3Gmyj1sqdE"),
        (V11, MEMBER, BOB, INVITATION, None, "$UJXylqxYWJbH2LtGUAhbr-nZlzE-KChztSK_4wBw0M4"),
        (
            *(V12, REDACTION, None, {"redacts": "$target", "reason": "spam"}),
            *(None, "$lAVHvXIvWJS0cpG-u8VLI4xFKaThFrjy2WwtRCH4ZHE"),
        ),
        (
            *(V10, REDACTION, None, {"reason": "spam"}),
            *("$target", "$SIm5PfMlry7REN_VuDRC3b0wC6SUX8TmRkNbrl1nM84"),
        ),
        (
            *(V12, MESSAGE, None, {"body": "hello", "msgtype": "m.text"}),
            *(None, "$uAUWnN1hjBxA_QJFp4QGcuaAynhZ7d4mZ8WSoNmF_ew"),
        ),
    ],
)
def test_event_ids_that_synapse_gives_to_the_same_events(
    version: RoomVersion,
    type: str,
    state_key: str | None,
    content: dict[str, object],
    redacts: str | None,
    expected: str,
) -> None:
    """Computed once with Synapse 1.163.2."""
    pdu: dict[str, object] = {
        "auth_events": [],
        "content": content,
        "depth": 1,
        "hashes": {"sha256": "5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos"},
        "origin_server_ts": 1700000000000,
        "prev_events": [],
        "room_id": "!room:here.test",
        "sender": ALICE,
        "type": type,
    }
    if version is V12:
        pdu["room_id"] = "!6Ggn7yLhIYgAFYp-5iP7bUyrd7-eV4lQGRDjG8rAPtA"
        if type == CREATE:
            del pdu["room_id"]
    if state_key is not None:
        pdu["state_key"] = state_key
    if redacts is not None:
        pdu["redacts"] = redacts

    assert event_id(pdu, version) == expected
    # Neither signatures nor `unsigned` nor what redaction removes is part of the id.
    more = {**pdu, "signatures": {"a": {}}, "unsigned": {"age": 1}, "extra": "x"}
    assert event_id(more, version) == expected
    assert event_id(redact(pdu, version), version) == expected


def fields(**changes: object) -> EventFields:
    event = EventFields(
        room_id=RoomId("!room:here.test"),
        type=MESSAGE,
        sender=ALICE,
        content={"body": "hello"},
        origin_server_ts=TimestampMs(1_700_000_000_000),
        depth=7,
        prev_events=(EventId("$prev"),),
        auth_events=(EventId("$auth"), EventId("$auth2")),
    )
    return msgspec.structs.replace(event, **changes)


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: f"v{v.id}")
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"type": NAME, "state_key": ""},
        {"type": "org.example.x", "state_key": "key", "content": {"a": [1, None, "\u2028"]}},
        {"type": CREATE, "state_key": "", "prev_events": (), "room_id": "!x:here.test"},
        {"type": REDACTION, "redacts": "$target"},
    ],
    ids=["message", "name", "state", "create", "redaction"],
)
def test_sealing(version: RoomVersion, changes: dict[str, Any]) -> None:
    event = seal(fields(**changes), version)

    pdu = to_pdu(event, version)
    assert event.hashes == {"sha256": content_hash(pdu)}
    assert event.event_id == event_id(pdu, version)
    assert event.size_bytes == len(canonical_json.encode(pdu))
    assert event.is_state == ("state_key" in changes)
    assert seal(event, version) == event  # nothing is left to do
    # Where the versions differ.
    made_from_id = version is V12 and event.type == CREATE
    assert ("room_id" not in pdu) == made_from_id
    assert event.room_id == (
        room_id_from_create(event.event_id) if made_from_id else fields(**changes).room_id
    )
    assert ("redacts" in pdu) == (version is V10 and "redacts" in changes)


def test_any_change_makes_another_event() -> None:
    variants = [
        fields(),
        fields(content={"body": "hello!"}),
        fields(depth=8),
        fields(origin_server_ts=TimestampMs(1)),
        fields(sender=BOB),
        fields(state_key=""),
        fields(prev_events=()),
        fields(auth_events=()),
        fields(type="other"),
    ]

    assert len({seal(v, V12).event_id for v in variants}) == len(variants)


def body_of(size_bytes: int) -> EventFields:
    """Make an event that is this large once it is sealed."""
    empty = seal(fields(content={"body": ""}), V12).size_bytes
    return fields(content={"body": "x" * (size_bytes - empty)})


def test_an_event_leaves_room_for_its_signature() -> None:
    largest = EVENT_BYTES_MAX - SIGNATURE_BYTES
    event = seal(body_of(largest), V12)
    assert event.size_bytes == largest

    name = "s" * 230
    signatures = {name: {"ed25519:" + "k" * 100: "A" * 86}}
    pdu = {**to_pdu(event, V12), "signatures": signatures}
    assert len(canonical_json.encode(pdu)) <= EVENT_BYTES_MAX
    with pytest.raises(TooLargeError, match="65024"):
        seal(body_of(largest + 1), V12)


@pytest.mark.parametrize(
    "key,prefix",
    [("type", ""), ("state_key", ""), ("sender", "@"), ("room_id", "!")],
)
@pytest.mark.parametrize("character", ["x", "é", "\U0001f600"])
def test_keys_are_at_most_255_bytes(key: str, prefix: str, character: str) -> None:
    width = len(character.encode())
    most = prefix + character * ((255 - len(prefix)) // width)

    assert len(most.encode()) <= 255
    seal(fields(**{key: most}), V12)
    with pytest.raises(TooLargeError, match=key):
        seal(fields(**{key: most + character * 4}), V12)


@pytest.mark.parametrize("wrong", [{"a": 1.0}, {"a": 2**53}, {"a": "\ud800"}, {"\udfff": 1}])
def test_content_without_a_canonical_form_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(CanonicalJsonError):
        seal(fields(content=wrong), V12)


@pytest.mark.parametrize("key", ["type", "state_key", "sender"])
def test_half_a_surrogate_pair_is_refused_anywhere(key: str) -> None:
    with pytest.raises(CanonicalJsonError):
        seal(fields(**{key: "\ud800" * 300}), V12)


def test_the_versions_on_offer() -> None:
    assert available() == {"10": "stable", "11": "stable", "12": "stable"}
    assert DEFAULT_ROOM_VERSION == "12"
    assert {v.id for v in ROOM_VERSIONS.values()} == set(ROOM_VERSIONS)


def test_an_event_never_changes() -> None:
    event: Event = seal(fields(), V12)

    with pytest.raises(AttributeError):
        event.sender = UserId("@bob:here.test")  # type: ignore[misc]

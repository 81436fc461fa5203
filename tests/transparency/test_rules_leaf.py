"""What may stand in the log: the table, and everything that is not in it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.gate import model as gate
from courtyard.transparency.errors import LeafRefusedError
from courtyard.transparency.model import Leaf
from courtyard.transparency.rules_leaf import CAPABILITIES, TYPES, check_leaf, commit, make_leaf
from tests.transparency.leaves import ACTORS, COMMIT, DAY, DECISION, FIELDS, HASH, ID


@pytest.mark.parametrize("type", sorted(TYPES))
def test_every_type_has_its_leaf(type: str) -> None:
    leaf = make_leaf(type, ID, DAY, FIELDS[type])
    check_leaf(leaf)
    content = msgspec.json.decode(leaf.line)
    assert content == {**FIELDS[type], "v": 1, "t": type, "id": ID, "day": DAY}
    assert b"\n" not in leaf.line


@pytest.mark.parametrize("type", sorted(TYPES))
def test_no_required_field_may_be_left_out_and_no_field_is_free(type: str) -> None:
    assert set(FIELDS) == set(TYPES)
    for name in TYPES[type].required:
        less = {key: value for key, value in FIELDS[type].items() if key != name}
        with pytest.raises(LeafRefusedError, match=f"lacks {name}"):
            make_leaf(type, ID, DAY, less)
    for name in (*TYPES[type].required, *TYPES[type].optional):
        values: list[Any] = ["@alice:test.example", "she wrote bad things", "", None, 1.0, {}, [[]]]
        for value in [*values, []]:
            with pytest.raises(LeafRefusedError) as refusal:
                make_leaf(type, ID, DAY, {**FIELDS[type], name: value})
            assert "alice" not in refusal.value.message


@pytest.mark.parametrize(
    "more",
    [
        {"note": "insulted alice"},
        {"user": "@alice:test.example"},
        {"@alice:test.example": HASH},
        {"room": "!room:test.example"},
        {"alice_commit": HASH},
        {"v": 2},
        {"rule": "R4.2 alice"},
        {"rule": "alice"},
        {"measures": [{"type": "feature", "caps": ["feed.like", "alice"]}]},
        {"measures": [{"type": "feature", "caps": [["feed.like"]]}]},
        {"measures": [{"type": "feature", "caps": ["chat.dm.existing:@alice:test.example"]}]},
        {"measures": [{"type": "feature", "caps": ["account.export"]}]},
        {"measures": [{"type": "feature", "reason": "alice"}]},
        {"measures": [{"caps": ["feed.like"]}]},
        {"measures": ["alice"]},
        {"measures": [{"type": "warning"}] * 65},
        {"measures": [{"type": "feature", "secs": -1}]},
        {"measures": [{"type": "feature", "secs": True}]},
        {"measures": [{"type": "feature", "secs": 2**53}]},
        {"actors": ["a:alice"]},
        {"actors": ["alice"]},
        {"auto_det": 0},
        {"subject_commit": "sha256:" + "5F" * 32},
        {"subject_commit": HASH + "\n"},
        {"supersedes": "d_alice"},
        {"territory": ["Germany"]},
        {"category": "STATEMENT_CATEGORY_ALICE"},
        {"ground": "\ud800"},
    ],
)
def test_personal_data_and_free_text_are_refused(more: dict[str, object]) -> None:
    fields = {**DECISION, **more}
    if "v" in more:
        line = msgspec.json.encode(
            {**fields, "t": "decision.issued", "id": ID, "day": DAY}, order="sorted"
        )
        with pytest.raises(LeafRefusedError):
            check_leaf(Leaf(line=line))
        return
    make_leaf("decision.issued", ID, DAY, DECISION)
    with pytest.raises(LeafRefusedError) as refusal:
        make_leaf("decision.issued", ID, DAY, fields)
    assert "alice" not in refusal.value.message


@pytest.mark.parametrize(
    "id", ["", "alice", "@alice:test.example", "d_alice", "d_0123", "0f" * 8, "d_" + "0F" * 8]
)
def test_an_id_is_random_hexadecimal(id: str) -> None:
    with pytest.raises(LeafRefusedError, match="id or day"):
        make_leaf("log.retired", id, DAY, {})


@pytest.mark.parametrize("day", ["2026-02-28", "2024-02-29", "2000-02-29", "2026-12-31"])
def test_a_day_is_one_of_the_calendar(day: str) -> None:
    check_leaf(make_leaf("log.retired", ID, day, {}))


@pytest.mark.parametrize(
    "day",
    [
        "",
        *("2026-13-01", "2026-00-01", "2026-04-31", "2026-04-00", "2025-02-29", "1900-02-29"),
        "2026-11-22T10:00",
        "22.11.2026",
        "2026-1-2",
        "\u0662\u0660\u0662\u0666-11-22",
    ],
)
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(LeafRefusedError, match="id or day"):
        make_leaf("log.retired", ID, day, {})


def test_a_sealed_leaf_holds_only_commitments() -> None:
    sealed: dict[str, object] = {"detail_commit": COMMIT, "subject_commit": COMMIT}
    check_leaf(make_leaf("decision.issued", ID, DAY, sealed))
    check_leaf(make_leaf("decision.lifted", ID, DAY, {"detail_commit": COMMIT}))
    for more in (
        {"actors": ACTORS},
        {"rule": "R1"},
        {"detail_commit": "alice"},
        {"x_commit": HASH},
    ):
        with pytest.raises(LeafRefusedError):
            make_leaf("decision.issued", ID, DAY, {**sealed, **more})


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"1",
        b"nonsense",
        b"\xff",
        b'{"a":',
        b"[" * 8000,
        b'{"day":"2026-11-22","id":"d_0f0f0f0f0f0f0f0f","t":"log.retired","v":1.0}',
        b'{"day":"2026-11-22","id":"d_0f0f0f0f0f0f0f0f","t":"log.retired","v":true}',
        b'{"day":"2026-11-22","id":"d_0f0f0f0f0f0f0f0f","t":"log.retired","v":2}',
        b'{"day":"2026-11-22","id":"d_0f0f0f0f0f0f0f0f","t":"log.gone","v":1}',
        b'{"day":"2026-11-22","id":"d_0f0f0f0f0f0f0f0f","t":["log.retired"],"v":1}',
        b'{"day":"2026-11-22","id":"d_0f0f0f0f0f0f0f0f","t":"log.retired","v":1} ',
        b'{"day":"2026-11-22","id":"d_0f0f0f0f0f0f0f0f","t":"log.retired","v":1,"v":1}',
        b'{"v":1,"t":"log.retired","id":"d_0f0f0f0f0f0f0f0f","day":"2026-11-22"}',
        b'{"day":"2026-11-22","t":"log.retired","v":1}',
        b'"' + b"a" * 9000 + b'"',
    ],
)
def test_only_one_line_of_canonical_json_is_a_leaf(line: bytes) -> None:
    good = b'{"day":"2026-11-22","id":"d_0f0f0f0f0f0f0f0f","t":"log.retired","v":1}'
    check_leaf(Leaf(line=good))
    with pytest.raises(LeafRefusedError):
        check_leaf(Leaf(line=line))


def test_a_commitment_opens_only_with_its_salt() -> None:
    one, other = commit(bytes(32), b"text"), commit(bytes([1]) * 32, b"text")
    assert one != other
    assert one == commit(bytes(32), b"text")
    # sha256("courtyard/statement/v1" || 32 zero bytes || "text")
    assert one == "sha256:" + "6e75761b4f7462d95684d11e291a421197cdae8740fc250bd8957058c0149bea"


def test_the_capabilities_are_those_that_the_gate_can_take_away() -> None:
    assert CAPABILITIES == gate.RESTRICTABLE | gate.NO_CONTACT | gate.WALLET


json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.sampled_from(sorted(TYPES)),
    st.dictionaries(st.text(max_size=12), json, min_size=1, max_size=3),
)
def test_whatever_else_is_put_in_is_refused(type: str, more: dict[str, Any]) -> None:
    known = {*TYPES[type].required, *TYPES[type].optional, "v", "t", "id", "day", "detail_commit"}
    if more.keys() <= known:
        return
    with pytest.raises(LeafRefusedError):
        make_leaf(type, ID, DAY, {**FIELDS[type], **more})

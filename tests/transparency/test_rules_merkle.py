"""The tree against the definition: every size to 300, every pair of sizes to 70."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.transparency.errors import NotProvenError
from courtyard.transparency.rules_merkle import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
)
from tests.transparency.naive import entry, mth, subtrees

ENTRIES = [entry(number) for number in range(300)]
AT = subtrees(ENTRIES)
ROOTS = [mth(ENTRIES[:size]) for size in range(301)]


def test_every_root_is_that_of_the_definition() -> None:
    assert [root(size, AT) for size in range(301)] == ROOTS
    assert ROOTS[0] == EMPTY_ROOT


def test_every_entry_of_every_tree_is_proven_and_nothing_else_is() -> None:
    for size in [*range(1, 71), 127, 128, 129, 255, 256, 257, 299, 300]:
        for index in range(size):
            proof = inclusion_proof(index, size, AT)
            leaf = leaf_hash(ENTRIES[index])
            check_inclusion(leaf, index, size, proof, ROOTS[size])
            assert len(proof) <= size.bit_length()
            with pytest.raises(NotProvenError):
                check_inclusion(leaf_hash(b"another"), index, size, proof, ROOTS[size])
            with pytest.raises(NotProvenError):
                check_inclusion(leaf, index, size, proof, ROOTS[size - 1])


def test_every_tree_to_70_continues_every_smaller_one() -> None:
    for size in range(71):
        for old in range(size + 1):
            proof = consistency_proof(old, size, AT)
            check_consistency(old, size, ROOTS[old], ROOTS[size], proof)
            with pytest.raises(NotProvenError):
                check_consistency(old, size, bytes(32), ROOTS[size], proof)
            if old:
                with pytest.raises(NotProvenError):
                    check_consistency(old, size, ROOTS[old], bytes(32), proof)


@pytest.mark.parametrize("index, size", [(-1, 5), (5, 5), (0, 0)])
def test_there_is_no_entry_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(NotProvenError, match="no entry"):
        check_inclusion(bytes(32), index, size, [], bytes(32))


@pytest.mark.parametrize("index", [0, 1, 4])
def test_an_inclusion_proof_of_another_length_proves_nothing(index: int) -> None:
    proof = inclusion_proof(index, 5, AT)
    leaf = leaf_hash(ENTRIES[index])
    with pytest.raises(NotProvenError, match="too long"):
        check_inclusion(leaf, index, 5, [*proof, bytes(32)], ROOTS[5])
    with pytest.raises(NotProvenError, match="does not lead"):
        check_inclusion(leaf, index, 5, proof[:-1], ROOTS[5])


def test_a_consistency_proof_of_another_length_proves_nothing() -> None:
    for old, size in [(3, 7), (4, 7), (6, 8)]:
        proof = consistency_proof(old, size, AT)
        with pytest.raises(NotProvenError, match="too long"):
            check_consistency(old, size, ROOTS[old], ROOTS[size], [*proof, bytes(32)])
        with pytest.raises(NotProvenError, match="does not continue"):
            check_consistency(old, size, ROOTS[old], ROOTS[size], proof[:-1])
    with pytest.raises(NotProvenError, match="empty"):
        check_consistency(3, 7, ROOTS[3], ROOTS[7], [])
    with pytest.raises(NotProvenError, match="too long"):
        check_consistency(7, 7, ROOTS[7], ROOTS[7], [bytes(32)])
    with pytest.raises(NotProvenError, match="too long"):
        check_consistency(0, 7, EMPTY_ROOT, ROOTS[7], [bytes(32)])


@pytest.mark.parametrize("old, size", [(8, 7), (-1, 7)])
def test_a_tree_never_shrinks(old: int, size: int) -> None:
    with pytest.raises(NotProvenError, match="cannot continue"):
        check_consistency(old, size, ROOTS[7], ROOTS[7], [])


def test_there_are_never_two_roots_for_one_size() -> None:
    with pytest.raises(NotProvenError, match="two roots for 7"):
        check_consistency(7, 7, ROOTS[7], ROOTS[6], [])
    with pytest.raises(NotProvenError, match="two roots for 0"):
        check_consistency(0, 0, EMPTY_ROOT, ROOTS[7], [])
    with pytest.raises(NotProvenError, match="two roots for 0"):
        check_consistency(0, 7, ROOTS[7], ROOTS[7], [])


@given(st.data())
def test_a_changed_entry_changes_every_later_root(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 120))
    place = data.draw(st.integers(0, size - 1))
    changed = [*ENTRIES[:place], b"changed", *ENTRIES[place + 1 : size]]
    old = data.draw(st.integers(0, size))
    new_root = root(size, subtrees(changed))
    assert new_root != ROOTS[size]
    proof = consistency_proof(old, size, subtrees(changed))
    if old > place:
        with pytest.raises(NotProvenError):
            check_consistency(old, size, ROOTS[old], new_root, proof)
    else:
        check_consistency(old, size, ROOTS[old], new_root, proof)


@given(
    st.integers(0, 299),
    st.integers(1, 300),
    st.lists(st.binary(min_size=32, max_size=32), max_size=12),
)
def test_a_made_up_proof_proves_nothing(index: int, size: int, proof: list[bytes]) -> None:
    with pytest.raises(NotProvenError):
        check_inclusion(leaf_hash(b"never logged"), index, size, proof, ROOTS[size])

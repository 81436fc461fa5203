"""Laws of canonical JSON."""

import json
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from courtyard.base import canonical_json

LIMIT = canonical_json.INTEGER_MAX
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LEAVES = st.none() | st.booleans() | st.integers(-LIMIT, LIMIT) | TEXT
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=30,
)


@given(VALUES)
def test_the_encoding_is_that_of_the_reference_implementation(value: object) -> None:
    reference = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    assert canonical_json.encode(value) == reference.encode()


@given(VALUES)
def test_decoding_and_encoding_again_changes_nothing(value: object) -> None:
    encoded = canonical_json.encode(value)

    assert json.loads(encoded) == value
    assert canonical_json.encode(json.loads(encoded)) == encoded


@given(st.dictionaries(TEXT, VALUES, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_insertion_does_not_matter(value: dict[str, object], random: Random) -> None:
    items = list(value.items())
    random.shuffle(items)

    assert canonical_json.encode(dict(items)) == canonical_json.encode(value)

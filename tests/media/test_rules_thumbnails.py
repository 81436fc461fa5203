"""Sizes of thumbnails: examples and laws."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from courtyard.base.errors import InvalidParamError
from courtyard.media.model import Method, Variant
from courtyard.media.rules_thumbnails import SIDE_MAX, choose, crop_box, target_size

sides = st.integers(min_value=1, max_value=SIDE_MAX)
methods = st.sampled_from(["scale", "crop"])
sizes = st.tuples(sides, sides)


@pytest.mark.parametrize(
    "asked, method, expected",
    [
        ((1, 1), "scale", (320, 240)),
        ((320, 241), "scale", (640, 480)),
        ((1, 10_000), "scale", (SIDE_MAX, SIDE_MAX)),
        ((2**70, 2**70), "scale", (SIDE_MAX, SIDE_MAX)),
        ((1, 1), "crop", (32, 32)),
        ((33, 33), "crop", (96, 96)),
        ((40, 20), "crop", (96, 48)),
        ((1, 10_000), "crop", (2, SIDE_MAX)),
    ],
)
def test_the_next_larger_size_answers(
    asked: tuple[int, int], method: Method, expected: tuple[int, int]
) -> None:
    variant = choose(*asked, method, animated=False)

    assert (variant.width, variant.height) == expected


@pytest.mark.parametrize("asked", [(0, 5), (5, 0), (-1, 5), (5, -(2**70))])
def test_a_side_is_positive(asked: tuple[int, int]) -> None:
    with pytest.raises(InvalidParamError):
        choose(*asked, "scale", animated=False)


def test_a_variant_has_a_name() -> None:
    assert choose(1, 1, "crop", animated=True).name == "32x32-crop-animated"
    assert choose(1, 1, "scale", animated=False).name == "320x240-scale"


@given(sizes, methods)
def test_nobody_gets_a_smaller_size_than_they_asked_for(
    asked: tuple[int, int], method: Method
) -> None:
    variant = choose(*asked, method, animated=False)

    assert variant.width >= asked[0]
    assert variant.height >= asked[1]


@given(sizes, sizes, methods)
def test_nothing_is_enlarged_or_empty(
    picture: tuple[int, int], asked: tuple[int, int], method: Method
) -> None:
    variant = choose(*asked, method, animated=False)

    width, height = target_size(picture, variant)

    assert 1 <= width <= min(picture[0], variant.width)
    assert 1 <= height <= min(picture[1], variant.height)


@given(sizes, sizes)
def test_scaling_fills_one_side_or_leaves_the_picture(
    picture: tuple[int, int], asked: tuple[int, int]
) -> None:
    variant = Variant(width=asked[0], height=asked[1], method="scale", animated=False)

    width, height = target_size(picture, variant)

    assert (width, height) == picture or width == asked[0] or height == asked[1]


@given(sizes, sizes)
@example((1000, 20), (100, 50))
@example((20, 1000), (50, 100))
@example((1000, 1000), (50, 100))
def test_cropping_fills_the_size_if_the_picture_can(
    picture: tuple[int, int], asked: tuple[int, int]
) -> None:
    variant = Variant(width=asked[0], height=asked[1], method="crop", animated=False)

    target = target_size(picture, variant)

    if picture[0] >= asked[0] and picture[1] >= asked[1]:
        assert target == asked
    else:
        assert target[0] == picture[0] or target[1] == picture[1]


@given(sizes, sizes, methods)
def test_what_is_cut_off_lies_outside_the_middle(
    picture: tuple[int, int], asked: tuple[int, int], method: Method
) -> None:
    target = target_size(picture, choose(*asked, method, animated=False))

    left, top, right, bottom = crop_box(picture, target)

    assert 0 <= left < right <= picture[0] + 1e-6
    assert 0 <= top < bottom <= picture[1] + 1e-6
    assert left + right == pytest.approx(picture[0])
    assert top + bottom == pytest.approx(picture[1])

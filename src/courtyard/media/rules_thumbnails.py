"""Which sizes thumbnails have.

A request for any size is answered with the next larger of a few sizes, so that a picture has few thumbnails. `scale` fits the
picture into the size and keeps its shape; `crop` fills the size and cuts off what is over. Nothing is ever enlarged.

spec: client-server-api#thumbnails
"""

from typing import Final

from courtyard.base.errors import InvalidParamError
from courtyard.media.model import Method, Variant

SIDE_MAX: Final = 16_384
SCALES: Final = (
    (320, 240),
    (640, 480),
    (800, 600),
    (1600, 1200),
    (3200, 2400),
    (SIDE_MAX, SIDE_MAX),
)
"""The first three are the specification's; the others keep the rule that nobody gets less than they asked for."""
CROPS: Final = (32, 96, 320, 640, 1280, 2560, SIDE_MAX)
"""Longer sides of cropped thumbnails; the first two are the specification's."""
PIXELS_MAX: Final = 50_000_000
"""The largest picture that is opened: what the cameras of telephones make, below what stops a small machine."""
FRAMES_MAX: Final = 300
ANIMATION_PIXELS_MAX: Final = 20_000_000
"""The largest animated thumbnail, all its frames together: they are in memory at once."""
ANIMATION_SOURCE_PIXELS_MAX: Final = 150_000_000
"""The largest animation that is read, all its frames together: they are decoded one after another."""


def choose(width: int, height: int, method: Method, *, animated: bool) -> Variant:
    """Return the variant that answers a request: the next size that is no smaller.

    Raises:
        InvalidParamError: a side is not positive.
    """
    if width < 1 or height < 1:
        message = "A thumbnail's width and height must be positive."
        raise InvalidParamError(message)
    width, height = min(width, SIDE_MAX), min(height, SIDE_MAX)
    if method == "scale":
        fits = (size for size in SCALES if size[0] >= width and size[1] >= height)
        width, height = next(fits)
    else:
        longer = max(width, height)
        side = next(side for side in CROPS if side >= longer)
        # Rounded up: the shape that was asked for, and no side below it.
        width, height = -(-width * side // longer), -(-height * side // longer)
    return Variant(width=width, height=height, method=method, animated=animated)


def target_size(picture: tuple[int, int], variant: Variant) -> tuple[int, int]:
    """Return the thumbnail's size in pixels for a picture of a size."""
    width, height = picture
    if variant.method == "scale":
        if width <= variant.width and height <= variant.height:
            return picture
        if width * variant.height >= height * variant.width:
            return variant.width, max(1, round(height * variant.width / width))
        return max(1, round(width * variant.height / height)), variant.height
    # The largest rectangle of the wanted shape inside the picture, if that is smaller than what is wanted.
    if width >= variant.width and height >= variant.height:
        return variant.width, variant.height
    if width * variant.height >= height * variant.width:
        return min(width, max(1, round(height * variant.width / variant.height))), height
    return width, min(height, max(1, round(width * variant.height / variant.width)))


def crop_box(
    picture: tuple[int, int], target: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Return the middle part of a picture that has the shape of `target`: left, top, right, bottom."""
    width, height = picture
    shrink = max(target[0] / width, target[1] / height)
    across, down = min(width, target[0] / shrink), min(height, target[1] / shrink)
    left, top = (width - across) / 2, (height - down) / 2
    return left, top, left + across, top + down

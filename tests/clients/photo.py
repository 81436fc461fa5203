"""A picture as people send it: the photo and a small version of it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image

WIDTH, HEIGHT, THUMBNAIL_SIZE = 640, 480, 96
MIMETYPE: Final = "image/png"


@dataclass(frozen=True, slots=True)
class Photo:
    """PNG bytes of the photo and of its thumbnail."""

    data: bytes
    thumbnail: bytes


def take_photo() -> Photo:
    """Make a photo that no two tests share; noise, so that it has a photo's size."""
    image = Image.effect_noise((WIDTH, HEIGHT), 64)
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIZE, THUMBNAIL_SIZE))
    return Photo(_png(image), _png(small))


def size_px(data: bytes) -> tuple[int, int]:
    """Measure an encoded picture: width and height."""
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()

"""Real pictures for tests, made on the spot."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw


def halves(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new(mode, (width, height), "blue")
    ImageDraw.Draw(image).rectangle((0, 0, width // 2 - 1, height), fill="red")
    return image


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def jpeg(width: int, height: int, **options: Any) -> bytes:
    return encoded(halves(width, height), "JPEG", **options)


def png(width: int, height: int, mode: str = "RGB") -> bytes:
    return encoded(halves(width, height, mode), "PNG")


def turned_jpeg(width: int, height: int) -> bytes:
    """A photo taken with the camera on its side, which also tells where and with what."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of the tests"
    exif.get_ifd(0x8825)[1] = "N"
    return jpeg(width, height, exif=exif, comment=b"a secret")


def animation(format: str, width: int, height: int, frames: int = 3) -> bytes:
    stills = [
        Image.new("RGB", (width, height), (n * 37 % 256, n // 256 * 99, 200)) for n in range(frames)
    ]
    return encoded(stills[0], format, save_all=True, append_images=stills[1:], duration=80, loop=0)


def heic(width: int, height: int) -> bytes:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(halves(width, height)).save(out, quality=80)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims an enormous size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))

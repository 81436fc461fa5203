"""Makes thumbnails with Pillow, which is imported when the first one is wanted.

A picture comes from a stranger: only known formats are opened, its size is read before anything is decoded, and whatever goes
wrong inside is answered as "not a picture". Metadata are left behind; the orientation they hold is applied first.
"""

import io
import warnings
from typing import TYPE_CHECKING, Any, Final

from courtyard.base.errors import TooLargeError
from courtyard.media.errors import CannotThumbnailError
from courtyard.media.model import Picture, Variant
from courtyard.media.rules_thumbnails import (
    ANIMATION_PIXELS_MAX,
    ANIMATION_SOURCE_PIXELS_MAX,
    FRAMES_MAX,
    PIXELS_MAX,
    crop_box,
    target_size,
)

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_TYPES: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
_ANIMATED: Final = {"GIF", "PNG", "WEBP"}
_ORIENTATION: Final = 0x0112
# What is kept of the original: colours would be wrong without it. Larger ones may hold anything.
_ICC_BYTES_MAX: Final = 4096
_HEIF_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def make_thumbnail(body: bytes, variant: Variant) -> Picture:
    """Return the thumbnail of a picture. Runs for long: call it on a thread of its own.

    Raises:
        TooLargeError: the picture has more than `PIXELS_MAX` pixels.
        CannotThumbnailError: it is no picture of a known format, or it is broken.
    """
    from PIL import Image  # noqa: PLC0415  # see above

    # Pillow warns of pictures that it finds large. Ours are refused before.
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
    try:
        with _open(body) as image:
            if image.width * image.height > PIXELS_MAX:
                raise TooLargeError("The picture is too large for a thumbnail.")
            return _thumbnail(image, variant)
    except Image.DecompressionBombError as error:
        raise TooLargeError("The picture is too large for a thumbnail.") from error
    except (TooLargeError, CannotThumbnailError):
        raise
    except MemoryError as error:
        raise TooLargeError("The picture is too large for a thumbnail.") from error
    except Exception as error:
        # Decoders raise whatever they like on broken input: OSError, SyntaxError, struct.error, ValueError, …
        raise CannotThumbnailError("The file is no picture that can be read.") from error


def shrink(body: bytes, variant: Variant) -> tuple[Picture, tuple[int, int]]:
    """Return a picture with its bytes, small enough for `variant`, and how large it is. Runs for long, as `make_thumbnail`.

    Raises:
        TooLargeError, CannotThumbnailError: see `make_thumbnail`.
    """
    made = make_thumbnail(body, variant)
    small = body if made.body is None else made.body
    with _open(small) as image:
        return Picture(content_type=made.content_type, body=small), image.size


def _open(body: bytes) -> "ImageFile":
    from PIL import Image  # noqa: PLC0415

    formats: tuple[str, ...] = FORMATS
    if body[4:8] == b"ftyp" and body[8:12] in _HEIF_BRANDS:
        import pillow_heif  # noqa: PLC0415

        pillow_heif.register_heif_opener(thumbnails=False)
        formats = ("HEIF", "AVIF")
    return Image.open(io.BytesIO(body), formats=formats)


def _thumbnail(image: "ImageFile", variant: Variant) -> Picture:
    from PIL import ImageOps  # noqa: PLC0415

    turned = image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)
    size = (image.height, image.width) if turned else (image.width, image.height)
    target = target_size(size, variant)
    frames = _frames(image) if variant.animated and image.format in _ANIMATED else 1
    moving = frames > 1 and _is_affordable(image, frames, target)
    still = not getattr(image, "is_animated", False)
    if target == size and image.format in _TYPES and (moving or still) and _is_bare(image):
        # The original is small enough and tells nothing but the picture. Read it once: it may be broken.
        image.load()
        return Picture(content_type=_TYPES[image.format], body=None)
    if moving:
        return _animation(image, frames, size, target)
    if image.format in ("JPEG", "MPO"):
        # Decodes at a half, quarter or eighth where that is still larger than what is wanted.
        image.draft(None, (target[1], target[0]) if turned else target)
    small = _resized(_upright(ImageOps.exif_transpose(image)), target)
    return _encoded(small, "PNG" if image.format == "PNG" or _is_clear(small) else "JPEG")


def _frames(image: "ImageFile") -> int:
    """Count the frames of an animation, up to one more than are read."""
    if image.format != "GIF":
        return int(getattr(image, "n_frames", 1))
    # A GIF does not say; Pillow would decode to the end of a file that may have a million.
    most = min(FRAMES_MAX, ANIMATION_SOURCE_PIXELS_MAX // (image.width * image.height))
    count = 1
    try:
        while count <= most:
            image.seek(count)
            count += 1
    except EOFError:
        pass
    image.seek(0)
    return count


def _is_affordable(image: "ImageFile", frames: int, target: tuple[int, int]) -> bool:
    return (
        frames <= FRAMES_MAX
        and frames * target[0] * target[1] <= ANIMATION_PIXELS_MAX
        and frames * image.width * image.height <= ANIMATION_SOURCE_PIXELS_MAX
    )


def _is_bare(image: "ImageFile") -> bool:
    """Tell whether a picture carries nothing that its owner may not know of."""
    told = {"exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop"}
    texts: dict[str, Any] = getattr(image, "text", {}) or {}
    return not told & image.info.keys() and not image.getexif() and not texts


def _upright(image: "Image.Image") -> "Image.Image":
    """Bring a picture into a mode that can be resized and written."""
    if image.mode in ("RGB", "RGBA", "L"):
        return image
    clear = image.mode in ("LA", "PA", "RGBa", "La") or "transparency" in image.info
    return image.convert("RGBA" if clear else "RGB")


def _resized(image: "Image.Image", target: tuple[int, int]) -> "Image.Image":
    from PIL import Image  # noqa: PLC0415

    if image.size == target:
        return image
    return image.resize(
        target, Image.Resampling.LANCZOS, box=crop_box(image.size, target), reducing_gap=2.0
    )


def _is_clear(image: "Image.Image") -> bool:
    if image.mode != "RGBA":
        return False
    lowest = image.getchannel("A").getextrema()[0]
    return isinstance(lowest, (int, float)) and lowest < 255


def _encoded(image: "Image.Image", format: str) -> Picture:
    if format == "JPEG" and image.mode == "RGBA":
        image = image.convert("RGB")
    options: dict[str, Any] = {"optimize": True}
    if format == "JPEG":
        options |= {"quality": 82, "progressive": True}
    icc = image.info.get("icc_profile")
    keep = isinstance(icc, bytes) and len(icc) <= _ICC_BYTES_MAX
    # What Pillow would take over by itself is left behind.
    image.info = {}
    out = io.BytesIO()
    image.save(out, format, icc_profile=icc if keep else None, **options)
    return Picture(content_type=_TYPES[format], body=out.getvalue())


def _animation(
    image: "ImageFile", frames: int, size: tuple[int, int], target: tuple[int, int]
) -> Picture:
    stills, durations_ms = [], []
    loop = image.info.get("loop", 0)
    for number in range(frames):
        image.seek(number)
        if image.size != size:
            raise CannotThumbnailError("The animation changes its size.")
        durations_ms.append(int(image.info.get("duration", 100)))
        still = _resized(image.convert("RGBA"), target)
        still.info = {}
        stills.append(still)
    out = io.BytesIO()
    stills[0].save(
        out,
        "WEBP",
        save_all=True,
        append_images=stills[1:],
        duration=durations_ms,
        loop=loop,
        quality=75,
        method=2,
    )
    return Picture(content_type=_TYPES["WEBP"], body=out.getvalue())

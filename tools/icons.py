"""Draw the client's icons: `python -m tools.icons`. They are committed; run it when the mark changes.

The mark is that of `web/public/icon.svg`: a house with a gate and a round window. Browsers take the SVG; phones and tablets want pictures.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

PUBLIC: Final = Path(__file__).resolve().parents[1] / "web" / "public"
GREEN: Final = "#0b7a5c"
PAPER: Final = "#f6f5f1"
GRID: Final = 512
FINE: Final = 4
"""How many times as large it is drawn, so that its edges become smooth."""


def mark(size: int, *, is_round: bool) -> Image.Image:
    """Draw the mark; `is_round`: with round corners, where nobody else cuts them."""
    scale = FINE * size / GRID
    side = FINE * size

    def at(*numbers: float) -> list[float]:
        return [number * scale for number in numbers]

    image = Image.new("RGBA", (side, side), "#00000000" if is_round else GREEN)
    draw = ImageDraw.Draw(image)
    if is_round:
        draw.rounded_rectangle((0, 0, side - 1, side - 1), 112 * scale, GREEN)
    draw.polygon(at(128, 220, 256, 128, 384, 220, 384, 384, 128, 384), PAPER)
    draw.rectangle(at(212, 308, 300, 385), GREEN)
    draw.ellipse(at(212, 264, 300, 352), GREEN)
    draw.ellipse(at(234, 210, 278, 254), GREEN)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def packed(image: Image.Image) -> bytes:
    """Return a picture in as few bytes as its few colours need."""
    few = image.quantize(64, method=Image.Quantize.FASTOCTREE)
    buffer = io.BytesIO()
    few.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def main() -> int:
    """Write all of them."""
    icons = PUBLIC / "icons"
    icons.mkdir(parents=True, exist_ok=True)
    for size in (192, 512):
        (icons / f"icon-{size}.png").write_bytes(packed(mark(size, is_round=True)))
    # What is cut to a circle elsewhere keeps the whole mark: it lies within 40 % of the middle.
    (icons / "maskable-512.png").write_bytes(packed(mark(512, is_round=False)))
    (icons / "apple-touch-180.png").write_bytes(packed(mark(180, is_round=False)))
    mark(48, is_round=True).save(PUBLIC / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
    return 0


if __name__ == "__main__":
    sys.exit(main())

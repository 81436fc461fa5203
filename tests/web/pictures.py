"""Pictures and films to send in tests, made here: no file of anybody's."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import ExifTags, Image, ImageDraw

PLACE = (52.0, 31.0, 12.0)
"""Degrees, minutes, seconds: where the photo claims to have been taken."""

SIDEWAYS = 6
"""The camera was held upright: the picture must be turned a quarter."""

Upload = dict[str, Any]


def phone_notes() -> Image.Exif:
    """Return what a phone notes of a photo: sideways, and at a place."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = SIDEWAYS
    exif[ExifTags.Base.Make] = "A camera"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", PLACE
    return exif


def photo(name: str, *, size: tuple[int, int] = (2400, 1600), colour: str = "#0b7a5c") -> Upload:
    """Return a photo as a phone takes one: sideways, and with the place where it was taken."""
    # With some grain, as a photo has: it is not small.
    grain = Image.merge("RGB", [Image.effect_noise(size, 40)] * 3)
    picture = Image.blend(Image.new("RGB", size, colour), grain, 0.25)
    draw = ImageDraw.Draw(picture)
    for step in range(0, size[0], 80):
        draw.ellipse((step, step // 3, step + 300, step // 3 + 300), fill=(step % 255, 120, 200))
    held = io.BytesIO()
    picture.save(held, "JPEG", exif=phone_notes(), quality=92)
    return {"name": name, "mimeType": "image/jpeg", "buffer": held.getvalue()}


def drawing(name: str) -> Upload:
    """Return a drawing that one can see through."""
    picture = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((50, 20, 350, 280), fill="#b83b6b")
    held = io.BytesIO()
    picture.save(held, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": held.getvalue()}


_RECORD = """async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 })
    const context = canvas.getContext('2d')
    let frame = 0
    const timer = setInterval(() => {
        context.fillStyle = `hsl(${(frame += 1) * 12} 60% 50%)`
        context.fillRect(0, 0, 320, 240)
    }, 40)
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' })
    const pieces = []
    recorder.ondataavailable = ({ data }) => pieces.push(data)
    const stopped = new Promise(resolve => { recorder.onstop = resolve })
    recorder.start(100)
    // A busy machine may draw for seconds before the recorder gets to see anything: without a frame it makes an empty file.
    await new Promise(resolve => {
        const look = setInterval(() => {
            if (frame > 30 && pieces.filter(({ size }) => size > 0).length > 10) { clearInterval(look); resolve() }
        }, 40)
    })
    recorder.stop()
    await stopped
    clearInterval(timer)
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer())
    let text = ''
    for (const byte of bytes) text += String.fromCharCode(byte)
    return btoa(text)
}"""


async def film(page: Any, name: str) -> Upload:
    """Return a short film, recorded in a page."""
    recorded = base64.b64decode(await page.evaluate(_RECORD))
    return {"name": name, "mimeType": "video/webm", "buffer": recorded}


def noted(picture: bytes) -> dict[int, Any]:
    """Return what is noted in a picture, its place among it."""
    exif = Image.open(io.BytesIO(picture)).getexif()
    return dict(exif) | dict(exif.get_ifd(ExifTags.IFD.GPSInfo))


def size_of(picture: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(picture)).size

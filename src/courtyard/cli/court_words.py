"""How lengths, times, measures and longer texts are written on the command line."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from courtyard.base.errors import InvalidParamError

UNITS_MS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
LENGTHS: Final = {"warning": "90d", "block": "365d"}
"""What a measure without a length means: the only one that the ladder knows, or the most."""
STEPS: Final = ("label", "age_gate", "hide", "quarantine")
TEXT_BYTES_MAX: Final = 100_000

_LENGTH: Final = re.compile(r"(\d{1,6})([mhd])")


def length_ms(text: str) -> int:
    """Return a length such as `30m`, `24h` or `7d` in milliseconds.

    Raises:
        InvalidParamError: it is none.
    """
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise InvalidParamError(f"{text!r} is no length: write 30m, 24h or 7d.")
    return int(found[1]) * UNITS_MS[found[2]]


def moment_ms(text: str, now_ms: int, *, is_past: bool) -> int:
    """Return a time in Unix milliseconds: `2026-11-26T12:00` (in UTC unless it says otherwise), or `3h` for three hours away.

    Args:
        is_past: whether a length means so long ago, or so long from now.

    Raises:
        InvalidParamError: it is none.
    """
    if _LENGTH.fullmatch(text):
        return now_ms + (-1 if is_past else 1) * length_ms(text)
    try:
        found = datetime.fromisoformat(text)
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
    except ValueError as error:
        message = f"{text!r} is no time: write 2026-11-26T12:00, or 3h for three hours away."
        raise InvalidParamError(message) from error


def measure(text: str) -> dict[str, Any]:
    """Return a measure as the server takes it.

    `warning`, `suspension:7d`, `block`, `feature:24h:feed.like,feed.reply`, `interim:48h:chat.group.send`,
    `content:30d:hide`, or `content:30d:hide:$event` for one of several things.

    Raises:
        InvalidParamError: it is none.
    """
    type, _, rest = text.partition(":")
    length, _, rest = rest.partition(":")
    made: dict[str, Any] = {"type": type, "length_ms": length_ms(length or LENGTHS.get(type, ""))}
    if type == "content":
        step, _, item_id = rest.partition(":")
        if step not in STEPS:
            raise InvalidParamError(f"{text!r} names no step: {', '.join(STEPS)}.")
        return made | {"step": step} | ({"item_id": item_id} if item_id else {})
    return made | {"capabilities": [one.strip() for one in rest.split(",") if one.strip()]}


def words(text: str) -> str:
    """Return a text: as it is, `@FILE` for what stands in a file, `-` for what comes on standard input.

    Raises:
        InvalidParamError: the file cannot be read, or is no text, or too long.
    """
    if text != "-" and not text.startswith("@"):
        return text
    try:
        if text == "-":
            raw = sys.stdin.buffer.read(TEXT_BYTES_MAX + 1)
        else:
            with Path(text[1:]).open("rb") as file:
                raw = file.read(TEXT_BYTES_MAX + 1)
        if len(raw) > TEXT_BYTES_MAX:
            raise InvalidParamError(f"{text} is too long.")
        return raw.decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidParamError(f"Cannot read {text}: {error}") from error

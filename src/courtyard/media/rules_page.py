"""What the head of a web page says about the page. Pure.

A page comes from a stranger, up to a mebibyte of anything. So no tree is built and nothing nests: the text is walked through once,
from tag to tag, each character looked at a bounded number of times, and ends at the body or with the first tag that is never closed.
The standard library's parser takes time that grows with the square of some inputs; it is shown single tags alone, and short ones.

The words are those of Open Graph, https://ogp.me.

spec: client-server-api#get_matrixclientv1mediapreview_url
"""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

import msgspec

TAGS_MAX: Final = 20_000
METAS_LENGTH_MAX: Final = 65_536
"""Of all tags together that are shown to the parser."""
TAG_LENGTH_MAX: Final = 8_192
"""A longer tag is passed over: what it says is no title."""
TITLE_LENGTH_MAX: Final = 300
DESCRIPTION_LENGTH_MAX: Final = 1_000
NAME_LENGTH_MAX: Final = 100
ADDRESS_LENGTH_MAX: Final = 2_048
_RAW_LENGTH_MAX: Final = 8_192
"""How much of a value is looked at before it is made short."""

_NAME: Final = re.compile(r"/?[a-z][a-z0-9:-]{0,30}", re.IGNORECASE)
_STOP: Final = re.compile("[>\"']")
# What a browser does not read as tags.
_RAW: Final = frozenset(
    {"script", "style", "noscript", "template", "textarea", "title", "svg", "iframe"}
)
_BLANKS: Final = re.compile(r"\s+")
# Control characters, those that nobody sees, and those that turn the direction of text around.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\ufff0-\ufffc\ufffe\uffff\U000e0000-\U000e0fff]"
)

# The first of each that is there counts.
_TITLES: Final = ("og:title", "twitter:title")
_DESCRIPTIONS: Final = ("og:description", "twitter:description", "description")
_IMAGES: Final = (
    *("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
)
_NAMES: Final = ("og:site_name", "application-name")
_WANTED: Final = frozenset((*_TITLES, *_DESCRIPTIONS, *_IMAGES, *_NAMES))


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says about itself; empty where it says nothing."""

    title: str = ""
    description: str = ""
    site_name: str = ""
    image: str = ""
    """An address, as it stands there: it may be anything, and relative to the page."""


def read_page(text: str) -> Page:
    """Return what the head of a page says."""
    metas: dict[str, str] = {}
    title = ""
    left = METAS_LENGTH_MAX
    for name, start, end in _tags(text):
        if name == "title" and not title:
            inside = text[end : max(end, _close(text, name, end))]
            title = html.unescape(inside[:_RAW_LENGTH_MAX])
        elif name == "meta" and end - start <= TAG_LENGTH_MAX:
            left -= end - start
            if left < 0:
                break
            _note(metas, text[start:end])
        elif name in {"body", "/head"}:
            break
    return Page(
        title=clean(_first(metas, _TITLES) or title, TITLE_LENGTH_MAX),
        description=clean(_first(metas, _DESCRIPTIONS), DESCRIPTION_LENGTH_MAX),
        site_name=clean(_first(metas, _NAMES), NAME_LENGTH_MAX),
        image=_first(metas, _IMAGES)[: ADDRESS_LENGTH_MAX + 1],
    )


def clean(text: str, length_max: int) -> str:
    """Return a text as one line of what can be seen, and no longer than that; what was cut ends in an ellipsis."""
    line = _BLANKS.sub(" ", _UNSEEN.sub("", text[:_RAW_LENGTH_MAX])).strip()
    return line if len(line) <= length_max else line[: length_max - 1].rstrip() + "…"


def _tags(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the name of each tag, where it begins, and where it ends."""
    at = 0
    for _ in range(TAGS_MAX):
        start = text.find("<", at)
        if start < 0:
            return
        if text.startswith("<!--", start):
            end = text.find("-->", start + 2)
            at = end + 3
        elif text.startswith(("<!", "<?"), start):
            end = text.find(">", start)
            at = end + 1
        elif (found := _NAME.match(text, start + 1)) is None:
            at = start + 1
            continue
        else:
            name = found.group().lower()
            end = _end(text, found.end())
            if end >= 0:
                at = end + 1
                yield name, start, at
                if name in _RAW:
                    end = at = _close(text, name, at)
        if end < 0:
            return


def _end(text: str, at: int) -> int:
    """Return where a tag ends: at the first `>` that stands in no quotes. -1: nowhere."""
    while found := _STOP.search(text, at):
        at = found.start()
        if text[at] == ">":
            return at
        # Only after "=" does a quote begin a value.
        if text[max(0, at - 8) : at].rstrip().endswith("="):
            at = text.find(text[at], at + 1)
            if at < 0:
                return -1
        at += 1
    return -1


def _close(text: str, name: str, at: int) -> int:
    """Return where the tag begins that closes an element; -1: nowhere."""
    found = re.compile(f"</{name}", re.IGNORECASE).search(text, at)
    return found.start() if found else -1


def _first(metas: dict[str, str], names: tuple[str, ...]) -> str:
    return next((metas[name] for name in names if metas.get(name, "").strip()), "")


class _Meta(HTMLParser):
    """Reads the attributes of one tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        for name, value in reversed(attrs):
            self.found[name] = value or ""


def _note(metas: dict[str, str], tag: str) -> None:
    """Keep what one `meta` says, if it is wanted and the first to say it."""
    parser = _Meta()
    parser.feed(tag)
    parser.close()
    content = parser.found.get("content", "")
    for key in ("property", "name"):
        name = parser.found.get(key, "").strip().lower()
        if name in _WANTED and not metas.get(name):
            metas[name] = content[:_RAW_LENGTH_MAX].strip()

"""HTML as values: an element is made of texts, which are escaped, and of other elements, which are not. There is no other way in.

No script, no picture, no font and no address of anybody else is in a page, and the policy that goes with it says so.
"""

import base64
import hashlib
import html
from importlib import resources
from typing import Final

LANGS: Final = ("en", "zh")
"""The languages that pages are written in."""
VOID: Final = frozenset({"meta", "link", "rect", "path", "line"})
STYLE: Final = resources.files("courtyard.base").joinpath("page.css").read_text("utf-8")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept, Accept-Language",
    "Cache-Control": "public, max-age=30",
}


class Html(str):
    """A piece of a page. Made by `tag` and `join`, and by nothing else."""

    __slots__ = ()


Child = str | int | None
Attribute = str | int | None


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """Return an element. Texts are escaped; `class_` and `aria_label` are `class` and `aria-label`; None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Html(f"<{name}{written}>" if name in ("meta", "link") else f"<{name}{written}/>")
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """Return pieces one after the other."""
    return Html(
        "".join(
            one if isinstance(one, Html) else html.escape(str(one))
            for one in children
            if one is not None
        )
    )


def document(lang: str, title: str, *body: Child) -> str:
    """Return a whole page."""
    # The style is ours and holds no markup; escaped, it would be another one than its hash says.
    style = Html(f"<style>{STYLE}</style>")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        style,
    )
    return "<!DOCTYPE html>\n" + tag("html", head, tag("body", *body), lang=lang) + "\n"


def table(caption: str, heads: list[str], rows: list[list[Child]]) -> Html:
    """Return a table that scrolls by itself where it is too wide, also by keyboard. The first cell of a row is its head."""
    # A column of bars has no head: what it shows is in the column beside it.
    head = tag("tr", *(tag("th", one, scope="col") if one else tag("td") for one in heads))
    body = [
        tag("tr", tag("th", row[0], scope="row"), *(tag("td", one) for one in row[1:]))
        for row in rows
    ]
    made = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body))
    return tag("div", made, class_="scroll", role="region", aria_label=caption, tabindex=0)


def terms(rows: list[tuple[Child, Child]]) -> Html:
    """Return a list of names and what each of them is."""
    pairs = (tag("div", tag("dt", name), tag("dd", value)) for name, value in rows)
    return tag("dl", *pairs)


def choose_lang(asked: str | None, accepted: str) -> str:
    """Return the language to answer in: what was asked for, else the first of `Accept-Language` that there is, else English."""
    if asked in LANGS:
        return asked
    wanted = []
    for place, part in enumerate(accepted[:1_000].split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            weighs = float(weight) if weight else 1.0
        except ValueError:
            weighs = 0.0
        wanted.append((-weighs, place, name.partition("-")[0].lower()))
    return next((lang for weight, _, lang in sorted(wanted) if lang in LANGS and weight < 0), "en")

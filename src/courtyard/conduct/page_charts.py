"""Charts as SVG, each beside or inside the table that says the same: who sees no picture misses nothing."""

from typing import Final, get_args

from courtyard.base.page import Child, Html, table, tag
from courtyard.conduct.model import MeasureType
from courtyard.conduct.page_words import NOTHING, Words

WIDTH: Final = 340
HEIGHT: Final = 150
BASE: Final = 128
TOP: Final = 8
LEFT: Final = 26


def columns(words: Words, by_month: dict[str, dict[str, int]]) -> Html:
    """Return decisions by month and measure as stacked columns, with a key and a table."""
    kinds = [
        kind for kind in get_args(MeasureType) if any(month[kind] for month in by_month.values())
    ]
    title = words("by_month")
    if not kinds:
        return _nothing(words, title)
    most = max((sum(month.values()) for month in by_month.values()), default=0)
    picture = _columns(
        title,
        [(month, [(kind, counts[kind]) for kind in kinds]) for month, counts in by_month.items()],
        most,
    )
    key = tag(
        "ul",
        *(tag("li", _swatch(kind), words(f"measure.{kind}")) for kind in kinds),
        class_="key",
    )
    rows: list[list[Child]] = [
        [month, *(counts[kind] for kind in kinds), sum(counts.values())]
        for month, counts in by_month.items()
    ]
    heads = [words("month"), *(words(f"measure.{kind}") for kind in kinds), words("total")]
    return _figure(title, picture, key, _numbers(words, title, heads, rows))


def totals(words: Words, by_month: dict[str, int]) -> Html:
    """Return decisions by month alone, where more would tell who it is."""
    title = words("by_month")
    if not any(by_month.values()):
        return _nothing(words, title)
    most = max(by_month.values(), default=0)
    picture = _columns(
        title, [(month, [("bar", count)]) for month, count in by_month.items()], most
    )
    rows: list[list[Child]] = [[month, count] for month, count in by_month.items()]
    return _figure(title, picture, _numbers(words, title, [words("month"), words("total")], rows))


def bars(words: Words, title: str, counts: dict[str, int] | None, kind: str = "") -> Html:
    """Return a table of names and numbers with a bar in each row; the numbers are its text.

    Args:
        counts: by name; None: too few to tell.
        kind: what the names are of, in `page_words`; empty: they are keys themselves.
    """
    if counts is None:
        return _figure(title, tag("p", words("not_told"), class_="quiet"))
    total = sum(counts.values())
    if total == 0:
        return _nothing(words, title)
    most = max(counts.values(), default=0)
    rows: list[list[Child]] = [
        [
            words.name(kind, name) if kind else words(name),
            count,
            _share(count, total),
            _bar(count, most),
        ]
        for name, count in counts.items()
    ]
    heads = [words("kind"), words("number"), words("share"), ""]
    return _figure(title, table(title, heads, rows))


def _nothing(words: Words, title: str) -> Html:
    """Say that there was nothing: an empty picture looks like a broken one."""
    return _figure(title, tag("p", words("none_in_year"), class_="quiet"))


def _figure(title: str, *inside: Child) -> Html:
    return tag("figure", tag("figcaption", title), *inside)


def _numbers(words: Words, title: str, heads: list[str], rows: list[list[Child]]) -> Html:
    return tag("details", tag("summary", words("as_table")), table(title, heads, rows))


def _columns(title: str, months: list[tuple[str, list[tuple[str, int]]]], most: int) -> Html:
    step = (WIDTH - LEFT) / max(len(months), 1)
    parts: list[Child] = [tag("title", title)]
    for value in sorted({0, most // 2, most}):
        y = _y(value, most)
        parts += [
            tag("line", x1=LEFT, x2=WIDTH, y1=y, y2=y, class_="axis"),
            tag("text", value, x=LEFT - 4, y=y + 4, text_anchor="end"),
        ]
    for place, (month, counts) in enumerate(months):
        x = round(LEFT + place * step + step * 0.15)
        below = 0
        for kind, count in counts:
            if count:
                y = _y(below + count, most)
                height = max(1, _y(below, most) - y)
                parts.append(
                    tag("rect", x=x, y=y, width=round(step * 0.7), height=height, class_=kind)
                )
            below += count
        middle = round(LEFT + (place + 0.5) * step)
        parts.append(tag("text", month[5:], x=middle, y=HEIGHT - 6, text_anchor="middle"))
    return tag("svg", *parts, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=title)


def _y(value: int, most: int) -> int:
    return BASE - (round((BASE - TOP) * value / most) if most else 0)


def _bar(count: int, most: int) -> Html:
    width = round(100 * count / most) if most else 0
    drawn = tag("rect", x=0, y=0, width=width, height=10, class_="bar") if width else None
    return tag("svg", drawn, viewBox="0 0 100 10", width=100, height=10, aria_hidden="true")


def _swatch(kind: str) -> Html:
    square = tag("rect", x=0, y=0, width=10, height=10, class_=kind)
    return tag("svg", square, viewBox="0 0 10 10", aria_hidden="true")


def _share(count: int, total: int) -> str:
    return f"{round(100 * count / total)}\u00a0%" if total else NOTHING

"""Cases, proposals and appeals as pages for people. What others wrote is shown as letters, never as commands to the terminal."""

import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from courtyard.conduct.rules_letters import moment

Json = dict[str, Any]

_KEPT: Final = frozenset("\n\t\u200c\u200d")
"""Line ends, tabs, and what joins letters in some scripts."""
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_DAY_MS: Final = 86_400_000
_TIMES: Final = frozenset({"captured_at", "delete_after"})


def safe(text: object) -> str:
    """Return a text without characters that move the cursor, change colours or turn the direction of writing."""
    return "".join(
        f"\\u{ord(char):04x}"
        if char not in _KEPT and unicodedata.category(char) in _HIDDEN
        else char
        for char in str(text)
    )


def page(title: str, rows: Iterable[tuple[str, object]]) -> Table:
    """Return names and values, one below the other: ids and long texts stay whole."""
    table = Table(title=safe(title), box=SIMPLE_HEAD, show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        if value not in (None, "", []):
            table.add_row(name, Text(safe(value)))
    return table


def case(found: Json) -> list[Table]:
    """Return a case: what it is about, its reports, what was decided before, and what is protected."""
    return [
        page(
            "Case",
            [
                ("case", found["id"]),
                ("state", found["state"]),
                *_item(found["item"]),
                ("whose", found["subject"] or "nobody who has an account here"),
                ("opened", moment(found["opened_at"])),
            ],
        ),
        *(
            page(
                f"Report {number}",
                [
                    ("kind", one["kind"]),
                    ("category", _short(one["category"])),
                    ("when", moment(one["received_at"])),
                    ("says", one["explanation"]),
                ],
            )
            for number, one in enumerate(found["reports"], 1)
        ),
        *evidence(found),
        *(
            page(
                "Decided before",
                [
                    ("decision", one["id"]),
                    ("rule", one["rule"]),
                    ("when", moment(one["issued_at"])),
                    ("measures", measures(one["measures"])),
                ],
            )
            for one in found["earlier"]
        ),
        page(
            "Protected, and never a ground",
            [(one["id"], _title(one)) for one in found["protected"]],
        ),
    ]


def evidence(found: Json) -> list[Table]:
    """Return what is kept of a case, without its contents."""
    return [
        page("Evidence", [(safe(name), _value(name, value)) for name, value in one.items()])
        for one in found.get("evidence", [])
    ]


def proposal(found: Json) -> list[Table]:
    """Return a proposal to somebody who may approve or reject it."""
    return [
        page(
            "Proposal",
            [
                ("decision", found["id"]),
                ("state", found["state"]),
                ("about", found["subject"]),
                ("rule", found["rule"]),
                ("measures", measures(found["measures"])),
                ("happened", moment(found["conduct_at"])),
                ("severe", "yes" if found["severe"] else ""),
                ("facts", found["facts"]),
                ("explanation", found["explanation"]),
                *(row for item in found["items"] for row in _item(item)),
            ],
        ),
        *evidence(found),
    ]


def appeal(found: Json) -> list[Table]:
    """Return an appeal, with the decision and its reasons."""
    decision = found["decision"]
    return [
        page(
            "Appeal",
            [
                ("appeal", found["id"]),
                ("by", found["subject"]),
                ("submitted", moment(found["submitted_at"])),
                ("due", moment(found["due_at"])),
                ("says", found["text"]),
            ],
        ),
        page(
            "Against",
            [
                ("decision", decision["id"]),
                ("rule", decision["rule"]),
                ("issued", moment(decision["issued_at"])),
                ("measures", measures(decision["measures"])),
                ("facts", found["facts"]),
                ("explanation", found["explanation"]),
            ],
        ),
        *evidence(found),
    ]


def measures(found: list[Json]) -> str:
    """Return measures, one a line."""
    return "\n".join(_measure(one) for one in found)


def length(ms: int) -> str:
    """Return a length in days, or in hours where it is shorter."""
    return f"{ms / _DAY_MS:g} days" if ms >= 2 * _DAY_MS else f"{ms / 3_600_000:g} hours"


def _measure(one: Json) -> str:
    words = [one["type"], one.get("step") or "", ", ".join(one["capabilities"])]
    if "length_ms" in one:
        words.append(f"for {length(one['length_ms'])}")
    else:
        words.append(f"until {moment(one['ends_at'])} ({one['state']})")
    return " ".join(word for word in words if word)


def _value(name: str, value: object) -> object:
    return moment(value) if name in _TIMES and isinstance(value, int) else value


def _item(item: Json) -> list[tuple[str, object]]:
    return [("about", f"{item['type']} {item['id']}"), ("version", item["version"])]


def _short(category: str) -> str:
    return category.removeprefix("STATEMENT_CATEGORY_").lower()


def _title(clause: Json) -> str:
    wording = clause["wording"]
    return str(wording.get("en", next(iter(wording.values())))["title"])

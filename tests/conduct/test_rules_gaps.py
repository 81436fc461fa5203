"""What is not met follows from how the server stands."""

from typing import Any

import pytest

from courtyard.base.page import LANGS
from courtyard.conduct.page_words import WORDS, Words
from courtyard.conduct.rules_gaps import BEHIND_MS, STALE_MS, Situation, gaps
from tests.conduct.makers import NOW


def situation(**changes: Any) -> Situation:
    """Return how a server stands that meets everything."""
    values: dict[str, Any] = {
        "now_ms": NOW,
        "staff": 5,
        "accounts": 200,
        "is_halted": False,
        "entries": 7,
        "published": 7,
        "dated_at_ms": NOW - 1,
        "witnesses": 2,
        "cosigned": 2,
        "has_mail": True,
        "has_contact": True,
        "overdue": 0,
        "hidden": 0,
        "not_told": 0,
        "sealed": 0,
    }
    return Situation(**(values | changes))


def test_a_server_that_meets_everything_has_no_gap() -> None:
    assert gaps(situation()) == []


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"is_halted": True}, [("log_halted", None)]),
        ({"dated_at_ms": NOW - STALE_MS - 1}, [("log_stale", None)]),
        ({"dated_at_ms": NOW - STALE_MS}, []),
        ({"entries": 9, "dated_at_ms": NOW - BEHIND_MS - 1}, [("log_behind", 2)]),
        ({"entries": 9, "dated_at_ms": NOW - BEHIND_MS}, []),
        ({"published": None, "dated_at_ms": 0}, [("log_stale", None), ("log_behind", 7)]),
        ({"overdue": 2}, [("appeals_overdue", 2)]),
        ({"hidden": 1}, [("legal_hidden", 1)]),
        ({"not_told": 1}, [("legal_not_told", 1)]),
        ({"staff": 0}, [("no_staff", None)]),
        (
            {"staff": 1},
            [("one_operator", None), ("legal_alone", None), ("no_peer_exchange", None)],
        ),
        ({"staff": 2}, [("two_staff", None)]),
        ({"staff": 3}, [("no_panel", 3)]),
        ({"staff": 4}, [("no_panel", 4)]),
        ({"witnesses": 0, "cosigned": 0}, [("no_witness", None)]),
        ({"cosigned": 1}, [("witness_missing", 1)]),
        ({"accounts": 199}, [("sealed_log", 199)]),
        ({"sealed": 3}, [("not_in_dsa", 3)]),
        ({"has_mail": False}, [("no_mail", None)]),
        ({"has_contact": False}, [("no_contact", None)]),
    ],
)
def test_each_gap(changes: dict[str, Any], expected: list[tuple[str, int | None]]) -> None:
    assert [(gap.name, gap.count) for gap in gaps(situation(**changes))] == expected


def test_each_gap_has_its_words_in_every_language() -> None:
    nothing = situation(
        is_halted=True, published=None, dated_at_ms=0, cosigned=1, accounts=1, sealed=1,
        has_mail=False, has_contact=False, overdue=1, hidden=1, not_told=1,
    )  # fmt: skip
    found = {gap.name for staff in range(5) for gap in gaps(situation(staff=staff))}
    found |= {gap.name for gap in gaps(nothing)} | {"no_witness"}
    assert found == {key.removeprefix("gap.") for key in WORDS if key.startswith("gap.")}
    for name in found:
        for lang in LANGS:
            title, mark, more = Words(lang)(f"gap.{name}", n=3).partition("|")
            assert mark
            assert title.strip()
            assert more.strip()

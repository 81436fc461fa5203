"""What reading asks of the database follows an index, however large the room is."""

from contextlib import closing
from typing import Any

import pytest

from courtyard.rooms.store import events, reading, relations
from courtyard.storage.statement import Statement
from tests.rooms.paper_room import PaperRoom


def statements(module: Any) -> dict[str, Statement]:
    """Return the questions that a module asks."""
    found = {name: it for name, it in vars(module).items() if isinstance(it, Statement)}
    if module is relations:
        found.update({str(key): it for key, it in relations._CHILDREN.items()})
    return {name: it for name, it in found.items() if text(it).startswith("SELECT")}


def text(statement: Statement) -> str:
    return statement.compiled("sqlite").text


ALL = [(module, name) for module in (events, reading, relations) for name in statements(module)]


@pytest.mark.parametrize("module,name", ALL, ids=lambda value: getattr(value, "__name__", value))
def test_no_question_looks_through_a_whole_table(module: Any, name: str) -> None:
    statement = statements(module)[name].compiled("sqlite")
    with closing(PaperRoom()) as room:
        room.driver.executescript("CREATE TABLE txns (key BLOB PRIMARY KEY, position INTEGER)")

        plan = [
            row[3]
            for row in room.driver.execute(
                f"EXPLAIN QUERY PLAN {statement.text}", [None] * len(statement.names)
            )
        ]

    tables = ["events", "relations", "room_state", "current_state", "memberships", "rooms"]
    assert not [step for step in plan if step.startswith("SCAN") and step.split()[1] in tables]
    by_parent = (
        "relations.parent_id =" in statement.text or "relations.parent_id IN" in statement.text
    )
    if by_parent:
        assert any("PRIMARY KEY (parent_id=?" in step for step in plan), plan

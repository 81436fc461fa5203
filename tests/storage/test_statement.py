"""A statement goes to the driver with each value once, in the order in which the driver asks for them."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from courtyard.storage.statement import Statement

PEOPLE = sa.Table(
    "people",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("friend", sa.Text),
    sa.Column("kind", sa.Text),
)
_bind = sa.bindparam
_P = PEOPLE.c


def ask(statement: Statement, **params: object) -> list[tuple[object, ...]]:
    compiled = statement.compiled("sqlite")
    with closing(sqlite3.connect(":memory:")) as driver:
        driver.execute("CREATE TABLE people (id TEXT, friend TEXT, kind TEXT)")
        driver.execute(
            "INSERT INTO people VALUES ('a', 'b', 'cat'), ('b', 'c', 'dog'), ('c', 'c', 'cat')"
        )
        return driver.execute(compiled.text, compiled.bind(params)).fetchall()


def test_a_value_that_is_named_twice_is_passed_once() -> None:
    me: sa.BindParameter[str] = _bind("me")
    statement = Statement(
        sa.select(_P.id)
        .where(sa.or_(_P.id == me, _P.friend == me), _P.kind == _bind("kind"))
        .order_by(_P.id)
    )

    assert ask(statement, me="c", kind="cat") == [("c",)]
    assert ask(statement, me="c", kind="dog") == [("b",)]
    assert statement.compiled("sqlite").names == ("me", "kind")
    assert statement.compiled("postgresql").names == ("me", "me", "kind")


def test_a_value_of_the_statement_itself_stands_where_it_belongs() -> None:
    me: sa.BindParameter[str] = _bind("me")
    statement = Statement(
        sa.select(_P.id).where(_P.kind == "cat", sa.or_(_P.friend == me, _P.id == me))
    )

    assert ask(statement, me="b") == [("a",)]


def test_no_value_and_a_single_one_are_passed_as_well() -> None:
    assert ask(Statement(sa.select(sa.func.count()).select_from(PEOPLE))) == [(3,)]
    assert ask(Statement(sa.select(_P.kind).where(_P.id == _bind("me"))), me="b") == [("dog",)]


def test_a_value_that_is_missing_is_refused() -> None:
    for statement in (
        Statement(sa.select(_P.kind).where(_P.id == _bind("me"))),
        Statement(sa.select(_P.kind).where(_P.id == _bind("me"), _P.friend == _bind("friend"))),
    ):
        with pytest.raises(KeyError):
            ask(statement, who="a")


def test_a_question_mark_in_the_text_is_never_taken_for_a_value() -> None:
    me: sa.BindParameter[str] = _bind("me")
    statement = Statement(
        sa.select(sa.literal_column("'?'")).where(sa.or_(_P.id == me, _P.friend == me))
    )

    with pytest.raises(AssertionError):
        statement.compiled("sqlite")

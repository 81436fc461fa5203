"""SQL written once in SQLAlchemy Core, compiled once for each dialect, run by the driver itself.

Running a prepared Core statement through SQLAlchemy's connection costs several times what SQLite needs
for it (`bench/micro` prints both). Here the text is compiled at first use and then goes to the driver with plain
parameters. That is sound because our columns need no conversion (`schema.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable

_DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": postgresql.dialect(paramstyle="format"),
}


Params = Mapping[str, Any]


class Compiled:
    """A statement's text for one dialect, with the order of its parameters.

    Attributes:
        bind: puts named parameters in the order of the placeholders.
    """

    __slots__ = ("bind", "names", "text")

    def __init__(self, text: str, names: Sequence[str], defaults: Params) -> None:
        """Keep the text, and the values of parameters that the statement itself holds."""
        self.text = text
        self.names = tuple(names)
        self.bind = _binder(self.names, dict(defaults))


def _binder(
    names: tuple[str, ...], defaults: dict[str, Any]
) -> Callable[[Params], tuple[Any, ...]]:
    # Every statement goes through it: `itemgetter` takes half the time of a comprehension.
    if not names:
        return lambda _params: ()
    if defaults:
        return lambda params: tuple([params[n] if n in params else defaults[n] for n in names])
    if len(names) == 1:
        (name,) = names
        return lambda params: (params[name],)
    return itemgetter(*names)


class Statement:
    """A Core statement that is executed often. Make it at module level, in a `store.py`."""

    __slots__ = ("_compiled", "core")

    def __init__(self, core: Executable) -> None:
        """Keep the statement; nothing is compiled before its first use."""
        self.core = core
        self._compiled: dict[str, Compiled] = {}

    def compiled(self, dialect: str) -> Compiled:
        """Return the text for `dialect` ("sqlite" or "postgresql"), compiling it the first time."""
        found = self._compiled.get(dialect)
        if found is None:
            found = self._compiled[dialect] = _compile(self.core, dialect)
        return found


def _compile(core: Executable, dialect: str) -> Compiled:
    assert isinstance(core, sa.ClauseElement)
    column_keys = None
    if isinstance(core, sa.Insert) and not core.select and not core._values:  # noqa: SLF001
        column_keys = [column.key for column in core.table.columns if not _is_generated(column)]
    compiled = core.compile(dialect=_DIALECTS[dialect], column_keys=column_keys)
    names = compiled.positiontup  # type: ignore[attr-defined]
    assert names is not None
    # An IN list is only unrolled when its values are known: use `any_of` for a fixed one.
    assert "POSTCOMPILE" not in str(compiled), str(compiled)
    defaults = {
        name: bind.value
        for name, bind in compiled.binds.items()  # type: ignore[attr-defined]
        if not bind.required and name in names
    }
    text = str(compiled)
    if dialect == "sqlite":
        text, names = _numbered(text, names)
    return Compiled(text, names, defaults)


def _numbered(text: str, names: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Pass a value once that a statement names several times: each one that is passed costs a copy."""
    order = list(dict.fromkeys(names))
    if len(order) == len(names):
        return text, names
    parts = text.split("?")
    # A "?" inside a literal would be taken for a parameter.
    assert len(parts) == len(names) + 1, text
    placed = [
        f"?{order.index(name) + 1}{rest}" for name, rest in zip(names, parts[1:], strict=True)
    ]
    return parts[0] + "".join(placed), order


def _is_generated(column: sa.Column[Any]) -> bool:
    """Tell whether the database fills a column by itself."""
    return column.computed is not None or column.identity is not None


class Upsert(Statement):
    """INSERT of a whole row that updates the row with the same key instead, or leaves it alone.

    Args:
        table: the table.
        key: the columns of the unique key that may conflict.
        update: the columns to overwrite on conflict; empty leaves the old row as it is.
    """

    __slots__ = ("key", "table", "update")

    def __init__(self, table: sa.Table, *, key: Sequence[str], update: Sequence[str] = ()) -> None:
        """Describe the upsert; each dialect's own form is made at first use."""
        super().__init__(sa.insert(table))
        self.table = table
        self.key = tuple(key)
        self.update = tuple(update)

    def compiled(self, dialect: str) -> Compiled:
        """Return the text for `dialect`."""
        found = self._compiled.get(dialect)
        if found is None:
            build = sqlite.insert if dialect == "sqlite" else postgresql.insert
            insert = build(self.table)
            core: Executable = (
                insert.on_conflict_do_update(
                    index_elements=self.key,
                    set_={name: insert.excluded[name] for name in self.update},
                )
                if self.update
                else insert.on_conflict_do_nothing(index_elements=self.key)
            )
            found = self._compiled[dialect] = _compile(core, dialect)
        return found


def any_of(column: sa.ColumnElement[str], *values: str) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of a few fixed values, for a `Statement`."""
    return sa.or_(*(column == value for value in values))


class OneOf(sa.ColumnElement[bool]):
    """The condition that a column has one of the values of a list that is given at each call.

    `OneOf(TABLE.c.id, "ids")` takes its list as `ids=json_list(values)`: one parameter whatever its length, so the
    statement is compiled once.
    """

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], name: str) -> None:
        """Compare a column with the values of the parameter `name`."""
        self.column = column
        self.values: sa.BindParameter[Any] = sa.bindparam(name)

    def self_group(self, against: object = None) -> "OneOf":
        """Stand as it is in a WHERE: SQLite's dialect would append "= 1", and then no index is used."""
        del against
        return self


@compiles(OneOf, "sqlite")
def _one_of_sqlite(element: OneOf, compiler: Any, **kw: Any) -> str:
    column, values = (compiler.process(part, **kw) for part in (element.column, element.values))
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # compiled parts


@compiles(OneOf, "postgresql")
def _one_of_postgresql(element: OneOf, compiler: Any, **kw: Any) -> str:
    column, values = (compiler.process(part, **kw) for part in (element.column, element.values))
    kind = "bigint" if isinstance(element.column.type, sa.Integer) else "text"
    listed = f"SELECT json_array_elements_text(CAST({values} AS json))::{kind}"
    return f"{column} IN ({listed})"


def json_list(values: Iterable[str | int]) -> str:
    """Encode a list for `OneOf`."""
    return msgspec.json.encode(list(values)).decode()


def compile_once(core: Executable, dialect: str) -> tuple[str, tuple[Any, ...]]:
    """Compile a statement whose shape is only known now, with its values (IN lists unrolled)."""
    assert isinstance(core, sa.ClauseElement)
    compiled = core.compile(dialect=_DIALECTS[dialect], compile_kwargs={"render_postcompile": True})
    names = compiled.positiontup  # type: ignore[attr-defined]
    values = compiled.params
    return str(compiled), tuple([values[name] for name in names])

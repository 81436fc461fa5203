"""SQL written once in SQLAlchemy Core, compiled once for each dialect, run by the driver itself.

Running a prepared Core statement through SQLAlchemy's connection costs several times what SQLite needs
for it (`bench/micro` prints both). Here the text is compiled at first use and then goes to the driver with plain
parameters. That is sound because our columns need no conversion (`schema.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.base import Executable

_DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": postgresql.dialect(paramstyle="format"),
}


class Compiled:
    """A statement's text for one dialect, with the order of its parameters."""

    __slots__ = ("defaults", "names", "text")

    def __init__(self, text: str, names: Sequence[str], defaults: Mapping[str, Any]) -> None:
        """Keep the text, and the values of parameters that the statement itself holds."""
        self.text = text
        self.names = tuple(names)
        self.defaults = dict(defaults)

    def bind(self, params: Mapping[str, Any]) -> tuple[Any, ...]:
        """Put named parameters in the order of the placeholders."""
        defaults = self.defaults
        if not defaults:
            return tuple([params[name] for name in self.names])
        return tuple([params[n] if n in params else defaults[n] for n in self.names])


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
    defaults = {
        bind.key: bind.value
        for bind in compiled.binds.values()  # type: ignore[attr-defined]
        if not bind.required and bind.key in names
    }
    return Compiled(str(compiled), names, defaults)


def _is_generated(column: sa.Column[Any]) -> bool:
    """Tell whether the database fills a column by itself."""
    return column.computed is not None or column.identity is not None

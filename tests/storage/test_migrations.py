"""The schema: the migrations, the tables in the code and the snapshot say the same, and no newer file is touched."""

import ast
import hashlib
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from courtyard.app.wiring import DATABASE_FILE  # with it comes every feature, and so every table
from courtyard.storage import snapshot
from courtyard.storage.migrate import SchemaTooNewError, migrate, run_migrations, stored_version
from courtyard.storage.schema import OLDEST_COMPATIBLE, SCHEMA_VERSION, metadata

VERSIONS = sorted(snapshot.VERSIONS.glob("[0-9]*.py"))


@pytest.fixture(scope="module")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that every migration ran on."""
    path = tmp_path_factory.mktemp("migrated") / DATABASE_FILE
    run_migrations(path)
    return path


def describe(engine: sa.Engine) -> dict[str, dict[str, object]]:
    """Return what can be compared of a schema."""
    inspector = sa.inspect(engine)
    described: dict[str, dict[str, object]] = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        columns = [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)]
        indexes = [
            (
                i["name"],
                i["column_names"],
                i["unique"],
                [str(option) for option in i.get("dialect_options", {}).values()],
            )
            for i in inspector.get_indexes(table)
        ]
        described[table] = {
            "columns": columns,
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "indexes": sorted(indexes, key=str),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "foreign": sorted(map(str, inspector.get_foreign_keys(table))),
        }
    with engine.connect() as connection:
        sql = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        for name, text in sql:
            if name in described:
                described[name]["without_rowid"] = "WITHOUT ROWID" in text
    return described


def test_the_migrations_make_the_tables_of_the_code(migrated_file: Path) -> None:
    ours, theirs = sa.create_engine("sqlite://"), sa.create_engine(f"sqlite:///{migrated_file}")
    metadata.create_all(ours)

    expected, real = describe(ours), describe(theirs)

    assert sorted(real) == sorted(expected)
    for table, description in expected.items():
        assert real[table] == description, table
    ours.dispose()
    theirs.dispose()


def test_the_snapshot_makes_what_the_migrations_make(migrated_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.db"

    assert snapshot.build(path), "the migrations changed: run `python -m tools.snapshot`"

    assert snapshot.schema_of(path) == snapshot.schema_of(migrated_file)
    assert stored_version(path) == stored_version(migrated_file)
    assert stored_version(path) == (SCHEMA_VERSION, OLDEST_COMPATIBLE)


def test_the_snapshot_is_not_used_for_other_migrations_or_a_file_with_something_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.db"
    driver = sqlite3.connect(path)
    driver.execute("CREATE TABLE mine (a)")
    driver.close()
    assert not snapshot.build(path)

    monkeypatch.setattr(snapshot, "fingerprint", lambda: "another")
    assert not snapshot.build(tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()
    migrate(tmp_path / "other.db")
    assert stored_version(tmp_path / "other.db") == (SCHEMA_VERSION, OLDEST_COMPATIBLE)


def test_the_version_is_the_number_of_the_newest_migration() -> None:
    numbers = [int(path.name[:4]) for path in VERSIONS]
    assert numbers == list(range(1, SCHEMA_VERSION + 1))
    assert 1 <= OLDEST_COMPATIBLE <= SCHEMA_VERSION


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_imports_nothing_of_ours_and_goes_only_forward(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert "courtyard" not in imported
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert "upgrade" in names
    assert "downgrade" not in names


def set_version(path: Path, version: int, oldest: int) -> None:
    driver = sqlite3.connect(path)
    driver.execute("UPDATE server SET value = ? WHERE key = 'schema_version'", (str(version),))
    driver.execute("UPDATE server SET value = ? WHERE key = 'oldest_compatible'", (str(oldest),))
    driver.commit()
    driver.close()


def test_a_file_of_a_newer_server_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    migrate(path)
    set_version(path, SCHEMA_VERSION + 1, SCHEMA_VERSION + 1)
    before = hashlib.sha256(path.read_bytes()).hexdigest()

    with pytest.raises(SchemaTooNewError, match=f"schema {SCHEMA_VERSION + 1}"):
        migrate(path)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_newer_file_that_says_it_is_compatible_is_opened_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    migrate(path)
    set_version(path, SCHEMA_VERSION + 1, SCHEMA_VERSION)

    migrate(path)

    assert stored_version(path) == (SCHEMA_VERSION + 1, SCHEMA_VERSION)


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.db"
    driver = sqlite3.connect(path)
    # In the way of a table that one of the last migrations makes.
    driver.execute("CREATE TABLE accounts (mine)")
    driver.commit()
    with pytest.raises(sa.exc.OperationalError, match="accounts"):
        migrate(path)

    assert driver.execute("SELECT name FROM sqlite_master").fetchall() == [("accounts",)]
    driver.close()

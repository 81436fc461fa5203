"""The tables of the log and every statement on them."""

import sqlalchemy as sa
from sqlalchemy import bindparam, select

from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.transparency.model import Head, Leaf, Witnessed
from courtyard.transparency.rules_merkle import EMPTY_ROOT

KEYS = sa.Table(
    "log_keys",
    metadata,
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("vkey", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
"""The public halves of this server's two keys: `log` and `witness`. What they are never changes."""

LEAVES = sa.Table(
    "log_leaves",
    metadata,
    sa.Column("leaf_index", sa.BigInteger, primary_key=True),
    sa.Column("line", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Every leaf, in the log or on its way there. Never changed and never deleted, so that tiles can be made anew."""

HEADS = sa.Table(
    "log_heads",
    metadata,
    sa.Column("size", sa.BigInteger, primary_key=True),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Trees whose tiles are durable. The key makes a second root for a size impossible."""

WITNESSED = sa.Table(
    "witnessed_logs",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("vkey", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("checkpoint", sa.Text),
    sqlite_with_rowid=False,
)
"""Other logs, with the newest tree of each that this server's witness has cosigned."""

_KEYS = Statement(select(KEYS.c.role, KEYS.c.vkey))
_PIN_KEY = Statement(sa.insert(KEYS))
_LAST_INDEX = Statement(select(sa.func.max(LEAVES.c.leaf_index)))
_INSERT_LEAF = Statement(sa.insert(LEAVES))
_LEAVES_FROM = Statement(
    select(LEAVES.c.line)
    .where(LEAVES.c.leaf_index >= bindparam("first"))
    .order_by(LEAVES.c.leaf_index)
    .limit(bindparam("limit"))
)
_LEAF = Statement(select(LEAVES.c.line).where(LEAVES.c.leaf_index == bindparam("leaf_index")))
_HEAD = Statement(select(HEADS.c.size, HEADS.c.root).order_by(HEADS.c.size.desc()).limit(1))
_ROOT = Statement(select(HEADS.c.root).where(HEADS.c.size == bindparam("size")))
_INSERT_HEAD = Statement(sa.insert(HEADS))
_WITNESSED = Statement(
    select(
        WITNESSED.c.origin,
        WITNESSED.c.vkey,
        WITNESSED.c.size,
        WITNESSED.c.root,
        WITNESSED.c.checkpoint,
    )
)
_WITNESSED_ONE = Statement(_WITNESSED.core.where(WITNESSED.c.origin == bindparam("origin")))  # type: ignore[attr-defined]  # it is a select
_ADD_WITNESSED = Upsert(WITNESSED, key=["origin"])
_UPDATE_WITNESSED = Statement(
    sa.update(WITNESSED)
    .where(WITNESSED.c.origin == bindparam("of"))
    .values(size=bindparam("size"), root=bindparam("root"), checkpoint=bindparam("checkpoint"))
)


def keys(tx: ReadTx) -> dict[str, str]:
    """Return the verifier keys of this server by role; nothing before the first start."""
    return {row[0]: row[1] for row in tx.all(_KEYS)}


def pin_key(tx: WriteTx, role: str, vkey: str) -> None:
    """Keep the key of a role, once and for all."""
    tx.run(_PIN_KEY, role=role, vkey=vkey)


def leaf_count(tx: ReadTx) -> int:
    """Return how many leaves there are, in the log or on their way: the next one's index."""
    row = tx.one(_LAST_INDEX)
    return 0 if row is None or row[0] is None else int(row[0]) + 1


def insert_leaf(tx: WriteTx, leaf_index: int, leaf: Leaf) -> None:
    """Keep a leaf under the next index."""
    tx.run(_INSERT_LEAF, leaf_index=leaf_index, line=leaf.line.decode())


def leaves_from(tx: ReadTx, first: int, limit: int) -> list[bytes]:
    """Return the entries from an index on, in order."""
    return [row[0].encode() for row in tx.all(_LEAVES_FROM, first=first, limit=limit)]


def leaf(tx: ReadTx, leaf_index: int) -> Leaf | None:
    """Return the leaf with an index."""
    row = tx.one(_LEAF, leaf_index=leaf_index)
    return None if row is None else Leaf(line=row[0].encode())


def head(tx: ReadTx) -> Head | None:
    """Return the largest tree whose tiles are durable; None before the first."""
    row = tx.one(_HEAD)
    return None if row is None else Head(size=row[0], root=bytes(row[1]))


def root_of(tx: ReadTx, size: int) -> bytes | None:
    """Return the root of a tree that was a head once."""
    row = tx.one(_ROOT, size=size)
    return None if row is None else bytes(row[0])


def insert_head(tx: WriteTx, made: Head) -> None:
    """Keep a new head."""
    tx.run(_INSERT_HEAD, size=made.size, root=made.root, made_at=tx.now_ms())


def witnessed(tx: ReadTx, origin: str) -> Witnessed | None:
    """Return what is known of another log, if this server's witness follows it."""
    row = tx.one(_WITNESSED_ONE, origin=origin)
    return None if row is None else _witnessed(row)[1]


def all_witnessed(tx: ReadTx) -> dict[str, Witnessed]:
    """Return every log that this server's witness follows, by origin."""
    return dict(map(_witnessed, tx.all(_WITNESSED)))


def add_witnessed(tx: WriteTx, origin: str, vkey: str) -> bool:
    """Follow another log from now on; tell whether it is new."""
    row = {"size": 0, "root": EMPTY_ROOT, "checkpoint": None}
    return bool(tx.run(_ADD_WITNESSED, origin=origin, vkey=vkey, **row))


def update_witnessed(tx: WriteTx, origin: str, seen: Head, checkpoint: bytes) -> None:
    """Keep the newest tree of another log that was cosigned."""
    tx.run(
        _UPDATE_WITNESSED,
        of=origin,
        size=seen.size,
        root=seen.root,
        checkpoint=checkpoint.decode(),
    )


def _witnessed(row: tuple[object, ...]) -> tuple[str, Witnessed]:
    origin, vkey, size, root, checkpoint = row
    assert isinstance(origin, str)
    assert isinstance(vkey, str)
    assert isinstance(size, int)
    assert isinstance(root, bytes)
    assert checkpoint is None or isinstance(checkpoint, str)
    return origin, Witnessed(
        vkey=vkey,
        size=size,
        root=root,
        checkpoint=None if checkpoint is None else checkpoint.encode(),
    )

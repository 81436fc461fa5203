"""The one `MetaData`, and the tables that belong to storage itself.

Columns are only `Text`, `BigInteger`, `Integer` and `LargeBinary` (flags are 0 or 1, JSON is text), so
that no value needs conversion between SQLAlchemy and the driver: see `statement.py`.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

SCHEMA_VERSION = 24
"""The number of the newest migration; raised with each one."""

OLDEST_COMPATIBLE = 18
"""The oldest server schema version that may still open a database of `SCHEMA_VERSION`."""

SERVER = sa.Table(
    "server",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Facts about this data directory: its server name, the stream position, keys."""

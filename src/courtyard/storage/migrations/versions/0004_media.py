"""The tables of `media`."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go forward; there is no way back."""
    op.create_table(
        "media",
        sa.Column("media_id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("sha256", sa.Text),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("content_type", sa.Text),
        sa.Column("filename", sa.Text),
        sa.Column("is_tied", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("media_user", "media", ["user_id", "size_bytes"])
    op.create_index("media_sha256", "media", ["sha256"])
    op.create_table(
        "media_blobs",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "media_thumbnails",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("variant", sa.Text, primary_key=True),
        sa.Column("key", sa.Text),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "media_links",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("media_id", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("media_links_media", "media_links", ["media_id"])
    op.create_table(
        "blob_deletions",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("blob_deletions_due", "blob_deletions", ["due_at"])
